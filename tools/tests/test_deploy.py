"""Tests of the files in deploy/.

    python3 -m unittest discover tools/tests
"""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"kzg_[a-z_]+")


class Image(unittest.TestCase):
    def test_builds_and_histories_are_not_copied_into_the_image(self):
        self.assertIn("COPY . .", (DEPLOY / "Dockerfile").read_text())
        ignored = set((ROOT / ".dockerignore").read_text().splitlines())
        expected = {".git", "**/target", "**/node_modules", "fuzz/corpus", "fuzz/artifacts"}
        self.assertEqual(expected - ignored, set())


class Unit(unittest.TestCase):
    def test_the_unit_starts_without_files_of_the_administrator(self):
        lines = (DEPLOY / "kzg.service").read_text().splitlines()
        directives = [line for line in lines if not line.startswith("#")]
        self.assertIn("DynamicUser=yes", directives)
        self.assertEqual([line for line in directives if "/etc/" in line], [])

    def test_secrets_are_credentials(self):
        text = (DEPLOY / "kzg.service").read_text()
        loaded = set(re.findall(r"LoadCredential=([a-z-]+):", text))
        read = set(re.findall(r"\$\{CREDENTIALS_DIRECTORY\}/([a-z-]+)", text))
        self.assertTrue(loaded)
        self.assertEqual(loaded, read)


class Queries(unittest.TestCase):
    """Runs a copy of deploy/check."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.deploy = Path(folder.name, "deploy")
        shutil.copytree(DEPLOY, self.deploy)
        # Every metric that the queries name, with every label that they can name.
        text = (DEPLOY / "dashboard.json").read_text() + (DEPLOY / "alerts.yaml").read_text()
        names = sorted(set(METRIC.findall(text)))
        words = sorted(set(re.findall(r"[a-z_]+", text)))
        labels = ",".join(f'{word}="x"' for word in words)
        self.metrics = Path(folder.name, "metrics")
        self.metrics.write_text("".join(f"{name}{{{labels}}} 1\n" for name in names))

    def check(self):
        # Without promtool, which would judge the metrics.
        command = ["/usr/bin/env", "PATH=/nowhere", shutil.which("python3"), str(self.deploy / "check")]
        return subprocess.run([*command, str(self.metrics)], capture_output=True, text=True)

    def test_metrics_that_are_there_pass(self):
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^[1-9]\d* queries")

    def test_a_check_of_nothing_is_a_failure(self):
        (self.deploy / "dashboard.json").write_text('{"panels": []}')
        self.assertIn("dashboard: no query was found", self.check().stderr)
        (self.deploy / "alerts.yaml").write_text("groups: []\n")
        done = self.check()
        self.assertIn("alert: no query was found", done.stderr)
        self.assertEqual(done.returncode, 1)

    def test_a_query_without_a_metric_is_a_failure(self):
        alerts = self.deploy / "alerts.yaml"
        alerts.write_text("groups:\n  - rules:\n      - alert: Other\n        expr: up == 0\n")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("alert Other: no metric of the service", done.stderr)


if __name__ == "__main__":
    unittest.main()
