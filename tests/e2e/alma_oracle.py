"""AlmaLinux judged without Bulkhead: its OSV records by rpm's own comparison, and a database to scan.

The rules are docs/matching.md's, written again: nothing here is shared with the program.
"""

import json
import random
import re
import sqlite3
import struct
import subprocess
import zipfile

VENDOR = "AlmaLinux"
CVE = re.compile(r"^CVE-\d+-\d+$")


class Order:
    """rpm's order, asked in batches: a process for each comparison would take hours."""

    def __init__(self, folder):
        self.file = folder / "pairs.txt"
        self.known = {}

    def learn(self, pairs):
        new = sorted(set(pairs) - self.known.keys())
        if not new:
            return
        self.file.write_text("".join(f"{a}\n{b}\n" for a, b in new))
        script = (f'local n = io.lines("{self.file}") for a in n do local b = n() '
                  "print(rpm.vercmp(a, b) .. ' ') end")
        out = subprocess.run(["rpm", "--eval", "%{lua:" + script + "}"], check=True,
                             capture_output=True, text=True).stdout.split()
        if len(out) != len(new):
            raise AssertionError(f"rpm answered {len(out)} of {len(new)}")
        self.known.update(zip(new, map(int, out)))

    def compare(self, a, b):
        return self.known[a, b]


def read_records(path):
    """[(id, title, {cve}, {name: [fix]})] of a zip of OSV records."""
    records = []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            record = json.loads(archive.read(name))
            cves = {i for key in ("aliases", "upstream", "related") for i in record.get(key, [])
                    if CVE.match(i)}
            fixes = {}
            for affected in record["affected"]:
                for span in affected["ranges"]:
                    for event in span["events"]:
                        if "fixed" in event:
                            fix = re.sub("^0:", "", event["fixed"])
                            fixes.setdefault(affected["package"]["name"], []).append(fix)
            records.append((record["id"], record.get("summary", ""), cves, fixes))
    return records


def is_modular(version):
    return ".module_" in version or ".module+" in version


def stream_of_title(title):
    """The one "name:stream" of a title."""
    found = re.findall(r"([\w.+-]+:[\w.+-]+)", title)
    return found[0] if len(found) == 1 else None


def upstream(version):
    return version.split(":", 1)[-1].split("-")[0]


def begins(version, stream):
    return version == stream or version.startswith(stream + ".")


def fits(package, fix, title):
    """May a fix of a record with this title be one of the package's, by module and release?"""
    release = re.search(r"[._+]el(\d+)", fix)
    if release and release.group(1) != package["release"]:
        return False
    modular = bool(package["module"]) or is_modular(package["version"])
    if modular != is_modular(fix):
        return False
    if not modular:
        return True
    said = stream_of_title(title)
    if said and package["module"]:
        return said == package["module"]
    # Only one of both says its stream: by the numbers of the versions.
    versions = [upstream(package["version"]), upstream(fix)]
    known, other = versions if package["module"] else reversed(versions)
    stream = (package["module"] or said or ":").split(":")[1]
    if stream and begins(known, stream):
        return begins(other, stream)
    return re.match(r"\d*", known).group() == re.match(r"\d*", other).group()


def judge(packages, records, order):
    """{(package, rule, advisory)}: what is vulnerable to what."""
    by_name = {}
    for package in packages:
        by_name.setdefault(package["name"], []).append(package)
    candidates = []
    for identifier, title, cves, fixes in records:
        if not cves and not re.match("AL[A-Z]*SA-", identifier):
            continue  # a bug fix or an enhancement
        for name in fixes.keys() & by_name.keys():
            for package in by_name[name]:
                own = [f for f in fixes[name] if fits(package, f, title)]
                if own:
                    candidates.append((package, identifier, cves, own))
    order.learn((p["version"], f) for p, _, _, own in candidates for f in own)
    found = set()
    for package, identifier, cves, own in candidates:
        if all(order.compare(package["version"], fix) < 0 for fix in own):
            for rule in cves or [identifier]:
                found.add((package["name"], package["version"], rule, identifier))
    return found


def shifted(fix, by):
    """A version just below or above `fix`: the first number of its release, changed."""
    match = re.match(r"(.*-)(\d+)(.*)$", fix)
    if not match or int(match.group(2)) + by < 0:
        return None
    return f"{match.group(1)}{int(match.group(2)) + by}{match.group(3)}"


def make_packages(records, release, count, seed):
    """`count` packages of real names, at, below and above real fixes; every third of a module."""
    chance = random.Random(seed)
    plain, modular = {}, {}
    for _, title, _, fixes in records:
        for name, own in fixes.items():
            for fix in own:
                (modular if is_modular(fix) else plain).setdefault(name, []).append((fix, title))
    packages = []
    names = {True: sorted(modular), False: sorted(plain)}
    for kind in names.values():
        chance.shuffle(kind)
    taken = set()
    while len(packages) < count and any(names.values()):
        wants_module = bool(names[True]) and (len(packages) % 3 == 0 or not names[False])
        name = names[wants_module].pop()
        if name in taken:
            continue
        taken.add(name)
        fix, title = chance.choice((modular if wants_module else plain)[name])
        version = chance.choice([fix, shifted(fix, -1), shifted(fix, 1)]) or fix
        module = ""
        if wants_module:
            # As labelled, as another stream's, and without a label (the mark alone).
            other = f"{name}:none"
            module = chance.choice([stream_of_title(title) or "", stream_of_title(title) or "",
                                    other, ""])
        packages.append({"name": name, "version": version, "module": module, "release": release})
    return packages


def header(package, vendor=VENDOR):
    """What rpm keeps of a package: an index of 16 bytes a tag, then their data."""
    epoch, rest = (package["version"].split(":", 1) if ":" in package["version"]
                   else (None, package["version"]))
    version, release = rest.rsplit("-", 1)
    tags = [] if epoch is None else [(1003, 4, struct.pack(">I", int(epoch)))]
    texts = {1000: package["name"], 1001: version, 1002: release, 1011: vendor, 1022: "x86_64",
             1044: f"{package['name']}-{version}-{release}.src.rpm"}
    if package["module"]:
        texts[5096] = package["module"] + ":8050020210101:deadbeef"
    tags += [(tag, 6, text.encode() + b"\0") for tag, text in sorted(texts.items())]
    index, data = b"", b""
    for tag, kind, value in tags:
        index += struct.pack(">4I", tag, kind, len(data), 1)
        data += value
    return struct.pack(">2I", len(index) // 16, len(data)) + index + data


def write_database(path, packages):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, "
                         "blob BLOB NOT NULL)")
        for package in packages:
            blob = header(package, package.get("vendor", VENDOR))
            database.execute("INSERT INTO Packages(blob) VALUES (?)", (blob,))
    database.close()
