"""The tiles of JupyterLab's launcher: the pages by name, in every language that the workbench speaks."""

from __future__ import annotations

from typing import Any

from workbench.i18n import LANGUAGES, Message, Speech
from workbench.pages.base import NOTEBOOKS

__all__ = ["tile_words"]

_CATEGORY = Message("Process mining")


def tile_words() -> dict[str, Any]:
    """By language: what the section of the launcher is called, and the title of each notebook.

    JupyterLab has no Python of ours to ask before a notebook is open, so its extension carries these words.
    """
    words = {}
    for language in LANGUAGES:
        say = Speech(language).say
        titles = {name: say(title) for name, title in NOTEBOOKS.values()}
        words[language] = {"category": say(_CATEGORY), "titles": titles}
    return words
