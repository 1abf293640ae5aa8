"""Checks that CONTRIBUTING.md and the justfile have the same recipes, that documents and workflows name
no other ones, and that no job of a workflow fetches the vectors twice.

    python3 -m unittest discover tools/tests
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RECIPE = re.compile(r"^([a-z][a-z0-9-]*)(?: [^\n]*)?:$", re.MULTILINE)
# A recipe in the code of a document, or in a command of a workflow.
NAMED = re.compile(r"(?:`|run: )just ([a-z][a-z0-9-]*)")
# The beginning of a job below `jobs:` of a workflow.
JOB = re.compile(r"^  ([a-z][a-z0-9-]*):$", re.MULTILINE)


def recipes():
    """The recipes of the justfile, without the one that lists the others."""
    return set(RECIPE.findall((ROOT / "justfile").read_text())) - {"default"}


def named(path):
    return set(NAMED.findall(path.read_text()))


def jobs(path):
    """The text of each job of a workflow, by name."""
    _, parts = path.read_text().split("\njobs:\n")
    _, *pieces = JOB.split(parts)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


class Recipes(unittest.TestCase):
    def test_the_contributing_guide_names_every_recipe(self):
        self.assertEqual(recipes(), named(ROOT / "CONTRIBUTING.md"))

    def test_documents_and_workflows_name_recipes_that_exist(self):
        documents = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("*/*/*.md")]
        workflows = ROOT.glob(".github/**/*.yml")
        for path in [*documents, *workflows]:
            if "target" in path.parts or "node_modules" in path.parts:
                continue
            with self.subTest(path=str(path.relative_to(ROOT))):
                self.assertEqual(named(path) - recipes(), set())


class Workflows(unittest.TestCase):
    def test_no_job_fetches_the_vectors_that_the_prepare_action_has_fetched(self):
        prepared = 0
        for path in ROOT.glob(".github/workflows/*.yml"):
            for job, text in jobs(path).items():
                if "./.github/actions/prepare" in text:
                    prepared += 1
                    with self.subTest(workflow=path.name, job=job):
                        self.assertNotIn("tools/fetch-vectors", text)
                        self.assertNotIn("just vectors", text)
        self.assertGreater(prepared, 0)


if __name__ == "__main__":
    unittest.main()
