#!/usr/bin/env bash
# Makes a release in build/dist: a tarball for any Linux, a .deb, an OCI image, and their checksums.
#
#   tools/dist.sh [OUT]        OUT: where to put it (default: build/dist)
#
# The same commit gives the same bytes in whatever folder it is built, on a machine with the same
# Debian packages: docs/install.md. SOURCE_DATE_EPOCH is the time of the last commit unless it is
# set. Uses build/release, as `make release` does.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-build/dist}
jobs=${JOBS:-$(nproc)}

if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) || {
    echo "dist: no git history here: set SOURCE_DATE_EPOCH" >&2
    exit 1
  }
fi
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC

# Flags of the user's environment would make other bytes.
unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
cmake --preset release -DCMAKE_CXX_FLAGS= -DCMAKE_EXE_LINKER_FLAGS= >/dev/null
cmake --build --preset release -j "$jobs" --target bulkhead bulkhead-launcher
exec python3 tools/dist.py --program build/release/bulkhead \
  --launcher build/release/bulkhead-launcher --out "$out"
