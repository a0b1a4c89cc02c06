"""One small project, prepared once, and its pages in any language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

import workbench as wb
from workbench.generate import generate_project

Views = Callable[..., dict[str, Any]]
STEPS = ("overview", "connect", "discover", "measure", "diagnose", "improve", "monitor")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "demo"
    generate_project(folder, process="credit-collections", cases=150, seed=11)
    wb.open(folder)
    return folder


def view_names(step: str) -> list[str]:
    """What the notebook of a step calls, in its order."""
    from workbench.pages import PAGES, Page

    own = [name for name in vars(PAGES[step]) if not name.startswith("_") and name not in vars(Page)]
    return ["navigation", "opening", *(name for name in own if callable(getattr(PAGES[step], name)))]


def views_of(folder: Path, step: str, language: str = "en") -> dict[str, Any]:
    """Every view of a page by its name."""
    page = wb.page(step, project=str(folder), language=language)
    return {name: getattr(page, name)() for name in view_names(step)}


def html_of(view: Any) -> Markup:
    """What a view shows; a widget shows its own words."""
    if hasattr(view, "html"):
        return Markup(view.html)
    return Markup("").join(Markup("<p>{}</p>").format(word) for word in widget_words(view.widget))


def widget_words(widget: Any) -> list[str]:
    from lxml import html

    found = []
    for name in ("value", "description"):
        text = getattr(widget, name, None)
        if isinstance(text, str) and text:
            found.append(html.fromstring(f"<div>{text}</div>").text_content())
    for child in getattr(widget, "children", ()):
        found += widget_words(child)
    return found
