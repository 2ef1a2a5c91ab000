"""Until when a release is supported: the report, its finding, what counts it and what answers why."""

import datetime
import json
import unittest
import xml.etree.ElementTree

import fixtures
import support
from feed_server import FeedServer, endoflife

PAGE = "endoflife/api/v1/products/"
DPKG = "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n\n"
APK = "P:busybox\nV:1.36.0-r0\nA:x86_64\no:busybox\n\n"
RULE = "os-release-ended"


def at(day, time="12:00:00"):
    when = datetime.datetime.fromisoformat(f"{day}T{time}+00:00")
    return {"SOURCE_DATE_EPOCH": str(int(when.timestamp()))}


class SupportTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        self.database = self.folder / "db"
        self.debian = fixtures.debian_tar(self.folder / "debian.tar", "11", "bullseye", DPKG)
        self.alpine = fixtures.alpine_tar(self.folder / "alpine.tar", "3.22.1", APK)
        self.ubuntu = fixtures.write_tar(self.folder / "ubuntu.tar", {
            "etc/os-release": 'PRETTY_NAME="Ubuntu 20.04.6 LTS"\nID=ubuntu\nID_LIKE=debian\n'
                              'VERSION_ID="20.04"\nVERSION_CODENAME=focal\n',
            "var/lib/dpkg/status": DPKG})

    def run_scan(self, target, day, *options, time="12:00:00", max_age="never", code=3):
        run = support.bulkhead("scan", f"tar:{target}", "--db", self.database, "--max-age", max_age,
                               *options, env=at(day, time), cwd=self.folder)
        self.assertEqual(run.code, code, run)
        return run

    def scan(self, target, day, *options, **how):
        return self.run_scan(target, day, "-o", "json", *options, **how).json()

    @staticmethod
    def findings(report):
        return [finding for finding in report["findings"] if finding["kind"] == "support"]

    @staticmethod
    def notes(report):
        return [note for note in report["notes"] if note["code"] == "os-support-ends-soon"]


class ByTheTable(SupportTest):
    def test_debian_ends_with_its_long_term_support(self):
        report = self.scan(self.debian, "2024-08-15")
        self.assertEqual(report["os"]["support"], {
            "state": "supported", "ends": "2026-08-31", "extended_ends": "2031-06-30",
            "source": "https://wiki.debian.org/LTS"})
        self.assertEqual((self.findings(report), self.notes(report)), ([], []))
        report = self.scan(self.debian, "2026-08-31", time="23:59:59")
        self.assertEqual(report["os"]["support"]["state"], "supported")
        self.assertEqual(len(self.notes(report)), 1)
        report = self.scan(self.debian, "2026-09-01", time="00:00:00")
        self.assertEqual(report["os"]["support"]["state"], "ended")
        [finding] = self.findings(report)
        self.assertEqual((finding["id"], finding["rule"], finding["severity"]),
                         (f"{RULE}@debian:11", RULE, "high"))
        self.assertIn("Debian 12", finding["remediation"])
        self.assertIn("ELTS, until 2031-06-30", finding["remediation"])
        self.assertNotIn("fix_state", finding)
        self.assertEqual(report["summary"]["by_kind"]["support"]["high"], 1)
        self.assertEqual(self.notes(report), [])

    def test_alpine_around_its_last_day(self):
        for day, state, notes in (("2027-01-30", "supported", 0), ("2027-01-31", "supported", 1),
                                  ("2027-04-30", "supported", 1), ("2027-05-01", "supported", 1),
                                  ("2027-05-02", "ended", 0)):
            with self.subTest(day):
                report = self.scan(self.alpine, day)
                self.assertEqual(report["os"]["support"]["state"], state)
                self.assertEqual(len(self.notes(report)), notes)
                self.assertEqual(len(self.findings(report)), int(state == "ended"))
        [finding] = self.findings(self.scan(self.alpine, "2028-04-29"))
        self.assertEqual(finding["severity"], "high")
        [finding] = self.findings(self.scan(self.alpine, "2028-04-30"))
        self.assertEqual(finding["severity"], "critical", "over for a year")

    def test_ubuntu_tells_of_its_subscription(self):
        report = self.scan(self.ubuntu, "2025-05-29")
        self.assertEqual(report["os"]["support"]["extended_ends"], "2030-04-23")
        [note] = self.notes(report)
        self.assertEqual(note["level"], "info")
        self.assertIn("in 0 days", note["what"])
        [finding] = self.findings(self.scan(self.ubuntu, "2026-11-28"))
        self.assertEqual(finding["severity"], "high")
        self.assertIn("Ubuntu Pro (ESM), until 2030-04-23: it takes a subscription",
                      finding["remediation"])
        [finding] = self.findings(self.scan(self.ubuntu, "2032-04-28"))
        self.assertNotIn("it takes", finding["remediation"], "all of them are over")

    def test_a_release_without_days_is_not_known(self):
        target = fixtures.write_tar(self.folder / "odd.tar", {
            "etc/os-release": "ID=nonesuch\nVERSION_ID=1\n", "var/lib/dpkg/status": DPKG})
        report = self.scan(target, "2026-11-28")
        self.assertEqual(report["os"]["support"], {"state": "unknown"})


class InTheRest(SupportTest):
    def test_fail_on_counts_it(self):
        run = self.run_scan(self.debian, "2026-11-28", "--fail-on", "high", code=1)
        text = run.stdout.decode()
        self.assertIn("FAILED", text)
        self.assertIn("support ended 2026-08-31", text)
        self.assertIn("Debian 11 is no longer supported since 2026-08-31", text)
        self.run_scan(self.debian, "2026-11-28", "--fail-on", "critical")
        self.run_scan(self.debian, "2026-08-31", "--fail-on", "high")

    def test_an_ignore_entry_suppresses_it(self):
        (self.folder / ".bulkheadignore").write_text(
            f"- id: {RULE}\n  reason: moves next month\n")
        report = self.scan(self.debian, "2026-11-28", "--fail-on", "high")
        [finding] = self.findings(report)
        self.assertEqual(finding["suppressed"]["reason"], "moves next month")
        self.assertEqual(report["os"]["support"]["state"], "ended", "it is still so")
        text = self.run_scan(self.debian, "2026-11-28").stdout.decode()
        self.assertNotIn("no longer supported since", text)
        (self.folder / ".bulkheadignore").unlink()
        (self.folder / ".trivyignore").write_text(f"{RULE}\n")
        [finding] = self.findings(self.scan(self.debian, "2026-11-28"))
        self.assertIn("suppressed", finding)

    def test_other_formats_carry_it(self):
        def text_of(form):
            return self.run_scan(self.debian, "2026-11-28", "-o", form).stdout.decode()
        sarif = json.loads(text_of("sarif"))["runs"][0]
        self.assertEqual([result["ruleId"] for result in sarif["results"]], [RULE])
        self.assertEqual([rule["id"] for rule in sarif["tool"]["driver"]["rules"]], [RULE])
        [entry] = json.loads(text_of("gitlab"))["vulnerabilities"]
        self.assertEqual((entry["severity"], entry["identifiers"][0]["value"]), ("High", RULE))
        self.assertIn("Debian 12", entry["solution"])
        cases = xml.etree.ElementTree.fromstring(text_of("junit")).iter("testcase")
        self.assertIn(RULE, [case.get("name") for case in cases])
        trivy = json.loads(text_of("trivy-json"))
        self.assertEqual(trivy["Metadata"]["OS"]["EOSL"], True)

    def test_why(self):
        def why(day, code):
            run = support.bulkhead("why", RULE, f"tar:{self.debian}", "--db", self.database,
                                   "--max-age", "never", "-o", "json", env=at(day))
            self.assertEqual(run.code, code, run)
            return run.json()
        got = why("2026-11-28", 3)
        self.assertEqual(got["answer"], "vulnerable")
        for part in ("since 2026-08-31", "Debian LTS ended on", "https://wiki.debian.org/LTS"):
            self.assertIn(part, got["because"])
        got = why("2025-01-01", 3)
        self.assertEqual(got["answer"], "not-affected")
        self.assertIn("supported until 2026-08-31", got["because"])


class ByTheFeed(SupportTest):
    def setUp(self):
        super().setUp()
        self.server = FeedServer(self)

    def fetch(self, target, day, **how):
        return self.scan(target, day, "--mirror", self.server.url, "--network-timeout", "2",
                         max_age="0", **how)

    def test_a_scan_fetches_the_days_of_its_system(self):
        self.server.put(PAGE + "alpine-linux", endoflife("alpine-linux", {"3.22": "2028-01-01"}))
        report = self.fetch(self.alpine, "2027-06-01")
        self.assertEqual(report["os"]["support"],
                         {"state": "supported", "ends": "2028-01-01",
                          "source": "https://endoflife.date/alpine-linux"})
        self.assertEqual([seen[0] for seen in self.server.seen if seen[0].startswith("endoflife")],
                         [PAGE + "alpine-linux"])
        again = self.scan(self.alpine, "2027-06-01")
        self.assertEqual(again["os"]["support"], report["os"]["support"], "it is kept")

    def test_a_release_that_the_program_does_not_know(self):
        target = fixtures.alpine_tar(self.folder / "new.tar", "3.99.0", APK)
        self.assertEqual(self.scan(target, "2026-11-28")["os"]["support"], {"state": "unknown"})
        self.server.put(PAGE + "alpine-linux", endoflife("alpine-linux", {"3.99": "2026-11-27"}))
        self.assertEqual(len(self.findings(self.fetch(target, "2026-11-28"))), 1)

    def test_systems_do_not_replace_each_other(self):
        self.server.put(PAGE + "alpine-linux", endoflife("alpine-linux", {"3.22": "2028-01-01"}))
        self.server.put(PAGE + "debian", endoflife("debian", {"11": "2029-01-01"}))
        self.fetch(self.alpine, "2026-11-28")
        report = self.fetch(self.debian, "2026-11-28")
        self.assertEqual(report["os"]["support"]["ends"], "2029-01-01")
        report = self.scan(self.alpine, "2026-11-28")
        self.assertEqual(report["os"]["support"]["ends"], "2028-01-01")

    def test_without_it_the_table_stands(self):
        broken = {"nothing": None, "a page": b"<html>", "nobody's": endoflife("debian", {"9": "x"})}
        for why, body in broken.items():
            with self.subTest(why):
                if body is not None:
                    self.server.put(PAGE + "alpine-linux", body)
                report = self.fetch(self.alpine, "2027-06-01")
                self.assertEqual(report["os"]["support"]["ends"], "2027-05-01")
                self.assertEqual([note for note in report["notes"]
                                  if "endoflife" in note["where"]], [])

    def test_db_update_asks_for_news_of_it(self):
        self.server.put(PAGE + "alpine-linux", endoflife("alpine-linux", {"3.22": "2028-01-01"}))
        words = ("--db", self.database, "--mirror", self.server.url, "--network-timeout", "2")
        run = support.bulkhead("db", "update", "os:alpine", *words)
        self.assertEqual(run.code, 0, run)
        self.server.put(PAGE + "alpine-linux", endoflife("alpine-linux", {"3.22": "2028-02-02"}))
        run = support.bulkhead("db", "update", *words)
        self.assertEqual(run.code, 0, run)
        report = self.scan(self.alpine, "2026-11-28")
        self.assertEqual(report["os"]["support"]["ends"], "2028-02-02")


if __name__ == "__main__":
    support.main()
