#!/usr/bin/env bash
# Installs what the project needs, from Debian's own packages. Nothing else here installs anything.
#
#   tools/setup.sh          what the build and the demo need
#   tools/setup.sh --test   also what the tests, fuzzing and checks need
#   tools/setup.sh --bench  also what the benchmarks need
#
# Does nothing where all is there already. Runs as root, or asks sudo.
set -euo pipefail

build_packages=(
  g++ cmake ninja-build pkg-config make ccache git python3 ca-certificates
  libfmt-dev libspdlog-dev libcli11-dev           # text, logs, command line
  nlohmann-json3-dev libsimdjson-dev libyaml-dev libexpat1-dev libtomlplusplus-dev  # documents
  libssl-dev libsqlite3-dev                       # digests, the advisory store
  libcurl4-openssl-dev                            # registries
  zlib1g-dev libzstd-dev liblzma-dev libbz2-dev   # compressions
)
# The fast gzip decoder; not on every architecture, and CMake then takes zlib.
optional_packages=(libisal-dev)
test_packages=(
  libgtest-dev
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev
  mold                         # links the many test programs quickly
  python3-jsonschema
  bzip2 xz-utils zstd tar zip  # the reference tools that tests compare with
  rpm                          # whose order of versions is held against ours
  skopeo umoci buildah         # image layouts that other tools write
  docker-registry apache2-utils openssl  # a registry to pull from
  zsh fish man-db groff-base mandoc python3-yaml  # what reads completions, the manual, docs
)
bench_packages=(
  libbenchmark-dev
  mmdebstrap debian-archive-keyring  # make the inputs
  isal gzip zstd openssl             # what scans are measured beside
  curl docker-registry skopeo        # and pulling
)

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0"
}

wanted=("${build_packages[@]}")
for argument in "$@"; do
  case "$argument" in
    --test) wanted+=("${test_packages[@]}") ;;
    --bench) wanted+=("${bench_packages[@]}") ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  {
    echo "setup: this system does not install packages with apt; Bulkhead is built on Debian 12."
    echo "setup: install these by your system's own means (names as Debian has them):"
    printf '  %s\n' "${wanted[@]}" "${optional_packages[@]}"
  } >&2
  exit 1
fi

# One call for all names: this is what makes the second run quick.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
  sed -n 's/^installed //p')
missing_of() {
  local name
  for name in "$@"; do
    grep -qxF -- "$name" <<<"$installed" || echo "$name"
  done
}
mapfile -t missing < <(missing_of "${wanted[@]}")
mapfile -t missing_optional < <(missing_of "${optional_packages[@]}")

if [ ${#missing[@]} -eq 0 ] && [ ${#missing_optional[@]} -eq 0 ]; then
  echo "setup: all packages are installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: needs root (or sudo) to install: ${missing[*]} ${missing_optional[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@"
}

has_candidate() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1")
  grep -q '^  Candidate: [^(]' <<<"$policy"
}

# A missing optional package alone is worth a look only where the archive may have it.
if [ ${#missing[@]} -eq 0 ]; then
  mapfile -t missing_optional < <(
    for name in "${missing_optional[@]}"; do if has_candidate "$name"; then echo "$name"; fi; done)
  if [ ${#missing_optional[@]} -eq 0 ]; then
    echo "setup: all packages that this machine can have are installed (without: ${optional_packages[*]})"
    exit 0
  fi
fi

echo "setup: reading the package lists"
apt update
available=()
absent=()
for name in "${missing[@]}"; do
  if has_candidate "$name"; then available+=("$name"); else absent+=("$name"); fi
done
for name in "${missing_optional[@]}"; do
  if has_candidate "$name"; then
    available+=("$name")
  else
    echo "setup: $name is not to be had here; going on without it"
  fi
done
if [ ${#absent[@]} -gt 0 ]; then
  echo "setup: this system's package lists lack: ${absent[*]}" >&2
  echo "setup: Bulkhead is built on Debian 12 with its updates; elsewhere install their equals." >&2
  exit 1
fi
if [ ${#available[@]} -gt 0 ]; then
  echo "setup: installing ${available[*]}"
  apt install -y --no-install-recommends "${available[@]}"
fi
echo "setup: done"
