"""version-compare against tables of facts, each also the other way round."""

import tempfile
import unittest

import fixtures
import support

SWAPPED = {"<": ">", ">": "<", "=": "="}
# Of our own, so that a checkout alone proves something: (scheme, a, sign, b).
OWN = [
    ("deb", "1.0~rc1-1", "<", "1.0-1"),
    ("deb", "1:0.9", ">", "2.0"),
    ("deb", "1.0", "=", "1.0-0"),
    ("deb", "1.0-1", "<", "1.0-1+deb12u1"),
    ("deb", "1.0+dfsg-1", ">", "1.0-9"),
    ("deb", "2.36-9+deb12u10", ">", "2.36-9+deb12u9"),
    ("apk", "1.2_rc1-r0", "<", "1.2-r0"),
    ("apk", "1.2_p1-r0", ">", "1.2-r0"),
    ("apk", "1.2-r9", "<", "1.2-r10"),
    ("apk", "1.2a-r0", ">", "1.2-r0"),
    ("apk", "1.36.1-r5", "=", "1.36.1-r5"),
    ("semver", "1.0.0-alpha", "<", "1.0.0"),
    ("semver", "1.0.0-alpha.9", "<", "1.0.0-alpha.10"),
    ("semver", "1.0.0+a", "=", "1.0.0+b"),
]
REFUSED = [("deb", "", "1"), ("deb", "1", "a:1"), ("deb", "1 2", "1"), ("apk", "nonesuch", "1"),
           ("semver", "1.x", "1.0.0"), ("nonesuch", "1", "1")]


def compare(lines):
    with tempfile.TemporaryFile() as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.seek(0)
        return support.bulkhead("version-compare", "--stdin", stdin=file)


class VersionsTest(unittest.TestCase):
    def check(self, facts):
        lines, want = [], []
        for scheme, a, sign, b in facts:
            lines += [f"{scheme}\t{a}\t{b}", f"{scheme}\t{b}\t{a}"]
            want += [sign, SWAPPED[sign]]
        run = compare(lines)
        got = run.stdout.decode().splitlines()
        wrong = [(line, w, g) for line, w, g in zip(lines, want, got) if w != g]
        self.assertEqual(wrong, [])
        self.assertEqual(len(got), len(want))
        self.assertEqual((run.code, run.stderr), (0, ""))
        return len(want)

    def test_own_facts(self):
        self.check(OWN)

    def test_tables_of_facts(self):
        for scheme, least in (("deb", 4000), ("apk", 4000), ("semver", 15)):
            with self.subTest(scheme):
                facts = [row[:4] for row in fixtures.rows(support.shared(f"versions/{scheme}.tsv"))]
                compared = self.check(facts)
                self.assertGreater(compared, 2 * least)
                print(f"{scheme}: {compared} comparisons")

    def test_two_versions_on_the_command_line(self):
        for scheme, a, sign, b in OWN:
            with self.subTest(f"{scheme} {a} {b}"):
                run = support.bulkhead("version-compare", scheme, a, b)
                self.assertEqual((run.code, run.stdout.decode(), run.stderr), (0, sign + "\n", ""))

    def test_versions_that_begin_with_a_dash(self):
        run = support.bulkhead("version-compare", "--", "deb", "1", "-1")
        self.assertEqual((run.code, run.stdout), (2, b""))
        self.assertNotIn("Run with --help", run.stderr, "it was taken for an option")

    def test_refused(self):
        for scheme, a, b in REFUSED:
            with self.subTest(f"{scheme} '{a}' '{b}'"):
                alone = support.bulkhead("version-compare", scheme, a, b)
                self.assertEqual((alone.code, alone.stdout), (2, b""))
                self.assertTrue(alone.stderr)
                run = compare([f"{scheme}\t{a}\t{b}"])
                self.assertEqual((run.code, run.stdout), (2, b"?\n"))
                self.assertIn("line 1", run.stderr)

    def test_a_refused_line_costs_one_line(self):
        run = compare(["deb\t1\t2", "deb\t\t2", "deb\t1", "deb\t1\t2\t3", "", "deb\t2\t1"])
        self.assertEqual(run.stdout.decode().split(), ["<", "?", "?", "?", "?", ">"])
        self.assertEqual(run.code, 2)
        self.assertEqual(len(run.stderr.splitlines()), 4)

    def test_no_lines(self):
        run = compare([])
        self.assertEqual((run.code, run.stdout, run.stderr), (0, b"", ""))

    def test_wrong_usage(self):
        for words in ([], ["deb"], ["deb", "1"], ["deb", "1", "2", "3"],
                      ["--stdin", "deb", "1", "2"]):
            with self.subTest(words):
                run = support.bulkhead("version-compare", *words)
                self.assertEqual((run.code, run.stdout), (2, b""))
                self.assertTrue(run.stderr)


if __name__ == "__main__":
    support.main()
