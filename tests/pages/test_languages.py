"""Every word of a page is in the reader's language: what is hard-coded shows in a language that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree, html

from tests.pages.conftest import STEPS, html_of, views_of
from workbench.i18n import PSEUDO

# What is data, a code or a sign, and no word of any language.
_OWN = ("bdi", "code", "style")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_UNCHANGED = re.compile(r"[aceginosuyzACEGINOSUYZ]")
_CODES = re.compile(r"[A-Z]{2}\d\d(\.\w+)*|R\d\d\w?|[A-Z]{3}")


def texts(fragment: str) -> list[str]:
    """Every text that a reader or a screen reader meets, but for data."""
    root = html.fromstring(f"<div>{fragment}</div>")
    for element in list(root.iter(*_OWN)):
        element.drop_tree()
    # A picture breaks its labels into lines and cuts long ones, the whole name standing in its title: there only
    # letters that the language would have changed are looked for.
    found = []
    for picture in list(root.iter("svg")):
        lines = [str(text) for text in picture.itertext()]
        found += [line for line in lines if not is_said(line) and _UNCHANGED.search(_CODES.sub("", line))]
        picture.drop_tree()
    found += [str(text) for text in root.itertext()]
    for element in root.iter(etree.Element):
        found += [element.get(name) for name in ("aria-label", "title", "alt") if element.get(name)]
    return [text for text in found if _LETTERS.search(text)]


def is_said(text: str) -> bool:
    """Whether a text went through the language: its words stand in brackets, and both brackets are there."""
    if text.count("⟦") != text.count("⟧"):
        return False
    while "⟦" in text:
        inner = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if inner == text:
            return False
        text = inner
    return not _LETTERS.search(_CODES.sub("", text))


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_hard_coded_or_clipped(demo: Path, step: str) -> None:
    wrong = [
        (name, text.strip())
        for name, view in views_of(demo, step, PSEUDO).items()
        for text in texts(html_of(view))
        if not is_said(text) and text.strip() not in ("English", "Français", "Español", "中文")
    ]
    assert wrong == []


def test_the_probe_finds_a_word_that_was_not_said() -> None:
    assert not is_said("Cases")
    assert not is_said("⟦Çàšéš")
    assert not is_said("⟦çàšéš~~⟧ of")
    assert is_said("⟦⟦3 days⟧ öf~~⟧ 12.5 CC22.value EUR")
