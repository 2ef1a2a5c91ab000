"""rpm: databases in their places, real ones against `rpm -qa`, a log in a layer of its own."""

import pathlib
import shutil
import sqlite3
import struct
import unittest

import fixtures
import layers
import support

OS_RELEASE = "ID=fedora\nVERSION_ID=40\n"
# Folder of ../shared/images/rpmdb, and where its file lies in a system.
REAL = {
    "cbl-mariner-2.0": "var/lib/rpm",
    "fc33-rpm-tools": "usr/lib/sysimage/rpm",
    "sle15-bci": "usr/lib/sysimage/rpm",
    "fedora26-modular": "var/lib/rpm",
    "el8-libuuid": "usr/share/rpm",
    "hello-epoch": "var/lib/rpm",
}
REFUSED = {"empty": "no table of packages", "rpm5-btree-yocto": "B-tree, as rpm 5 writes it"}


def header(name, version):
    """A header as rpm keeps it of a package: name, version and release are all of it."""
    index, data = b"", b""
    for tag, value in ((1000, name), (1001, version), (1002, "1"), (1022, "x86_64"),
                       (1005, "d" * 9000)):
        index += struct.pack(">4I", tag, 6, len(data), 1)
        data += value.encode() + b"\0"
    return struct.pack(">2I", len(index) // 16, len(data)) + index + data


def logged_database(folder):
    """A database of one package, whose removal and another package are in its log alone."""
    path = pathlib.Path(folder) / "rpmdb.sqlite"
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, "
                       "blob BLOB NOT NULL)")
        for name in ("kept", "removed"):
            writer.execute("INSERT INTO Packages(blob) VALUES (?)", (header(name, "1"),))
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database = path.read_bytes()
        writer.execute("DELETE FROM Packages WHERE hnum = 2")
        writer.execute("INSERT INTO Packages(blob) VALUES (?)", (header("added", "2"),))
        log = pathlib.Path(f"{path}-wal").read_bytes()
    writer.close()
    return database, log


class RpmTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)

    def scan(self, target):
        run = support.scan(target, "--db", self.folder / "none")
        self.assertEqual(run.code, 3, run)  # nobody has imported advisories
        return run.json()

    def tree(self, path, content):
        root = self.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        for name, data in (("etc/os-release", OS_RELEASE.encode()), (path, content)):
            (root / name).parent.mkdir(parents=True)
            (root / name).write_bytes(data)
        return f"dir:{root}"

    def test_real_databases(self):
        for name, place in REAL.items():
            with self.subTest(name):
                file = next(support.shared(f"images/rpmdb/{name}").iterdir())
                report = self.scan(self.tree(f"{place}/{file.name}", file.read_bytes()))
                want = sorted(
                    (n, f"{'' if e in ('', '0') else e + ':'}{v}-{r}", a.replace("(none)", ""))
                    for n, e, v, r, a, _ in fixtures.rows(
                        support.shared(f"images/expected/rpm-{name}.packages.tsv")))
                got = sorted((p["name"], p["version"], p.get("architecture", ""))
                             for p in report["packages"])
                self.assertEqual(got, want)
                self.assertFalse([n for n in report["notes"] if n["what"].startswith("rpm ")])

    def test_agrees_with_rpm(self):
        rpm = support.tool("rpm")
        for name in REAL:
            if name == "sle15-bci":
                continue  # Debian's rpm reads no NDB
            with self.subTest(name):
                file = next(support.shared(f"images/rpmdb/{name}").iterdir())
                copy = self.folder / name
                copy.mkdir()
                shutil.copyfile(file, copy / file.name)  # rpm writes beside it
                run = support.run([rpm, "--dbpath", copy, "-qa", "--qf",
                                   "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n"])
                self.assertEqual(run.code, 0, run)
                want = sorted(line.replace(" 0:", " ") for line in run.stdout.decode().splitlines())
                report = self.scan(self.tree(f"var/lib/rpm/{file.name}", file.read_bytes()))
                got = sorted(f"{p['name']} {p['version']}" for p in report["packages"])
                self.assertEqual(got, want)

    def test_says_what_it_cannot_read(self):
        for name, says in REFUSED.items():
            with self.subTest(name):
                file = next(support.shared(f"images/rpmdb/{name}").iterdir())
                report = self.scan(self.tree(f"var/lib/rpm/{file.name}", file.read_bytes()))
                self.assertEqual(report["packages"], [])
                notes = [n for n in report["notes"] if says in n["what"]]
                self.assertEqual(len(notes), 1, report["notes"])
                self.assertEqual(notes[0]["level"], "incomplete")
                self.assertIn(f"var/lib/rpm/{file.name}", notes[0]["where"])

    def test_a_log_in_a_higher_layer(self):
        database, log = logged_database(self.folder)
        below = layers.tar([layers.file("etc/os-release", OS_RELEASE.encode()),
                            layers.file("var/lib/rpm/rpmdb.sqlite", database)])
        above = layers.tar([layers.file("var/lib/rpm/rpmdb.sqlite-wal", log)])
        removed = layers.tar([layers.whiteout("var/lib/rpm/rpmdb.sqlite-wal")])
        for count, want in ((1, {"kept": 0, "removed": 0}), (2, {"kept": 0, "added": 1}),
                            (3, {"kept": 0, "removed": 2})):
            with self.subTest(layers=count):
                image = layers.write_oci(self.folder / f"oci{count}",
                                         [below, above, removed][:count])
                report = self.scan(f"oci-dir:{image}")
                self.assertEqual({p["name"]: p["locations"][0]["layer"]
                                  for p in report["packages"]}, want)

    def test_a_distroless_manifest(self):
        manifest = (b"openssl-libs\t1.1.1k-15.cm2\t1\t2\tMicrosoft Corporation\t(none)\t9\tx86_64"
                    b"\t0\topenssl-1.1.1k-15.cm2.src.rpm\n")
        report = self.scan(self.tree("var/lib/rpmmanifest/container-manifest-2", manifest))
        self.assertEqual([p["purl"] for p in report["packages"]],
                         ["pkg:rpm/fedora/openssl-libs@1.1.1k-15.cm2?arch=x86_64&distro=fedora-40"])
        self.assertEqual(report["packages"][0]["source_name"], "openssl")


if __name__ == "__main__":
    support.main()
