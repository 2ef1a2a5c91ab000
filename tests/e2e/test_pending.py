"""`scan --pending`: package indexes from a server on loopback and from a folder, good and bad."""

import gzip
import hashlib
import io
import lzma
import os
import subprocess
import tarfile
import unittest
import zlib

import layers
import support
from feed_server import FeedServer

OS_RELEASE = b"ID=newcomer\nVERSION_ID=1\nPRETTY_NAME=\"A distribution of today\"\n"
STATUS = "".join(f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n"
                 f"Architecture: {arch}\nMaintainer: M <m@example.org>\nDescription: d\n\n"
                 for name, version, arch in [("a", "1-1", "amd64"), ("b", "2-1", "all"),
                                             ("c", "1-1", "amd64"), ("d", "1-1", "amd64"),
                                             ("dpkg", "1", "amd64")])
MAIN = [("a", "1-2", "amd64"), ("b", "2-1", "all"), ("c", "1-1", "amd64"), ("dpkg", "1", "amd64"),
        ("other", "9", "amd64")]
SECURITY = [("c", "1-1+deb1", "amd64")]
BACKPORTS = [("a", "5-1~bpo1", "amd64"), ("d", "1-0", "amd64")]
SOURCES = ("Types: deb\nURIs: http://d.test/debian\nSuites: s s-backports\nComponents: main\n\n"
           "Types: deb\nURIs: http://d.test/security\nSuites: s-security\nComponents: main\n")
EXPECTED = {"a": ("1-1", "1-2", False), "c": ("1-1", "1-1+deb1", True)}


def packages(rows):
    return "".join(f"Package: {name}\nVersion: {version}\nArchitecture: {arch}\nSize: 1\n"
                   f"Filename: pool/{name}.deb\nSHA256: {'0' * 64}\nMaintainer: M <m@example.org>\n"
                   f"Description: d\n\n" for name, version, arch in rows).encode()


def suite(base, name, rows, *, label="Test", extra=""):
    """{path: body} of one suite with one component."""
    index = packages(rows)
    forms = {"main/binary-amd64/Packages": index,
             "main/binary-amd64/Packages.gz": gzip.compress(index, mtime=0),
             "main/binary-amd64/Packages.xz": lzma.compress(index)}
    release = (f"Origin: Test\nLabel: {label}\nSuite: {name}\nCodename: {name}\n{extra}"
               "Date: Tue, 01 Sep 2026 00:00:00 UTC\nArchitectures: amd64\nComponents: main\n"
               "SHA256:\n")
    for path, body in forms.items():
        release += f" {hashlib.sha256(body).hexdigest()} {len(body)} {path}\n"
    files = {f"{base}/dists/{name}/{path}": body for path, body in forms.items()}
    return {**files, f"{base}/dists/{name}/Release": release.encode()}


def debian():
    return {**suite("debian", "s", MAIN), **suite("security", "s-security", SECURITY),
            **suite("debian", "s-backports", BACKPORTS,
                    extra="NotAutomatic: yes\nButAutomaticUpgrades: yes\n")}


class PendingTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        self.image = self.root_tar(SOURCES)

    def root_tar(self, sources, **more):
        path = self.folder / "root.tar"
        entries = {"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": STATUS.encode(),
                   "etc/apt/sources.list.d/s.sources": sources.encode(), **more}
        path.write_bytes(layers.tar([layers.file(name, body) for name, body in entries.items()]))
        return path

    def scan(self, *options, code=3, image=None):
        """There is never advisory data for these systems, so 3 is what a good scan gives."""
        run = support.scan(f"tar:{image or self.image}", "--db", self.folder / "db", "--pending",
                           "--network-timeout", "2", *options)
        self.assertEqual(run.code, code, run)
        return run.json()

    def updates(self, report):
        names = {package["id"]: package["name"] for package in report["packages"]}
        return {names[u["package"]]: (u["installed_version"], u["candidate_version"],
                                      u["is_security"]) for u in report["pending"]}

    def gaps(self, report):
        return [note for note in report["notes"] if note["level"] == "incomplete"
                and note["code"] not in ("no-advisory-data", "unsupported-os")]

    def write(self, files):
        for path, body in files.items():
            target = self.folder / "m" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        return self.folder / "m"

    def serve(self, files):
        server = FeedServer(self)
        for path, body in files.items():
            server.put(path, body)
        return server


class Apt(PendingTest):
    def test_from_a_server_and_from_folders(self):
        server = self.serve(debian())
        by_host = {f"d.test/{path}": body for path, body in debian().items()}
        for why, options in {
                "a server": ("--pending-from", server.url),
                "a folder by path": ("--pending-from", self.write(debian()), "--offline"),
                "a mirror's folder": ("--mirror", self.write({f"x/packages/{path}": body for
                                      path, body in by_host.items()}) / "x", "--offline")}.items():
            with self.subTest(why):
                report = self.scan(*options)
                self.assertEqual(self.updates(report), EXPECTED)
                self.assertEqual(self.gaps(report), [])
                self.assertEqual(report["summary"]["pending"], 2)
                self.assertEqual(report["summary"]["pending_security"], 1)
                source = next(u["source"] for u in report["pending"] if u["is_security"])
                self.assertEqual(source, "http://d.test/security s-security/main")

    def test_it_is_said_only_if_asked(self):
        run = support.scan(f"tar:{self.image}", "--db", self.folder / "db")
        self.assertNotIn("pending", run.json())
        run = support.bulkhead("scan", f"tar:{self.image}", "--db", self.folder / "db",
                               "--pending", "--pending-from", self.write(debian()))
        self.assertIn(b"2 packages have a newer version, 1 of them for security", run.stdout)

    def test_damage_is_a_gap_that_names_the_source(self):
        good = debian()
        index = "security/dists/s-security/main/binary-amd64/Packages"
        def without(*endings):
            return {path: body for path, body in good.items()
                    if not path.endswith(endings) or not path.startswith("security")}
        cases = {
            "another index than Release says": {**good, f"{index}.xz": lzma.compress(
                packages([("c", "9", "amd64")]))},
            "the same size, another byte": {**good, f"{index}.xz": good[f"{index}.xz"][:-1] + b"x"},
            "a cut one": {**good, f"{index}.xz": good[f"{index}.xz"][:50]},
            "a page of the server's": {**good, f"{index}.xz": b"<html>log in</html>"},
            "no index": without("Packages", ".gz", ".xz"),
            "a Release file without digests": {**good, "security/dists/s-security/Release": b"A: b"},
        }
        for why, files in cases.items():
            with self.subTest(why):
                report = self.scan("--pending-from", self.serve(files).url)
                self.assertEqual(self.updates(report), {"a": EXPECTED["a"]})
                gaps = self.gaps(report)
                self.assertEqual(len(gaps), 1, gaps)
                self.assertIn("http://d.test/security/dists/s-security", gaps[0]["where"])

    def test_broken_gzip(self):
        files = {path: body for path, body in debian().items() if not path.endswith("Release")
                 and not path.endswith((".xz", "Packages"))}
        broken = dict(files)
        path = "debian/dists/s/main/binary-amd64/Packages.gz"
        broken[path] = broken[path][:-9] + b"123456789"
        report = self.scan("--pending-from", self.write(broken))
        self.assertEqual([gap["where"] for gap in self.gaps(report)], [f"http://d.test/{path}"])
        # Backports, without a Release file that says so, count as any suite.
        self.assertEqual(self.updates(report)["a"][1], "5-1~bpo1")
        self.write(files)  # without a Release file it is read, and said to be unverified
        report = self.scan("--pending-from", self.folder / "m")
        self.assertEqual(self.gaps(report), [])
        self.assertIn("index-not-verified", {note["code"] for note in report["notes"]})

    def test_a_huge_index_is_bounded(self):
        files = debian()
        # In pieces: a child's peak counts from its parent's size.
        packer = zlib.compressobj(9, wbits=31)
        body = packer.compress(b"Package: x\nX: ")
        for _ in range(256):
            body += packer.compress(b"y" * (256 << 10))
        body += packer.flush()
        path = "debian/dists/s/main/binary-amd64/Packages"
        self.write({name: data for name, data in files.items()
                    if not name.startswith("debian/dists/s/")})
        folder = self.write({f"{path}.gz": body})
        report = self.scan("--pending-from", folder, "--max-decoded-bytes", str(16 << 20))
        gaps = self.gaps(report)
        self.assertEqual([gap["code"] for gap in gaps], ["limit-exceeded"])
        self.assertTrue(gaps[0]["where"].endswith("Packages.gz"))
        # Within the bound the record alone is too long, and memory does not grow with it.
        run = support.scan(f"tar:{self.image}", "--db", self.folder / "db", "--pending",
                           "--pending-from", folder)
        if not support.IS_SANITIZED:
            self.assertLess(run.peak_bytes, 96 << 20)

    def test_addresses_in_the_target_lead_nowhere_private(self):
        server = self.serve(debian())
        port = server.url.rsplit(":", 1)[1]
        for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "2130706433"):
            with self.subTest(host):
                image = self.root_tar(SOURCES.replace("d.test", f"{host}:{port}"))
                report = self.scan(image=image)
                self.assertEqual(self.updates(report), {})
                self.assertEqual(len(self.gaps(report)), 3)
                self.assertIn("not public", self.gaps(report)[0]["what"])
        self.assertEqual(server.seen, [])
        # The same address, named by the user.
        image = self.root_tar(SOURCES.replace("d.test", f"127.0.0.1:{port}"))
        self.assertEqual(self.updates(self.scan("--pending-from", server.url, image=image)),
                         EXPECTED)

    def test_redirects_to_private_addresses_are_refused(self):
        secret = self.serve(debian())
        server = self.serve(debian())
        for path, file in server.files.items():
            if path.startswith("security/"):
                file.status, file.location = 302, f"{secret.url}/{path}"
        report = self.scan("--pending-from", server.url)
        self.assertEqual(self.updates(report), {"a": EXPECTED["a"]})
        self.assertIn("not public", self.gaps(report)[0]["what"])
        self.assertEqual(secret.seen, [])

    def test_offline_asks_nobody(self):
        server = self.serve(debian())
        report = self.scan("--offline", "--pending-from", server.url)
        self.assertEqual(server.seen, [])
        self.assertEqual(len(self.gaps(report)), 3)
        self.assertEqual(report["pending"], [])

    def test_sources_that_are_not_read(self):
        image = self.root_tar("Types: deb\nURIs: cdrom:[Disc]/ file:/srv/debs\nSuites: s\n"
                              "Components: main\n")
        report = self.scan("--pending-from", self.write(debian()), image=image)
        self.assertEqual([gap["code"] for gap in self.gaps(report)], ["no-repositories"])
        self.assertIn("repository-not-read", {note["code"] for note in report["notes"]})

    def test_apt_says_the_same(self):
        """apt itself on the same root and repository."""
        apt = support.tool("apt")
        repository = self.write(debian())
        root = self.folder / "apt"
        for name in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d",
                     "var/lib/dpkg", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial",
                     "var/log/apt"):
            (root / name).mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text(STATUS)
        (root / "etc/apt/sources.list").write_text("".join(
            f"deb [trusted=yes] file:{repository}/{line} main\n"
            for line in ("debian s", "debian s-backports", "security s-security")))
        options = ["-o", f"Dir={root}", "-o", f"Dir::State::status={root}/var/lib/dpkg/status",
                   "-o", "APT::Architecture=amd64", "-o", "APT::Architectures::=amd64",
                   "-o", "APT::Sandbox::User=root", "-o", "Acquire::Check-Valid-Until=false",
                   "-o", "Acquire::Languages=none"]
        env = {**os.environ, "LC_ALL": "C", "APT_CONFIG": "/dev/null"}
        update = subprocess.run([apt, "update", *options], capture_output=True, env=env,
                                check=False)
        self.assertEqual(update.returncode, 0, update.stderr.decode())
        listed = subprocess.run([apt, "list", "--upgradable", *options], capture_output=True,
                                env=env, check=True).stdout.decode()
        by_apt = {line.split("/")[0]: (line.rsplit(" ", 1)[1].rstrip("]"), line.split()[1])
                  for line in listed.splitlines() if "upgradable from" in line}
        ours = self.updates(self.scan("--pending-from", repository))
        self.assertTrue(by_apt, listed)
        self.assertEqual({name: versions[:2] for name, versions in ours.items()}, by_apt)


class Apk(PendingTest):
    def test_an_index(self):
        index = io.BytesIO()
        with tarfile.open(fileobj=index, mode="w:gz") as archive:
            for name, body in {"DESCRIPTION": b"x", "APKINDEX": b"P:busybox\nV:1.36.1-r5\n"
                               b"A:x86_64\n\nP:zlib\nV:1.3-r0\nA:x86_64\n\n"}.items():
                member = tarfile.TarInfo(name)
                member.size = len(body)
                archive.addfile(member, io.BytesIO(body))
        installed = "P:busybox\nV:1.36.1-r4\nA:x86_64\n\nP:zlib\nV:1.3-r0\nA:x86_64\n\n"
        image = self.folder / "alpine.tar"
        image.write_bytes(layers.tar([
            layers.file("etc/os-release", OS_RELEASE),
            layers.file("lib/apk/db/installed", installed.encode()),
            layers.file("etc/apk/repositories",
                        b"https://a.test/alpine/v3/main\n@edge https://a.test/alpine/edge/main\n")]))
        folder = self.write({"alpine/v3/main/x86_64/APKINDEX.tar.gz": index.getvalue()})
        report = self.scan("--pending-from", folder, image=image)
        self.assertEqual(self.updates(report), {"busybox": ("1.36.1-r4", "1.36.1-r5", False)})
        self.assertEqual(self.gaps(report), [])


class Rpm(PendingTest):
    PRIMARY = ('<metadata xmlns="http://linux.duke.edu/metadata/common" packages="1">'
               '<package type="rpm"><name>{name}</name><arch>{arch}</arch>'
               '<version epoch="0" ver="999" rel="1"/></package></metadata>')
    UPDATEINFO = ('<updates><update type="security"><id>X</id><pkglist><collection>'
                  '<package name="{name}" version="998" release="1" epoch="0" arch="{arch}"/>'
                  '</collection></pkglist></update></updates>')

    def repodata(self, **files):
        repomd = '<repomd xmlns="http://linux.duke.edu/metadata/repo">'
        out = {}
        for kind, text in files.items():
            body = gzip.compress(text.encode(), mtime=0)
            out[f"repodata/{kind}.xml.gz"] = body
            repomd += (f'<data type="{kind}"><checksum type="sha256">'
                       f'{hashlib.sha256(body).hexdigest()}</checksum>'
                       f'<location href="repodata/{kind}.xml.gz"/><size>{len(body)}</size></data>')
        return {**out, "repodata/repomd.xml": (repomd + "</repomd>").encode()}

    def image_of(self, repo):
        """A root with a real database of rpm's."""
        database = support.shared("images/rpmdb")
        found = sorted(database.rglob("rpmdb.sqlite"))
        if not found:
            raise unittest.SkipTest("no rpmdb.sqlite in ../shared/images/rpmdb")
        image = self.folder / "rpm.tar"
        image.write_bytes(layers.tar([
            layers.file("etc/os-release", b'ID=newcomer\nVERSION_ID="9.3"\nID_LIKE="rhel fedora"\n'),
            layers.file("var/lib/rpm/rpmdb.sqlite", found[0].read_bytes()),
            layers.file("etc/yum.repos.d/a.repo", repo.encode())]))
        return image

    def test_an_index_by_url_by_id_and_by_mirror_list(self):
        plain = "[base]\nbaseurl=http://r.test/$releasever/$basearch/os\n"
        image = self.image_of(plain)
        package = next(p for p in self.scan("--offline", image=image)["packages"]
                       if p.get("architecture") not in (None, "noarch"))
        name, arch = package["name"], package["architecture"]
        files = self.repodata(primary=self.PRIMARY.format(name=name, arch=arch),
                              updateinfo=self.UPDATEINFO.format(name=name, arch=arch))
        by_url = {f"9/{arch}/os/{path}": body for path, body in files.items()}
        by_id = {f"base/{path}": body for path, body in files.items()}
        listed = {f"9/{arch}/os/{path}": body for path, body in files.items()}
        listed["list"] = b"# mirrors\nhttp://r.test/9/%s/os/\n" % arch.encode()
        cases = {"by its URL": (plain, by_url), "by its id": (plain, by_id),
                 "by a list": ("[base]\nmirrorlist=http://l.test/list?arch=$basearch\n", listed)}
        for why, (repo, tree) in cases.items():
            with self.subTest(why):
                report = self.scan("--pending-from", self.serve(tree).url,
                                   image=self.image_of(repo))
                self.assertEqual(self.gaps(report), [])
                found = self.updates(report)
                self.assertEqual(set(found), {name})
                self.assertEqual(found[name][1:], ("999-1", True))
        damaged = {**by_url, f"9/{arch}/os/repodata/primary.xml.gz": gzip.compress(b"<metadata/>")}
        report = self.scan("--pending-from", self.serve(damaged).url, image=self.image_of(plain))
        self.assertEqual(report["pending"], [])
        self.assertIn("primary", self.gaps(report)[0]["where"])


if __name__ == "__main__":
    support.main()
