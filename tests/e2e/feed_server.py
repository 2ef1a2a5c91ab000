"""A publisher of advisory data on loopback that misbehaves as it is told, and small data of ours."""

import base64
import gzip
import hashlib
import http.server
import io
import json
import threading
import time
import urllib.parse
import zipfile


def secdb(fixes, release="v3.20", repository="main"):
    """An Alpine database: {package: {fixed version: [ids]}}."""
    return json.dumps({"distroversion": release, "reponame": repository,
                       "urlprefix": "https://dl-cdn.alpinelinux.org/alpine",
                       "packages": [{"pkg": {"name": name, "secfixes": secfixes}}
                                    for name, secfixes in fixes.items()]}).encode()


def osv_zip(records):
    """An archive as OSV's: {id: (ecosystem, package, fixed version)}."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (identity, (ecosystem, package, fixed)) in enumerate(records.items()):
            archive.writestr(f"{identity}.json", json.dumps({
                "id": identity, "modified": f"2024-01-01T00:{number % 60:02d}:00Z",
                "summary": f"something in {package}",
                "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                              "ranges": [{"type": "ECOSYSTEM", "events": [
                                  {"introduced": "0"}, {"fixed": fixed}]}]}]}))
    return data.getvalue()


def updateinfo(errata, collection="amazon-linux-2"):
    """A repository's errata: {id: (package, version, release, CVE)}."""
    updates = "".join(
        f'<update from="a@amazon.com" status="final" type="security" version="1"><id>{identity}</id>'
        f'<title>{package}</title><issued date="2024-01-01 00:00"/><severity>important</severity>'
        f'<references><reference id="{cve}" type="cve"/></references><pkglist>'
        f'<collection short="{collection}"><package name="{package}" version="{version}" '
        f'release="{release}" epoch="0" arch="x86_64"/></collection></pkglist></update>'
        for identity, (package, version, release, cve) in errata.items())
    return f'<?xml version="1.0"?><updates>{updates}</updates>'.encode()


def repomd(*files):
    """The index of a repository: (type, href, body)."""
    entries = "".join(
        f'<data type="{kind}"><checksum type="sha256">{hashlib.sha256(body).hexdigest()}</checksum>'
        f'<location href="{href}"/><size>{len(body)}</size></data>' for kind, href, body in files)
    return f'<repomd xmlns="http://linux.duke.edu/metadata/repo">{entries}</repomd>'.encode()


def kev(*cves):
    return json.dumps({
        "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2024.01.01",
        "dateReleased": "2024-01-01T00:00:00.000Z", "count": len(cves),
        "vulnerabilities": [{"cveID": cve, "vendorProject": "a", "product": "b",
                             "vulnerabilityName": "c", "dateAdded": "2024-01-01",
                             "shortDescription": "d", "requiredAction": "e",
                             "dueDate": "2024-02-01"} for cve in cves]}).encode()


def endoflife(product, ends):
    """What endoflife.date answers about one product: {release: the last day}."""
    releases = [{"name": name, "codename": None, "isEol": False, "eolFrom": day,
                 "isMaintained": True} for name, day in ends.items()]
    return json.dumps({"schema_version": "1.2.1", "generated_at": "2026-04-16T02:03:04+00:00",
                       "result": {"name": product, "category": "os",
                                  "releases": releases}}).encode()


def epss(scores):
    rows = "".join(f"{cve},{score},{score}\n" for cve, score in scores.items())
    return gzip.compress(("#model_version:v2023.03.01,score_date:2024-01-01T00:00:00+0000\n"
                          "cve,epss,percentile\n" + rows).encode(), mtime=0)


class File:
    """One path's body, and what is wrong with how it is served."""

    def __init__(self, body):
        self.body = body
        self.etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        self.cut_at = []       # bytes after which each of the next answers breaks
        self.length = None     # a Content-Length that is not true
        self.status = None     # in place of 200
        self.location = None
        self.stall_s = 0       # after half of the body
        self.has_range = True
        self.has_length = True
        self.digest = None


class FeedServer:
    """Serves {path: File}; `seen` is what was asked: (path, headers, status, bytes sent)."""

    def __init__(self, test, files=None):
        self.files = dict(files or {})
        self.seen = []
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that go away are what tests want
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        add = test.addClassCleanup if isinstance(test, type) else test.addCleanup
        add(thread.join)
        add(self.server.server_close)
        add(self.server.shutdown)

    def put(self, path, body):
        self.files[path] = File(body)
        return self.files[path]

    def asked(self, path):
        with self.lock:
            return [seen for seen in self.seen if seen[0] == path]

    def forget(self):
        with self.lock:
            self.seen.clear()

    def note(self, handler, path, status, sent):
        with self.lock:
            self.seen.append((path, dict(handler.headers.items()), status, sent))

    def answer(self, handler):
        path = urllib.parse.unquote(handler.path).lstrip("/")
        file = self.files.get(path)
        if file is None or file.status:
            status = file.status if file else 404
            self.note(handler, path, status, 0)
            body = b"<html>not here</html>"
            handler.send_response(status)
            if file and file.location:
                handler.send_header("Location", file.location)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
            return
        if handler.headers.get("If-None-Match") == file.etag:
            self.note(handler, path, 304, 0)
            handler.send_response(304)
            handler.send_header("ETag", file.etag)
            handler.end_headers()
            return
        body, status, first = file.body, 200, 0
        asked = handler.headers.get("Range", "")
        if file.has_range and asked and handler.headers.get("If-Range") == file.etag:
            first = int(asked.removeprefix("bytes=").rstrip("-"))
            status, body = 206, file.body[first:]
        with self.lock:
            cut = file.cut_at.pop(0) if file.cut_at else None
        handler.send_response(status)
        handler.send_header("ETag", file.etag)
        if file.digest:
            handler.send_header("Repr-Digest", file.digest)
        if status == 206:
            handler.send_header("Content-Range",
                                f"bytes {first}-{len(file.body) - 1}/{len(file.body)}")
        if file.has_length:
            handler.send_header("Content-Length", str(file.length or len(body)))
        else:
            handler.send_header("Connection", "close")
            handler.close_connection = True
        handler.end_headers()
        part = body if cut is None else body[:cut]
        self.note(handler, path, status, len(part))
        try:
            if file.stall_s:
                handler.wfile.write(part[:len(part) // 2])
                handler.wfile.flush()
                time.sleep(file.stall_s)
                return
            handler.wfile.write(part)
            handler.wfile.flush()
        except OSError:
            pass  # the client has had enough
        if cut is not None or file.length:
            handler.close_connection = True


def sha256_header(body):
    return "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
