"""Tests of tools/long-runs, with a script in the place of `kzg`.

    python3 -m unittest discover tools/tests
"""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import resource
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Nothing is to be left beside the scripts.
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("long_runs", str(ROOT / "tools/long-runs"))
spec = importlib.util.spec_from_loader(loader.name, loader)
long_runs = importlib.util.module_from_spec(spec)
loader.exec_module(long_runs)

# `kzg` as far as the script calls it. A job is a copy of the inputs, and one of them may be lost.
PROGRAM = """#!/bin/sh
case "$1" in
pipeline) exit_code={first}
    case "$*" in *--resume*) exit_code=0 ;; esac
    mkdir -p "$4" && cp "$2"/* "$4" && rm -f "$4"/{lost} && exit $exit_code ;;
decode) cp -r "$2" "$4" ;;
esac
"""
NONE = "none"


class LongRuns(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, first=0, lost=NONE):
        path = self.folder / "kzg"
        path.write_text(PROGRAM.format(first=first, lost=lost))
        path.chmod(0o755)
        return str(path)

    def full_disk(self, program, mounts, ci=None):
        """Runs the mode in folders that are not mounted. Returns what was printed; an exit is an error."""
        printed, mounts = io.StringIO(), iter(mounts)
        environment = {"CI": ci} if ci else {}
        with (
            unittest.mock.patch.object(os, "geteuid", lambda: 0),
            unittest.mock.patch.object(long_runs, "mount", lambda *_: next(mounts)),
            unittest.mock.patch.object(long_runs, "grow", lambda _: None),
            unittest.mock.patch.object(long_runs, "unmount", lambda _: None),
            unittest.mock.patch.dict(os.environ, environment),
            contextlib.redirect_stdout(printed),
        ):
            if not ci:
                os.environ.pop("CI", None)
            long_runs.full_disk(program)
        return printed.getvalue()

    def test_a_job_that_ends_without_an_error_and_lost_bytes_is_a_fault(self):
        for first in (0, 3):
            with self.assertRaises(SystemExit) as exit:
                self.full_disk(self.program(first, lost="input-1"), [True] * 22)
            self.assertEqual(exit.exception.code, "full-disk: 4 KiB: bytes were lost")

    def test_disks_that_never_fill_prove_nothing(self):
        with self.assertRaises(SystemExit) as exit:
            self.full_disk(self.program(), [True] * 22)
        self.assertIn("do not reach", exit.exception.code)

    def test_a_machine_that_mounts_nothing_is_skipped_but_in_ci(self):
        self.assertIn("skipped", self.full_disk(self.program(), [False]))
        with self.assertRaises(SystemExit):
            self.full_disk(self.program(), [False], ci="true")

    def test_a_mount_that_fails_after_another_is_a_failure(self):
        with self.assertRaises(SystemExit) as exit:
            self.full_disk(self.program(), [True, False])
        self.assertIn("after it had succeeded", exit.exception.code)

    def limits(self, program):
        printed = io.StringIO()
        # Nothing that hinders a script.
        wide = {"NOFILE": (resource.RLIMIT_NOFILE, [256])}
        with unittest.mock.patch.object(long_runs, "LIMITS", wide), contextlib.redirect_stdout(printed):
            long_runs.limits(program)
        return printed.getvalue()

    def test_a_job_within_limits_is_decoded(self):
        self.assertIn("NOFILE 0", self.limits(self.program()))
        with self.assertRaises(SystemExit) as exit:
            self.limits(self.program(lost="input-1"))
        self.assertIn("bytes were lost", exit.exception.code)

    def test_a_program_that_never_starts_is_a_failure(self):
        path = self.folder / "kzg"
        path.write_text("#!/bin/sh\nexit 127\n")
        path.chmod(0o755)
        with self.assertRaises(SystemExit) as exit:
            self.limits(str(path))
        self.assertEqual(exit.exception.code, 1)


if __name__ == "__main__":
    unittest.main()
