"""Python's libraries: installed, declared and vendored, and those that Debian's packages own."""

import json
import unittest

import fixtures
import support

STATUS = """Package: python3-django
Status: install ok installed
Source: python-django
Version: 3:3.2.19-1
Architecture: all

"""
OWNED = "usr/lib/python3/dist-packages/Django-3.2.19.egg-info/PKG-INFO"
VENV = "srv/app/venv/lib/python3.11/site-packages"
FILES = {
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n',
    OWNED: "Metadata-Version: 2.1\nName: Django\nVersion: 3.2.19\n",
    f"{VENV}/zope.interface-5.4.dist-info/METADATA":
        "Metadata-Version: 2.1\nName: zope.interface\nVersion: 5.4\nLicense: ZPL 2.1\n\nText\n",
    f"{VENV}/pip/_vendor/vendor.txt": "urllib3==1.26.0  # a copy\n",
    # The installed one decides where both are there; of jinja2 there is no other.
    "srv/app/requirements.txt": "Zope_Interface==4.0\njinja2==3.0.0 --hash=sha256:00\nclick>=8\n",
    "srv/app/uv.lock": '[[package]]\nname = "flask"\nversion = "2.0.0"\n'
                       'source = { registry = "https://example.org/simple" }\n',
    "srv/app/broken/poetry.lock": "[[package]\n",
}
DATABASE = {
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/python3-django.list": f"/usr\n/{OWNED}\n",
}


def record(number, name, fixed):
    return {"schema_version": "1.7.0", "id": f"PYSEC-{number}", "modified": "2024-01-01T00:00:00Z",
            "aliases": [f"CVE-2024-{number}"],
            "affected": [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


class PythonTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        records = self.folder / "records"
        records.mkdir()
        for number, (name, fixed) in enumerate([("django", "4"), ("zope-interface", "6"),
                                                ("jinja2", "3.1"), ("flask", "1.0"),
                                                ("urllib3", "2")], 1001):
            (records / f"{number}.json").write_text(json.dumps(record(number, name, fixed)))
        (records / "debian.json").write_text(json.dumps({
            "schema_version": "1.7.0", "id": "DSA-1-1", "modified": "2024-01-01T00:00:00Z",
            "affected": [{"package": {"ecosystem": "Debian:12", "name": "other"}, "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1"}]}]}]}))
        self.database = self.folder / "db"
        fixtures.import_data(self.database, records)

    def report_of(self, files):
        root = self.folder / "root"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        run = support.scan(f"dir:{root}", "--db", self.database, "--offline")
        self.assertEqual(run.code, 0, run)
        return run.json()

    def libraries(self, report):
        return {(p["name"], p["version"], p.get("origin", "installed"))
                for p in report["packages"] if p["purl"].startswith("pkg:pypi/")}

    def test_what_is_found_and_what_answers(self):
        report = self.report_of(FILES | DATABASE)
        self.assertEqual(self.libraries(report), {
            ("Django", "3.2.19", "installed"), ("zope.interface", "5.4", "installed"),
            ("urllib3", "1.26.0", "embedded"), ("Zope_Interface", "4.0", "declared"),
            ("jinja2", "3.0.0", "declared"), ("flask", "2.0.0", "declared")})
        self.assertIn("pkg:pypi/zope-interface@5.4", {p["purl"] for p in report["packages"]})
        self.assertEqual(fixtures.found(report), {
            ("zope.interface", "CVE-2024-1002"), ("jinja2", "CVE-2024-1003"),
            ("urllib3", "CVE-2024-1005")})
        texts = {note["what"] for note in report["notes"]}
        self.assertIn("requirements: entries that are not pinned to a version and are left out: 1", texts)
        self.assertTrue(any(text.startswith("poetry.lock: toml: line 1, column ")
                            for text in texts), texts)

    def test_without_the_database_a_library_answers_for_itself(self):
        report = self.report_of(FILES)
        self.assertIn(("Django", "CVE-2024-1001"), fixtures.found(report))


if __name__ == "__main__":
    support.main()
