"""The artefacts of a release (tools/dist.sh), run where nothing of the build machine is.

Slow: skipped unless BULKHEAD_DIST names the folder that tools/dist.sh filled. Chroots need root.
"""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tarfile
import time
import unittest

import fixtures
import support

DEMO = support.SOURCE / "examples" / "storefront"
DIST = os.environ.get("BULKHEAD_DIST", "")
ROOTFS = {"Alpine 3.6": "images/rootfs/alpine-minirootfs-3.6.5-x86_64.tar.gz",
          "Alpine 3.20": "images/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz",
          "BusyBox, glibc": "images/rootfs/busybox-latest-glibc-amd64.tar.gz",
          "BusyBox, musl": "images/rootfs/busybox-latest-musl-amd64.tar.gz"}
DEBIANS = ("bullseye", "trixie")
ADVISORIES = "advisories/debian-tracker-from-dsa-dla.json.zst"


def one(pattern):
    found = sorted(pathlib.Path(DIST).glob(pattern))
    if len(found) != 1:
        raise AssertionError(f"{DIST}: {len(found)} files {pattern}")
    return found[0]


def members(path):
    with tarfile.open(path) as tar:
        return tar.getmembers()


class DistTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.tarball = one("bulkhead-*.tar.gz")
        cls.stem = cls.tarball.name.removesuffix(".tar.gz")
        (cls.folder / "unpacked").mkdir()
        subprocess.run(["tar", "-C", cls.folder / "unpacked", "-xf", cls.tarball], check=True)
        cls.home = cls.folder / "unpacked" / cls.stem

    def run_it(self, *words, code=0, **how):
        run = support.run(words, **how)
        self.assertEqual(run.code, code, run)
        return run

    def put_demo(self, root):
        """The demo and its advisories as /demo of a root, and bulkhead as /opt/bulkhead."""
        (root / "demo").mkdir()
        fixtures.make_image_of(DEMO / "storefront.json", root / "demo" / "image.tar")
        shutil.copytree(DEMO / "advisories", root / "demo" / "advisories")
        shutil.copytree(self.home, root / "opt" / "bulkhead" / "somewhere", symlinks=True)

    def scan_inside(self, root, program):
        """Imports and scans in a chroot without /proc; gives the report."""
        inside = ["chroot", root, program]
        self.run_it(*inside, "db", "import", "--db", "/tmp/db", "/demo/advisories")
        run = self.run_it(*inside, "scan", "/demo/image.tar", "--db", "/tmp/db", "-o", "json",
                          cwd="/", env={"SOURCE_DATE_EPOCH": "1700000000"})
        report = run.json()
        self.assertTrue(report["complete"])
        self.assertGreater(len(report["findings"]), 40)
        return report

    def need_root(self):
        if os.geteuid() != 0:
            self.skipTest("chroot needs root")


class Files(DistTest):
    def test_sums(self):
        listed = dict(reversed(line.split()) for line in
                      (pathlib.Path(DIST) / "SHA256SUMS").read_text().splitlines())
        for path in (self.tarball, one("*.deb"), one("*.oci.tar")):
            self.assertEqual(listed.pop(path.name), hashlib.sha256(path.read_bytes()).hexdigest())
            print(f"{path.name}: {path.stat().st_size / 2**20:.1f} MiB")
        self.assertEqual(listed, {})

    def test_tarball(self):
        names = [member.name for member in members(self.tarball)]
        self.assertEqual(names, sorted(names))
        self.assertEqual({member.name.split("/")[0] for member in members(self.tarball)},
                         {self.stem})
        for member in members(self.tarball):
            self.assertEqual((member.uid, member.gid, member.uname), (0, 0, ""), member.name)
            self.assertTrue(member.isfile() or member.isdir())
        for name in ("bin/bulkhead", "lib/bulkhead/ld.so", "lib/bulkhead/libc.so.6",
                     "share/bulkhead/ca-certificates.crt", "share/doc/bulkhead/LICENSE",
                     "share/doc/bulkhead/third-party/libc6.txt", "share/man/man1/bulkhead.1.gz",
                     "share/bash-completion/completions/bulkhead",
                     "share/zsh/site-functions/_bulkhead",
                     "share/fish/vendor_completions.d/bulkhead.fish"):
            self.assertIn(f"{self.stem}/{name}", names)
        manual = gzip.decompress((self.home / "share/man/man1/bulkhead.1.gz").read_bytes())
        self.assertTrue(manual.startswith(b".TH BULKHEAD 1 "))

    def test_every_library_has_its_licence(self):
        listed = (self.home / "share/doc/bulkhead/third-party/VERSIONS").read_text().split("\n")
        for line in filter(None, listed):
            name = line.split()[0]
            self.assertTrue((self.home / f"share/doc/bulkhead/third-party/{name}.txt").is_file())

    def test_no_path_of_the_build(self):
        for path in (self.home / "lib/bulkhead/bulkhead", self.home / "bin/bulkhead"):
            self.assertNotIn(str(support.SOURCE).encode(), path.read_bytes())

    def test_libraries_are_the_bundled_ones(self):
        listed = self.run_it(self.home / "lib/bulkhead/ld.so", "--library-path",
                             self.home / "lib/bulkhead", "--list",
                             self.home / "lib/bulkhead/bulkhead").stdout.decode()
        for line in listed.splitlines():
            if "linux-vdso" not in line and "ld-linux" not in line and "ld.so" not in line:
                self.assertIn(str(self.home), line)

    def test_start_up(self):
        """The launcher and the libraries cost milliseconds; a busy machine gets slack."""
        times = []
        for _ in range(40):
            start = time.perf_counter()
            subprocess.run([self.home / "bin/bulkhead", "--version"], check=True,
                           stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
        print(f"--version: median {statistics.median(times) * 1000:.1f} ms, "
              f"least {min(times) * 1000:.1f} ms")
        self.assertLess(min(times), 0.015)


class Tarball(DistTest):
    def test_links(self):
        deep = self.folder / "a" / "b"
        deep.mkdir(parents=True)
        (deep / "one").symlink_to(self.home / "bin/bulkhead")
        (self.folder / "two").symlink_to(pathlib.Path("a/b/one"))
        version = self.run_it(self.home / "bin/bulkhead", "--version").stdout
        self.assertEqual(self.run_it(self.folder / "two", "--version").stdout, version)
        self.assertEqual(self.run_it("two", "--version", cwd="/", env={
            "PATH": f"{self.folder}:{os.environ['PATH']}"}).stdout, version)

    def test_odd_places(self):
        place = self.folder / "with space, = and \u00fc"
        shutil.copytree(self.home, place)
        run = self.run_it(place / "bin/bulkhead", "scan", "no such target", code=3,
                          env={"LD_LIBRARY_PATH": "/nonexistent"})
        self.assertIn("no such target", run.stderr)
        place = place.rename(self.folder / "a:b")
        self.assertIn("colon", self.run_it(place / "bin/bulkhead", code=3).stderr)

    def test_exit_codes_and_signals_come_through(self):
        self.run_it(self.home / "bin/bulkhead", "--nonesuch", code=2)
        shutil.copytree(self.home / "bin", self.folder / "alone" / "bin")
        run = self.run_it(self.folder / "alone/bin/bulkhead", code=3)
        self.assertIn("ld.so", run.stderr)

    def test_small_systems(self):
        self.need_root()
        reports = {}
        for name, path in ROOTFS.items():
            with self.subTest(name):
                root = self.folder / name
                root.mkdir()
                self.run_it("tar", "-C", root, "-xf", support.shared(path))
                self.put_demo(root)
                (root / "usr/local/bin").mkdir(parents=True, exist_ok=True)
                (root / "usr/local/bin/bulkhead").symlink_to(
                    "/opt/bulkhead/somewhere/bin/bulkhead")
                reports[name] = self.scan_inside(root, "/usr/local/bin/bulkhead")
        self.assertEqual(len({json.dumps(report) for report in reports.values()}), 1)
        print(f"the same report in {', '.join(reports)}")

    def test_debian(self):
        self.need_root()
        if os.environ.get("BULKHEAD_DIST_DEBIAN") != "1":
            self.skipTest("BULKHEAD_DIST_DEBIAN=1 makes roots with mmdebstrap")
        support.tool("mmdebstrap")
        for suite in DEBIANS:
            with self.subTest(suite):
                root = self.folder / suite
                self.run_it("mmdebstrap", "--quiet", "--variant=essential", "--include=dpkg", suite,
                            root, *self.mirror(), timeout=600)
                self.put_demo(root)
                self.scan_inside(root, "/opt/bulkhead/somewhere/bin/bulkhead")
                shutil.copy(one("*.deb"), root / "tmp" / "bulkhead.deb")
                self.run_it("chroot", root, "dpkg", "-i", "/tmp/bulkhead.deb")
                self.scan_inside(root, "/usr/bin/bulkhead")
                self.run_it("chroot", root, "dpkg", "-r", "bulkhead")
                self.assertFalse((root / "usr/bin/bulkhead").exists())

    def mirror(self):
        sources = pathlib.Path("/etc/apt/sources.list.d/debian.sources")
        if sources.exists():
            for line in sources.read_text().splitlines():
                if line.startswith("URIs:"):
                    return [line.split()[1]]
        return []


class Package(DistTest):
    def test_control(self):
        deb = one("*.deb")
        text = self.run_it(support.tool("dpkg-deb"), "-I", deb).stdout.decode()
        self.assertIn("Package: bulkhead\n", text)
        self.assertNotIn("Depends:", text)
        listed = self.run_it("dpkg-deb", "-c", deb).stdout.decode()
        self.assertIn("./usr/bin/bulkhead", listed)
        self.assertIn("./usr/share/doc/bulkhead/copyright", listed)
        for line in listed.splitlines():
            self.assertEqual(line.split()[1], "root/root")

    def test_runs_unpacked(self):
        root = self.folder / "deb"
        self.run_it(support.tool("dpkg-deb"), "-x", one("*.deb"), root)
        self.run_it(root / "usr/bin/bulkhead", "--version")


class Image(DistTest):
    def findings(self, name, tracker):
        data = self.folder / f"{name}.json"
        data.write_text(json.dumps(tracker))
        database = self.folder / f"{name}-db"
        fixtures.import_data(database, data)
        report = self.run_it(self.home / "bin/bulkhead", "scan", one("*.oci.tar"), "--db", database,
                             "-o", "json", "--verify", "all").json()
        self.assertTrue(report["complete"], report["notes"])
        self.assertEqual(report["os"]["id"], "debian")
        names = {package["name"] for package in report["packages"]}
        self.assertLessEqual({"libc6", "libssl3", "libstdc++6"}, names)
        return [finding["rule"] for finding in report["findings"]], len(names)

    def test_its_packages_are_seen(self):
        openssl = {"CVE-2099-1": {"releases": {
            "bookworm": {"status": "resolved", "fixed_version": "99.0-1"}}}}
        self.assertEqual(self.findings("future", {"openssl": openssl})[0], ["CVE-2099-1"])

    def test_scanned_by_itself(self):
        """Every fix of the security team for the release before is in these libraries.

        The data are older than Debian 12, so its predecessor's fixes stand in for its own.
        """
        text = subprocess.run([support.tool("zstd"), "-dcq", support.shared(ADVISORIES)],
                              check=True, stdout=subprocess.PIPE).stdout
        tracker = {}
        for package, ids in json.loads(text).items():
            fixed = {name: {"releases": {"bookworm": entry["releases"]["bullseye"]}}
                     for name, entry in ids.items() if "bullseye" in entry.get("releases", {})}
            if fixed:
                tracker[package] = fixed
        self.assertGreater(len(tracker), 150)
        self.assertIn("openssl", tracker)
        rules, count = self.findings("past", tracker)
        self.assertEqual(rules, [])
        print(f"its own image: {count} packages, no finding")

    def test_what_is_in_it(self):
        image = one("*.oci.tar")
        with tarfile.open(image) as tar:
            def blob(digest):
                return tar.extractfile("blobs/" + digest.replace(":", "/")).read()
            index = json.load(tar.extractfile("index.json"))
            manifest = json.loads(blob(index["manifests"][0]["digest"]))
            config = json.loads(blob(manifest["config"]["digest"]))
            self.assertEqual(len(manifest["layers"]), 1)
            layer = self.folder / "layer.tar.gz"
            layer.write_bytes(blob(manifest["layers"][0]["digest"]))
        self.assertEqual(config["config"]["User"], "65532:65532")
        self.assertEqual(config["config"]["Entrypoint"], ["/usr/bin/bulkhead"])
        programs = [m.name for m in members(layer) if m.isfile() and m.mode & 0o111]
        self.assertEqual(sorted(programs), ["usr/bin/bulkhead", "usr/lib/bulkhead/bulkhead",
                                            "usr/lib/bulkhead/ld.so"], "no shell, nothing else")
        self.assertEqual([m.name for m in members(layer) if m.mode & 0o6000], [])

    def test_runs(self):
        self.need_root()
        layout = self.folder / "layout"
        self.run_it(support.tool("skopeo"), "copy", "-q", f"oci-archive:{one('*.oci.tar')}",
                    f"oci:{layout}:latest")
        self.run_it(support.tool("umoci"), "unpack", "--image", f"{layout}:latest",
                    self.folder / "bundle")
        root = self.folder / "bundle" / "rootfs"
        demo = self.folder / "work"
        demo.mkdir()
        fixtures.make_image_of(DEMO / "storefront.json", demo / "image.tar")
        shutil.copytree(demo, root / "work", dirs_exist_ok=True)
        inside = ["chroot", "--userspec=65532:65532", root, "/usr/bin/bulkhead"]
        self.run_it(*inside, "--version")
        run = self.run_it(*inside, "files", "/work/image.tar", env={"HOME": "/home/nonroot"})
        self.assertIn(b"/app/serve.sh", run.stdout)


if __name__ == "__main__":
    if not DIST:
        support.skip_file("BULKHEAD_DIST names no folder of artefacts (tools/dist.sh)")
    support.main()
