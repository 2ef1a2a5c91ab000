"""Images in Debian's own docker-registry, as skopeo and buildah push them: the report is that of
the same image's archive."""

import base64
import io
import json
import os
import platform
import stat
import subprocess
import tarfile
import unittest

import fixtures
import images
import registries
import support

DEMO = support.SOURCE / "examples" / "storefront"
PASSWORD = registries.TokenServer.PASSWORD
ALICE = ("--username", "alice")
LOGIN = {"BULKHEAD_PASSWORD": PASSWORD}


def make_layer(name, files):
    """A layer that no other test run has: skopeo remembers which blobs it has pushed before, and
    does not compress those again."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for path, data in {**files, f"opt/{name}": os.urandom(50_000) + bytes(50_000)}.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return file.getvalue()


def base_files():
    return {"etc/os-release": (DEMO / "base" / "os-release").read_bytes(),
            "var/lib/dpkg/status": (DEMO / "base" / "status").read_bytes()}


def same(report):
    """What does not depend on where the image was found."""
    return json.dumps({key: value for key, value in report.items()
                       if key not in ("target", "created")}, indent=1)


class RegistryCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        support.tool("skopeo")
        support.tool("docker-registry")

    def scan(self, target, *options, code=0, **how):
        run = support.scan(target, "--db", self.database, *options, **how)
        self.assertEqual(run.code, code, run)
        self.assertNotIn(PASSWORD, run.stderr)
        self.assertNotIn(PASSWORD.encode(), run.stdout)
        return run

    def skopeo(self, *arguments, cwd=None):
        run = support.run([support.tool("skopeo"), "--insecure-policy", "--tmpdir", self.folder,
                           *arguments], env={"HOME": str(self.folder)})
        self.assertEqual(run.code, 0, run)
        return run

    def layout(self, name, compress=None, **how):
        """An OCI layout of an image of our own; its folder."""
        layers = [make_layer("base", base_files()), make_layer("app", {"srv/app": b"app"})]
        layout = images.OciLayout()
        layout.finish([layout.add_image(layers, compress, **images.named("latest"), **how)])
        return layout.write_folder(self.folder / name)

    def push(self, layout, host, name, *options):
        self.skopeo("copy", "--dest-tls-verify=false", *options, f"oci:{layout}:latest",
                    f"docker://{host}/{name}")
        return f"registry:{host}/{name}"

    def pull(self, host, name, *options):
        """The image as an OCI archive, by skopeo."""
        out = self.folder / (name.replace("/", "-").replace(":", "-") + ".tar")
        self.skopeo("copy", "--src-tls-verify=false", *options, f"docker://{host}/{name}",
                    f"oci-archive:{out}:latest")
        return f"oci-archive:{out}"

    def check_same(self, target, archive, *options, **how):
        got = self.scan(target, *options, **how).json()
        want = self.scan(archive, *options, **how).json()
        self.assertGreater(len(got["packages"]), 3)
        self.assertGreater(len(got["findings"]), 3)
        self.assertEqual(same(got), same(want))
        return got


class PlainTest(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = registries.DockerRegistry(cls, cls.folder / "registry")

    def media_types(self, name):
        run = self.skopeo("inspect", "--raw", "--tls-verify=false",
                          f"docker://{self.registry.host}/{name}")
        manifest = json.loads(run.stdout)
        return manifest.get("mediaType"), {layer["mediaType"] for layer in manifest["layers"]}

    def test_every_kind_of_image(self):
        oci = "application/vnd.oci.image"
        docker = "application/vnd.docker"
        cases = {
            "oci/gzip:1": (("--format", "oci"), f"{oci}.layer.v1.tar+gzip"),
            "oci/zstd:1": (("--format", "oci", "--dest-compress-format", "zstd"),
                           f"{oci}.layer.v1.tar+zstd"),
            "schema2/gzip:1": (("--format", "v2s2"), f"{docker}.image.rootfs.diff.tar.gzip"),
        }
        for name, (options, layer_type) in cases.items():
            with self.subTest(name):
                # skopeo compresses what is not: so it decides the layers' form.
                layout = self.layout(name.replace("/", "-").replace(":", "-"), bytes)
                target = self.push(layout, self.registry.host, name, *options)
                self.assertEqual(self.media_types(name)[1], {layer_type})
                self.check_same(target, self.pull(self.registry.host, name))

    def test_buildah(self):
        """Images that buildah builds and pushes, zstd:chunked among them."""
        buildah = support.tool("buildah")
        context = self.folder / "context"
        context.mkdir()
        (context / "app").write_bytes(b"app" * 1000)
        (context / "Containerfile").write_text("FROM scratch\nADD base.tar /\nCOPY app /srv/\n"
                                               "LABEL a=b\n")
        storage = ["--root", self.folder / "storage", "--runroot", self.folder / "run",
                   "--storage-driver", "vfs"]

        def run(*arguments):
            result = support.run([buildah, *storage, *arguments],
                                 env={"HOME": str(self.folder), "TMPDIR": str(self.folder)})
            self.assertEqual(result.code, 0, result)
        for name, options in {"buildah/oci:1": ("--format", "oci"),
                              "buildah/v2s2:1": ("--format", "v2s2"),
                              "buildah/chunked:1": ("--format", "oci", "--compression-format",
                                                    "zstd:chunked")}.items():
            with self.subTest(name):
                (context / "base.tar").write_bytes(make_layer("base", base_files()))
                run("bud", "--isolation", "chroot", "--layers", "-t", "localhost/t:1", context)
                run("push", "--tls-verify=false", *options, "localhost/t:1",
                    f"docker://{self.registry.host}/{name}")
                if "chunked" in name:
                    raw = self.skopeo("inspect", "--raw", "--tls-verify=false",
                                      f"docker://{self.registry.host}/{name}").stdout
                    self.assertIn(b"zstd-chunked.manifest", raw)
                self.check_same(f"registry:{self.registry.host}/{name}",
                                self.pull(self.registry.host, name))

    def test_platforms(self):
        layout = images.OciLayout()
        manifests = []
        for architecture, variant in (("amd64", ""), ("arm64", "v8"), ("arm", "v7")):
            layer = make_layer(architecture, base_files())
            manifests.append(layout.add_image([layer], None, architecture, variant))
        manifests.append(layout.add_attestation(manifests[0]))
        layout.finish([layout.add_index(manifests, **images.named("latest"))])
        folder = layout.write_folder(self.folder / "multi")
        name = "multi/arch:1"
        target = self.push(folder, self.registry.host, name, "--all")
        archive = self.pull(self.registry.host, name, "--all")
        digests = set()
        for wanted in ("linux/amd64", "linux/arm64", "linux/arm/v7"):
            report = self.check_same(target, archive, "--platform", wanted)
            self.assertTrue(report["target"]["platform"].startswith(wanted), report["target"])
            digests.add(report["target"]["manifest_digest"])
        self.assertEqual(digests, {m["digest"] for m in manifests[:3]})
        run = self.scan(target, "--platform", "linux/s390x", code=3)
        self.assertIn("linux/amd64, linux/arm/v7, linux/arm64/v8", run.stderr)
        own = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}.get(platform.machine())
        if own:
            self.assertEqual(self.scan(target).json()["target"]["platform"][:len(own)], own)
        one = manifests[1]["digest"]
        report = self.scan(f"registry:{self.registry.host}/multi/arch@{one}").json()
        self.assertEqual(report["target"]["manifest_digest"], one)

    def test_names(self):
        target = self.push(self.layout("names"), self.registry.host, "names/app:1")
        report = self.scan(target).json()
        host = self.registry.host
        digest = report["target"]["manifest_digest"]
        self.assertEqual(report["target"]["reference"], target)
        self.assertEqual(report["target"]["tags"], [f"{host}/names/app:1"])
        for name in (f"{host}/names/app:1", f"{host}/names/app@{digest}",
                     f"registry:localhost:{self.registry.port}/names/app:1",
                     f"registry:{host}/names/app:1@{digest}"):
            with self.subTest(name):
                self.assertEqual(same(self.scan(name).json()), same(report))
        refusals = {
            f"registry:{host}/names/app": "has no image names/app:latest (404 MANIFEST_UNKNOWN",
            f"registry:{host}/names/none:1": "404 ",
            f"registry:{host}/names/app@sha256:{'0' * 64}": "404 MANIFEST_UNKNOWN",
            f"registry:{host}/Names/app": "did you mean 'names/app'?",
            f"registry:https://{host}/names/app": "leave 'https://' out",
            "./no-such-image": "no such file or folder",
            "no-such-image.tar": "no such file or folder",
        }
        for name, says in refusals.items():
            with self.subTest(name):
                run = self.scan(name, code=3)
                self.assertIn(says, run.stderr)
                self.assertIn(says, run.json()["notes"][0]["what"])
                self.assertFalse(run.json()["complete"])

    def test_a_path_counts_before_a_name(self):
        here = self.folder / "here"
        (here / "etc").mkdir(parents=True)
        (here / "etc" / "os-release").write_bytes(base_files()["etc/os-release"])
        run = support.scan("here", "--db", self.database, cwd=self.folder)
        self.assertEqual(run.json()["target"]["kind"], "directory")

    def test_an_artifact_is_no_image(self):
        layout = images.OciLayout()
        manifest = {"schemaVersion": 2,
                    "config": layout.add(b"{}", "application/vnd.cncf.helm.config.v1+json"),
                    "layers": [layout.add(b"chart", "application/vnd.cncf.helm.chart.v1")]}
        layout.finish([layout.add(json.dumps(manifest).encode(), f"{images.OCI}.manifest.v1+json",
                                  **images.named("latest"))])
        registry = registries.Registry(self)
        descriptor = json.loads(layout.files["index.json"])["manifests"][0]
        run = self.scan(registry.add_layout(layout, descriptor, "1"), code=3)
        self.assertIn("no image but an artifact (application/vnd.cncf.helm", run.stderr)

    def test_files_command(self):
        target = self.push(self.layout("files"), self.registry.host, "files/app:1")
        run = support.bulkhead("files", target)
        self.assertEqual(run.code, 0, run)
        self.assertIn(b"/srv/app\n", run.stdout)
        run = support.bulkhead("files", target, "--layer", "1")
        self.assertNotIn(b"/etc/os-release\n", run.stdout)

    def test_insecure_is_said_loudly(self):
        target = self.push(self.layout("insecure"), self.registry.host, "insecure/app:1")
        quiet = self.scan(target)
        self.assertNotIn("insecure", quiet.stderr)
        loud = self.scan(target, "--insecure")
        self.assertIn("--insecure: nobody vouches", loud.stderr)
        self.assertEqual([note["code"] for note in loud.json()["notes"]], ["insecure"])
        self.scan(target, "--insecure", "--strict", code=3)


class TlsTest(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = registries.make_authority(cls.folder)
        cls.certificate = registries.make_certificate(cls.folder, "server", cls.authority)
        cls.registry = registries.DockerRegistry(cls, cls.folder / "registry", cls.certificate)

    def test_own_authority(self):
        target = self.push(self.layout("tls"), self.registry.host, "tls/app:1")
        archive = self.pull(self.registry.host, "tls/app:1")
        self.check_same(target, archive, "--ca-file", self.authority[0])
        by_name = target.replace("127.0.0.1", "localhost")
        self.check_same(by_name, archive, "--ca-file", self.authority[0])
        run = self.scan(target, code=3)
        self.assertIn("certificate", run.stderr)
        self.assertLess(run.seconds, 5)
        other = registries.make_authority(self.folder, "other")
        self.assertIn("certificate", self.scan(target, "--ca-file", other[0], code=3).stderr)
        self.assertIn("no-such.crt",
                      self.scan(target, "--ca-file", self.folder / "no-such.crt", code=3).stderr)
        # Unverified on request, and said so.
        self.assertIn("--insecure", self.scan(target, "--insecure").stderr)
        # The folder where Docker's and Podman's users keep it.
        home = self.folder / "home"
        certs = home / ".config" / "containers" / "certs.d" / self.registry.host
        certs.mkdir(parents=True)
        (certs / "ca.crt").write_bytes(self.authority[0].read_bytes())
        self.check_same(target, archive, env={"HOME": str(home)})

    def test_client_certificates(self):
        server = registries.make_certificate(self.folder, "strict", self.authority)
        registry = registries.Registry(self, certificate=server, client_authority=self.authority)
        layout = images.OciLayout()
        image = layout.add_image([make_layer("base", base_files())])
        layout.finish([image])
        target = registry.add_layout(layout, image, "1")
        trust = ("--ca-file", self.authority[0])
        self.assertIn(registry.host, self.scan(target, *trust, code=3).stderr)
        certificate, key = registries.make_certificate(self.folder, "me", self.authority)
        self.scan(target, *trust, "--client-cert", certificate, "--client-key", key)
        home = self.folder / "home-of-me"
        certs = home / ".config" / "containers" / "certs.d" / registry.host
        certs.mkdir(parents=True)
        for source, name in ((self.authority[0], "ca.crt"), (certificate, "me.cert"),
                             (key, "me.key")):
            (certs / name).write_bytes(source.read_bytes())
        self.scan(target, env={"HOME": str(home)})
        (certs / "me.key").unlink()
        self.assertIn("me.key", self.scan(target, env={"HOME": str(home)}, code=3).stderr)


class LoginTest(RegistryCase):
    """Who asks, and how that is found out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        passwords = cls.folder / "htpasswd"
        support.tool("htpasswd")
        subprocess.run(["htpasswd", "-Bbc", str(passwords), "alice", PASSWORD], check=True,
                       stderr=subprocess.DEVNULL)
        cls.registry = registries.DockerRegistry(
            cls, cls.folder / "basic", auth={"htpasswd": {"realm": "test", "path": str(passwords)}})

    def setUp(self):
        self.home = support.temporary_folder(self)
        self.auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()

    def write(self, path, document):
        path = self.home / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))
        return str(path)

    def pushed(self, name):
        return self.push(self.layout(name), self.registry.host, f"{name}/app:1", "--dest-creds",
                         f"alice:{PASSWORD}")

    def test_basic(self):
        target = self.pushed("basic")
        archive = self.pull(self.registry.host, "basic/app:1", "--src-creds", f"alice:{PASSWORD}")
        self.check_same(target, archive, *ALICE, env=LOGIN)
        with open(self.home / "password", "w+") as file:
            file.write(f"{PASSWORD}\r\nsecond line\n")
            file.seek(0)
            self.scan(target, *ALICE, "--password-stdin", stdin=file)
        run = self.scan(target, code=3)
        self.assertIn("it wants a username and password (--username", run.stderr)
        run = self.scan(target, *ALICE, env={"BULKHEAD_PASSWORD": "wrong-one"}, code=3)
        self.assertIn("401", run.stderr)
        self.assertNotIn("wrong-one", run.stderr)

    def test_credential_files(self):
        target = self.pushed("files")
        host = self.registry.host
        entry = {"auth": self.auth}
        wrong = {"auth": base64.b64encode(b"alice:wrong").decode()}
        cases = {
            "docker": (".docker/config.json", {host: entry}, {}),
            "docker, old key": (".docker/config.json", {f"https://{host}/v1/": entry}, {}),
            "DOCKER_CONFIG": ("d/config.json", {host: entry}, {"DOCKER_CONFIG": "d"}),
            "containers": (".config/containers/auth.json", {f"{host}/files": entry, host: wrong},
                           {}),
            "runtime": ("run/containers/auth.json", {host: entry}, {"XDG_RUNTIME_DIR": "run"}),
            "named": ("my.json", {host: entry}, {"REGISTRY_AUTH_FILE": "my.json"}),
        }
        for name, (path, auths, variables) in cases.items():
            with self.subTest(name):
                written = self.write(path, {"auths": auths})
                env = {"HOME": str(self.home),
                       **{key: str(self.home / value) for key, value in variables.items()}}
                self.scan(target, env=env)
                os.unlink(written)
                self.scan(target, env=env, code=3)

    def test_skopeo_login(self):
        target = self.pushed("login")
        file = self.home / "auth.json"
        self.skopeo("login", "--tls-verify=false", "--authfile", file, "-u", "alice", "-p",
                    PASSWORD, self.registry.host)
        self.scan(target, env={"REGISTRY_AUTH_FILE": str(file)})

    def test_credential_helpers(self):
        target = self.pushed("helper")
        programs = self.home / "bin"
        programs.mkdir()
        helper = programs / "docker-credential-test"
        helper.write_text(f"""#!/bin/sh
read -r server
echo "$1 $server" >> {self.home}/asked
[ "$server" = "{self.registry.host}" ] || {{ echo credentials not found in native keychain; exit 1; }}
echo '{{"ServerURL":"x","Username":"alice","Secret":"{PASSWORD}"}}'
""")
        helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
        env = {"HOME": str(self.home), "PATH": f"{programs}:{os.environ['PATH']}"}
        for config in ({"credsStore": "test"}, {"credHelpers": {self.registry.host: "test"}}):
            self.write(".docker/config.json", config)
            self.scan(target, env=env)
        asked = (self.home / "asked").read_text().splitlines()
        self.assertEqual(asked, [f"get {self.registry.host}"] * 2, "once a scan")
        self.write(".docker/config.json", {"credsStore": "missing",
                                           "auths": {self.registry.host: {"auth": self.auth}}})
        run = self.scan(target, env=env)
        self.assertIn("docker-credential-missing", run.stderr)

    def test_usage(self):
        for options in (("--password-stdin",), ("--username", "alice"), ("--client-cert", "x"),
                        ("--username", "a:b"), ("--network-timeout", "0")):
            for command in ("scan", "files"):
                with self.subTest(f"{command} {options}"):
                    run = support.bulkhead(command, "registry:127.0.0.1:1/a", *options)
                    self.assertEqual(run.code, 2, run)


class TokenTest(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tokens = registries.TokenServer(ClassCleanup(cls), cls.folder)
        cls.registry = registries.DockerRegistry(cls, cls.folder / "bearer", auth={"token": {
            "realm": f"{cls.tokens.url}/token", "service": "registry", "issuer": "bulkhead-test",
            "rootcertbundle": str(cls.tokens.certificate)}})

    def test_tokens(self):
        creds = f"alice:{PASSWORD}"
        for name in ("public/app:1", "private/app:1"):
            self.push(self.layout(name[:6]), self.registry.host, name, "--dest-creds", creds)
        public, private = (f"registry:{self.registry.host}/{name}/app:1"
                           for name in ("public", "private"))
        self.check_same(public, self.pull(self.registry.host, "public/app:1"))
        with self.tokens.lock:
            self.tokens.requests.clear()
        self.check_same(private, self.pull(self.registry.host, "private/app:1", "--src-creds",
                                           creds), *ALICE, env=LOGIN)
        ours = [request for request in self.tokens.requests
                if request[2].get("User-Agent", "").startswith("bulkhead")]
        self.assertEqual(len(ours), 1, "one token is enough for a whole image")
        self.assertIn("scope=repository%3Aprivate%2Fapp%3Apull", ours[0][1])
        run = self.scan(private, code=3)
        self.assertIn("does not give image private/app:1 to us (401 UNAUTHORIZED", run.stderr)
        self.assertIn("a login is needed", run.stderr)
        run = self.scan(private, *ALICE, env={"BULKHEAD_PASSWORD": "wrong-one"}, code=3)
        self.assertIn("refuses the login of --username (401 incorrect username or password)",
                      run.stderr)
        self.assertNotIn("wrong-one", run.stderr)


class ClassCleanup:
    """A class's cleanups by the name that a test's have."""

    def __init__(self, owner):
        self.addCleanup = owner.addClassCleanup


if __name__ == "__main__":
    support.main()
