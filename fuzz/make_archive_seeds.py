#!/usr/bin/env python3
"""Writes the seeds of fuzz_tar and fuzz_zip into fuzz/corpus: small archives that together hold
every extension the readers know. The first byte of a tar seed picks the chunks."""
import io
import pathlib
import tarfile
import zipfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def header(name, kind, size, patches=()):
    block = bytearray(512)
    for at, data in ((0, name.encode()), (100, b"0000644\0"), (108, b"0000000\0"),
                     (116, b"0000000\0"), (124, b"%011o\0" % size), (136, b"00000000000\0"),
                     (156, kind.encode()), (257, b"ustar  \0"), *patches):
        block[at:at + len(data)] = data
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data):
    return data + bytes(-len(data) % 512)


def record(key, value):
    rest = len(key) + len(value) + 3
    length = rest + 1
    while length != rest + len(str(length)):
        length += 1
    return b"%d %s=%s\n" % (length, key.encode(), value)


def pax(*records, kind="x"):
    data = b"".join(record(key, value) for key, value in records)
    return header("pax", kind, len(data)) + padded(data)


def with_tarfile(form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, kind in (("d", tarfile.DIRTYPE), ("f", tarfile.REGTYPE), ("l", tarfile.SYMTYPE),
                           ("c", tarfile.CHRTYPE), ("n" * 120, tarfile.REGTYPE)):
            if form == tarfile.USTAR_FORMAT:
                name = name[:99]
            info = tarfile.TarInfo(name)
            info.type = kind
            info.size = 3 if kind == tarfile.REGTYPE else 0
            info.linkname = "target" if kind == tarfile.SYMTYPE else ""
            tar.addfile(info, io.BytesIO(b"abc"))
    return padded(out.getvalue().rstrip(b"\0")) + bytes(1024)  # without the record's filler


def tars():
    yield "ustar", with_tarfile(tarfile.USTAR_FORMAT)
    yield "gnu", with_tarfile(tarfile.GNU_FORMAT)
    yield "pax", with_tarfile(tarfile.PAX_FORMAT)
    old = header("s", "S", 2, ((386, b"%011o\0%011o\0" % (4, 2)), (482, b"\1"),
                               (483, b"%011o\0" % 8)))
    yield "sparse_old", old + padded(b"%011o\0%011o\0" % (8, 0)) + padded(b"zz")
    yield "sparse_0_0", (pax(("GNU.sparse.size", b"9"), ("GNU.sparse.offset", b"3"),
                             ("GNU.sparse.numbytes", b"2")) + header("s", "0", 2) + padded(b"zz"))
    yield "sparse_0_1", (pax(("GNU.sparse.size", b"9"), ("GNU.sparse.map", b"3,2"),
                             ("GNU.sparse.name", b"s")) + header("s", "0", 2) + padded(b"zz"))
    yield "sparse_1_0", (pax(("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"),
                             ("GNU.sparse.realsize", b"9"), ("GNU.sparse.name", b"s")) +
                         header("s", "0", 514) + padded(b"1\n3\n2\n") + padded(b"zz"))
    yield "records", (pax(("uid", b"5"), kind="g") +
                      pax(("SCHILY.xattr.user.a", b"b"), ("LIBARCHIVE.xattr.user.%41", b"YWI"),
                          ("mtime", b"-1.5"), ("size", b"3"), ("linkpath", b"t")) +
                      header("h", "1", 0) + padded(b"abc"))
    yield "odd", (header("v", "V", 0) + header("m", "M", 1) + padded(b"m") + header("q", "q", 1) +
                  padded(b"q") + header("d#", "5", 700) + padded(b"x" * 700) + bytes(512) +
                  padded(b"lone"))


def zips():
    for name, method in (("stored", zipfile.ZIP_STORED), ("deflate", zipfile.ZIP_DEFLATED)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo("a"), b"abc" * 20, method)
            with archive.open(zipfile.ZipInfo("b"), "w", force_zip64=True) as member:
                member.write(b"b")
        yield name, out.getvalue()
    yield "prefix", b"#!/bin/sh\n" + out.getvalue()


def main():
    for unit, seeds in (("tar", ((name, b"\x03" + data) for name, data in tars())),
                        ("zip", zips())):
        folder = CORPUS / unit
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds:
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
