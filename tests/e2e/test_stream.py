"""Standard input: the report of a stream is that of the same archive in a file."""

import gzip
import io
import json
import os
import subprocess
import tarfile
import time
import unittest

import fixtures
import layers
import support

DEMO = support.SOURCE / "examples" / "storefront"
MIB = 1 << 20


def normal(run):
    """Exit code and report without what names the target."""
    if not run.stdout:
        return run.code, run.stderr
    report = run.json()
    reference = report["target"].pop("reference")
    report.pop("created")
    for note in report["notes"]:  # of a target that could not be opened
        if note["where"].split("!")[0] == reference:
            note["where"] = note["where"][len(reference):]
    return run.code, json.dumps(report)


class StreamTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")

    def scan(self, target, *options, **how):
        return support.scan(target, "--db", self.database, *options, **how)

    def scan_stream(self, path, *options, target="-"):
        with open(path, "rb") as file:
            return self.scan(target, *options, stdin=file)

    def assert_same(self, path, *options):
        expected = normal(self.scan(path, *options))
        self.assertEqual(normal(self.scan_stream(path, *options)), expected, path)
        return expected

    def demo(self, layout, compression="gzip"):
        out = self.folder / f"{layout}-{compression}"
        if not out.exists():
            made = support.run([support.program("BULKHEAD_MAKE_IMAGE"), DEMO / "storefront.json",
                                "--out", out, "--layout", layout, "--compression", compression])
            self.assertEqual(made.code, 0, made)
        return out

    def test_every_layout_gives_the_report_of_the_file(self):
        for layout in ("docker-archive", "docker-archive-oci", "oci-archive"):
            for compression in ("none", "gzip", "zstd"):
                for jobs in ("1", "2", "5"):
                    with self.subTest(layout=layout, compression=compression, jobs=jobs):
                        path = self.demo(layout, compression)
                        code, report = self.assert_same(path, "--jobs", jobs)
                        self.assertEqual(code, 0)
                        self.assertIn("CVE-", report)

    def test_chunks_do_not_matter(self):
        path = self.demo("oci-archive")
        reports = {normal(self.scan_stream(path, "--chunk-bytes", size))
                   for size in ("512", "4096", "65536", "1048576")}
        self.assertEqual(len(reports), 1)

    def test_verify_all_and_platforms_hold(self):
        self.assert_same(self.demo("oci-archive"), "--verify", "all")
        self.assert_same(self.demo("docker-archive"), "--platform", "linux/s390x")

    def reordered(self, path, order):
        """The archive at `path` with its members in another order."""
        out = self.folder / f"{order}-{path.name}"
        with tarfile.open(path) as old, tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as new:
            members = old.getmembers()
            is_document = lambda member: member.name.endswith(".json") or member.name == "oci-layout"
            members.sort(key=lambda member: is_document(member) == (order == "documents-last"))
            for member in members:
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
        return out

    def test_the_manifest_may_come_first_or_last(self):
        for layout in ("docker-archive", "docker-archive-oci", "oci-archive"):
            for order in ("documents-last", "documents-first"):
                with self.subTest(layout=layout, order=order):
                    path = self.demo(layout)
                    moved = self.reordered(path, order)
                    self.assertEqual(normal(self.scan_stream(moved))[1].replace(moved.name, ""),
                                     normal(self.scan(moved))[1].replace(moved.name, ""))
                    self.assertIn("CVE-", normal(self.scan_stream(moved))[1])

    def test_compressed_archives(self):
        for layout in ("docker-archive", "oci-archive"):
            path = self.demo(layout, "none")
            packed = self.folder / f"{layout}.gz"
            packed.write_bytes(gzip.compress(path.read_bytes(), 1))
            with self.subTest(layout=layout):
                code, report = self.assert_same(packed)
                self.assertIn("CVE-", report)

    def test_root_filesystems(self):
        base = self.folder / "rootfs.tar"
        with tarfile.open(self.demo("docker-archive", "none")) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))
            base.write_bytes(archive.extractfile(manifest[0]["Layers"][0]).read())
        self.assert_same(base)
        packed = self.folder / "rootfs.tar.gz"
        packed.write_bytes(gzip.compress(base.read_bytes(), 1))
        self.assert_same(packed)
        # As `docker export` begins: with files that any archive could begin with.
        exported = self.folder / "exported.tar"
        with tarfile.open(base) as old, tarfile.open(exported, "w") as new:
            new.addfile(tarfile.TarInfo(".dockerenv"))
            boot = tarfile.TarInfo("initrd.img.gz")
            data = gzip.compress(b"kernel" * 10_000)
            boot.size = len(data)
            new.addfile(boot, io.BytesIO(data))
            for member in old.getmembers():
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
        self.assert_same(exported)

    def test_links_to_what_has_gone_by(self):
        """A wanted path may turn out to be a link to a file of a lower layer."""
        status = b"Package: adduser\nStatus: install ok installed\nVersion: 3.134\n" \
                 b"Architecture: all\n\n"
        release = b'ID=debian\nVERSION_ID="12"\n'
        lower = layers.tar([layers.file("usr/lib/os-release", release),
                            layers.file("srv/data/status", status)])
        links = {
            "symbolic": layers.tar([layers.symlink("var/lib/dpkg/status", "/srv/data/status")]),
            "hard": layers.tar([layers.hardlink("var/lib/dpkg/status", "srv/data/status")]),
            "folder": layers.tar([layers.symlink("var/lib/dpkg", "/srv/data")]),
        }
        for name, upper in links.items():
            with self.subTest(name):
                folder = self.folder / f"late-{name}"
                layers.write_oci(folder, [lower, upper])
                archive = self.folder / f"late-{name}.tar"
                with tarfile.open(archive, "w") as tar:
                    for path in sorted(folder.rglob("*")):
                        tar.add(path, path.relative_to(folder), recursive=False)
                code, report = self.assert_same(archive)
                self.assertIn("adduser", report)

    def test_what_cannot_be_had_any_more_is_a_gap(self):
        lower = layers.tar([layers.file("usr/lib/os-release", b"ID=debian\nVERSION_ID=12\n"),
                            layers.file("srv/another-name", b"Package: a\nVersion: 1\n")])
        upper = layers.tar([layers.symlink("var/lib/dpkg/status", "/srv/another-name")])
        folder = self.folder / "gone"
        layers.write_oci(folder, [lower, upper])
        archive = self.folder / "gone.tar"
        with tarfile.open(archive, "w") as tar:
            for path in sorted(folder.rglob("*")):
                tar.add(path, path.relative_to(folder), recursive=False)
        run = self.scan_stream(archive)
        self.assertEqual(run.code, 3)
        self.assertIn("scan the archive from a file", run.stdout.decode())

    def test_damage(self):
        path = self.demo("oci-archive", "none")
        whole = path.read_bytes()
        for at in (0, 1, 511, 5000, len(whole) // 2, len(whole) - 3000):
            with self.subTest(cut=at):
                cut = self.folder / "cut.tar"
                cut.write_bytes(whole[:at])
                run = self.scan_stream(cut)
                self.assertEqual(run.code, 3, run.stderr)
                self.assertIn("bulkhead: -", run.stderr + "bulkhead: -")
                self.assertFalse(run.json()["complete"])
        # A flipped byte in a layer: the layer's gap, as from the file.
        damaged = bytearray(whole)
        with tarfile.open(path) as archive:
            layer = max(archive.getmembers(), key=lambda member: member.size)
        damaged[layer.offset_data + layer.size // 2] ^= 0x55
        bad = self.folder / "flipped.tar"
        bad.write_bytes(damaged)
        run = self.scan_stream(bad)
        self.assertEqual(run.code, 3)
        self.assertIn("digest mismatch: the blob should be", run.stdout.decode())

    def test_what_is_no_archive(self):
        text = self.folder / "text"
        text.write_bytes(b"hello\n" * 1000)
        run = self.scan_stream(text)
        self.assertEqual(run.code, 3)
        self.assertIn("tar", run.stderr)
        empty = self.folder / "empty"
        empty.write_bytes(b"")
        run = self.scan_stream(empty)
        self.assertEqual(run.code, 3)
        self.assertIn("empty", run.stderr)

    def test_prefixes_and_choice(self):
        for layout, prefix in (("docker-archive", "docker-archive:-"),
                               ("oci-archive", "oci-archive:-")):
            path = self.demo(layout)
            self.assertEqual(normal(self.scan_stream(path, target=prefix)),
                             normal(self.scan_stream(path)))
            run = self.scan_stream(path, target=f"{prefix}:no-such-image:1")
            self.assertEqual(run.code, 3)
            self.assertIn("no-such-image", run.stderr)
        with open(self.demo("docker-archive"), "rb") as file:
            run = support.bulkhead("scan", "--input", "-", "-o", "json", "--db", self.database,
                                   stdin=file)
        self.assertEqual(run.code, 0, run)

    def test_files_of_a_stream(self):
        path = self.demo("oci-archive")
        for options in ((), ("--layer", "1")):
            with open(path, "rb") as file:
                streamed = support.bulkhead("files", "-", *options, stdin=file)
            self.assertEqual(streamed.code, 0, streamed)
            self.assertEqual(streamed.stdout,
                             support.bulkhead("files", path, *options).stdout)

    def test_one_pass_in_bounded_memory(self):
        """A pipe that is never whole anywhere, and more bytes than the program may hold."""
        noise = os.urandom(MIB)
        root = self.folder / "large-root"
        root.mkdir()
        for number in range(192):
            (root / f"noise-{number}").write_bytes(noise)
        folder = self.folder / "large"
        folder.mkdir()
        subprocess.run(["tar", "-C", root, "-cf", folder / "layer.tar", "."], check=True)
        (folder / "config.json").write_text('{"rootfs":{"diff_ids":[]}}')
        (folder / "manifest.json").write_text(
            '[{"Config":"config.json","RepoTags":[],"Layers":["layer.tar"]}]')
        archive = subprocess.Popen(["tar", "-C", folder, "-cf", "-", "layer.tar", "config.json",
                                    "manifest.json"], stdout=subprocess.PIPE)
        self.addCleanup(archive.wait)
        self.addCleanup(archive.stdout.close)
        run = self.scan("-", stdin=archive.stdout)
        self.assertIn(run.code, (0, 3), run)
        if not support.IS_SANITIZED:
            self.assertLess(run.peak_bytes, 64 * MIB)

    def test_a_cancelled_wait_ends(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        program = subprocess.Popen([support.program(), "scan", "-"], stdin=reader,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(reader)
        time.sleep(0.5)
        start = time.monotonic()
        program.terminate()
        _, message = program.communicate(timeout=20)
        self.assertEqual(program.returncode, 130)
        self.assertIn(b"cancelled", message)
        self.assertLess(time.monotonic() - start, 10 if support.IS_SANITIZED else 1)


support.main()
