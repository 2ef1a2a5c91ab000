"""Debian: findings against tables and against an oracle that asks dpkg itself."""

import collections
import json
import unittest

import debian_oracle
import fixtures
import support

# A few packages of our own, so that a checkout alone proves the main claims.
OWN_STATUS = "\n".join(
    f"Package: {name}\nStatus: {status}\nArchitecture: amd64\n{source}Version: {version}\n"
    for name, status, source, version in [
        ("libssl3", "install ok installed", "Source: openssl\n", "3.0.11-1~deb12u2"),
        ("openssl", "install ok installed", "", "3.0.11-1~deb12u2"),
        ("login", "install ok installed", "Source: shadow (1:4.13+dfsg1-1)\n",
         "1:4.13+dfsg1-1+b1"),
        ("bash", "install ok installed", "", "5.2.15-2+b2"),
        ("libc6", "hold ok installed", "Source: glibc\n", "2.36-9+deb12u4"),
        ("zlib1g", "install ok installed", "Source: zlib (1:1.2.13.dfsg-1)\n",
         "1:1.2.13.dfsg-1"),
        ("gone", "deinstall ok config-files", "Source: zlib\n", "1:1.2.13.dfsg-1"),
    ])


class DebianTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)

    def scan(self, target, database, code=0):
        run = support.scan(target, "--db", database)
        self.assertEqual(run.code, code, run)
        return run.json()

    def synthetic(self):
        status = support.shared("images/dpkg/synthetic-debian-11.status").read_text()
        target = fixtures.debian_tar(self.folder / "synthetic.tar", "11", "bullseye", status)
        return debian_oracle.installed_of_status(status), target

    def check_packages(self, report, installed):
        got = [(p["name"], p["version"], p.get("source_name", p["name"]),
                p.get("source_version", p["version"])) for p in report["packages"]]
        self.assertEqual(sorted(got), sorted(map(tuple, installed)))

    def check_oracle(self, status, version, codename, least):
        """An export about these packages' own sources, and what follows from it."""
        support.tool("dpkg")
        installed = debian_oracle.installed_of_status(status)
        tracker = debian_oracle.make_tracker(installed, codename, "sid")
        export = self.folder / f"{codename}.json"
        export.write_text(json.dumps(tracker))
        database = self.folder / f"db-{codename}-{least}"
        fixtures.import_data(database, export)
        target = fixtures.debian_tar(self.folder / f"{codename}.tar", version, codename, status)
        report = self.scan(target, database)
        self.check_packages(report, installed)
        want = debian_oracle.expected(tracker, codename, installed)
        self.assertEqual(debian_oracle.reported(report), want)
        self.assertGreaterEqual(len(want), least)
        states = collections.Counter(e.fix_state for e in want.values())
        print(f"{codename}: {len(installed)} packages, {len(want)} findings {dict(states)}")
        return want

    def test_own_packages_against_dpkg(self):
        want = self.check_oracle(OWN_STATUS, "12", "bookworm", 40)
        self.assertEqual({e.fix_state for e in want.values()},
                         {"fixed", "not_fixed", "will_not_fix", "deferred", "end_of_life",
                          "unknown"})

    def test_bookworm_against_dpkg(self):
        status = support.shared("images/dpkg/debian-bookworm-minbase.status").read_text()
        self.check_oracle(status, "12", "bookworm", 200)

    def test_bullseye_against_dpkg(self):
        status = support.shared("images/dpkg/debian-bullseye-minbase.status").read_text()
        self.check_oracle(status, "11", "bullseye", 200)

    def test_osv_of_dsas(self):
        installed, target = self.synthetic()
        table = support.shared("images/expected/synthetic-debian-11.vulnerable.tsv")
        database = self.folder / "osv"
        fixtures.import_data(database, support.shared("advisories/debian-osv-from-dsa-dla.zip"))
        report = self.scan(target, database)
        self.assertTrue(report["complete"])
        self.check_packages(report, installed)
        want = collections.defaultdict(set)
        for name, version, _, _, advisory, fixed, cves in fixtures.rows(table):
            for cve in cves.split(",") if cves else [advisory]:  # of none: it stands for itself
                want[(name, version, cve)].add((advisory, fixed))
        got = {}
        for package, finding in fixtures.vulnerabilities(report):
            key = (package["name"], finding["installed_version"], finding["rule"])
            self.assertNotIn(key, got)
            got[key] = {(a["id"], a["fixed_version"]) for a in finding["advisories"]}
            highest = finding["fixed_version"]
            for _, fixed in got[key]:
                self.assertFalse(debian_oracle.is_below(highest, fixed))
        self.assertEqual(got, dict(want))
        print(f"bullseye DSAs: {len(got)} findings of {len(fixtures.rows(table))} rows")

    def test_patched_bullseye_has_no_findings(self):
        status = support.shared("images/dpkg/debian-bullseye-minbase.status").read_text()
        database = self.folder / "osv-patched"
        fixtures.import_data(database, support.shared("advisories/debian-osv-from-dsa-dla.zip"))
        target = fixtures.debian_tar(self.folder / "patched.tar", "11", "bullseye", status)
        report = self.scan(target, database)
        self.assertEqual(len(report["packages"]), 96)
        self.assertEqual(fixtures.vulnerabilities(report), [])
        self.assertTrue(report["complete"])

    def test_tracker_export(self):
        installed, target = self.synthetic()
        export = support.shared("advisories/debian-tracker-from-dsa-dla.json.zst")
        plain = support.run([support.tool("zstd"), "-dc", export])
        database = self.folder / "tracker"
        fixtures.import_data(database, export)
        report = self.scan(target, database)
        want = debian_oracle.expected(json.loads(plain.stdout), "bullseye", installed)
        self.assertEqual(debian_oracle.reported(report), want)
        self.assertGreater(len(want), 200)
        print(f"bullseye by the tracker: {len(want)} findings")

    def test_other_databases(self):
        """Inventories of other scanners' test data; without data of their release, a gap."""
        for name, count in (("texlive", 357), ("debian-only", 1), ("ubuntu-small", 5),
                            ("debian-bookworm-minbase", 96)):
            with self.subTest(name):
                status = support.shared(f"images/dpkg/{name}.status").read_text()
                installed = debian_oracle.installed_of_status(status)
                self.assertEqual(len(installed), count)
                target = fixtures.debian_tar(self.folder / f"{name}.tar", "12", "bookworm", status)
                report = self.scan(target, self.folder / "nothing", code=3)
                self.check_packages(report, installed)

    def test_distroless_status_d(self):
        stanza = support.shared("images/dpkg/distroless-status.d/libsqlite3-0").read_bytes()
        target = fixtures.write_tar(self.folder / "distroless.tar", {
            "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
            "var/lib/dpkg/status.d/libsqlite3-0": stanza,
        })
        fields = dict(line.split(": ", 1) for line in stanza.decode().splitlines()
                      if ": " in line and not line.startswith(" "))
        report = self.scan(target, self.folder / "nothing", code=3)
        self.assertEqual([(p["name"], p["version"]) for p in report["packages"]],
                         [(fields["Package"], fields["Version"])])


if __name__ == "__main__":
    support.main()
