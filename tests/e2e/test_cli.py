"""The command line: exit codes, options, outputs, environment, and the database's commands."""

import json
import os
import pty
import random
import re
import signal
import subprocess
import time
import unittest

import fixtures
import images
import support

DEMO = support.SOURCE / "examples" / "storefront"
COMMANDS = ["scan", "sbom", "files", "why", "db import", "db update", "db sources", "db status", "db search", "version-compare",
            "config show", "completion", "man"]
ALPINE_STATUS = "P:{}\nV:{}\nA:x86_64\no:{}\n\n"


def secdb(fixes, release="v3.18"):
    """An Alpine database: {package: {fixed version: [ids]}}."""
    return json.dumps({"distroversion": release, "reponame": "main",
                       "urlprefix": "https://dl-cdn.alpinelinux.org/alpine",
                       "packages": [{"pkg": {"name": name, "secfixes": secfixes}}
                                    for name, secfixes in fixes.items()]})


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.image = fixtures.make_image_of(DEMO / "storefront.json", cls.folder / "demo.tar")
        cls.bad = cls.folder / "bad.tar"
        cls.bad.write_bytes(cls.image.read_bytes()[:cls.image.stat().st_size // 2])

    def run_it(self, *arguments, code=0, **how):
        run = support.bulkhead(*arguments, **how)
        self.assertEqual(run.code, code, run)
        return run

    def scan(self, *options, target=None, code=0, **how):
        return self.run_it("scan", target or self.image, "--db", self.database, *options,
                           code=code, **how)

    def report(self, *options, **how):
        return self.scan("-o", "json", *options, **how).json()


class ExitCodes(CliTest):
    def test_0_complete(self):
        self.scan()
        self.scan("--fail-on", "critical", target=self.without_findings())

    def without_findings(self):
        return fixtures.debian_tar(
            self.folder / "clean.tar", "11", "bullseye",
            "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n")

    def test_1_policy(self):
        severities = [f["severity"] for f in self.report()["findings"]]
        order = ["negligible", "low", "medium", "high", "critical"]
        worst = max((s for s in severities if s != "unknown"), key=order.index, default=None)
        for number, severity in enumerate(order):
            fails = (worst is not None and number <= order.index(worst)) or (
                "unknown" in severities and number <= order.index("medium"))
            self.scan("--fail-on", severity, code=1 if fails else 0)
        self.assertIn("unknown", severities)
        self.scan("-s", "unknown", "--fail-on", "high", code=0)
        self.scan("-s", "unknown", "--fail-on", "high", "--unknown-as", "critical", code=1)
        self.scan("-s", "unknown", "--fail-on", "medium", "--unknown-as", "low", code=0)

    def test_exit_code_of_ones_own(self):
        self.scan("--fail-on", "low", "--exit-code", "17", code=17)
        self.scan("--fail-on", "low", "--exit-code", "0", code=0)
        self.scan("--exit-code", "17", code=0)
        # A gap is no failure of the policy: its code stays.
        limited = ("--max-packages", "8", "--fail-on", "low")
        self.scan(*limited, code=1)
        self.scan(*limited, "--exit-code", "0", code=3)
        self.scan("--fail-on", "low", "--exit-code", "256", code=2)
        self.scan("--fail-on", "low", "--exit-code", "-1", code=2)

    def test_1_goes_before_3(self):
        status = (DEMO / "base" / "status").read_text() + "\n\nStatus: install ok installed\n"
        target = fixtures.debian_tar(self.folder / "gap.tar", "11", "bullseye", status)
        self.assertFalse(self.report(target=target, code=3)["complete"])
        self.assertFalse(self.report("--fail-on", "low", target=target, code=1)["complete"])

    def test_2_usage(self):
        for words in (["--no-such-option"], ["--fail-on", "dreadful"], ["-s", "high,dreadful"],
                      ["-o", "pdf"], ["-f", "pdf"], ["-o", "json=a", "-o", "json=b", "-f", "json"],
                      ["--platform", "linux"], ["--platform", "a/b/c/d"], ["--platform", "/"],
                      ["--jobs", "many"], ["--jobs", "-1"], ["--verify", "nothing"],
                      ["--scanners", "horoscope"], ["--unknown-as", "unknown"],
                      ["second-target"], ["--input", self.image], ["--timeout", "soon"],
                      ["--max-entries", "-5"], ["--max-entries", "1e99"], ["-o"], ["-o", ""]):
            with self.subTest(words):
                run = self.scan(*words, code=2)
                self.assertEqual(run.stdout, b"")
                self.assertTrue(run.stderr)
        for words in ([], ["scan"], ["files"], ["db"], ["db", "import"], ["db", "nonesuch"],
                      ["db", "search"], ["scan", ""], ["--nonesuch"], ["db", "search", "a", "b"],
                      ["files", self.image, "-o", "sarif"], ["files", self.image, "--layer", "x"],
                      ["db", "status", "-o", "yaml"]):
            with self.subTest(words):
                self.assertTrue(self.run_it(*words, code=2).stderr)
        self.assertIn("--fail-on", self.run_it("scan", self.image, "-f", "high", code=2).stderr)

    def test_3_gaps(self):
        missing = self.report(target="/nonexistent/image.tar", code=3)
        self.assertFalse(missing["complete"])
        self.assertIn("/nonexistent/image.tar", missing["target"]["reference"])
        self.report(target=self.bad, code=3)
        self.run_it("files", "/nonexistent/image.tar", code=3)
        self.run_it("files", self.bad, code=3)
        self.run_it("files", self.image, "--layer", "99", code=3)
        self.run_it("scan", self.image, "--db", self.folder / "none", code=3)
        self.run_it("db", "import", "--db", self.folder / "x", "/nonexistent/file", code=3)
        self.scan("--platform", "windows/amd64", code=3)
        self.scan("--max-entries", "2", code=3)

    def test_strict(self):
        empty = fixtures.write_tar(self.folder / "empty.tar", {"etc/motd": "hello\n"})
        self.scan(target=empty, code=0)
        self.scan("--strict", target=empty, code=3)

    def test_interrupted(self):
        folder = fixtures.slow_layout(self.folder / "slow")
        words = ["scan", folder, "--db", self.database, "-o", "json",
                 "--max-decoded-bytes", str(1 << 40)]
        for number in (signal.SIGINT, signal.SIGTERM):
            run = support.bulkhead(*words, after_s=0.5, signal_number=number)
            self.assertEqual((run.code, run.stdout), (130, b""), run)
            self.assertLess(run.seconds, 5)
        run = support.bulkhead(*words, "--timeout", "1")
        self.assertEqual((run.code, run.stdout), (130, b""), run)
        self.assertLess(run.seconds, 10)


class Outputs(CliTest):
    def test_formats(self):
        table = self.scan()
        self.assertEqual(self.scan("-o", "table").stdout, table.stdout)
        self.assertEqual(self.scan("-f", "table").stdout, table.stdout)
        self.assertEqual(self.scan("--format", "json").json(), self.report())
        self.assertEqual(self.scan("--output", "json").json(), self.report())
        self.assertEqual(self.scan("--output=json").json(), self.report())

    def test_files(self):
        plain = self.scan("-o", "json").stdout
        table = self.scan().stdout
        out = self.folder / "out"
        out.mkdir()
        run = self.scan("-o", f"json={out}/a.json")
        self.assertEqual((run.stdout, (out / "a.json").read_bytes()), (b"", plain))
        run = self.scan("-f", "json", "-o", out / "b.json")
        self.assertEqual((run.stdout, (out / "b.json").read_bytes()), (b"", plain))
        run = self.scan("-o", f"json={out}/c.json", "-o", f"table={out}/c.txt", "-o", "table")
        self.assertEqual(run.stdout, table)
        self.assertEqual((out / "c.json").read_bytes(), plain)
        self.assertEqual((out / "c.txt").read_bytes(), table)
        self.assertEqual(self.scan("-o", "table", "-o", "json").stdout, table + plain)
        self.assertEqual(len(list(out.iterdir())), 4)

    def test_files_that_cannot_be_written(self):
        # Before the scan, where that can be seen: wrong usage.
        run = self.scan("-o", f"json={self.folder}/no/such/folder.json", code=2)
        self.assertIn("no/such/folder.json: the report could not be written: No such file",
                      run.stderr)
        self.assertIn("Is a directory", self.scan("-o", f"json={self.folder}", code=2).stderr)
        if os.path.exists("/dev/full"):
            run = self.scan("-o", "json=/dev/full", code=3)
            self.assertIn("/dev/full: the report could not be written: No space left", run.stderr)
            with open("/dev/full", "wb") as full:
                for words in (["scan", self.image, "--db", self.database], ["files", self.image],
                              ["files", self.image, "-o", "json"]):
                    run = subprocess.run([support.program(), *map(str, words)], stdout=full,
                                         stderr=subprocess.PIPE, check=False)
                    self.assertEqual(run.returncode, 3, words)
                    self.assertTrue(run.stderr)

    def test_a_reader_that_goes_away(self):
        for words in (["scan", self.image, "--db", self.database, "-o", "json"],
                      ["files", self.image], ["--help"], ["db", "status", "--db", self.database]):
            with self.subTest(words):
                read, write = os.pipe()
                os.close(read)
                run = subprocess.run([support.program(), *map(str, words)], stdout=write,
                                     stderr=subprocess.PIPE, check=False, timeout=60)
                os.close(write)
                self.assertEqual(run.returncode, 0 if words[0] in ("--help", "db") else 3)
                if words[0] == "scan":
                    self.assertIn(b"standard output: the report could not be written: Broken pipe",
                                  run.stderr)

    def test_standard_output_closed(self):
        for words in (["scan", self.image, "--db", self.database], ["files", self.image]):
            with self.subTest(words):
                run = subprocess.run([support.program(), *map(str, words)],
                                     preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE,
                                     check=False, timeout=60)
                self.assertEqual(run.returncode, 3, run.stderr)

    def test_results_alone_on_standard_output(self):
        self.assertEqual(self.scan("-o", "json").stderr, "")
        run = self.scan("-o", "json", "-v")
        json.loads(run.stdout)
        run = self.scan("-o", "json", target=self.bad, code=3)
        json.loads(run.stdout)
        run = self.run_it("files", self.bad, "-o", "json", code=3)
        json.loads(run.stdout)
        self.assertTrue(run.stderr)

    def test_no_colour_where_nobody_looks(self):
        self.assertNotIn(b"\x1b", self.scan("--all").stdout)

    def test_colour_on_a_terminal(self):
        for variables, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False),
                                       ({"NO_COLOR": ""}, True)):
            with self.subTest(variables):
                ours, theirs = pty.openpty()
                child = subprocess.Popen(
                    [support.program(), "scan", str(self.image), "--db", str(self.database)],
                    stdout=theirs, stderr=subprocess.DEVNULL,
                    env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"},
                         "TERM": "xterm", **variables})
                os.close(theirs)
                text = b""
                while True:
                    try:
                        part = os.read(ours, 65536)
                    except OSError:
                        break
                    if not part:
                        break
                    text += part
                os.close(ours)
                self.assertEqual(child.wait(), 0)
                self.assertEqual(b"\x1b[" in text, is_coloured)
                self.assertIn(b"demo.tar", text)


class Options(CliTest):
    def test_severities(self):
        every = self.report()["findings"]
        for wanted in (["high"], ["critical", "high"], ["unknown"], ["negligible", "low"]):
            shown = self.report("-s", ",".join(wanted))["findings"]
            self.assertEqual(shown, [f for f in every if f["severity"] in wanted])
        self.assertEqual(self.report("-s", "high", "-s", "low")["findings"],
                         [f for f in every if f["severity"] in ("high", "low")])

    def test_only_fixed(self):
        every = self.report()["findings"]
        kept = [f for f in every if f.get("fix_state", "fixed") == "fixed"]
        self.assertLess(len(kept), len(every))
        self.assertEqual(self.report("--ignore-unfixed")["findings"], kept)
        self.assertEqual(self.report("--only-fixed")["findings"], kept)

    def test_filters_come_before_fail_on(self):
        self.scan("-s", "critical", "--fail-on", "low",
                  code=1 if self.report("-s", "critical")["findings"] else 0)

    def test_ways_to_name_the_target(self):
        want = self.report()
        for words in (["scan", "--input", self.image], ["image", self.image], [self.image],
                      ["image", "--input", self.image], ["--input", self.image],
                      ["-o", "table", self.image]):
            with self.subTest(words):
                run = self.run_it(*words, "--db", self.database, "-f", "json") \
                    if "-o" not in words else self.run_it(*words, "--db", self.database)
                if "-o" not in words:
                    self.assertEqual(run.json()["findings"], want["findings"])
        self.assertEqual(self.run_it("files", "--input", self.image).stdout,
                         self.run_it("files", self.image).stdout)

    def test_environment(self):
        self.scan(env={"BULKHEAD_FAIL_ON": "low"}, code=1)
        self.scan(env={"BULKHEAD_FAIL_ON": "low", "BULKHEAD_EXIT_CODE": "9"}, code=9)
        self.scan("--exit-code", "8", env={"BULKHEAD_FAIL_ON": "low", "BULKHEAD_EXIT_CODE": "9"},
                  code=8)
        self.run_it("scan", self.image, env={"BULKHEAD_DB": str(self.database)})
        self.scan(env={"BULKHEAD_FAIL_ON": "dreadful"}, code=2)
        json.loads(self.scan(env={"BULKHEAD_OUTPUT": "json"}).stdout)
        self.assertEqual(self.report(env={"BULKHEAD_SEVERITY": "high,low"})["findings"],
                         self.report("-s", "high,low")["findings"])
        self.assertEqual(self.report(env={"BULKHEAD_ONLY_FIXED": "true"})["findings"],
                         self.report("--only-fixed")["findings"])
        self.scan(env={"BULKHEAD_MAX_ENTRIES": "2"}, code=3)
        self.assertEqual(self.report(env={"SOURCE_DATE_EPOCH": "0"})["created"],
                         "1970-01-01T00:00:00Z")

    def test_where_the_database_is(self):
        cache = self.folder / "cache"
        fixtures.import_data(cache / "advisories", DEMO / "advisories")
        self.run_it("scan", self.image, "--cache-dir", cache)
        home = self.folder / "home"
        (home / ".cache").mkdir(parents=True)
        self.run_it("db", "import", DEMO / "advisories", env={"HOME": str(home)})
        self.run_it("scan", self.image, env={"HOME": str(home)})
        self.assertTrue((home / ".cache" / "bulkhead" / "advisories" / "current").exists())
        self.run_it("scan", self.image, env={"XDG_CACHE_HOME": str(home / ".cache")})

    def help_of(self, command):
        return self.run_it(*command.split(), "--help").stdout.decode()

    def test_help(self):
        root = self.run_it("--help").stdout.decode()
        self.assertEqual(self.run_it("-h").stdout.decode(), root)
        for command in COMMANDS:
            self.assertIn(command.split()[0], root)
            text = self.help_of(command)
            self.assertEqual(self.run_it(*command.split(), "-h").stdout.decode(), text)
            self.assertEqual(max(map(len, text.splitlines())) > 30, True)
        listed = set(re.findall(r"^  ([a-z][a-z-]+)\b", root, re.MULTILINE))
        self.assertEqual(listed, {c.split()[0] for c in COMMANDS}, "what help lists is there")
        group = self.help_of("db")
        for name in ("import", "update", "sources", "status", "search"):
            self.assertIn(name, group)

    def test_every_option_on_help_works(self):
        """Each with a value that suits it; and none is taken that help does not mention."""
        values = {"--input": None, "--output": "table", "--format": "json", "--severity": "high",
                  "--fail-on": "critical", "--unknown-as": "low", "--exit-code": "0",
                  "--scanners": "vuln", "--platform": "linux/amd64", "--verify": "all",
                  "--layer": "0", "--limit": "5", "--db": self.database,
                  "--cache-dir": self.folder, "--jobs": "1", "--chunk-bytes": "4096",
                  "--timeout": "100", "--stdin": "", "--username": "alice",
                  "--ca-file": "ca.crt", "--client-cert": "me.cert", "--client-key": "me.key",
                  "--network-timeout": "10", "--config": "/dev/null", "--for": "scan",
                  "--sort-by": "epss",
                  "--ignore": "CVE-2000-1", "--ignore-file": self.folder / "none.bulkheadignore",
                  "--vex": self.folder / "none.vex.json",
                  "--baseline": self.folder / "none.report.json", "--max-age": "never",
                  "--mirror": self.folder, "--source": "osv=http://127.0.0.1:1/",
                  "--pending-from": self.folder}
        (self.folder / "none.bulkheadignore").write_text("[]\n")
        (self.folder / "none.vex.json").write_text(
            '{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1", '
            '"author": "a", "timestamp": "2024-01-01T00:00:00Z", "version": 1, "statements": []}')
        (self.folder / "none.report.json").write_bytes(
            support.scan(self.image, "--db", self.database).stdout)
        # What an option does not go without.
        partners = {"--password-stdin": ["--username", "alice"],
                    "--client-cert": ["--client-key", "me.key"],
                    "--client-key": ["--client-cert", "me.cert"],
                    "--pending-from": ["--pending"]}
        password = self.folder / "password"
        password.write_text("of-alice\n")
        words = {"scan": [self.image, "--db", self.database], "files": [self.image],
                 "sbom": [self.image],
                 "why": ["CVE-2022-0778", self.image, "--db", self.database],
                 "db import": [DEMO / "advisories", "--db", self.folder / "options-db"],
                 "db update": ["--offline", "--db", self.database], "db sources": [],
                 "db status": ["--db", self.database],
                 "db search": ["CVE-2022-0778", "--db", self.database],
                 "version-compare": ["deb", "1", "2"], "config show": [],
                 "completion": ["bash"], "man": []}
        tried = 0
        for command in COMMANDS:
            text = self.help_of(command)
            names = re.findall(r"^ +(?:-\w,)?(--[a-z0-9-]+)(?:,(--[a-z0-9-]+))?(?: ([A-Z]\S*))?",
                               text, re.MULTILINE)
            self.assertGreater(len(names), 0, command)
            for name, other, placeholder in names:
                for option in filter(None, (name, other)):
                    if option == "--help":
                        continue
                    with self.subTest(f"{command} {option}"):
                        value = values.get(option)
                        if command == "sbom" and option in ("--output", "--format"):
                            value = "spdx"
                        if option.startswith("--max-") and option != "--max-age":
                            value = "1000000"
                        given = list(words[command])
                        if option == "--input":
                            at = given.index(self.image)
                            given[at:at + 1] = ["--input", self.image]
                        elif option == "--stdin":
                            given = ["--stdin"]
                        elif option == "--db":
                            given = [w for w in given if w not in ("--db", self.database)]
                            given += ["--db", given.pop() if command == "db import"
                                      else self.database]
                        elif placeholder:
                            self.assertIsNotNone(value, "a new option wants a value here")
                            given += [option, value]
                        else:
                            given.append(option)
                        given += partners.get(option, [])
                        with open(password if option == "--password-stdin" else os.devnull) as stdin:
                            run = support.bulkhead(*command.split(), *given, stdin=stdin,
                                                   env={"BULKHEAD_PASSWORD": "of-alice"})
                        # Nothing is fetched here: an update has a gap. The image names no
                        # package repositories.
                        has_gap = command == "db update" or option.startswith("--pending")
                        self.assertIn(run.code, (3,) if has_gap else (0, 1), given)
                        tried += 1
            for option in ("--nonesuch", "--all-of-it", "-Z"):
                self.assertEqual(support.bulkhead(*command.split(), option).code, 2)
        self.assertGreater(tried, 60)
        print(f"{tried} options of {len(COMMANDS)} commands")

    def test_limits_are_on_help(self):
        limits = (support.SOURCE / "docs" / "limits.md").read_text()
        for command in ("scan", "files", "db import"):
            text = self.help_of(command)
            for option in set(re.findall(r"--max-[a-z-]+", text)) - {"--max-age"}:
                self.assertIn(option, limits)

    def test_version(self):
        self.assertRegex(self.run_it("--version").stdout.decode(), r"^bulkhead \d+\.\d+\.\d+\n$")

    def test_quiet_and_verbose(self):
        self.assertEqual(self.scan("-q").stderr, "")
        self.assertEqual(self.scan("-q").stdout, self.scan("-v").stdout)
        self.assertTrue(self.scan("-q", target="/nonexistent", code=3).stderr, "errors are told")


class Database(CliTest):
    def setUp(self):
        self.here = support.temporary_folder(self)
        self.db = self.here / "db"
        self.target = fixtures.alpine_tar(self.here / "alpine.tar", "3.18.4",
                                          ALPINE_STATUS.format("zlib", "1.2-r0", "zlib"))

    def import_fixes(self, fixes, name="main.json", release="v3.18"):
        path = self.here / name
        path.write_text(secdb(fixes, release))
        return self.run_it("db", "import", "--db", self.db, path)

    def rules(self, code=0):
        report = self.run_it("scan", self.target, "--db", self.db, "-o", "json", code=code).json()
        return sorted(f["rule"] for f in report["findings"] if f["kind"] == "vulnerability")

    def test_no_data(self):
        self.assertEqual(self.rules(code=3), [])
        self.assertIn("no data", self.run_it("db", "status", "--db", self.db).stdout.decode())
        status = self.run_it("db", "status", "--db", self.db, "-o", "json").json()
        self.assertEqual(status["feeds"], [])
        self.assertEqual(self.run_it("db", "search", "x", "--db", self.db, "-o", "json").json()
                         ["rows"], [])
        self.assertFalse(self.db.exists(), "looking makes nothing")

    def test_data_of_another_release_is_a_gap(self):
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-1"]}}, release="v3.17")
        self.assertEqual(self.rules(code=3), [])

    def test_status_and_search(self):
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-1", "CVE-2024-2"], "0": ["CVE-2024-3"]}})
        status = self.run_it("db", "status", "--db", self.db, "-o", "json").json()
        self.assertEqual([(f["feed"], f["ecosystem"]) for f in status["feeds"]],
                         [("alpine-secdb/v3.18/main", "Alpine:v3.18")])
        self.assertEqual(status["feeds"][0]["imported"], "2023-11-14T22:13:20Z")
        table = self.run_it("db", "status", "--db", self.db).stdout.decode()
        self.assertIn("alpine-secdb/v3.18/main", table)
        for query, count in (("CVE-2024-1", 1), ("cve-2024-2", 1), ("zlib", 3), ("nonesuch", 0)):
            rows = self.run_it("db", "search", query, "--db", self.db, "-o", "json").json()["rows"]
            self.assertEqual(len(rows), count, query)
            table = self.run_it("db", "search", query, "--db", self.db).stdout.decode()
            self.assertEqual(table.count("zlib"), count)
        rows = self.run_it("db", "search", "zlib", "--db", self.db, "--limit", "2", "-o",
                           "json").json()["rows"]
        self.assertEqual(len(rows), 2)
        affected = {row["cves"][0]: row["affected"] for row in self.run_it(
            "db", "search", "zlib", "--db", self.db, "-o", "json").json()["rows"]}
        self.assertEqual(affected, {"CVE-2024-1": "< 1.3-r0", "CVE-2024-2": "< 1.3-r0",
                                    "CVE-2024-3": "not affected"})

    def test_importing_again_replaces(self):
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-1"]}})
        self.assertEqual(self.rules(), ["CVE-2024-1"])
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-2"]}})
        self.assertEqual(self.rules(), ["CVE-2024-2"])
        self.import_fixes({"bash": {"1-r0": ["CVE-2024-9"]}}, "other.json", "v3.17")
        self.assertEqual(self.rules(), ["CVE-2024-2"], "another feed stays what it was")
        self.import_fixes({})
        self.assertEqual(self.rules(), [], "a feed without records is data, too")
        before = sorted(p.name for p in self.db.iterdir())
        self.import_fixes({})
        self.assertEqual(sorted(p.name for p in self.db.iterdir()), before)

    def test_formats_are_told_by_content(self):
        folder = self.here / "mixed"
        folder.mkdir()
        (folder / "a.txt").write_text(secdb({"zlib": {"1.3-r0": ["CVE-2024-1"]}}))
        (folder / "README").write_text("This is no data.\n")
        (folder / "empty").write_text("")
        run = support.bulkhead("db", "import", "--db", self.db, folder)
        self.assertIn(run.code, (0, 3), run)
        self.assertEqual(self.rules(), ["CVE-2024-1"])

    def test_garbage_leaves_the_old_data(self):
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-1"]}})
        (self.here / "garbage").write_bytes(b"\x00\x01garbage" * 1000)
        self.run_it("db", "import", "--db", self.db, self.here / "garbage", code=3)
        self.assertEqual(self.rules(), ["CVE-2024-1"])

    def test_damage_to_the_store_is_an_error(self):
        self.import_fixes({"zlib": {"1.3-r0": ["CVE-2024-1"]}})
        for path in self.db.iterdir():
            if not path.is_file() or path.name == "lock":
                continue
            with self.subTest(path.name):
                whole = path.read_bytes()
                if not whole:
                    continue
                for damaged in (b"", whole[:len(whole) // 2], b"\xff" * len(whole)):
                    os.chmod(path, 0o644)
                    path.write_bytes(damaged)
                    run = support.bulkhead("scan", self.target, "--db", self.db, "-o", "json")
                    self.assertEqual(run.code, 3, run)
                    self.assertFalse(run.json()["complete"])
                path.write_bytes(whole)
        self.assertEqual(self.rules(), ["CVE-2024-1"])

    def feed(self, marker, records=4000):
        path = self.here / f"{marker}.json"
        if not path.exists():
            fixes = {f"p{n}": {"2-r0": [f"CVE-2020-{n}"]} for n in range(records)}
            fixes["zlib"] = {"1.3-r0": [f"CVE-2024-{marker}"]}
            path.write_text(secdb(fixes))
        return path

    def importing(self, path):
        return subprocess.Popen([support.program(), "db", "import", "--db", str(self.db),
                                 str(path)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)

    def test_a_killed_import_leaves_the_old_data(self):
        start = time.monotonic()
        self.run_it("db", "import", "--db", self.db, self.feed(1000))
        whole = time.monotonic() - start
        current = "CVE-2024-1000"
        generator = random.Random(7)
        killed = 0
        for number in range(20):
            marker = 1001 + number
            child = self.importing(self.feed(marker))
            time.sleep(generator.uniform(0, whole))
            child.kill()
            child.stderr.close()
            is_killed = child.wait() == -signal.SIGKILL
            killed += is_killed
            got = self.rules()
            # Killed after the rename it may be the new data, whole.
            self.assertIn(got, ([current], [f"CVE-2024-{marker}"]))
            if not is_killed:
                self.assertEqual(got, [f"CVE-2024-{marker}"])
            current = got[0]
        self.assertGreater(killed, 3, "the kills came too late to show anything")
        for path in self.db.iterdir():
            os.utime(path, (0, 0))  # what was left is old by now
        self.run_it("db", "import", "--db", self.db, self.feed(1))
        self.assertEqual(self.rules(), ["CVE-2024-1"])
        left = sorted(path.name for path in self.db.rglob("*") if path.is_file())
        self.assertLessEqual(len(left), 3, left)  # the feed, `current`, the lock
        print(f"{killed} imports killed")

    def test_two_imports_at_once(self):
        """Both may succeed, or one says why not; the data are those of one of them, whole."""
        for number in range(5):
            pair = [self.importing(self.feed(2000 + 2 * number + side)) for side in (0, 1)]
            codes = []
            for child in pair:
                _, errors = child.communicate(timeout=120)
                codes.append(child.returncode)
                if child.returncode != 0:
                    self.assertEqual(child.returncode, 3)
                    self.assertTrue(errors)
            self.assertIn(0, codes)
            self.assertIn(self.rules(), [[f"CVE-2024-{2000 + 2 * number + side}"]
                                         for side in (0, 1) if codes[side] == 0])

    def test_imports_of_different_feeds_at_once(self):
        paths = []
        for number in range(4):
            path = self.here / f"release-{number}.json"
            path.write_text(secdb({"zlib": {"1.3-r0": ["CVE-2024-1"]}}, f"v3.{number}"))
            paths.append(path)
        children = [self.importing(path) for path in paths]
        succeeded = 0
        for child in children:
            child.communicate(timeout=120)
            succeeded += child.returncode == 0
        feeds = self.run_it("db", "status", "--db", self.db, "-o", "json").json()["feeds"]
        self.assertEqual(len(feeds), succeeded, "none that was written is lost")

    def test_scans_while_importing(self):
        self.run_it("db", "import", "--db", self.db, self.feed(1))
        for number in range(3):
            child = self.importing(self.feed(2 + number % 2))
            while child.poll() is None:
                self.assertEqual(len(self.rules()), 1)
            child.communicate()
            self.assertEqual(child.returncode, 0)


if __name__ == "__main__":
    support.main()
