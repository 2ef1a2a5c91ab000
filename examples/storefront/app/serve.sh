#!/bin/sh
# Serves the shop's pages: fetches the catalogue once, then answers from the folder.
set -eu
catalogue="${CATALOGUE_URL:-https://catalogue.storefront.example/v1/items}"
curl --silent --show-error --fail --output /tmp/items.json "$catalogue" || echo '[]' > /tmp/items.json
exec /app/storefront --pages /app/pages --items /tmp/items.json --listen 0.0.0.0:8080
