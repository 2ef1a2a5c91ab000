#!/usr/bin/env python3
"""Packs a built bulkhead for release: tarball, .deb, OCI image, SHA256SUMS (see tools/dist.sh)."""

import argparse
import datetime
import gzip
import hashlib
import io
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile

import dist_image
import dist_tree
from dist_tree import CERTIFICATES, File

SUMMARY = "find known vulnerabilities in container images"


def write_tarball(path, name, tree, epoch):
    plain = io.BytesIO()
    root = {name: File(mode=0o755, is_folder=True)}
    root.update({f"{name}/{inner}": file for inner, file in tree.items()})
    dist_image.write_tar(plain, root, epoch)
    path.write_bytes(gzip.compress(plain.getvalue(), 9, mtime=0))


def write_deb(path, tree, version, epoch):
    """A package without dependencies: it brings its own libraries (docs/decisions)."""
    arch = dist_tree.output_of("dpkg", "--print-architecture").strip()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "root"
        for inner, file in tree.items():
            place = root / "usr" / inner
            if file.is_folder:
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data)
            place.chmod(file.mode)
        # Debian's name for the licence of a package.
        shutil.copyfile(root / "usr/share/doc/bulkhead/LICENSE",
                        root / "usr/share/doc/bulkhead/copyright")
        kib = sum(len(file.data) for file in tree.values()) // 1024
        control = (f"Package: bulkhead\nVersion: {version}\nArchitecture: {arch}\n"
                   "Maintainer: The Bulkhead authors <bulkhead@localhost>\n"
                   f"Installed-Size: {kib}\nSection: admin\nPriority: optional\n"
                   "Recommends: ca-certificates\n"
                   f"Description: {SUMMARY}\n"
                   " Reads an image or a root file system and says which installed packages have\n"
                   " known vulnerabilities, which layer brought them, and which upgrades help.\n"
                   " Brings the libraries that it uses, so that it runs on any release.\n")
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text(control)
        for place in [root, *root.rglob("*")]:
            if place.is_dir():
                place.chmod(0o755)
            os.utime(place, (epoch, epoch))
        # One thread, since the number of threads would show in the compressed bytes.
        subprocess.run(["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "--build",
                        root, path], check=True, stdout=subprocess.DEVNULL)


def write_sums(out, paths):
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (out / "SHA256SUMS").write_text("".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--launcher", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    machine = platform.machine()
    program = arguments.program.resolve()
    version = dist_tree.output_of(program, "--version").split()[1]

    running, packages = dist_tree.program_files(program, arguments.launcher)
    documents = dist_tree.document_files(program, packages)
    certificates = {"share/bulkhead/ca-certificates.crt": File(CERTIFICATES.read_bytes())}
    tree = dist_tree.with_folders({**running, **documents, **certificates})

    arguments.out.mkdir(parents=True, exist_ok=True)
    for old in [*arguments.out.glob("bulkhead[-_]*"), *arguments.out.glob("SHA256SUMS")]:
        old.unlink()
    stem = f"bulkhead-{version}-linux-{machine}"
    arch = dist_tree.output_of("dpkg", "--print-architecture").strip()
    tarball = arguments.out / f"{stem}.tar.gz"
    deb = arguments.out / f"bulkhead_{version}_{arch}.deb"
    image = arguments.out / f"{stem}.oci.tar"
    write_tarball(tarball, stem, tree, epoch)
    write_deb(deb, tree, version, epoch)
    licences = {path: file for path, file in documents.items() if "/third-party/" in path
                or path.endswith("/LICENSE")}
    labels = {"org.opencontainers.image.title": "bulkhead",
              "org.opencontainers.image.description": SUMMARY,
              "org.opencontainers.image.version": version,
              "org.opencontainers.image.licenses": "Apache-2.0",
              "org.opencontainers.image.created": created.strftime("%Y-%m-%dT%H:%M:%SZ")}
    dist_image.write_image(
        image,
        dist_image.root_tree({**running, **licences}, packages,
                             pathlib.Path("/etc/os-release").read_bytes()),
        epoch=epoch, created=labels["org.opencontainers.image.created"], machine=machine,
        version=version, labels=labels)
    paths = [tarball, deb, image]
    write_sums(arguments.out, paths)
    unpacked = sum(len(file.data) for file in tree.values())
    print(f"{len([name for name in running if '.so' in name])} libraries, "
          f"{unpacked / 2**20:.1f} MiB unpacked")
    for path in paths:
        print(f"{path.stat().st_size / 2**20:6.1f} MiB  {path}")


if __name__ == "__main__":
    main()
