#!/usr/bin/env python3
"""Measures the way from no advisory data at all to the first report, and the scans after it.

    bench/first_report.py --program build/release/bulkhead [--rounds 3]

A publisher on loopback serves the advisories of ../shared (without them there is nothing to
measure) and 250,000 generated EPSS rows, with ETags, as the real ones do. For a Debian, an Alpine
and an AlmaLinux root file system: `first`, with an empty store; `again`, which asks for news and
gets none; `young`, which asks nobody. Prints a Markdown table: bytes over the network, requests,
the median wall time and its spread, and the findings, which show that the data arrived.
"""

import argparse
import gzip
import hashlib
import http.server
import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse
import zipfile

import scan_speed

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"


class Publisher:
    """Serves {path: bytes}, and counts."""

    def __init__(self, files):
        outer = self
        self.files = files
        self.etags = {path: '"' + hashlib.sha256(body).hexdigest() + '"'
                      for path, body in files.items()}
        self.bytes = self.requests = 0
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                path = urllib.parse.unquote(self.path).lstrip("/")
                body = outer.files.get(path, b"")
                status = 200 if path in outer.files else 404
                if self.headers.get("If-None-Match") == outer.etags.get(path, ""):
                    status, body = 304, b""
                with outer.lock:
                    outer.bytes += len(body)
                    outer.requests += 1
                self.send_response(status)
                if status != 404:
                    self.send_header("ETag", outer.etags[path])
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self):
        with self.lock:
            taken = self.bytes, self.requests
            self.bytes = self.requests = 0
        return taken


def unpacked(path):
    return subprocess.run(["zstd", "-qdc", path], check=True, stdout=subprocess.PIPE).stdout


def epss_rows():
    rows = "".join(f"CVE-{2000 + n % 25}-{10000 + n // 25},{n % 997 / 1000:.5f},{n % 991 / 1000:.5f}\n"
                   for n in range(250_000))
    return gzip.compress(("#model_version:v2025.03.14,score_date:2025-01-01T00:00:00+0000\n"
                          "cve,epss,percentile\n" + rows).encode(), mtime=0)


def publications():
    """The files of a mirror (docs/advisory-data.md)."""
    data = SHARED / "advisories"
    files = {"cisa-kev/known_exploited_vulnerabilities.json": unpacked(data / "cisa-kev.json.zst"),
             "epss/epss_scores-current.csv.gz": epss_rows(),
             "debian-tracker/tracker/data/json":
                 unpacked(data / "debian-tracker-from-dsa-dla.json.zst")}
    with zipfile.ZipFile(data / "alpine-secdb-json.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                files[f"alpine-secdb/{name}"] = archive.read(name)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as alma:
        for release in (8, 9, 10):
            with zipfile.ZipFile(data / f"almalinux{release}-osv.zip") as archive:
                for name in archive.namelist():
                    alma.writestr(f"{release}-{name}", archive.read(name))
    files["osv/AlmaLinux/all.zip"] = whole.getvalue()
    return files


def roots(folder):
    """name -> a root file system's tar."""
    images = SHARED / "images"
    contents = {
        "Debian 11": {"etc/os-release": b'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\n',
                      "var/lib/dpkg/status":
                          (images / "dpkg" / "synthetic-debian-11.status").read_bytes()},
        "Alpine 3.11": {"etc/os-release": b"ID=alpine\nVERSION_ID=3.11.13\n",
                        "lib/apk/db/installed":
                            (images / "apk" / "synthetic-v3.11.installed").read_bytes()},
        "AlmaLinux 8": {"etc/os-release": b'ID="almalinux"\nVERSION_ID="8.6"\n',
                        "var/lib/rpm/Packages":
                            (images / "rpmdb" / "el8-libuuid" / "Packages").read_bytes()},
    }
    found = {}
    for name, files in contents.items():
        path = folder / (name.replace(" ", "-") + ".tar")
        with tarfile.open(path, "w") as tar:
            for member_name, body in files.items():
                member = tarfile.TarInfo(member_name)
                member.size = len(body)
                tar.addfile(member, io.BytesIO(body))
        found[name] = path
    return found


def measure(program, target, publisher, folder, rounds):
    """name of the run -> [(seconds, bytes, requests, findings)]."""
    runs = {"first": "0", "again": "0", "young": "24h"}
    samples = {name: [] for name in runs}
    for turn in range(rounds):
        store = folder / f"{target.stem}-{turn}"
        for name, age in runs.items():
            start = time.perf_counter()
            # 3: a report that is not complete; its findings are shown.
            done = subprocess.run([program, "scan", f"tar:{target}", "--db", store, "--mirror",
                                   publisher.url, "--max-age", age, "--no-progress", "-o", "json"],
                                  capture_output=True, check=False)
            seconds = time.perf_counter() - start
            if done.returncode not in (0, 3):
                sys.exit(f"first_report: exit {done.returncode}: {done.stderr.decode()}")
            samples[name].append((seconds, *publisher.take(),
                                  len(json.loads(done.stdout)["findings"])))
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="build/release/bulkhead")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    if not os.access(program, os.X_OK):
        sys.exit(f"first_report: no program {program}")
    if not SHARED.is_dir():
        print(f"first_report: skipped, there is no {SHARED.name} beside the checkout")
        return
    print(f"{time.strftime('%Y-%m-%d')}, {scan_speed.machine()}; {arguments.rounds} rounds; a "
          "publisher on loopback.\n")
    print("| target | run | over the network | requests | wall, median | min - max | findings |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    publisher = Publisher(publications())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for target, path in roots(folder).items():
            for run, samples in measure(program, path, publisher, folder,
                                        arguments.rounds).items():
                walls = [sample[0] for sample in samples]
                _, sent, requests, findings = samples[-1]
                print(f"| {target} | {run} | {sent / 2**20:.2f} MiB | {requests} "
                      f"| {statistics.median(walls):.3f} s "
                      f"| {min(walls):.3f} - {max(walls):.3f} s | {findings} |", flush=True)
    publisher.server.shutdown()


if __name__ == "__main__":
    main()
