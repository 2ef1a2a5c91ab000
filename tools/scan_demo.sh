#!/usr/bin/env bash
# What `make scan` runs once the program is built: scan_demo.sh PROGRAM DEMO_DIR
# Scans $TARGET, or the demo image where that is empty; $OPTIONS are given to the scan.
set -euo pipefail

program=$1
demo=$2
target=${TARGET:-}
# The same place that the program itself takes.
user_db=${BULKHEAD_DB:-${XDG_CACHE_HOME:-$HOME/.cache}/bulkhead/advisories}
read -r -a options <<<"${OPTIONS:-}"

if [ -n "$target" ] && [ -e "$user_db/current" ]; then
  exec "$program" scan "$target" --db "$user_db" ${options[@]+"${options[@]}"}
fi

db=$demo/advisories
mkdir -p "$demo"
"$program" db import --db "$db" examples/storefront/advisories >&2
if [ -n "$target" ]; then
  echo "No advisories of your own in $user_db: taking the demo's few." >&2
else
  target=$demo/storefront.tar
  build=$(dirname "$program")
  cmake --build "$build" --target bulkhead-make-image >&2
  examples/storefront/build.sh "$demo" "$build/tests/support/bulkhead-make-image" >&2
fi
# The demo is the same everywhere: nothing is fetched.
exec "$program" scan "$target" --db "$db" --max-age never ${options[@]+"${options[@]}"}
