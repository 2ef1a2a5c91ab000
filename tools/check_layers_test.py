#!/usr/bin/env python3
"""Breaks the directions between the rooms on purpose and expects check_layers.py to say so."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent
ROOT = TOOLS.parent


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for part in ("src", "apps", "tests"):
            shutil.copytree(ROOT / part, self.root / part)

    def run_check(self):
        done = subprocess.run([sys.executable, TOOLS / "check_layers.py", self.root],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def expect_breach(self, name, content, *words):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        code, out = self.run_check()
        self.assertEqual(code, 1, out)
        self.assertIn(f"{name}:{content.count(chr(10))}: ", out)
        for word in words:
            self.assertIn(word, out)

    def expect_fine(self, name):
        self.assertNotIn(name, self.run_check()[1])

    def test_a_tree_without_breaches_passes(self):
        shutil.rmtree(self.root / "src/bulkhead")
        shutil.rmtree(self.root / "apps")
        shutil.rmtree(self.root / "tests")
        room = self.root / "src/bulkhead/io"
        room.mkdir(parents=True)
        (room / "good.h").write_text('#include "bulkhead/base/error.h"\n', encoding="utf-8")
        code, out = self.run_check()
        self.assertEqual(code, 0, out)

    def test_upward_arrow(self):
        self.expect_breach("src/bulkhead/base/bad.cc",
                           '#pragma once\n#include "bulkhead/io/hash.h"\n', "base -> io")

    def test_sideways_arrow(self):
        self.expect_breach("src/bulkhead/catalog/bad.cc",
                           '#include "bulkhead/image/overlay.h"\n', "catalog -> image")

    def test_apps_reach_through_scan_only(self):
        (self.root / "apps/bulkhead/good.cc").write_text(
            '#include "bulkhead/archive/tar.h"\n', encoding="utf-8")
        self.expect_fine("good.cc")

    def test_a_test_may_use_the_shared_builders(self):
        (self.root / "src/bulkhead/io/good_test.cc").write_text(
            '#include "tests/support/tar_builder.h"\n#include "bulkhead/archive/tar.h"\n',
            encoding="utf-8")
        self.expect_fine("good_test.cc")

    def test_code_may_not(self):
        self.expect_breach("src/bulkhead/io/bad.cc",
                           '#include "tests/support/tar_builder.h"\n', "only tests")

    def test_third_party_header_in_a_header(self):
        self.expect_breach("src/bulkhead/io/bad.h", "#include <vector>\n#include <zlib.h>\n",
                           "third-party header <zlib.h>")

    def test_a_header_that_only_tests_include_may_have_one(self):
        room = self.root / "src/bulkhead/io"
        (room / "helper.h").write_text("#include <gtest/gtest.h>\n", encoding="utf-8")
        (room / "good_test.cc").write_text('#include "bulkhead/io/helper.h"\n', encoding="utf-8")
        self.expect_fine("helper.h")
        (room / "bad.cc").write_text('#include "bulkhead/io/helper.h"\n', encoding="utf-8")
        code, out = self.run_check()
        self.assertEqual(code, 1)
        self.assertIn("src/bulkhead/io/helper.h:1: third-party header <gtest/gtest.h>", out)

    def test_include_that_is_not_from_the_root(self):
        for include in ("hash.h", "../base/error.h", "bulkhead/../x.h"):
            with self.subTest(include):
                self.expect_breach("src/bulkhead/io/bad.cc", f'#include "{include}"\n',
                                   "not written from the root")

    def test_sibling_ecosystems(self):
        self.expect_breach("src/bulkhead/catalog/dpkg/bad.cc",
                           '#include "bulkhead/catalog/apk/apk.h"\n', "do not include each other")

    def test_room_that_nobody_declared(self):
        self.expect_breach("src/bulkhead/kitchen/sink.cc", "\n", "no room of the table")


if __name__ == "__main__":
    unittest.main()
