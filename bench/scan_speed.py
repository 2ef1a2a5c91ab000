#!/usr/bin/env python3
"""Measures `bulkhead scan` beside single-purpose tools on the same layers.

    bench/scan_speed.py --program build/release/bulkhead --inputs build/bench [--rounds 5] [NAME...]

For each image folder the contenders take turns, round after round, so that a slow minute of the
machine meets all of them. The tools read the layers one after the other, as one process each.
T is the time of `igzip -dc`, `zstd -dc` or `cat` (by the layers' compression). Prints a Markdown
table: median wall time, its spread, ratio to T, processor time and peak memory.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# compression of the layers -> the tools that read them; the first one is T.
BASELINES = {
    "gzip": [["igzip", "-dc"], ["gzip", "-dc"], ["openssl", "dgst", "-sha256"]],
    "zstd": [["zstd", "-qdc"], ["openssl", "dgst", "-sha256"]],
    "plain": [["cat"], ["openssl", "dgst", "-sha256"]],
}


class Image:
    def __init__(self, folder):
        self.folder = folder
        self.compression = folder.name.rsplit("-", 1)[1]
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        manifest = json.loads(self.blob(index["manifests"][0]).read_text(encoding="utf-8"))
        self.layers = [self.blob(layer) for layer in manifest["layers"]]

    def blob(self, descriptor):
        return self.folder / "blobs" / descriptor["digest"].replace(":", "/")


class Sample:
    """One run of one or several processes, one after the other."""

    def __init__(self):
        self.wall_s = 0.0
        self.cpu_s = 0.0
        self.peak_mib = 0.0

    def run(self, command, good_codes):
        with open(os.devnull, "wb") as sink, tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=sink, stderr=errors)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall_s += time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in good_codes:
                errors.seek(0)
                text = errors.read().decode(errors="replace").strip()
                sys.exit(f"scan_speed: {' '.join(command)}: exit {process.returncode}\n{text}")
        self.cpu_s += usage.ru_utime + usage.ru_stime
        self.peak_mib = max(self.peak_mib, usage.ru_maxrss / 1024)


def contenders(image, program, db):
    """name -> a function that runs it once."""
    found = {}

    def tool(command):
        def once():
            sample = Sample()
            for layer in image.layers:
                # Layers have names without a suffix: gzip and zstd would refuse a bare path.
                sample.run(["sh", "-c", 'exec "$@" <"$0"', str(layer), *command], (0,))
            return sample

        return once

    for command in BASELINES[image.compression]:
        if shutil.which(command[0]):
            found[" ".join(command)] = tool(command)

    def scan(jobs):
        def once():
            sample = Sample()
            # 3: without advisories for the image its report is incomplete; the reading is not.
            sample.run([program, "scan", f"oci-dir:{image.folder}", "--db", db, "--offline",
                        "--jobs", str(jobs), "--no-progress", "-o", "json"], (0, 3))
            return sample

        return once

    if program:
        for jobs in (2, 1):
            found[f"bulkhead scan --jobs {jobs}"] = scan(jobs)
    return found


def take_turns(runs, rounds):
    """Runs each of `runs` (name -> a function that gives a Sample) once unmeasured, then in rounds."""
    samples = {name: [] for name in runs}
    for once in runs.values():
        once()  # the first reading fills the page cache
    for turn in range(rounds):
        names = list(runs)
        for name in names[turn % len(names):] + names[: turn % len(names)]:
            samples[name].append(runs[name]())
    return samples


def print_rows(image, samples):
    stored = sum(layer.stat().st_size for layer in image.layers)
    largest = max(layer.stat().st_size for layer in image.layers)
    reference = statistics.median(sample.wall_s for sample in next(iter(samples.values())))
    print(f"\n**{image.folder.name}**: {len(image.layers)} layers, {stored / 2**20:.0f} MiB stored, "
          f"the largest {largest / 2**20:.0f} MiB\n")
    print("| run | wall, median | min - max | ratio to T | processor | peak memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, all_samples in samples.items():
        walls = [sample.wall_s for sample in all_samples]
        wall = statistics.median(walls)
        cpu = statistics.median(sample.cpu_s for sample in all_samples)
        peak = max(sample.peak_mib for sample in all_samples)
        print(f"| `{name}` | {wall:.3f} s | {min(walls):.3f} - {max(walls):.3f} s "
              f"| {wall / reference:.2f} | {cpu:.3f} s | {peak:.1f} MiB |", flush=True)


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.2f} at the start"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", help="the built bulkhead; without it only the tools run")
    parser.add_argument("--inputs", default="build/bench", help="what make_input.py made")
    parser.add_argument("--db", help="advisories for the scan (default: an empty store)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", help="images, as packages-gzip (default: all)")
    arguments = parser.parse_args()
    if arguments.program:
        arguments.program = os.path.abspath(arguments.program)
        if not os.access(arguments.program, os.X_OK):
            sys.exit(f"scan_speed: no program {arguments.program}")
    inputs = pathlib.Path(arguments.inputs).resolve()
    names = arguments.names or sorted(path.parent.name for path in inputs.glob("*/oci-layout"))
    if not names:
        sys.exit(f"scan_speed: no images in {inputs}; make them with bench/make_input.py")
    print(f"{time.strftime('%Y-%m-%d')}, {machine()}; {arguments.rounds} rounds, interleaved; "
          "inputs in the page cache.")
    with tempfile.TemporaryDirectory() as empty:
        for name in names:
            image = Image(inputs / name)
            runs = contenders(image, arguments.program, arguments.db or empty)
            print_rows(image, take_turns(runs, arguments.rounds))


if __name__ == "__main__":
    main()
