"""What a translator's proof-reader would find: English left over, one term said in two ways, the wrong marks.

A text that is only missing is refused by the loader; here the texts that are there are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.template.reading import MINI, SHIPPED, texts
from workbench.template import load_template_folder
from workbench.template.base import Text

TRANSLATIONS = ("fr", "es", "zh")

# Names and abbreviations that finance and its systems write in Latin letters in Chinese, too.
LATIN = {
    *("ADD", "CEI", "DSO", "P90", "WAPE", "Mantel", "Haenszel"),
    *("CRM", "ERP", "ID", "ISO", "NET30", "NetSuite", "REST", "SuiteQL", "tranid"),
}
# Little words that no French or Spanish sentence can do without being English.
ENGLISH = re.compile(r"\b(the|of|and|with|from|by|to|is|are|not|day|days|rate|per cent)\b", re.IGNORECASE)
# One English word whose grammar differs: an invoice is disputed, a segment holds disputed ones; in Chinese an
# invoice is open as to its balance, a deal as to its decision.
TWO_FORMS = {
    ("disputed", "fr"),
    ("open", "zh"),
    *((word, language) for word in ("open", "written off", "won", "lost") for language in ("fr", "es")),
}

_HAN = "\u3400-\u9fff"
_WRONG_MARKS = {
    # A no-break space stands before high marks and inside quotation marks; the apostrophe is curly.
    "fr": re.compile(r"(?<!\u00a0)[:;?!%»]|«(?!\u00a0)|['\"]"),
    "es": re.compile(r"\s[:;?!,.]|(?<!\u00a0)%|['\"]"),
    # Chinese sentences have full-width marks, and no spaces around them.
    "zh": re.compile(rf"[{_HAN}] ?[,;:?!()]|[,;:?!()] ?[{_HAN}]|[，。；：（）、] | [，。；：（）、]"),
}


def _faults(text: Text) -> Iterator[str]:
    for language in TRANSLATIONS:
        said = text.in_language(language)
        if said.casefold() == text.en.casefold():
            yield f"{language}: the English text"
        if _WRONG_MARKS[language].search(said):
            yield f"{language}: wrong marks in {said!r}"
        if said.endswith((".", "。")) != text.en.endswith("."):
            yield f"{language}: a sentence in one language and none in the other: {said!r}"
        if sorted(re.findall(r"\d+", said)) != sorted(re.findall(r"\d+", text.en)):
            yield f"{language}: other numbers than in English: {said!r}"
        if any(said.count(sign) != text.en.count(sign) for sign in "÷×Σ−"):
            yield f"{language}: another formula than in English: {said!r}"
    for language in ("fr", "es"):
        if ENGLISH.search(text.in_language(language)):
            yield f"{language}: English left in {text.in_language(language)!r}"
    for word in re.findall(r"[A-Za-z][A-Za-z0-9]*", text.zh):
        if word not in LATIN:
            yield f"zh: {word!r} left in {text.zh!r}"


@pytest.mark.parametrize("folder", [*SHIPPED, MINI], ids=lambda folder: folder.name)
def test_translations_are_clean(folder: Path) -> None:
    assert [
        f"{place} {fault}" for place, text in texts(load_template_folder(folder)) for fault in _faults(text)
    ] == []


def test_one_term_is_said_in_one_way() -> None:
    """The same English words in two templates have the same translation; only capitals may differ."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for folder in SHIPPED:
        for _, text in texts(load_template_folder(folder)):
            for language in TRANSLATIONS:
                said[text.en.casefold(), language].add(text.in_language(language).casefold())
    assert {term: words for term, words in said.items() if len(words) > 1 and term not in TWO_FORMS} == {}


CLEAN = {"en": "Late: 3 days", "fr": "En retard\u00a0: 3 jours", "es": "Tarde: 3 días", "zh": "迟：3天"}
FOUND = {
    "the English text": {"es": "Late: 3 days"},
    "a space that breaks": {"fr": "En retard : 3 jours"},
    "a straight apostrophe": {"fr": "En retard d'ici 3 jours"},
    "a half-width colon": {"zh": "迟:3天"},
    "an English word": {"es": "Tarde by 3 días"},
    "Latin letters": {"zh": "迟：3days"},
    "another number": {"fr": "En retard\u00a0: 4 jours"},
    "another formula": {"zh": "迟 ÷ 3天"},
    "a full stop": {"es": "Tarde: 3 días."},
}


@pytest.mark.parametrize("fault", FOUND)
def test_a_fault_is_found(fault: str) -> None:
    assert list(_faults(Text(**CLEAN))) == []
    assert list(_faults(Text(**(CLEAN | FOUND[fault]))))
