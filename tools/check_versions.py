#!/usr/bin/env python3
"""Holds the orders of versions against each ecosystem's own tool.

    tools/check_versions.py build/dev/bulkhead [SCHEME...] [--count 20000]

Makes pairs of versions that are near to each other, lets the tool order them, and compares. Tools
that are not there are passed over with a word. Wanted, by scheme:

    npm        node, and semver as npm brings it
    pypi       the package `packaging` of this Python (run it as a virtual environment's python)
    maven      java, and maven-artifact (BULKHEAD_MAVEN_JARS=a.jar:b.jar, else Debian's)
    rubygems   ruby
    packagist  php, and Debian's php-composer-semver
    go         go, and golang.org/x/mod/semver
    npm-range, gem-requirement, maven-range, composer-constraint
               as npm, rubygems, maven and packagist: which versions a range holds; the tests of
               ranges in version_test, which lies beside the program, are asked

Versions that only one side takes are counted apart: bulkhead takes more than npm (short versions),
and versions of Go's own releases, which are no module's.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

NUMBERS = ["0", "1", "2", "3", "10", "20", "01"]
PIECES = {  # what may follow the numbers
    "npm": ["-a", "-rc.1", "-rc.10", ".a", ".0", ".1", "a", "Z", "beta", "+b", "-0", "--", "v"],
    "pypi": [".0", "a1", "b", "rc2", "c1", ".post1", "-1", ".dev", "dev3", "_", "-", "+l.1", "+L_1",
             ".a", "pre", "preview", "rev", "r", "alpha.2", ".1"],
    "maven": [".0", ".1", "-1", "-0", "-rc", ".RC1", "rc-2", "-SNAPSHOT", ".Final", "-sp", ".sp1", "x",
              "m", "ga", "-cr", "-beta-2", ".beta-2", "_", ".v2", "-jre", "-a", "a1", "b2", "M3"],
    "rubygems": [".0", ".1", ".a", ".b", ".rc1", "-", "-a", ".0.0", "a", "Z", ".pre", ".10"],
    "packagist": ["-dev", "-beta", "b", "RC", "a1", "p2", "-alpha.1", "pl", "_", "-", ".x-dev", ".*",
                  "-12", ":30", "@dev", "+b", "stable", " as 2.0", "x-dev", "patch", ".1", "1230"],
    "go": ["-rc", "-rc.1", "+incompatible", "a", "-0.20200102030405-abcdef012345", "+b", "--", ".1",
           ".a", "-0"],
}
FIRST = {"go": ["v"], "npm": ["", "", "v", "="], "pypi": ["", "", "v", "1!"], "packagist": ["", "v"]}
NUMBER_COUNTS = {"npm": (3, 3), "go": (3, 3)}  # else 1 to 4
RANGES = {  # signs, versions, what stands between two parts that must both hold
    "gem-requirement": (["", "= ", "~> ", "~>", ">= ", "> ", "< ", "<=", "!= "],
                        ["0", "1", "1.0", "1.2", "1.2.3", "1.9", "1.2.3.4", "1.2.a", "1.3.a", "1.3.0.rc1", "2",
                         "2.0.pre", "1.2-b", "1.10.1", "0.9.9", "1.2.3.rc1", "2.0.0"], ", "),
    "maven-range": (["[{},{}]", "[{},{})", "({},{}]", "({},{})", "[{}]", "(,{}]", "[{},)", "(,{})"],
                    ["1", "1.0", "1.0-rc1", "1.0-SNAPSHOT", "1.2", "1.2.Final", "1.2-sp1", "1.10", "2.0",
                     "2.0-beta-2", "1.2.3", "0.9", "1.0-jre", "1.0-1"], ","),
    "composer-constraint": (["", "=", "^", "~", ">=", ">", "<", "<=", "!=", ">= ", "<>", "=="],
                            ["1", "1.0", "1.2", "1.2.3", "0.3.1", "0.0.3", "0.3", "0", "1.2.3.4", "1.2-beta2",
                             "1.2.0-RC1", "2.0", "2.0-dev", "1.2.3-p1", "v1.2", "1.9.9", "1.3.0-alpha"], " "),
}
RANGE_SIGNS = ["", "", "^", "^", "~", "~", "~>", ">", ">=", "<", "<=", "=", "v", ">= ", "^ ", "< "]
RANGE_BOUNDS = ["1", "2", "0", "1.2", "0.1", "0.0", "1.2.3", "0.0.1", "0.1.2", "2.0.0", "0.0.0", "x", "*", "1.x",
                "1.2.x", "0.X", "0.0.*", "1.x.3", "1.2.3-rc.2", "1.0.0", "1.2.3-a", "0.1.2-b", "0.0.1-rc.1",
                "2.0.0-0", "1.2.3+b", "1.2.3-rc.1+b.2", "v1.2"]
RANGE_VERSIONS = ["0.0.0", "0.0.1", "0.0.1-rc.1", "0.0.2", "0.1.0", "0.1.2", "0.1.2-b", "0.1.9", "0.2.0",
                  "0.2.0-0", "1.0.0", "1.0.0-rc.1", "1.2.0", "1.2.3", "1.2.3-a", "1.2.3-rc.1", "1.2.3-rc.2",
                  "1.2.4", "1.2.4-0", "1.3.0", "1.3.0-0", "2.0.0", "2.0.0-0", "2.0.0-rc.1", "2.1.0", "3.0.0"]

NODE = """
const semver = require(process.env.SEMVER);
const read = require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1);
const ask = process.env.RANGES ? (a, b) => {
  if (semver.validRange(a) === null || semver.valid(b) === null) return '?';
  return semver.satisfies(b, a) ? 'in' : 'out';
} : (a, b) => {
  try { return '<=>'[semver.compare(a, b, true) + 1]; } catch { return '?'; }
};
process.stdout.write(read.map(l => ask(...l.split('\\t')) + '\\n').join(''));
"""
PYTHON = """
import sys
from packaging.version import Version, InvalidVersion
for line in sys.stdin:
    a, b = line[:-1].split("\\t")
    try:
        a, b = Version(a), Version(b)
        print("<" if a < b else ">" if a > b else "=")
    except InvalidVersion:
        print("?")
"""
JAVA = """
import org.apache.maven.artifact.versioning.ComparableVersion;
import java.io.*;
public class Ask {
  public static void main(String[] words) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String line; (line = in.readLine()) != null;) {
      String[] pair = line.split("\\t", -1);
      int order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
      out.append(order < 0 ? "<\\n" : order > 0 ? ">\\n" : "=\\n");
    }
    System.out.print(out);
  }
}
"""
RUBY = """
STDIN.each_line do |line|
  a, b = line.chomp.split("\\t", -1)
  begin
    raise ArgumentError if a.strip.empty? || b.strip.empty?
    puts "<=>"[(Gem::Version.new(a) <=> Gem::Version.new(b)) + 1]
  rescue ArgumentError
    puts "?"
  end
end
"""
PHP = """
require '/usr/share/php/Composer/Semver/autoload.php';
$parser = new Composer\\Semver\\VersionParser();
while (($line = fgets(STDIN)) !== false) {
  list($a, $b) = explode("\\t", rtrim($line, "\\n"));
  try {
    $a = $parser->normalize($a); $b = $parser->normalize($b);
    if (strpos($a, 'dev-') === 0 && strpos($b, 'dev-') === 0 && $a !== $b) { echo "?\\n"; continue; }
    echo '<=>'[version_compare($a, $b) + 1], "\\n";
  } catch (UnexpectedValueException $e) { echo "?\\n"; }
}
"""
RUBY_RANGES = """
STDIN.each_line do |line|
  a, b = line.chomp.split("\\t", -1)
  begin
    puts Gem::Requirement.new(a.split(",").map(&:strip)).satisfied_by?(Gem::Version.new(b)) ? "in" : "out"
  rescue ArgumentError
    puts "?"
  end
end
"""
PHP_RANGES = """
require '/usr/share/php/Composer/Semver/autoload.php';
while (($line = fgets(STDIN)) !== false) {
  list($a, $b) = explode("\\t", rtrim($line, "\\n"));
  try { echo Composer\\Semver\\Semver::satisfies($b, $a) ? "in\\n" : "out\\n"; }
  catch (UnexpectedValueException $e) { echo "?\\n"; }
}
"""
JAVA_RANGES = """
import org.apache.maven.artifact.versioning.*;
import java.io.*;
public class Ask {
  public static void main(String[] words) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String line; (line = in.readLine()) != null;) {
      String[] pair = line.split("\\t", -1);
      try {
        VersionRange range = VersionRange.createFromVersionSpec(pair[0]);
        out.append(range.containsVersion(new DefaultArtifactVersion(pair[1])) ? "in\\n" : "out\\n");
      } catch (InvalidVersionSpecificationException e) { out.append("?\\n"); }
    }
    System.out.print(out);
  }
}
"""
GO = """
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/semver"
)

func main() {
	in, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	for in.Scan() {
		a, b, _ := strings.Cut(in.Text(), "\\t")
		if !semver.IsValid(a) || !semver.IsValid(b) {
			fmt.Fprintln(out, "?")
		} else {
			fmt.Fprintln(out, "<=>"[semver.Compare(a, b)+1:semver.Compare(a, b)+2])
		}
	}
	out.Flush()
}
"""


def run(words, text, **more):
    done = subprocess.run(words, input=text.encode(), stdout=subprocess.PIPE, check=False, **more)
    return done.stdout.decode().split()


def node(text, folder, ranges=False):
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, check=True).stdout.decode().strip()
    environment = {**os.environ, "SEMVER": os.path.join(root, "npm/node_modules/semver"),
                   "RANGES": "1" if ranges else ""}
    return run(["node", "-e", NODE], text, env=environment, cwd=folder)


def maven(text, folder, source=JAVA):
    jars = os.environ.get("BULKHEAD_MAVEN_JARS",
                          "/usr/share/maven/lib/maven-artifact-3.x.jar:/usr/share/maven/lib/commons-lang3.jar")
    path = os.path.join(folder, "Ask.java")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    return run(["java", "-cp", jars, path], text)


def go(text, folder):
    with open(os.path.join(folder, "main.go"), "w", encoding="utf-8") as file:
        file.write(GO)
    for words in (["go", "mod", "init", "ask"], ["go", "get", "golang.org/x/mod/semver"]):
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return run(["go", "run", "."], text, cwd=folder)


TOOLS = {  # scheme: (program, how to ask it)
    "npm": ("node", node),
    "pypi": (sys.executable, lambda text, folder: run([sys.executable, "-c", PYTHON], text)),
    "maven": ("java", maven),
    "rubygems": ("ruby", lambda text, folder: run(["ruby", "-e", RUBY], text)),
    "packagist": ("php", lambda text, folder: run(["php", "-r", PHP], text)),
    "go": ("go", go),
    "npm-range": ("node", lambda text, folder: node(text, folder, ranges=True)),
    "gem-requirement": ("ruby", lambda text, folder: run(["ruby", "-e", RUBY_RANGES], text)),
    "maven-range": ("java", lambda text, folder: maven(text, folder, JAVA_RANGES)),
    "composer-constraint": ("php", lambda text, folder: run(["php", "-r", PHP_RANGES], text)),
}


def near(pick, scheme):
    """Two variants of a base of numbers and pieces."""
    numbers = [pick.choice(NUMBERS) for _ in range(pick.randint(*NUMBER_COUNTS.get(scheme, (1, 4))))]
    base = [pick.choice(PIECES[scheme]) for _ in range(pick.randint(0, 3))]
    for _ in range(2):
        first = pick.choice(FIRST.get(scheme, [""]))
        ours, pieces = list(numbers), list(base)
        if pick.random() < 0.3:
            ours[pick.randrange(len(ours))] = pick.choice(NUMBERS)
        if scheme not in NUMBER_COUNTS:
            change = pick.random()
            if change < 0.2:
                ours.append("0")
            elif change < 0.4 and len(ours) > 1:
                ours.pop()
        if pick.random() < 0.5:
            pieces.insert(pick.randint(0, len(pieces)), pick.choice(PIECES[scheme]))
        if pick.random() < 0.5 and pieces:
            del pieces[pick.randrange(len(pieces))]
        yield first + ".".join(ours) + "".join(pieces)


def npm_range(pick):
    sets = []
    for _ in range(pick.randint(1, 2)):
        if pick.random() < 0.25:
            sets.append(f"{pick.choice(RANGE_BOUNDS)} - {pick.choice(RANGE_BOUNDS)}")
        else:
            sets.append(" ".join(pick.choice(RANGE_SIGNS) + pick.choice(RANGE_BOUNDS)
                                 for _ in range(pick.randint(1, 2))))
    return pick.choice(["||", " || "]).join(sets)


def other_range(pick, syntax):
    signs, versions, between = RANGES[syntax]
    parts = []
    for _ in range(pick.randint(1, 2)):
        sign = pick.choice(signs)
        if syntax == "maven-range":
            parts.append(sign.format(pick.choice(versions), pick.choice(versions)))
        elif syntax == "composer-constraint" and pick.random() < 0.15:
            return f"{pick.choice(versions)} - {pick.choice(versions)}", pick.choice(versions)
        elif syntax == "composer-constraint" and pick.random() < 0.15:
            parts.append(pick.choice(["1.*", "1.2.x", "*", "0.*", "1.2.3.*"]))
        else:
            parts.append(sign + pick.choice(versions))
    if syntax == "composer-constraint":
        between = pick.choice([" ", ",", ", ", " || ", "|"])
    return between.join(parts), pick.choice(versions)


def make_pairs(scheme, count):
    pick = random.Random(20260607)
    for _ in range(count):
        if scheme == "npm-range":
            yield npm_range(pick), pick.choice(RANGE_VERSIONS)
        elif scheme in RANGES:
            yield other_range(pick, scheme)
        else:
            yield tuple(near(pick, scheme))


def ask_bulkhead(program, scheme, pairs):
    text = "".join(f"{scheme}\t{a}\t{b}\n" for a, b in pairs)
    return run([program, "version-compare", "--stdin"], text, stderr=subprocess.DEVNULL)


def contradicted(wrong, ask, folder):
    """The pairs of which the tool says the opposite by way of a third version: a < b, but a >= c
    and c >= b. No order can agree with it there."""
    thirds = []
    for (a, b), _, _ in wrong:
        starts = {text[:end] for text in (a, b) for end in range(1, len(text) + 1)}
        ends = {start + end for start in starts for end in ("", ".sp", "-sp", ".0.1", "-1", "-rc")}
        thirds.append(sorted(ends))
    asked = [pair for ((a, b), _, _), some in zip(wrong, thirds) for c in some
             for pair in ((a, c), (c, b))]
    answers = iter(ask("".join(f"{a}\t{b}\n" for a, b in asked), folder))
    found = []
    for row, some in zip(wrong, thirds):
        ways = [next(answers) + next(answers) for _ in some]
        opposite = {"<": (">>", "=>", ">=", "=="), ">": ("<<", "=<", "<=", "=="),
                    "=": ("<<", "=<", "<=", ">>", "=>", ">=")}[row[2]]
        if any(way in opposite for way in ways):
            found.append(row)
    return found


def check_ranges(program, syntax, count, folder):
    pairs = list(make_pairs(syntax, count))
    answers = TOOLS[syntax][1]("".join(f"{a}\t{b}\n" for a, b in pairs), folder)
    if len(answers) != count:
        print(f"{syntax}: {len(answers)} answers to {count} pairs")
        return False
    rows = [(a, t, b) for (a, b), t in zip(pairs, answers) if t != "?"]
    path = os.path.join(folder, "table.tsv")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{syntax}\t{a}\t{t}\t{b}\n" for a, t, b in rows)
    tests = os.path.join(os.path.dirname(program), "version_test")
    done = subprocess.run([tests, "--gtest_filter=*.AgreesWithAGivenTable"], check=False, capture_output=True, env={
        **os.environ, f"BULKHEAD_{'NPM_RANGE' if syntax == 'npm-range' else 'REQUIREMENT'}_TABLE": path})
    wrong = done.stdout.decode().count(": Failure")
    print(f"{syntax}: {len(rows)} pairs compared ({sum(row[1] == 'in' for row in rows)} in), {wrong} differ")
    if wrong:
        print(done.stdout.decode()[:2000])
    return done.returncode == 0


def check(program, scheme, count, folder):
    tool, ask = TOOLS[scheme]
    if shutil.which(tool) is None:
        print(f"{scheme}: passed over, there is no {tool} here")
        return True
    if scheme == "npm-range" or scheme in RANGES:
        return check_ranges(program, scheme, count, folder)
    pairs = list(make_pairs(scheme, count))
    ours = ask_bulkhead(program, scheme, pairs)
    theirs = ask("".join(f"{a}\t{b}\n" for a, b in pairs), folder)
    if len(ours) != count or len(theirs) != count:
        print(f"{scheme}: {len(ours)} and {len(theirs)} answers to {count} pairs")
        return False
    both = [(pair, o, t) for pair, o, t in zip(pairs, ours, theirs) if "?" not in (o, t)]
    wrong = [row for row in both if row[1] != row[2]]
    known = contradicted(wrong, ask, folder) if wrong and scheme == "maven" else []
    wrong = [row for row in wrong if row not in known]
    only_ours = [pair for pair, o, t in zip(pairs, ours, theirs) if o != "?" and t == "?"]
    only_theirs = [pair for pair, o, t in zip(pairs, ours, theirs) if o == "?" and t != "?"]
    print(f"{scheme}: {len(both)} pairs compared, {len(wrong)} differ"
          f"{f', {len(known)} more where the tool contradicts itself' if known else ''}; taken by "
          f"bulkhead alone {len(only_ours)}, by the tool alone {len(only_theirs)}")
    for pair, o, t in wrong[:10]:
        print(f"  {pair[0]!r} {pair[1]!r}: bulkhead {o}, the tool {t}")
    for what, alone in (("bulkhead", only_ours), ("the tool", only_theirs)):
        for pair in alone[:5]:
            print(f"  taken by {what} alone: {pair[0]!r} {pair[1]!r}")
    return not wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("schemes", nargs="*", help=", ".join(TOOLS))
    parser.add_argument("--count", type=int, default=20000)
    words = parser.parse_args()
    program = os.path.abspath(words.program)
    is_good = True
    for scheme in words.schemes or TOOLS:
        with tempfile.TemporaryDirectory() as folder:
            is_good = check(program, scheme, words.count, folder) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
