"""Lock files and manifests in a tree: declared and installed apart, broken ones without harm."""

import json
import unittest

import layers
import support

PACKAGE_LOCK = json.dumps({"lockfileVersion": 3, "packages": {
    "": {"name": "app"}, "node_modules/a": {"version": "1.0.0"},
    "node_modules/b": {"version": "2.0.0"}}})
GEMSPEC = "# stub: rake 13.0.6 ruby lib\n"
GEMS = "usr/share/rubygems-integration/all/specifications/"
STATUS = ("Package: rake\nStatus: install ok installed\nVersion: 13.0.6-3\nArchitecture: all\n")
FILES = {
    "etc/os-release": "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n",
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/rake.list": f"/{GEMS}rake-13.0.6.gemspec\n",
    f"{GEMS}rake-13.0.6.gemspec": GEMSPEC,
    "var/lib/gems/3.1.0/specifications/rack-2.2.8.gemspec": "# stub: rack 2.2.8 ruby lib\n",
    "app/package-lock.json": PACKAGE_LOCK,
    "app/node_modules/a/package.json": '{"name": "a", "version": "1.0.1"}',
    "app/node_modules/a/yarn.lock": 'x@1:\n  version "1.0.0"\n',
    "app/vendor/composer/installed.json": '{"packages": [{"name": "c/d", "version": "v1.0.0"}]}',
    "app/App.deps.json": '{"libraries": {"E/1.0.0": {"type": "package"}}}',
}
BROKEN = {
    "x/package-lock.json": "{", "x/yarn.lock": "<html>", "x/pnpm-lock.yaml": "a: [",
    "x/specifications/y.gemspec": "s.version = VERSION\n", "x/composer.lock": "",
    "x/packages.config": "<a>", "x/mix.lock": "?",
}


class LockFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)

    def scan(self, files):
        target = self.folder / "root.tar"
        target.write_bytes(layers.tar([layers.file(path, text.encode())
                                       for path, text in files.items()]))
        # Without advisories a scan is a gap of its own; the inventory is what is asked for here.
        run = support.bulkhead("scan", target, "--offline", "-o", "json", "--db",
                               self.folder / "db", cwd=self.folder)
        return json.loads(run.stdout)

    @staticmethod
    def rows(report):
        return {package["purl"].split("?")[0]: (package["origin"], package.get("owner", ""))
                for package in report["packages"]}

    def test_origins_and_owners(self):
        rows = self.rows(self.scan(FILES))
        owner = next(purl for purl in rows if purl.startswith("pkg:deb/"))
        self.assertEqual(rows.pop(owner)[0], "installed")
        self.assertTrue(rows.pop("pkg:gem/rake@13.0.6")[1].startswith("pkg:deb/debian/rake"))
        self.assertEqual(rows, {
            "pkg:gem/rack@2.2.8": ("installed", ""),
            "pkg:npm/a@1.0.0": ("declared", ""), "pkg:npm/b@2.0.0": ("declared", ""),
            "pkg:npm/a@1.0.1": ("installed", ""),
            "pkg:composer/c/d@v1.0.0": ("installed", ""),
            "pkg:nuget/E@1.0.0": ("installed", "")})

    def test_broken_ones_are_oddities(self):
        good, bad = self.scan(FILES), self.scan(FILES | BROKEN)
        self.assertEqual(self.rows(good), self.rows(bad))
        gaps = [[note for note in report["notes"] if note["level"] == "incomplete"]
                for report in (good, bad)]
        self.assertEqual(gaps[0], gaps[1])
        noted = {note["where"].split("!")[-1] for note in bad["notes"] if "!x/" in note["where"]}
        self.assertEqual(noted, set(BROKEN))


if __name__ == "__main__":
    support.main()
