#!/usr/bin/env bash
# Holds `bulkhead scan --pending` against apt: a bookworm root made without its security suite is
# checked against the indexes of this machine's configured mirror, and the list must be that of
# `apt list --upgradable` run in it.
#
#   tools/check_pending.sh BULKHEAD [ROOT.tar]
#
# Wants root, mmdebstrap (for want of ROOT.tar) and a machine whose apt is set up for bookworm with
# its updates and security suites; their address is read from that setup. Exit 1 on any difference,
# and where one of the two lists is empty.
set -euo pipefail

bulkhead=$(realpath "$1")
tar=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "URL SUITE" of each binary source of this machine that is bookworm's, once each.
sources=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
  awk '$2 ~ /^bookworm(-updates|-security)?$/ { print $3, $2 }' | sort -u)
url_of() { awk -v suite="$1" '$2 == suite { print $1; exit }' <<<"$sources"; }
for suite in bookworm bookworm-updates bookworm-security; do
  if [ -z "$(url_of $suite)" ]; then
    echo "check_pending: this machine's apt has no $suite" >&2
    exit 1
  fi
done

if [ -z "$tar" ]; then
  tar=$work/root.tar
  mmdebstrap --quiet --variant=apt \
    --include=openssl,curl,git,python3,nginx-light,imagemagick,openssh-server,php-cli \
    bookworm "$tar" "deb $(url_of bookworm) bookworm main"
fi
mkdir "$work/root"
tar -xf "$tar" -C "$work/root" --exclude='./dev/*'
# Where devices cannot be made, or not be opened, a file that anybody may write to will do.
if ! mknod -m 666 "$work/root/dev/null" c 1 3 2>/dev/null || ! : >"$work/root/dev/null"; then
  rm -f "$work/root/dev/null"
  : >"$work/root/dev/null"
  chmod 666 "$work/root/dev/null"
fi
rm -rf "$work/root"/etc/apt/sources.list.d/* "$work/root"/var/lib/apt/lists/*
for suite in bookworm bookworm-updates bookworm-security; do
  echo "deb $(url_of $suite) $suite main"
done >"$work/root/etc/apt/sources.list"
cp /etc/resolv.conf /etc/hosts "$work/root/etc/"
# How this machine's apt reaches its mirror (proxies, dates), not what it prefers.
find /etc/apt/apt.conf.d -name '9*' -exec cp {} "$work/root/etc/apt/apt.conf.d/" \;

chroot "$work/root" apt-get -qq update
# "libssl3/oldstable-security 3.0.17-1~deb12u3 amd64 [upgradable from: 3.0.17-1~deb12u2]"
chroot "$work/root" apt list --upgradable 2>/dev/null |
  sed -nE 's|^([^/]+)/([^ ]+) ([^ ]+) ([^ ]+) \[upgradable from: ([^]]+)\]$|\1 \4 \5 \3 \2|p' |
  sort >"$work/apt.full"
awk '{ print $1, $2, $3, $4 }' "$work/apt.full" >"$work/apt"

code=0
"$bulkhead" scan "dir:$work/root" --pending --max-age never --db "$work/db" -o json \
  >"$work/report.json" || code=$?
python3 - "$work/report.json" >"$work/ours.full" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
packages = {package["id"]: package for package in report["packages"]}
for update in report["pending"]:
    package = packages[update["package"]]
    print(package["name"], package["architecture"], update["installed_version"],
          update["candidate_version"], "security" if update["is_security"] else "-")
for note in report["notes"]:
    if "no-advisory-data" != note["code"]:
        print(note["level"], note["code"], note["what"], note["where"], file=sys.stderr)
PYTHON
sort -o "$work/ours.full" "$work/ours.full"
awk '{ print $1, $2, $3, $4 }' "$work/ours.full" >"$work/ours"

installed=$(chroot "$work/root" dpkg-query -f '.\n' -W | wc -l)
by_apt=$(wc -l <"$work/apt")
by_us=$(wc -l <"$work/ours")
security_by_apt=$(awk '$5 ~ /-security/' "$work/apt.full" | wc -l)
security_by_us=$(awk '$5 == "security"' "$work/ours.full" | wc -l)
echo "installed packages:             $installed"
echo "apt list --upgradable:          $by_apt ($security_by_apt with the candidate in a security suite)"
echo "bulkhead scan --pending:        $by_us ($security_by_us for security)"
echo "exit code of the scan:          $code"
if [ "$by_apt" -eq 0 ] || [ "$by_us" -eq 0 ]; then
  echo "check_pending: FAILED, an empty list proves nothing" >&2
  exit 1
fi
if ! diff -u "$work/apt" "$work/ours"; then
  echo "check_pending: FAILED, the lists differ" >&2
  exit 1
fi
# What apt takes from a security suite we call security, too; more of ours are fixes that a later
# release of the package has taken over.
if ! diff <(awk '$5 ~ /-security/ { print $1, $2 }' "$work/apt.full") \
  <(awk '$5 == "security" { print $1, $2 }' "$work/ours.full") | grep -q '^<'; then
  echo "check_pending: the same list, line for line"
else
  echo "check_pending: FAILED, apt has security updates that are none here" >&2
  exit 1
fi
