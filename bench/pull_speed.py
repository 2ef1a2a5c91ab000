#!/usr/bin/env python3
"""Measures `bulkhead scan registry:...` beside downloading first and scanning then.

    bench/pull_speed.py --program build/release/bulkhead --inputs build/bench [--rounds 5] [NAME...]

Each image folder is pushed to a docker-registry on loopback. The contenders take turns: curl alone
over the image's blobs (the transfer), skopeo to a folder, skopeo and then a scan of the folder, and
the scan straight from the registry with two jobs and one. Prints a Markdown table as scan_speed.py
does; the ratio is to "skopeo copy, then scan".
"""

import argparse
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import scan_speed

CONFIG = """version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class Registry:
    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = pathlib.Path(folder) / "registry.yml"
        config.write_text(CONFIG.format(root=pathlib.Path(folder) / "store", port=port),
                          encoding="utf-8")
        self.host = f"127.0.0.1:{port}"
        environment = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
        self.process = subprocess.Popen(["docker-registry", "serve", str(config)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=environment)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{self.host}/v2/", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("pull_speed: docker-registry does not answer")

    def end(self):
        self.process.terminate()
        self.process.wait()


def contenders(image, registry, program, db):
    """name -> a function that runs it once; the first one is what the others are held against."""
    reference = f"{registry.host}/{image.folder.name}:latest"
    base = f"http://{registry.host}/v2/{image.folder.name}/blobs/"
    # 3: without advisories for the image its report is incomplete; the reading is not.
    scan = [program, "scan", "--db", db, "--max-age", "never", "--no-progress", "-o", "json"]

    def copy(sample, folder):
        sample.run(["skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{reference}",
                    f"oci:{folder}"], (0,))

    def copied(and_scan):
        def once():
            sample = scan_speed.Sample()
            with tempfile.TemporaryDirectory(dir=image.folder.parent) as folder:
                copy(sample, folder)
                if and_scan:
                    sample.run([*scan, f"oci-dir:{folder}"], (0, 3))
            return sample
        return once

    def transfer(parallel):
        urls = [f"{base}sha256:{layer.name}" for layer in image.layers]
        command = ["curl", "-sSf", *(["-Z"] if parallel else [])]
        for url in urls:
            command += ["-o", "/dev/null", url]

        def once():
            sample = scan_speed.Sample()
            sample.run(command, (0,))
            return sample
        return once

    def straight(jobs):
        def once():
            sample = scan_speed.Sample()
            sample.run([*scan, "--insecure", "--jobs", str(jobs), f"registry:{reference}"], (0, 3))
            return sample
        return once

    return {
        "skopeo copy, then scan": copied(True),
        "skopeo copy": copied(False),
        "curl": transfer(False),
        "curl --parallel": transfer(True),
        "scan registry: --jobs 2": straight(2),
        "scan registry: --jobs 1": straight(1),
    }


def push(image, registry):
    subprocess.run(["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{image.folder}",
                    f"docker://{registry.host}/{image.folder.name}:latest"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", required=True, help="the built bulkhead")
    parser.add_argument("--inputs", default="build/bench", help="what make_input.py made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", default=["packages-gzip"])
    arguments = parser.parse_args()
    for tool in ("docker-registry", "skopeo", "curl"):
        if not shutil.which(tool):
            sys.exit(f"pull_speed: {tool} is not installed (tools/setup.sh --bench)")
    program = os.path.abspath(arguments.program)
    inputs = pathlib.Path(arguments.inputs).resolve()
    print(f"{time.strftime('%Y-%m-%d')}, {scan_speed.machine()}; {arguments.rounds} rounds, "
          "interleaved.")
    with tempfile.TemporaryDirectory() as db, tempfile.TemporaryDirectory(dir=inputs) as folder:
        registry = Registry(folder)
        try:
            for name in arguments.names:
                image = scan_speed.Image(inputs / name)
                push(image, registry)
                runs = contenders(image, registry, program, db)
                scan_speed.print_rows(image, scan_speed.take_turns(runs, arguments.rounds))
        finally:
            registry.end()


if __name__ == "__main__":
    main()
