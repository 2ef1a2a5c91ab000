#!/usr/bin/env bash
# clang-format on all our C++ files; with --check it only says which are not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."

how=(-i)
if [ "${1:-}" = --check ]; then how=(--dry-run -Werror); fi
git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' |
  xargs -0 -r clang-format-19 "${how[@]}"
