"""Registries that tests pull from: Debian's docker-registry, and one of our own that misbehaves.

All listen on 127.0.0.1 at a port that the kernel chooses, and end with their test.
"""

import base64
import hashlib
import http.server
import json
import re
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
import uuid

import support


def openssl(*arguments, stdin=None):
    return subprocess.run([support.tool("openssl"), *map(str, arguments)], check=True, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def make_authority(folder, name="ca"):
    """A certificate authority; (certificate, key)."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-subj", f"/CN=bulkhead test {name}", "-days", "2",
            "-addext", "keyUsage=critical,keyCertSign,digitalSignature")
    return certificate, key


def make_certificate(folder, name, authority):
    """A certificate of `authority` for localhost and 127.0.0.1; (certificate, key)."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            key, "-out", request, "-subj", f"/CN={name}")
    openssl("x509", "-req", "-in", request, "-CA", authority[0], "-CAkey", authority[1],
            "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate)
    return certificate, key


class Server:
    """An HTTP server of ours on a thread; `answer(handler)` answers each request."""

    def __init__(self, test, certificate=None, client_authority=None):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def answer(self):
                owner.count(self)
                owner.answer(self)

            do_GET = do_HEAD = do_POST = answer

            def log_message(self, *arguments):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

            def handle_error(self, request, address):
                pass  # those who leave early are what is tested

        self.requests = []  # (method, path, {header: value})
        self.lock = threading.Lock()
        self.listener = Listener(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            if client_authority:
                context.load_verify_locations(client_authority[0])
                context.verify_mode = ssl.CERT_REQUIRED
            self.listener.socket = context.wrap_socket(self.listener.socket, server_side=True,
                                                       do_handshake_on_connect=False)
        self.port = self.listener.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if certificate else 'http'}://{self.host}"
        thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        test.addCleanup(self.listener.server_close)
        test.addCleanup(self.listener.shutdown)

    def count(self, handler):
        with self.lock:
            self.requests.append((handler.command, handler.path, dict(handler.headers)))

    def asked(self, part):
        """The requests whose path has `part` in it."""
        with self.lock:
            return [request for request in self.requests if part in request[1]]

    @staticmethod
    def send(handler, data, status=200, headers=None):
        handler.send_response(status)
        for name, value in {"Content-Length": len(data), **(headers or {})}.items():
            if value is not None:
                handler.send_header(name, str(value))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)

    @staticmethod
    def hang_up(handler):
        """Ends the connection where it is."""
        handler.close_connection = True
        handler.wfile.flush()
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Registry(Server):
    """A registry in memory that is honest until `act` says otherwise.

    act(handler, kind, key, times): called before each answer ("manifests" or "blobs", the tag or
    digest, how often it was asked before); true: it has answered.
    """

    def __init__(self, test, **how):
        self.blobs = {}
        self.manifests = {}
        self.act = None
        self.is_allowed = None  # is_allowed(handler): false: it has answered
        super().__init__(test, **how)

    def add_layout(self, layout, descriptor, tag):
        """The blobs of an images.OciLayout, and an image of it under a tag."""
        for path, data in layout.files.items():
            if path.startswith("blobs/"):
                self.blobs["sha256:" + path.rsplit("/", 1)[1]] = data
        for key in (tag, descriptor["digest"]):
            self.manifests[key] = (self.blobs[descriptor["digest"]], descriptor["mediaType"])
        return f"registry:{self.host}/team/app:{tag}"

    def answer(self, handler):
        if self.is_allowed and not self.is_allowed(handler):
            return
        if handler.path == "/v2/":
            self.send(handler, b"{}")
            return
        match = re.fullmatch(r"/v2/[a-z/]+/(manifests|blobs)/([^?]+)(?:\?.*)?", handler.path)
        if not match:
            self.send(handler, b"no such page", 404)
            return
        kind, key = match.groups()
        times = len(self.asked(f"/{kind}/{key}")) - 1
        if self.act and self.act(handler, kind, key, times):
            return
        if kind == "manifests" and key in self.manifests:
            data, media_type = self.manifests[key]
            self.send(handler, data, headers={
                "Content-Type": media_type,
                "Docker-Content-Digest": "sha256:" + hashlib.sha256(data).hexdigest()})
        elif kind == "blobs" and key in self.blobs:
            self.send_blob(handler, self.blobs[key])
        else:
            self.refuse(handler, 404, f"{kind[:-1].upper()}_UNKNOWN", "it is not known here")

    def send_blob(self, handler, data):
        """The part that was asked for."""
        match = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if not match:
            self.send(handler, data)
            return
        start = int(match.group(1))
        self.send(handler, data[start:], 206,
                  {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"})

    def refuse(self, handler, status, code, message, headers=None):
        body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
        self.send(handler, body, status, {"Content-Type": "application/json", **(headers or {})})


class TokenServer(Server):
    """Sells tokens for docker-registry: RS256 by openssl; alice may push."""

    PASSWORD = "s3cret-of-alice"

    def __init__(self, test, folder, **how):
        self.certificate, self.key = folder / "token.crt", folder / "token.key"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out",
                self.certificate, "-subj", "/CN=bulkhead test token", "-days", "2")
        der = openssl("x509", "-in", self.certificate, "-outform", "DER")
        self.chain = base64.b64encode(der).decode()
        super().__init__(test, **how)

    def token(self, user, access):
        def encode(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")
        now = int(time.time())
        head = {"typ": "JWT", "alg": "RS256", "x5c": [self.chain]}
        claims = {"iss": "bulkhead-test", "sub": user, "aud": "registry", "exp": now + 300,
                  "nbf": now - 10, "iat": now, "jti": uuid.uuid4().hex, "access": access}
        text = encode(json.dumps(head).encode()) + b"." + encode(json.dumps(claims).encode())
        signature = openssl("dgst", "-sha256", "-sign", self.key, stdin=text)
        return (text + b"." + encode(signature)).decode()

    def answer(self, handler):
        user = ""
        login = handler.headers.get("Authorization", "")
        if login.startswith("Basic "):
            user, _, password = base64.b64decode(login[6:]).decode().partition(":")
            if (user, password) != ("alice", self.PASSWORD):
                self.send(handler, b'{"details":"incorrect username or password"}', 401)
                return
        query = urllib.parse.parse_qs(urllib.parse.urlparse(handler.path).query)
        access = []
        for scope in query.get("scope", []):
            kind, name, actions = scope.split(":")
            may = [action for action in actions.split(",")
                   if user or (action == "pull" and not name.startswith("private/"))]
            access.append({"type": kind, "name": name, "actions": may})
        token = self.token(user, access)
        self.send(handler, json.dumps({"token": token, "expires_in": 300}).encode())


class DockerRegistry:
    """Debian's docker-registry."""

    def __init__(self, test, folder, certificate=None, auth=None):
        folder.mkdir()
        tls = "" if not certificate else (
            f"  tls:\n    certificate: {certificate[0]}\n    key: {certificate[1]}\n")
        config = folder / "config.yml"
        config.write_text(
            "version: 0.1\nlog: {level: info}\n"
            f"storage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
            f"http:\n  addr: 127.0.0.1:0\n{tls}"
            + (f"auth: {json.dumps(auth)}\n" if auth else ""))
        log = folder / "log"
        with open(log, "wb") as sink:
            child = subprocess.Popen([support.tool("docker-registry"), "serve", str(config)],
                                     stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
        add = test.addClassCleanup if isinstance(test, type) else test.addCleanup
        add(child.wait)
        add(child.kill)
        for _ in range(200):
            match = re.search(r"listening on 127\.0\.0\.1:(\d+)", log.read_text())
            if match or child.poll() is not None:
                break
            time.sleep(0.05)
        if not match:
            raise AssertionError(f"docker-registry did not start: {log.read_text()}")
        self.port = int(match.group(1))
        self.host = f"127.0.0.1:{self.port}"
