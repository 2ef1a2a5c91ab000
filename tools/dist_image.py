"""Bulkhead's own OCI image as an archive: one layer, no shell, nobody's user.

The layer has what the program needs, and says in /var/lib/dpkg/status.d which Debian packages its
libraries come from, so that a scanner sees them.
"""

import gzip
import hashlib
import io
import json
import tarfile

from dist_tree import CERTIFICATES, File, with_folders

USER = 65532  # "nonroot", as other images without a shell have it
MEDIA = "application/vnd.oci.image"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def write_tar(out, tree, epoch, prefix=""):
    """A tar of `tree` (sorted; with_folders), the same bytes each time."""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, file in tree.items():
            member = tarfile.TarInfo(prefix + path)
            member.mtime = epoch
            member.mode = file.mode
            member.uid = member.gid = file.owner
            if file.is_folder:
                member.type = tarfile.DIRTYPE
                tar.addfile(member)
            else:
                member.size = len(file.data)
                tar.addfile(member, io.BytesIO(file.data))


def root_tree(program_tree, packages, release):
    """The image's root file system."""
    tree = {f"usr/{path}": file for path, file in program_tree.items()}
    tree[str(CERTIFICATES)[1:]] = File(CERTIFICATES.read_bytes())
    tree["etc/os-release"] = File(release)
    tree["etc/passwd"] = File(
        f"root:x:0:0:root:/:/nonexistent\nnonroot:x:{USER}:{USER}::/home/nonroot:/nonexistent\n"
        .encode())
    tree["etc/group"] = File(f"root:x:0:\nnonroot:x:{USER}:\n".encode())
    tree["home/nonroot"] = File(mode=0o755, is_folder=True, owner=USER)
    tree["work"] = File(mode=0o755, is_folder=True, owner=USER)
    tree["tmp"] = File(mode=0o1777, is_folder=True)
    for package in packages:
        tree[f"var/lib/dpkg/status.d/{package.name}"] = File(package.stanza.encode())
    return with_folders(tree)


def config_of(created, machine, diff_id, labels):
    return {"created": created, "architecture": ARCHITECTURES[machine], "os": "linux",
            "config": {"User": f"{USER}:{USER}", "Entrypoint": ["/usr/bin/bulkhead"],
                       "Env": ["PATH=/usr/bin", "HOME=/home/nonroot"], "WorkingDir": "/work",
                       "Labels": labels},
            "rootfs": {"type": "layers", "diff_ids": [diff_id]},
            "history": [{"created": created, "created_by": "tools/dist.sh"}]}


def write_image(path, tree, *, epoch, created, machine, version, labels):
    """Writes the archive to `path`."""
    blobs = {}

    def add(data, media):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"{MEDIA}.{media}", "digest": f"sha256:{digest}", "size": len(data)}

    layer = io.BytesIO()
    write_tar(layer, tree, epoch)
    plain = layer.getvalue()
    diff_id = f"sha256:{hashlib.sha256(plain).hexdigest()}"
    config = config_of(created, machine, diff_id, labels)
    manifest = {"schemaVersion": 2, "mediaType": f"{MEDIA}.manifest.v1+json",
                "config": add(json.dumps(config).encode(), "config.v1+json"),
                "layers": [add(gzip.compress(plain, 9, mtime=0), "layer.v1.tar+gzip")],
                "annotations": labels}
    described = add(json.dumps(manifest).encode(), "manifest.v1+json")
    described["annotations"] = {"org.opencontainers.image.ref.name": version}
    index = {"schemaVersion": 2, "mediaType": f"{MEDIA}.index.v1+json", "manifests": [described]}
    files = {"oci-layout": File(b'{"imageLayoutVersion":"1.0.0"}'),
             "index.json": File(json.dumps(index).encode())}
    files.update({f"blobs/sha256/{digest}": File(data) for digest, data in blobs.items()})
    with open(path, "wb") as out:
        write_tar(out, with_folders(files), epoch)
