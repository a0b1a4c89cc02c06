"""The page says how many days of sales stand open after the due date, in which phase, and in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from tests.pages.test_ageing import rows
from workbench.generate import generate_project
from workbench.measure import figures


def test_the_waterfall_s_parts_are_its_whole(demo: Path) -> None:
    page = wb.page("measure", project=str(demo), language="en")
    view = page.receivables()
    (whole,) = figures(page.prepared, ["CC09"])
    assert view.frame["days"].sum() == pytest.approx(whole.value)
    late = view.frame.loc[view.frame["past_due"], "days"].sum()
    assert view.title == (
        f"{page.speech.figure(whole.value, 'days')} of sales stand open, "
        f"{page.speech.figure(late, 'days')} of them after the due date"
    )
    said = rows(view.html)
    parts = said[said.index(HEADS) :]
    worst = view.frame[view.frame["past_due"]].sort_values("days").iloc[-1]
    names = {phase.id: phase.name.en for phase in page.template.ledgers["receivable"].phases}
    assert names[worst["phase"]] in view.html.striptags().split("days,")[0]
    assert next(row for row in parts if row[0] == "DSO, balance-days")[1:3] == [
        " ".join(page.speech.figure(whole.value, "days").split()), "100.0%"
    ]  # fmt: skip


HEADS = ["Phase", "Days of sales", "Share", "Money held on average", "Cost of capital in the period"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "après l’échéance"), ("es", "después del vencimiento"), ("zh", "在到期日之后")],
)
def test_it_speaks_the_readers_language(demo: Path, language: str, said: str) -> None:
    view = wb.page("measure", project=str(demo), language=language).receivables()
    assert said in view.title
    assert "Dunning under way" not in view.html
    assert "Month" not in view.html


def test_a_process_without_phases_says_so(tmp_path: Path) -> None:
    generate_project(tmp_path / "project", process="lead-to-cash", cases=40, seed=7)
    view = wb.page("measure", project=str(tmp_path / "project"), language="en").receivables()
    assert view.title == "DSO by process"
    assert "no receivables with due dates" in view.html.striptags()
