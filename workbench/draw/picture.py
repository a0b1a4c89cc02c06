"""A Vega-Lite specification as SVG that may stand in any page, many times, in light and dark, on any width.

Vega draws; what it answers is then made fit to stand in a page: no ids that meet another picture's, no fonts and
sizes of its own, our colours by name, one description for a screen reader instead of hundreds.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from workbench.draw.palette import class_of
from workbench.draw.words import printable
from workbench.errors import WorkbenchError
from workbench.escape import xml_text
from workbench.messages import Message

__all__ = ["MOST_MARKS", "check_marks", "picture"]

MOST_MARKS = 2_000
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_SVG = "http://www.w3.org/2000/svg"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LEFT_OUT = (
    "role",
    "aria-label",
    "aria-roledescription",
    "aria-hidden",
    "font-family",
    "pointer-events",
    "class",
)
_OPAQUE = ("opacity", "1")
# Arial and its metric twin are what Vega measures words with where no screen is; the page sets them in its own.
FONT = "Arial, Liberation Sans, Noto Sans CJK SC, sans-serif"


def check_marks(count: int, *, name: str) -> None:
    """Raise WorkbenchError for a chart of more marks than anybody can read and any page should hold."""
    if count > MOST_MARKS:
        raise WorkbenchError(
            Message(
                "A chart of {count} marks is too much to read; the most is {most}",
                count=count,
                most=MOST_MARKS,
            ),
            where=Message("the chart {name!r}", name=name),
            remedy=Message("Group by month, keep the largest groups, or show a table"),
        )


def picture(spec: dict[str, Any], *, title: str, description: str, name: str) -> Markup:
    """The SVG of a specification, with a title and a description for readers who do not see it.

    `name` is a class of the stylesheet. The same specification gives the same bytes.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg({"$schema": SCHEMA, **spec}, allowed_base_urls=[])
    # What is read here is Vega's own answer, in which every text is escaped; expat resolves nothing from outside.
    root = ElementTree.fromstring(drawn)
    width, height = root.get("width", "0"), root.get("height", "0")
    _fit(root, own=f"wb-{hashlib.sha256(drawn.encode()).hexdigest()[:8]}-")
    root.attrib = {
        "xmlns": _SVG, "class": f"wb-picture {name}", "viewBox": f"0 0 {width} {height}",
        "width": width, "height": height, "role": "img", "font-family": FONT,
    }  # fmt: skip
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(tag)
        element.text = xml_text(printable(text))
        root.insert(place, element)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _fit(element: ElementTree.Element, *, own: str) -> None:
    """Make an element and all below it fit for any page; what draws nothing goes, groups that do nothing dissolve."""
    element.tag = str(element.tag).removeprefix(f"{{{_SVG}}}")
    element.attrib = _attributes(element.attrib, own)
    kept: list[ElementTree.Element] = []
    for child in element:
        _fit(child, own=own)
        if child.tag == "g" and not child.attrib:
            kept += list(child)
        elif not _draws_nothing(child):
            kept.append(child)
    element[:] = kept


def _draws_nothing(element: ElementTree.Element) -> bool:
    if element.tag == "path":
        # A path with nothing but its course takes its group's fill, which is none.
        return element.get("d") in ("", "M0,0h0v0h0Z") or set(element.attrib) == {"d"}
    return (element.tag == "g" and len(element) == 0) or element.get("fill") == "transparent"


def _attributes(given: dict[str, str], own: str) -> dict[str, str]:
    """Without what is said once for the whole; our colours by name; ids that no other picture of the page has."""
    kept = {
        name: value for name, value in given.items() if name not in _LEFT_OUT and (name, value) != _OPAQUE
    }
    for name, value in kept.items():
        if name == "id":
            kept[name] = own + value
        elif name.endswith("href") and value.startswith("#"):
            kept[name] = f"#{own}{value[1:]}"
        elif "url(#" in value:
            kept[name] = _REFERENCE.sub(rf"url(#{own}\1)", value)
    ours = [class_of(kept.get(part, ""), part) for part in ("fill", "stroke")]
    classes = " ".join(known for known in ours if known is not None)
    return {**kept, "class": classes} if classes else kept
