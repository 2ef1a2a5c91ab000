"""Lists of packages: valid by the official schemas, read back to the same findings, as targets."""

import json
import pathlib
import unittest
import warnings

try:
    import jsonschema
except ImportError:
    jsonschema = None

import fixtures
import images
import support

DEMO = support.SOURCE / "examples" / "storefront"
FORMATS = ("cyclonedx", "spdx")
RPMS = ("openssl-libs\t1:3.0.7-24.el9", "bash\t5.1.8-6.el9")


def osv(identity, ecosystem, package, fixed, **more):
    return {"id": identity, "modified": "2024-01-01T00:00:00Z", "summary": f"A fault in {package}",
            "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": fixed}]}]}], **more}


def apk(name, version, origin):
    return f"P:{name}\nV:{version}\nA:x86_64\no:{origin}\nL:MIT\n\n"


def manifest_json(name, version, **more):
    return json.dumps({"name": name, "version": version, **more})


def rpm_line(name, version, release, epoch, source, vendor="AlmaLinux"):
    """A line of container-manifest-2, as distroless images of rpms have it."""
    return "\t".join([name, f"{version}-{release}", "1", "1", vendor, "(none)", "1", "x86_64",
                      epoch, source]) + "\n"


class SbomTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        data = cls.folder / "advisories"
        data.mkdir()
        records = [
            osv("ALPINE-CVE-2024-0001", "Alpine:v3.18", "openssl", "3.1.9-r0",
                aliases=["CVE-2024-0001"]),
            osv("ALSA-2024:1", "AlmaLinux:9", "openssl-libs", "1:3.0.7-27.el9",
                related=["CVE-2024-0002"]),
            osv("ALSA-2024:2", "AlmaLinux:9", "bash", "0:5.1.8-9.el9",
                related=["CVE-2024-0003"]),
            osv("GHSA-aaaa-bbbb-cccc", "npm", "left-pad", "2.0.0", aliases=["CVE-2024-0004"]),
            osv("GHSA-aaaa-bbbb-dddd", "npm", "@scope/thing", "2.0.0"),
        ]
        for number, record in enumerate(records):
            (data / f"{number}.json").write_text(json.dumps(record))
        fixtures.import_data(cls.database, data, DEMO / "advisories")
        cls.images = {
            "debian": fixtures.make_image_of(DEMO / "storefront.json", cls.folder / "debian.tar"),
            "alpine": fixtures.alpine_tar(
                cls.folder / "alpine.tar", "3.18.4",
                apk("libcrypto3", "3.1.2-r0", "openssl") + apk("musl", "1.2.4-r2", "musl")),
            "rpm": fixtures.write_tar(cls.folder / "rpm.tar", {
                "etc/os-release": 'ID="almalinux"\nVERSION_ID="9.3"\nPRETTY_NAME="AlmaLinux 9.3"\n'
                                  'SUPPORT_END=2032-06-01\n',
                "var/lib/rpmmanifest/container-manifest-2":
                    rpm_line("openssl-libs", "3.0.7", "24.el9", "1",
                             "openssl-3.0.7-24.el9.src.rpm") +
                    rpm_line("bash", "5.1.8", "6.el9", "(none)", "bash-5.1.8-6.el9.src.rpm")}),
            "npm": fixtures.write_tar(cls.folder / "npm.tar", {
                "app/node_modules/left-pad/package.json": manifest_json("left-pad", "1.3.0",
                                                                        license="WTFPL"),
                "app/node_modules/@scope/thing/package.json":
                    manifest_json("@scope/thing", "1.0.0", license="as you like"),
                "app/node_modules/x/node_modules/left-pad/package.json":
                    manifest_json("left-pad", "1.3.0")}),
        }

    def scan(self, target, *options, codes=(0, 3)):
        run = support.scan(target, "--db", self.database, *options)
        self.assertIn(run.code, codes, run)
        return run.json()

    def list_of(self, target, form, *options, codes=(0,)):
        run = support.bulkhead("sbom", target, "-o", form, *options)
        self.assertIn(run.code, codes, run)
        return run.stdout

    def written(self, target, form, name):
        path = self.folder / f"{name}.{form}.json"
        path.write_bytes(self.list_of(target, form, codes=(0, 3)))
        return path


class RoundTrip(SbomTest):
    def test_findings_are_the_same(self):
        for name, image in self.images.items():
            report = self.scan(image)
            for form in FORMATS:
                with self.subTest(name=name, form=form):
                    path = self.written(image, form, name)
                    for target in (f"sbom:{path}", path):
                        again = self.scan(target)
                        self.assertEqual(again["target"]["kind"], "sbom")
                        self.assertTrue(again["findings"])
                        self.assertEqual(again["findings"], report["findings"])
                        self.assertEqual(again["layers"], report["layers"])
                        self.assertEqual(again.get("os"), report.get("os"))
                        self.assertEqual(again["complete"], report["complete"])
                        for a, b in zip(again["packages"], report["packages"], strict=True):
                            self.assertEqual({**a, "licenses": []}, {**b, "licenses": []})

    def test_licences_come_back(self):
        for form in FORMATS:
            path = self.written(self.images["npm"], form, "licences")
            licences = {p["name"]: p["licenses"] for p in self.scan(path)["packages"]}
            self.assertEqual(licences["@scope/thing"], ["as you like"], form)

    def test_a_list_of_a_list_is_the_same(self):
        for form in FORMATS:
            first = self.written(self.images["debian"], form, "first")
            again = self.written(first, form, "again")
            a, b = (json.loads(p.read_text()) for p in (first, again))
            key = "components" if form == "cyclonedx" else "packages"
            skip = 0 if form == "cyclonedx" else 1  # the target's own name
            self.assertEqual(a[key][skip:], b[key][skip:])

    def test_real_images(self):
        folder = support.shared("images")
        count = 0
        for path in ("rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz",
                     "archives/docker-archive-alpine-311.tar.gz",
                     "archives/docker-archive-dive-test.tar"):
            if not (folder / path).exists():
                continue
            report = self.scan(folder / path)
            for form in FORMATS:
                again = self.scan(self.written(folder / path, form, f"real{count}"))
                self.assertEqual([p["id"] for p in again["packages"]],
                                 [p["id"] for p in report["packages"]])
                self.assertEqual(again["findings"], report["findings"])
            count += 1
        self.assertGreater(count, 0)

    def test_a_gap_stays_a_gap(self):
        damaged = fixtures.debian_tar(self.folder / "gap.tar", "11", "bullseye",
                                      "Package: bash\nStatus: install ok installed\nVersion: 5\n\n"
                                      "Package: nothing\nStatus: install ok installed\n")
        for form in FORMATS:
            path = self.folder / f"gap.{form}.json"
            path.write_bytes(self.list_of(damaged, form, codes=(3,)))
            if form == "cyclonedx":
                self.assertEqual(json.loads(path.read_text())["compositions"][0]["aggregate"],
                                 "incomplete")
            self.assertFalse(self.scan(path, codes=(3,))["complete"])


class Output(SbomTest):
    def test_runs_and_threads_change_nothing(self):
        for form in FORMATS:
            documents = {self.list_of(image, form, "--jobs", jobs, "--chunk-bytes", chunk)
                         for image in (self.images["debian"],)
                         for jobs in (1, 2, 7) for chunk in (512, 65536)}
            self.assertEqual(len(documents), 1, form)

    def test_aliases_and_files(self):
        image = self.images["npm"]
        self.assertEqual(self.list_of(image, "cyclonedx-json"), self.list_of(image, "cyclonedx"))
        self.assertEqual(self.list_of(image, "spdx-json"), self.list_of(image, "spdx"))
        plain = support.bulkhead("sbom", image)
        self.assertEqual(plain.stdout, self.list_of(image, "cyclonedx"))
        files = [self.folder / "a.json", self.folder / "b.json"]
        run = support.bulkhead("sbom", image, "-o", f"cyclonedx={files[0]}", "-o",
                               f"spdx={files[1]}")
        self.assertEqual((run.code, run.stdout), (0, b""), run)
        self.assertEqual(json.loads(files[0].read_text())["bomFormat"], "CycloneDX")
        self.assertEqual(json.loads(files[1].read_text())["spdxVersion"], "SPDX-2.3")

    def test_refusals(self):
        run = support.bulkhead("sbom", self.images["npm"], "-o", "sarif")
        self.assertEqual(run.code, 2, run)
        self.assertIn("cyclonedx, spdx", run.stderr)
        self.assertEqual(support.bulkhead("sbom", self.folder / "none.tar").code, 3)
        self.assertEqual(support.bulkhead("files", f"sbom:{self.images['npm']}").code, 3)
        other = self.folder / "other.json"
        other.write_text('{"a": 1}')
        run = support.scan(other)
        self.assertEqual(run.code, 3, run)
        self.assertIn("CycloneDX", run.stderr)

    def test_no_advisories_are_asked_for(self):
        run = support.bulkhead("sbom", self.images["debian"], "-o", "cyclonedx",
                               env={"BULKHEAD_DB": "/nonexistent/db"})
        self.assertEqual(run.code, 0, run)
        self.assertNotIn("vulnerabilities", run.json())

    def test_vulnerabilities_of_a_scan(self):
        run = support.bulkhead("scan", self.images["debian"], "--db", self.database, "-o",
                               "cyclonedx")
        self.assertEqual(run.code, 0, run)
        document = run.json()
        told = {(v["id"], a["ref"]) for v in document["vulnerabilities"] for a in v["affects"]}
        report = self.scan(self.images["debian"])
        self.assertEqual(told, {(f["rule"], f["package"]) for f in report["findings"]
                                if f["kind"] == "vulnerability"})

    def test_schemas(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        folder = support.shared("schemas")
        validators = schema_validators(folder)
        odd = fixtures.write_tar(self.folder / "odd.tar", {
            "etc/os-release": b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="a\xffb\x01"\n',
            "var/lib/dpkg/status": b"Package: a\nStatus: install ok installed\nVersion: 1\xff\n"
                                   b"Architecture: \x01\n",
            "n/node_modules/a/package.json": json.dumps(
                {"name": "a", "version": "1", "license": "\u202e(" * 500})})
        empty = support.make_image({"layers": []}, self.folder / "empty.tar")
        count = 0
        for image in [*self.images.values(), odd, empty]:
            for form in FORMATS:
                for run in (support.bulkhead("sbom", image, "-o", form),
                            support.bulkhead("scan", image, "--db", self.database, "-o", form)):
                    self.assertIn(run.code, (0, 3), run)
                    errors = [f"{list(e.absolute_path)}: {e.message[:300]}"
                              for e in validators[form].iter_errors(run.json())]
                    self.assertEqual(errors, [], f"{form} of {image}")
                    count += 1
        print(f"{count} documents are valid")
        bad = self.list_of(self.images["npm"], "cyclonedx").replace(b'"license"', b'"licence"')
        self.assertTrue(list(validators["cyclonedx"].iter_errors(json.loads(bad))),
                        "a check that cannot fail is none")


def schema_validators(folder):
    load = lambda path: json.loads((folder / path).read_text())
    cyclonedx = load("cyclonedx/bom-1.6.schema.json")
    base = cyclonedx["$id"].rsplit("/", 1)[0]
    store = {f"{base}/{name}": load(f"cyclonedx/{name}")
             for name in ("spdx.schema.json", "jsf-0.82.schema.json")}
    with warnings.catch_warnings():  # newer versions have another way, Debian's has this one
        warnings.simplefilter("ignore", DeprecationWarning)
        resolver = jsonschema.RefResolver(cyclonedx["$id"], cyclonedx, store)
    return {"cyclonedx": jsonschema.Draft7Validator(cyclonedx, resolver=resolver,
                                                    format_checker=jsonschema.FormatChecker()),
            "spdx": jsonschema.validators.validator_for(load("spdx-2.3.json"))(
                load("spdx-2.3.json"))}


class Targets(SbomTest):
    def test_one_purl(self):
        report = self.scan("purl:pkg:npm/left-pad@1.3.0")
        self.assertEqual(fixtures.found(report), {("left-pad", "CVE-2024-0004")})
        self.assertEqual(report["target"]["kind"], "sbom")
        report = self.scan("purl:pkg:apk/alpine/libcrypto3@3.1.2-r0?distro=alpine-3.18.4"
                           "&upstream=openssl")
        self.assertEqual(fixtures.found(report), {("libcrypto3", "CVE-2024-0001")})
        for bad in ("purl:left-pad", "purl:pkg:npm/left-pad", "purl:pkg:what/a@1"):
            self.assertEqual(support.scan(bad).code, 3)

    def test_other_tools(self):
        """The same packages as Syft and Trivy would list them."""
        lists = {
            "syft": {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
                {"type": "library", "name": "libcrypto3", "version": "3.1.2-r0",
                 "purl": "pkg:apk/alpine/libcrypto3@3.1.2-r0?arch=x86_64&distro=alpine-3.18.4"
                         "&upstream=openssl",
                 "properties": [{"name": "syft:metadata:originPackage", "value": "openssl"}]},
                {"type": "operating-system", "name": "alpine", "version": "3.18.4",
                 "properties": [{"name": "syft:distro:id", "value": "alpine"}]}]},
            "trivy": {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
                {"type": "operating-system", "name": "alpine", "version": "3.18.4"},
                {"type": "library", "name": "libcrypto3", "version": "3.1.2-r0",
                 "purl": "pkg:apk/alpine/libcrypto3@3.1.2-r0?arch=x86_64&distro=3.18.4",
                 "properties": [{"name": "aquasecurity:trivy:SrcName", "value": "openssl"},
                                {"name": "aquasecurity:trivy:SrcVersion", "value": "3.1.2-r0"}]}]},
            "trivy-spdx": {"spdxVersion": "SPDX-2.3", "packages": [
                {"SPDXID": "SPDXRef-1", "name": "libcrypto3", "versionInfo": "3.1.2-r0",
                 "sourceInfo": "built package from: openssl 3.1.2-r0",
                 "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                   "referenceLocator": "pkg:apk/alpine/libcrypto3@3.1.2-r0"
                                                       "?arch=x86_64&distro=3.18.4"}]}]},
        }
        for name, document in lists.items():
            with self.subTest(name):
                path = self.folder / f"{name}.json"
                path.write_text(json.dumps(document, sort_keys=True))
                self.assertEqual(fixtures.found(self.scan(path)),
                                 {("libcrypto3", "CVE-2024-0001")})

    def test_embedded(self):
        """A list in the image tells what nobody found, and nothing twice."""
        listed = {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
            {"type": "library", "name": "left-pad", "purl": "pkg:npm/left-pad@1.3.0"},
            {"type": "library", "name": "@scope/thing", "purl": "pkg:npm/%40scope/thing@1.0.0"},
            {"type": "library", "name": "bash", "purl": "pkg:deb/debian/bash@4?distro=debian-11"}]}
        target = fixtures.write_tar(self.folder / "embedded.tar", {
            "etc/os-release": 'ID=debian\nVERSION_ID="11"\n',
            "var/lib/dpkg/status": "Package: dash\nStatus: install ok installed\nVersion: 1\n"
                                   "Architecture: all\n",
            "app/node_modules/left-pad/package.json": manifest_json("left-pad", "1.3.0"),
            "usr/local/share/sbom/app.json": json.dumps(listed)})
        report = self.scan(target)
        rows = {(p["name"], p["origin"]) for p in report["packages"]}
        self.assertEqual(rows, {("dash", "installed"), ("left-pad", "installed"),
                                ("@scope/thing", "embedded")})
        self.assertIn(("@scope/thing", "GHSA-aaaa-bbbb-dddd"), fixtures.found(report))


class MatchTables(unittest.TestCase):
    """The tables of ../shared/versions, given as one list of packages each."""

    TABLES = {"pypi": "pypi-osv.zip", "cargo": "cargo-osv.zip", "go": "go-osv.zip"}
    TYPES = {"pypi": "pypi", "cargo": "cargo", "go": "golang"}

    def test_tables(self):
        folder = support.temporary_folder(self)
        for name, data in self.TABLES.items():
            table = support.shared(f"versions/match-{name}.tsv")
            database = folder / name
            fixtures.import_data(database, support.shared(f"advisories/{data}"))
            rows = fixtures.rows(table)
            components = []
            for number, (_, package, version, _) in enumerate(rows):
                purl = f"pkg:{self.TYPES[name]}/{quoted(package)}@{quoted(version)}"
                components.append({"type": "library", "bom-ref": str(number), "name": package,
                                   "version": version, "purl": purl})
            path = folder / f"{name}.json"
            path.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6",
                                        "components": components}))
            run = support.scan(path, "--db", database)
            self.assertIn(run.code, (0, 3), run)
            report = run.json()
            found = {}
            for package, finding in fixtures.vulnerabilities(report):
                ids = {a["id"] for a in finding["advisories"]}
                found.setdefault((package["name"], package["version"]), set()).update(ids)
            differing = []
            for _, package, version, expected in rows:
                wanted = set() if expected == "-" else set(expected.split(","))
                got = found.get((package, version), set())
                if got != wanted:
                    differing.append(f"{package} {version}: wanted {sorted(wanted - got)}, "
                                     f"not {sorted(got - wanted)}")
            print(f"{name}: {len(rows) - len(differing)} of {len(rows)} rows agree")
            with self.subTest(name):
                self.assertEqual(len(report["packages"]), len(rows))
                self.assertEqual(differing, [])


def quoted(text):
    """For a purl: all but what may stand in one, and the slashes of a namespace."""
    return "".join(c if c.isalnum() or c in ".-_~/:" else "".join(f"%{b:02X}" for b in c.encode())
                   for c in text)


if __name__ == "__main__":
    support.main()
