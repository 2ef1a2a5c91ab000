"""`bulkhead scan` over targets that want to break it: our own corpus (bulkhead-make-hostile, with
what must hold of each in expected.json) and what other projects collected."""

import json
import os
import shutil
import signal
import subprocess
import tarfile
import unittest

import layers
import support

MIB = 1 << 20
# What DESIGN.md promises, and the slack of a process: its libraries, stacks and allocator.
MEMORY = 64 * MIB
MEMORY_SLACK = 8 * MIB
BYTES_PER_ENTRY = 48
BYTES_PER_PACKAGE = 1024  # of a report; for the few cases with more than any real image has
PACKAGES = {"dpkg-600k-packages": 100_000}  # --max-packages
ENTRIES = {"bomb-3e6-files": 3_000_004}  # of the cases with so many that they count
SECONDS = 30 * (10 if support.IS_SANITIZED else 1)
# An idle machine needs under a second; this only tells a scan that stops from one that goes on.
SLACK_SECONDS = 10 * (5 if support.IS_SANITIZED else 1)
SMALL = 4 * MIB  # targets up to this are scanned again with other threads and chunks
VARIANTS = [["--jobs", "1"], ["--jobs", "2"], ["--jobs", "1", "--chunk-bytes", "512"],
            ["--jobs", "2", "--chunk-bytes", "4096"], ["--jobs", "2", "--chunk-bytes", "262144"]]


def advisory(number, ecosystem):
    return {"schema_version": "1.6.0", "id": f"TEST-{number}", "modified": "2023-01-01T00:00:00Z",
            "aliases": [f"CVE-2023-{number}"],
            "affected": [{"package": {"ecosystem": ecosystem, "name": "unheard-of"},
                          "ranges": [{"type": "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]}


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.watched = {name: cls.folder / name for name in ("cwd", "tmp", "home")}
        for path in cls.watched.values():
            path.mkdir()
        cls.store = cls.folder / "store"
        for number, ecosystem in [(1001, "Debian:11"), (1002, "Alpine:v3.18")]:
            path = cls.folder / f"{number}.json"
            path.write_text(json.dumps(advisory(number, ecosystem)))
            made = support.bulkhead("db", "import", path, "--db", cls.store)
            assert made.code == 0, str(made)

    def scan(self, target, *options, timeout=SECONDS, **how):
        """Scans from an empty folder and looks that nothing was left anywhere."""
        run = support.scan(target, "--db", self.store, *options, timeout=timeout,
                           cwd=self.watched["cwd"],
                           env={"TMPDIR": str(self.watched["tmp"]),
                                "HOME": str(self.watched["home"])}, **how)
        for name, path in self.watched.items():
            self.assertEqual(os.listdir(path), [], f"something was left in {name}: {run}")
        self.assertFalse(os.path.exists("/tmp/bulkhead-escaped"))
        self.assertGreaterEqual(run.code, 0, f"ended by a signal: {run}")
        self.assertIn(run.code, (0, 1, 3), str(run))
        return run

    def check_memory(self, run, entries=0, packages=0):
        if support.IS_SANITIZED:
            return
        most = (MEMORY + MEMORY_SLACK + BYTES_PER_ENTRY * entries +
                BYTES_PER_PACKAGE * packages)
        self.assertLessEqual(run.peak_bytes, most, f"{run.peak_bytes / MIB:.0f} MiB: {run}")

    def check_report(self, run):
        """What holds of every report."""
        report = run.json()
        self.assertEqual(report["complete"], run.code != 3, str(run))
        gaps = [n for n in report["notes"] if n["level"] == "incomplete"]
        self.assertEqual(report["complete"], not gaps)
        for note in report["notes"]:
            self.assertTrue(note["code"] and note["what"], note)
            self.assertTrue(note["where"], f"a note without a place: {note}")
            # Nothing of a hostile name goes to the terminal as it is.
            self.assertTrue(all(c.isprintable() for c in note["what"] + note["where"]), note)
        if not report["packages"]:
            self.assertTrue(report["notes"], "an empty inventory without a word")
        return report

    def check_variants(self, target, run):
        for options in VARIANTS:
            again = self.scan(target, *options)
            self.assertEqual((again.code, again.stdout), (run.code, run.stdout), options)

    def make_corpus(self):
        corpus = self.folder / "corpus"
        if not corpus.exists():
            made = support.run([support.program("BULKHEAD_MAKE_HOSTILE"), corpus], timeout=600)
            self.assertEqual(made.code, 0, str(made))
        return corpus, json.loads((corpus / "expected.json").read_text())

    def test_corpus(self):
        corpus, cases = self.make_corpus()
        self.assertGreater(len(cases), 100)
        for case in cases:
            with self.subTest(case["name"], why=case["why"]):
                support.in_child(lambda: self.check_case(corpus, case))

    def check_case(self, corpus, case):
        prefix, name = case["target"].split(":", 1)
        target = f"{prefix}:{corpus / name}"
        run = self.scan(target)
        self.assertIn(run.code, case["exit_codes"], str(run) + run.stdout.decode()[-3000:])
        self.check_memory(run, ENTRIES.get(case["name"], 0), PACKAGES.get(case["name"], 0))
        report = self.check_report(run)
        names = {p["name"] for p in report["packages"]}
        self.assertLessEqual(set(case["packages"]), names)
        self.assertFalse(names & set(case["absent_packages"]))
        codes = {n["code"] for n in report["notes"]}
        if case["note_codes"] == ["*"]:
            self.assertTrue(codes)
        elif case["note_codes"]:
            self.assertTrue(codes & set(case["note_codes"]), report["notes"])
        path = corpus / name
        if path.is_dir() or path.stat().st_size <= SMALL:
            self.check_variants(target, run)


    def test_million_files_are_listed(self):
        corpus, _ = self.make_corpus()
        listing = self.folder / "listing"
        run = support.bulkhead("files", f"oci-archive:{corpus / 'bomb-3e6-files.tar'}",
                               stdout_path=listing, timeout=SECONDS)
        self.assertEqual(run.code, 0, str(run))
        self.check_memory(run, ENTRIES["bomb-3e6-files"])
        with open(listing, "rb") as lines:
            self.assertEqual(sum(1 for _ in lines), 3_000_000 + 9 + 1)  # with the base and opt
        listing.unlink()

    def test_collected_archives(self):
        """Other projects' hostile archives, as root filesystems."""
        for path in sorted(support.shared("images/archives/hostile").glob("*.tar")):
            with self.subTest(path.name):
                run = self.scan(f"tar:{path}")
                self.check_memory(run)
                self.check_report(run)
                self.check_variants(f"tar:{path}", run)
                self.check_report(self.scan(path))

    def test_collected_layouts(self):
        packed = support.shared("images/archives/oci-layout-dirs-good-and-bad.tar.zst")
        folder = self.folder / "layouts"
        folder.mkdir()
        subprocess.run([support.tool("tar"), "-C", folder, "--use-compress-program",
                        support.tool("zstd"), "-xf", packed], check=True)
        layouts = sorted({p.parent for name in ("oci-layout", "index.json")
                          for p in folder.rglob(name)})
        self.assertGreaterEqual(len(layouts), 4)
        codes = set()
        for path in layouts:
            with self.subTest(path.name):
                run = self.scan(f"oci-dir:{path}")
                codes.add(run.code)
                self.check_memory(run)
                self.check_report(run)
                self.check_variants(f"oci-dir:{path}", run)
        self.assertIn(3, codes, "the bad ones are among them")


class TimeAndMemory(unittest.TestCase):
    """Layers on which a careless overlay takes quadratic time or all memory."""

    def setUp(self):
        self.folder = support.temporary_folder(self)

    def scan_layers(self, *entries, seconds=SECONDS):
        image = layers.write_oci(self.folder / "image", [layers.tar(e) for e in entries])
        run = support.bulkhead("files", f"oci-dir:{image}", timeout=seconds,
                               stdout_path=self.folder / "listing")
        self.assertEqual(run.code, 0, str(run))
        return run, (self.folder / "listing").read_text().splitlines()

    COUNT = 60_000

    def test_each_file_is_hidden(self):
        names = [f"d/{i}" for i in range(self.COUNT)]
        run, lines = self.scan_layers([layers.file(n) for n in names],
                                      [layers.whiteout(n) for n in names])
        self.assertEqual(len(lines), 1)
        self.assertLess(run.seconds, SECONDS / 3)

    def test_each_file_is_replaced(self):
        names = [f"d/{i}" for i in range(self.COUNT)]
        run, lines = self.scan_layers([layers.file(n) for n in names + names],
                                      [layers.symlink(n, "x") for n in names])
        self.assertEqual(len(lines), 1 + self.COUNT)
        self.assertLess(run.seconds, SECONDS / 3)

    def test_opaque_again_and_again(self):
        entries = [layers.file(f"d/e/{i}") for i in range(self.COUNT)]
        marks = [layers.opaque("d"), layers.opaque("d/e"), layers.whiteout("d")]
        run, lines = self.scan_layers([layers.file("d/old")], entries + marks * 10_000)
        self.assertEqual(len(lines), 2 + self.COUNT)
        self.assertLess(run.seconds, SECONDS / 3)

    def test_links_of_links(self):
        """Each path goes through links that are as long as links may be."""
        turns = "x/../" * 3000
        links = [layers.directory("x")] + [
            layers.symlink(f"l{i}", f"{turns}l{i + 1}") for i in range(30)]
        run, _ = self.scan_layers([layers.symlink("l30", "x"), *links],
                                  [layers.file("x/f")])
        self.assertLess(run.seconds, SECONDS / 3)


class Signals(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)

    def big_image(self):
        """8 GiB that take seconds to read: one header, and a hole that takes no room."""
        target = self.folder / "big.tar"
        with tarfile.open(target, "w") as archive:
            info = tarfile.TarInfo("zeros")
            info.size = 1 << 40
            archive.addfile(info)  # the header alone
        with open(target, "r+b") as out:
            out.truncate(512)
            out.truncate(8 << 30)
        return target

    def test_interrupt_ends_a_scan_at_once(self):
        target = self.big_image()
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                run = support.scan(f"tar:{target}", "--verify", "all", after_s=0.3,
                                   signal_number=number)
                self.assertEqual(run.code, 130, str(run))
                self.assertLess(run.seconds, SLACK_SECONDS)
                self.assertEqual(run.stdout, b"")

    def test_interrupt_of_an_archive_being_unpacked(self):
        corpus = self.folder / "corpus"
        made = support.run([support.program("BULKHEAD_MAKE_HOSTILE"), corpus, "--only",
                            "bomb-gzip-3-gib"])
        self.assertEqual(made.code, 0, str(made))
        spool = self.folder / "spool"
        spool.mkdir()
        run = support.scan(f"oci-archive:{corpus / 'bomb-gzip-3-gib.tar'}", after_s=0.3,
                           env={"TMPDIR": str(spool)})
        self.assertEqual(run.code, 130, str(run))
        self.assertLess(run.seconds, SLACK_SECONDS)
        self.assertEqual(os.listdir(spool), [])

    def test_full_spool_is_a_clear_gap(self):
        """The disk for the unpacked archive is full: said, and nothing is left behind."""
        archive = self.folder / "image.tar.gz"
        support.make_image({"layers": [{"entries": [
            {"path": "opt/big", "fill": {"byte": 7, "size": 16 * MIB}}]}]}, archive,
            compression="gzip")
        spool = self.folder / "spool"
        spool.mkdir()
        run = support.scan(f"docker-archive:{archive}", "--max-spool-bytes", "1000000",
                           env={"TMPDIR": str(spool)})
        self.assertEqual(run.code, 3, str(run))
        self.assertIn("--max-spool-bytes", run.json()["notes"][0]["what"])
        if os.geteuid() != 0 or not shutil.which("mount"):
            self.skipTest("a small file system takes root")
        mounted = support.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", spool])
        if mounted.code != 0:
            self.skipTest(f"no tmpfs here: {mounted.stderr.strip()}")
        self.addCleanup(support.run, ["umount", spool])
        run = support.scan(f"docker-archive:{archive}", env={"TMPDIR": str(spool)})
        self.assertEqual(run.code, 3, str(run))
        note = run.json()["notes"][0]
        self.assertEqual((note["level"], note["code"]), ("incomplete", "io"), note)
        self.assertIn("No space left", note["what"])
        self.assertEqual(os.listdir(spool), [])

    def test_timeout(self):
        run = support.scan(f"tar:{self.big_image()}", "--verify", "all", "--timeout", "1")
        self.assertEqual(run.code, 130, str(run))
        self.assertLess(run.seconds, SLACK_SECONDS)


if __name__ == "__main__":
    support.main()
