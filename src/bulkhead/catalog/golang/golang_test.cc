#include "bulkhead/catalog/golang/golang.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/golang/module_files.h"

namespace bulkhead::catalog::golang {
namespace {

constexpr std::string_view kMod = R"(// A comment.
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
)";

constexpr std::string_view kSum =
    "github.com/a/b v1.0.0 h1:x=\n"
    "github.com/a/b v1.0.0/go.mod h1:x=\n"
    "github.com/old/one v0.1.0/go.mod h1:x=\n";

std::vector<std::string> rows(std::vector<TestFile> files) {
  const TestScan scan = run_inspector("golang", std::move(files));
  std::vector<std::string> rows;
  for (const Package& p : scan.inventory.packages) {
    rows.push_back(p.name + " " + p.version + (p.evidence.empty() ? "" : " " + p.evidence.str()));
    EXPECT_EQ(p.origin, Origin::declared);
  }
  std::ranges::sort(rows);
  for (const Note& n : scan.notes) {
    rows.push_back("note: " + n.what);
    EXPECT_EQ(n.level, NoteLevel::info);
  }
  return rows;
}

using Rows = std::vector<std::string>;

TEST(Golang, ReadsGoMod) {
  EXPECT_EQ(
      rows({{"app/go.mod", std::string(kMod)}}),
      (Rows{"github.com/c/d v2.0.0+incompatible", "github.com/e/f v0.0.0 replaced by ./staging/f",
            "github.com/fork/b v1.0.1", "github.com/g/h v1.1.0", "golang.org/x/net v0.7.0"}));
}

TEST(Golang, ReadsGoSumWhereNoGoModIs) {
  EXPECT_EQ(rows({{"a/go.sum", std::string(kSum)}}), Rows{"github.com/a/b v1.0.0"});
  EXPECT_EQ(rows({{"a/go.mod", "module a\n"}, {"a/go.sum", std::string(kSum)}}), Rows{});
  EXPECT_EQ(rows({{"a/go.mod", "module a\n"}, {"b/go.sum", std::string(kSum)}}).size(), 1U);
}

TEST(Golang, PassesOverWhatIsNoProgramsSource) {
  const std::string mod(kMod);
  EXPECT_EQ(rows({{"root/go/pkg/mod/github.com/a/b@v1.0.0/go.mod", mod},
                  {"src/testdata/x/go.mod", mod},
                  {"src/_old/go.mod", mod}}),
            Rows{});
  EXPECT_EQ(rows({{"home/pkg/mod/go.mod", mod}}).size(), 5U);
}

TEST(Golang, NotesWhatItCannotRead) {
  EXPECT_EQ(rows({{"go.mod", "module a\nrequire \"b v1.0.0\nrequire c\nrequire d v1.0.0\n"}}),
            (Rows{"d v1.0.0", "note: go.mod: 2 lines cannot be read, the first is line 2"}));
  EXPECT_EQ(rows({{"go.sum", "a b\na v1.0.0 h1:x\n"}}),
            (Rows{"a v1.0.0", "note: go.sum: 1 lines cannot be read, the first is line 1"}));
  TestOptions options;
  options.run.limits.memory_file_bytes = 10;
  const TestScan scan = run_inspector("golang", {{"go.mod", std::string(kMod)}}, options);
  ASSERT_EQ(scan.notes.size(), 1U);
  EXPECT_FALSE(scan.has_gap());
}

TEST(Golang, SurvivesDamage) {
  for (const std::string_view good : {kMod, kSum}) {
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
      rows({{"go.mod", std::string(good.substr(0, cut))}});
      rows({{"go.sum", std::string(good.substr(0, cut))}});
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::golang
