"""Texts that somebody else's system may hold, and what a page must be after they were drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(2)'>",
    "' onmouseover=alert(3) x='",
    "</title></style></svg><script>alert(4)</script>",
    "javascript:alert(5)",
    "{{7*7}} ${7*7} %s {0} {value}",
    "paid\x00\x1b[31m\r\nred\x85",
    "invoice \u202egpj.exe\u2066 \u200f end",
    "half \ud800 a character \uffff",
    "]]> <!-- & &amp; &lt;script&gt;",
    "datum.value];alert(6);[",
)
# What may not stand in a page as itself: it would move, turn or break what follows.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ALLOWED = {
    "html", "body", "div", "section", "article", "figure", "figcaption", "details", "summary", "p", "span", "strong",
    "code", "bdi", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd", "nav", "a", "time", "table", "caption", "colgroup",
    "col", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "rect", "line", "circle", "polyline", "text",
    "title", "desc",
}  # fmt: skip


def elements(fragment: str) -> Iterator[html.HtmlElement]:
    """All elements of a fragment as a browser would read it."""
    page = html.document_fromstring(f"<html><body>{fragment}</body></html>")
    return (element for element in page.iter() if isinstance(element.tag, str))


def assert_harmless(fragment: str) -> None:
    """Nothing runs, nothing is fetched, nothing unseen: only elements and attributes that the kit makes."""
    fragment.encode("utf-8")
    assert not UNSEEN.search(fragment)
    for element in elements(fragment):
        assert element.tag in _ALLOWED, element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            assert name not in ("src", "srcdoc", "formaction", "xlink:href"), (element.tag, name)
            if name == "href":
                assert not value.lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))


def text_of(fragment: str) -> str:
    """What a reader sees."""
    return str(html.fromstring(f"<div>{fragment}</div>").text_content())
