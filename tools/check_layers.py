#!/usr/bin/env python3
"""Holds the includes against the directions between the rooms (docs/map.md).

    tools/check_layers.py [ROOT]      exit 1 and one line a breach: FILE:LINE: what is wrong

Checked are: the arrows (below, transitive), includes that are not written from the root,
third-party headers in our headers, and folders of catalog/ that include each other. A header that
only tests include counts as a test.
"""

import pathlib
import re
import sys

# room -> the rooms that it may include, and through them what they may. The one table.
ARROWS = {
    "base": "",
    "format": "base",
    "model": "base",
    "io": "base",
    "version": "base",
    "net": "io",
    "binary": "io",
    "archive": "io",
    "image": "archive format model",
    "remote": "image net",
    "disk": "archive io model",
    "catalog": "archive binary format model",
    "secret": "archive format model",
    "surface": "archive binary format model",
    "isolation": "version io format model",
    "advisory": "archive net format version model",
    "match": "advisory version model",
    "pending": "archive net format version model",
    "policy": "format model",
    "report": "format io model",
    "scan": "image remote disk catalog secret surface isolation match pending policy",
    "apps": "scan report policy isolation",
}
# What tests share; every *_test.cc may use it, on top of what its room may.
SUPPORT = "tests/support"
SUPPORT_MAY = "archive format model"

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]*)"|<([^>]*)>)')
# Headers of the language and of the system may stand in our headers; libraries may not.
STANDARD = re.compile(r"^[a-z0-9_]+$|^(sys/\w+|fcntl|unistd|dirent|poll|signal|spawn|wchar)\.h$")


def reach(rooms):
    """`rooms` and all that they may include."""
    found = set()
    todo = list(rooms)
    while todo:
        room = todo.pop()
        if room not in found:
            found.add(room)
            todo += ARROWS[room].split()
    return found


def includes(path):
    """(line number, quoted name or None, angled name or None) of each include."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def room_of(include):
    """The room of an include that is written from the root; None where it is not."""
    parts = include.split("/")
    if ".." in parts or "." in parts:
        return None
    if parts[0] == "bulkhead" and len(parts) > 2:
        return parts[1]
    if include.startswith(SUPPORT + "/"):
        return SUPPORT
    if include.startswith("apps/bulkhead/"):
        return "apps"
    return None


def ecosystem_of(path):
    """The folder of catalog/ that a path from the root lies in, if it does."""
    parts = path.split("/")
    return parts[2] if parts[:2] == ["bulkhead", "catalog"] and len(parts) > 3 else None


def only_for_tests(files):
    """Of `files` (name -> path) the headers that only tests include, directly or through others."""
    includers = {name: set() for name in files}
    for name, path in files.items():
        for _, quoted, _ in includes(path):
            if quoted in includers:
                includers[quoted].add(name)
    tests = {name for name in files if name.endswith("_test.cc")}
    while True:
        more = {name for name in files if name.endswith(".h") and name not in tests
                and includers[name] and includers[name] <= tests}
        if not more:
            return tests
        tests |= more


def check_file(path, name, room, allowed, is_test):
    """The breaches of one file; `name` is its path as an include would write it."""
    for line, quoted, angled in includes(path):
        if angled is not None:
            is_seen = path.suffix == ".h" and room not in ("apps", SUPPORT) and not is_test
            if is_seen and not STANDARD.match(angled):
                yield line, f"third-party header <{angled}> in a header; only a .cc includes it"
            continue
        target = room_of(quoted)
        if room == "apps" and (path.parent / quoted).is_file():
            continue  # a program's own unit: nobody else includes those
        if target is None:
            yield line, f'"{quoted}" is not written from the root ("bulkhead/ROOM/unit.h")'
        elif target == SUPPORT:
            if room != SUPPORT and not is_test:
                yield line, f'"{quoted}": only tests include {SUPPORT}'
        elif target not in ARROWS:
            yield line, f'"{quoted}": there is no room "{target}"'
        elif target not in allowed and not (is_test and target in reach(SUPPORT_MAY.split())):
            yield line, f'{room} -> {target}: no such arrow ("{quoted}")'
        elif ecosystem_of(name) and ecosystem_of(quoted) not in (None, ecosystem_of(name)):
            yield line, f'"{quoted}": folders of catalog/ do not include each other'


def check(root):
    """(file, line, what) of every breach below `root`."""
    patterns = ("src/bulkhead/**/*", "apps/**/*", SUPPORT + "/**/*")
    paths = sorted(path for pattern in patterns for path in root.glob(pattern)
                   if path.suffix in (".h", ".cc"))
    files = {path.relative_to(root).as_posix().removeprefix("src/"): path for path in paths}
    tests = only_for_tests(files)
    for name, path in files.items():
        if name.startswith("bulkhead/"):
            room = name.split("/")[1]
            if room not in ARROWS or name.count("/") < 2:
                yield path, 1, f'"{name}" lies in no room of the table in tools/check_layers.py'
                continue
            allowed = reach([room])
        elif name.startswith("apps/"):
            room, allowed = "apps", reach(["apps"])
        else:
            room, allowed = SUPPORT, reach(SUPPORT_MAY.split())
        for line, what in check_file(path, name, room, allowed, name in tests):
            yield path, line, what


def main():
    default = pathlib.Path(__file__).resolve().parent.parent
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default)
    if not (root / "src/bulkhead").is_dir():
        sys.exit(f"check_layers: no src/bulkhead in {root}")
    breaches = 0
    for path, line, what in check(root):
        print(f"{path.relative_to(root)}:{line}: {what}")
        breaches += 1
    print(f"check_layers: {breaches} breaches")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
