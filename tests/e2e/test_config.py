"""bulkhead.yaml, config show, the shells' completions and the manual page."""

import os
import re
import shutil
import subprocess
import unittest

import fixtures
import support

DEMO = support.SOURCE / "examples" / "storefront"

# (the file, what the message must say, why)
REFUSED = [
    ("fail-no: high\n", "bulkhead.yaml:1: 'fail-no' is no option; did you mean 'fail-on'?",
     "swapped letters"),
    ("strict: true\n\nfail_on: high\n", "bulkhead.yaml:3: 'fail_on' is no option; did you mean "
     "'fail-on'?", "the line of the key"),
    ("max-layer: 3\n", "did you mean 'max-layers'?", "limits are keys"),
    ("horoscope: true\n", "'horoscope' is no option (", "nothing is near"),
    ("fail-on: hihg\n", "bulkhead.yaml:1: 'fail-on': hihg not in", "a choice"),
    ("fail-on: hihg\n", "did you mean 'high'?", "the nearest choice"),
    ("unknown-as: unknown\n", "'unknown-as': unknown not in", "the command line's own check"),
    ("severity: [high, lo]\n", "'severity': lo not in", "choices in lists"),
    ("severity: [[high]]\n", "is a list of words", "lists in lists"),
    ("severity: []\n", "is an empty list", "an empty list"),
    ("jobs: many\n", "'jobs' is a number from 0 on, not 'many'", "a number"),
    ("jobs: -1\n", "'jobs' is a number from 0 on, not '-1'", "a negative number"),
    ('jobs: "3"\n', "'jobs' is a number from 0 on, not '3'", "text is no number"),
    ("jobs: 99999999999999999999999\n", "'jobs'", "a number that is too large"),
    ("jobs: [1]\n", "'jobs' has one value, not a list", "a list for one value"),
    ("db: {a: b}\n", "'db' has a value, not keys of its own", "a mapping for a value"),
    ("all: yes\n", "'all' is true or false, not 'yes'", "a flag"),
    ('all: "true"\n', "'all' is true or false", "text is no flag"),
    ("fail-on:\n", "'fail-on' has no value", "nothing"),
    ("fail-on: ~\n", "'fail-on' has no value", "null"),
    ("fail-on: low\nstrict: true\nfail-on: high\n", "bulkhead.yaml:3: 'fail-on' stands in line 1",
     "twice"),
    ("target: x.tar\n", "'target' belongs on the command line", "positional"),
    ("config: x.yaml\n", "'config' belongs on the command line", "a file that names a file"),
    ("stdin: true\n", "'stdin' belongs on the command line", "standard input"),
    ("- fail-on\n", "bulkhead.yaml:1: it is no mapping", "a list"),
    ("high\n", "bulkhead.yaml:1: it is no mapping", "a word"),
    ("a: b: c\n", "bulkhead.yaml: yaml: line 1", "no YAML"),
    ("[a, b]: c\n", "is no option", "a key that is a list"),
    ("exit-code: 256\n", "bulkhead.yaml has set exit-code (line 1)", "what the command refuses"),
    ("platform: a/b/c/d\n", "bulkhead.yaml has set platform (line 1)", "what the command refuses"),
    ("output: pdf\n", "bulkhead.yaml has set output (line 1)", "what the command refuses"),
]


class ConfigTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = support.temporary_folder(cls)
        cls.database = cls.data / "db"
        fixtures.import_data(cls.database, DEMO / "advisories")
        cls.image = fixtures.make_image_of(DEMO / "storefront.json", cls.data / "demo.tar")

    def setUp(self):
        self.folder = support.temporary_folder(self)

    def run_it(self, *words, code=0, **how):
        run = support.bulkhead(*words, cwd=self.folder, **how)
        self.assertEqual(run.code, code, run)
        return run

    def scan(self, *words, **how):
        return self.run_it("scan", self.image, "--db", self.database, *words, **how)

    def write(self, text, name="bulkhead.yaml"):
        (self.folder / name).write_text(text)
        return self.folder / name

    def settings(self, *words, **how):
        shown = self.run_it("config", "show", "-o", "json", *words, **how).json()
        return {option["name"]: option for option in shown["options"]}


class File(ConfigTest):
    def test_found_in_the_working_folder(self):
        self.write("fail-on: low\nexit-code: 9\n")
        self.scan(code=9)

    def test_named(self):
        path = self.write("fail-on: low\n", "other.yaml")
        self.scan(code=0)
        self.scan("--config", path, code=1)
        self.scan("-c", "other.yaml", code=1)
        self.scan(env={"BULKHEAD_CONFIG": str(path)}, code=1)
        self.write("fail-on: nonsense\n")
        self.scan("-c", "other.yaml", code=1)  # and then the one here is not read

    def test_none(self):
        self.write("fail-on: low\n")
        self.scan("-c", "/dev/null", code=0)
        for text in ("", "# nothing\n", "{}\n"):
            self.write(text)
            self.scan(code=0)

    def test_precedence(self):
        self.write("fail-on: low\nexit-code: 9\n")
        self.scan(env={"BULKHEAD_EXIT_CODE": "8"}, code=8)
        self.scan("--exit-code", "7", env={"BULKHEAD_EXIT_CODE": "8"}, code=7)
        self.scan(env={"BULKHEAD_EXIT_CODE": ""}, code=9)

    def test_every_kind_of_value(self):
        plain = self.scan("-o", "json").json()["findings"]
        self.write("output: json\nseverity: [high, low]\nignore-unfixed: true\n")
        wanted = self.scan("-c", "/dev/null", "-o", "json", "-s", "high,low", "--ignore-unfixed")
        self.assertEqual(self.scan().stdout, wanted.stdout)
        self.assertLess(len(wanted.json()["findings"]), len(plain))
        self.write("output: [json=a.json, table]\nseverity: high,low\nonly-fixed: true\n")
        self.assertNotEqual(self.scan().stdout, b"")
        self.assertEqual((self.folder / "a.json").read_bytes(), wanted.stdout)
        self.write("max-entries: 2\n")
        self.scan(code=3)
        self.write(f"input: '{self.image}'\ndb: {self.database}\n")
        self.run_it("scan")

    def test_the_command_line_replaces_lists(self):
        self.write("severity: [high]\n")
        self.assertEqual(self.settings("--severity", "low")["severity"]["value"], ["low"])

    def test_a_flag_is_taken_back(self):
        self.write("only-fixed: true\n")
        every = self.scan("-c", "/dev/null", "-o", "json").stdout
        self.assertNotEqual(self.scan("-o", "json").stdout, every)
        self.assertEqual(self.scan("-o", "json", "--only-fixed=false").stdout, every)
        self.assertEqual(self.scan("-o", "json", "--ignore-unfixed=false").stdout, every,
                         "two names of one thing")

    def test_rivals(self):
        """What the command line says in one way silences what a file says in another."""
        self.write("format: json\ninput: nothing-there.tar\n")
        self.scan().json()
        self.assertTrue(self.scan("-o", "table").stdout.startswith(b"Target"))
        self.assertEqual(os.listdir(self.folder), ["bulkhead.yaml"], "no file called table")
        self.write("output: json=a.json\n")
        self.scan("-f", "json").json()
        self.assertFalse((self.folder / "a.json").exists())
        self.write("output: a.json\nformat: json\n")
        self.assertEqual(self.scan().stdout, b"")
        self.assertTrue((self.folder / "a.json").exists())

    def test_serves_every_command(self):
        self.write(f"fail-on: low\noutput: json\nlimit: 1\nlayer: 1\ndb: {self.database}\n")
        self.scan(code=1)
        self.assertNotIn(b"{", self.run_it("files", self.image).stdout,
                         "output speaks of scan's reports")
        self.assertEqual(self.run_it("files", self.image).stdout,
                         self.run_it("files", self.image, "-c", "/dev/null", "--layer", "1").stdout)
        rows = self.run_it("db", "search", "openssl", "-o", "json").json()["rows"]
        self.assertEqual(len(rows), 1)

    def test_refused(self):
        for text, wanted, why in REFUSED:
            with self.subTest(text, why=why):
                self.write(text)
                run = self.scan(code=2)
                self.assertIn(wanted, run.stderr)
                self.assertEqual(run.stdout, b"")
        self.write("fail-no: high\n")
        for command in ("files x", "db status", "db import x", "db search x", "config show"):
            self.run_it(*command.split(), code=2)
        for command in ("--help", "scan --help", "version-compare deb 1 2", "completion bash",
                        "man", "--version"):
            self.run_it(*command.split(), code=0)

    def test_files_that_cannot_be_read(self):
        self.assertIn("nonesuch.yaml", self.scan("-c", "nonesuch.yaml", code=2).stderr)
        (self.folder / "folder").mkdir()
        self.scan("-c", "folder", code=2)
        self.write("#" * (1 << 20) + "\nstrict: true\n")
        self.assertIn("1 MiB", self.scan(code=2).stderr)
        self.write("a: &a [x, x]\nb: &b [*a, *a]\n")
        self.scan(code=2)
        (self.folder / "bulkhead.yaml").write_bytes(b"\xff\xfe: 1\n")
        self.scan(code=2)

    def test_hostile_keys_are_escaped(self):
        self.write('"\\e[31mred": 1\n')
        self.assertNotIn("\x1b", self.scan(code=2).stderr)


class Show(ConfigTest):
    def test_where_each_value_came_from(self):
        self.write("exit-code: 9\n# more\nmax-layers: 10\nonly-fixed: true\n")
        got = self.settings("--unknown-as", "low", env={"BULKHEAD_JOBS": "3"})
        for name, value, origin, line in (
                ("exit-code", 9, "file", 1), ("max-layers", 10, "file", 3),
                ("only-fixed", True, "file", 4), ("ignore-unfixed", True, "file", 4),
                ("unknown-as", "low", "command-line", None), ("jobs", 3, "environment", None),
                ("fail-on", "", "default", None)):
            with self.subTest(name):
                self.assertEqual((got[name]["value"], got[name]["origin"],
                                  got[name].get("line")), (value, origin, line))
        self.assertEqual(got["exit-code"]["default"], 1)
        self.assertEqual(got["jobs"]["variable"], "BULKHEAD_JOBS")
        text = self.run_it("config", "show", "--unknown-as", "low",
                           env={"BULKHEAD_JOBS": "3"}).stdout.decode()
        for line in (r"exit-code +9 +bulkhead.yaml:1", r"unknown-as +low +command line",
                     r"jobs +3 +BULKHEAD_JOBS", r"fail-on +- +default",
                     r"ignore-unfixed +true +bulkhead.yaml:4"):
            self.assertRegex(text, rf"(?m)^{line}$")

    def test_of_one_command(self):
        self.assertNotIn("fail-on", self.settings("--for", "files"))
        self.assertIn("layer", self.settings("--for", "files"))
        self.assertIn("limit", self.settings("--for", "db search"))
        self.run_it("config", "show", "--for", "files", "--fail-on", "low", code=2)

    def test_usage(self):
        for words in (["--nonesuch"], ["word"], ["--for", "nonesuch"], ["-o", "yaml"],
                      ["--fail-on", "dreadful"]):
            with self.subTest(words):
                self.run_it("config", "show", *words, code=2)

    def test_what_it_shows_is_what_scan_does(self):
        self.write("fail-on: low\nexit-code: 9\n")
        value = self.settings()["exit-code"]["value"]
        self.scan(code=value)

    def test_misspelt_variables(self):
        run = self.scan(env={"BULKHEAD_FAILON": "high"})
        self.assertIn("BULKHEAD_FAILON is no option; did you mean BULKHEAD_FAIL_ON?", run.stderr)
        self.assertEqual(self.scan("-q", env={"BULKHEAD_FAILON": "high"}).stderr, "")
        for name in ("BULKHEAD_CI", "BULKHEAD_SOURCE_DIR", "BULKHEADFAIL_ON"):
            self.assertEqual(self.scan(env={name: "x"}).stderr, "", name)

    def test_verbose_says_what_was_set(self):
        self.write("exit-code: 9\n")
        said = self.scan("-v", env={"BULKHEAD_JOBS": "2"}).stderr
        for part in ("exit-code from bulkhead.yaml:1", "jobs from BULKHEAD_JOBS",
                     "verbose from command line"):
            self.assertIn(part, said)


class Completion(ConfigTest):
    # (the words before the cursor, some of what is offered, something that is not)
    CASES = [
        (["bulkhead", ""], ["scan", "db", "completion", "--version"], "import"),
        (["bulkhead", "sc"], ["scan"], "db"),
        (["bulkhead", "db", ""], ["import", "status", "search"], "scan"),
        (["bulkhead", "config", ""], ["show"], "import"),
        (["bulkhead", "scan", "--fail-on", "h"], ["high"], "low"),
        (["bulkhead", "scan", "-s", "high,c"], ["high,critical"], "critical"),
        (["bulkhead", "scan", "-o", "j"], ["json"], "table"),
        (["bulkhead", "db", "status", "-o", ""], ["json", "table"], "scan"),
        (["bulkhead", "scan", "--max-l"], ["--max-layers", "--max-link-depth"], "--max-notes"),
        (["bulkhead", "files", "--f"], [], "--fail-on"),
        (["bulkhead", "scan", "--db", ""], ["folder"], "file.tar"),
        (["bulkhead", "scan", "--config", "fi"], ["file.tar"], "folder"),
        (["bulkhead", "scan", "fi"], ["file.tar"], "scan"),
        (["bulkhead", "scan", "docker-"], ["docker-archive:"], "file.tar"),
        (["bulkhead", "file.tar", "--fail-"], ["--fail-on"], "--for"),
        (["bulkhead", "db", "import", "--timeout", "3", "--no-"], ["--no-progress"], "--all"),
        (["bulkhead", "version-compare", "d"], ["deb"], "apk"),
        (["bulkhead", "completion", ""], ["bash", "zsh", "fish"], "scan"),
    ]

    def setUp(self):
        super().setUp()
        (self.folder / "file.tar").write_text("")
        (self.folder / "folder").mkdir()

    def script(self, shell):
        path = self.folder.parent / f"{self.folder.name}.{shell}"
        path.write_bytes(self.run_it("completion", shell).stdout)
        self.addCleanup(path.unlink)
        return path

    def check(self, offers):
        for words, wanted, unwanted in self.CASES:
            with self.subTest(words):
                got = offers(words)
                self.assertLessEqual(set(wanted), got)
                self.assertNotIn(unwanted, got)

    def lines(self, *command):
        run = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, check=False)
        self.assertEqual((run.returncode, run.stderr), (0, b""), command)
        return run.stdout.decode().splitlines()

    def test_bash(self):
        script = self.script("bash")

        def offers(words):
            code = (f'source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bulkhead; '
                    'printf "%s\\n" "${COMPREPLY[@]}"')
            return set(self.lines("bash", "--norc", "-c", code, "bash", *words))
        self.check(offers)
        # Readline's pieces of --fail-on=h, -o json=fi and docker-archive:fi.
        self.assertIn("high", offers(["bulkhead", "scan", "--fail-on", "=", "h"]))
        self.assertIn("file.tar", offers(["bulkhead", "scan", "-o", "json", "=", "fi"]))
        self.assertIn("file.tar", offers(["bulkhead", "scan", "docker-archive", ":", "fi"]))
        self.assertIn("db\\ import", offers(["bulkhead", "config", "show", "--for", "db"]))

    def test_fish(self):
        fish = support.tool("fish")
        script = self.script("fish")

        def offers(words):
            lines = self.lines(fish, "--no-config", "-c",
                               f"source {script}; complete -C '{' '.join(words)}'")
            return {line.split("\t")[0].rstrip("/") for line in lines}
        for words, wanted, _ in self.CASES:
            # fish offers options only where a dash stands, and files wherever they may.
            wanted = [word for word in wanted if not word.startswith("--") or
                      words[-1].startswith("-")]
            with self.subTest(words):
                self.assertLessEqual(set(wanted), offers(words))

    def test_zsh(self):
        """zsh completes only on a terminal of its own (zpty); what it shows has the words in it."""
        zsh = support.tool("zsh")
        script = self.script("zsh")
        self.lines(zsh, "-n", str(script))
        code = r'''
            zmodload zsh/zpty
            zpty -b shell zsh -f -i
            zpty -w shell "PS1=; cd $2; autoload -Uz compinit; compinit -u -D; source $1"
            zpty -w shell "zstyle ':completion:*' list-prompt ''; LISTMAX=0; echo rea''dy"
            zpty -r -m shell out "*ready*" || exit 1
            zpty -w -n shell "$3"$'\t\t'
            for i in {1..40}; do
              sleep 0.05
              while zpty -r -t shell out; do print -rn -- "$out"; done
            done
            zpty -d shell'''
        for line, wanted in (("bulkhead scan --fail-on ", ["critical", "negligible"]),
                             ("bulkhead db ", ["import", "status"]),
                             ("bulkhead ", ["scan", "version-compare"])):
            with self.subTest(line):
                run = subprocess.run([zsh, "-f", "-c", code, "zsh", script, self.folder, line],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                                     env={**os.environ, "TERM": "xterm"}, timeout=60)
                for word in wanted:
                    self.assertIn(word, run.stdout.decode("utf-8", "replace"))

    def test_every_option_is_in_every_script(self):
        names = {f"--{name}" for name in self.settings()}
        for shell in ("bash", "zsh", "fish"):
            text = self.script(shell).read_text()
            if shell == "fish":
                text = re.sub(r" -l ", " --", text)
            self.assertEqual({name for name in names if name not in text}, set(), shell)


class Manual(ConfigTest):
    def test_renders_without_warnings(self):
        page = self.folder / "bulkhead.1"
        page.write_bytes(self.run_it("man").stdout)
        checked = 0
        for command in (["man", "--warnings", "-l"], ["mandoc", "-T", "lint", "-W", "warning"],
                        ["groff", "-ww", "-man", "-Tutf8", "-K", "utf8"]):
            if not shutil.which(command[0]):
                continue
            run = subprocess.run([*command, page], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
                                 check=False)
            self.assertEqual((run.returncode, run.stderr), (0, b""), command)
            if command[0] == "mandoc":
                self.assertEqual(run.stdout, b"")
            checked += 1
        if checked == 0:
            self.skipTest("no man, mandoc or groff")

    def test_has_everything(self):
        text = self.run_it("man").stdout.decode().replace("\\-", "-")
        for name in self.settings():
            self.assertIn(f"--{name}", text)
        for command in ("scan", "files", "db import", "version-compare", "config show", "man"):
            self.assertIn(f".SS bulkhead {command}\n", text)
        self.assertIn(" 2023-11-14 ", text.splitlines()[0], "the date is SOURCE_DATE_EPOCH's")


if __name__ == "__main__":
    support.main()
