"""Layers and OCI layouts for whole-program tests, from entries in the order given.

Beside bulkhead-make-image on purpose: Python's tarfile writes these, so that a mistake in our own
writer and a mistake in our own reader cannot cancel each other out.
"""

import gzip
import hashlib
import io
import json
import pathlib
import tarfile


def _entry(path, kind, **fields):
    info = tarfile.TarInfo(path)
    info.type = kind
    info.mtime = 1_600_000_000
    content = fields.pop("content", b"")
    info.size = len(content)
    xattrs = fields.pop("xattrs", None)
    for key, value in fields.items():
        setattr(info, key, value)
    if xattrs:
        info.pax_headers = {f"SCHILY.xattr.{key}": value for key, value in xattrs.items()}
    return info, content


def file(path, content=b"", mode=0o644, **fields):
    return _entry(path, tarfile.REGTYPE, content=content, mode=mode, **fields)


def directory(path, mode=0o755, **fields):
    return _entry(path, tarfile.DIRTYPE, mode=mode, **fields)


def symlink(path, target, **fields):
    return _entry(path, tarfile.SYMTYPE, linkname=target, mode=0o777, **fields)


def hardlink(path, target):
    return _entry(path, tarfile.LNKTYPE, linkname=target, mode=0o644)


def fifo(path, mode=0o644, **fields):
    return _entry(path, tarfile.FIFOTYPE, mode=mode, **fields)


def device(path, kind, major, minor, mode=0o660):
    return _entry(path, {"c": tarfile.CHRTYPE, "b": tarfile.BLKTYPE}[kind], mode=mode,
                  devmajor=major, devminor=minor)


def whiteout(path):
    parent, _, name = path.rpartition("/")
    return file(f"{parent}/.wh.{name}" if parent else f".wh.{name}", mode=0o600)


def opaque(path):
    return file(f"{path}/.wh..wh..opq" if path else ".wh..wh..opq", mode=0o600)


def tar(entries):
    """The bytes of a layer."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def write_oci(folder, tars, tag="latest", is_compressed=True):
    """An OCI layout of one image whose layers have these bytes, lowest first."""
    folder = pathlib.Path(folder)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(data, media_type):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    layer_type = "application/vnd.oci.image.layer.v1.tar" + ("+gzip" if is_compressed else "")
    layers = [put(gzip.compress(t, 6, mtime=0) if is_compressed else t, layer_type) for t in tars]
    config = {
        "architecture": "amd64", "os": "linux", "created": "2020-01-01T00:00:00Z", "config": {},
        "rootfs": {"type": "layers",
                   "diff_ids": ["sha256:" + hashlib.sha256(t).hexdigest() for t in tars]},
        "history": [{"created_by": f"layer {i}"} for i in range(len(tars))],
    }
    config_type = "application/vnd.oci.image.config.v1+json"
    manifest_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = {"schemaVersion": 2, "mediaType": manifest_type,
                "config": put(json.dumps(config).encode(), config_type), "layers": layers}
    descriptor = put(json.dumps(manifest).encode(), manifest_type)
    descriptor["annotations"] = {"org.opencontainers.image.ref.name": tag}
    descriptor["platform"] = {"os": "linux", "architecture": "amd64"}
    index = {"schemaVersion": 2, "manifests": [descriptor]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder
