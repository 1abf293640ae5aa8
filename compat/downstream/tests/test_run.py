"""Tests of compat/downstream/run: what counts as a test, and what fails.

    python3 -B -m unittest discover compat/downstream/tests
"""

import importlib.machinery
import importlib.util
import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent


def load_script():
    """Imports the script, whose name has no extension."""
    loader = importlib.machinery.SourceFileLoader("run_downstream", str(FOLDER / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


# Nothing is to be left beside the script, which imports a module of its folder.
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))
script = load_script()

OUTPUT = """
running 4 tests
test kzg::one ... ok
test kzg::two - should panic ... ok
test other::three ... ok
test other::four ... ignored

test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out
"""
PACKAGE = {
    "name": "crate", "version": "1.0.0", "kzg_tests": "^kzg::", "passed": 3, "kzg_passed": 2
}


class Judge(unittest.TestCase):
    def test_tests_that_passed_are_counted(self):
        line, failures = script.judge(PACKAGE, OUTPUT, None)
        self.assertEqual(line, "crate 1.0.0: 3 tests passed, 2 of them on KZG")
        self.assertEqual(failures, [])

    def test_more_tests_are_no_failure(self):
        _, failures = script.judge(PACKAGE | {"passed": 2, "kzg_passed": 1}, OUTPUT, None)
        self.assertEqual(failures, [])

    def test_fewer_tests_are_a_failure(self):
        _, failures = script.judge(PACKAGE | {"passed": 4}, OUTPUT, None)
        self.assertEqual(failures, ["crate 1.0.0: 3 tests passed, expected 4"])
        _, failures = script.judge(PACKAGE, OUTPUT.replace("kzg::one", "gone::one"), None)
        self.assertEqual(failures, ["crate 1.0.0: 1 tests on KZG passed, expected 2"])
        _, failures = script.judge(PACKAGE, "", None)
        self.assertEqual(len(failures), 2)

    def test_a_failed_test_does_not_count(self):
        failed = OUTPUT.replace("kzg::one ... ok", "kzg::one ... FAILED")
        self.assertEqual(len(script.judge(PACKAGE, failed, None)[1]), 2)

    def test_vectors_of_tests_that_passed_are_counted(self):
        package = PACKAGE | {"kzg_tests": "^test_", "kzg_passed": 1, "passed": 1, "vector_cases": 9}
        output, cases = "test test_compute_cells ... ok\n", {"compute_cells": 9, "other": 5}
        line, failures = script.judge(package, output, cases)
        self.assertTrue(line.endswith("over 9 vectors"), line)
        self.assertEqual(failures, [])
        _, failures = script.judge(package, output, {"compute_cells": 8})
        self.assertEqual(failures, ["crate 1.0.0: 8 vectors, expected 9"])


class Manifest(unittest.TestCase):
    def test_benches_are_left_out(self):
        package = '[package]\nname = "crate"'
        test = '[[test]]\nname = "t"'
        bench = '[[bench]]\nname = "b"\nharness = false'
        criterion = '[dev-dependencies.criterion]\nversion = "0.8"'
        rand = '[dev-dependencies.rand]\nversion = "0.8"'
        manifest = "\n\n".join([package, test, bench, criterion, rand])
        self.assertEqual(script.without_benches(manifest), "\n\n".join([package, test, rand]))


class Sources(unittest.TestCase):
    def test_a_package_by_path_has_no_source(self):
        ours = '[[package]]\nname = "c-kzg"\nversion = "2.1.8"\n'
        theirs = ours.replace("2.1.8", "1.0.3") + 'source = "registry+index"\n'
        other = '[[package]]\nname = "other"\nversion = "1.0.0"\n'
        self.assertEqual(script.sources_of("c-kzg", ours + other), [None])
        self.assertEqual(script.sources_of("c-kzg", theirs + ours), ["registry+index", None])
        self.assertEqual(script.sources_of("c-kzg", other), [])


class Features(unittest.TestCase):
    def test_features_are_named_with_their_package(self):
        features = lambda *arguments: script.features_of({"name": "a", "arguments": [*arguments]})
        self.assertEqual(features("--lib"), [])
        self.assertEqual(features("--lib", "--features", "kzg,serde"), ["a/kzg", "a/serde"])

    def test_other_arguments_are_left_to_cargo(self):
        for arguments in (["--tests"], ["--lib", "--no-default-features"], ["--lib", "name"]):
            package = {"name": "a", "arguments": arguments}
            self.assertIsNone(script.features_of(package))


class Packages(unittest.TestCase):
    def test_the_mode_core_is_part_of_all(self):
        core = [package["name"] for package in script.selected("core", [])]
        every = [package["name"] for package in script.selected("all", [])]
        self.assertEqual(core, ["revm-precompile", "alloy-eips"])
        self.assertLess(set(core), set(every))

    def test_every_replaced_package_has_ours(self):
        for package in script.selected("all", []):
            ours = script.REPLACEMENTS[package["replaces"]]
            self.assertTrue((ours / "Cargo.toml").is_file(), ours)

    def test_an_unknown_name_is_refused(self):
        with self.assertRaises(SystemExit):
            script.selected("all", ["alloy"])


if __name__ == "__main__":
    unittest.main()
