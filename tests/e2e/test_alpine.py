"""Alpine: inventories and findings of real images against tables that other tools computed."""

import json
import re
import tarfile
import unittest
import zipfile

import fixtures
import support

IMAGES = "images"
# (name of the expected files, target below images/, VERSION_ID where the target is a database)
REAL = [
    ("alpine-3.6.5", "rootfs/alpine-minirootfs-3.6.5-x86_64.tar.gz"),
    ("alpine-3.11.13", "rootfs/alpine-minirootfs-3.11.13-x86_64.tar.gz"),
    ("docker-archive-alpine-3.10.3", "archives/docker-archive-alpine-3.10.3.tar.gz"),
    ("docker-archive-alpine-311", "archives/docker-archive-alpine-311.tar.gz"),
]
NEWER = [  # their branches have no data in the database of 2020
    ("alpine-3.16.9", "rootfs/alpine-minirootfs-3.16.9-x86_64.tar.gz"),
    ("alpine-3.20.3", "rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz"),
]
SYNTHETIC = [("synthetic-apk-v3.6", "apk/synthetic-v3.6.installed", "3.6.5"),
             ("synthetic-apk-v3.11", "apk/synthetic-v3.11.installed", "3.11.13")]


def normal(identifier):
    """The tables keep an id as the database spells it: "CVE_2019-2426", "CVE-2017-17434-1"."""
    return re.sub(r"^CVE[-_ ](\d{4})[-_](\d+)(-\d)?$", r"CVE-\1-\2", identifier)


def unpack_yaml(archive, folder):
    """A tar.zst of the YAML files, decompressed by another program."""
    plain = folder / "secdb.tar"
    run = support.run([support.tool("zstd"), "-dc", archive], stdout_path=plain)
    assert run.code == 0, run
    with tarfile.open(plain) as tar:
        for member in tar:
            if member.name.endswith(".yaml"):
                path = folder / "yaml" / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tar.extractfile(member).read())
    return folder / "yaml"


class AlpineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.zip = support.shared("advisories/alpine-secdb-json.zip")
        cls.database = cls.folder / "json"
        fixtures.import_data(cls.database, cls.zip)

    def scan(self, target, *options, code=0, database=None):
        run = support.scan(target, "--db", database or self.database, *options)
        self.assertEqual(run.code, code, run)
        return run.json()

    def expected(self, name, kind):
        return fixtures.rows(support.shared(f"{IMAGES}/expected/{name}.{kind}.tsv"))

    def check_packages(self, report, name):
        got = {(p["name"], p["version"], p.get("source_name", p["name"]), p.get("architecture"))
               for p in report["packages"]}
        want = {tuple(row) for row in self.expected(name, "packages")}
        self.assertEqual(got, want)
        self.assertEqual(len(report["packages"]), len(want))

    def table(self, name, kind):
        return [(row[0], normal(row[3]), row[4]) for row in self.expected(name, kind)]

    def check_findings(self, report, name):
        """Just what the tables say. They have "CVE-2018-18883 XSA-278" as two rows; in a report
        that is one finding, of the CVE, with the other id among its aliases."""
        ambiguous = set()
        if name == "synthetic-apk-v3.6":
            ambiguous = {row[:2] for row in self.table(name, "ambiguous")}
        fixes = {}
        for package, identifier, fix in self.table(name, "vulnerable"):
            fixes.setdefault((package, identifier), set()).add(fix)
        want = set(fixes) - ambiguous
        never = {row[:2] for row in self.table(name, "not-vulnerable")} - ambiguous - want

        findings = fixtures.vulnerabilities(report)
        rules = {(p["name"], f["rule"]) for p, f in findings} - ambiguous
        aliases = {(p["name"], alias) for p, f in findings for alias in f["aliases"]}
        self.assertEqual(rules - want, set(), "reported, but not in the table")
        self.assertEqual(want - rules - aliases, set(), "in the table, but not reported")
        self.assertEqual({key for key in want - rules if key[1].startswith("CVE-")}, set())
        self.assertEqual((rules | aliases) & never, set())
        self.assertEqual(len(findings), len({(p["id"], f["rule"]) for p, f in findings}), "twice")

        for package, finding in findings:
            key = (package["name"], finding["rule"])
            if key in ambiguous:
                continue
            self.assertIn(finding["fixed_version"], fixes[key])
            self.assertEqual({a["fixed_version"] for a in finding["advisories"]}, fixes[key], key)
            self.assertEqual(finding["fix_state"], "fixed")
        print(f"{name}: {len(rules)} findings for {len(want)} rows, none of {len(never)} others")

    def synthetic(self, name, database, version):
        installed = support.shared(f"{IMAGES}/{database}").read_bytes()
        return fixtures.alpine_tar(self.folder / f"{name}.tar", version, installed)

    def test_real_images(self):
        for name, path in REAL:
            with self.subTest(name):
                report = self.scan(support.shared(f"{IMAGES}/{path}"))
                self.assertTrue(report["complete"])
                self.assertTrue(report["packages"])
                self.check_packages(report, name)
                self.check_findings(report, name)

    def test_branches_without_data_are_gaps(self):
        for name, path in NEWER:
            with self.subTest(name):
                report = self.scan(support.shared(f"{IMAGES}/{path}"), code=3)
                self.check_packages(report, name)
                self.assertFalse(report["complete"])
                self.assertEqual([n["code"] for n in fixtures.notes(report, "incomplete")],
                                 ["no-advisory-data"])

    def test_synthetic_databases(self):
        for name, path, version in SYNTHETIC:
            with self.subTest(name):
                report = self.scan(self.synthetic(name, path, version))
                self.assertTrue(report["complete"])
                self.check_packages(report, name)
                self.check_findings(report, name)

    def test_small_databases(self):
        """Real databases of other scanners' test data: counted by their own P: lines."""
        for name, count in (("full", 14), ("scalibr", 15)):
            with self.subTest(name):
                data = support.shared(f"{IMAGES}/apk/{name}.installed").read_bytes()
                want = set()
                for record in data.decode().split("\n\n"):
                    fields = dict(line.split(":", 1) for line in record.splitlines()
                                  if line[1:2] == ":" and line[0] in "PVAo")
                    if "P" in fields:
                        want.add((fields["P"], fields["V"], fields.get("o", fields["P"]),
                                  fields["A"]))
                self.assertEqual(len(want), count)
                report = self.scan(fixtures.alpine_tar(self.folder / f"{name}.tar", "3.11.0", data))
                got = {(p["name"], p["version"], p.get("source_name", p["name"]),
                        p["architecture"]) for p in report["packages"]}
                self.assertEqual(got, want)

    def test_another_branch_under_the_images_release(self):
        """3.6.5 held against what later branches say, relabelled as v3.6."""
        for branch in ("v3.8", "v3.11"):
            with self.subTest(branch):
                folder = self.folder / f"as-{branch}"
                folder.mkdir()
                with zipfile.ZipFile(self.zip) as data:
                    for repository in ("main", "community"):
                        document = json.loads(data.read(f"{branch}/{repository}.json"))
                        document["distroversion"] = "v3.6"
                        (folder / f"{repository}.json").write_text(json.dumps(document))
                database = self.folder / f"db-{branch}"
                fixtures.import_data(database, folder)
                report = self.scan(support.shared(f"{IMAGES}/{REAL[0][1]}"), database=database)
                name = f"alpine-3.6.5-against-{branch}-data"
                self.check_packages(report, name)
                self.check_findings(report, name)

    def test_yaml_gives_the_same(self):
        archive = support.shared("advisories/alpine-secdb-yaml.tar.zst")
        database = self.folder / "yaml-db"
        fixtures.import_data(database, unpack_yaml(archive, self.folder))
        direct = self.folder / "yaml-direct"
        fixtures.import_data(direct, archive)  # the same, unpacked by bulkhead itself
        count = 0
        for name, path, version in SYNTHETIC:
            target = self.synthetic(name, path, version)
            want = self.scan(target)["findings"]
            self.assertEqual(self.scan(target, database=database)["findings"], want)
            self.assertEqual(self.scan(target, database=direct)["findings"], want)
            count += len(want)
        for _, path in REAL:
            target = support.shared(f"{IMAGES}/{path}")
            self.assertEqual(self.scan(target, database=database)["findings"],
                             self.scan(target)["findings"])
        self.assertGreater(count, 1400)

    def test_busybox_has_no_packages_and_says_so(self):
        for target in ("rootfs/busybox-latest-glibc-amd64.tar.gz",
                       "rootfs/busybox-latest-musl-amd64.tar.gz",
                       "archives/oci-busybox-glibc-amd64.tar", "archives/oci-gzip.tar",
                       "archives/oci-zstd.tar", "archives/docker-archive-dive-test.tar",
                       "archives/docker-archive-from-scratch.tar"):
            with self.subTest(target):
                report = self.scan(support.shared(f"{IMAGES}/{target}"))
                self.assertEqual(report["packages"], [])
                self.assertEqual(report["findings"], [])
                self.assertTrue(report["complete"])
                self.assertTrue(fixtures.notes(report, "info"), "empty and nothing is said of it")

    def test_an_alpine_layer_alone(self):
        """A shuffled tar of one layer: the packages are those of its own database."""
        path = support.shared(f"{IMAGES}/archives/alpine-container-layer.tar.xz")
        with tarfile.open(path) as tar:
            installed = tar.extractfile("lib/apk/db/installed").read().decode()
        want = sorted(line[2:] for line in installed.splitlines() if line.startswith("P:"))
        run = support.scan(f"tar:{path}", "--db", self.database)
        self.assertIn(run.code, (0, 3))  # its release may be newer than the data
        report = run.json()
        self.assertEqual(sorted(p["name"] for p in report["packages"]), want)
        self.assertEqual([n["code"] for n in fixtures.notes(report, "incomplete")],
                         ["no-advisory-data"] if run.code == 3 else [])


if __name__ == "__main__":
    support.main()
