"""Advisory data are fetched, from a publisher on loopback that behaves well or badly."""

import bz2
import concurrent.futures
import gzip
import json
import lzma
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import threading
import unittest

import fixtures
import support
from feed_server import (FeedServer, endoflife, epss, kev, osv_zip, repomd, secdb, sha256_header,
                         updateinfo)

KEV = "cisa-kev/known_exploited_vulnerabilities.json"
EPSS = "epss/epss_scores-current.csv.gz"
MAIN = "alpine-secdb/v3.20/main.json"
COMMUNITY = "alpine-secdb/v3.20/community.json"
ALMA = "osv/AlmaLinux/all.zip"
END = "endoflife/api/v1/products/alpine-linux"

INSTALLED = "P:busybox\nV:1.36.0-r0\nA:x86_64\no:busybox\n\nP:zlib\nV:1.3-r0\nA:x86_64\no:zlib\n\n"
OLD = {"busybox": {"1.36.1-r0": ["CVE-2024-0001"]}}
NEW = {"busybox": {"1.36.1-r0": ["CVE-2024-0001"], "1.36.2-r0": ["CVE-2024-0002"]}}


class UpdateTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        self.db = self.folder / "db"
        self.image = fixtures.alpine_tar(self.folder / "alpine.tar", "3.20.1", INSTALLED)
        self.server = FeedServer(self)
        self.server.put(KEV, kev("CVE-2024-0001"))
        self.server.put(EPSS, epss({"CVE-2024-0001": 0.5}))
        self.server.put(MAIN, secdb(OLD))
        self.server.put(COMMUNITY, secdb({"zlib": {"1.3-r0": ["CVE-2023-0009"]}},
                                         repository="community"))
        self.server.put(END, endoflife("alpine-linux", {"3.20": "2026-04-01"}))

    def at(self, mirror=None, age="0"):
        return ("--db", self.db, "--mirror", mirror or self.server.url, "--max-age", age,
                "--network-timeout", "2")

    def scan(self, *options, code=0, **how):
        run = support.scan(f"tar:{self.image}", *(how.pop("at", None) or self.at()), *options,
                           **how)
        self.assertEqual(run.code, code, run)
        return run.json()

    def update(self, *words, mirror=None):
        """{mirror path: what became of it}, but for EPSS."""
        run = support.bulkhead("db", "update", "--db", self.db, "--mirror",
                               mirror or self.server.url, "--network-timeout", "2", "-o", "json",
                               *words)
        self.assertIn(run.code, (0, 3), run)
        return {file["file"]: file for file in run.json()["files"] if file["file"] != EPSS}

    @staticmethod
    def cves(report):
        return sorted(finding["rule"] for finding in report["findings"]
                      if finding["kind"] == "vulnerability")

    @staticmethod
    def failures(report):
        return sorted(note["where"].split("/")[-1] for note in report["notes"]
                      if note["code"] == "advisories-not-updated"
                      and "epss" not in note["where"])


class Fetching(UpdateTest):
    def test_a_scan_fetches_what_it_needs(self):
        report = self.scan()
        self.assertEqual(self.cves(report), ["CVE-2024-0001"])
        self.assertTrue(report["complete"])
        self.assertTrue(report["findings"][0]["known_exploited"])
        feeds = {feed["feed"] for feed in report["data"]}
        self.assertLessEqual({"alpine-secdb/v3.20/main", "alpine-secdb/v3.20/community"}, feeds)
        self.assertEqual(self.failures(report), [])
        self.assertEqual({seen[0] for seen in self.server.seen},
                         {KEV, EPSS, MAIN, COMMUNITY, END})

    def test_young_data_are_not_asked_for(self):
        self.scan()
        self.server.forget()
        self.server.files.pop(EPSS)
        self.scan(at=self.at(age="24h"))
        self.assertEqual([seen for seen in self.server.seen if seen[0] != EPSS], [])
        later = {"SOURCE_DATE_EPOCH": str(1_700_000_000 + 3601)}
        self.scan(at=self.at(age="1h"), env=later)
        self.assertEqual([seen[2] for seen in self.server.asked(MAIN)], [304])
        # The 304 made them young again.
        self.server.forget()
        self.scan(at=self.at(age="1h"), env=later)
        self.assertEqual(self.server.asked(MAIN), [])

    def test_data_imported_by_hand_are_young_too(self):
        for name, data in (("main", secdb(OLD)),
                           ("community", secdb({}, repository="community")),
                           ("kev", kev("CVE-2024-0001")),
                           ("end", endoflife("alpine-linux", {"3.20": "2026-04-01"}))):
            (self.folder / f"{name}.json").write_bytes(data)
            fixtures.import_data(self.db, self.folder / f"{name}.json")
        self.assertEqual(self.cves(self.scan(at=self.at(age="24h"))), ["CVE-2024-0001"])
        self.assertEqual([seen for seen in self.server.seen if seen[0] != EPSS], [])

    def test_one_of_two_files_is_not_both(self):
        (self.folder / "community.json").write_bytes(secdb({}, repository="community"))
        fixtures.import_data(self.db, self.folder / "community.json")
        self.assertEqual(self.cves(self.scan(at=self.at(age="24h"))), ["CVE-2024-0001"])
        self.assertEqual(len(self.server.asked(MAIN)), 1)
        self.assertEqual(self.server.asked(COMMUNITY), [])

    def test_not_changed(self):
        self.scan()
        self.server.forget()
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001"])
        self.assertEqual([seen[2:] for seen in self.server.asked(MAIN)], [(304, 0)])
        self.assertEqual(self.update()[MAIN]["outcome"], "not changed")

    def test_changed(self):
        self.scan()
        self.server.put(MAIN, secdb(NEW))
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001", "CVE-2024-0002"])

    def test_what_is_gone_from_the_store_is_fetched_whole(self):
        self.scan()
        (self.db / "current").unlink()
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001"])
        self.assertEqual([seen[2] for seen in self.server.asked(MAIN)], [200, 200])

    def test_what_another_version_wrote_is_fetched_whole(self):
        self.scan()
        current = self.db / "current"
        text = current.read_text()
        self.assertRegex(text, r'"layout":\d+,')
        current.write_text(re.sub(r'"layout":\d+,', "", text))
        self.server.forget()
        self.assertEqual(self.cves(self.scan(at=self.at(age="24h"))), ["CVE-2024-0001"])
        self.assertEqual([seen[2] for seen in self.server.asked(MAIN)], [200])

    def test_a_redirect(self):
        self.server.files["moved.json"] = self.server.files[MAIN]
        moved = self.server.put(MAIN, b"")
        moved.status, moved.location = 302, f"{self.server.url}/moved.json"
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001"])
        self.assertEqual(len(self.server.asked("moved.json")), 1)

    def test_a_stated_digest(self):
        file = self.server.files[MAIN]
        file.digest = sha256_header(file.body)
        self.assertEqual(self.update("Alpine:v3.20")[MAIN]["outcome"], "replaced")
        other = self.server.put(MAIN, secdb(NEW))
        other.digest = sha256_header(b"another")
        outcome = self.update("Alpine:v3.20")[MAIN]
        self.assertEqual(outcome["outcome"], "failed")
        self.assertIn("sha256", outcome["error"])
        self.assertEqual(self.cves(self.scan("--offline")), ["CVE-2024-0001"])


class Archives(UpdateTest):
    """OSV's archives: one for all releases."""

    RECORDS = {f"ALSA-2024:{number:04d}": (f"AlmaLinux:{8 + number % 2}", f"package{number}",
                                           f"1.{number}-1.el9") for number in range(400)}

    def setUp(self):
        super().setUp()
        self.archive = self.server.put(ALMA, osv_zip(self.RECORDS))

    def feeds(self):
        run = support.bulkhead("db", "status", "--db", self.db, "-o", "json")
        return {feed["feed"]: feed["records"] for feed in run.json()["feeds"]}

    def test_all_of_its_releases(self):
        self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "replaced")
        feeds = self.feeds()
        self.assertEqual((feeds["osv/AlmaLinux:8"], feeds["osv/AlmaLinux:9"]), (200, 200))
        self.assertEqual(self.update("AlmaLinux:8")[ALMA]["outcome"], "not changed")

    def test_a_dropped_connection_goes_on(self):
        size = len(self.archive.body)
        self.archive.cut_at = [size // 3, size // 3]
        outcome = self.update("AlmaLinux:9")[ALMA]
        self.assertEqual((outcome["outcome"], outcome["bytes"]), ("replaced", size))
        asked = self.server.asked(ALMA)
        self.assertEqual([seen[2] for seen in asked], [200, 206, 206])
        self.assertEqual(asked[1][1]["Range"], f"bytes={size // 3}-")
        self.assertEqual(asked[1][1]["If-Range"], self.archive.etag)
        self.assertEqual(self.feeds()["osv/AlmaLinux:9"], 200)

    def test_the_next_run_goes_on(self):
        size = len(self.archive.body)
        self.archive.cut_at = [size // 4, 0, 0, 0, 0, 0, 0]
        self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "failed")
        self.archive.cut_at = []
        self.server.forget()
        outcome = self.update("AlmaLinux:9")[ALMA]
        self.assertEqual((outcome["outcome"], outcome["bytes"]), ("replaced", size - size // 4))
        self.assertEqual(self.server.asked(ALMA)[0][1]["Range"], f"bytes={size // 4}-")
        self.assertEqual(list((self.db / "updates").glob("*.part*")), [])

    def test_another_file_meanwhile_is_fetched_whole(self):
        self.archive.cut_at = [len(self.archive.body) // 4, 0, 0, 0, 0, 0, 0]
        self.update("AlmaLinux:9")
        records = dict(self.RECORDS)
        records.pop("ALSA-2024:0001")
        self.server.put(ALMA, osv_zip(records))
        self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "replaced")
        self.assertEqual(self.feeds()["osv/AlmaLinux:9"], 199)

    def test_a_server_without_ranges(self):
        self.archive.has_range = False
        self.archive.cut_at = [len(self.archive.body) // 2]
        outcome = self.update("AlmaLinux:9")[ALMA]
        self.assertEqual(outcome["outcome"], "replaced")
        self.assertEqual([seen[2] for seen in self.server.asked(ALMA)], [200, 200])

    def test_damage_is_refused_and_the_old_data_stay(self):
        self.update("AlmaLinux:9")
        good = self.archive.body
        chance = random.Random(7)
        cases = {"a cut archive": good[:len(good) * 2 // 3],
                 "a page of the server's": b"<html><body>Log in to the network</body></html>",
                 "nothing": b"",
                 "JSON that ends early": b'{"id": "ALSA-2024:1", "affected": [',
                 "another's data": osv_zip({"DSA-1": ("Debian:12", "a", "2")})}
        for _ in range(3):
            at = chance.randrange(len(good) // 4, len(good) // 2)
            cases[f"a flipped byte at {at}"] = (good[:at] + bytes([good[at] ^ 0x55])
                                                + good[at + 1:])
        for why, body in cases.items():
            with self.subTest(why):
                self.server.put(ALMA, body)
                outcome = self.update("AlmaLinux:9")[ALMA]
                self.assertEqual(outcome["outcome"], "failed", outcome)
                self.assertTrue(outcome["error"])
                feeds = self.feeds()
                self.assertEqual((feeds["osv/AlmaLinux:8"], feeds["osv/AlmaLinux:9"]), (200, 200))
                self.assertNotIn("osv/Debian:12", feeds)
        # And nothing of the damaged ones is left to go on with.
        self.server.put(ALMA, osv_zip({**self.RECORDS, "ALSA-2025:1": ("AlmaLinux:9", "a", "2-1")}))
        self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "replaced")
        self.assertEqual(self.feeds()["osv/AlmaLinux:9"], 201)

    def test_a_wrong_size(self):
        for length, why in ((len(self.archive.body) + 100, "more than comes"),
                            (len(self.archive.body) - 100, "less than comes")):
            with self.subTest(why):
                file = self.server.put(ALMA, self.archive.body)
                file.length = length
                self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "failed")
        file = self.server.put(ALMA, self.archive.body)
        file.has_length = False
        self.assertEqual(self.update("AlmaLinux:9")[ALMA]["outcome"], "replaced")


class Repositories(UpdateTest):
    """Data behind indexes: mirror.list -> repomd.xml -> updateinfo."""

    INDEX = "amazon/2/core/latest/x86_64/repodata/repomd.xml"
    BASE = INDEX.removesuffix("repodata/repomd.xml")
    ERRATA = {"ALAS2-2024-1": ("curl", "8.3.0", "2.amzn2", "CVE-2024-1000")}
    MORE = {**ERRATA, "ALAS2-2024-2": ("curl", "8.4.0", "1.amzn2", "CVE-2024-2000")}

    @staticmethod
    def gzip(data):
        """The same bytes at whatever time."""
        return gzip.compress(data, mtime=0)

    def publish(self, errata, pack=None, name="updateinfo.xml.gz", base=None):
        base = self.BASE if base is None else base
        body = (pack or self.gzip)(updateinfo(errata))
        href = f"repodata/{name}"
        self.server.put(base + href, body)
        self.server.put(f"{base}repodata/repomd.xml",
                        repomd(("primary", "repodata/primary.xml.gz", b"x"),
                               ("updateinfo", href, body)))
        return base + href

    def feeds(self):
        run = support.bulkhead("db", "status", "--db", self.db, "-o", "json")
        return {feed["feed"]: feed["records"] for feed in run.json()["feeds"]}

    def outcome(self, *words):
        return self.update("Amazon Linux:2", *words)[self.INDEX]

    def test_what_the_index_names_is_fetched(self):
        for pack, name in ((self.gzip, "a-updateinfo.xml.gz"),
                           (lzma.compress, "b-updateinfo.xml.xz"),
                           (bz2.compress, "c-updateinfo.xml.bz2"),
                           (bytes, "updateinfo.xml")):
            with self.subTest(name):
                shutil.rmtree(self.db, ignore_errors=True)
                file = self.publish(self.ERRATA, pack, name)
                outcome = self.outcome()
                self.assertEqual(outcome["outcome"], "replaced", outcome)
                self.assertEqual(self.feeds()["updateinfo/Amazon Linux:2/core"], 1)
                self.assertEqual([seen[2] for seen in self.server.asked(file)], [200])
                self.assertEqual(list((self.db / "updates").glob("*.part*")), [])

    def test_the_index_is_asked_for_changes_and_the_file_left_alone(self):
        file = self.publish(self.ERRATA)
        self.outcome()
        self.server.forget()
        self.assertEqual(self.outcome()["outcome"], "not changed")
        self.assertEqual([seen[2] for seen in self.server.asked(self.INDEX)], [304])
        # Another index with the same file in it.
        self.server.put(self.INDEX, self.server.files[self.INDEX].body + b"\n")
        self.assertEqual(self.outcome()["outcome"], "not changed")
        self.assertEqual(self.outcome()["outcome"], "not changed")
        self.assertEqual([seen[2] for seen in self.server.asked(self.INDEX)], [304, 200, 304])
        self.assertEqual(self.server.asked(file), [])
        self.publish(self.MORE)
        self.assertEqual(self.outcome()["outcome"], "replaced")
        self.assertEqual(self.feeds()["updateinfo/Amazon Linux:2/core"], 2)

    def test_a_list_of_mirrors_leads_to_the_index(self):
        site = f"amazon={self.server.url}/cdn"
        listed = self.server.put("cdn/2/core/latest/x86_64/mirror.list", b"")

        def update():
            # Without --mirror: no other site is on loopback, so all but this one fail.
            run = support.bulkhead("db", "update", "--db", self.db, "--network-timeout", "2",
                                   "-o", "json", "Amazon Linux:2", "--source", site,
                                   *[f"--source={name}={self.server.url}/{name}"
                                     for name in ("cisa-kev", "epss")])
            return {row["file"]: row for row in run.json()["files"]}[self.INDEX]

        file = self.publish(self.ERRATA, base="guids/one/x86_64/")
        listed.body = f"{self.server.url}/gone\n{self.server.url}/guids/one/x86_64\n".encode()
        outcome = update()
        self.assertEqual(outcome["outcome"], "replaced", outcome)
        self.assertEqual(len(self.server.asked(file)), 1)
        self.assertEqual(update()["outcome"], "not changed")
        # The same errata in a new repository: the index is read, the file is not.
        other = self.publish(self.ERRATA, base="guids/two/x86_64/")
        self.server.put("cdn/2/core/latest/x86_64/mirror.list",
                        f"{self.server.url}/guids/two/x86_64/\n".encode())
        self.assertEqual(update()["outcome"], "not changed")
        self.assertEqual(self.server.asked(other), [])
        for body in (b"", b"<html>log in</html>", b"ftp://a.example/\n"):
            with self.subTest(body):
                self.server.put("cdn/2/core/latest/x86_64/mirror.list", body)
                outcome = update()
                self.assertEqual(outcome["outcome"], "failed")
                self.assertIn("no repository", outcome["error"])
        self.assertEqual(self.feeds()["updateinfo/Amazon Linux:2/core"], 1)

    def test_damage_is_refused_and_the_old_data_stay(self):
        file = self.publish(self.ERRATA)
        self.outcome()
        good = self.gzip(updateinfo(self.MORE))
        href = "repodata/updateinfo.xml.gz"
        entry = ("updateinfo", href, good)
        index = repomd(entry)
        bad_sum = index.replace(b'type="sha256">', b'type="sha256">00', 1)
        cases = {
            "another file than the index means": (index, good + b"x", "sha256"),
            "a cut file": (index, good[:-9], "sha256"),
            "an index without updateinfo": (repomd(("primary", href, good)), good, "updateinfo"),
            "an index that leads elsewhere": (repomd(("updateinfo", "../../../x", good)), good,
                                              "place"),
            "a checksum that is none": (bad_sum, good, "checksum"),
            "a weak checksum": (index.replace(b"sha256", b"md5"), good, "checksum"),
            "no checksum": (index.replace(b"checksum", b"other"), good, "SHA-256"),
            "a page of the server's": (b"<html><body>Log in</body></html>", good, "repomd"),
            "more than the budget": (index.replace(f"<size>{len(good)}".encode(),
                                                   b"<size>99999999999"), good, "budget"),
            "errata of another release": (None, gzip.compress(updateinfo(
                {"ALAS2023-2024-1": ("a", "1", "1", "CVE-2024-3")})), "none of"),
        }
        for why, (listed, body, word) in cases.items():
            with self.subTest(why):
                self.server.put(file, body)
                self.server.put(self.INDEX, listed or repomd(("updateinfo", href, body)))
                outcome = self.outcome()
                self.assertEqual(outcome["outcome"], "failed", outcome)
                self.assertIn(word, outcome["error"])
                self.assertEqual(self.feeds()["updateinfo/Amazon Linux:2/core"], 1)
                self.assertEqual(list((self.db / "updates").glob("*.part*")), [])
        self.publish(self.MORE)
        self.assertEqual(self.outcome()["outcome"], "replaced")

    def test_a_dropped_connection_goes_on(self):
        file = self.publish({f"ALAS2-2024-{n}": (f"p{n}", "1", "1.amzn2", f"CVE-2024-{1000 + n}")
                             for n in range(300)})
        size = len(self.server.files[file].body)
        self.server.files[file].cut_at = [size // 2]
        outcome = self.outcome()
        self.assertEqual(outcome["outcome"], "replaced", outcome)
        self.assertEqual([seen[2] for seen in self.server.asked(file)], [200, 206])

    def test_a_mirror_that_is_a_folder(self):
        mirror = self.folder / "mirror"
        self.publish(self.ERRATA)
        for path, file in self.server.files.items():
            (mirror / path).parent.mkdir(parents=True, exist_ok=True)
            (mirror / path).write_bytes(file.body)
        update = lambda: self.update("Amazon Linux:2", "--offline", mirror=mirror)[self.INDEX]
        self.assertEqual(update()["outcome"], "replaced")
        self.assertEqual(update()["outcome"], "not changed")
        body = self.gzip(updateinfo(self.MORE))
        (mirror / self.BASE / "repodata/more.gz").write_bytes(body)
        (mirror / self.INDEX).write_bytes(repomd(("updateinfo", "repodata/more.gz", body)))
        self.assertEqual(update()["outcome"], "replaced")
        self.assertEqual(self.feeds()["updateinfo/Amazon Linux:2/core"], 2)
        (mirror / self.BASE / "repodata/more.gz").write_bytes(body + b" ")
        (mirror / self.INDEX).write_bytes(repomd(("updateinfo", "repodata/more.gz", body)) + b"\n")
        self.assertEqual(update()["outcome"], "not changed")  # nobody reads what the index repeats
        self.assertEqual(self.server.seen, [])
        self.assertTrue((mirror / self.INDEX).exists())


class Failing(UpdateTest):
    def test_no_data_is_a_gap(self):
        self.server.files.clear()
        report = self.scan(code=3)
        self.assertFalse(report["complete"])
        self.assertEqual(self.failures(report), ["community.json",
                                                 "known_exploited_vulnerabilities.json",
                                                 "main.json"])
        self.assertEqual({note["level"] for note in report["notes"]
                          if note["code"] == "advisories-not-updated"}, {"info"})
        self.assertIn("no-advisory-data", {note["code"] for note in report["notes"]})

    def test_old_data_will_do(self):
        self.scan()
        self.server.files.pop(MAIN)
        report = self.scan(env={"SOURCE_DATE_EPOCH": str(1_700_000_000 + 3 * 86400)})
        self.assertEqual(self.cves(report), ["CVE-2024-0001"])
        self.assertTrue(report["complete"])
        note = next(note for note in report["notes"] if note["where"].endswith("main.json"))
        self.assertIn("3 days ago", note["what"])
        self.assertIn("404", note["what"])

    def test_a_server_that_stalls(self):
        self.scan()
        self.server.put(MAIN, secdb(NEW)).stall_s = 30
        report = self.scan()
        self.assertEqual(self.cves(report), ["CVE-2024-0001"])
        self.assertEqual(self.failures(report), ["main.json"])

    def test_a_server_that_is_not_there(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.scan()
        report = self.scan(at=self.at(nowhere))
        self.assertEqual(self.cves(report), ["CVE-2024-0001"])

    def test_over_budget(self):
        self.scan()
        big = secdb(NEW) + b" " * (17 << 20)
        for has_length in (True, False):
            with self.subTest(has_length=has_length):
                self.server.put(MAIN, big).has_length = has_length
                report = self.scan()
                self.assertEqual(self.cves(report), ["CVE-2024-0001"])
                note = next(n for n in report["notes"] if n["where"].endswith("main.json"))
                self.assertIn("budget", note["what"])
        self.assertEqual(list((self.db / "updates").glob("*main*.part")), [])

    def test_a_store_that_cannot_be_written_to(self):
        self.scan()
        if os.geteuid() == 0:  # whom permissions do not stop
            shutil.rmtree(self.db / "updates")
            (self.db / "updates").write_text("no folder")
        else:
            self.db.chmod(0o555)
            self.addCleanup(self.db.chmod, 0o755)
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001"])

    def test_a_release_that_nobody_publishes(self):
        self.image = fixtures.alpine_tar(self.folder / "odd.tar", "9.99.0", INSTALLED)
        report = self.scan(code=3)
        self.assertEqual({seen[0] for seen in self.server.seen if "secdb" in seen[0]},
                         {"alpine-secdb/v9.99/main.json", "alpine-secdb/v9.99/community.json"})
        self.assertEqual(self.failures(report), ["community.json", "main.json"])


class Together(UpdateTest):
    def eight_scans(self, age="0", code=0):
        """Begun at once; all end with `code`."""
        words = [support.program(), "scan", f"tar:{self.image}", "-o", "json",
                 *map(str, self.at(age=age))]
        variables = {**os.environ, "HOME": "/nonexistent"}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = list(pool.map(lambda _: subprocess.run(words, capture_output=True, timeout=120,
                                                          env=variables, check=False), range(8)))
        for run in runs:
            self.assertEqual(run.returncode, code, run.stderr)
        return [json.loads(run.stdout) for run in runs]

    def test_eight_scans_during_an_update(self):
        """Each answers from the old data or the new, whole."""
        self.scan()
        filler = {f"p{number}": {"1-r0": [f"CVE-2020-{number:04d}"]} for number in range(3000)}
        self.server.put(MAIN, secdb({**filler, **NEW}))
        for _ in range(2):
            for report in self.eight_scans():
                self.assertTrue(report["complete"])
                self.assertEqual(self.failures(report), [])
                self.assertIn(self.cves(report), (["CVE-2024-0001"],
                                                  ["CVE-2024-0001", "CVE-2024-0002"]))
        self.assertEqual(self.cves(self.scan()), ["CVE-2024-0001", "CVE-2024-0002"])

    def test_eight_scans_without_data(self):
        """One fetches, the others wait for it: each file goes over the network once."""
        for report in self.eight_scans(age="24h"):
            self.assertEqual(self.cves(report), ["CVE-2024-0001"])
        self.assertEqual([seen[2] for seen in self.server.asked(MAIN)], [200])

    def test_eight_scans_of_a_publisher_that_stalls(self):
        """Those that wait for another's fetch hear that it failed, and why."""
        self.server.files[MAIN].stall_s = 30
        for report in self.eight_scans(code=0):
            self.assertEqual(self.failures(report), ["main.json"])
            self.assertEqual(self.cves(report), [])
        self.server.put(MAIN, secdb(OLD))
        for report in self.eight_scans():
            self.assertEqual(self.cves(report), ["CVE-2024-0001"])

    def test_scans_while_the_data_change_again_and_again(self):
        self.scan()
        stop = threading.Event()

        def publish():
            for number in range(10_000):
                if stop.is_set():
                    return
                self.server.put(MAIN, secdb(NEW if number % 2 else OLD))
                stop.wait(0.01)

        thread = threading.Thread(target=publish)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(stop.set)
        for _ in range(3):
            for report in self.eight_scans():
                self.assertIn(self.cves(report), (["CVE-2024-0001"],
                                                  ["CVE-2024-0001", "CVE-2024-0002"]))


class Offline(UpdateTest):
    def test_no_connection_is_made(self):
        report = self.scan("--offline", code=3)
        self.assertEqual(self.server.seen, [])
        self.assertFalse(report["complete"])
        self.scan()
        self.server.forget()
        self.assertEqual(self.cves(self.scan("--offline")), ["CVE-2024-0001"])
        self.scan(at=self.at(age="never"))
        self.assertEqual(self.server.seen, [])
        run = support.bulkhead("db", "update", "--offline", "--db", self.db, "--mirror",
                               self.server.url)
        self.assertEqual(run.code, 3, run)
        self.assertEqual(self.server.seen, [])

    def test_no_registry_is_asked(self):
        run = support.scan(f"registry:{self.server.url[7:]}/a/b:1", "--offline", "--db", self.db)
        self.assertEqual(run.code, 3, run)
        self.assertIn("--offline", run.stderr)
        self.assertEqual(self.server.seen, [])

    def test_a_mirror_that_is_a_folder(self):
        mirror = self.folder / "mirror"
        for path, file in self.server.files.items():
            (mirror / path).parent.mkdir(parents=True, exist_ok=True)
            (mirror / path).write_bytes(file.body)
        at = self.at(mirror)
        self.assertEqual(self.cves(self.scan("--offline", at=at)), ["CVE-2024-0001"])
        self.assertEqual(self.update(mirror=mirror)[MAIN]["outcome"], "not changed")
        (mirror / MAIN).write_bytes(secdb(NEW))
        self.assertEqual(self.cves(self.scan("--offline", at=at)),
                         ["CVE-2024-0001", "CVE-2024-0002"])
        (mirror / MAIN).write_bytes(b"{")
        report = self.scan("--offline", at=at)
        self.assertEqual(self.failures(report), ["main.json"])
        self.assertEqual(self.server.seen, [])
        self.assertTrue((mirror / MAIN).exists())

    def test_a_mirror_is_filled_as_documented(self):
        """docs/advisory-data.md: what `db sources` prints is what a mirror has, and where from."""
        own = [option for site in ("cisa-kev", "epss", "alpine-secdb")
               for option in ("--source", f"{site}={self.server.url}/{site}")]
        listed = support.bulkhead("db", "sources", "Alpine:v3.20", *own)
        rows = [line.split("\t") for line in listed.stdout.decode().splitlines()]
        self.assertEqual({path for path, _ in rows}, {KEV, EPSS, MAIN, COMMUNITY})
        for path, address in rows:
            self.assertEqual(address, f"{self.server.url}/{path}")


class Shown(UpdateTest):
    def said(self, *words):
        """What a terminal at standard error sees."""
        code, text = support.said_to_terminal("scan", f"tar:{self.image}", *self.at(), *words)
        self.assertEqual(code, 0)
        return text

    def test_progress(self):
        """The server pauses before the connection breaks, so that there is something to see."""
        for words, is_shown in (((), True), (("--no-progress",), False)):
            shutil.rmtree(self.db, ignore_errors=True)
            self.server.put(MAIN, secdb(OLD)).stall_s = 0.5
            timer = threading.Timer(0.2, lambda: self.server.put(MAIN, secdb(OLD)))
            timer.start()
            self.addCleanup(timer.join)
            self.assertEqual(b"fetching advisories" in self.said(*words), is_shown)


class Words(UpdateTest):
    def test_update_takes_what_the_store_has(self):
        self.assertEqual(set(self.update()), {KEV})
        self.assertEqual(set(self.update("Alpine:v3.20")), {KEV, MAIN, COMMUNITY})
        self.server.put(MAIN, secdb(NEW))
        outcomes = self.update()
        self.assertEqual({path: file["outcome"] for path, file in outcomes.items()},
                         {KEV: "not changed", MAIN: "replaced", COMMUNITY: "not changed"})
        self.assertEqual(outcomes[MAIN]["feeds"],
                         [{"feed": "alpine-secdb/v3.20/main", "records": 2}])

    def test_wrong_words(self):
        for words in (["Debiann:12"], ["horoscope"], ["Alpine:../../etc"], [""],
                      ["--mirror", "/nonexistent"], ["--source", "nobody=https://example.com/"],
                      ["--source", "osv"], ["--source", "osv=ftp://example.com"],
                      ["--network-timeout", "0"]):
            with self.subTest(words):
                run = support.bulkhead("db", "update", "--db", self.db, *words)
                self.assertEqual(run.code, 2, run)
                self.assertTrue(run.stderr)
        said = support.bulkhead("db", "update", "--db", self.db, "Debiann:12").stderr
        self.assertIn("Debian:", said)
        for age in ("24", "-1h", "1w", "soon", "", "h"):
            run = support.scan(f"tar:{self.image}", "--db", self.db, f"--max-age={age}")
            self.assertEqual(run.code, 2, run)

    def test_sources(self):
        run = support.bulkhead("db", "sources", "-o", "json")
        self.assertEqual(run.code, 0, run)
        rows = run.json()["sources"]
        for row in rows:
            self.assertRegex(row["address"], r"^https://[a-z0-9.-]+/")
            self.assertRegex(row["documentation"], r"^https://")
            self.assertGreater(row["most_bytes"], 0)
            self.assertEqual(pathlib.PurePosixPath(row["path"]).is_absolute(), False)
        plain = support.bulkhead("db", "sources", "Rocky Linux:9", "AlmaLinux:9").stdout.decode()
        self.assertIn("osv/Rocky Linux/all.zip\thttps://", plain)
        self.assertIn("/Rocky%20Linux/all.zip\n", plain)


if __name__ == "__main__":
    support.main()
