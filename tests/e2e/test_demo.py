"""The demo: its expected findings, its provenance, and the same bytes every time."""

import hashlib
import unittest

import fixtures
import support

DEMO = support.SOURCE / "examples" / "storefront"
DELETED = "/app/deploy/rollout.conf"


def build(folder):
    made = support.run(["sh", DEMO / "build.sh", folder, support.program("BULKHEAD_MAKE_IMAGE")])
    assert made.code == 0, made
    return folder


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir() if path.is_file()}


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        build(cls.folder / "demo")
        cls.image = cls.folder / "demo" / "storefront.tar"
        cls.oci_image = cls.folder / "demo" / "storefront.oci.tar"
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")

    def report(self, image=None):
        run = support.scan(image or self.image, "--db", self.database, "--no-progress")
        self.assertEqual(run.code, 0, run)
        return run.json()

    def test_findings_are_the_expected(self):
        want = {}
        for name, version, rule, advisory, fixed in fixtures.rows(DEMO / "expected-findings.tsv"):
            want.setdefault((name, version, rule), set()).add(
                (advisory, None if fixed == "-" else fixed))
        self.assertGreater(len(want), 40)
        for image in (self.image, self.oci_image):
            report = self.report(image)
            got = {(package["name"], finding["installed_version"], finding["rule"]):
                   {(a["id"], a.get("fixed_version")) for a in finding["advisories"]}
                   for package, finding in fixtures.vulnerabilities(report)}
            self.assertEqual(got, want)
            self.assertEqual(len(fixtures.vulnerabilities(report)), len(want))
            self.assertTrue(report["complete"])
        print(f"demo: {len(want)} findings")

    def test_inventory(self):
        names = [p["name"] for p in self.report()["packages"]]
        self.assertEqual(len(names), 36)
        self.assertNotIn("openssh-client", names, "only its configuration is left")

    def test_same_bytes_every_time(self):
        self.assertEqual(digests(build(self.folder / "again")), digests(self.folder / "demo"))

    def test_provenance(self):
        report = self.report()
        layers = {layer["index"]: layer for layer in report["layers"]}
        first = {p["name"]: p["locations"][0]["layer"] for p in report["packages"]}
        self.assertEqual(first["bash"], 0)
        for name in ("curl", "git", "sudo", "gpgv"):
            self.assertEqual(first[name], 1, name)
        self.assertIn("apt-get install", layers[1]["created_by"])
        table = support.bulkhead("scan", self.image, "--db", self.database, "--all")
        self.assertEqual(table.code, 0, table)
        text = table.stdout.decode()
        self.assertIn("apt-get install", text)
        for name in ("curl", "CVE-2022-32221"):
            self.assertIn(name, text)

    def paths(self, *options):
        run = support.bulkhead("files", self.image, "-o", "json", *options)
        self.assertEqual(run.code, 0, run)
        return {entry["path"]: entry for entry in run.json()["entries"]}

    def test_final_tree_lacks_the_deleted_file(self):
        final = self.paths()
        self.assertNotIn(DELETED, final)
        self.assertEqual(final["/app/serve.sh"]["layer"], 3)
        self.assertEqual(final["/app/serve.sh"]["mode"], "0755")
        self.assertEqual(final["/usr/bin/chfn"]["mode"], "4755")
        self.assertEqual(final["/bin"]["link"], "usr/bin")
        self.assertFalse([path for path in final if ".wh." in path])

    def test_layers_show_the_deleted_file(self):
        self.assertEqual(self.paths("--layer", "3")[DELETED]["change"], "added")
        self.assertEqual(self.paths("--layer", "4")[DELETED]["change"], "removed")
        self.assertEqual(self.paths("--layer", "1")["/var/lib/dpkg/status"]["change"], "changed")
        self.assertNotIn(DELETED, self.paths("--layer", "2"))
        table = support.bulkhead("files", self.image, "--layer", "4").stdout.decode()
        self.assertTrue([line for line in table.splitlines()
                         if line.startswith("R") and line.endswith(DELETED)], table)

    def test_remediations_name_the_fix(self):
        report = self.report()
        fixed = [f for f in report["findings"] if f.get("fix_state") == "fixed"]
        for finding in fixed:
            self.assertIn(finding["fixed_version"], finding["remediation"])


if __name__ == "__main__":
    support.main()
