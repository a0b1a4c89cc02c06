"""What a report takes from a notebook: HTML and SVG that show something, and nothing that could do anything.

A notebook's outputs come from a file, and whatever is in a file may be anybody's. A fragment is therefore read,
compared with lists of what may stand in it, and written anew from what was read: everything that a browser will
see is an element and an attribute of these lists, with all text escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from workbench.errors import WorkbenchError
from workbench.messages import Message

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Fragment", "read_fragment"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Text and its parts, then pictures. An HTML parser writes all names in small letters; a browser restores SVG's.
_ELEMENTS = _names(
    """
    a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark meter nav ol p pre progress q
    ruby rp rt s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
    svg circle clippath defs desc ellipse g image line lineargradient marker mask path pattern polygon polyline
    radialgradient rect stop symbol text textpath title tspan use
    """
)
_EMPTY = _names("br col hr img wbr")
_ATTRIBUTES = _names(
    """
    class colspan datetime dir height high hreflang lang low max min open optimum reversed
    role rowspan scope span start style tabindex translate type value width
    clip-path clip-rule clippathunits color cx cy d display dominant-baseline dx dy fill fill-opacity fill-rule
    focusable font-family font-size font-style font-variant font-weight fx fy gradienttransform gradientunits
    alignment-baseline baseline-shift lengthadjust letter-spacing marker-end marker-mid marker-start markerheight
    markerunits markerwidth mask maskcontentunits maskunits offset opacity orient overflow paint-order pathlength
    patterncontentunits patterntransform patternunits pointer-events points preserveaspectratio r refx refy rotate
    rx ry shape-rendering spreadmethod startoffset stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor
    text-decoration text-rendering textlength transform transform-origin vector-effect version viewbox visibility
    word-spacing writing-mode x x1 x2 xml:lang xml:space y y1 y2
    """
)
_NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
# Text for a reader: nothing in it is ever taken for an address.
_TEXTS = _names("alt title")
# Lists of ids, which must follow when ids are renamed.
_POINTING = _names(
    """
    headers aria-activedescendant aria-controls aria-describedby aria-details aria-errormessage aria-flowto
    aria-labelledby aria-owns
    """
)
_ADDRESSES = _names("href src xlink:href")
_INNER_URL = re.compile(r"url\(\s*(['\"]?)#([^'\")\s]+)\1\s*\)")
# What could load or run something from within a style or a presentation attribute.
_ACTIVE = re.compile(
    r"url\(|image-set\(|\bsrc\(|\bimage\(|expression\(|javascript:|vbscript:|@|\\", re.IGNORECASE
)
_PLAIN_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")


@dataclass(frozen=True)
class Fragment:
    """A piece that may stand in a page, and the text of its first heading (empty where it has none)."""

    html: Markup
    heading: str


def read_fragment(text: str, *, prefix: str, pages: Mapping[str, str]) -> Fragment:
    """A fragment of HTML, its ids made unique by a prefix, its headings one level lower to those who hear them.

    `pages` says which anchor stands for the address of another notebook. Raises WorkbenchError naming the first
    element, attribute or address that may not stand in a report.
    """
    from lxml import etree, html

    root = html.fragment_fromstring(text, create_parent="div")
    for node in list(root.iter()):
        if node is root:
            continue
        if not isinstance(node.tag, str):
            # A comment shows nothing; its text must not be read as anything else.
            node.drop_tree()
            continue
        if node.tag not in _ELEMENTS:
            raise WorkbenchError(Message("The element <{name}> may not stand in a report", name=node.tag))
        for name, value in list(node.attrib.items()):
            _check_attribute(node, str(name), str(value), prefix=prefix, pages=pages)
        if node.tag in _HEADINGS and "aria-level" not in node.attrib:
            # The page has a title above it. What is seen keeps its size.
            node.set("aria-level", str(int(node.tag[1]) + 1))
        if node.text is None and len(node) == 0 and node.tag not in _EMPTY:
            # Written as two tags: a browser takes <div/> for one that was never closed.
            node.text = ""
    written = escape(root.text or "") + Markup("").join(
        Markup(etree.tostring(child, encoding="unicode", method="xml")) for child in root
    )
    return Fragment(written, _heading(root))


def _check_attribute(
    node: HtmlElement, name: str, value: str, *, prefix: str, pages: Mapping[str, str]
) -> None:
    if name in _ADDRESSES:
        _check_address(node, name, value.strip(), prefix=prefix, pages=pages)
    elif name == "id":
        node.set(name, f"{prefix}{value}")
    elif name in _POINTING:
        node.set(name, " ".join(f"{prefix}{part}" for part in value.split()))
    elif name in _ATTRIBUTES:
        if _ACTIVE.search(_INNER_URL.sub("", value)):
            raise WorkbenchError(
                Message(
                    "The value of {name} of <{element}> may not stand in a report",
                    name=name,
                    element=node.tag,
                )
            )
        node.set(name, _INNER_URL.sub(rf"url(#{prefix}\2)", value))
    elif not (name in _TEXTS or name.startswith(("aria-", "data-")) or _NAMESPACES.get(name) == value):
        raise WorkbenchError(
            Message(
                "The attribute {name} of <{element}> may not stand in a report", name=name, element=node.tag
            )
        )


def _check_address(
    node: HtmlElement, name: str, value: str, *, prefix: str, pages: Mapping[str, str]
) -> None:
    """Addresses lead to a place in the same page; a picture may hold its own bytes."""
    if value.startswith("#"):
        node.set(name, f"#{prefix}{value[1:]}")
    elif node.tag == "a" and value in pages:
        node.set(name, f"#{pages[value]}")
    elif not (node.tag in ("img", "image") and _PLAIN_DATA.fullmatch(value)):
        raise WorkbenchError(
            Message("The address {address!r} may not stand in a report", address=value[:80]),
        )


def _heading(root: Any) -> str:
    for node in _elements(root):
        if node.tag in _HEADINGS:
            return " ".join("".join(node.itertext()).split())
    return ""


def _elements(root: Any) -> Iterator[Any]:
    return (node for node in root.iter() if isinstance(node.tag, str))
