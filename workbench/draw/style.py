"""The one stylesheet of all that is drawn: in JupyterLab, on a Voilà page, in a report, on paper.

Every rule stands below the class `wb`, so that nothing of it reaches the page around. What the draw kit answers
belongs into an element of that class, as `View` makes one. A page of our own may carry `wb wb-page` on its body.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup

__all__ = ["style_tag", "stylesheet"]


@cache
def stylesheet() -> str:
    """The text of the stylesheet."""
    return files("workbench.draw").joinpath("static", "style.css").read_text(encoding="utf-8")


@cache
def style_tag() -> Markup:
    """The stylesheet as an element for the head of a page, or for the first output of a notebook."""
    # Nothing in it is escaped: it is a file of ours, without any data, and a style element ends at its closing tag.
    return Markup("<style>\n{}</style>").format(Markup(stylesheet()))
