"""The catalogues hold exactly the sentences of the code, each said in every language, whole and well set."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from types import ModuleType

import pytest

from tests.tools import loaded
from workbench.i18n import LANGUAGES

OTHERS = tuple(language for language in LANGUAGES if language != "en")
# Said alike in English and in another language: frames that hold only values, and words that are the same.
ALIKE = {
    "fr": {
        "{n} h",
        "{n} min",
        "{n} s",
        "Format",
        "Moment",
        "P90",
        "Pages",
        "Pause",
        "Phase",
        "Process mining",
        "Segment",
        "Source",
        "Verdict",
        "Versions",
        "date",
        "moment",
        "page",
        "segment",
        "table",
        "segments",
        "verdict",
    },
    "es": {"P90", "no", "{n} d", "{n} h", "{n} min", "{n} s"},
    "zh": {"P90"},
}
# What has no word in it but the names of its values: `{file}, {key}`.
_VALUE = re.compile(r"\{\w*(?:!r)?\}|source")


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    return loaded(root, "catalogues")


@pytest.fixture(scope="module")
def sentences(tool: ModuleType) -> set[str]:
    return set(tool.sentences())


def _entries(tool: ModuleType, language: str) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in tool.read(language) if entry.id}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_exactly_the_sentences_of_the_code(
    tool: ModuleType, sentences: set[str], language: str
) -> None:
    """Renew them with tools/catalogues; docs/translating.md says how."""
    known = set(_entries(tool, language))
    assert sorted(sentences - known) == []
    assert sorted(known - sentences) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(tool: ModuleType, language: str) -> None:
    assert [str(entry.id) for entry in tool.read(language) if entry.id and not entry.string] == []
    assert [str(entry.id) for entry in tool.read(language) if entry.fuzzy and entry.id] == []


def _placeholders(pattern: str) -> set[tuple[str, str | None]] | None:
    """The values of a pattern with their way of writing; None for one whose braces are only braces."""
    try:
        return {(name, how) for _, name, _, how in string.Formatter().parse(pattern) if name is not None}
    except ValueError:
        return None


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_values(tool: ModuleType, language: str) -> None:
    assert [
        english
        for english, said in _entries(tool, language).items()
        if _placeholders(english) != _placeholders(said)
    ] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_outer_blanks_and_whole_lines(tool: ModuleType, language: str) -> None:
    assert [
        english
        for english, said in _entries(tool, language).items()
        if said != said.strip() or english != english.strip() or english.count("\n") != said.count("\n")
    ] == []


def test_french_sets_its_marks_with_a_space_that_does_not_break(tool: ModuleType) -> None:
    wrong = re.compile(r"(?<![\u00a0\d])[:;?!»](?=\s|$)| [:;?!»%](?=\s|$)|« ")
    assert {english: said for english, said in _entries(tool, "fr").items() if wrong.search(said)} == {}


def test_chinese_sets_its_own_marks(tool: ModuleType) -> None:
    """A mark after a Chinese character is a Chinese mark, full width."""
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!.](?:\s|$|[\u4e00-\u9fff])")
    assert {english: said for english, said in _entries(tool, "zh").items() if wrong.search(said)} == {}


def test_spanish_opens_its_questions(tool: ModuleType) -> None:
    assert [said for said in _entries(tool, "es").values() if said.count("?") != said.count("¿")] == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(tool: ModuleType, language: str) -> None:
    same = {
        english
        for english, said in _entries(tool, language).items()
        if english == said and any(letter.isalpha() for letter in _VALUE.sub("", english))
    }
    assert sorted(same - ALIKE[language]) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_says_whether_it_was_reviewed(tool: ModuleType, language: str) -> None:
    assert "review" in tool.notice(language)


def test_the_tool_misses_no_sentence(root: Path, tool: ModuleType, sentences: set[str]) -> None:
    """The extractor reads tokens, and loses itself where calls are nested deeply; a parser does not."""
    missed = []
    for path in sorted((root / "workbench").rglob("*.py")):
        if path.name.startswith("cli"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            text = node.args[0].value
            if name in tool.KEYWORDS and isinstance(text, str) and text and text not in sentences:
                missed.append(f"{path.relative_to(root)}:{node.lineno} {text}")
    assert missed == []


def test_the_tool_finds_sentences_wherever_they_stand(tool: ModuleType, sentences: set[str]) -> None:
    assert "Unknown {kind} {name!r}" in sentences  # in a message
    assert "column" in sentences  # the kind of thing that a name is not
    assert tool.renewed("fr", {"a new sentence": {"workbench/x.py"}}).get("a new sentence").string == ""
