"""Tests of fuzz/seeded/run.

    python3 -m unittest discover tools/tests
"""

import contextlib
import importlib.machinery
import importlib.util
import io
import re
import sys
import unittest
import unittest.mock
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent.parent

# Nothing is to be left beside the scripts.
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("seeded_bugs", str(ROOT / "fuzz/seeded/run"))
spec = importlib.util.spec_from_loader(loader.name, loader)
seeded = importlib.util.module_from_spec(spec)
loader.exec_module(seeded)

ENGINE_OF_FOLDER = re.compile(r"kzg-blst/src/(avx2|ifma)/")


def patches():
    return [seeded.Bug(path) for path in sorted(seeded.SEEDED.glob("*.patch"))]


class Needs(unittest.TestCase):
    def test_bugs_whose_code_does_not_run_here_are_skipped(self):
        bugs = [SimpleNamespace(name=str(needs), needs=needs) for needs in (None, "avx2", "ifma", "sha")]
        for present, expected in [
            ({"scalar"}, ["None"]),
            ({"scalar", "avx2"}, ["None", "avx2"]),
            ({"scalar", "avx2", "ifma", "sha"}, ["None", "avx2", "ifma", "sha"]),
        ]:
            runs, skipped = seeded.runnable(bugs, present)
            self.assertEqual([bug.name for bug in runs], expected)
            self.assertEqual({bug.name for bug in skipped}, {bug.name for bug in bugs} - set(expected))

    def test_a_need_that_no_processor_has_is_refused(self):
        with self.assertRaises(SystemExit):
            seeded.runnable([SimpleNamespace(name="typing-error", needs="avx512")], {"scalar"})

    def test_patches_of_an_engine_need_the_engine(self):
        in_folders = 0
        for bug in patches():
            if folder := ENGINE_OF_FOLDER.match(bug.file):
                in_folders += 1
                with self.subTest(patch=bug.name):
                    self.assertEqual(bug.needs, folder[1])
        self.assertGreater(in_folders, 0)

    def test_a_skipped_bug_is_no_survivor_and_keeps_its_row(self):
        before = seeded.RESULTS.read_bytes()
        printed = io.StringIO()
        with (
            unittest.mock.patch.object(sys, "argv", ["run", "--here", "ifma-canonical-once"]),
            unittest.mock.patch.object(seeded, "available", lambda: {"scalar"}),
            contextlib.redirect_stdout(printed),
        ):
            seeded.main()
        self.assertIn("ifma-canonical-once", printed.getvalue())
        self.assertEqual(seeded.RESULTS.read_bytes(), before)


class Commands(unittest.TestCase):
    def test_every_patch_names_a_package_and_commands(self):
        for bug in patches():
            with self.subTest(patch=bug.name):
                self.assertTrue(list(bug.commands()))

    def test_the_package_of_a_file_is_that_of_the_nearest_manifest(self):
        for file, package in [
            ("kzg-blst/src/ifma/opening.rs", "kzg-blst"),
            ("compat/ckzg/src/calls.rs", "kzg-ckzg"),
            ("bindings/c/src/eip4844.rs", "kzg-c"),
        ]:
            self.assertEqual(seeded.crate_of(file), package)


if __name__ == "__main__":
    unittest.main()
