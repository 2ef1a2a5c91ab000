"""Package databases beside apk, dpkg and rpm: each inside an image, its report held to the schema."""

import io
import json
import pathlib
import sqlite3
import subprocess
import tarfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

import layers
import support

SCHEMA = support.SOURCE / "docs" / "schema" / "bulkhead.report-1.schema.json"

DESC = ("%NAME%\n{0}\n\n%VERSION%\n{1}\n\n%BASE%\n{2}\n\n%DESC%\nx\n\n%ARCH%\nx86_64\n\n"
        "%LICENSE%\nGPL-3.0-or-later\n\n")
OPKG = ("Package: busybox\nVersion: 1.35.0-5\nDepends: libc\nStatus: install user installed\n"
        "Architecture: x86_64\nInstalled-Time: 1646000000\n\n"
        "Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\nArchitecture: x86_64\n\n")
WALL = ('{"jsonwall":"1.0","schema":"1.0","count":3}\n'
        '{"kind":"package","name":"libssl3","version":"3.0.2-0ubuntu1.15","sha256":"b",'
        '"arch":"amd64"}\n'
        '{"kind":"path","path":"/usr/lib/libssl.so.3","mode":"0644","slices":["libssl3_libs"]}\n')
DPKG = ("Package: libssl3\nStatus: install ok installed\nVersion: 3.0.2-0ubuntu1.15\n"
        "Architecture: amd64\nSource: openssl\n\n")
INVENTORY = json.dumps({"Content": [
    {"Name": "glibc", "Publisher": "bottlerocket-core-kit", "Version": "2.38", "Release": "1.br1",
     "Epoch": "0", "Architecture": "x86_64", "ApplicationType": "Unspecified"}]})
SPDX = json.dumps({"SPDXID": "SPDXRef-redis", "spdxVersion": "SPDX-2.3", "packages": [
    {"SPDXID": "SPDXRef-redis", "name": "redis", "versionInfo": "7.4.1-0",
     "licenseDeclared": "RSALv2", "externalRefs": [
         {"referenceType": "purl",
          "referenceLocator": "pkg:bitnami/redis@7.4.1-0?arch=amd64&distro=debian-12"}]}]})
COMPONENTS = json.dumps({
    "redis": {"arch": "amd64", "distro": "debian-12", "type": "NAMI", "version": "7.4.1-0"},
    "gosu": {"arch": "amd64", "distro": "debian-12", "type": "NAMI", "version": "1.17.0-0"}})


def bz_image(version):
    """The head of an x86 kernel, as its boot protocol has it."""
    data = bytearray(80 << 10)
    data[0x202:0x206] = b"HdrS"
    data[0x20e:0x210] = (0x400).to_bytes(2, "little")
    data[0x236] = 1
    data[0x600:0x600 + len(version)] = version
    return bytes(data)


class DatabasesTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)
        self.images = 0

    def scan(self, *tars, code=3):
        """The report of an image with these layers, each a {path: content}."""
        self.images += 1
        image = layers.write_oci(self.folder / f"oci{self.images}", [
            layers.tar([layers.file(path, data if isinstance(data, bytes) else data.encode())
                        for path, data in files.items()]) for files in tars])
        run = support.scan(f"oci-dir:{image}", "--db", self.folder / "none")
        self.assertEqual(run.code, code, run)  # 3: nobody has imported advisories
        report = run.json()
        if jsonschema:
            jsonschema.validate(report, json.loads(SCHEMA.read_text()))
        return report

    def purls(self, report):
        return sorted(p["purl"] for p in report["packages"])

    def notes(self, report, code):
        return [n for n in report["notes"] if n["code"] == code]

    def test_pacman(self):
        local = "var/lib/pacman/local"
        report = self.scan(
            {"etc/os-release": "ID=arch\nNAME=\"Arch Linux\"\n",
             f"{local}/ALPM_DB_VERSION": "9\n",
             f"{local}/gcc-libs-12.1.0-2/desc": DESC.format("gcc-libs", "12.1.0-2", "gcc"),
             f"{local}/gcc-libs-12.1.0-2/files": "%FILES%\nusr/\nusr/lib/\nusr/lib/libgcc.so\n"},
            {f"{local}/vim-2:9.1-1/desc": DESC.format("vim", "2:9.1-1", "vim")})
        self.assertEqual(self.purls(report), [
            "pkg:alpm/arch/gcc-libs@12.1.0-2?arch=x86_64&distro=arch",
            "pkg:alpm/arch/vim@2:9.1-1?arch=x86_64&distro=arch"])
        gcc, vim = report["packages"]
        self.assertEqual(gcc["source_name"], "gcc")
        self.assertEqual(gcc["licenses"], ["GPL-3.0-or-later"])
        self.assertEqual(gcc["locations"][0], {"layer": 0,
                                               "path": f"/{local}/gcc-libs-12.1.0-2/desc"})
        self.assertEqual(vim["locations"][0]["layer"], 1)

    def test_agrees_with_pacman(self):
        pacman = support.tool("pacman")
        root = self.folder / "root"
        (root / "var/lib/pacman").mkdir(parents=True)
        for name, version, base in (("first", "1.0-1", "first"), ("second-libs", "3:2.0rc1-4",
                                                                  "second")):
            package = self.folder / f"{name}.pkg.tar"
            info = (f"pkgname = {name}\npkgbase = {base}\npkgver = {version}\npkgdesc = x\n"
                    "builddate = 1600000000\nsize = 1\narch = any\nlicense = MIT\nlicense = ISC\n"
                    "backup = etc/x.conf\n")
            with tarfile.open(package, "w") as tar:
                for path, data in ((".PKGINFO", info), (f"usr/share/{name}/a file", "a"),
                                   ("etc/x.conf" if name == "first" else "etc/y.conf", "b")):
                    member = tarfile.TarInfo(path)
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data.encode()))
            made = subprocess.run(
                [pacman, "-U", "--root", root, "--dbpath", root / "var/lib/pacman", "--noconfirm",
                 "--noscriptlet", "--config", "/dev/null", "--cachedir", self.folder,
                 "--hookdir", self.folder, "--logfile", "/dev/null", package],
                capture_output=True, text=True, check=False)
            if made.returncode != 0:
                raise unittest.SkipTest(f"pacman does not install here: {made.stderr[-300:]}")
        said = subprocess.run([pacman, "-Q", "--root", root, "--dbpath", root / "var/lib/pacman",
                               "--config", "/dev/null"], capture_output=True, text=True, check=True)
        (root / "etc/os-release").write_text("ID=arch\n")
        run = support.scan(f"dir:{root}", "--db", self.folder / "none")
        packages = run.json()["packages"]
        self.assertEqual(sorted(f"{p['name']} {p['version']}" for p in packages),
                         sorted(said.stdout.split("\n")[:-1]))
        self.assertEqual(len(packages), 2)
        self.assertEqual(packages[1]["source_name"], "second")
        self.assertEqual(packages[0]["licenses"], ["MIT", "ISC"])
        self.assertFalse([n for n in run.json()["notes"] if n["what"].startswith("pacman")])

    def test_opkg(self):
        report = self.scan({
            "etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='21.02.3'\n",
            "usr/lib/opkg/status": OPKG,
            "usr/lib/opkg/info/busybox.list": "/bin/busybox\n/bin/ls\n"})
        self.assertEqual(self.purls(report),
                         ["pkg:opkg/openwrt/busybox@1.35.0-5?arch=x86_64&distro=openwrt-21.02.3"])
        self.assertEqual(len(self.notes(report, "unsupported-os")), 1)

    def test_bottlerocket(self):
        report = self.scan({
            "usr/lib/os-release": "NAME=Bottlerocket\nID=bottlerocket\nVERSION_ID=1.47.0\n",
            "usr/share/bottlerocket/application-inventory.json": INVENTORY})
        self.assertEqual(self.purls(report), [
            "pkg:rpm/bottlerocket/glibc@2.38-1.br1?arch=x86_64&distro=bottlerocket-1.47.0"])

    def test_chisel_alone_and_beside_dpkg(self):
        zstd = support.tool("zstd")
        packed = subprocess.run([zstd, "-q", "-c"], input=WALL.encode(), capture_output=True,
                                check=True).stdout
        base = {"etc/os-release": "ID=ubuntu\nVERSION_ID=\"22.04\"\n",
                "var/lib/chisel/manifest.wall": packed}
        want = ["pkg:deb/ubuntu/libssl3@3.0.2-0ubuntu1.15?arch=amd64&distro=ubuntu-22.04"]
        report = self.scan(base)
        self.assertEqual(self.purls(report), want)
        self.assertNotIn("source_name", report["packages"][0])
        self.assertEqual(len(self.notes(report, "source-unknown")), 1)
        report = self.scan(base, {"var/lib/dpkg/status": DPKG})
        self.assertEqual(self.purls(report), want)
        self.assertEqual(report["packages"][0]["source_name"], "openssl")
        self.assertEqual(self.notes(report, "source-unknown"), [])

    def test_bitnami(self):
        report = self.scan({
            "etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n",
            "opt/bitnami/.bitnami_components.json": COMPONENTS,
            "opt/bitnami/redis/.spdx-redis.spdx": SPDX}, code=0)
        self.assertEqual(self.purls(report), [
            "pkg:bitnami/gosu@1.17.0-0?arch=amd64&distro=debian-12",
            "pkg:bitnami/redis@7.4.1-0?arch=amd64&distro=debian-12"])
        self.assertEqual(report["packages"][1]["licenses"], ["RSALv2"])

    def test_a_kernel_of_a_package_and_one_of_none(self):
        status = ("Package: linux-image-6.1.0-18-amd64\nStatus: install ok installed\n"
                  "Version: 6.1.76-1\nArchitecture: amd64\nSource: linux-signed-amd64 (6.1.76+1)\n\n")
        files = ("/.\n/boot\n/boot/vmlinuz-6.1.0-18-amd64\n/lib\n/lib/modules\n"
                 "/lib/modules/6.1.0-18-amd64\n/lib/modules/6.1.0-18-amd64/modules.order\n")
        report = self.scan(
            {"etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n",
             "var/lib/dpkg/status": status,
             "var/lib/dpkg/info/linux-image-6.1.0-18-amd64.list": files,
             "boot/vmlinuz-6.1.0-18-amd64": bz_image(b"6.1.0-18-amd64 (x@y) #1 SMP Debian"),
             "usr/lib/modules/6.1.0-18-amd64/modules.order": ""},
            {"boot/vmlinuz-mine": bz_image(b"6.8.9-mine (me@here) #2"),
             "usr/lib/modules/6.8.9-mine/modules.builtin": ""})
        kernels = [p for p in report["packages"] if p["type"] == "generic"]
        self.assertEqual([k["purl"] for k in kernels], ["pkg:generic/linux@6.8.9-mine?arch=x86_64"])
        self.assertEqual(kernels[0]["origin"], "embedded")
        self.assertEqual(kernels[0]["locations"], [
            {"layer": 1, "path": "/boot/vmlinuz-mine"},
            {"layer": 1, "path": "/usr/lib/modules/6.8.9-mine/modules.builtin"}])
        self.assertEqual(len(report["packages"]), 2)

    def test_a_hot_journal_beside_rpms_database(self):
        path = pathlib.Path(self.folder) / "rpmdb.sqlite"
        with sqlite3.connect(path) as writer:
            writer.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, "
                           "blob BLOB NOT NULL)")
        writer.close()
        journal = bytes.fromhex("d9d505f920a163d7") + b"\0\0\0\1" + bytes(600)
        base = {"etc/os-release": "ID=fedora\nVERSION_ID=40\n",
                "var/lib/rpm/rpmdb.sqlite": path.read_bytes()}
        report = self.scan(base, {"var/lib/rpm/rpmdb.sqlite-journal": journal})
        notes = [n for n in report["notes"] if "rollback journal" in n["what"]]
        self.assertEqual([(n["level"], n["where"]) for n in notes],
                         [("incomplete", "/var/lib/rpm/rpmdb.sqlite")])
        self.scan(base, code=0)

    def test_damage_names_the_file(self):
        for path, data in {
                "usr/lib/opkg/status": "Package: a\n\n",
                "var/lib/pacman/local/a-1-1/desc": "%NAME%\na\n",
                "usr/share/bottlerocket/application-inventory.json": "{",
                "var/lib/chisel/manifest.wall": "(\xb5/\xfd junk",
                "opt/bitnami/redis/.spdx-redis.spdx": "[]",
                "boot/vmlinuz": "x" * 80_000}.items():
            with self.subTest(path):
                report = self.scan({"etc/os-release": "ID=debian\nVERSION_ID=12\n",
                                    path: data.encode("latin-1")})
                gaps = [n for n in report["notes"] if n["level"] == "incomplete"]
                self.assertTrue(gaps)
                self.assertTrue(all(path in n["where"] for n in gaps), gaps)


if __name__ == "__main__":
    support.main()
