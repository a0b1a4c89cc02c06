"""Hostile text, made harmless in one place for each kind of reader."""

from __future__ import annotations

import pytest

from workbench.escape import spreadsheet_cell, terminal_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_marked_as_text(text: str) -> None:
    assert spreadsheet_cell(text) == "'" + text


@pytest.mark.parametrize("value", [-1, -1.5, 0, None, True, "a=b", "", "1-30", ">120"])
def test_everything_else_passes_unchanged(value: object) -> None:
    assert spreadsheet_cell(value) is value


@pytest.mark.parametrize("text", ["Facture créée", "发票生成", "a\tb", "a b", "é"])
def test_honest_text_is_shown_as_it_is(text: str) -> None:
    assert terminal_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[31m", r"\x1b[31m"), ("a\nb", r"a\nb"), ("\x9b", r"\x9b"), ("\u202eevil", r"\u202eevil")],
)
def test_what_steers_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert terminal_text(text) == shown
