"""Makes what tests scan, and reads what they compare: root file systems, databases, tables."""

import io
import json
import os
import tarfile

import images
import support


def rows(path):
    """The rows of a table of ours or of ../shared: tabs, "#" before a line that is none."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file
                if line.strip() and not line.startswith("#")]


def write_tar(path, files, compression=""):
    """A root file system: {path: bytes, or text, or None for a folder}, in the order given."""
    with tarfile.open(path, f"w:{compression}", format=tarfile.PAX_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(member)
                continue
            data = content.encode() if isinstance(content, str) else content
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def alpine_tar(path, version, installed):
    """An Alpine of this version (3.6.5), with this database."""
    return write_tar(path, {
        "etc/os-release": f'NAME="Alpine Linux"\nID=alpine\nVERSION_ID={version}\n',
        "lib/apk/db/installed": installed,
    })


def debian_tar(path, version, codename, status):
    """A Debian of this version, with this database."""
    return write_tar(path, {
        "etc/os-release": f'PRETTY_NAME="Debian GNU/Linux {version} ({codename})"\nID=debian\n'
                          f'VERSION_ID="{version}"\nVERSION_CODENAME={codename}\n',
        "var/lib/dpkg/status": status,
    })


def slow_layout(folder):
    """An OCI layout whose layer takes long to hash: 7 GiB of a file that has no blocks."""
    size = 7 << 30
    layout = images.OciLayout()
    layer = layout.add(b"", f"{images.OCI}.layer.v1.tar")
    layer["size"] = size
    manifest = {"schemaVersion": 2, "layers": [layer],
                "config": layout.add(images.config_of([b""]), f"{images.OCI}.config.v1+json")}
    layout.finish([layout.add(json.dumps(manifest).encode(), f"{images.OCI}.manifest.v1+json")])
    layout.write_folder(folder)
    member = tarfile.TarInfo("zeros")
    member.size = size - 1536  # its header and the end of the archive
    blob = folder / "blobs" / "sha256" / layer["digest"][7:]
    blob.write_bytes(member.tobuf(tarfile.USTAR_FORMAT))
    os.truncate(blob, size)
    return folder


def import_data(folder, *paths, code=0):
    """`bulkhead db import`; gives what it printed."""
    run = support.bulkhead("db", "import", "--db", folder, *paths)
    if run.code != code:
        raise AssertionError(f"wanted exit code {code}: {run}")
    return run


def packages(report):
    return {package["id"]: package for package in report["packages"]}


def vulnerabilities(report):
    """[(package, finding)] of the vulnerabilities."""
    by_id = packages(report)
    return [(by_id[finding["package"]], finding) for finding in report["findings"]
            if finding["kind"] == "vulnerability"]


def found(report):
    """{(package name, rule)} of the vulnerabilities."""
    return {(package["name"], finding["rule"]) for package, finding in vulnerabilities(report)}


def notes(report, level=None):
    return [note for note in report["notes"] if level in (None, note["level"])]


def make_image_of(description, out, layout="docker-archive", compression="none"):
    """The image of a description's file (its "file" entries lie beside it)."""
    made = support.run([support.program("BULKHEAD_MAKE_IMAGE"), description, "--out", out,
                        "--layout", layout, "--compression", compression])
    if made.code != 0:
        raise AssertionError(str(made))
    return out
