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
    ("npm", "=v1.2.3", "=", "1.2.3"),
    ("cargo", "1.0.0-alpha.9", "<", "1.0.0-alpha.10"),
    ("pub", "1.0.0+1", "<", "1.0.0+2"),
    ("nuget", "1.0.0.0-BETA", "=", "1.0-beta"),
    ("go", "v0.0.0-20190101000000-0123456789ab", "<", "v0.0.0-20190102000000-000000000000"),
    ("go", "go1.21rc2", "<", "1.21.0"),
    ("pypi", "1.0.dev1", "<", "1.0a1"),
    ("pypi", "1!0.1", ">", "2021.9"),
    ("maven", "1.0-SNAPSHOT", "<", "1.0.Final"),
    ("maven", "31.1-android", "<", "31.1-jre"),
    ("rubygems", "1.0.a10", ">", "1.0.a9"),
    ("packagist", "1.0RC1", "<", "v1.0.0"),
    ("cran", "0.9", "<", "0.75"),
    ("hackage", "1.0.0", ">", "1.0"),
]
# Of the tables; Maven itself (3.8.7 to 4.0.0-rc-3) says the opposite, they are from an older one.
DISPUTED = {
    ("maven", "1.0.0-RC16", "1.0.0.RC8-beta"),
    ("maven", "1.0.0-gradle-rework-beta3", "1.0.0.RC7-3"),
    ("maven", "1.1.31.sec10", "1.1.31_noneautotype"),
    ("maven", "1.2.8.sec10_noneautotype", "1.2.8_noneautotype"),
    ("maven", "1.2.54.sec10", "1.2.54_noneautotype"),
    ("maven", "1.5.9.RC1", "1.5.9-RC0"),
}
# scheme: how many rows its table has at least
TABLES = {"apk": 4000, "cran": 28, "deb": 4000, "go": 80, "hackage": 6, "maven": 4400, "npm": 9,
          "nuget": 11, "packagist": 3100, "pub": 23, "pypi": 3700, "rpm": 30, "rubygems": 1200,
          "semver": 15}
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
        for scheme, least in TABLES.items():
            with self.subTest(scheme):
                facts = []
                for name, a, sign, b in (
                        row[:4] for row in fixtures.rows(support.shared(f"versions/{scheme}.tsv"))):
                    facts.append((name, a, SWAPPED[sign] if (name, a, b) in DISPUTED else sign, b))
                compared = self.check(facts)
                self.assertGreaterEqual(compared, 2 * least)
                print(f"{scheme}: {compared} comparisons")

    def test_what_the_tools_say_where_tables_differ(self):
        rows = fixtures.rows(support.shared("versions/disputed.tsv"))
        facts = [(scheme, a, sign, b) for scheme, a, _, b, sign, *_ in rows]
        self.assertGreaterEqual(self.check(facts), 2 * 15)

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
