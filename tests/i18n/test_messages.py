"""Whatever a reader is told is a message: made of a literal pattern, so that every language can say it."""

from __future__ import annotations

import ast
import json
import string
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.i18n import Speech
from workbench.messages import Message, Translated, either, quoted
from workbench.places import at_row, in_column

# The terminal stays English, as its JSON does: a program reads it as often as a person.
_TERMINAL = ("cli", "__main__")
_TOLD = {
    "WorkbenchError": ("message", "where", "remedy"),
    "Finding": ("message", "remedy", "where"),
    "unknown_name": ("where",),
}


# ---------------------------------------------------------------------- the code
def _modules(root: Path) -> list[Path]:
    return [
        path
        for path in sorted((root / "workbench").rglob("*.py"))
        if not path.relative_to(root / "workbench").parts[0].startswith(_TERMINAL)
    ]


def _calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _said(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of an error or a finding that a reader sees, by name."""
    assert isinstance(call.func, ast.Name)
    if call.func.id == "WorkbenchError" and call.args:
        yield "message", call.args[0]
    if call.func.id == "Finding" and len(call.args) > 2:
        yield "message", call.args[2]
    for keyword in call.keywords:
        if keyword.arg in _TOLD[call.func.id]:
            yield keyword.arg, keyword.value


def _is_bare(name: str, value: ast.expr) -> bool:
    """Whether words stand here that no catalogue can hold. A place may be a technical word: `--steps`."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return bool(value.value) and not (name == "where" and " " not in value.value)
    if isinstance(value, ast.JoinedStr):
        words = "".join(part.value for part in value.values if isinstance(part, ast.Constant))
        return not (name == "where" and not any(letter.isalpha() for letter in words))
    if isinstance(value, ast.BoolOp):
        return any(_is_bare(name, part) for part in value.values)
    if isinstance(value, ast.IfExp):
        return _is_bare(name, value.body) or _is_bare(name, value.orelse)
    return isinstance(value, ast.BinOp)


def _bare(tree: Path) -> list[str]:
    return [
        f"{tree.name}:{value.lineno} {name}"
        for call in _calls(tree, *_TOLD)
        for name, value in _said(call)
        if _is_bare(name, value)
    ]


def test_every_error_and_finding_is_given_messages(root: Path) -> None:
    assert [f"{path.parent.name}/{found}" for path in _modules(root) for found in _bare(path)] == []


@pytest.mark.parametrize(
    ("code", "bare"),
    [
        ("WorkbenchError('no file')", 1),
        ("WorkbenchError(f'no file {name}')", 1),
        ("WorkbenchError('no ' + name)", 1),
        ("WorkbenchError(Message('no file'), where='a file', remedy=hint or 'look')", 2),
        ("WorkbenchError(Message('no file'), where='--steps', remedy=hint or Message('look'))", 0),
        ("WorkbenchError(Message('no file'), where=f'{folder}: {name}')", 0),
        ("WorkbenchError(Message('no file'), where=f'{folder}, row {number}')", 1),
        ("unknown_name('column', name, known, where='a file')", 1),
        ("Finding(rule='x', severity='note', message='no' if found else text, remedy='')", 1),
    ],
)
def test_the_reader_of_the_code_sees_bare_words(tmp_path: Path, code: str, bare: int) -> None:
    path = tmp_path / "code.py"
    path.write_text(code, encoding="utf-8")
    assert len(_bare(path)) == bare


def _placeholders(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def test_a_pattern_names_its_values(root: Path) -> None:
    wrong = []
    for path in _modules(root):
        for call in _calls(path, "Message"):
            place = f"{path.relative_to(root)}:{call.lineno}"
            if not call.args or any(keyword.arg is None for keyword in call.keywords):
                continue  # made from data, or a class's own method
            pattern = call.args[0]
            if not isinstance(pattern, ast.Constant):
                if not isinstance(pattern, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
                    wrong.append(f"{place} {ast.unparse(pattern)} is no literal")
                continue
            given = {keyword.arg for keyword in call.keywords}
            if given and _placeholders(pattern.value) != given:
                wrong.append(f"{place} {pattern.value!r} is given {sorted(map(str, given))}")
            if not given and "{name" in pattern.value:
                wrong.append(f"{place} {pattern.value!r} is given nothing")
    assert wrong == []


# ---------------------------------------------------------------------- messages
NESTED = Message(
    "{count} rows of {file} lack {what}: {rows}",
    count=1200,
    file="sales.csv",
    what=Message("the due date"),
    rows=["a", Message("and {n} more", n=3)],
)


def test_a_message_is_its_english_text() -> None:
    assert NESTED == "1200 rows of sales.csv lack the due date: a, and 3 more"
    assert Message('set { column = "…" }') == 'set { column = "…" }'
    assert Message("{name!r} and {other!r}", name="it's", other="a\nb") == "\"it's\" and 'a\\nb'"


@pytest.mark.parametrize(
    "message",
    [
        NESTED,
        Message("all is well"),
        Message("on {day}", day=date(2026, 2, 28)),
        Message("at {time}", time=datetime(2026, 2, 28, 14, 5, 1)),
        Message("{amount} of {share} is {known}", amount=Decimal("12.50"), share=0.25, known=None),
        Message("{name} is unknown", name=Translated({"en": "Due", "fr": "Échéance", "es": "V", "zh": "期"})),
    ],
)
def test_a_message_survives_copying_and_json(message: Message) -> None:
    again = Message.from_data(json.loads(json.dumps(message.as_data())))
    for copy in (again, deepcopy(message)):
        assert copy == message
        assert copy.pattern == message.pattern
        for language in ("en", "fr", "es", "zh", "pseudo"):
            assert Speech(language).say(copy) == Speech(language).say(message)


def test_a_templates_text_stays_translated_in_json() -> None:
    text = Translated({"en": "Due date", "fr": "Échéance", "es": "Vencimiento", "zh": "到期日"})
    again = Message.from_data(Message("no {name}", name=text).as_data())
    assert Speech("fr").say(again.values["name"]) == "Échéance"


def test_lists_and_choices() -> None:
    assert Message("one of {names}", names=quoted(["a", "b"])) == "one of 'a', 'b'"
    assert Message("is it {names}?", names=either(quoted("abc"))) == "is it 'a' or 'b' or 'c'?"


# ---------------------------------------------------------------------- said
def test_names_stand_in_the_quotation_marks_of_the_language() -> None:
    place = in_column("sales.csv", 'it\'s\n"due"')
    said = {language: Speech(language).say(place) for language in ("fr", "es", "zh")}
    assert '«\u00a0it\'s\\n"due"\u00a0»' in said["fr"]
    assert '«it\'s\\n"due"»' in said["es"]
    assert '“it\'s\\n"due"”' in said["zh"]


def test_a_row_is_a_name_and_a_count_is_a_number() -> None:
    assert Speech("en").say(at_row("sales.csv", 12345)) == "sales.csv, row 12345"
    assert "1\u202f200" in Speech("fr").say(NESTED)


FINDING = Finding(
    rule="empty_attribute",
    severity="warn",
    message=Message("The log has no event ({cases} cases)", cases=3),
    remedy=Message("See whether it is the right column"),
    where=in_column("sales.csv", "Due"),
)


def test_a_finding_is_said_in_a_language_and_its_json_is_english() -> None:
    message, remedy = Speech("fr").finding(FINDING)
    assert message != FINDING.message
    assert "3" in message
    assert remedy not in ("", FINDING.remedy)
    assert FINDING.as_dict()["message"] == "The log has no event (3 cases)"
    assert json.loads(json.dumps(FINDING.as_dict()))["where"] == "sales.csv, column 'Due'"


@pytest.mark.parametrize(
    ("error", "english"),
    [
        (WorkbenchError(Message("The file is empty")), "The file is empty."),
        (WorkbenchError(Message("The file is empty"), where="a.csv"), "The file is empty (a.csv)."),
        (
            WorkbenchError(Message("The file is empty"), remedy=Message("Export it again")),
            "The file is empty. Export it again.",
        ),
        (
            WorkbenchError(Message("The file is empty"), where="a.csv", remedy=Message("Export it again")),
            "The file is empty (a.csv). Export it again.",
        ),
        (
            unknown_name("column", "amont", ["amount", "date"], where="a.csv"),
            "Unknown column 'amont' (a.csv). Did you mean 'amount'?",
        ),
        (unknown_name("column", "x", ["amount", "date"]), "Unknown column 'x'. Known: amount, date."),
        (unknown_name("column", "x", []), "Unknown column 'x'. There is no column here at all."),
    ],
)
def test_an_error_is_one_line_in_every_language(error: WorkbenchError, english: str) -> None:
    assert str(error) == Speech("en").error(error) == english
    copy = deepcopy(error)
    assert str(copy) == english
    for language in ("fr", "es", "zh"):
        said = Speech(language).error(copy)
        assert "\n" not in said
        assert said.endswith(("。", "？") if language == "zh" else (".", "?"))
    assert Speech("pseudo").error(copy).startswith("⟦")


def test_a_full_stop_is_set_once() -> None:
    assert str(WorkbenchError("It failed.", remedy="Try again.")) == "It failed. Try again."


def test_nought_has_no_minus_before_it() -> None:
    speech = Speech("en")
    assert speech.number(-0.001) == "0"
    assert speech.percent(-0.0001) == "0.0%"
    assert speech.days(-0.04 * 86400) == "0\u00a0days"
    assert speech.money(-0.4, "EUR", places=0) == "€0"
    assert speech.number(-0.6, places=1) == "-0.6"
