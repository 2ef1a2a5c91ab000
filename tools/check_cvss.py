#!/usr/bin/env python3
"""Holds the scores of CVSS vectors against an independent implementation.

    python3 -m venv V && V/bin/pip install cvss
    V/bin/python tools/check_cvss.py build/dev/model_test [COUNT=10000]

Makes COUNT vectors of each version, lets the package `cvss` (Red Hat's) score them, and runs the
unit test that reads such a table. Versions 2 and 3 have base metrics alone, since it is the base
score that is compared; 4.0 has threat and environmental ones, too.
"""

import os
import random
import subprocess
import sys
import tempfile

import cvss

VERSION_2 = {"AV": "LAN", "AC": "HML", "Au": "MSN", "C": "NPC", "I": "NPC", "A": "NPC"}
VERSION_3 = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "HLN", "I": "HLN",
             "A": "HLN"}
VERSION_4 = {"AV": "NALP", "AC": "LH", "AT": "NP", "PR": "NLH", "UI": "NPA", "VC": "HLN",
             "VI": "HLN", "VA": "HLN", "SC": "HLN", "SI": "HLN", "SA": "HLN"}
VERSION_4_OTHERS = {"E": "XAPU", "CR": "XHML", "IR": "XHML", "AR": "XHML", "MAV": "XNALP",
                    "MAC": "XLH", "MAT": "XNP", "MPR": "XNLH", "MUI": "XNPA", "MVC": "XHLN",
                    "MVI": "XHLN", "MVA": "XHLN", "MSC": "XHLN", "MSI": "XSHLN", "MSA": "XSHLN"}


def vector(values, pick, prefix="", others=()):
    pairs = [f"{name}:{pick.choice(letters)}" for name, letters in values.items()]
    pairs += [f"{name}:{pick.choice(letters)}" for name, letters in others]
    return prefix + "/".join(pairs)


def rows(count):
    pick = random.Random(20231101)
    for i in range(count):
        text = vector(VERSION_2, pick)
        yield text, cvss.CVSS2(text).base_score
        for minor in ("3.0", "3.1"):
            text = vector(VERSION_3, pick, f"CVSS:{minor}/")
            yield text, cvss.CVSS3(text).base_score
        others = list(VERSION_4_OTHERS.items()) if i % 2 else []
        chosen = [other for other in others if pick.random() < 0.5]
        text = vector(VERSION_4, pick, "CVSS:4.0/", chosen)
        yield text, cvss.CVSS4(text).base_score


def main():
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as table:
        for text, score in rows(count):
            table.write(f"{text}\t{score}\n")
        table.flush()
        environment = {**os.environ, "BULKHEAD_CVSS_TABLE": table.name}
        return subprocess.run([program, "--gtest_filter=Cvss.AgreesWithAGivenTable"],
                              env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
