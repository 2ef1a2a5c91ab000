"""`bulkhead files` against the tree that umoci unpacks, path for path, and --layer."""

import base64
import os
import re
import shutil
import stat
import unittest

import layers
import support
from layers import device, directory, fifo, file, hardlink, opaque, symlink, whiteout

IS_ROOT = os.geteuid() == 0
TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
         stat.S_IFCHR: "char-device", stat.S_IFBLK: "block-device", stat.S_IFIFO: "fifo"}

BASE = [
    directory("etc"), file("etc/conf", b"one\n"), file("etc/other", b"two\n"),
    directory("usr"), directory("usr/lib"), file("usr/lib/a.so", b"aaaa"),
    directory("var"), directory("var/d", mode=0o750), file("var/d/x", b"x"),
    file("var/d/y", b"y"), directory("var/d/sub"), file("var/d/sub/z", b"z"),
]

# name -> (why, layers). What differs from umoci is in DEVIATIONS.
CASES = {
    "whiteouts": ("a file, an empty folder and a full one are hidden", [
        BASE + [directory("empty")],
        [whiteout("etc/conf"), whiteout("var/d"), whiteout("empty"), whiteout("no/such/thing"),
         whiteout("nothing")]]),
    "opaque": ("what is below an opaque folder is hidden, what is beside the mark is not", [
        BASE, [directory("var/d", mode=0o700), opaque("var/d"), file("var/d/new", b"new")]]),
    "opaque-last": ("the same with the mark after the file", [
        BASE, [directory("var/d", mode=0o700), file("var/d/new", b"new"),
               directory("var/d/sub", mode=0o711), file("var/d/sub/n", b"n"), opaque("var/d")]]),
    "recreated": ("a whiteout and what takes the place, in both orders", [
        BASE,
        [whiteout("etc/conf"), file("etc/conf", b"again"), file("etc/other", b"again"),
         whiteout("etc/other"), whiteout("var/d"), directory("var/d", mode=0o700),
         file("var/d/fresh", b"f")]]),
    "hidden-above": ("a folder is hidden after its layer put something below it", [
        BASE, [file("var/d/sub/new", b"n"), whiteout("var/d")]]),
    "recreated-later": ("hidden in one layer, there again in the next, hidden in the third", [
        BASE, [whiteout("var/d"), whiteout("usr/lib/a.so")],
        [directory("var/d"), file("var/d/x", b"back"), file("usr/lib/a.so", b"back")],
        [whiteout("var/d/x")]]),
    "replaced-types": ("each type takes the place of each other", [
        [directory("d1"), file("d1/in", b"1"), directory("d2"), file("d2/in", b"2"),
         file("f1", b"1"), file("f2", b"2"), symlink("s1", "f1"), symlink("s2", "d1"),
         symlink("s3", "nowhere"), directory("real")],
        [file("d1", b"now a file"), symlink("d2", "real"), directory("f1", mode=0o701),
         file("f1/in", b"in"), symlink("f2", "real"), directory("s1"), file("s2", b"now a file"),
         directory("s3"), file("s3/in", b"in")]]),
    "hard-links": ("within a layer, across layers, and to what the layer itself replaced", [
        [directory("bin"), file("bin/tool", b"tool bytes", mode=0o4755, uid=3, gid=4),
         hardlink("bin/alias", "bin/tool"), hardlink("bin/third", "bin/alias"),
         symlink("bin/link", "tool"), file("bin/old", b"old")],
        [hardlink("upper", "bin/tool"), hardlink("bin/old", "bin/tool"),
         file("bin/tool", b"new bytes")],
        [hardlink("last", "bin/alias"), whiteout("bin/alias")]]),
    "hard-link-to-link": ("a hard link to a symbolic link is a symbolic link", [
        [symlink("link", "target"), hardlink("again", "link"), file("target", b"t")]]),
    "modes-and-owners": ("set-id, sticky and no bits at all; many owners", [
        [directory("tmp", mode=0o1777), file("su", b"", mode=0o4755), file("sg", b"", mode=0o2711),
         file("none", b"", mode=0), file("all", b"", mode=0o7777),
         directory("sgdir", mode=0o2775, uid=0, gid=50)] +
        [file(f"owned{i}", b"", uid=1000 + i, gid=70000 + i) for i in range(200)] +
        [file("nobody", b"", uid=65534, gid=65534), file("big", b"", uid=4294967294, gid=2 ** 21)],
        [directory("tmp", mode=0o755, uid=7, gid=8), file("su", b"", mode=0o755)]]),
    "xattrs": ("extended attributes change nothing else", [
        [file("capable", b"x", mode=0o755, xattrs={"user.note": "text"}),
         directory("labelled", xattrs={"user.note": "text"}), file("labelled/in", b"y")],
        [file("capable", b"xy", mode=0o700)]]),
    "merged-usr": ("a layer writes through a link that a lower one made", [
        [directory("usr"), directory("usr/lib"), directory("usr/bin"), symlink("lib", "usr/lib"),
         symlink("bin", "/usr/bin"), file("usr/lib/a.so", b"a"), file("usr/bin/sh", b"sh")],
        [file("lib/b.so", b"b"), file("bin/ls", b"ls"), directory("lib/deep/er"),
         file("lib/deep/er/c.so", b"c"), hardlink("bin/dir", "bin/ls"), whiteout("lib/a.so"),
         whiteout("bin/sh")]]),
    "chained-links": ("links to links, through .. and above the root", [
        [directory("a"), directory("a/b"), symlink("one", "a/two"), symlink("a/two", "../a/b"),
         symlink("up", "../../../../a"), symlink("a/b/self", ".")],
        [file("one/f", b"f"), file("up/g", b"g"), file("a/b/self/self/h", b"h")]]),
    "dangling-parent": ("a parent that is a link to nothing becomes what it names", [
        [symlink("data", "srv/data")], [file("data/f", b"f")]]),
    "implicit-parents": ("folders that no entry names", [
        [file("a/b/c/d/file", b"x"), symlink("e/f/link", "/a")], [file("a/b/other", b"y")]]),
    "deep": ("a tree of 60 levels, hidden in the middle and grown again", [
        [file("/".join(f"n{i}" for i in range(60)), b"bottom")],
        [whiteout("/".join(f"n{i}" for i in range(30))), file("n0/n1/n2/leaf", b"leaf")],
        [file("/".join(f"n{i}" for i in range(40)), b"again")]]),
    "special-files": ("devices and pipes, replaced and hidden", [
        [directory("dev"), device("dev/null", "c", 1, 3, 0o666), device("dev/sda", "b", 8, 0),
         fifo("dev/pipe", 0o600, uid=5, gid=6), file("dev/file", b"f")],
        [fifo("dev/file"), file("dev/null", b"no device"), whiteout("dev/sda")]]),
    "odd-names": ("names that are no UTF-8, with spaces, line breaks and dots", [
        [file("a b", b"1"), file("line\nbreak", b"2"), file("...", b"3"), directory("..x"),
         file("..x/.hidden", b"4"), file(os.fsdecode(b"latin-\xe9"), b"5"), file("-", b"6"),
         file("x" * 200, b"7"), file("y/" + "z" * 255, b"8")], [whiteout("a b"), whiteout("...")]]),
    "not-clean-paths": ("./, //, /../ and a leading slash", [
        [directory("./"), directory("./etc/"), file("./etc//conf", b"1"), file("/abs", b"2"),
         file("a/../b/./c", b"3")], [file("./etc/./conf", b"4"), whiteout("./b/c")]]),
    "same-path-twice": ("the last entry of a layer holds", [
        [file("f", b"first"), file("f", b"the second", mode=0o600), directory("d", mode=0o700),
         file("d/in", b"in"), directory("d", mode=0o711), file("t", b"t"), directory("t"),
         file("t/in", b"in")]]),
    "directory-again": ("a folder listed again keeps its children and takes the new mode", [
        BASE, [directory("var/d", mode=0o1777, uid=9, gid=9)], [directory("var", mode=0o700)]]),
}

# Where umoci 0.4.7 does not do what OCI image specification 1.1, layer.md says: case -> path ->
# what holds.
DEVIATIONS = {
    # A whiteout hides the lower folder, its mode with it. umoci keeps the folder as it was, since
    # something is in it; for the specification it is one that no entry describes.
    "hidden-above": {b"/var/d": {"type": "directory", "mode": "0755", "uid": 0, "gid": 0,
                                 "size_bytes": 0}},
}


def tree_of(rootfs):
    """What lies below a folder of the host, as `files -o json` says it but for the layer."""
    tree = {}
    for folder, names, files in os.walk(os.fsencode(rootfs)):
        for name in names + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            row = {"type": TYPES[stat.S_IFMT(status.st_mode)],
                   "mode": f"{stat.S_IMODE(status.st_mode):04o}", "uid": status.st_uid,
                   "gid": status.st_gid,
                   "size_bytes": status.st_size if stat.S_ISREG(status.st_mode) else 0}
            if row["type"] == "symlink":
                row["link"] = os.readlink(path)
            tree[path[len(os.fsencode(rootfs)):]] = row
    return tree


def bytes_of(row, key):
    if key + "_b64" in row:
        return base64.b64decode(row[key + "_b64"])
    return row[key].encode()


def listed(document):
    """The entries of `files -o json` in the same shape, and the layer of each."""
    tree, brought_by = {}, {}
    for row in document["entries"]:
        path = bytes_of(row, "path")
        assert path not in tree, f"{path} is listed twice"
        brought_by[path] = row["layer"]
        tree[path] = {k: row[k] for k in ("type", "mode", "uid", "gid", "size_bytes")}
        if row["type"] == "symlink":
            tree[path]["link"] = bytes_of(row, "link")
    return tree, brought_by


class Overlay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = support.temporary_folder(self)

    def unpack(self, image, tag="latest"):
        bundle = support.pathlib.Path(f"{image}.bundle")
        options = [] if IS_ROOT else ["--rootless"]
        made = support.run([support.tool("umoci"), "unpack", *options, "--image",
                            f"{image}:{tag}", bundle])
        self.assertEqual(made.code, 0, str(made))
        tree = tree_of(bundle / "rootfs")
        if not IS_ROOT:  # umoci could not give the files to their owners
            for row in tree.values():
                row["uid"] = row["gid"] = None
        return tree

    def files(self, target, *options):
        run = support.bulkhead("files", target, "-o", "json", *options)
        self.assertEqual(run.code, 0, str(run))
        document = run.json()
        self.assertTrue(document["complete"])
        return document

    def check(self, target, expected):
        tree, brought_by = listed(self.files(target))
        if not IS_ROOT:
            for row in tree.values():
                row["uid"] = row["gid"] = None
        different = [f"{path}: {tree.get(path)} and not {expected.get(path)}"
                     for path in sorted(tree.keys() | expected.keys())
                     if tree.get(path) != expected.get(path)]
        self.assertEqual(different, [])
        return tree, brought_by

    def test_cases_match_umoci(self):
        support.tool("umoci")
        for name, (why, entries) in CASES.items():
            if name == "special-files" and not IS_ROOT:
                continue
            with self.subTest(name, why=why):
                image = layers.write_oci(self.folder / name, [layers.tar(e) for e in entries])
                expected = self.unpack(image)
                for path, row in DEVIATIONS.get(name, {}).items():
                    self.assertNotEqual(expected[path], row, "umoci does it right now")
                    expected[path] = row
                self.check(f"oci-dir:{image}", expected)

    def test_text_says_what_json_says(self):
        for name in ("replaced-types", "modes-and-owners", "merged-usr", "hard-links"):
            with self.subTest(name):
                image = layers.write_oci(self.folder / name,
                                         [layers.tar(e) for e in CASES[name][1]])
                run = support.bulkhead("files", f"oci-dir:{image}")
                self.assertEqual((run.code, run.stderr), (0, ""))
                letters = {"file": "f", "directory": "d", "symlink": "l"}
                expected = []
                for row in self.files(f"oci-dir:{image}")["entries"]:
                    link = f" -> {row['link']}" if row["type"] == "symlink" else ""
                    expected.append([letters[row["type"]], row["mode"], str(row["uid"]),
                                     str(row["gid"]), str(row["size_bytes"]), str(row["layer"]),
                                     row["path"] + link])
                lines = run.stdout.decode().splitlines()
                self.assertEqual([re.split(r" +", line, maxsplit=6) for line in lines], expected)

    def test_layer_column(self):
        image = layers.write_oci(self.folder / "image", [layers.tar(e) for e in [
            BASE + [symlink("lib", "usr/lib")],
            [file("etc/conf", b"new"), directory("var"), directory("var/d", mode=0o700),
             file("lib/b.so", b"b"), hardlink("alias", "usr/lib/a.so")],
            [directory("etc"), whiteout("etc/other"), file("etc/third", b"3")]]])
        _, brought_by = listed(self.files(f"oci-dir:{image}"))
        expected = {
            b"/etc": 0,       # layer 2 lists it as it was
            b"/etc/conf": 1, b"/etc/third": 2, b"/lib": 0, b"/usr": 0, b"/usr/lib": 0,
            b"/usr/lib/a.so": 0, b"/usr/lib/b.so": 1, b"/alias": 1,
            b"/var": 0, b"/var/d": 1,  # its mode changed
            b"/var/d/x": 0, b"/var/d/y": 0, b"/var/d/sub": 0, b"/var/d/sub/z": 0}
        self.assertEqual(brought_by, expected)

    def test_changes_of_one_layer(self):
        image = layers.write_oci(self.folder / "image", [layers.tar(e) for e in [
            BASE,
            [directory("etc"), file("etc/conf", b"new"), whiteout("var/d"), file("etc/added", b"a"),
             directory("opt/deep"), directory("usr", mode=0o700)],
            [file("var", b"no folder any more")]]])
        target = f"oci-dir:{image}"

        def changes(layer):
            return [(row["change"][0].upper(), row["path"])
                    for row in self.files(target, "--layer", str(layer))["entries"]]

        self.assertEqual([c for c, _ in changes(0)], ["A"] * len(BASE))
        self.assertEqual(changes(1), [("A", "/etc/added"), ("C", "/etc/conf"), ("A", "/opt"),
                                      ("A", "/opt/deep"), ("C", "/usr"), ("R", "/var/d")])
        self.assertEqual(changes(2), [("C", "/var")])
        text = support.bulkhead("files", target, "--layer", "1").stdout.decode()
        self.assertEqual([(line[0], line.split()[-1]) for line in text.splitlines()], changes(1))
        beyond = support.bulkhead("files", target, "--layer", "3")
        self.assertEqual(beyond.code, 3)
        self.assertIn("there is no layer 3: the layers are 0 to 2", beyond.stderr)

    def test_image_that_umoci_made(self):
        """umoci's own layers: it changes a tree on disk and packs what is different."""
        umoci = support.tool("umoci")
        if not IS_ROOT:
            self.skipTest("umoci packs owners only as root")
        image, bundle = self.folder / "image", self.folder / "work"

        def call(*arguments):
            made = support.run([umoci, *arguments])
            self.assertEqual(made.code, 0, str(made))

        call("init", "--layout", image)
        call("new", "--image", f"{image}:latest")
        call("unpack", "--image", f"{image}:latest", bundle)
        root = bundle / "rootfs"
        (root / "usr/lib").mkdir(parents=True)
        (root / "usr/lib/a.so").write_bytes(b"a" * 5000)
        os.link(root / "usr/lib/a.so", root / "usr/lib/a.so.1")
        (root / "lib").symlink_to("usr/lib")
        (root / "var/cache").mkdir(parents=True)
        for i in range(50):
            (root / f"var/cache/{i}").write_bytes(b"c" * i)
        os.mkfifo(root / "var/pipe")
        os.chmod(root / "var/cache", 0o1777)
        call("repack", "--refresh-bundle", "--image", f"{image}:latest", bundle)
        shutil.rmtree(root / "var/cache")
        (root / "var/cache").write_bytes(b"a file now")
        (root / "usr/lib/a.so.1").unlink()
        os.chown(root / "usr/lib", 12, 34)
        (root / "lib").unlink()
        (root / "lib").mkdir()
        (root / "lib/b.so").write_bytes(b"b")
        call("repack", "--refresh-bundle", "--image", f"{image}:latest", bundle)
        (root / "var/cache").unlink()
        (root / "var/cache").mkdir()
        (root / "var/cache/back").write_bytes(b"1")
        os.chmod(root / "usr/lib/a.so", 0o4755)
        call("repack", "--image", f"{image}:latest", bundle)
        _, brought_by = self.check(f"oci-dir:{image}", self.unpack(image))
        self.assertEqual(brought_by[b"/usr/lib/a.so"], 2)
        self.assertEqual(brought_by[b"/lib/b.so"], 1)

    def test_image_that_buildah_made(self):
        buildah = support.tool("buildah")
        if not IS_ROOT:
            self.skipTest("buildah's vfs store needs root here")
        store = ["--root", self.folder / "root", "--runroot", self.folder / "run",
                 "--storage-driver", "vfs"]

        def call(*arguments):
            return support.run([buildah, *store, *arguments],
                               env={"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"})

        first = call("from", "scratch")
        if first.code != 0:
            self.skipTest(f"buildah does not work here: {first.stderr.strip()[-200:]}")
        source = self.folder / "source"
        (source / "etc").mkdir(parents=True)
        (source / "etc/conf").write_bytes(b"conf")
        (source / "etc/gone").write_bytes(b"gone")
        (source / "tool").write_bytes(b"tool")
        name = first.stdout.decode().strip()
        image = self.folder / "image"
        steps = [("copy", name, source, "/"), ("commit", name, "one"), ("from", "localhost/one")]
        for step in steps:
            made = call(*step)
            if made.code != 0:
                self.skipTest(f"buildah does not work here: {made.stderr.strip()[-200:]}")
        second = made.stdout.decode().strip()
        mount = call("mount", second)
        self.assertEqual(mount.code, 0, str(mount))
        root = support.pathlib.Path(mount.stdout.decode().strip())
        (root / "etc/gone").unlink()
        (root / "tool").unlink()
        (root / "tool").mkdir()
        (root / "tool/in").write_bytes(b"in")
        for step in [("commit", second, "two"), ("push", "localhost/two", f"oci:{image}:latest")]:
            made = call(*step)
            self.assertEqual(made.code, 0, str(made))
        self.check(f"oci-dir:{image}", self.unpack(image))

    def test_image_of_our_own_writer(self):
        """bulkhead-make-image's layers unpack to the same tree in both."""
        image = support.make_image({
            "tags": ["made:1.0"],
            "layers": [
                {"compression": "gzip", "entries": [
                    {"path": "usr/", "directory": True},
                    {"path": "usr/lib/", "directory": True, "mode": "2755"},
                    {"path": "lib", "symlink": "usr/lib"},
                    {"path": "usr/lib/a", "text": "a", "uid": 1, "gid": 2, "mode": "4711"},
                    {"path": "usr/lib/b", "hardlink": "usr/lib/a"},
                    {"path": "opt/old/x", "text": "x"}]},
                {"entries": [
                    {"path": "opt/old", "whiteout": True},
                    {"path": "lib/c", "fill": {"byte": 67, "size": 70000}},
                    {"path": "usr/lib/b", "text": "own", "xattrs": {"user.note": "n"}}]},
            ]}, self.folder / "image", layout="oci-dir")
        tags = [m.get("annotations", {}).get("org.opencontainers.image.ref.name")
                for m in support.json.loads((image / "index.json").read_text())["manifests"]]
        self.check(f"oci-dir:{image}", self.unpack(image, tags[0]))


if __name__ == "__main__":
    support.main()
