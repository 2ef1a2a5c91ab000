// A comment.
module example.com/app // more

go 1.21
toolchain go1.21.3

require golang.org/x/net v0.7.0
require (
	github.com/a/b v1.0.0 // indirect
	"github.com/c/d" v2.0.0+incompatible
	github.com/e/f v0.0.0
	github.com/g/h v1.1.0//indirect
)

replace github.com/a/b v1.0.0 => github.com/fork/b v1.0.1
replace (
	github.com/e/f => ./staging/f
	github.com/g/h v9.9.9 => github.com/fork/h v1.0.0
)
exclude github.com/x/y v1.0.0
retract [v1.0.0, v1.0.5]
