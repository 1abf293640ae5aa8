"""Checks that the source files which the documents name exist.

    python3 -m unittest discover tools/tests
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A path in code, such as `failover/chain.rs`: a file, or the end of its path.
NAMED = re.compile(r"`([a-z0-9_./-]+\.(?:rs|py|cu|cuh))`")
BUILT = {"target", "node_modules", ".git"}


def sources():
    """The paths of all source files, each with a slash before it."""
    files = (path for path in ROOT.rglob("*") if path.suffix in (".rs", ".py", ".cu", ".cuh"))
    paths = (path.relative_to(ROOT) for path in files)
    return {f"/{path.as_posix()}" for path in paths if not BUILT & set(path.parts)}


class Paths(unittest.TestCase):
    def test_files_that_documents_name_exist(self):
        known = sources()
        documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]
        for document in documents:
            if document.name == "CHANGELOG.md":
                continue
            for name in NAMED.findall(document.read_text()):
                with self.subTest(document=str(document.relative_to(ROOT)), name=name):
                    self.assertTrue(any(path.endswith(f"/{name}") for path in known))


if __name__ == "__main__":
    unittest.main()
