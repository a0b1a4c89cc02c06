"""The leads, the money and the comparisons of lead-to-cash against fourteen deals worked by hand (`leads_log.py`).

The arithmetic stands in `leads_table.py`; it is held against the restatement first, then against the product.
"""

from __future__ import annotations

from typing import Any

import pytest

import workbench as wb
from tests.oracle import leads_log, leads_table, plain_all
from tests.oracle.notation import read_cases, read_events
from tests.oracle.plain_figures import Figures
from tests.oracle.plain_leads import Beside
from tests.oracle.product import DEALS, Answers, Setting, compare, project
from tests.oracle.tables import Line

EVENTS = read_events(leads_log.EVENTS, zone=leads_log.ZONE)
CASES = read_cases(leads_log.CASES)
BESIDE = Beside(
    leads=read_cases(leads_log.LEADS),
    spend=read_cases(leads_log.SPEND),
    targets=read_cases(leads_log.TARGETS),
    costs=read_cases(leads_log.COSTS),
)


@pytest.fixture(scope="module")
def restated() -> Figures:
    return plain_all.sales(EVENTS, CASES, as_of=leads_log.AS_OF, beside=BESIDE)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    setting = Setting(DEALS, leads_log.ZONE, leads_log.AS_OF, tables=BESIDE.tables())
    return Answers(wb.open(project(tmp_path_factory.mktemp("leads"), EVENTS, CASES, setting=setting)))


@pytest.mark.parametrize("line", leads_table.FIGURES, ids=str)
def test_a_figure_by_hand_is_the_restated_one(restated: Figures, line: Line) -> None:
    figure = restated[line.id, line.currency]
    assert figure.value == line.value, f"{line}: {line.arithmetic}"
    assert line.n is None or figure.n == line.n, f"n of {line}"
    assert line.pending is None or figure.pending == line.pending, f"pending of {line}"
    named = {name: value for name, value in figure.parts.items() if value}
    assert named == {name: value for name, value in line.parts.items() if value}, str(line)
    assert {stat: figure.stats[stat] for stat in line.stats} == dict(line.stats), str(line)


@pytest.mark.parametrize("line", leads_table.FIGURES, ids=str)
def test_a_figure_by_hand_is_the_products(answers: Answers, line: Line) -> None:
    compare(answers, line)
