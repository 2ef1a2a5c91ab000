#!/usr/bin/env bash
# Builds the last commit's release twice, in two folders of different depth and without ccache, and
# compares the bytes. Takes the time of two release builds.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CMAKE_CXX_COMPILER_LAUNCHER=
for folder in a some/where/else/b; do
  git clone -q . "$scratch/$folder"
  echo "== $folder"
  (cd "$scratch/$folder" && CCACHE_DISABLE=1 tools/dist.sh) | tail -4
done
for file in "$scratch"/a/build/dist/*; do
  cmp "$file" "$scratch/some/where/else/b/build/dist/$(basename "$file")"
done
cat "$scratch/a/build/dist/SHA256SUMS"
echo "both builds are equal"
