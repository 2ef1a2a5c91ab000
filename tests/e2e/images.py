"""Writes images from finished layer tars: docker archives and OCI layouts, several in one too."""

import gzip
import hashlib
import io
import json
import tarfile

OCI = "application/vnd.oci.image"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def config_of(layers, architecture="amd64", variant=""):
    """An image's configuration: `layers` are plain tars."""
    config = {"os": "linux", "architecture": architecture, "config": {},
              "rootfs": {"type": "layers", "diff_ids": [sha256(layer) for layer in layers]},
              "history": [{"created_by": f"layer {n}"} for n, _ in enumerate(layers)]}
    if variant:
        config["variant"] = variant
    return json.dumps(config).encode()


def tar_up(path, files):
    """A tar of {name: bytes}."""
    with tarfile.open(path, "w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def docker_archive(path, images):
    """`docker save` of old: {tag: [layer, ...]}, a folder and json a layer, manifest.json last."""
    files, manifest = {}, []
    for tag, layers in images.items():
        names = []
        for number, layer in enumerate(layers):
            name = hashlib.sha256(layer + str(number).encode()).hexdigest()
            files[f"{name}/VERSION"] = b"1.0"
            files[f"{name}/json"] = json.dumps({"id": name}).encode()
            files[f"{name}/layer.tar"] = layer
            names.append(f"{name}/layer.tar")
        config = config_of(layers)
        config_name = sha256(config)[7:] + ".json"
        files[config_name] = config
        manifest.append({"Config": config_name, "RepoTags": [tag], "Layers": names})
    files["manifest.json"] = json.dumps(manifest).encode()
    return tar_up(path, files)


class OciLayout:
    """An OCI layout in memory; descriptors are what its methods give."""

    def __init__(self):
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def add(self, data, media_type, **more):
        digest = sha256(data)
        self.files[f"blobs/sha256/{digest[7:]}"] = data
        return {"mediaType": media_type, "digest": digest, "size": len(data), **more}

    def add_image(self, layers, compress=None, architecture="amd64", variant="", **more):
        compress = compress or (lambda data: gzip.compress(data, 6, mtime=0))
        manifest = {
            "schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json",
            "config": self.add(config_of(layers, architecture, variant),
                               f"{OCI}.config.v1+json"),
            "layers": [self.add(compress(layer), f"{OCI}.layer.v1.tar") for layer in layers]}
        platform = {"os": "linux", "architecture": architecture}
        if variant:
            platform["variant"] = variant
        return self.add(json.dumps(manifest).encode(), f"{OCI}.manifest.v1+json",
                        **{"platform": platform, **more})

    def add_attestation(self, of):
        """What BuildKit puts beside each image of an index."""
        statement = self.add(b'{"_type":"https://in-toto.io/Statement/v0.1"}',
                             "application/vnd.in-toto+json")
        manifest = {"schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json",
                    "config": self.add(config_of([], "unknown"), f"{OCI}.config.v1+json"),
                    "layers": [statement]}
        return self.add(json.dumps(manifest).encode(), f"{OCI}.manifest.v1+json",
                        platform={"os": "unknown", "architecture": "unknown"},
                        annotations={"vnd.docker.reference.type": "attestation-manifest",
                                     "vnd.docker.reference.digest": of["digest"]})

    def add_index(self, descriptors, **more):
        index = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json",
                 "manifests": descriptors}
        return self.add(json.dumps(index).encode(), f"{OCI}.index.v1+json", **more)

    def finish(self, descriptors):
        self.files["index.json"] = json.dumps(
            {"schemaVersion": 2, "manifests": descriptors}).encode()
        return self

    def write_folder(self, folder):
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def write_archive(self, path):
        return tar_up(path, self.files)


def named(name):
    """More for a descriptor: its name in index.json."""
    return {"annotations": {"org.opencontainers.image.ref.name": name}}
