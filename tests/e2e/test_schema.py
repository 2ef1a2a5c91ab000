"""Every JSON report is held against the schema of docs/schema."""

import json
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

import fixtures
import support

SCHEMA = support.SOURCE / "docs" / "schema" / "bulkhead.report-1.schema.json"
DEMO = support.SOURCE / "examples" / "storefront"

ODD_NAMES = {
    "bytes that are no UTF-8": b"a\xff\xfeb",
    "control characters": b"a\x1b[31mb\x07\x01",
    "bidirectional overrides": "a\u202ecod\u2066.txt".encode(),
    "quotes and backslashes": b'a"b\\c\'d',
    "a NUL": b"a\x00b",
    "surrogates written as UTF-8": b"a\xed\xa0\x80b",
    "half a character at the end": b"a\xe2\x82",
    "very long": b"x" * 5000,
}


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if jsonschema is None:
            raise unittest.SkipTest("python3-jsonschema is not installed")
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker())
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")

    def check(self, target, *options, codes=(0,), database=None):
        run = support.scan(target, "--db", database or self.database, *options)
        self.assertIn(run.code, codes, run)
        run.stdout.decode("utf-8")  # strictly
        report = run.json()
        errors = [f"{list(e.absolute_path)}: {e.message[:200]}"
                  for e in self.validator.iter_errors(report)]
        self.assertEqual(errors, [])
        self.assertEqual(report["complete"], run.code != 3)
        return report

    def test_the_schema_refuses(self):
        """A check that cannot fail is none."""
        good = self.check(support.make_image({"layers": []}, self.folder / "empty.tar"))
        for path, value in [("schema", "bulkhead.report/2"), ("created", "yesterday"),
                            ("complete", "yes"), ("notes", {}), ("packages", None),
                            ("target", {})]:
            self.assertTrue(list(self.validator.iter_errors({**good, path: value})), path)

    def test_demo(self):
        for layout in ("docker-archive", "docker-archive-oci", "oci-archive", "oci-dir"):
            image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / layout, layout)
            for options in ((), ("--package-files",), ("--all",), ("-s", "high,critical"),
                            ("--only-fixed",)):
                report = self.check(image, *options)
                self.assertTrue(report["findings"])

    def test_known_exploited_and_rated(self):
        """Fields that the demo's data do not have: CVSS, the exploited, words of the tracker."""
        database = self.folder / "more"
        (self.folder / "osv.json").write_text(json.dumps({
            "id": "TEST-1", "modified": "2024-01-01T00:00:00Z", "summary": "s\u0001",
            "details": "d" * 3000, "aliases": ["CVE-2024-1111", "GHSA-aaaa-bbbb-cccc"],
            "severity": [{"type": "CVSS_V3",
                          "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "references": [{"type": "WEB", "url": "https://example.org/1"}],
            "affected": [{"package": {"ecosystem": "Debian:12", "name": "bash"},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": "9"}]}]}]}))
        (self.folder / "kev.json").write_text(json.dumps({
            "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "1",
            "dateReleased": "2024-01-01T00:00:00Z", "count": 1,
            "vulnerabilities": [{"cveID": "CVE-2024-1111", "dateAdded": "2024-01-01"}]}))
        fixtures.import_data(database, self.folder / "osv.json", self.folder / "kev.json")
        target = fixtures.debian_tar(
            self.folder / "bash.tar", "12", "bookworm",
            "Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: all\n")
        report = self.check(target, database=database)
        (package, finding), = fixtures.vulnerabilities(report)
        self.assertEqual(finding["rule"], "CVE-2024-1111")
        self.assertTrue(finding["known_exploited"])
        self.assertEqual(finding["cvss"][0]["score"], 9.8)
        self.assertEqual(finding["severity"], "critical")
        self.assertEqual(package["purl"].split("?")[0], "pkg:deb/debian/bash@5")

    def test_odd_names(self):
        for why, name in ODD_NAMES.items():
            with self.subTest(why):
                text = name.replace(b"\n", b" ")
                status = (b"Package: " + text + b"\nStatus: install ok installed\nVersion: 1" +
                          text + b"\nArchitecture: " + text + b"\nSource: " + text + b"\n\n"
                          b"Package: bash\nStatus: install ok installed\nVersion: 5\n")
                target = fixtures.write_tar(self.folder / "odd.tar", {
                    "etc/os-release": b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="' + text + b'"\n',
                    "var/lib/dpkg/status": status,
                    "var/lib/dpkg/info/bash.list": b"/.\n/usr/" + text + b"\n",
                })
                report = self.check(target, "--package-files", codes=(0, 3))
                self.assertIn("bash", [p["name"] for p in report["packages"]])
                odd = self.folder.joinpath(  # and as the name of the target itself
                    text.replace(b"\0", b"0")[:200].decode("utf-8", "surrogateescape") + ".tar")
                odd.write_bytes(target.read_bytes())
                report = self.check(odd, codes=(0, 3))
                self.assertEqual("reference_b64" in report["target"], "UTF-8" in why or
                                 "half" in why)

    def test_incomplete(self):
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "whole.tar")
        data = image.read_bytes()
        cut = self.folder / "cut.tar"
        for keep in (0, 100, 512, 5000, len(data) // 3, len(data) // 2, len(data) - 2000):
            with self.subTest(keep):
                cut.write_bytes(data[:keep])
                self.check(cut, codes=(0, 3))
        broken = fixtures.debian_tar(self.folder / "broken.tar", "11", "bullseye",
                                     "Package: bash\nStatus: install ok installed\n\n: :\n\nno\n")
        self.assertFalse(self.check(broken, codes=(3,))["complete"])
        unknown = fixtures.write_tar(self.folder / "unknown.tar", {
            "var/lib/dpkg/status": "Package: a\nStatus: install ok installed\nVersion: 1\n"})
        self.check(unknown, codes=(3,))
        self.check(unknown, "--max-entries", "1", codes=(3,))

    def test_failure_to_open(self):
        garbage = self.folder / "garbage"
        garbage.write_bytes(b"\x00garbage" * 100)
        for target in ("/nonexistent/image.tar", garbage, f"oci-archive:{garbage}",
                       f"docker-archive:{garbage}", "dir:/nonexistent"):
            with self.subTest(target):
                report = self.check(target, codes=(3,))
                self.assertEqual(report["target"]["reference"], str(target))
                self.assertTrue(fixtures.notes(report, "incomplete"))

    def test_real_images(self):
        for path in ("rootfs/alpine-minirootfs-3.11.13-x86_64.tar.gz",
                     "rootfs/busybox-latest-musl-amd64.tar.gz",
                     "archives/docker-archive-alpine-311.tar.gz",
                     "archives/docker-archive-v11.tar", "archives/oci-zstd.tar"):
            with self.subTest(path):
                self.check(support.shared(f"images/{path}"), "--package-files", codes=(0, 3))


if __name__ == "__main__":
    support.main()
