"""`why`: the evidence for a finding, or for its absence."""

import json
import unittest

import fixtures
import support

STATUS = """Package: libssl3
Status: install ok installed
Source: openssl (3.0.11-1)
Version: 3.0.11-1
Architecture: amd64

Package: curl
Status: install ok installed
Version: 8.0-2
Architecture: amd64

"""


def record(identifier, ecosystem, name, fixed, cve):
    return {"schema_version": "1.7.0", "id": identifier, "modified": "2024-01-01T00:00:00Z",
            "upstream": [cve], "aliases": [f"GHSA-{identifier}"],
            "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


class WhyTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        root = self.folder / "root"
        (root / "etc").mkdir(parents=True)
        (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n')
        (root / "var/lib/dpkg").mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text(STATUS)
        self.target = f"dir:{root}"
        self.database = self.folder / "db"
        records = self.folder / "records"
        records.mkdir()
        for number, item in enumerate([
                record("DSA-1-1", "Debian:12", "openssl", "3.0.13-1", "CVE-2024-1"),
                record("DSA-2-1", "Debian:12", "curl", "7.0-1", "CVE-2024-2"),
                record("DSA-3-1", "Debian:12", "nginx", "1.0-1", "CVE-2024-3"),
                record("PYSEC-1", "PyPI", "left", "1.0", "CVE-2024-4")]):
            (records / f"{number}.json").write_text(json.dumps(item))
        fixtures.import_data(self.database, records)

    def why(self, identifier, *options, code=0, database=None):
        run = support.bulkhead("why", identifier, self.target, "--db", database or self.database,
                               *options)
        self.assertEqual(run.code, code, run)
        return run

    def answer(self, *arguments, **how):
        return self.why(*arguments, "-o", "json", **how).json()

    def test_what_is_vulnerable(self):
        got = self.answer("CVE-2024-1")
        self.assertEqual((got["answer"], got["complete"]), ("vulnerable", True))
        [package] = got["packages"]
        self.assertEqual((package["name"], package["source"]), ("libssl3", "openssl"))
        self.assertEqual(package["locations"], [{"layer": 0, "path": "/var/lib/dpkg/status"}])
        [evidence] = package["evidence"]
        self.assertEqual(evidence["verdict"], "affected")
        self.assertEqual(evidence["explanation"], "3.0.11-1 is affected, it is below 3.0.13-1")
        self.assertEqual(package["finding"]["fixed_version"], "3.0.13-1")
        text = self.why("CVE-2024-1").stdout.decode()
        for part in ("CVE-2024-1: vulnerable", "Debian 12, says /etc/os-release", "osv/Debian:12",
                     "libssl3 3.0.11-1: vulnerable", "source     openssl 3.0.11-1",
                     "layer 0, /var/lib/dpkg/status", "DSA-1-1 (osv/Debian:12)",
                     "3.0.11-1 is affected, it is below 3.0.13-1", "next step  upgrade openssl"):
            self.assertIn(part, text)

    def test_every_name_of_it_asks_the_same(self):
        want = self.answer("CVE-2024-1")["packages"]
        finding = want[0]["finding"]["id"]
        for name in ("cve-2024-1", "DSA-1-1", "ghsa-dsa-1-1", finding):
            self.assertEqual(self.answer(name)["packages"], want, name)
        other = self.answer("CVE-2024-1@pkg:deb/debian/other@1", code=3)
        self.assertEqual((other["answer"], other["packages"]), ("no-data", []))

    def test_what_is_fixed(self):
        got = self.answer("CVE-2024-2")
        self.assertEqual(got["answer"], "fixed")
        [evidence] = got["packages"][0]["evidence"]
        self.assertEqual((evidence["verdict"], evidence["held_against"]),
                         ("at-or-above-fix", "7.0-1"))
        self.assertIsNone(got["packages"][0]["finding"])
        self.assertIn("curl 8.0-2: fixed", self.why("CVE-2024-2").stdout.decode())

    def test_what_is_not_affected(self):
        got = self.answer("CVE-2024-3")
        self.assertEqual((got["answer"], got["packages"]), ("not-affected", []))
        self.assertEqual(got["because"], "it is about nginx, and none of that is installed")

    def test_what_no_data_speak_of(self):
        got = self.answer("CVE-2024-4", code=3)
        self.assertEqual(got["answer"], "no-data")
        self.assertIn("those of PyPI do", got["because"])
        self.assertIn("no data that are here", self.answer("CVE-2024-9", code=3)["because"])
        empty = self.answer("CVE-2024-1", code=3, database=self.folder / "empty")
        self.assertEqual(empty["answer"], "no-data")
        self.assertIn("there is no advisory data for Debian 12", empty["because"])

    def test_what_is_left_out(self):
        got = self.answer("CVE-2024-1", "--ignore", "CVE-2024-1")
        self.assertEqual(got["answer"], "vulnerable")
        self.assertEqual(got["packages"][0]["finding"]["suppressed_by"], "--ignore")
        text = self.why("CVE-2024-1", "--ignore", "CVE-2024-1").stdout.decode()
        self.assertIn("left out   by --ignore", text)

    def test_wrong_usage(self):
        self.assertEqual(support.bulkhead("why").code, 2)
        self.assertEqual(support.bulkhead("why", "CVE-2024-1").code, 2)


if __name__ == "__main__":
    support.main()
