"""Tests that scripts fail where nothing was tested, with stubs for the programs that they call.

    python3 -m unittest discover tools/tests
"""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class WithStubs(unittest.TestCase):
    """A folder with programs that are found before those of the system."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.programs = self.folder / "programs"
        self.programs.mkdir()

    def stub(self, name, body, folder=None):
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    def run_script(self, *command, **variables):
        environment = {**os.environ, "PATH": f"{self.programs}:{os.environ['PATH']}", **variables}
        command = [str(argument) for argument in command]
        return subprocess.run(command, env=environment, capture_output=True, text=True)


class OldProcessors(WithStubs):
    def emulate(self, *built, status=0):
        message = '{"executable": "%s", "target": {"kind": ["test"]}}'
        lines = "\n".join(f"echo '{message % program}'" for program in built)
        self.stub("cargo", f"{lines}\nexit {status}")
        # What the emulator gets; it emulates nothing.
        emulator = self.stub("emulator", 'echo "emulated: $*"')
        return self.run_script(ROOT / "tools/test-old-processors", "Haswell:avx2", QEMU=str(emulator))

    def test_a_build_that_fails_is_a_failure(self):
        for built in [(), ("/one", "/other")]:
            done = self.emulate(*built, status=101)
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertNotIn("emulated", done.stdout)

    def test_a_missing_program_is_a_failure(self):
        for built in [(), ("/one",)]:
            done = self.emulate(*built)
            self.assertNotEqual(done.returncode, 0, done.stdout)

    def test_both_programs_run_and_need_the_engine(self):
        done = self.emulate("/one", "/other")
        self.assertEqual(done.returncode, 0, done.stderr)
        for program in ("/one", "/other"):
            self.assertIn(
                f"emulated: -cpu Haswell -E KZG_BLST_ENGINE=avx2 -E KZG_REQUIRE_BACKENDS=blst {program}",
                done.stdout,
            )


class Fuzzing(WithStubs):
    STATISTICS = "echo '#7 cov: 5 ft: 6'; echo 'stat::number_of_executed_units: 7'"

    def fuzz(self, body):
        """Runs fuzz/run in a folder of its own, over a target whose program is a script."""
        self.stub("cargo", "exit 0")
        self.stub("rustc", "echo 'host: here'")
        fuzz = self.folder / "fuzz"
        (fuzz / "fuzz_targets").mkdir(parents=True)
        shutil.copy(ROOT / "fuzz/run", fuzz / "run")
        if body is not None:
            self.stub("points", body, fuzz / "target/here/release")
        done = self.run_script(fuzz / "run", "1", "points", CARGO_TARGET_DIR="target")
        return done, (fuzz / "log.md").read_text()

    def test_a_run_that_executes_inputs_is_recorded(self):
        done, log = self.fuzz(self.STATISTICS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| points | 0 | 7 | 5 | 6 | 0 | 0 |", log)

    def test_a_find_is_recorded_and_is_a_failure(self):
        done, log = self.fuzz(f"{self.STATISTICS}; touch artifacts/points/crash-1; exit 77")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("| points | 0 | 7 | 5 | 6 | 0 | 1 |", log)

    def test_a_program_that_is_missing_is_a_failure(self):
        self.assert_not_recorded(None)

    def test_a_program_that_is_killed_is_a_failure(self):
        self.assert_not_recorded(f"{self.STATISTICS}; kill -KILL $$")

    def test_a_program_that_executes_nothing_is_a_failure(self):
        self.assert_not_recorded("exit 0")
        shutil.rmtree(self.folder / "fuzz")
        self.assert_not_recorded("echo 'stat::number_of_executed_units: 0'")

    def assert_not_recorded(self, body):
        done, log = self.fuzz(body)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("points: the program ended with status", done.stderr)
        self.assertNotIn("| points |", log)


class Gpu(WithStubs):
    def test_missing_compilers_are_a_failure_in_ci_and_are_named_elsewhere(self):
        self.stub("cargo", "exit 0")
        self.stub("gcc", "exit 0")
        self.stub("python3", "echo 'no pip' >&2; exit 1")
        skipped = self.folder / "skipped"
        for ci, expected in [("", 0), ("true", 1)]:
            skipped.write_text("")
            script = ROOT / "kzg-blst-gpu/tools/test"
            done = self.run_script(script, "--skipped", skipped, CI=ci)
            self.assertEqual(done.returncode, expected, done.stderr)
            self.assertEqual("no nvcc" in skipped.read_text(), expected == 0)


if __name__ == "__main__":
    unittest.main()
