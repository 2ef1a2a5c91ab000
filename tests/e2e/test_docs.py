"""What the pages for users show is true: YAML parses, commands and options exist, jobs work."""

import json
import re
import shlex
import subprocess
import unittest
import zipfile

import fixtures
import support

DOCS = support.SOURCE / "docs"
DEMO = support.SOURCE / "examples" / "storefront"
PAGES = [support.SOURCE / "README.md", *sorted(DOCS.glob("*.md"))]
# What a pipeline's report is, and how to see that it is one.
REPORTS = {"sarif": '"version": "2.1.0"', "gitlab": '"vulnerabilities"', "junit": "<testsuite"}


def blocks(page, language):
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def commands_in(text):
    """Each run of bulkhead in a shell text, as words after its name.

    A line may hold several commands; a program's path and $VARIABLES stay what they are.
    """
    found = []
    for line in text.splitlines():
        for part in re.split(r"&&|\|\||;|\|", line):
            part = re.sub(r"\$\{\{.*?\}\}", "VALUE", part)
            match = re.search(r"(?:^|[\s'\"])(?:bulkhead/bin/)?bulkhead ((?:scan|sbom|files|db|config|man|"
                              r"completion|version-compare)\b.*)", part)
            if not match:
                continue
            words = match[1].split(" #")[0].split(">")[0]
            if words.count("'") % 2 or words.count('"') % 2:
                words = words.rstrip("'\" ")  # the end of what stands around the command
            try:
                found.append(shlex.split(words))
            except ValueError as error:
                raise AssertionError(f"{line}: {error}") from error
    return found


class DocsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = support.temporary_folder(cls)
        cls.helps = {}

    def options_of(self, words):
        """The command that these words begin with, and the options that its help has."""
        name = words[0] if words[0] not in ("db", "config") else " ".join(words[:2])
        if name not in self.helps:
            run = support.bulkhead(*name.split(), "--help", cwd=self.folder)
            self.assertEqual(run.code, 0, f"{name}: {run}")
            text = run.stdout.decode()
            self.helps[name] = set(re.findall(r"(?<![\w-])(--?[a-zA-Z][a-z-]*)", text))
        return name, self.helps[name]

    def check(self, words, where):
        name, known = self.options_of(words)
        if name == "config show":
            known = known | self.options_of(["scan"])[1]  # it takes the options that it shows
        for word in words:
            if re.match(r"--?[a-z]", word):
                self.assertIn(word.split("=")[0], known, f"{where}: {name}")
        for option, value in zip(words, words[1:]):
            if option == "-o" and name == "scan" and "-f" not in words:
                script = support.bulkhead("completion", "bash", cwd=self.folder).stdout.decode()
                formats = re.search(r"'scan -o'.*words=\$'([^']*)'|'scan --output'.*words="
                                    r"\$'([^']*)'", script)
                names = (formats[1] or formats[2]).split("\\n")
                self.assertIn(value.split("=")[0], names, where)


class Commands(DocsTest):
    def test_every_command_shown_exists(self):
        count = 0
        for page in PAGES:
            text = page.read_text()
            shown = "\n".join(line.strip() for line in text.splitlines()
                              if line.startswith("    ") and not line.strip().startswith("bulkhead:"))
            shown += "\n" + "\n".join("\n".join(blocks(page, language))
                                      for language in ("yaml", "groovy", "sh", "bash", "console"))
            shown += "\n" + "\n".join(span.replace("\\|", "|") for span in
                                      re.findall(r"`([^`\n]+)`", text))
            for words in commands_in(shown):
                with self.subTest(page=page.name, words=words):
                    self.check(words, page.name)
                    count += 1
        self.assertGreater(count, 40)
        print(f"{count} commands on {len(PAGES)} pages")

    def test_configuration_example(self):
        example = blocks(DOCS / "configuration.md", "yaml")
        self.assertEqual(len(example), 1)
        (self.folder / "bulkhead.yaml").write_text(example[0])
        run = support.bulkhead("config", "show", "-o", "json", cwd=self.folder)
        self.assertEqual(run.code, 0, run)
        set_there = [o["name"] for o in run.json()["options"] if o["origin"] == "file"]
        self.assertGreater(len(set_there), 5)
        (self.folder / "bulkhead.yaml").unlink()


class Pipelines(DocsTest):
    """docs/ci.md: each job's commands run, with the demo in place of what the job would build."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = DOCS / "ci.md"
        cls.image = fixtures.make_image_of(DEMO / "storefront.json", cls.folder / "app.tar")
        with zipfile.ZipFile(cls.folder / "advisories.zip", "w") as archive:
            for path in sorted((DEMO / "advisories").iterdir()):
                archive.write(path, path.name)

    def test_yaml(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        github, gitlab = [yaml.safe_load(text) for text in blocks(self.page, "yaml")]
        steps = github["jobs"]["scan"]["steps"]
        self.assertIn("pull_request", github[True])  # YAML 1.1 reads the key "on" as true
        uploads = [step for step in steps if "upload-sarif" in step.get("uses", "")]
        self.assertEqual(len(uploads), 1)
        scans = [step["run"] for step in steps if "bulkhead scan" in step.get("run", "")]
        self.assertIn(f"sarif={uploads[0]['with']['sarif_file']}", scans[0])
        self.assertEqual(github["permissions"]["security-events"], "write")
        job = gitlab["container_scanning"]
        report = job["artifacts"]["reports"]["container_scanning"]
        self.assertTrue([line for line in job["script"] if f"gitlab={report}" in line])
        self.assertEqual(job["artifacts"]["when"], "always")

    def test_shell_of_the_jobs(self):
        """What the jobs run is shell."""
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        github, gitlab = [yaml.safe_load(text) for text in blocks(self.page, "yaml")]
        scripts = [step["run"] for step in github["jobs"]["scan"]["steps"] if "run" in step]
        scripts += gitlab["container_scanning"]["before_script"]
        scripts += gitlab["container_scanning"]["script"]
        jenkins, = blocks(self.page, "groovy")
        scripts += [a or b for a, b in re.findall(r"sh '''(.*?)'''|sh '([^'\n]+)'", jenkins,
                                                  re.DOTALL)]
        self.assertGreater(len(scripts), 12)
        for script in scripts:
            script = re.sub(r"\$\{\{.*?\}\}", "VALUE", script)
            run = subprocess.run(["sh", "-n"], input=script.encode(), stderr=subprocess.PIPE,
                                 check=False)
            self.assertEqual((run.returncode, run.stderr), (0, b""), script)

    def test_jobs_work(self):
        texts = [*blocks(self.page, "yaml"), *blocks(self.page, "groovy")]
        self.assertEqual(len(texts), 3)
        for number, (text, kind) in enumerate(zip(texts, REPORTS)):
            runs = commands_in(text)
            with self.subTest(kind):
                self.assertEqual([words[0] for words in runs], ["db", "scan"])
                variables = {"BULKHEAD_DB": str(self.folder / f"db{number}")}
                imported = support.bulkhead(*runs[0], cwd=self.folder, env=variables)
                self.assertEqual(imported.code, 0, imported)
                scanned = support.bulkhead(*runs[1], cwd=self.folder, env=variables)
                self.assertEqual(scanned.code, 1, scanned)
                self.assertIn(b"Verdict", scanned.stdout)
                name = next(word for word in runs[1] if word.startswith(f"{kind}="))
                report = (self.folder / name.split("=")[1]).read_text()
                self.assertIn(REPORTS[kind].replace(" ", ""), report.replace(" ", ""))
                if kind != "junit":
                    json.loads(report)


if __name__ == "__main__":
    support.main()
