"""A registry that misbehaves in every way that servers do: what each way gives, and how soon."""

import base64
import concurrent.futures
import dataclasses
import io
import json
import os
import random
import signal
import tarfile
import time
import unittest

import fixtures
import images
import registries
import support

DEMO = support.SOURCE / "examples" / "storefront"
PASSWORD = "hunter2-in-the-open"
MANY = 100 << 20


def make_layer(seed, files):
    """A layer of `files` and of 300 KB that no compressor makes smaller."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, data in {**files, "opt/noise": random.Random(seed).randbytes(300_000)}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return file.getvalue()


@dataclasses.dataclass
class Way:
    """One way to misbehave."""
    name: str
    make: object  # make(case, registry): sets it up
    code: int = 3
    says: str = ""  # in standard error or in a note
    options: tuple = ()
    most_seconds: float = 8  # on a machine that does other things, too
    least_seconds: float = 0
    env: dict = dataclasses.field(default_factory=dict)
    after: object = None  # after(case, registry, run): more to hold
    signal_after: float = None


class Case:
    """The image that all pull: two layers, `first` being the one that is tampered with."""

    def __init__(self):
        status = (DEMO / "base" / "status").read_bytes()
        release = (DEMO / "base" / "os-release").read_bytes()
        layers = [make_layer(1, {"etc/os-release": release, "var/lib/dpkg/status": status}),
                  make_layer(2, {"srv/app": b"app"})]
        self.layout = images.OciLayout()
        self.descriptor = self.layout.add_image(layers)
        self.layout.finish([self.descriptor])
        manifest = json.loads(self.blob(self.descriptor["digest"]))
        self.first = manifest["layers"][0]["digest"]
        self.data = self.blob(self.first)

    def blob(self, digest):
        return self.layout.files["blobs/sha256/" + digest[7:]]


def on_blob(act):
    """act(case, registry, handler, times) answers for the first layer."""
    def make(case, registry):
        def decide(handler, kind, key, times):
            if kind != "blobs" or key != case.first:
                return False
            return act(case, registry, handler, times)
        registry.act = decide
    return make


def on_manifest(act):
    def make(case, registry):
        def decide(handler, kind, key, times):
            return kind == "manifests" and act(case, registry, handler, times)
        registry.act = decide
    return make


def start(handler, length, status=200, headers=None):
    handler.send_response(status)
    if length is None:
        handler.send_header("Transfer-Encoding", "chunked")
    else:
        handler.send_header("Content-Length", str(length))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()


def chunk(handler, data):
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))


def truncated_once(case, registry, handler, times):
    if times > 0:
        return False
    start(handler, len(case.data))
    handler.wfile.write(case.data[:100_000])
    registry.hang_up(handler)
    return True


def truncated_often(case, registry, handler, _):
    begin = int(handler.headers.get("Range", "bytes=0-")[6:-1])
    part = case.data[begin:]
    start(handler, len(part), 206 if begin else 200,
          {"Content-Range": f"bytes {begin}-{len(case.data) - 1}/{len(case.data)}"} if begin else {})
    handler.wfile.write(part[:70_000])
    if len(part) > 70_000:
        registry.hang_up(handler)
    return True


def truncated_for_ever(case, registry, handler, _):
    start(handler, len(case.data))
    handler.wfile.write(case.data[:50_000])
    registry.hang_up(handler)
    return True


def without_ranges(case, registry, handler, times):
    start(handler, len(case.data))
    handler.wfile.write(case.data[:100_000 * (times + 1)])
    if 100_000 * (times + 1) < len(case.data):
        registry.hang_up(handler)
    return True


def wrong_bytes(case, registry, handler, _):
    registry.send(handler, case.data[:5000] + bytes([case.data[5000] ^ 1]) + case.data[5001:])
    return True


def wrong_but_gzip(case, registry, handler, _):
    # Another valid archive of the same length: only the digest can tell.
    other = bytearray(case.data)
    other[4:8] = b"\1\2\3\4"  # gzip's time stamp
    registry.send(handler, bytes(other))
    return True


def wrong_length(case, registry, handler, _):
    registry.send(handler, case.data[:-10])
    return True


def too_many_requests(headers, until):
    def act(_, registry, handler, times):
        if times >= until:
            return False
        registry.refuse(handler, 429, "TOOMANYREQUESTS", "slow down", headers)
        return True
    return act


def fails(status, until):
    def act(_, registry, handler, times):
        if times >= until:
            return False
        registry.send(handler, b"<html>oops</html>", status)
        return True
    return act


def endless_blob(case, registry, handler, _):
    start(handler, None)
    chunk(handler, case.data)
    while True:
        chunk(handler, bytes(65536))


def stalled_blob(case, registry, handler, _):
    start(handler, len(case.data))
    handler.wfile.write(case.data[:1000])
    handler.wfile.flush()
    time.sleep(4)
    return True


def hanging_blob(case, registry, handler, _):
    start(handler, len(case.data))
    handler.wfile.write(case.data[:1000])
    handler.wfile.flush()
    time.sleep(20)
    return True


def slow_blob(case, registry, handler, _):
    start(handler, len(case.data))
    for at in range(0, len(case.data), 50_000):
        handler.wfile.write(case.data[at:at + 50_000])
        handler.wfile.flush()
        time.sleep(0.3)
    return True


def redirect_to(target):
    def act(case, registry, handler, _):
        registry.send(handler, b"", 307, {"Location": target(handler)})
        return True
    return act


def to_another_host(case, registry):
    """Blobs live on another server, which must not see the credential."""
    other = registries.Registry(registry.test)
    other.add_layout(case.layout, case.descriptor, "1")
    registry.other = other
    with_password(case, registry)

    def decide(handler, kind, key, _):
        if kind == "blobs":
            registry.send(handler, b"", 307, {"Location": f"{other.url}{handler.path}?signed=1"})
        return kind == "blobs"
    registry.act = decide


def told_nothing(case, registry, run):
    assert registry.other.requests, "the other host was never asked"
    for method, path, headers in registry.other.requests:
        assert "Authorization" not in headers, (path, headers)
    assert all("Authorization" in headers for _, path, headers in registry.requests[2:])


def to_a_host_that_asks(case, registry):
    """The other server wants to be told who asks, at a token server of its own choice."""
    to_another_host(case, registry)
    other = registry.other

    def is_allowed(handler):
        if handler.path.startswith("/token"):
            return True
        other.refuse(handler, 401, "UNAUTHORIZED", "who are you?", {
            "Www-Authenticate": f'Bearer realm="{other.url}/token"'})
        return False
    other.is_allowed = is_allowed


def asked_in_vain(case, registry, run):
    told_nothing(case, registry, run)
    assert not registry.other.asked("/token")


def with_password(case, registry):
    def is_allowed(handler):
        if handler.path == "/v2/" or handler.headers.get("Authorization", "").startswith("Basic "):
            return True
        registry.refuse(handler, 401, "UNAUTHORIZED", "log in",
                        {"Www-Authenticate": 'Basic realm="test"'})
        return False
    registry.is_allowed = is_allowed


def echoing(case, registry):
    """Repeats to the client what the client said, as some proxies do."""
    def is_allowed(handler):
        if handler.path == "/v2/":
            return True
        login = handler.headers.get("Authorization", "")
        words = base64.b64decode(login[6:]).decode() if login.startswith("Basic ") else ""
        registry.refuse(handler, 401, "UNAUTHORIZED", f"not {words} ({login})",
                        {"Www-Authenticate": 'Basic realm="test"'})
        return False
    registry.is_allowed = is_allowed


def expiring_token(case, registry):
    """Each token is good for three requests; the first layer breaks in between."""
    registry.sold = 0
    registry.left = 0

    def is_allowed(handler):
        with registry.lock:
            if handler.path.startswith("/token"):
                registry.sold += 1
                registry.left = 3
                token = json.dumps({"token": f"T{registry.sold}", "expires_in": 300}).encode()
            else:
                is_good = handler.headers.get("Authorization") == f"Bearer T{registry.sold}"
                if handler.path == "/v2/" or (is_good and registry.left > 0):
                    registry.left -= handler.path != "/v2/"
                    return True
                token = None
        if token:
            registry.send(handler, token)
        else:
            registry.refuse(handler, 401, "UNAUTHORIZED", "expired", {
                "Www-Authenticate": f'Bearer realm="{registry.url}/token",service="x"'})
        return False
    registry.is_allowed = is_allowed
    on_blob(truncated_often)(case, registry)


def bought_again(case, registry, run):
    assert registry.sold > 1, registry.sold
    scopes = {path for _, path, _ in registry.asked("/token")}
    assert scopes == {"/token?scope=repository%3Ateam%2Fapp%3Apull&service=x"}, scopes


def foreign_realm(case, registry):
    """Wants the password told to an address without TLS that is not of this machine."""
    def is_allowed(handler):
        if handler.path != "/v2/":
            registry.refuse(handler, 401, "UNAUTHORIZED", "log in", {
                "Www-Authenticate": 'Bearer realm="http://192.0.2.1/token"'})
        return handler.path == "/v2/"
    registry.is_allowed = is_allowed


def huge_manifest(length):
    def act(_, registry, handler, times):
        start(handler, length)
        registry.sent = 0
        while registry.sent < MANY:
            data = b" " * 65536
            if length is None:
                chunk(handler, data)
            else:
                handler.wfile.write(data)
            registry.sent += len(data)
        return True
    return act


def sent_little(most):
    def after(case, registry, run):
        assert registry.sent <= most, registry.sent
        assert run.peak_bytes < 200 << 20 or support.IS_SANITIZED, run.peak_bytes
    return after


def other_manifest(case, registry, handler, _):
    registry.send(handler, case.blob(case.descriptor["digest"]) + b" ", headers={
        "Docker-Content-Digest": case.descriptor["digest"]})
    return True


def schema_1(case, registry, handler, _):
    registry.send(handler, b'{"schemaVersion":1,"name":"team/app","fsLayers":[]}', headers={
        "Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws"})
    return True


def hangs_up(until):
    def act(_, registry, handler, times):
        if times < until:
            registry.hang_up(handler)
        return times < until
    return act


def garbage(case, registry, handler, _):
    handler.wfile.write(b"\0\1\2 this is no HTTP\r\n\r\n")
    registry.hang_up(handler)
    return True


def resumed_with_range(case, registry, run):
    ranges = [headers.get("Range") for _, _, headers in registry.asked(case.first)]
    assert ranges[0] is None and ranges[1].startswith("bytes="), ranges
    assert int(ranges[1][6:-1]) > 0, ranges


def asked_at_most(times):
    def after(case, registry, run):
        assert len(registry.asked(case.first)) <= times, len(registry.asked(case.first))
    return after


def no_secret(case, registry, run):
    assert "not alice:***" in run.stderr, run.stderr
    assert PASSWORD not in run.stderr and PASSWORD.encode() not in run.stdout


LOGIN = ("--username", "alice")
ENV = {"BULKHEAD_PASSWORD": PASSWORD}

WAYS = [
    Way("honest", lambda case, registry: None, 0),
    Way("truncated body, once", on_blob(truncated_once), 0, after=resumed_with_range),
    Way("truncated body, every 70 KB", on_blob(truncated_often), 0, after=resumed_with_range),
    Way("truncated body, no ranges", on_blob(without_ranges), 0),
    Way("truncated body, for ever", on_blob(truncated_for_ever), 3,
        "the transfer broke 5 times at byte 50000", after=asked_at_most(6)),
    Way("wrong digest, broken gzip", on_blob(wrong_bytes), 3, "digest mismatch"),
    Way("wrong digest, a fine archive", on_blob(wrong_but_gzip), 3, "digest mismatch"),
    Way("wrong length", on_blob(wrong_length), 3, "and its descriptor says",
        after=asked_at_most(1)),
    Way("429 with Retry-After, then fine", on_blob(too_many_requests({"Retry-After": "1"}, 2)), 0,
        "trying again in 1.0 s", least_seconds=2, most_seconds=12),
    Way("429 without it, then fine", on_blob(too_many_requests({}, 2)), 0,
        "trying again in 0.5 s", least_seconds=1.5, most_seconds=12),
    Way("429 for ever", on_manifest(too_many_requests({}, 99)), 3,
        "wants fewer requests, even after waiting (429 TOOMANYREQUESTS: slow down)",
        most_seconds=16),
    Way("500, then fine", on_blob(fails(500, 1)), 0, "the server answered 500"),
    Way("503 for ever", on_manifest(fails(503, 99)), 3, "(status 503)", most_seconds=16),
    Way("endless body", on_blob(endless_blob), 3, "goes on after the", after=asked_at_most(1)),
    Way("slow body", on_blob(slow_blob), 0),
    Way("body that stalls", on_blob(stalled_blob), 3, "the transfer broke 5 times",
        options=("--network-timeout", "1"), most_seconds=18),
    Way("redirect loop", on_blob(redirect_to(lambda handler: handler.path)), 3,
        "more than 10 redirects"),
    Way("redirect to another host", to_another_host, 0, options=LOGIN, env=ENV,
        after=told_nothing),
    Way("redirect to a host that wants a login", to_a_host_that_asks, 3, "401 UNAUTHORIZED",
        options=LOGIN, env=ENV, after=asked_in_vain),
    Way("redirect to a file", on_blob(redirect_to(lambda handler: "file:///etc/passwd")), 3),
    Way("token that expires in the middle", expiring_token, 0, after=bought_again),
    Way("token server without TLS", foreign_realm, 3, "not reached by https", options=LOGIN,
        env=ENV),
    Way("password refused, and repeated", echoing, 3,
        "the login of --username may not be enough", after=no_secret, options=LOGIN, env=ENV),
    Way("manifest of 100 MB, announced", on_manifest(huge_manifest(MANY)), 3,
        "longer than --max-document-bytes", after=sent_little(8 << 20)),
    Way("manifest of 100 MB, not announced", on_manifest(huge_manifest(None)), 3,
        "longer than --max-document-bytes", after=sent_little(40 << 20)),
    Way("manifest of another digest", on_manifest(other_manifest), 3, "digest mismatch"),
    Way("manifest of schema 1", on_manifest(schema_1), 3, "push the image again"),
    Way("no such image", on_manifest(lambda case, registry, handler, times: registry.refuse(
        handler, 404, "MANIFEST_UNKNOWN", "manifest unknown") or True), 3,
        "has no image team/app:1 (404 MANIFEST_UNKNOWN: manifest unknown)"),
    Way("hangs up, then fine", on_blob(hangs_up(2)), 0, most_seconds=12),
    Way("no HTTP", on_manifest(garbage), 3, most_seconds=16),
    Way("Ctrl-C while it hangs", on_blob(hanging_blob), 130, "cancelled", signal_after=1.5,
        most_seconds=4),
]


class BadRegistryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.database = cls.folder / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.case = Case()
        run = support.scan(f"oci-archive:{cls.case.layout.write_archive(cls.folder / 'a.tar')}",
                           "--db", cls.database)
        assert run.code == 0, run
        cls.report = run.json()
        assert len(cls.report["packages"]) > 3 and cls.report["findings"]

    def try_way(self, way):
        registry = registries.Registry(self)
        registry.test = self
        target = registry.add_layout(self.case.layout, self.case.descriptor, "1")
        way.make(self.case, registry)
        run = support.scan(target, "--db", self.database, *way.options, env=way.env, timeout=60,
                           after_s=way.signal_after, signal_number=signal.SIGINT)
        return registry, run

    def check(self, way, registry, run):
        self.assertEqual(run.code, way.code, run)
        said = run.stderr
        if way.code != 130:
            report = run.json()
            self.assertEqual(report["complete"], way.code == 0, run)
            said += "\n".join(note["what"] for note in report["notes"])
            if way.code == 0:
                for key in ("packages", "findings", "layers", "os", "notes"):
                    self.assertEqual(report[key], self.report[key], key)
        self.assertIn(way.says, said)
        self.assertNotIn(PASSWORD, said)
        slack = 3 if support.IS_SANITIZED else 1
        self.assertLess(run.seconds, way.most_seconds * slack)
        self.assertGreaterEqual(run.seconds, way.least_seconds)
        if way.after:
            way.after(self.case, registry, run)
        if way.code == 0:
            return "the same report as the archive's"
        return next((line for line in said.splitlines() if way.says in line), said)[:110]

    def test_every_way(self):
        # They mostly wait, so they wait together.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            results = list(pool.map(self.try_way, WAYS))
        print(f"\n{'the server':34} code {'requests':>8} {'seconds':>7}  what it gave")
        for way, (registry, run) in zip(WAYS, results):
            with self.subTest(way.name):
                gave = "?"
                try:
                    gave = self.check(way, registry, run)
                finally:
                    print(f"{way.name:34} {run.code:4} {len(registry.requests):8} "
                          f"{run.seconds:7.1f}  {gave}")

    def test_nothing_listens(self):
        registry = registries.Registry(self)
        registry.listener.shutdown()
        registry.listener.server_close()
        run = support.scan(f"registry:{registry.host}/team/app", "--db", self.database)
        self.assertEqual(run.code, 3, run)
        self.assertIn(registry.host, run.stderr)
        self.assertLess(run.seconds, 5)

    def test_no_file_is_written(self):
        """What is pulled goes into the scan, and nowhere else."""
        registry = registries.Registry(self)
        target = registry.add_layout(self.case.layout, self.case.descriptor, "1")
        folder = support.temporary_folder(self)
        run = support.scan(target, "--db", self.database, cwd=folder,
                           env={"TMPDIR": str(folder), "HOME": str(folder)})
        self.assertEqual(run.code, 0, run)
        self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    support.main()
