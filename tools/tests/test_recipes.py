"""Checks that CONTRIBUTING.md and the justfile have the same recipes, and that documents and workflows
name no other ones.

    python3 -m unittest discover tools/tests
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RECIPE = re.compile(r"^([a-z][a-z0-9-]*)(?: [^\n]*)?:$", re.MULTILINE)
# A recipe in the code of a document, or in a command of a workflow.
NAMED = re.compile(r"(?:`|run: )just ([a-z][a-z0-9-]*)")


def recipes():
    """The recipes of the justfile, without the one that lists the others."""
    return set(RECIPE.findall((ROOT / "justfile").read_text())) - {"default"}


def named(path):
    return set(NAMED.findall(path.read_text()))


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


if __name__ == "__main__":
    unittest.main()
