#!/usr/bin/env python3
"""Runs clang-tidy on our sources, in parallel; any warning is an error (.clang-tidy).

    tools/tidy.py --build build/dev                  everything in src/ and apps/
    tools/tidy.py --build build/dev --base COMMIT    only what changed since COMMIT
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = re.compile(r"^(src|apps)/.*\.cc$")


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def changed_units(base, units):
    """The changed sources, and for a changed header its own source or one that includes it."""
    changed = set(git("diff", "--name-only", "--diff-filter=d", base))
    changed |= set(git("ls-files", "--others", "--exclude-standard"))
    if changed & {".clang-tidy", "tools/tidy.py"}:
        return units
    chosen = {unit for unit in units if unit in changed}
    for header in sorted(path for path in changed if path.endswith(".h")):
        own = header[:-2] + ".cc"
        if own in units:
            chosen.add(own)
            continue
        name = header.removeprefix("src/")
        for unit in units:
            if f'#include "{name}"' in (ROOT / unit).read_text(encoding="utf-8"):
                chosen.add(unit)
                break
    return sorted(chosen)


def run_one(build, unit):
    done = subprocess.run(
        # The build is GCC's: some of its warnings are none of Clang's.
        ["clang-tidy-19", "--quiet", "-p", str(build), "--extra-arg=-Wno-unknown-warning-option",
         unit],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    return unit, done.returncode, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True, help="a configured build folder")
    parser.add_argument("--base", help="look only at what changed since this commit")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    paths = {os.path.relpath(command["file"], ROOT) for command in commands}
    units = sorted(path for path in paths if OURS.match(path) and not path.endswith("_test.cc"))
    if arguments.base:
        units = changed_units(arguments.base, units)
    failed = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for unit, code, out, err in pool.map(lambda unit: run_one(build, unit), units):
            if code != 0:
                failed.append(unit)
                print(out.strip() or err.strip(), flush=True)
    print(f"tidy: {len(units) - len(failed)} clean, {len(failed)} with findings")
    for unit in failed:
        print(f"tidy: {unit}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
