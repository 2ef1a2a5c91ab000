"""Every option does something: one case or more for each row of the table of options.

The rows are read from the program (`config show` and the help), so that a new option without a case
here is a failure. A case shows that the run differs from the same run without the option.
"""

import base64
import gzip
import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

import fixtures
import images
import layers
import registries
import support
import test_rpm

DEMO = support.SOURCE / "examples" / "storefront"
STATUS = ("Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n"
          "Package: b\nStatus: install ok installed\nVersion: 2\nArchitecture: all\n")
OS_RELEASE = "ID=debian\nVERSION_ID=11\nVERSION_CODENAME=bullseye\n"
# Not of a command that has a file of options, so `config show` does not list them.
OTHER_ROWS = {"version-compare": {"stdin", "words"}, "config show": {"output", "for"},
              "completion": {"shell"}, "man": set()}


def root_tar(**more):
    """A small Debian as tar bytes; `more` are further entries' names and contents."""
    entries = [layers.file("etc/os-release", OS_RELEASE.encode()),
               layers.file("var/lib/dpkg/status", STATUS.encode()),
               layers.file("var/lib/dpkg/info/a.list", b"/usr\n/usr/bin\n/usr/bin/a\n")]
    return layers.tar(entries + [layers.file(name.replace("__", "/"), data)
                                 for name, data in more.items()])


class OptionsTest(unittest.TestCase):
    covered = set()

    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.image = fixtures.make_image_of(DEMO / "storefront.json", cls.folder / "demo.tar")
        cls.root = cls.folder / "root.tar"
        cls.root.write_bytes(root_tar())

    def run_it(self, *words, **how):
        """(exit code, standard output, standard error)."""
        run = support.bulkhead(*words, cwd=self.folder, **how)
        return run.code, run.stdout, run.stderr

    def scan(self, *words, target=None, **how):
        return self.run_it("scan", target or self.image, "--db", self.database, "-o", "json",
                           *words, **how)

    def differs(self, option, *words, command=("scan",), target=None, plain=(), code=None):
        """`option` (a key) with its words changes what the command gives."""
        if command == ("scan",):
            command = ("scan", target or self.image, "--db", self.database, "-o", "json", *plain)
        given = self.run_it(*command, f"--{option}", *words)
        self.assertNotEqual(given, self.run_it(*command), f"{command} --{option} {words}")
        if code is not None:
            self.assertEqual(given[0], code, given)
        self.covered.add(option)
        return given

    def refuses(self, option, bad, *command):
        """A bad value of `option` is a usage error, and a good one is not."""
        code, out, said = self.run_it(*command, f"--{option}", bad)
        self.assertEqual((code, out), (2, b""), said)
        self.assertIn(option, said)
        self.covered.add(option)


class A_Cases(OptionsTest):
    """Runs before the class below, which asks what was covered."""

    def test_targets(self):
        self.assertEqual(self.run_it("scan", "--input", self.image, "--db", self.database),
                         self.run_it("scan", self.image, "--db", self.database))
        self.assertEqual(self.run_it("scan", "--db", self.database)[0], 2)
        self.covered |= {"input", "target"}

    def test_reports(self):
        table = ("scan", self.image, "--db", self.database)
        self.differs("output", "json", command=table)
        self.differs("output", "json", command=("files", self.image))
        self.differs("output", "json", command=("config", "show"))
        self.differs("format", "json", command=table)
        self.differs("all", command=table)
        self.differs("sort-by", "package", command=(*table, "--all"))
        self.differs("package-files")
        self.differs("severity", "high")
        self.differs("ignore-unfixed")
        self.differs("only-fixed")

    def test_policy(self):
        self.differs("fail-on", "low", code=1)
        self.differs("exit-code", "9", plain=("--fail-on", "low"), code=9)
        self.differs("unknown-as", "critical", plain=("-s", "unknown", "--fail-on", "high"), code=1)
        empty = fixtures.write_tar(self.folder / "empty.tar", {"etc/motd": "hello\n"})
        self.differs("strict", target=empty, code=3)
        self.refuses("scanners", "horoscope", "scan", self.image)

    def test_what_does_not_count(self):
        curl = "CVE-2022-32221"
        self.differs("ignore", curl)
        entries = self.folder / "team.yaml"
        entries.write_text(f"- {{id: {curl}, reason: no HTTP}}\n")
        self.differs("ignore-file", entries)
        vex = self.folder / "openvex.json"
        vex.write_text(json.dumps({
            "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1",
            "author": "a", "timestamp": "2024-01-01T00:00:00Z", "version": 1,
            "statements": [{"vulnerability": {"name": curl}, "status": "not_affected",
                            "justification": "component_not_present",
                            "products": [{"@id": "pkg:deb/debian/curl"}]}]}))
        self.differs("vex", vex)
        earlier = self.folder / "earlier.json"
        earlier.write_bytes(self.scan()[1])
        self.differs("baseline", earlier)
        self.differs("show-suppressed", command=("scan", self.image, "--db", self.database,
                                                 "--ignore", curl))

    def registry(self, **how):
        registry = registries.Registry(self, **how)
        layout = images.OciLayout()
        return registry, registry.add_layout(layout, layout.add_image([root_tar()]), "1")

    def test_registries(self):
        authority = registries.make_authority(self.folder)
        certificate = registries.make_certificate(self.folder, "server", authority)
        _, target = self.registry(certificate=certificate)
        self.assertIn("certificate", self.scan(target=target)[2])
        self.differs("insecure", target=target)
        self.differs("ca-file", authority[0], target=target)

        _, target = self.registry(certificate=certificate, client_authority=authority)
        mine = registries.make_certificate(self.folder, "me", authority)
        trusted = ("--ca-file", authority[0])
        self.differs("client-cert", mine[0], target=target, plain=(*trusted, "--client-key",
                                                                   mine[1]))
        self.differs("client-key", mine[1], target=target, plain=(*trusted, "--client-cert",
                                                                  mine[0]))

    def test_registries_with_a_password(self):
        registry, target = self.registry()
        wanted = "Basic " + base64.b64encode(b"alice:of-alice").decode()

        def is_allowed(handler):
            if handler.headers.get("Authorization") == wanted:
                return True
            registry.refuse(handler, 401, "UNAUTHORIZED", "log in",
                            {"Www-Authenticate": 'Basic realm="here"'})
            return False
        registry.is_allowed = is_allowed
        password = {"env": {"BULKHEAD_PASSWORD": "of-alice"}}
        refused = self.scan(target=target, **password)
        admitted = self.scan("--username", "alice", target=target, **password)
        self.assertEqual(json.loads(refused[1])["packages"], [])
        self.assertEqual(len(json.loads(admitted[1])["packages"]), 2)
        with tempfile.TemporaryFile() as file:
            file.write(b"of-alice\n")
            file.seek(0)
            piped = self.scan("--username", "alice", "--password-stdin", target=target, stdin=file)
        self.assertEqual(piped[:2], admitted[:2])
        self.covered |= {"username", "password-stdin"}
        self.refuses("network-timeout", "0", "scan", target)

    def test_choice_of_image(self):
        self.differs("platform", "windows/amd64", code=3)
        self.differs("layer", "1", command=("files", self.image))
        layout = images.OciLayout()
        wrong = {"schemaVersion": 2,
                 "config": layout.add(images.config_of([b"another layer"]),
                                      f"{images.OCI}.config.v1+json"),
                 "layers": [layout.add(gzip.compress(root_tar(), mtime=0),
                                       f"{images.OCI}.layer.v1.tar+gzip")]}
        layout.finish([layout.add(json.dumps(wrong).encode(), f"{images.OCI}.manifest.v1+json")])
        self.differs("verify", "all", target=layout.write_archive(self.folder / "lies.tar"),
                     code=3)

    def test_data(self):
        search = ("db", "search", "openssl")
        self.differs("db", self.database, command=search)
        cache = self.folder / "cache"
        fixtures.import_data(cache / "advisories", DEMO / "advisories")
        self.differs("cache-dir", cache, command=search)
        self.differs("limit", "1", command=(*search, "--db", self.database))
        self.assertEqual(self.run_it("db", "search")[0], 2)
        self.assertEqual(self.run_it("db", "import")[0], 2)
        self.covered |= {"id", "paths"}

    def test_the_command_line_goes_before_the_environment(self):
        """Also where other commands have the same option."""
        env = {"BULKHEAD_MAX_LAYERS": "1"}
        self.assertEqual(self.run_it("scan", self.image, "--db", self.database, env=env)[0], 3)
        for command in (("scan", self.image, "--db", self.database), ("files", self.image)):
            plain = self.run_it(*command)
            self.assertEqual(self.run_it(*command, "--max-layers", "100", env=env), plain, command)

    def test_finding(self):
        """test_why.py has the answers."""
        why = ("why", "CVE-2024-0001", self.root, "--db", self.folder / "none")
        self.assertEqual(self.run_it(*why)[0], 3)
        self.assertEqual(self.run_it("why", self.root)[0], 2, "without what is to be explained")
        self.covered.add("finding")

    def test_pending(self):
        self.differs("pending", target=f"tar:{self.root}", code=3)
        self.refuses("pending-from", "/nowhere/at/all", "scan", f"tar:{self.root}", "--pending")
        sources = self.folder / "sources.tar"
        sources.write_bytes(root_tar(**{"etc__apt__sources.list":
                                        b"deb http://d.test/debian ./\n"}))
        index = self.folder / "packages" / "debian" / "Packages"
        index.parent.mkdir(parents=True)
        index.write_text("Package: a\nVersion: 3\nArchitecture: all\n")
        _, report, _ = self.differs("pending-from", index.parents[1], target=f"tar:{sources}",
                                    plain=("--pending", "--offline"))
        self.assertEqual([u["candidate_version"] for u in json.loads(report)["pending"]], ["3"])

    def test_fetching(self):
        """test_update.py has what they do in full."""
        mirror = self.folder / "mirror" / "debian-tracker" / "tracker" / "data" / "json"
        mirror.parent.mkdir(parents=True)
        mirror.write_text(json.dumps({"a": {"CVE-2024-0001": {"releases": {"bullseye": {
            "status": "resolved", "repositories": {"bullseye": "1"}, "fixed_version": "2",
            "urgency": "high"}}}}}))
        scan = ("scan", self.root, "--max-age", "24h", "-o", "json")
        _, report, _ = self.differs("mirror", self.folder / "mirror", command=(
            *scan, "--offline", "--db", self.folder / "mirrored"))
        self.assertEqual([f["rule"] for f in json.loads(report)["findings"]], ["CVE-2024-0001"])
        self.differs("max-age", "24h", command=(
            "scan", self.root, "-o", "json", "--offline", "--db", self.folder / "aged", "--mirror",
            self.folder / "mirror"))
        nowhere = [word for name in ("cisa-kev", "epss", "debian-tracker")
                   for word in ("--source", f"{name}=http://127.0.0.1:1")]
        _, report, _ = self.run_it(*scan, "--db", self.folder / "sourced", *nowhere)
        said = [n["where"] for n in json.loads(report)["notes"]
                if n["code"] == "advisories-not-updated"]
        self.assertIn("http://127.0.0.1:1/tracker/data/json", said)
        _, report, _ = self.differs("offline", command=(
            *scan, "--db", self.folder / "offline", "--mirror", "http://127.0.0.1:1"))
        self.assertNotIn("advisories-not-updated", report.decode())
        self.covered.add("ecosystems")
        self.differs("source", "osv=https://example.com", command=("db", "sources"))
        self.assertEqual(self.run_it("db", "sources", "horoscope")[0], 2)

    def test_how_it_runs(self):
        self.refuses("jobs", "many", "scan", self.image)
        self.refuses("chunk-bytes", "-1", "scan", self.image)
        for words in (("--jobs", "3"), ("--chunk-bytes", "700")):
            self.assertEqual(self.scan(*words), self.scan())
        (self.folder / "options.yaml").write_text("fail-on: low\n")
        self.differs("config", "options.yaml", code=1)
        self.differs("verbose")
        # What is said on standard error besides errors: a note of the import.
        (self.folder / "notes.txt").write_text("this is no data\n")
        self.differs("quiet", command=("db", "import", "--db", self.folder / "db-of-notes",
                                       self.folder / "notes.txt"))

    def test_timeout(self):
        slow = fixtures.slow_layout(self.folder / "slow")
        run = support.bulkhead("scan", slow, "--db", self.database, "--timeout", "1", timeout=60)
        self.assertEqual(run.code, 130, run)
        self.assertLess(run.seconds, 10)
        self.covered.add("timeout")

    def test_progress(self):
        slow = fixtures.slow_layout(self.folder / "shown")

        def said(*words):
            code, text = support.said_to_terminal("scan", slow, "--db", self.database,
                                                  "--timeout", "1", *words, cwd=self.folder)
            self.assertEqual(code, 130)
            return text

        self.assertIn(b"reading layers", said())
        self.assertNotIn(b"reading layers", said("--no-progress"))
        self.covered.add("no-progress")

    def test_other_commands(self):
        self.assertEqual(self.run_it("version-compare", "deb", "1", "2"), (0, b"<\n", ""))
        with open(self.folder / "lines", "w+b") as lines:
            lines.write(b"deb\t1\t2\n")
            lines.seek(0)
            self.assertEqual(self.run_it("version-compare", "--stdin", stdin=lines),
                             (0, b"<\n", ""))
        self.covered |= {"stdin", "words"}
        for shell in ("bash", "zsh", "fish"):
            self.assertIn(f"{shell} completion".encode(), self.run_it("completion", shell)[1])
        self.assertEqual(self.run_it("completion", "tcsh")[0], 2)
        self.covered.add("shell")
        self.differs("for", "files", command=("config", "show"))
        self.assertEqual(self.run_it("config", "show", "--for", "nonesuch")[0], 2)


class A_Limits(OptionsTest):
    def limit(self, name, value, target, *, code=None, command=None, plain=()):
        """A low limit changes the report; the default does not get in the way."""
        command = command or ("scan", target, "--db", self.database, "-o", "json", *plain)
        given = self.run_it(*command, f"--max-{name}", value)
        usual = self.run_it(*command)
        self.assertNotEqual(given, usual, f"--max-{name} {value}")
        if code is not None:
            self.assertEqual(given[0], code, given)
        self.covered.add(f"max-{name}")

    def tar(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def test_entries_and_paths(self):
        self.limit("entries", "2", self.root, code=3)
        self.limit("name-bytes", "10", self.root, code=3)
        self.limit("path-bytes", "20", self.root)
        self.limit("path-depth", "2", self.root)
        chain = self.tar("chain.tar", layers.tar([
            layers.file("usr/lib/os-release", OS_RELEASE.encode()),
            layers.symlink("etc/os-release", "first"), layers.symlink("etc/first", "second"),
            layers.symlink("etc/second", "../usr/lib/os-release"),
            layers.file("var/lib/dpkg/status", STATUS.encode())]))
        self.limit("link-depth", "1", chain)
        long_name = self.tar("long.tar", root_tar(**{"x" * 300: b""}))
        self.limit("header-bytes", "100", long_name, code=3)

    def test_blobs(self):
        layout = images.OciLayout()
        layout.finish([layout.add_image([root_tar()])])
        self.limit("decoded-bytes", "1000", layout.write_archive(self.folder / "oci.tar"), code=3)
        zeros = io.BytesIO()
        member = tarfile.TarInfo("zeros")
        member.size = 17 << 26
        piece = gzip.compress(bytes(1 << 26), 9, mtime=0)
        zeros.write(gzip.compress(member.tobuf(tarfile.GNU_FORMAT), mtime=0))
        for _ in range(17):
            zeros.write(piece)
        zeros.write(gzip.compress(bytes(1024), mtime=0))
        self.limit("inflate-ratio", "100", self.tar("zeros.tar.gz", zeros.getvalue()), code=3)
        zstd = self.tar("root.tar.zst", subprocess.run(
            [support.tool("zstd"), "-qc", "--long=24", "--no-check"], check=True,
            input=root_tar(noise=os.urandom(1 << 20)), stdout=subprocess.PIPE).stdout)
        self.limit("zstd-window-bytes", "1024", zstd, code=3)
        self.limit("spool-bytes", "1000", self.tar(
            "archive.tar.gz", gzip.compress(self.image.read_bytes(), mtime=0)), code=3)

    def test_images(self):
        self.limit("document-bytes", "20", self.image, code=3)
        self.limit("layers", "1", self.image, code=3)
        self.limit("archive-members", "2", f"docker-archive:{self.image}", code=3)
        layout = images.OciLayout()
        inner = layout.add_index([layout.add_image([root_tar()])])
        layout.finish([layout.add_index([inner])])
        self.limit("index-depth", "1", layout.write_archive(self.folder / "deep.tar"), code=3)

    def test_databases(self):
        self.limit("stanza-bytes", "60", self.root, code=3)
        self.limit("packages", "1", self.root, code=3)
        listed = self.folder / "list.cdx.json"
        listed.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"type": "library", "purl": "pkg:npm/left-pad@1.3.0"}]}))
        self.limit("sbom-bytes", "20", listed, code=3)
        self.limit("fact-bytes", "10", self.root, code=3)
        self.limit("owned-path-bytes", "5", self.root)
        self.limit("memory-file-bytes", "5", self.root)
        lock = b'{"packages": {"node_modules/a": {"version": "1.0.0"}}}'
        self.limit("lock-file-bytes", "5", self.tar(
            "lock.tar", root_tar(**{"app__package-lock.json": lock})), code=3)

    def test_archives(self):
        def archive(**members):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as jar:
                for name, data in members.items():
                    jar.writestr(name.replace("__", "/"), data)
            return packed.getvalue()
        manifest = b"Manifest-Version: 1.0\nImplementation-Title: a\nImplementation-Version: 1\n"
        jar = archive(**{"META-INF__MANIFEST.MF": manifest, "a__A.class": b"class"})
        for _ in range(3):
            jar = archive(**{"META-INF__MANIFEST.MF": manifest, "lib__inner.jar": jar})
        jars = self.tar("jars.tar", root_tar(**{"app__outer.jar": jar}))
        self.limit("archive-depth", "1", jars, code=3)
        self.limit("archive-bytes", "5", jars, code=3)
        self.limit("archive-entries", "1", jars, code=3)

    def test_rpm_databases(self):
        database, _ = test_rpm.logged_database(self.folder)
        rpms = self.tar("rpms.tar", root_tar(**{"var__lib__rpm__rpmdb.sqlite": database}))
        self.limit("rpm-header-bytes", "50", rpms, code=3)
        self.limit("random-memory-bytes", "50", rpms, code=3, plain=("--max-spool-bytes", "50"))

    def test_notes(self):
        many = self.tar("many.tar", root_tar(**{
            f"var__lib__dpkg__status.d__{n}": b"Status: install ok installed\n\n"
            for n in range(5)}))
        self.limit("notes", "1", many)


class B_EveryRowHasACase(OptionsTest):
    """After the cases: unittest runs classes by name."""

    def test_all_are_covered(self):
        shown = json.loads(self.run_it("config", "show", "-o", "json")[1])
        rows = {option["name"] for option in shown["options"]}
        for command, names in OTHER_ROWS.items():
            rows |= names
            text = self.run_it(*command.split(), "--help")[1].decode()
            listed = set(re.findall(r"--([a-z][a-z-]+)", text.split("Options:")[1])) - {"help"}
            self.assertLessEqual(listed, names | rows, command)
        for command in ("scan", "files", "why", "db import", "db search", "db update"):
            text = self.run_it(*command.split(), "--help")[1].decode()
            rows |= set(re.findall(r"^  ([a-z]+) [A-Z]", text.split("Positionals:")[-1]
                                   .split("Options:")[0], re.MULTILINE))
        self.assertGreater(len(rows), 45)
        self.assertEqual(rows - self.covered, set(), "an option without a case in this file")
        self.assertEqual(self.covered - rows, set(), "a case of an option that is not there")
        print(f"{len(rows)} options")


if __name__ == "__main__":
    support.main()
