#!/usr/bin/env python3
"""Makes the images that bench/scan_speed.py reads: OCI layout folders with real content.

    bench/make_input.py [--out DIR]        (default: build/bench; needs root, mmdebstrap and zstd)

  packages   Debian with runtimes and compilers, one layer an installation: few large files
  files      the same base and trees of small files as package managers leave them

Each is written as PACKAGES-gzip, -zstd and -plain (by the layers' compression), and as one layer
(PACKAGES-one-gzip, ...). What is there already is kept. The mirror is the machine's own.
"""

import argparse
import concurrent.futures
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

SUITE = "bookworm"
# One layer each, above the base system.
INSTALLS = [
    ["python3", "python3-pip", "python3-setuptools"],
    ["nodejs", "npm"],
    ["openjdk-17-jdk-headless"],
    ["nginx", "git"],
    ["gcc", "g++", "golang-go"],
]
SMALL_FILES = 200_000
SMALL_FILES_PER_LAYER = 50_000
SMALL_FILE_MOST_BYTES = 16 << 10
SMALL_FILE_ROOTS = ("usr/share/nodejs/", "usr/share/doc/", "usr/lib/python3", "usr/lib/go")
UNWANTED = ("proc", "sys", "dev", "run", "tmp", "lost+found")  # of the running chroot

MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"
COMPRESSIONS = {
    "gzip": (MEDIA_TYPE + "+gzip", ["gzip", "-6", "-n", "-c"]),
    "zstd": (MEDIA_TYPE + "+zstd", ["zstd", "-q", "-3", "-c"]),
    "plain": (MEDIA_TYPE, ["cat"]),
}


def machine_mirror():
    """The address that the machine itself installs from."""
    for path in sorted(pathlib.Path("/etc/apt").rglob("*.sources")):
        found = re.search(r"^URIs:\s*(\S+)", path.read_text(), re.MULTILINE)
        if found:
            return found.group(1)
    for path in sorted(pathlib.Path("/etc/apt").rglob("*.list")):
        found = re.search(r"^deb\s+(?:\[[^]]*\]\s*)?(\S+)", path.read_text(), re.MULTILINE)
        if found:
            return found.group(1)
    sys.exit("make_input: /etc/apt names no mirror")


# ---- layers of a growing root: called back by mmdebstrap after each installation --------------


def tree_state(root):
    """path -> what tells a changed file from an unchanged one."""
    state = {}
    stack = [""]
    while stack:
        folder = stack.pop()
        with os.scandir(os.path.join(root, folder)) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)
                info = entry.stat(follow_symlinks=False)
                is_folder = entry.is_dir(follow_symlinks=False)
                is_unwanted = folder == "" and entry.name in UNWANTED
                times = None if is_folder else (info.st_mtime_ns, info.st_ctime_ns, info.st_size)
                state[path] = (info.st_mode, info.st_uid, info.st_gid, times)
                if is_folder and not is_unwanted:
                    stack.append(path)
    return state


def snapshot(root, work):
    """Writes what changed since the last snapshot as the next layer's tar."""
    state_path = os.path.join(work, "state.json")
    before = {}
    if os.path.exists(state_path):
        with open(state_path, encoding="utf-8") as file:
            before = {path: tuple(value) for path, value in json.load(file).items()}
    after = {
        path: (mode, uid, gid, str(times))
        for path, (mode, uid, gid, times) in tree_state(root).items()
    }
    number = len([name for name in os.listdir(work) if name.endswith(".tar")])
    changed = sorted(path for path, value in after.items() if before.get(path) != value)
    gone = sorted(path for path in before if path not in after)
    with tarfile.open(os.path.join(work, f"layer{number}.tar"), "w", format=tarfile.PAX_FORMAT) as tar:
        for path in changed:
            tar.add(os.path.join(root, path), arcname=path, recursive=False)
        for path in gone:
            if os.path.dirname(path) in after or not os.path.dirname(path):
                name = os.path.join(os.path.dirname(path), ".wh." + os.path.basename(path))
                tar.addfile(tarfile.TarInfo(name))
    with open(state_path, "w", encoding="utf-8") as file:
        json.dump(after, file)


def whole_tree(root, work):
    """Writes the final tree as one tar."""
    with tarfile.open(os.path.join(work, "whole.tar"), "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(tree_state(root)):
            tar.add(os.path.join(root, path), arcname=path, recursive=False)


def build_packages(work):
    """layer0.tar ... and whole.tar in `work`."""
    me = os.path.abspath(__file__)

    def hook(action):
        return f'--customize-hook={sys.executable} {me} --hook {action} "$1" {work}'

    # Package files go in the layer that brought them, as in official images.
    apt = 'chroot "$1" sh -c "apt-get -y -q --no-install-recommends install {} && apt-get clean" >&2'
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", "--format=null",
               "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg"]
    command.append(hook("snapshot"))
    for names in INSTALLS:
        command.append("--customize-hook=" + apt.format(" ".join(names)))
        command.append(hook("snapshot"))
    # The late tidying step that images have: it leaves whiteouts.
    command.append('--customize-hook=rm -rf "$1"/var/lib/apt/lists/*')
    command += [hook("snapshot"), hook("whole")]
    command += [SUITE, "/dev/null", f"deb {machine_mirror()} {SUITE} main"]
    subprocess.run(command, check=True)


# ---- small files -------------------------------------------------------------------------------


def small_contents(whole):
    """(path, bytes) of the real small files in a tar."""
    found = []
    with tarfile.open(whole) as tar:
        for member in tar:
            if member.isfile() and 0 < member.size <= SMALL_FILE_MOST_BYTES:
                if member.name.startswith(SMALL_FILE_ROOTS):
                    found.append((member.name, tar.extractfile(member).read()))
    return found


def add_bytes(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o644
    info.mtime = 1_700_000_000
    tar.addfile(info, io.BytesIO(data))


def build_files(packages_work, work):
    contents = small_contents(os.path.join(packages_work, "whole.tar"))
    if not contents:
        sys.exit("make_input: no small files in the packages image")
    base = os.path.join(packages_work, "layer0.tar")
    shutil.copyfile(base, os.path.join(work, "layer0.tar"))
    with tarfile.open(os.path.join(work, "whole.tar"), "w", format=tarfile.PAX_FORMAT) as whole:
        with tarfile.open(base) as tar:
            for member in tar:
                whole.addfile(member, tar.extractfile(member) if member.isfile() else None)
        for first in range(0, SMALL_FILES, SMALL_FILES_PER_LAYER):
            number = first // SMALL_FILES_PER_LAYER + 1
            path = os.path.join(work, f"layer{number}.tar")
            with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as layer:
                for index in range(first, min(first + SMALL_FILES_PER_LAYER, SMALL_FILES)):
                    name, data = contents[index % len(contents)]
                    name = f"srv/app{index // len(contents)}/node_modules/{name}"
                    add_bytes(layer, name, data)
                    add_bytes(whole, name, data)


# ---- OCI layouts -------------------------------------------------------------------------------


def digest_file(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            sha.update(chunk)
    return sha.hexdigest()


def put_json(blobs, value, media_type):
    data = json.dumps(value, indent=1).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data)}


def put_layer(blobs, tar, compression, number):
    media_type, command = COMPRESSIONS[compression]
    temporary = blobs / f"layer{number}.part"
    with open(tar, "rb") as stdin, open(temporary, "wb") as stdout:
        subprocess.run(command, stdin=stdin, stdout=stdout, check=True)
    digest = digest_file(temporary)
    temporary.rename(blobs / digest)
    return {
        "mediaType": media_type,
        "digest": "sha256:" + digest,
        "size": (blobs / digest).stat().st_size,
    }


def write_layout(folder, tars, diff_ids, compression):
    if folder.exists():
        print(f"kept     {folder}")
        return
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    blobs = part / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        layers = list(
            pool.map(lambda item: put_layer(blobs, item[1], compression, item[0]), enumerate(tars))
        )
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    config = {
        "architecture": architecture,
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + diff_ids[tar] for tar in tars]},
        "history": [{"created_by": f"make_input: {os.path.basename(tar)}"} for tar in tars],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put_json(blobs, config, "application/vnd.oci.image.config.v1+json"),
        "layers": layers,
    }
    descriptor = put_json(blobs, manifest, manifest["mediaType"])
    index = {"schemaVersion": 2, "manifests": [descriptor]}
    (part / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (part / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', encoding="utf-8")
    part.rename(folder)
    stored = sum(layer["size"] for layer in layers)
    plain = sum(os.path.getsize(tar) for tar in tars)
    print(f"written  {folder}  {len(tars)} layers, {stored >> 20} MiB stored, {plain >> 20} MiB tar")


def names_of(image):
    return [f"{image}{one}-{how}" for one in ("", "-one") for how in COMPRESSIONS]


def write_image(out, image, work):
    number = 0
    tars = []
    while os.path.exists(os.path.join(work, f"layer{number}.tar")):
        tars.append(os.path.join(work, f"layer{number}.tar"))
        number += 1
    whole = os.path.join(work, "whole.tar")
    diff_ids = {tar: digest_file(tar) for tar in tars + [whole]}
    for compression in COMPRESSIONS:
        write_layout(out / f"{image}-{compression}", tars, diff_ids, compression)
        write_layout(out / f"{image}-one-{compression}", [whole], diff_ids, compression)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="build/bench", help="folder of the images")
    parser.add_argument("--hook", nargs=3, help=argparse.SUPPRESS)  # called back by mmdebstrap
    arguments = parser.parse_args()
    if arguments.hook:
        action, root, work = arguments.hook
        {"snapshot": snapshot, "whole": whole_tree}[action](root, work)
        return
    out = pathlib.Path(arguments.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    if all((out / name).exists() for image in ("packages", "files") for name in names_of(image)):
        print(f"all inputs are in {out}")
        return
    with tempfile.TemporaryDirectory(dir=out, prefix="work-") as work:
        packages_work = os.path.join(work, "packages")
        files_work = os.path.join(work, "files")
        os.mkdir(packages_work)
        os.mkdir(files_work)
        build_packages(packages_work)
        write_image(out, "packages", packages_work)
        build_files(packages_work, files_work)
        write_image(out, "files", files_work)


if __name__ == "__main__":
    main()
