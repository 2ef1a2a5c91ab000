"""Every file of the vendors' feeds is read, or is in a table of those that are no advisory data."""

import pathlib
import re
import subprocess
import unittest

import support

SAMPLES = "advisories/vendor-feed-samples.tar.zst"

# Files that no format is of, by name: not advisory data.
NOT_DATA = {
    r".*\.html": "pages for people: indexes of folders, life cycles, package manifests",
    r".*\.(asc|sha256)": "signatures and digests",
    r"index\.txt|archive_latest\.txt|fullfiletimelist.*|PULP_MANIFEST|feed\.json":
        "lists of a server's files",
    r".*-modules\.yaml\.(gz|xz|zst)": "modules of a package repository, without advisories",
    r"photon_versions\.json": "names of releases",
    r"commits\.json": "the history of a repository",
    r"Sources\.(gz|xz)": "indexes of Debian's archive that are empty",
    r"invalid\.(json|xml)|updateinfo_invalid_xml\.xml\.gz": "malformed on purpose",
    r"(.*_)?invalid\.xml\.bz2": "malformed on purpose",
    r"00boilerplate": "the form that new entries are made from",
}
# The same of folders in archives: how many files, and which.
NOT_DATA_IN_ARCHIVES = {
    "main.tar.gz/advisory-database-main": (5, "words about the repository"),
    "main.tar.gz/advisory-database-main/.github/workflows": (3, "the repository's automation"),
    "main.tar.gz/AzureLinuxVulnerabilityData-main": (6, "words about the repository"),
    "oval_v1_20230706.tar.gz": (1, "the list of a server's files"),
    "main.tar.gz/cve-feed-osv-main": (2, "words about the repository"),
    "main.tar.gz/cve-feed-osv-main/.github/workflows": (2, "the repository's automation"),
    "main.tar.gz/cve-feed-osv-main/vulns": (1, "words about the folder"),
    "security-tracker-master/data/CPE": (1, "names of products"),
    "csaf.tar.bz2/csaf": (8, "signatures and digests, the list of files, the licence"),
    "csaf-vex.tar.bz2/csaf-vex": (5, "signatures and digests, the list of files"),
    "cvrf-cve.tar.bz2/cvrf-cve": (3, "words about the folder, the licence"),
    "cvrf_20231016.tar.gz": (1, "the list of files"),
    "osv.tar.bz2/osv": (1, "the list of all ids"),
}
# Folders whose formats have no reader yet. A row is deleted with the reader's arrival; what is no
# advisory data there goes into the tables above.
NO_READER_YET = ()
# What is none under a name that elsewhere is of records.
NOT_DATA_FILES = {
    "fedora/api/updates/F38C.json": "an empty list of updates",
    "openeuler/osv/happy/all.json": "the list of all ids",
}

UNKNOWN = re.compile(r"bulkhead: unsupported: (.*): import: (\d+) files? (?:is|are) of no known "
                     r"format, the first is (.*)")
TALLY = re.compile(r"([a-z-]+): (\d+) documents, (\d+) records kept, (\d+) withdrawn, "
                   r"(\d+) documents without packages, (\d+) notes")
COLUMNS = ("documents", "kept", "withdrawn", "empty", "noted")
# What must come of the formats whose samples are known: no fewer, and none unnoticed.
WANTED = {
    "alma-errata": (1, 1, 0, 0, 1),
    "alpine-secdb": (8, 159, 0, 0, 0),
    "arch": (1, 2, 0, 0, 0),
    "bodhi": (5, 1, 0, 0, 4),
    "csaf": (26, 22, 0, 3, 1),
    "cvrf": (16, 9, 0, 6, 1),
    "debian-dsa": (3, 8, 0, 0, 0),
    "debian-tracker": (1, 8, 0, 0, 0),
    "endoflife": (3, 83, 0, 0, 2),
    "epss": (4, 8, 0, 0, 0),
    "gitlab": (10, 10, 0, 0, 0),
    "nvd": (23, 59, 0, 1, 0),
    "oval": (33, 115, 0, 0, 9),
    "photon": (3, 7, 0, 0, 1),
    "rocky-errata": (2, 1, 0, 0, 1),
    "updateinfo": (18, 13, 0, 0, 7),
    "red-hat-cve": (5, 5, 0, 0, 0),
    "ubuntu-cve": (3, 4, 0, 0, 0),
    "ubuntu-tracker": (4, 3, 0, 1, 0),
    "ubuntu-usn": (4, 3, 0, 3, 0),
    "ubuntu-vex": (3, 2, 0, 1, 0),
}


def is_under(place, prefix):
    return place == prefix or place.startswith(prefix + "/")


def is_not_data(path):
    return any(re.fullmatch(pattern, path.name) for pattern in NOT_DATA)


class Feeds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        archive = support.shared(SAMPLES)
        zstd = support.tool("zstd")
        cls.folder = support.temporary_folder(cls)
        with subprocess.Popen([zstd, "-dcq", archive], stdout=subprocess.PIPE) as plain:
            subprocess.run(["tar", "-xf", "-", "-C", cls.folder], stdin=plain.stdout, check=True)
        cls.samples = pathlib.Path(cls.folder) / "set-a"
        cls.tallies, cls.unknown, cls.asides = {}, [], []
        for vendor in sorted(path for path in cls.samples.iterdir() if path.is_dir()):
            cls.take(vendor)

    @classmethod
    def take(cls, vendor):
        run = support.bulkhead("db", "import", "--db", f"{cls.folder}/db", vendor)
        assert run.code in (0, 3), run
        for line in (run.stderr + run.stdout.decode()).splitlines():
            if (found := TALLY.fullmatch(line)):
                sums = cls.tallies.setdefault(found[1], [0] * len(COLUMNS))
                cls.tallies[found[1]] = [a + int(b) for a, b in zip(sums, found.groups()[1:])]
            elif (found := UNKNOWN.fullmatch(line)):
                place = found[1].removeprefix(f"{cls.samples}/")
                cls.unknown.append((place, int(found[2]), found[3]))
            elif "set aside" in line:
                cls.asides.append(line.split(": import: ")[-1])
            assert "in further folders" not in line, line

    def test_every_file_is_read_or_known_to_be_no_data(self):
        for place, count, first in self.unknown:
            if any(is_under(place, row) for row in NO_READER_YET):
                continue
            with self.subTest(place=place, count=count, first=first):
                folder = self.samples / place
                if folder.is_dir():
                    named = [path for path in folder.iterdir() if path.is_file() and
                             (is_not_data(path) or f"{place}/{path.name}" in NOT_DATA_FILES)]
                    self.assertEqual(count, len(named), f"{first} and others")
                else:
                    known = [row for tail, row in NOT_DATA_IN_ARCHIVES.items()
                             if place.endswith("/" + tail)]
                    self.assertEqual([row[0] for row in known], [count], first)

    def test_no_row_waits_for_a_reader_that_is_there(self):
        for row in NO_READER_YET:
            with self.subTest(row=row):
                waiting = [first for place, _, first in self.unknown if is_under(place, row) and
                           not is_not_data(pathlib.PurePath(first))]
                waits = waiting or any(is_under(place, row) for place, _, _ in self.unknown)
                self.assertTrue(waits, "a reader has come: delete the row")

    def test_nothing_of_the_known_formats_is_lost(self):
        print(f"\n{'format':<16}" + "".join(f"{column:>11}" for column in COLUMNS))
        for name, sums in sorted(self.tallies.items()):
            print(f"{name:<16}" + "".join(f"{number:>11}" for number in sums))
        for reason in sorted(set(self.asides)):
            print(f"set aside: {reason}")
        for name, sums in WANTED.items():
            with self.subTest(format=name):
                self.assertEqual(tuple(self.tallies.get(name, ())), sums)
        for name, (documents, kept, withdrawn, empty, noted) in self.tallies.items():
            with self.subTest(format=name):
                self.assertLessEqual(documents, kept + withdrawn + empty + noted)


if __name__ == "__main__":
    support.main()
