"""What does not count: ignore entries, VEX documents and baselines, on the demo."""

import json
import unittest

import fixtures
import support

DEMO = support.SOURCE / "examples" / "storefront"
CURL_CVE = "CVE-2022-32221"
SSL_CVE = "CVE-2022-0778"
NOW = {"SOURCE_DATE_EPOCH": "1782820800"}  # 2026-06-30T12:00:00Z


class PolicyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = support.temporary_folder(cls)
        made = support.run(["sh", DEMO / "build.sh", cls.shared / "demo",
                            support.program("BULKHEAD_MAKE_IMAGE")])
        if made.code != 0:
            raise AssertionError(str(made))
        cls.image = cls.shared / "demo" / "storefront.tar"
        cls.database = cls.shared / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.plain_path = cls.shared / "plain.json"
        run = support.scan(cls.image, "--db", cls.database, cwd=cls.shared, env=NOW)
        cls.plain_path.write_bytes(run.stdout)
        cls.plain = run.json()

    def setUp(self):
        self.folder = support.temporary_folder(self)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def run_scan(self, *options, code=0, now=NOW):
        run = support.scan(self.image, "--db", self.database, *options, cwd=self.folder, env=now)
        self.assertEqual(run.code, code, run)
        return run

    def report(self, *options, code=0, now=NOW):
        return self.run_scan(*options, code=code, now=now).json()

    def table(self, *options, code=0):
        run = support.bulkhead("scan", self.image, "--db", self.database, *options,
                               cwd=self.folder, env=NOW)
        self.assertEqual(run.code, code, run)
        return run.stdout.decode()

    def refused(self, *options):
        run = support.bulkhead("scan", self.image, "--db", self.database, *options,
                               cwd=self.folder, env=NOW)
        self.assertEqual(run.code, 2, run)
        self.assertEqual(run.stdout, b"")
        return run.stderr

    def suppressed(self, report):
        """{(package name, rule): suppression}; the report must agree with itself."""
        got = {(package["name"], finding["rule"]): finding["suppressed"]
               for package, finding in fixtures.vulnerabilities(report) if "suppressed" in finding}
        count = sum("suppressed" in finding for finding in report["findings"])
        summary = report["summary"]
        self.assertEqual(summary["suppressed"], count)
        self.assertEqual(summary["findings"], len(report["findings"]) - count)
        self.assertEqual(sum(summary["by_severity"].values()), summary["findings"])
        self.assertEqual(len(report["findings"]), len(self.plain["findings"]), "kept, not removed")
        return got

    def notes(self, report, code):
        return [(note["where"], note["what"]) for note in report["notes"] if note["code"] == code]

    def packages_with(self, rule):
        return {name for name, found in fixtures.found(self.plain) if found == rule}

    # --ignore

    def test_ignore_on_the_command_line(self):
        report = self.report("--ignore", f"{CURL_CVE},cve-2022-0778", "--ignore", "CVE-1999-*")
        got = self.suppressed(report)
        self.assertEqual({rule for _, rule in got}, {CURL_CVE, SSL_CVE})
        self.assertEqual({name for name, rule in got if rule == SSL_CVE},
                         self.packages_with(SSL_CVE))
        self.assertEqual(got["curl", CURL_CVE],
                         {"by": "--ignore", "status": "ignored", "reason": ""})
        self.assertEqual(self.notes(report, "unused-ignore"),
                         [("--ignore", "CVE-1999-*: no finding is named by it")])

    def test_an_alias_counts(self):
        advisory = next(f for f in self.plain["findings"] if f["rule"] == CURL_CVE)["advisories"][0]
        got = self.suppressed(self.report("--ignore", advisory["id"].lower()))
        self.assertIn(("curl", CURL_CVE), got)

    def test_it_is_also_a_variable(self):
        run = support.scan(self.image, "--db", self.database, cwd=self.folder,
                           env={**NOW, "BULKHEAD_IGNORE": CURL_CVE})
        self.assertIn(("curl", CURL_CVE), self.suppressed(run.json()))

    # --fail-on

    def test_suppressed_findings_fail_nothing(self):
        self.report("--fail-on", "low", code=1)
        self.report("--fail-on", "negligible", "--ignore", "*", code=0)
        self.report("--fail-on", "negligible", "--unknown-as", "critical", "--ignore", "*", code=0)
        one = next(f for f in self.plain["findings"] if f["severity"] == "critical")["rule"]
        every = {f["rule"] for f in self.plain["findings"] if f["severity"] == "critical"}
        self.report("--fail-on", "critical", "--ignore", ",".join(every - {one}), code=1)
        self.report("--fail-on", "critical", "--ignore", ",".join(every), code=0)

    def test_filters_come_after(self):
        """An entry for what --severity hides is used all the same."""
        report = self.report("--ignore", CURL_CVE, "--severity", "negligible")
        self.assertEqual(self.notes(report, "unused-ignore"), [])

    # files

    def test_files_of_the_working_folder(self):
        self.write(".bulkheadignore",
                   f"- id: {CURL_CVE}\n  package: curl\n  reason: no HTTP\n  until: 2026-06-30\n")
        self.write(".trivyignore", f"# openssl\n{SSL_CVE} exp:2026-07-01\n")
        self.write(".trivyignore.yaml", "vulnerabilities:\n  - id: CVE-2022-1664\n    purls:\n"
                                        "      - pkg:deb/debian/dpkg\n    statement: build only\n")
        got = self.suppressed(self.report())
        self.assertEqual(got["curl", CURL_CVE], {
            "by": ".bulkheadignore:1", "status": "ignored", "reason": "no HTTP",
            "until": "2026-06-30"})
        self.assertEqual({key for key, value in got.items() if value["by"] == ".trivyignore:2"},
                         {(name, SSL_CVE) for name in self.packages_with(SSL_CVE)})
        self.assertEqual(got["dpkg", "CVE-2022-1664"], {
            "by": ".trivyignore.yaml:2", "status": "ignored", "reason": "build only"})
        self.assertIn(("libcurl4", CURL_CVE), got)  # built from the source curl

        other = self.write("team.yaml", "- {id: CVE-2022-1664, reason: r}\n")
        got = self.suppressed(self.report("--ignore-file", other))
        self.assertEqual(set(got), {("dpkg", "CVE-2022-1664")}, "in place of the folder's files")
        self.assertEqual(self.suppressed(self.report("--ignore-file", "/dev/null")), {})

    def test_the_days_border(self):
        self.write(".bulkheadignore", f"- {{id: {CURL_CVE}, reason: r, until: 2026-06-30}}\n")
        for now, holds in (("1782863999", True), ("1782864000", False)):
            with self.subTest(now):
                report = self.report(now={"SOURCE_DATE_EPOCH": now})
                self.assertEqual(("curl", CURL_CVE) in self.suppressed(report), holds)
                self.assertEqual(bool(self.notes(report, "expired-ignore")), not holds)

    def test_expired_and_unused_entries_are_noted_and_change_no_code(self):
        self.write(".bulkheadignore", f"- {{id: {CURL_CVE}, reason: r, until: 2026-06-29}}\n"
                                      "- {id: CVE-1999-1, reason: r}\n")
        count = len(self.packages_with(CURL_CVE))
        for options in ((), ("--strict",)):
            report = self.report(*options)
            self.assertEqual(self.suppressed(report), {})
            self.assertTrue(report["complete"])
            self.assertEqual(self.notes(report, "expired-ignore"), [(
                ".bulkheadignore:1", f"{CURL_CVE}: held until 2026-06-29; findings that it names "
                f"and that may count again: {count}")])
            self.assertEqual(self.notes(report, "unused-ignore"),
                             [(".bulkheadignore:2", "CVE-1999-1: no finding is named by it")])

    def test_broken_files_are_wrong_usage(self):
        for name, content, says in (
                (".bulkheadignore", "- id: a\n  resaon: b\n",
                 ".bulkheadignore: bulkheadignore: line 2: `resaon` is no key of an entry; did you "
                 "mean `reason`?"),
                (".bulkheadignore", "- id: 'a\n", ".bulkheadignore: yaml: line "),
                (".trivyignore.yaml", "vulnerabilities:\n  - statement: x\n",
                 ".trivyignore.yaml: trivyignore.yaml: line 2: an entry needs an `id`")):
            with self.subTest(says):
                path = self.write(name, content)
                self.assertIn(says, self.refused())
                path.unlink()
        self.assertIn("nowhere.yaml: No such file", self.refused("--ignore-file", "nowhere.yaml"))
        self.assertIn("it is a folder", self.refused("--vex", self.folder))
        self.assertIn("No such file", self.refused("--baseline", "nowhere.json"))

    # VEX

    def openvex(self, *statements):
        return {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1",
                "author": "tests", "timestamp": "2026-06-01T00:00:00Z", "version": 1,
                "statements": [{"vulnerability": {"name": CURL_CVE}, **s} for s in statements]}

    def test_openvex(self):
        path = self.write("app.vex.json", self.openvex(
            {"products": [{"@id": "pkg:oci/storefront",
                           "subcomponents": [{"@id": "pkg:deb/debian/curl"}]}],
             "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path",
             "impact_statement": "curl is not run"}))
        got = self.suppressed(self.report("--vex", path))
        self.assertEqual(got, {("curl", CURL_CVE): {
            "by": f"{path}: statements[0]", "status": "not_affected",
            "reason": "vulnerable_code_not_in_execute_path: curl is not run"}})
        later = self.write("later.json", self.openvex(
            {"products": [{"@id": "pkg:oci/storefront",
                           "subcomponents": [{"@id": "pkg:deb/debian/curl"}]}],
             "timestamp": "2026-06-02T00:00:00Z", "status": "affected", "action_statement": "x"}))
        self.assertEqual(self.suppressed(self.report("--vex", path, "--vex", later)), {})

    def test_the_image_by_its_digest(self):
        digest = self.plain["target"]["image_id"]
        path = self.write("a.json", self.openvex(
            {"products": [{"@id": "pkg:oci/other@" + digest.replace(":", "%3A")}],
             "status": "fixed"}))
        got = self.suppressed(self.report("--vex", path))
        self.assertEqual({name for name, _ in got}, self.packages_with(CURL_CVE))
        self.assertEqual({value["status"] for value in got.values()}, {"fixed"})
        path.write_text(path.read_text().replace(digest[-8:], "00000000"))
        report = self.report("--vex", path)
        self.assertEqual(self.suppressed(report), {})
        self.assertEqual([where for where, _ in self.notes(report, "unused-vex")], [str(path)])

    def test_csaf_and_cyclonedx(self):
        purl = next(p["purl"] for p in self.plain["packages"] if p["name"] == "curl")
        csaf = self.write("csaf.json", {
            "document": {"category": "csaf_vex", "csaf_version": "2.0",
                         "tracking": {"current_release_date": "2026-06-01T00:00:00Z"}},
            "product_tree": {"full_product_names": [{
                "product_id": "P1", "name": "curl",
                "product_identification_helper": {"purl": purl}}]},
            "vulnerabilities": [{"cve": CURL_CVE,
                                 "product_status": {"known_not_affected": ["P1"]},
                                 "flags": [{"label": "component_not_present",
                                            "product_ids": ["P1"]}]}]})
        bom = self.write("bom.json", {
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "metadata": {"timestamp": "2026-06-01T00:00:00Z"},
            "vulnerabilities": [{"id": SSL_CVE, "affects": [{"ref": "pkg:deb/debian/libssl1.1"}],
                                 "analysis": {"state": "not_affected",
                                              "justification": "code_not_reachable"}}]})
        got = self.suppressed(self.report("--vex", csaf, "--vex", bom))
        self.assertEqual({key: value["reason"] for key, value in got.items()}, {
            ("curl", CURL_CVE): "component_not_present",
            ("libssl1.1", SSL_CVE): "code_not_reachable"})

    def test_broken_vex_is_wrong_usage(self):
        path = self.write("x.json", '{"@context": "openvex",\n "statements": [}')
        self.assertIn(f"{path}: vex: line 2, column 17: ", self.refused("--vex", path))
        path = self.write("y.json", {"hello": 1})
        self.assertIn("neither OpenVEX", self.refused("--vex", path))

    # the table

    def test_show_suppressed(self):
        self.write(".bulkheadignore", f"- {{id: {CURL_CVE}, reason: no HTTP here}}\n")
        plain = self.table("--ignore-file", "/dev/null")
        self.assertNotIn("suppressed", plain)
        hidden = self.table("--all")
        self.assertNotIn(CURL_CVE, hidden)
        count = len(self.packages_with(CURL_CVE))
        self.assertIn(f"{count} findings are suppressed by ignore entries or VEX", hidden)
        for options in (("--show-suppressed",), ("--show-suppressed", "--all")):
            shown = self.table(*options)
            line = next(row for row in shown.splitlines() if CURL_CVE in row)
            self.assertIn(".bulkheadignore:1", line)
            self.assertIn("no HTTP here", line)

    # --baseline

    def test_baseline(self):
        report = self.report("--baseline", self.plain_path, "--fail-on", "negligible")
        self.assertEqual(report["summary"]["findings"], 0)
        self.assertEqual({f["suppressed"]["status"] for f in report["findings"]}, {"baseline"})
        self.assertIn("no new vulnerabilities are shown",
                      self.table("--baseline", self.plain_path))

    def test_only_what_is_new_fails(self):
        old = json.loads(self.plain_path.read_text())
        old["findings"] = [f for f in old["findings"] if f["rule"] != CURL_CVE]
        for package in old["packages"]:  # as if every version had changed since
            before = package["id"]
            package["purl"] = package["purl"].split("@")[0] + "@0"
            package["id"] = package["purl"]
            for finding in old["findings"]:
                if finding.get("package") == before:
                    finding["package"] = package["id"]
                    finding["id"] = finding["rule"] + "@" + package["id"]
        path = self.write("old.json", old)
        report = self.report("--baseline", path, "--fail-on", "negligible", code=1)
        counting = {f["rule"] for f in report["findings"] if "suppressed" not in f}
        self.assertEqual(counting, {CURL_CVE})
        table = self.table("--baseline", path)
        self.assertIn("1 new vulnerability", table)
        self.assertIn("in the baseline", table)
        # A report that was made with a baseline is one itself.
        chained = self.folder / "chained.json"
        chained.write_text(json.dumps(report))
        self.report("--baseline", chained, "--fail-on", "negligible")

    def test_what_is_no_report_is_wrong_usage(self):
        path = self.write("x.json", {"SchemaVersion": 2, "Results": []})
        self.assertIn("it is no report of Bulkhead", self.refused("--baseline", path))


if __name__ == "__main__":
    support.main()
