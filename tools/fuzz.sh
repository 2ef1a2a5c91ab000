#!/usr/bin/env bash
# Builds the fuzz targets (preset `asan`: Clang, libFuzzer, sanitizers) and runs each for a while:
#
#   tools/fuzz.sh [SECONDS=60] [TARGET...]     targets as "fuzz_tar"; default: all
#
# The committed corpus is only read. What crashes stays in build/asan/crashes.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
jobs=$(nproc)
cmake --preset asan >/dev/null
if [ $# -gt 0 ]; then
  names=("$@")
  cmake --build build/asan -j "$jobs" --target "${names[@]}"
else
  cmake --build --preset asan -j "$jobs" --target fuzz_all
  names=()
  for source in fuzz/fuzz_*.cc; do
    if [ -e "$source" ]; then names+=("$(basename "$source" .cc)"); fi
  done
fi
if [ ${#names[@]} -eq 0 ]; then
  echo "fuzz: no targets"
  exit 0
fi

crashes=build/asan/crashes
mkdir -p "$crashes"
run_one() {
  local name=$1 seconds=$2 crashes=$3 corpus seeds log
  corpus=$(mktemp -d)
  log=$(mktemp)
  seeds=fuzz/corpus/${name#fuzz_}
  if [ -d "$seeds" ]; then cp -r "$seeds/." "$corpus"; fi
  if "build/asan/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 \
    -print_final_stats=1 -artifact_prefix="$crashes/$name-" "$corpus" >"$log" 2>&1; then
    echo "fuzz: $name ok, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
    rm -rf "$corpus" "$log"
  else
    tail -n 60 "$log"
    echo "fuzz: $name FAILED (inputs in $crashes)"
    rm -rf "$corpus" "$log"
    return 1
  fi
}
export -f run_one
printf '%s\0' "${names[@]}" |
  xargs -0 -P "$jobs" -I{} bash -c 'run_one "$@"' _ {} "$seconds" "$crashes"
