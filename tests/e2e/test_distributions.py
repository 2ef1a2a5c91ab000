"""Matching by each distribution's rules: real truth tables, and AlmaLinux against rpm itself."""

import json
import unittest

import alma_oracle
import fixtures
import support


def record(identifier, ecosystem, name, fixed, cve, **more):
    """An OSV record of one package; `fixed` may be None."""
    events = [{"introduced": "0"}] + ([{"fixed": fixed}] if fixed else [])
    return {"schema_version": "1.7.0", "id": identifier, "modified": "2024-01-01T00:00:00Z",
            "upstream": [cve], "affected": [{"package": {"ecosystem": ecosystem, "name": name},
            "ranges": [{"type": "ECOSYSTEM", "events": events}]}], **more}


class DistributionsTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)

    def rpm_tree(self, os_release, packages):
        root = self.folder / "root"
        (root / "etc").mkdir(parents=True)
        (root / "etc/os-release").write_text(os_release)
        (root / "var/lib/rpm").mkdir(parents=True)
        if isinstance(packages, bytes):
            (root / "var/lib/rpm/Packages").write_bytes(packages)
        else:
            alma_oracle.write_database(root / "var/lib/rpm/rpmdb.sqlite", packages)
        return f"dir:{root}"

    def alma(self, version, packages):
        return self.rpm_tree(f'NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\n'
                             f'VERSION_ID="{version}"\n', packages)

    def imported(self, *data):
        database = self.folder / "db"
        if not isinstance(data[0], dict):
            fixtures.import_data(database, *data)
            return database
        records = self.folder / "records"
        records.mkdir()
        for number, item in enumerate(data):
            (records / f"{number}.json").write_text(json.dumps(item))
        fixtures.import_data(database, records)
        return database

    def scan(self, target, database, code=0):
        run = support.scan(target, "--db", database)
        self.assertEqual(run.code, code, run)
        return run.json()

    def test_a_real_el8_database_against_almalinux(self):
        packages = support.shared("images/rpmdb/el8-libuuid/Packages").read_bytes()
        table = support.shared("images/expected/rpm-el8-libuuid.vulnerable-against-almalinux8.tsv")
        database = self.imported(support.shared("advisories/almalinux8-osv.zip"))
        report = self.scan(self.alma("8.9", packages), database)
        got = {(package["name"], package["version"], package["architecture"], a["id"],
                a["fixed_version"])
               for package, finding in fixtures.vulnerabilities(report)
               for a in finding["advisories"]}
        self.assertEqual(got, {tuple(row[:5]) for row in fixtures.rows(table)})

    def check_alma(self, release, count, least):
        support.tool("rpm")
        data = support.shared(f"advisories/almalinux{release}-osv.zip")
        records = alma_oracle.read_records(data)
        packages = alma_oracle.make_packages(records, release, count, seed=7)
        self.assertEqual(len(packages), count)
        want = alma_oracle.judge(packages, records, alma_oracle.Order(self.folder))
        report = self.scan(self.alma(f"{release}.4", packages), self.imported(data))
        self.assertEqual(sorted((p["name"], p["version"]) for p in report["packages"]),
                         sorted((p["name"], p["version"]) for p in packages))
        got = {(package["name"], package["version"], finding["rule"], a["id"])
               for package, finding in fixtures.vulnerabilities(report)
               for a in finding["advisories"]}
        self.assertEqual(sorted(got - want), [])
        self.assertEqual(sorted(want - got), [])
        self.assertGreaterEqual(len(want), least)
        of_module = {p["name"] for p in packages if alma_oracle.is_modular(p["version"])}
        print(f"AlmaLinux {release}: {count} packages ({len(of_module)} of modules), "
              f"{len(want)} statements hold, {len({w[0] for w in want})} packages vulnerable")

    def test_almalinux_8_against_rpms_own_order(self):
        self.check_alma("8", 300, 300)

    def test_almalinux_9_against_rpms_own_order(self):
        self.check_alma("9", 300, 300)

    def test_packages_of_others_are_counted_not_matched(self):
        packages = [{"name": f"own{n}", "version": "1-1.el9", "module": ""} for n in range(3)]
        packages.append({"name": "htop", "version": "1-1.el9", "module": "",
                         "vendor": "Fedora Project"})
        target = self.alma("9.4", packages)
        data = [record(f"ALSA-{n}", "AlmaLinux:9", name, "2-1.el9", f"CVE-2024-{1000 + n}")
                for n, name in enumerate(("own0", "htop"))]
        report = self.scan(target, self.imported(*data))
        self.assertEqual([f["rule"] for _, f in fixtures.vulnerabilities(report)],
                         ["CVE-2024-1000"])
        notes = [n["what"] for n in report["notes"] if n["code"] == "package-not-covered"]
        self.assertEqual(len(notes), 1, report["notes"])
        self.assertIn("1 packages of 'Fedora Project'", notes[0])
        self.assertIn("htop", notes[0])

    def test_centos_stream_is_matched_by_red_hats_data(self):
        target = self.rpm_tree('NAME="CentOS Stream"\nID="centos"\nVERSION_ID="9"\n'
                               'PRETTY_NAME="CentOS Stream 9"\n',
                               [{"name": "curl", "version": "7.76.1-1.el9", "module": ""}])
        data = record("RHSA-2024:1", "Red Hat:enterprise_linux:9::baseos", "curl",
                      "0:7.76.1-2.el9", "CVE-2024-1")
        other = record("RHSA-2024:2", "Red Hat:rhel_eus:9.2::baseos", "curl", "0:7.76.1-9.el9_2",
                       "CVE-2024-2")
        report = self.scan(target, self.imported(data, other))
        found = [(f["rule"], f["confidence"], f["fixed_version"])
                 for _, f in fixtures.vulnerabilities(report)]
        self.assertEqual(found, [("CVE-2024-1", "likely", "7.76.1-2.el9")])
        self.assertIn("derived-os", {n["code"] for n in report["notes"]})

    def test_a_fix_of_ubuntu_pro_is_no_plain_upgrade(self):
        status = ("Package: unzip\nStatus: install ok installed\nArchitecture: amd64\n"
                  "Version: 6.0-20ubuntu1\n\n")
        target = fixtures.write_tar(self.folder / "ubuntu.tar", {
            "etc/os-release": "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=16.04\n",
            "var/lib/dpkg/status": status})
        data = [record("UBUNTU-CVE-2024-1", "Ubuntu:16.04:LTS", "unzip", None, "CVE-2024-1"),
                record("UBUNTU-CVE-2024-1", "Ubuntu:Pro:16.04:LTS", "unzip",
                       "6.0-20ubuntu1+esm1", "CVE-2024-1"),
                record("UBUNTU-CVE-2024-2", "Ubuntu:16.04:LTS", "unzip", "6.0-20ubuntu1.1",
                       "CVE-2024-2")]
        report = self.scan(target, self.imported(*data))
        found = {f["rule"]: f for _, f in fixtures.vulnerabilities(report)}
        self.assertEqual(sorted(found), ["CVE-2024-1", "CVE-2024-2"])
        paid = found["CVE-2024-1"]
        self.assertEqual(paid["fix_state"], "not_fixed")
        self.assertNotIn("fixed_version", paid)
        self.assertIn("6.0-20ubuntu1+esm1, which comes with Ubuntu Pro (ESM) alone",
                      paid["remediation"])
        self.assertEqual(found["CVE-2024-2"]["fixed_version"], "6.0-20ubuntu1.1")

    def test_a_release_without_data_is_a_gap(self):
        for name, os_release in {
                "Rocky": "ID=rocky\nVERSION_ID=9.3\n", "Amazon": "ID=amzn\nVERSION_ID=2023\n",
                "SUSE": "ID=sles\nVERSION_ID=15.5\n", "Fedora": "ID=fedora\nVERSION_ID=40\n"}.items():
            with self.subTest(name):
                self.folder = support.temporary_folder(self)
                target = self.rpm_tree(os_release,
                                       [{"name": "a", "version": "1-1", "module": ""}])
                report = self.scan(target, self.folder / "none", code=3)
                self.assertIn("no-advisory-data", {n["code"] for n in report["notes"]})


if __name__ == "__main__":
    support.main()
