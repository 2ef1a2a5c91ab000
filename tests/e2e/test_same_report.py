"""The same file system gives the same report: whatever layout, compression, threads and chunks."""

import bz2
import gzip
import io
import json
import lzma
import platform
import tarfile
import tempfile
import unittest

import fixtures
import images
import support

DEMO = support.SOURCE / "examples" / "storefront"


def compressors():
    """{name: bytes to bytes}, those that there are programs for."""
    def zstd(data):
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            return support.run([support.tool("zstd"), "-qc"], stdin=file).stdout
    return {"plain": bytes, "gzip": lambda data: gzip.compress(data, 6, mtime=0), "zstd": zstd,
            "xz": lambda data: lzma.compress(data, preset=0),
            "bzip2": lambda data: bz2.compress(data, 1),
            "gzip of two members": lambda data: gzip.compress(data[:1000], mtime=0) +
                                                gzip.compress(data[1000:], mtime=0)}


def normal(report):
    """The report's text without what says how the file system was packed."""
    reference = report["target"]["reference"]
    for note in report["notes"]:
        if note["where"] == reference:
            note["where"] = "TARGET"
    return json.dumps({key: value for key, value in report.items()
                       if key not in ("target", "layers", "created")}, indent=1)


class SameReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")

    def scan(self, target, *options, codes=(0,)):
        run = support.scan(target, "--db", self.database, *options)
        self.assertIn(run.code, codes, run)
        return run

    def rootfs_of_demo(self):
        """The demo's base layer as a plain tar."""
        description = json.loads((DEMO / "storefront.json").read_text())
        base = description["layers"][0]
        for entry in base["entries"]:
            if "file" in entry:
                entry["file"] = str(DEMO / entry["file"])
        base["compression"] = "none"
        image = support.make_image({**description, "layers": [base]}, self.folder / "base.tar")
        with tarfile.open(image) as tar:
            manifest = json.load(tar.extractfile("manifest.json"))
            return tar.extractfile(manifest[0]["Layers"][0]).read()

    def targets(self, name, rootfs):
        """(why, target) of one root file system in every way that it can be packed."""
        folder = self.folder / name
        folder.mkdir()
        archive = images.docker_archive(folder / "docker.tar", {"same:1": [rootfs]})
        for why, compress in compressors().items():
            path = folder / f"rootfs-{why.replace(' ', '-')}"
            path.write_bytes(compress(rootfs))
            yield f"tar, {why}", path
            yield f"tar:, {why}", f"tar:{path}"
            packed = folder / f"docker-{why.replace(' ', '-')}"
            packed.write_bytes(compress(archive.read_bytes()))
            yield f"docker archive, {why}", packed
            layout = images.OciLayout()
            layout.finish([layout.add_image([rootfs], compress)])
            layout.write_folder(folder / f"oci-{why}")
            yield f"OCI folder, {why} layer", f"oci-dir:{folder}/oci-{why}"
            yield f"OCI archive, {why} layer", layout.write_archive(folder / f"oci-{why}.tar")
        (folder / "unpacked").mkdir()
        unpacked = support.run([support.tool("tar"), "-xf", folder / "rootfs-plain", "-C",
                                folder / "unpacked", "--no-same-owner"])
        self.assertEqual(unpacked.code, 0, unpacked)
        yield "folder", folder / "unpacked"
        yield "dir:", f"dir:{folder}/unpacked"
        for layout in ("docker-archive", "docker-archive-oci"):
            yield f"docker archive by {layout}", self.by_skopeo(folder, rootfs, layout)

    def by_skopeo(self, folder, rootfs, layout):
        """An archive written by another program; nothing where there is none."""
        try:
            skopeo = support.tool("skopeo")
        except unittest.SkipTest:
            return folder / "rootfs-plain"
        source = images.OciLayout()
        source.finish([source.add_image([rootfs], **images.named("latest"))])
        source.write_folder(folder / "for-skopeo")
        out = folder / f"skopeo-{layout}"
        to = f"docker-archive:{out}" if layout == "docker-archive" else f"oci-archive:{out}:x"
        run = support.run([skopeo, "--insecure-policy", "--tmpdir", folder, "copy",
                           f"oci:{folder}/for-skopeo:latest", to])
        self.assertEqual(run.code, 0, run)
        return out

    def check_rootfs(self, name, rootfs, codes, least_packages):
        first = None
        count = 0
        for why, target in self.targets(name, rootfs):
            with self.subTest(f"{name}: {why}"):
                report = self.scan(target, codes=codes).json()
                self.assertGreaterEqual(len(report["packages"]), least_packages)
                text = normal(report)
                first = first or text
                self.assertEqual(text, first)
                count += 1
        print(f"{name}: {count} packings, one report of {len(first)} bytes")

    def test_demo_base(self):
        self.check_rootfs("demo", self.rootfs_of_demo(), (0,), 20)

    def test_alpine(self):
        path = support.shared("images/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz")
        self.check_rootfs("alpine", gzip.decompress(path.read_bytes()), (3,), 14)

    def test_busybox(self):
        path = support.shared("images/rootfs/busybox-latest-musl-amd64.tar.gz")
        self.check_rootfs("busybox", gzip.decompress(path.read_bytes()), (0,), 0)

    def test_layouts_of_the_whole_demo(self):
        first = None
        for layout in ("docker-archive", "docker-archive-oci", "oci-archive", "oci-dir"):
            for compression in ("none", "gzip", "zstd", "xz", "bzip2"):
                if layout == "oci-dir" and compression != "none":
                    continue
                with self.subTest(f"{layout} {compression}"):
                    image = fixtures.make_image_of(DEMO / "storefront.json",
                                                   self.folder / f"{layout}-{compression}",
                                                   layout, compression)
                    text = normal(self.scan(image).json())
                    first = first or text
                    self.assertEqual(text, first)

    def test_threads_and_chunks(self):
        targets = [fixtures.make_image_of(DEMO / "storefront.json", self.folder / "threads.tar"),
                   fixtures.make_image_of(DEMO / "storefront.json", self.folder / "threads.oci",
                                          "oci-archive", "zstd")]
        shared = support.SOURCE.parent / "shared" / "images"
        for path in ("archives/docker-archive-dive-test.tar",
                     "archives/docker-archive-alpine-311.tar.gz",
                     "rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz"):
            if (shared / path).exists():
                targets.append(shared / path)
        for target in targets:
            reports = set()
            for jobs in (1, 2, 7):
                for chunk in (512, 4096, 65536, 1048576):
                    reports.add(self.scan(target, "--package-files", "--jobs", jobs,
                                          "--chunk-bytes", chunk, codes=(0, 3)).stdout)
            with self.subTest(target):
                self.assertEqual(len(reports), 1)

    def test_verify_all_changes_nothing(self):
        image = fixtures.make_image_of(DEMO / "storefront.json", self.folder / "verify.oci",
                                       "oci-archive")
        self.assertEqual(self.scan(image, "--verify=all").stdout, self.scan(image).stdout)


def marked(name):
    """A layer of which one can tell which it is."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        data = f'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="{name}"\n'.encode()
        member = tarfile.TarInfo("etc/os-release")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return file.getvalue()


class ChoiceTest(unittest.TestCase):
    """Which of several images is taken."""

    def setUp(self):
        self.folder = support.temporary_folder(self)

    def name(self, target, *options):
        run = support.scan(target, *options)
        self.assertEqual(run.code, 0, run)
        return run.json()["os"]["pretty_name"]

    def refusal(self, target, *options):
        run = support.scan(target, *options)
        self.assertEqual(run.code, 3, run)
        self.assertFalse(run.json()["complete"])
        return run.stderr

    def test_tags_of_a_docker_archive(self):
        archive = images.docker_archive(self.folder / "many.tar", {
            "shop:1.0": [marked("one")], "shop:2.0": [marked("two")],
            "example.org:5000/team/shop:2.0": [marked("three")]})
        for reference, name in (("shop:1.0", "one"), ("shop:2.0", "two"),
                                ("example.org:5000/team/shop:2.0", "three")):
            self.assertEqual(self.name(f"docker-archive:{archive}:{reference}"), name)
        self.assertIn("shop:1.0", self.refusal(archive), "the names to choose from are told")
        self.assertIn("shop:2.0", self.refusal(f"docker-archive:{archive}:shop:3.0"))

    def test_names_of_an_oci_layout(self):
        layout = images.OciLayout()
        one = layout.add_image([marked("one")], **images.named("1.0"))
        two = layout.add_image([marked("two")], **images.named("example.org/shop:2.0"))
        layout.finish([one, two])
        folder = layout.write_folder(self.folder / "layout")
        archive = layout.write_archive(self.folder / "layout.tar")
        for target in (f"oci-dir:{folder}", f"oci-layout:{folder}", f"oci-archive:{archive}"):
            self.assertEqual(self.name(f"{target}:1.0"), "one")
            self.assertEqual(self.name(f"{target}:example.org/shop:2.0"), "two")
            self.assertEqual(self.name(f"{target}@{two['digest']}"), "two")
            self.assertIn("1.0", self.refusal(target))
            self.assertIn("1.0", self.refusal(f"{target}:nonesuch"))

    def nested(self, is_nested=True):
        layout = images.OciLayout()
        manifests = []
        for architecture, variant in (("amd64", ""), ("arm64", "v8"), ("arm", "v6"),
                                      ("arm", "v7"), ("s390x", "")):
            image = layout.add_image([marked(architecture + variant)], None, architecture, variant)
            manifests += [image, layout.add_attestation(image)]
        if is_nested:
            manifests = [layout.add_index(manifests, **images.named("latest"))]
        layout.finish(manifests)
        return layout.write_folder(self.folder / f"nested-{is_nested}")

    def test_platforms(self):
        for is_nested in (True, False):
            target = f"oci-dir:{self.nested(is_nested)}"
            for wanted, name in (("linux/amd64", "amd64"), ("linux/arm64", "arm64v8"),
                                   ("linux/arm64/v8", "arm64v8"), ("linux/arm/v6", "armv6"),
                                   ("linux/arm/v7", "armv7"), ("linux/s390x", "s390x")):
                with self.subTest(f"{is_nested} {wanted}"):
                    self.assertEqual(self.name(target, "--platform", wanted), name)
            self.assertIn("linux/s390x", self.refusal(target, "--platform", "linux/riscv64"))
            self.assertIn("linux/amd64", self.refusal(target, "--platform", "windows/amd64"))

    def test_the_machines_own_platform(self):
        own = {"x86_64": "amd64", "aarch64": "arm64v8"}.get(platform.machine())
        if not own:
            self.skipTest("the images are for other machines")
        self.assertEqual(self.name(f"oci-dir:{self.nested()}"), own)

    def test_the_only_image_of_another_platform(self):
        layout = images.OciLayout()
        image = layout.add_image([marked("only")], None, "s390x")
        layout.finish([image, layout.add_attestation(image)])
        target = f"oci-dir:{layout.write_folder(self.folder / 'only')}"
        self.assertEqual(self.name(target), "only")
        self.assertEqual(self.name(target, "--platform", "linux/s390x"), "only")
        self.refusal(target, "--platform", "linux/amd64")


if __name__ == "__main__":
    support.main()
