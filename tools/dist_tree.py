"""The files of a release under one prefix: the launcher, the program, its libraries, documents.

    bin/bulkhead                  static; starts what follows
    lib/bulkhead/                 the program, the dynamic loader, every shared library
    share/bulkhead/               certificates for hosts that have none
    share/man, bash-completion, zsh, fish
    share/doc/bulkhead/           licence, README, the licences of what is bundled

A tree is {path: File}. Nothing here depends on where, when or by whom it is made.
"""

import dataclasses
import gzip
import os
import pathlib
import re
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
# What is compiled in and has no library of its own to be found by.
HEADER_PACKAGES = ("libcli11-dev", "libtomlplusplus-dev", "nlohmann-json3-dev")


@dataclasses.dataclass(frozen=True)
class File:
    data: bytes = b""
    mode: int = 0o644
    is_folder: bool = False
    owner: int = 0


@dataclasses.dataclass(frozen=True)
class Package:
    """A Debian package of which something is bundled."""

    name: str
    version: str
    stanza: str  # as dpkg's status has it


# What the program loads at run time (src/bulkhead/net/curl_loader.h): ldd does not name it.
LOADED = ("libcurl.so.4",)


def output_of(*command):
    """Standard output of a program that must succeed."""
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout.decode()


def stripped(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "program"
        subprocess.run(["strip", "--strip-all", "-o", copy, path], check=True)
        return copy.read_bytes()


def shared_libraries(program):
    """({name the program asks for: its file}, the dynamic loader), as this machine resolves them."""
    libraries = {}
    loader = None
    for line in output_of("ldd", program).splitlines():
        found = re.fullmatch(r"\s*(\S+) => (/\S+) \(0x[0-9a-f]+\)", line)
        if found:
            libraries[found[1]] = pathlib.Path(found[2])
        elif "not found" in line:
            raise SystemExit(f"dist: {line.strip()}")
        elif line.strip().startswith("/"):
            loader = pathlib.Path(line.split()[0])
    if loader is None:
        raise SystemExit(f"dist: {program} has no dynamic loader")
    return libraries, loader


def loaded_library(name):
    """{name: its file} of a library that the program loads when it needs it, and of all that this
    one asks for."""
    found = re.search(rf"^\t{re.escape(name)} \(libc6,[^)]*\) => (/\S+)$", output_of("/sbin/ldconfig", "-p"),
                      re.MULTILINE)
    if not found:
        raise SystemExit(f"dist: {name} is not installed")
    path = pathlib.Path(found[1])
    return {name: path, **shared_libraries(path)[0]}


def package_of(path):
    """The Debian package that a file belongs to. dpkg may know it by its name before /usr merged."""
    path = path.resolve()
    names = [str(path), str(path).removeprefix("/usr")]
    for name in names:
        found = subprocess.run(["dpkg-query", "-S", name], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, check=False).stdout.decode()
        if found:
            return found.split(": ")[0].split(":")[0]
    raise SystemExit(f"dist: no package owns {path}")


def packages_named(names):
    arch = output_of("dpkg", "--print-architecture").strip()
    packages = []
    for name in sorted(set(names)):
        shown = output_of("dpkg-query", "-s", f"{name}:{arch}") if is_foreign(name, arch) \
            else output_of("dpkg-query", "-s", name)
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", shown, re.MULTILINE))
        kept = ("Package", "Status", "Maintainer", "Architecture", "Source", "Version")
        stanza = "".join(f"{key}: {fields[key]}\n" for key in kept if key in fields)
        packages.append(Package(name, fields["Version"], stanza))
    return packages


def is_foreign(name, arch):
    """Are there several architectures of it installed, so that the plain name is ambiguous?"""
    shown = output_of("dpkg-query", "-W", "-f", "${Architecture}\\n", name).split()
    return len(shown) > 1 and arch in shown


def licence_files(packages):
    files = {}
    for package in packages:
        text = pathlib.Path("/usr/share/doc") / package.name / "copyright"
        if not text.exists():
            raise SystemExit(f"dist: {package.name} has no {text}")
        files[f"share/doc/bulkhead/third-party/{package.name}.txt"] = File(text.read_bytes())
    listing = "".join(f"{package.name} {package.version}\n" for package in packages)
    files["share/doc/bulkhead/third-party/VERSIONS"] = File(listing.encode())
    return files


def program_files(program, launcher):
    """What runs, and the packages that it is made of."""
    libraries, loader = shared_libraries(program)
    for name in LOADED:
        libraries |= loaded_library(name)
    files = {"bin/bulkhead": File(stripped(launcher), 0o755),
             "lib/bulkhead/bulkhead": File(stripped(program), 0o755),
             "lib/bulkhead/ld.so": File(loader.read_bytes(), 0o755)}
    for name, path in libraries.items():
        files[f"lib/bulkhead/{name}"] = File(path.read_bytes())
    names = [package_of(path) for path in [*libraries.values(), loader]]
    return files, packages_named(names)


def document_files(program, packages):
    names = [package.name for package in packages]
    everything = packages + packages_named([*HEADER_PACKAGES, "ca-certificates"])
    files = licence_files(sorted({p.name: p for p in everything}.values(), key=lambda p: p.name))
    assert len(files) > len(names)
    for name in ("LICENSE", "README.md", "CHANGELOG.md"):
        files[f"share/doc/bulkhead/{name}"] = File((SOURCE / name).read_bytes())
    manual = output_of(program, "man").encode()
    files["share/man/man1/bulkhead.1.gz"] = File(gzip.compress(manual, 9, mtime=0))
    for shell, path in (("bash", "bash-completion/completions/bulkhead"),
                        ("zsh", "zsh/site-functions/_bulkhead"),
                        ("fish", "fish/vendor_completions.d/bulkhead.fish")):
        files[f"share/{path}"] = File(output_of(program, "completion", shell).encode())
    return files


def with_folders(files):
    """The same tree with every folder on the way, sorted."""
    tree = dict(files)
    for path in files:
        for parent in pathlib.PurePosixPath(path).parents:
            if str(parent) != ".":
                tree.setdefault(str(parent), File(mode=0o755, is_folder=True))
    return dict(sorted(tree.items()))
