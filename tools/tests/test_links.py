"""Tests of tools/check-links, tools/book-links and tools/markdown.py.

    python3 -m unittest discover tools/tests
"""

import importlib.machinery
import importlib.util
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

TOOLS = Path(__file__).resolve().parent.parent

# Nothing is to be left beside the scripts.
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOOLS))


def load(name):
    """Imports a script, whose name has no extension."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(TOOLS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


markdown = load("markdown.py")
check_links = load("check-links")
book_links = load("book-links")


def targets(text):
    return [link.target for link in markdown.links(text)]


class Markdown(unittest.TestCase):
    def test_every_form_of_a_link_is_found_once(self):
        for text, expected in [
            ("[a](b.md)", ["b.md"]),
            ("[a](b.md#c) and [d](<e f.md> \"title\")", ["b.md#c", "e f.md"]),
            ("![picture](p.svg)", ["p.svg"]),
            ("[![picture](p.svg)](page.md)", ["page.md", "p.svg"]),
            ("[`code`](src/lib.rs)", ["src/lib.rs"]),
            ("[a [b]](c.md)", ["c.md"]),
            ("[a](b_(c).md)", ["b_(c).md"]),
            ("[a\nb](c.md)", ["c.md"]),
            ("[`name`]: path/to.rs\n", ["path/to.rs"]),
            ("<img alt=\"x\" src=\"p.png\"/> <a href=\"q.md\">q</a>", ["p.png", "q.md"]),
            ("[]( )", [""]),
        ]:
            self.assertEqual(targets(text), expected, text)

    def test_code_has_no_links(self):
        for text in [
            "`[a](b.md)`",
            "``[a](b.md) ` [c](d.md)``",
            "```text\n[a](b.md)\n```\n",
            "~~~\n```\n[a](b.md)\n~~~\n",
            "````\n```\n[a](b.md)\n````\n",
            "a list[0](x) `y",
        ]:
            self.assertEqual([t for t in targets(text) if t != "x"], [], text)
        self.assertEqual(targets("```\nx\n```\n[a](b.md)"), ["b.md"])

    def test_lines_are_counted(self):
        lines = [link.line for link in markdown.links("a\n\n```\n[x](y)\n```\n[b](c)\n")]
        self.assertEqual(lines, [6])

    def test_anchors_are_those_of_github(self):
        text = "# A `b` & c-d\n## [Link](x.md), twice\n## Link, twice\n### Größe_1 #\n```\n# no\n```\n"
        self.assertEqual(
            markdown.anchors(text), {"a-b--c-d", "link-twice", "link-twice-1", "größe_1"}
        )
        self.assertEqual(markdown.anchors("<a id=\"own\"></a>\n"), {"own"})


class CheckLinks(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return check_links.check_documents(Path(folder))

    GOOD = {
        "README.md": "[docs](docs), [a](docs/a.md#the-end), [here](#top)\n# Top\n",
        "docs/SUMMARY.md": "[a](a.md)\n",
        "docs/a.md": "## The end\n[up](../README.md) [home](https://example.org/none)\n",
        "target/doc/x.md": "[broken](none.md)\n",
    }

    def test_good_documents_pass(self):
        self.assertEqual(self.check(self.GOOD), ([], 5))

    def test_each_fault_is_named_with_its_place(self):
        for name, text, fault in [
            ("README.md", "\n[a](none.md)", "README.md:2: none.md does not exist"),
            ("README.md", "[a](docs/a.md#none)", "docs/a.md#none has no such heading"),
            ("README.md", "[a](#none)", "#none has no such heading"),
            ("README.md", "[a](../x)", "../x leads out of the repository"),
            ("README.md", "[a](/docs/a.md)", "/docs/a.md leads out of the repository"),
            ("README.md", "[a](docs#x)", "docs#x is a folder"),
            ("README.md", "[a]()", "an empty link leads nowhere"),
            ("crate/README.md", "[a](docs/a.md)", "crate/README.md:1: docs/a.md does not exist"),
            ("docs/b.md", "", "docs/SUMMARY.md: b.md is missing"),
            ("docs/SUMMARY.md", "[a](a.md) [a](a.md)", "docs/SUMMARY.md: a.md is listed twice"),
            ("docs/SUMMARY.md", "", "docs/SUMMARY.md: a.md is missing"),
        ]:
            faults, _ = self.check(self.GOOD | {name: text})
            self.assertTrue(any(fault in found for found in faults), (fault, faults))

    def test_a_site_is_checked(self):
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder)
            site.joinpath("index.html").write_text(
                '<a href="b.html#x">b</a> <a href="https://example.org">out</a> <a id="top"></a>'
            )
            site.joinpath("b.html").write_text('<h2 id="x">x</h2><a href="index.html#top">a</a>')
            self.assertEqual(check_links.check_site(site), ([], 2))
            site.joinpath("b.html").write_text('<img src="p.png"/><a href="index.html#no">a</a>')
            faults, _ = check_links.check_site(site)
            self.assertEqual(
                faults,
                [
                    "b.html:1: p.png does not exist",
                    "b.html:1: index.html#no has no such anchor",
                    "index.html:1: b.html#x has no such anchor",
                ],
            )
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(check_links.check_site(Path(folder))[0]), 1)

    def test_the_repository_passes(self):
        faults, followed = check_links.check_documents(TOOLS.parent)
        self.assertEqual(faults, [])
        self.assertGreater(followed, 100)


class BookLinks(unittest.TestCase):
    def test_links_out_of_the_site_become_text(self):
        for text, expected in [
            ("see [a](b.md), [c](#d), [e](https://x.y)", "see [a](b.md), [c](#d), [e](https://x.y)"),
            ("[the map](../ARCHITECTURE.md#a) says", "the map (`ARCHITECTURE.md`) says"),
            ("[`tools/x`](../tools/x)", "`tools/x`"),
            ("`[a](../b.md)`", "`[a](../b.md)`"),
            ("[schema](report.schema.json)", "[schema](report.schema.json)"),
        ]:
            self.assertEqual(book_links.rewrite(text, "page.md", None), expected)

    def test_with_a_repository_links_lead_there(self):
        text = book_links.rewrite("[a](../../b.md#c)", "folder/page.md", "https://example.org/r/")
        self.assertEqual(text, "[a](https://example.org/r/blob/HEAD/b.md#c)")

    def test_mdbook_gets_the_whole_book_back(self):
        chapter = {"name": "A", "content": "[a](../b)", "path": "a.md", "sub_items": []}
        inner = dict(chapter, path="x/a.md", content="[c](../b.md)")
        outer = dict(chapter, sub_items=[{"Chapter": inner}])
        for key in ("items", "sections"):
            book = {key: ["Separator", {"PartTitle": "P"}, {"Chapter": outer}], "other": 1}
            given = json.dumps([{"config": {"output": {"html": {}}}}, book])
            out = io.StringIO()
            with mock.patch.multiple(sys, argv=["x"], stdin=io.StringIO(given), stdout=out):
                self.assertEqual(book_links.main(), 0)
            result = json.loads(out.getvalue())
            self.assertEqual(result["other"], 1)
            self.assertEqual(result[key][2]["Chapter"]["content"], "a (`b`)")
            nested = result[key][2]["Chapter"]["sub_items"][0]["Chapter"]
            self.assertEqual(nested["content"], "[c](../b.md)")
        with mock.patch.object(sys, "argv", ["x", "supports", "html"]):
            self.assertEqual(book_links.main(), 0)


if __name__ == "__main__":
    unittest.main()
