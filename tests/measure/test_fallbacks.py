"""What a plainer log tells another way: quotes after the first for revisions, named stages for the order: by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from tests.measure.test_funnel import BY_ACTIVITY, BY_STAGE, CASES
from workbench.measure import figure_rows, figures
from workbench.measure.figure import Figure
from workbench.rules import checkable

QUOTES = """\
a | quote_issued  | 2026-01-01 09:00
a | quote_issued  | 2026-01-02 09:00
a | quote_issued  | 2026-01-03 09:00
b | quote_issued  | 2026-01-01 09:00
c | quote_created | 2026-01-01 09:00
d | opportunity_created | 2026-01-01 09:00
"""


def one(events: str, name: str) -> Figure:
    (found,) = figures(prepared(events, CASES, as_of="2026-03-31", process="lead-to-cash"), [name])
    return found


def test_quotes_after_the_first_stand_for_revisions() -> None:
    """a has two after its first, b none, c's quote was never issued; d has none at all."""
    found = one(QUOTES, "LC13")
    assert (found.value, found.n, found.stats["total"]) == (pytest.approx(2 / 3), 3, 2)


def test_recorded_revisions_go_before() -> None:
    found = one(QUOTES + "b | quote_revised | 2026-01-05 09:00\n", "LC13")
    assert (found.value, found.n, found.stats["total"]) == (pytest.approx(1 / 3), 3, 1)


def test_back_to_an_earlier_named_stage() -> None:
    """b went from demo to discovery; a to d went forward only. Closed stages at or after the decision are none."""
    found = one(BY_STAGE, "LC24.back")
    assert (found.value, found.n) == (0.25, 4)
    rows = figure_rows(prepared(BY_STAGE, CASES, as_of="2026-03-31", process="lead-to-cash"), "LC24.back")
    assert rows.set_index("case_id")["r_value"].to_dict() == {"a": 0, "b": 1, "c": 0, "d": 0}


def test_activities_are_judged_by_the_rule() -> None:
    """b was quoted before it was qualified."""
    found = one(BY_ACTIVITY, "LC24.back")
    assert (found.value, found.n) == (0.2, 5)


def test_a_request_for_a_quote_stands_for_the_qualification() -> None:
    """a was asked on the 2nd and never qualified: 3 days; b qualified on the 3rd, asked on the 4th: 2 days."""
    events = """\
a | quote_requested       | 2026-01-02 09:00
a | quote_issued          | 2026-01-05 09:00
b | opportunity_qualified | 2026-01-03 09:00
b | quote_requested       | 2026-01-04 09:00
b | quote_issued          | 2026-01-05 09:00
"""
    found = one(events, "LC10")
    assert (found.value, found.n) == (2.5, 2)


def test_stages_that_are_only_named_are_no_rule_kept() -> None:
    """Nobody can break the order of activities that nobody records: neither the rule nor conformance says so."""
    log = prepared(BY_STAGE, CASES, as_of="2026-03-31", process="lead-to-cash")
    assert log.knows("decided")
    assert set(log.frame(log.verdicts)["rule"]) <= {"L09", "L10"}
    assert checkable(log, log.template.rules["L07"]) is not None


def test_without_any_stage_nothing_goes_back() -> None:
    bare = "a | opportunity_created | 2026-01-01 09:00\na | opportunity_won | 2026-01-09 09:00\n"
    found = one(bare, "LC24.back")
    assert (found.value, found.n) == (None, 0)
    assert "stage" in str(found.reason)


def test_only_deals_with_stages_can_skip_one_or_go_back() -> None:
    """Of a to e: b was quoted unqualified, d was qualified again after its quote.

    c is a lead that is no deal yet, and e was lost before it had a stage.
    """
    events = """\
a | opportunity_created   | 2026-01-01 09:00
a | opportunity_qualified | 2026-01-02 09:00
a | quote_issued          | 2026-01-03 09:00
a | contract_signed       | 2026-01-04 09:00
a | opportunity_won       | 2026-01-05 09:00
b | opportunity_created   | 2026-01-01 09:00
b | quote_issued          | 2026-01-03 09:00
c | lead_created          | 2026-01-01 09:00
d | opportunity_created   | 2026-01-01 09:00
d | opportunity_qualified | 2026-01-02 09:00
d | quote_issued          | 2026-01-03 09:00
d | opportunity_qualified | 2026-01-04 09:00
e | lead_created          | 2026-01-01 09:00
e | opportunity_lost      | 2026-01-02 09:00
"""
    for name in ("LC24", "LC24.back"):
        found = one(events, name)
        assert found.value == pytest.approx(1 / 3), name
        assert found.n == 3, name


def test_a_fact_of_the_whole_deal_never_changes() -> None:
    """A wide row tells who owns the deal, not who owned it: no changes are not nought changes."""
    log = prepared(
        "a | opportunity_created | 2026-01-01 09:00\n",
        "opportunity_id | sales_rep | expected_close_date\na | ana | 2026-02-01\n",
        as_of="2026-03-31",
        process="lead-to-cash",
    )
    found = {answer.id: answer for answer in figures(log, ["LC25", "LC25.pushes", "LC29"])}
    assert {name: answer.value for name, answer in found.items()} == dict.fromkeys(found)
    assert str(found["LC29"].reason) == "the log has no owner_changed"


def test_open_deals_without_a_value_are_worth_an_unknown_amount() -> None:
    events = "a | opportunity_created | 2026-01-01 09:00\nb | opportunity_created | 2026-01-01 09:00\n"
    for worth, known in (("", None), ("0", 0.0), ("70", 70.0)):
        cases = f"opportunity_id | opportunity_value\na | {worth}\nb |\nc | 10\n"
        log = prepared(
            events + "c | opportunity_lost | 2026-01-01 09:00\n",
            cases,
            as_of="2026-03-31",
            process="lead-to-cash",
        )
        (found,) = figures(log, ["LC34.ageing"])
        assert found.value == known
        assert found.reason == (None if known is not None else "no row has opportunity_value")
