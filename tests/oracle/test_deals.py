"""Lead-to-cash against fourteen opportunities worked by hand: one test for every figure and every rule.

The log is in `deal_log.py`, the arithmetic in `deal_table.py`. The readings that were signed; `*` marks those
that matter for the log:

- stages: created, qualified, quote issued, contract signed, won: the log says them as activities and in
  `stage`. Why: both readings give the same
- LC03 *: the last visit ends with won or lost; going back to a stage is a visit of its own; the value is the
  mean over all visits. Why: "per visit"
- LC06 *: a deal still standing in a stage is pending there, not a failure; the value is Σ / Σ over the
  stages. Why: "counted apart"; never a mean of ratios
- LC07.value *: 20 % of the lost without an amount is not *over* 20 %; an amount set to 0 does not hide the
  earlier one. Why: "last positive"
- LC09: the last positive amount of the won. Why: as LC07
- LC19, LC20: first invoice; last payment. Why: t, t_last
- quotes: rule 1 to 3 and 10 speak of *Quote Issued*. Why: no case of the log depends on *Quote Created*
- discount *: exactly the limit is not over it. Why: "discount > limit"
- invoice in time *: 5 × 24 hours after fulfilment is in time; decided on that day. Why: the limits of
  `test_credit.py`
- changes *: a blank is no change; a pull of the close date is no push. Why: an attribute differs from its
  previous value
- after proposal *: a reduction before the first quote, or without one, breaks nothing. Why: the words
"""

from __future__ import annotations

from typing import Any

import pytest

import workbench as wb
from tests.oracle import deal_log, deal_more_table, deal_table
from tests.oracle.notation import read_cases, read_events
from tests.oracle.product import DEALS, Answers, Setting, answer, compare, project, verdicts
from tests.oracle.tables import Line

CASES = read_cases(deal_log.CASES)
SEVERITY = ["broken", "pending", "unknown", "tie", "excused", "ok"]


def _open(folder: Any, text: str) -> Any:
    setting = Setting(process=DEALS, zone=deal_log.ZONE, as_of=deal_log.AS_OF, currency=deal_log.CURRENCY)
    return wb.open(project(folder, read_events(text, zone=deal_log.ZONE), CASES, setting=setting))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _open(tmp_path_factory.mktemp("deals"), deal_log.EVENTS)


@pytest.fixture(scope="module")
def answers(log: Any) -> Answers:
    return Answers(log)


@pytest.mark.parametrize("line", deal_table.FIGURES + deal_more_table.FIGURES, ids=str)
def test_figure(answers: Answers, line: Line) -> None:
    compare(answers, line)


@pytest.mark.parametrize("rule", deal_table.VERDICTS)
def test_rule(log: Any, rule: str) -> None:
    """The worst verdict of each case; a case that the table leaves out may only be in order."""
    rows = verdicts(log, DEALS.rules[rule])
    found = {case: min(verdict, key=SEVERITY.index) for case, verdict in rows.items()}
    expected = deal_table.VERDICTS[rule]
    shown = {case: verdict for case, verdict in found.items() if case in expected or verdict != "ok"}
    missing = {case: verdict for case, verdict in expected.items() if case not in shown and verdict != "ok"}
    assert not missing, f"{rule}: no row for {missing}"
    assert shown == {case: verdict for case, verdict in expected.items() if case in shown}, rule


def test_win_rate_by_value_is_withheld_when_too_many_losses_have_no_amount(tmp_path: Any) -> None:
    """D04 and D13 of five lost deals: 40 % are without an amount, more than 20 %."""
    log = _open(
        tmp_path, deal_log.EVENTS.replace("stage=Prospecting, opportunity_value=1000", "stage=Prospecting")
    )
    record = answer(log, "LC07.value", None)
    assert record["value"] is None
    assert record["reason"]
