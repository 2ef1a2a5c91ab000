"""Real engines on sockets of their own: dockerd and podman, by name and through a pipe.

The report of an image that an engine has is that of the archive which the engine saves.
"""

import hashlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time
import unittest

import fixtures
import support

DEMO = support.SOURCE / "examples" / "storefront"
NAME = "localhost/storefront:1.4.2"


def wait_for_socket(path, process, log, seconds=30):
    """Until something answers at the socket `path`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                return
            except OSError:
                time.sleep(0.1)
    raise unittest.SkipTest(f"the engine did not start here: {log.read_text()[-400:]}")


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def normal(run):
    """The report without what names the target and the way that it was stored."""
    report = run.json()
    report["target"].pop("reference")
    report.pop("created")
    return json.dumps(report, indent=1)


class EngineCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("starting engines needs root")
        cls.folder = support.temporary_folder(cls)
        cls.folder.chmod(0o755)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.image = cls.folder / "storefront.tar"
        description = json.loads((DEMO / "storefront.json").read_text())
        description["tags"] = [NAME]
        source = cls.folder / "description"
        shutil.copytree(DEMO, source)
        (source / "storefront.json").write_text(json.dumps(description))
        made = support.run([support.program("BULKHEAD_MAKE_IMAGE"), source / "storefront.json",
                            "--out", cls.image, "--layout", "docker-archive"])
        assert made.code == 0, made

    @classmethod
    def start(cls, arguments, sock, env=None, user=None):
        log = cls.folder / f"{pathlib.Path(arguments[0]).name}.log"
        with open(log, "wb") as out:
            process = subprocess.Popen([str(word) for word in arguments], stdout=out, stderr=out,
                                       env=env, user=user, cwd="/")
        cls.addClassCleanup(stop, process)
        wait_for_socket(sock, process, log)
        return process

    def scan(self, target, env=None, **how):
        run = support.scan(target, "--db", self.database, env=env or {}, **how)
        self.assertEqual(run.code, 0, run)
        return run

    def assert_all_ways_agree(self, engine, env, save):
        """By name, through a pipe, from a file: `save` is the command that writes the archive."""
        archive = self.folder / "saved.tar"
        with open(archive, "wb") as out:
            subprocess.run([str(word) for word in save], stdout=out, env=env, check=True, cwd="/")
        expected = normal(self.scan(archive))
        self.assertIn("CVE-", expected)
        self.assertEqual(normal(self.scan(f"{engine}:{NAME}", env=env)), expected)
        self.assertEqual(normal(self.scan(NAME, env=env)), expected)
        with subprocess.Popen([str(word) for word in save], stdout=subprocess.PIPE, env=env,
                              cwd="/") as saving:
            self.assertEqual(normal(self.scan("-", stdin=saving.stdout)), expected)
        # A short id names it, too.
        identity = json.loads(expected)["target"]["image_id"].removeprefix("sha256:")[:12]
        by_id = self.scan(f"{engine}:{identity}", env=env).json()
        self.assertEqual(by_id["packages"], json.loads(expected)["packages"])
        missing = support.scan(f"{engine}:no-such-image:7", "--db", self.database, env=env)
        self.assertEqual(missing.code, 3, missing)
        self.assertIn("no-such-image", missing.stderr)


class DockerTest(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dockerd = support.tool("dockerd")
        cls.docker = "/usr/bin/docker" if os.path.exists("/usr/bin/docker") else \
            support.tool("docker")
        root = cls.folder / "docker"
        root.mkdir()
        cls.socket = root / "docker.sock"
        (root / "daemon.json").write_text(json.dumps({
            "data-root": str(root / "data"), "exec-root": str(root / "exec"),
            "pidfile": str(root / "pid"), "hosts": [f"unix://{cls.socket}"], "iptables": False,
            "ip6tables": False, "ip-forward": False, "bridge": "none"}))
        cls.start([dockerd, "--config-file", root / "daemon.json"], cls.socket)
        cls.env = dict(os.environ, DOCKER_HOST=f"unix://{cls.socket}", HOME=str(cls.folder))
        loaded = subprocess.run([cls.docker, "load", "-i", str(cls.image)], env=cls.env,
                                capture_output=True, check=False)
        assert loaded.returncode == 0, loaded

    def test_all_ways_give_one_report(self):
        self.assert_all_ways_agree("docker", self.env, [self.docker, "save", NAME])

    def test_a_context_names_the_socket(self):
        home = self.folder / "home"
        folder = (home / ".docker" / "contexts" / "meta" /
                  hashlib.sha256(b"here").hexdigest())
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text(json.dumps(
            {"Name": "here", "Metadata": {},
             "Endpoints": {"docker": {"Host": f"unix://{self.socket}"}}}))
        (home / ".docker" / "config.json").write_text('{"currentContext": "here"}')
        env = {key: value for key, value in os.environ.items() if key != "DOCKER_HOST"}
        env["HOME"] = str(home)
        self.assertIn("CVE-", normal(self.scan(f"docker:{NAME}", env=env)))

    def test_nobody_there(self):
        env = dict(self.env, DOCKER_HOST=f"unix://{self.folder}/nobody.sock")
        run = support.scan(f"docker:{NAME}", "--db", self.database, env=env)
        self.assertEqual(run.code, 3, run)
        self.assertIn("nobody.sock", run.stderr)


class PodmanTest(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        podman = support.tool("podman")
        root = cls.folder / "podman"
        root.mkdir()
        cls.socket = root / "podman.sock"
        (root / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{root}/graph"\nrunroot = "{root}/run"\n')
        (root / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = []\n[engine]\ncgroup_manager = "cgroupfs"\n'
            'events_logger = "none"\nruntime = "runc"\n')
        cls.env = dict(os.environ, CONTAINERS_STORAGE_CONF=str(root / "storage.conf"),
                       CONTAINERS_CONF=str(root / "containers.conf"), HOME=str(root))
        cls.env.pop("DOCKER_HOST", None)
        loaded = subprocess.run([podman, "load", "-i", str(cls.image)], env=cls.env,
                                capture_output=True, check=False, cwd="/")
        if loaded.returncode != 0:
            raise unittest.SkipTest(f"podman does not work here: {loaded.stderr[-300:]}")
        cls.start([podman, "system", "service", "--time=0", f"unix://{cls.socket}"], cls.socket,
                  env=cls.env)
        cls.env["CONTAINER_HOST"] = f"unix://{cls.socket}"
        cls.save = [podman, "--remote=false", "save", NAME]

    def test_all_ways_give_one_report(self):
        self.assert_all_ways_agree("podman", self.env, self.save)


class RootlessPodmanTest(EngineCase):
    """As a user of no rights, at the place where its socket usually is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        podman = support.tool("podman")
        user = "bulkhead-e2e"
        try:
            account = pwd.getpwnam(user)
        except KeyError:
            made = subprocess.run([support.tool("useradd"), "--create-home", user],
                                  capture_output=True, check=False)
            if made.returncode != 0:
                raise unittest.SkipTest(f"no user can be made: {made.stderr}") from None
            cls.addClassCleanup(subprocess.run, ["userdel", "--remove", user],
                                capture_output=True, check=False)
            account = pwd.getpwnam(user)
        runtime = cls.folder / "runtime"
        (runtime / "podman").mkdir(parents=True)
        for path in (runtime, runtime / "podman"):
            os.chown(path, account.pw_uid, account.pw_gid)
            path.chmod(0o700)
        cls.socket = runtime / "podman" / "podman.sock"
        conf = cls.folder / "rootless"
        conf.mkdir()
        (conf / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = []\n[engine]\ncgroup_manager = "cgroupfs"\n'
            'events_logger = "none"\n')
        (conf / "storage.conf").write_text('[storage]\ndriver = "vfs"\n')
        cls.env = {"PATH": os.environ["PATH"], "HOME": account.pw_dir, "USER": user,
                   "XDG_RUNTIME_DIR": str(runtime), "CONTAINERS_CONF": str(conf / "containers.conf"),
                   "CONTAINERS_STORAGE_CONF": str(conf / "storage.conf")}
        cls.user = account.pw_uid
        loaded = subprocess.run([podman, "load", "-i", str(cls.image)], env=cls.env, user=cls.user,
                                group=account.pw_gid, capture_output=True, check=False, cwd="/")
        cls.addClassCleanup(cls.end_pause_process)
        if loaded.returncode != 0:
            raise unittest.SkipTest(f"rootless podman does not work here: {loaded.stderr[-300:]}")
        cls.start([podman, "system", "service", "--time=0", f"unix://{cls.socket}"], cls.socket,
                  env=cls.env, user=cls.user)

    @classmethod
    def end_pause_process(cls):
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            if f"\nUid:\t{cls.user}\t" in text:
                os.kill(int(status.parent.name), signal.SIGKILL)

    def test_its_usual_place_is_found(self):
        run = self.scan(f"podman:{NAME}", env=dict(self.env))
        self.assertIn("CVE-", normal(run))


support.main()
