#!/bin/sh
# Builds the demo image into a folder: build.sh OUT [PATH-OF-bulkhead-make-image]
# The same bytes every time: nothing here asks the clock, the network or the machine.
set -eu
here=$(dirname "$0")
out=${1:?usage: build.sh OUT [bulkhead-make-image]}
make_image=${2:-$here/../../build/release/tests/support/bulkhead-make-image}
mkdir -p "$out"
"$make_image" "$here/storefront.json" --layout docker-archive-oci --out "$out/storefront.tar"
"$make_image" "$here/storefront.json" --layout oci-archive --out "$out/storefront.oci.tar"
