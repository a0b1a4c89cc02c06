"""SVG built as elements, never as text: whatever a text holds, it is shown and not read as markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from workbench.escape import xml_text

__all__ = ["child", "drawing", "number", "rendered", "text"]

NAMESPACE = "http://www.w3.org/2000/svg"


def number(value: float) -> str:
    """A length or a place as SVG writes it: two decimals at most, so that the same picture has the same bytes.

    >>> number(2.0), number(1.005), number(-0.001)
    ('2', '1', '0')
    """
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def drawing(**attributes: str | float) -> Element:
    """The root of a picture."""
    return Element("svg", {"xmlns": NAMESPACE, **_written(attributes)})


def child(parent: Element, tag: str, **attributes: str | float) -> Element:
    """A new element at the end of another; `stroke_width=2` becomes `stroke-width="2"`."""
    return SubElement(parent, tag, _written(attributes))


def text(parent: Element, tag: str, content: str, **attributes: str | float) -> Element:
    """A new element that holds a text, from data or not."""
    element = child(parent, tag, **attributes)
    element.text = xml_text(content)
    return element


def rendered(root: Element) -> Markup:
    """The picture as markup that can stand in a page or in a file of its own."""
    return Markup(tostring(root, encoding="unicode"))


def _written(attributes: dict[str, str | float]) -> dict[str, str]:
    return {
        name.rstrip("_").replace("_", "-"): value if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
