"""The links and anchors of a Markdown document, as GitHub and mdBook render it.

Used by tools/check-links and tools/book-links. Links in code are no links.
"""

import re
from dataclasses import dataclass

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
# [text](target), also around an image or code, and ![text](target); one pair of brackets may be
# nested in the text, and one pair of parentheses in the target.
INLINE = re.compile(
    r"!?\[(?P<text>(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()]*\))?)*)\]"
    r"\(\s*(?P<target><[^<>\n]*>|(?:[^\s()]|\([^\s()]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*(?P<target>\S+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)=\"(?P<target>[^\"]*)\"")
EXPLICIT_ANCHOR = re.compile(r"<a\s[^>]*?\b(?:id|name)=\"([^\"]+)\"")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link and its place in the text of the document."""

    target: str
    line: int
    start: int
    end: int
    # The text of an inline link, or None for a definition or an attribute.
    text: str | None = None

    @property
    def is_external(self):
        return bool(SCHEME.match(self.target)) or self.target.startswith("//")


def blank(text):
    """Spaces of the same length and with the same lines."""
    return re.sub(r"[^\n]", " ", text)


def without_blocks(text):
    """The document with spaces in place of its fenced blocks."""
    out, fence = [], None
    for line in text.splitlines(keepends=True):
        found = FENCE.match(line)
        if fence is None and found:
            fence = found[1]
            out.append(blank(line))
        elif fence is not None:
            out.append(blank(line))
            rest = line.strip()
            if rest.startswith(fence) and not rest.strip(fence[0]):
                fence = None
        else:
            out.append(line)
    return "".join(out)


def links(document):
    """Every link of a document, in order."""
    text = without_blocks(document)
    # Code may stand in the text of a link, so that only its brackets and slashes are removed.
    hidden = CODE.sub(lambda found: re.sub(r"[^\n`]", "x", found[0]), text)
    found = []
    for pattern in (INLINE, DEFINITION, ATTRIBUTE):
        for match in pattern.finditer(hidden):
            start, end = match.span("target")
            target = document[start:end].strip("<>")
            inner = None
            if pattern is INLINE:
                inner = document[slice(*match.span("text"))]
                # An image in the text of a link is a link of its own.
                for image in INLINE.finditer(hidden, *match.span("text")):
                    place = image.span("target")
                    found.append(link(document, document[slice(*place)], image.span(), ""))
            found.append(link(document, target, match.span(), inner))
    return sorted(found, key=lambda each: each.start)


def link(document, target, span, text):
    return Link(target, document.count("\n", 0, span[0]) + 1, *span, text)


def slug(heading):
    """The anchor of a heading."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    kept = (each for each in heading.strip().lower() if each.isalnum() or each in " -_")
    return "".join(kept).replace(" ", "-")


def anchors(document):
    """Every anchor of a document."""
    found, seen = set(), {}
    for line in without_blocks(document).splitlines():
        found.update(EXPLICIT_ANCHOR.findall(line))
        heading = HEADING.match(line)
        if heading:
            name = slug(heading[1])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found
