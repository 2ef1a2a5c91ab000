"""Every format of the report on targets of all kinds: valid by its schema or its readers' rules."""

import json
import os
import re
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:
    jsonschema = None

import fixtures
import images
import support

DEMO = support.SOURCE / "examples" / "storefront"
FORMATS = {"table": "txt", "json": "json", "sarif": "sarif", "gitlab": "gitlab.json",
           "junit": "xml", "trivy-json": "trivy.json",
           "cyclonedx": "cdx.json", "spdx": "spdx.json"}
HUGE_RULES, HUGE_PACKAGES = 50, 501  # 25,050 findings: more than code scanning takes
ODD_NAMES = {
    "bytes that are no UTF-8": b"a\xff\xfeb",
    "control characters": bytes(c for c in range(1, 32) if c != 10),
    "a NUL": b"a\x00b",
    "bidirectional overrides": "a\u202ecod\u2066.txt".encode(),
    "markup": b"<a b=\"c\" d='e'>&amp;]]></a><!--",
    "Markdown": b"![x](http://e.example/y)`**_|",
    "placeholders and links": b"{0}[x](1)\\",
    "what XML cannot say": "\ufffe\uffff\U0001fffe".encode(),
    "Greek, Cyrillic, Arabic, Hebrew": "αβγ ъыь عربي עברית".encode(),
    "Han, Hangul, Devanagari, Thai": "漢字 한글 देवनागरी ไทย".encode(),
    "emoji and combining characters": "👩\u200d👩\u200d👧 e\u0301\u0301\u0301".encode(),
    "half a character": b"a\xe2\x82",
    "surrogates": b"a\xed\xa0\x80b",
    "very long": b"x" * 20_000,
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
WEB = re.compile(r"(https?|ftp)://.+")
VECTORS = re.compile(r"CVSS:3[.][01]/[A-Za-z]+:[A-Z]+(/[A-Za-z]+:[A-Z]+)*|AV:[NAL]/.*")


def osv(identity, package, ecosystem="Debian:11", **more):
    return {"id": identity, "modified": "2024-01-01T00:00:00Z", "summary": f"A fault in {package}",
            "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": "9"}]}]}], **more}


def stanza(name, version="1", architecture="amd64", source=""):
    source = f"Source: {source}\n" if source else ""
    return (f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n"
            f"Architecture: {architecture}\n{source}")


class FormatsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        data = cls.folder / "advisories"
        data.mkdir()
        vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
        records = [osv(f"CVE-2024-{n:04}", "huge",
                       severity=[{"type": "CVSS_V3", "score": vector}] if n < 10 else [],
                       references=[{"type": "WEB", "url": f"https://example.org/{n}"}])
                   for n in range(HUGE_RULES)]
        records.append(osv("GHSA-aaaa-bbbb-cccc", "odd", aliases=["CVE-2024-9999"],
                           details="d\x00\x01<b>" * 100,
                           references=[{"type": "WEB", "url": "javascript:alert(1)"},
                                       {"type": "WEB", "url": "https://example.org/ok"}]))
        for number, record in enumerate(records):
            (data / f"{number}.json").write_text(json.dumps(record))
        (data / "kev.json").write_text(json.dumps({
            "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "1",
            "dateReleased": "2024-01-01T00:00:00Z", "count": 1,
            "vulnerabilities": [{"cveID": "CVE-2024-9999", "dateAdded": "2024-01-01"}]}))
        fixtures.import_data(cls.database, data, DEMO / "advisories")
        cls.sarif = None
        try:
            schema = json.loads(support.shared("schemas/sarif-2.1.0.json").read_text())
            if jsonschema is not None:
                cls.sarif = jsonschema.validators.validator_for(schema)(schema)
        except unittest.SkipTest:
            pass

    def scan(self, target, *options, code=0, database=None, **how):
        """All formats of one scan, in a folder."""
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        words = [word for name, suffix in FORMATS.items()
                 for word in ("-o", f"{name}={out}/report.{suffix}")]
        run = support.bulkhead("scan", target, "--db", database or self.database, *words, *options,
                               **how)
        self.assertEqual((run.code, run.stdout), (code, b""), run)
        return out

    def check(self, target, *options, code=0, **how):
        """Scans, holds each report against its rules, and gives the JSON report and the folder."""
        out = self.scan(target, *options, code=code, **how)
        for path in out.iterdir():
            path.read_bytes().decode("utf-8")  # strictly
        report = json.loads((out / "report.json").read_text())
        self.assertEqual(report["complete"], code != 3)
        self.check_sarif(json.loads((out / "report.sarif").read_text()), report)
        self.check_gitlab(json.loads((out / "report.gitlab.json").read_text()), report)
        self.check_junit(out / "report.xml", report)
        self.check_trivy(json.loads((out / "report.trivy.json").read_text()), report)
        for name in ("report.sarif", "report.gitlab.json", "report.trivy.json"):
            self.assertNotIn("\\u0000", (out / name).read_text(), "databases refuse NUL")
        return report, out

    def check_sarif(self, log, report):
        run, = log["runs"]
        rules, results = run["tool"]["driver"]["rules"], run["results"]
        if self.sarif is not None:
            some = {**log, "runs": [{**run, "results": results[:200], "tool": {"driver": {
                **run["tool"]["driver"], "rules": rules[:200]}}}]}
            errors = [f"{list(e.absolute_path)}: {e.message[:200]}"
                      for e in self.sarif.iter_errors(some)]
            self.assertEqual(errors, [])
        self.assertEqual(len(results), min(len(report["findings"]), 25_000))
        self.assertEqual(len({rule["id"] for rule in rules}), len(rules))
        for rule in rules:
            self.assertLessEqual(len(rule["properties"]["tags"]), 10)
            score = rule["properties"]["security-severity"]
            self.assertRegex(score, r"^(\d|10)\.\d$")
            for key in ("shortDescription", "fullDescription"):
                self.assertTrue(0 < len(rule[key]["text"]) <= 1024)
            self.assertTrue(rule["help"]["text"] and rule["help"]["markdown"])
            self.assertRegex(rule.get("helpUri", "https://x"), WEB)
        prints = set()
        for result in results:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.assertTrue(result["message"]["text"])
            place = result["locations"][0]["physicalLocation"]
            self.assertRegex(place["artifactLocation"]["uri"], r"^([\w.~/-]|%[0-9A-F]{2})+$")
            self.assertFalse(place["artifactLocation"]["uri"].startswith("/"))
            self.assertEqual(place["region"]["startLine"], 1)
            prints.add(result["partialFingerprints"]["bulkheadFinding/v1"])
        self.assertEqual(len(prints), len(results), "each finding is itself")
        invocation, = run["invocations"]
        self.assertEqual(invocation["executionSuccessful"], report["complete"])
        errors = [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"]
        self.assertEqual(len(errors), len(fixtures.notes(report, "incomplete")))

    def check_gitlab(self, log, report):
        """The rules of GitLab's schema 15.0.7, written down here once more."""
        self.assertEqual(log["version"], "15.0.7")
        scan = log["scan"]
        for key in ("start_time", "end_time"):
            self.assertRegex(scan[key], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
        self.assertEqual(scan["type"], "container_scanning")
        self.assertEqual(scan["status"], "success" if report["complete"] else "failure")
        for tool in (scan["analyzer"], scan["scanner"]):
            self.assertTrue(tool["id"] and tool["name"] and tool["version"]
                            and tool["vendor"]["name"])
        for message in scan["messages"]:
            self.assertIn(message["level"], ("info", "warn", "fatal"))
            self.assertTrue(message["value"])
        kept = [f for f in report["findings"]
                if f.get("suppressed", {}).get("status", "baseline") == "baseline"]
        self.assertEqual(len(log["vulnerabilities"]), len(kept))
        identities = set()
        for item in log["vulnerabilities"]:
            self.assertRegex(item["id"], UUID)
            identities.add(item["id"])
            self.assertLessEqual(len(item["name"]), 255)
            self.assertLessEqual(len(item["description"]), 1_048_576)
            self.assertLessEqual(len(item["solution"]), 7000)
            self.assertIn(item["severity"],
                          ("Info", "Unknown", "Low", "Medium", "High", "Critical"))
            self.assertTrue(1 <= len(item["identifiers"]) <= 20)
            for identifier in item["identifiers"]:
                self.assertTrue(identifier["type"] and identifier["name"] and identifier["value"])
                self.assertRegex(identifier.get("url", "https://x"), WEB)
            for link in item.get("links", []):
                self.assertRegex(link["url"], WEB)
            if "cvss_vectors" in item:
                self.assertTrue(1 <= len(item["cvss_vectors"]) <= 10)
                for vector in item["cvss_vectors"]:
                    self.assertRegex(vector["vector"], VECTORS)
                    self.assertTrue(vector["vendor"])
            place = item["location"]
            self.assertTrue(place["image"] and place["operating_system"])
            self.assertIsInstance(place["dependency"]["package"]["name"], str)
            self.assertIsInstance(place["dependency"]["version"], str)
        self.assertEqual(len(identities), len(log["vulnerabilities"]))

    def check_junit(self, path, report):
        root = xml.etree.ElementTree.parse(path).getroot()
        self.assertEqual(root.tag, "testsuites")
        tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        for suites in [root, *root.findall("testsuite")]:
            self.assertEqual(int(suites.get("tests")), len(list(suites.iter("testcase"))))
            self.assertGreater(int(suites.get("tests")), 0)
            for key, tag in tags.items():
                self.assertEqual(int(suites.get(key)), len(list(suites.iter(tag))))
        findings = report["findings"]
        suppressed = sum("suppressed" in finding for finding in findings)
        self.assertEqual(int(root.get("failures")), len(findings) - suppressed)
        self.assertEqual(int(root.get("skipped")), suppressed)
        self.assertEqual(int(root.get("errors")), len(fixtures.notes(report, "incomplete")))
        for case in root.iter("testcase"):
            self.assertTrue(case.get("name") and case.get("classname"))

    def check_trivy(self, log, report):
        """What the importers of DefectDojo, Harbor, GitLab and Jenkins look up without asking."""
        self.assertEqual(log["SchemaVersion"], 2)
        self.assertTrue(log["ArtifactName"])
        self.assertIn(log["ArtifactType"], ("container_image", "filesystem"))
        if report.get("os"):
            self.assertEqual(log["Metadata"]["OS"]["Family"], report["os"]["id"].replace("\0", "�"))
        packages = findings = modified = 0
        for result in log["Results"]:
            self.assertTrue(result["Target"] and result["Type"])
            self.assertEqual(result["Class"], "os-pkgs")
            for package in result.get("Packages", []):
                packages += 1
                self.assertTrue(package["ID"] and package["Name"])
                self.assertTrue(package["Identifier"]["PURL"].startswith("pkg:"))
            findings += len(result.get("Vulnerabilities", []))
            modified += len(result.get("ExperimentalModifiedFindings", []))
            for item in [*result.get("Vulnerabilities", []),
                         *(m["Finding"] for m in result.get("ExperimentalModifiedFindings", []))]:
                for key in ("VulnerabilityID", "PkgID", "PkgName", "InstalledVersion", "Title",
                            "Description", "SeveritySource"):
                    self.assertTrue(item[key], key)
                self.assertIn(item["Severity"], ("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"))
                self.assertIn(item["Status"], ("fixed", "affected", "will_not_fix",
                                               "fix_deferred", "end_of_life"))
                self.assertIsInstance(item["References"], list)
                self.assertRegex(item["Layer"].get("DiffID", "sha256:"), "^sha256:")
                self.assertTrue(item["DataSource"]["ID"] and item["DataSource"]["Name"])
                for cvss in item.get("CVSS", {}).values():
                    self.assertTrue(set(cvss) <= {"V2Vector", "V3Vector", "V40Vector", "V2Score",
                                                  "V3Score", "V40Score"})
        self.assertEqual(packages, len(report["packages"]))
        self.assertEqual(findings + modified, len(fixtures.vulnerabilities(report)))

    # ---- ten kinds of targets ----

    def test_the_checks_refuse(self):
        """Checks that cannot fail are none."""
        report, out = self.check(fixtures.make_image_of(DEMO / "storefront.json",
                                                        self.folder / "refused.tar"))
        log = json.loads((out / "report.sarif").read_text())
        log["runs"][0]["results"][0]["ruleIndex"] = 3
        with self.assertRaises(AssertionError):
            self.check_sarif(log, report)
        log = json.loads((out / "report.gitlab.json").read_text())
        log["vulnerabilities"][0]["name"] = "x" * 256
        with self.assertRaises(AssertionError):
            self.check_gitlab(log, report)
        log = json.loads((out / "report.trivy.json").read_text())
        log["Results"][0]["Vulnerabilities"][0]["Severity"] = "NEGLIGIBLE"
        with self.assertRaises(AssertionError):
            self.check_trivy(log, report)

    def test_schema_is_there(self):
        if self.sarif is None:
            self.skipTest("no ../shared/schemas/sarif-2.1.0.json or no python3-jsonschema: SARIF "
                          "was checked by this file's own rules alone")
        self.assertTrue(list(self.sarif.iter_errors({"version": "2.1.0", "runs": [{}]})))

    def test_1_empty_image(self):
        self.check(support.make_image({"layers": []}, self.folder / "empty.tar"))

    def test_2_demo(self):
        for layout in ("docker-archive", "oci-dir"):
            image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / layout, layout)
            report, out = self.check(image)
            self.assertTrue(report["findings"])
        log = json.loads((out / "report.sarif").read_text())
        self.assertEqual(log["runs"][0]["automationDetails"]["id"],
                         "bulkhead/storefront/linux/amd64/")

    def test_3_clean(self):
        target = fixtures.debian_tar(self.folder / "clean.tar", "11", "bullseye", stanza("clean"))
        report, out = self.check(target)
        self.assertEqual(report["findings"], [])
        self.assertIn("nothing found in 1 packages", (out / "report.xml").read_text())

    def test_4_odd_names(self):
        for why, name in ODD_NAMES.items():
            with self.subTest(why):
                status = b"".join(
                    b"Package: " + package + b"\nStatus: install ok installed\nVersion: 1" +
                    version + b"\nArchitecture: " + architecture + b"\nSource: odd (1)\n\n"
                    for package, version, architecture in (
                        (name, b"", b"all"), (name.replace(b" ", b""), b"", b"all"),
                        (b"odd", name, b"all"), (b"odd", b"", name), (b"odd", b"", b"all")))
                target = fixtures.write_tar(self.folder / "odd.tar", {
                    "etc/os-release": b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="' + name + b'"\n',
                    "var/lib/dpkg/status": status})
                odd = self.folder.joinpath(name.replace(b"\0", b"0").replace(b"/", b"_")[:200]
                                           .decode("utf-8", "surrogateescape") + ".tar")
                odd.write_bytes(target.read_bytes())
                code = support.scan(odd, "--db", self.database).code
                report, out = self.check(odd, code=code)
                self.assertIn("odd", [package["name"] for package in report["packages"]])
                text = (out / "report.gitlab.json").read_text()
                self.assertNotIn("javascript:", text)

    def test_5_incomplete(self):
        data = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "w.tar").read_bytes()
        cut = self.folder / "cut.tar"
        for keep in (100, 5000, len(data) // 2):
            with self.subTest(keep):
                cut.write_bytes(data[:keep])
                self.check(cut, code=3)
        broken = fixtures.debian_tar(self.folder / "broken.tar", "11", "bullseye",
                                     stanza("odd") + "\n: :\n\nPackage: x\n\nno\n")
        report, _ = self.check(broken, code=3)
        self.assertTrue(report["findings"])

    def test_6_no_system(self):
        target = fixtures.write_tar(self.folder / "unknown.tar",
                                    {"var/lib/dpkg/status": stanza("odd")})
        report, _ = self.check(target, code=3)
        self.assertNotIn("os", report)

    def test_7_nothing_to_open(self):
        for target in ("/nonexistent/image.tar", "oci-archive:/dev/null", "dir:/nonexistent"):
            with self.subTest(target):
                self.check(target, code=3)

    def test_8_two_package_databases(self):
        target = fixtures.write_tar(self.folder / "two.tar", {
            "etc/os-release": 'ID=debian\nVERSION_ID="11"\n',
            "var/lib/dpkg/status": stanza("odd") + "\n" + stanza("odd", "2", "i386"),
            "lib/apk/db/installed": "P:musl\nV:1.2.3-r4\nA:x86_64\no:musl\n\n"})
        report, out = self.check(target)
        self.assertEqual({package["type"] for package in report["packages"]}, {"apk", "deb"})
        log = json.loads((out / "report.trivy.json").read_text())
        self.assertEqual(len(log["Results"]), 2)

    def test_9_exploited(self):
        target = fixtures.debian_tar(self.folder / "old.tar", "11", "bullseye", stanza("odd"))
        report, out = self.check(target)
        self.assertTrue(report["findings"][0]["known_exploited"])
        run, = json.loads((out / "report.sarif").read_text())["runs"]
        rule, = [r for r in run["tool"]["driver"]["rules"] if r["id"] == "CVE-2024-9999"]
        self.assertIn("known-exploited", rule["properties"]["tags"])

    def test_10_suppressed(self):
        if "--ignore " not in support.bulkhead("scan", "--help").stdout.decode():
            self.skipTest("this bulkhead has no --ignore")
        target = fixtures.debian_tar(self.folder / "quiet.tar", "11", "bullseye",
                                     stanza("odd") + "\n" + stanza("huge"))
        report, out = self.check(target, "--ignore", "CVE-2024-9999")
        suppressed = [f for f in report["findings"] if "suppressed" in f]
        self.assertEqual([f["rule"] for f in suppressed], ["CVE-2024-9999"])
        run, = json.loads((out / "report.sarif").read_text())["runs"]
        self.assertEqual([len(r["suppressions"]) for r in run["results"]],
                         [0] * HUGE_RULES + [1])
        self.assertNotIn("CVE-2024-9999", (out / "report.gitlab.json").read_text())

    def test_11_huge(self):
        support.in_child(self.check_huge)

    def check_huge(self):
        status = "\n".join(stanza(f"h{n}", source="huge (1)") for n in range(HUGE_PACKAGES))
        target = fixtures.debian_tar(self.folder / "huge.tar", "11", "bullseye", status)
        report, out = self.check(target)
        self.assertEqual(len(report["findings"]), HUGE_RULES * HUGE_PACKAGES)
        run, = json.loads((out / "report.sarif").read_text())["runs"]
        notes = run["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual([note["descriptor"]["id"] for note in notes[:2]],
                         ["results-left-out", "results-not-shown"])
        levels = [result["level"] for result in run["results"]]
        rank = {"error": 0, "warning": 1, "note": 2}
        self.assertEqual(levels, sorted(levels, key=rank.get), "the worst are kept")
        self.assertEqual(levels.count("error"), 10 * HUGE_PACKAGES)

    def test_real_images(self):
        for path in ("rootfs/alpine-minirootfs-3.11.13-x86_64.tar.gz",
                     "rootfs/busybox-latest-musl-amd64.tar.gz",
                     "archives/docker-archive-v11.tar", "archives/oci-zstd.tar"):
            with self.subTest(path):
                target = support.shared(f"images/{path}")
                self.check(target, code=support.scan(target, "--db", self.database).code)

    # ---- what holds from one report to the next ----

    def fingerprints(self, name, files, tag="app:1"):
        """{fingerprint: rule} of an image whose layers hold these files, lowest first."""
        tars = [fixtures.write_tar(self.folder / f"{name}-{n}.tar", layer).read_bytes()
                for n, layer in enumerate(files)]
        image = images.docker_archive(self.folder / f"{name}.tar", {tag: tars})
        _, out = self.check(image)
        run, = json.loads((out / "report.sarif").read_text())["runs"]
        gitlab = json.loads((out / "report.gitlab.json").read_text())
        return ({result["partialFingerprints"]["bulkheadFinding/v1"]: result["ruleId"]
                 for result in run["results"]},
                {item["id"] for item in gitlab["vulnerabilities"]})

    def test_fingerprints_stay(self):
        system = {"etc/os-release": 'ID=debian\nVERSION_ID="11"\n'}
        odd, huge = stanza("odd"), stanza("libhuge", source="huge (1)")
        status = {"var/lib/dpkg/status": odd + "\n" + huge}
        other = {"usr/bin/tool": "#!/bin/sh\n"}
        first = self.fingerprints("plain", [system, status, other])
        self.assertEqual(len(first[0]), HUGE_RULES + 1)
        for why, layers, tag in (
                ("layers in another order", [other, status, system], "app:1"),
                ("squashed", [{**system, **status, **other}], "app:1"),
                ("a layer more", [{"a": "b"}, system, status, other], "app:1"),
                ("another tag", [system, status, other], "app:2"),
                ("another name", [system, status, other], "registry.example/team/app:2"),
                ("lines moved", [system, {"var/lib/dpkg/status": "\n\n" + huge + "\n\n" + odd}],
                 "app:1"),
                ("files moved", [system, {"var/lib/dpkg/status.d/odd": odd,
                                          "var/lib/dpkg/status.d/huge": huge}], "app:1"),
                ("the system's file moved", [{"usr/lib/os-release": system["etc/os-release"]},
                                             status], "app:1"),
                ("an upgrade that does not go far enough",
                 [system, {"var/lib/dpkg/status": stanza("odd", "2") + "\n" +
                           stanza("libhuge", "3", source="huge (3)")}], "app:1")):
            with self.subTest(why):
                self.assertEqual(self.fingerprints(why.replace(" ", "-"), layers, tag), first)
        fewer = self.fingerprints("fewer", [system, {"var/lib/dpkg/status": odd}])
        self.assertTrue(set(fewer[0]) < set(first[0]))

    def test_the_same_bytes(self):
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "same.tar")
        texts = []
        for jobs in ("1", "8"):
            out = self.scan(image, "--jobs", jobs)
            texts.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(len(texts[0]), len(FORMATS))

    # ---- size, and what goes wrong while writing ----

    def test_large_reports_take_little(self):
        support.in_child(self.check_large)

    def check_large(self):
        status = "\n".join(stanza(f"p{n}", f"1:1.{n}-1") for n in range(100_000))
        target = fixtures.debian_tar(self.folder / "large.tar", "11", "bullseye", status)
        del status
        peak, seconds = {}, {}
        for name in FORMATS:
            run = support.bulkhead("scan", target, "--db", self.database, "-o",
                                   f"{name}={self.folder}/large.out")
            self.assertEqual(run.code, 0, run)
            peak[name], seconds[name] = run.peak_bytes, run.seconds
        if support.IS_SANITIZED:
            return
        for name in FORMATS:
            print(f"{name}: {seconds[name]:.2f} s, {peak[name] >> 20} MiB")
            self.assertLess(peak[name], peak["table"] + (24 << 20), name)
            self.assertLess(seconds[name], seconds["table"] + 5, name)  # alone: less than one

    def test_a_full_disk(self):
        """A tmpfs of 64 KiB in a name space of the test's own."""
        unshare = support.tool("unshare")
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "disk.tar")
        words = " ".join(f"-o {name}=r.{name}" for name in FORMATS if name != "table")
        script = (f"mount -t tmpfs -o size=64k none '{disk}' || exit 99; cd '{disk}'; "
                  f"'{support.program()}' scan '{image}' --db '{self.database}' {words}; "
                  "code=$?; wc -c r.*; exit $code")
        run = support.run([unshare, "-rm", "sh", "-c", script])
        if run.code in (1, 99) and "r.json" not in run.stdout.decode():
            self.skipTest(f"no file systems may be mounted here: {run.stderr}")
        self.assertEqual(run.code, 3, run)
        self.assertIn("the report could not be written: No space left on device", run.stderr)
        sizes = dict(reversed(line.split()) for line in run.stdout.decode().splitlines())
        for name in FORMATS:
            if f"r.{name}:" in run.stderr:
                self.assertEqual(sizes[f"r.{name}"], "0", "no part is taken for the report")
        self.assertIn("0", sizes.values())

    def test_a_file_that_may_not_grow(self):
        import resource
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "grow.tar")
        run = support.bulkhead(
            "scan", image, "--db", self.database, "-o", f"sarif={self.folder}/grown",
            before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)))
        self.assertEqual(run.code, 3, run)
        self.assertIn("File too large", run.stderr)
        self.assertEqual((self.folder / "grown").read_bytes(), b"")

    def test_a_reader_that_goes_away(self):
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "pipe.tar")
        for name in FORMATS:
            with self.subTest(name):
                read, write = os.pipe()
                os.close(read)
                start = time.monotonic()
                run = subprocess.run([support.program(), "scan", image, "--db", self.database,
                                      "-o", name], stdout=write, stderr=subprocess.PIPE,
                                     check=False, timeout=60)
                os.close(write)
                self.assertEqual(run.returncode, 3)
                self.assertIn(b"standard output: the report could not be written: Broken pipe",
                              run.stderr)
                self.assertLess(time.monotonic() - start, 5)

    def test_a_reader_that_does_not_read(self):
        status = "\n".join(stanza(f"p{n}") for n in range(2000))
        target = fixtures.debian_tar(self.folder / "slow.tar", "11", "bullseye", status)
        for name in ("json", "trivy-json"):
            with self.subTest(name):
                read, write = os.pipe()
                child = subprocess.Popen([support.program(), "scan", target, "--db", self.database,
                                          "-o", name], stdout=write, stderr=subprocess.PIPE)
                self.addCleanup(child.stderr.close)
                self.addCleanup(child.kill)
                os.close(write)
                os.set_blocking(read, False)
                time.sleep(1 if not support.IS_SANITIZED else 10)
                self.assertIsNone(child.poll(), "it waits for the reader")
                start = time.monotonic()
                child.send_signal(signal.SIGINT)
                self.assertEqual(child.wait(20), 130)
                self.assertLess(time.monotonic() - start, 5)
                os.close(read)


if __name__ == "__main__":
    support.main()
