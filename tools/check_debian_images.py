#!/usr/bin/env python3
"""Holds bulkhead against real Debian images: their packages against dpkg-query, their findings
against an oracle that asks dpkg (tests/e2e/debian_oracle.py).

    check_debian_images.py build/release/bulkhead [RELEASE...]

Needs root, mmdebstrap, and a Debian mirror: the one that this machine's own apt uses. No part of
the tests. Images are kept in build/debian-images/.
"""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
CACHE = SOURCE / "build" / "debian-images"
RELEASES = {"bullseye": "11", "bookworm": "12", "trixie": "13"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
FORMAT = "${db:Status-Status}\\t${Package}\\t${Version}\\t${source:Package}\\t${source:Version}\\n"

sys.path.insert(0, str(SOURCE / "tests" / "e2e"))


def mirror():
    """The first address in apt's own sources, new style or old."""
    folder = pathlib.Path("/etc/apt")
    for path in (*sorted(folder.glob("sources.list.d/*")), folder / "sources.list"):
        if not path.is_file():
            continue
        found = re.search(r"^(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s+)?)(\S+)", path.read_text(),
                          re.MULTILINE)
        if found:
            return found.group(1)
    raise SystemExit("apt has no sources here")


def make_image(release):
    """A minimal root file system as a tar; made once."""
    image = CACHE / f"{release}.tar"
    if image.exists():
        return image
    CACHE.mkdir(parents=True, exist_ok=True)
    part = image.with_name(f"part-{release}.tar")
    command = ["mmdebstrap", "--variant=minbase", "--mode=root", "--quiet", f"--keyring={KEYRING}",
               release, part, f"deb {mirror()} {release} main"]
    start = time.monotonic()
    subprocess.run([str(word) for word in command], check=True)
    part.rename(image)
    print(f"{release}: made in {time.monotonic() - start:.0f} s, "
          f"{image.stat().st_size / 1e6:.0f} MB", flush=True)
    return image


def dpkg_query(image):
    """What dpkg-query itself says of the image's database, and the database's text."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-xf", image, "-C", folder, "./var/lib/dpkg"], check=True)
        admin = pathlib.Path(folder) / "var" / "lib" / "dpkg"
        listing = subprocess.run(["dpkg-query", f"--admindir={admin}", "-W", "-f", FORMAT],
                                 check=True, capture_output=True, text=True).stdout
        status = (admin / "status").read_text()
    rows = [line.split("\t") for line in listing.splitlines()]
    return sorted(tuple(row[1:]) for row in rows if row[0] == "installed"), status


def scan(bulkhead, image, database):
    start = time.monotonic()
    run = subprocess.run([bulkhead, "scan", f"tar:{image}", "-o", "json", "--db", database,
                          "--offline"],
                         capture_output=True, text=True, check=False,
                         env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    if run.returncode not in (0, 3):
        raise SystemExit(f"{image}: exit code {run.returncode}\n{run.stderr}")
    return json.loads(run.stdout), run.returncode, time.monotonic() - start


def first_differences(got, want):
    got, want = set(got), set(want)
    for word, rows in (("not in the image", got - want), ("not reported", want - got)):
        for row in sorted(rows, key=str)[:10]:
            print(f"  {word}: {row}")


def check_release(bulkhead, release, folder):
    """Packages and findings of one release; True where all is as it should be."""
    import debian_oracle
    image = make_image(release)
    want, status = dpkg_query(image)
    installed = [debian_oracle.Installed(*row) for row in want]
    if sorted(debian_oracle.installed_of_status(status)) != installed:
        print(f"{release}: the oracle does not read the database as dpkg does")
        return False
    tracker = debian_oracle.make_tracker(installed, release, "sid")
    export = folder / f"{release}.json"
    export.write_text(json.dumps(tracker))
    database = folder / f"db-{release}"
    subprocess.run([bulkhead, "db", "import", "--db", database, "-q", export], check=True,
                   stdout=subprocess.DEVNULL)
    report, code, seconds = scan(bulkhead, image, database)
    got = sorted((p["name"], p["version"], p.get("source_name", p["name"]),
                  p.get("source_version", p["version"])) for p in report["packages"])
    expected = debian_oracle.expected(tracker, release, installed)
    reported = debian_oracle.reported(report)
    is_good = got == want and reported == expected and code == 0 and \
        report["os"]["version"] == RELEASES[release] and report["complete"]
    if got != want:
        first_differences(got, want)
    if reported != expected:
        first_differences(reported.items(), expected.items())
    for note in report["notes"]:
        print(f"  {note['level']}: {note['code']}: {note['where']}: {note['what']}")
    states = collections.Counter(e.fix_state for e in expected.values())
    print(f"{release}: {'good' if is_good else 'WRONG'}: {len(got)} of {len(want)} packages, "
          f"{len(reported)} of {len(expected)} findings {dict(states)}, exit code {code}, "
          f"{seconds:.2f} s", flush=True)
    return is_good


def main():
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(__doc__)
    for tool in ("mmdebstrap", "dpkg-query", "dpkg", "tar"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is not installed")
    releases = sys.argv[2:] or list(RELEASES)
    if set(releases) - set(RELEASES):
        raise SystemExit(f"there are {', '.join(RELEASES)}")
    with tempfile.TemporaryDirectory() as folder:
        good = [check_release(os.path.abspath(sys.argv[1]), release, pathlib.Path(folder))
                for release in releases]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
