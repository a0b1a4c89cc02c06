"""What a log can answer, and which one field would answer the most of the rest."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from tests.measure.bare import CASES, EVENTS
from workbench.discover import filtered
from workbench.log.prepared import PreparedLog
from workbench.measure.readiness import readiness_frame, unlocks_frame
from workbench.messages import Message


@pytest.fixture(scope="module")
def ready(bare_log: PreparedLog) -> pd.DataFrame:
    return readiness_frame(bare_log).set_index("id")


def test_every_kpi_and_rule_has_a_line(bare_log: PreparedLog, ready: pd.DataFrame) -> None:
    assert list(ready.index) == [*bare_log.template.kpis, *bare_log.template.rules]
    assert set(ready["verdict"]) == {"ready", "partly", "not"}


def test_verdicts_say_why(ready: pd.DataFrame) -> None:
    cycle = ready.loc["CC06"]
    assert (cycle["verdict"], cycle["n"], cycle["reason"]) == ("ready", 1, None)
    late = ready.loc["CC15"]
    assert (late["verdict"], late["missing"], late["reason"]) == (
        "not",
        ["due_date"],
        "the log has no due_date",
    )
    assert ready.loc["CC07", "reason"] == "not held against anything independent"
    assert ready.loc["CC49", "reason"] == "computed in step 6"
    assert ready.loc["R07", "missing"][-1:] != ["invoice_generated"]


def test_one_of_several_is_a_message(ready: pd.DataFrame) -> None:
    (first,) = ready.loc["R07", "missing"]
    assert isinstance(first, Message)
    assert " or " in first


def test_a_combined_figure_lacks_what_its_parts_lack(ready: pd.DataFrame) -> None:
    assert "due_date" in ready.loc["CC11", "missing"]


def test_a_field_counts_when_nothing_else_is_missing(bare_log: PreparedLog) -> None:
    frame = unlocks_frame(bare_log)
    alone = frame[frame["with"].isna()].set_index("missing")
    assert alone.index[0] == "due_date"
    due = alone.loc["due_date"]
    assert {"CC15", "CC15.late", "CC16", "CC11"} <= set(due["ids"])
    assert due["unlocks"] == due["kpis"] + due["rules"] == len(due["ids"])
    # Reminders alone do not answer whether they came in time: that needs the due date as well.
    assert (
        "R03" not in alone.loc["overdue_reminder_sent", "ids"]
        if "overdue_reminder_sent" in alone.index
        else True
    )
    both = frame[(frame["missing"] == "due_date") & (frame["with"] == "overdue_reminder_sent")]
    assert "R03" in both["ids"].iloc[0]


def test_kpis_and_rules_are_counted_apart(bare_log: PreparedLog) -> None:
    frame = unlocks_frame(bare_log)
    assert frame["rules"].sum() > 0
    for row in frame.to_dict("records"):
        names = set(row["ids"])
        assert row["kpis"] == len(names & set(bare_log.template.kpis))
        assert row["rules"] == len(names & set(bare_log.template.rules))


def test_a_rule_that_nothing_triggers_says_so() -> None:
    """The log knows write-offs, but none among the invoices that are left."""
    events = (
        EVENTS + "b | collection_call_made | 2026-03-10 09:00\nb | invoice_written_off | 2026-03-20 09:00\n"
    )
    cases = CASES.replace("amount\n", "amount | customer_segment\n").replace("100.00", "100.00 | north")
    log = prepared(events, cases.replace("200.00", "200.00 | south"), as_of="2026-03-31")
    assert readiness_frame(log).set_index("id").loc["R08b", "n"] == 1
    found = (
        readiness_frame(filtered(log, attributes={"customer_segment": ["north"]})).set_index("id").loc["R08b"]
    )
    assert (found["verdict"], found["n"], found["missing"]) == ("not", 0, [])
    assert found["reason"] == "no event triggers it"


def test_what_has_no_value_in_one_of_two_currencies_is_partly_there() -> None:
    """An invoice in dollars stands open for more than a year: what it is in days of this year's sales nobody knows."""
    events = "a | invoice_generated | 2026-03-05 09:00\nb | invoice_generated | 2024-12-06 09:00\n"
    cases = """
invoice_number | invoice_amount | currency | invoice_date | due_date
a | 100.00 | EUR | 2026-03-05 | 2026-03-20
b | 40.00  | USD | 2024-12-06 | 2026-03-20
"""
    found = readiness_frame(prepared(events, cases, as_of="2026-03-31")).set_index("id").loc["CC09"]
    assert (found["verdict"], found["missing"]) == ("partly", [])
    assert found["reason"] == "nothing to divide by in the period"


def test_what_is_unlocked_is_so_when_it_comes(bare_log: PreparedLog) -> None:
    """With due dates in the log, no KPI of the list misses anything any more."""
    promised = set(
        unlocks_frame(bare_log).set_index("missing").loc[["due_date"]].query("`with`.isna()")["ids"].iloc[0]
    )
    dated = CASES.replace("invoice_amount", "invoice_amount | due_date").replace(".00", ".00 | 2026-01-20")
    now = readiness_frame(prepared(EVENTS, dated, as_of="2026-03-31")).set_index("id")
    assert all(not now.loc[name, "missing"] or now.loc[name, "verdict"] != "not" for name in promised)


def test_any_process_lacks_nothing() -> None:
    frame = pd.DataFrame(
        {"case": ["x", "x"], "activity": ["a", "b"], "time": pd.to_datetime(["2026-01-01"] * 2)}
    )
    log = wb.load(frame).prepared
    assert set(readiness_frame(log)["verdict"]) == {"ready"}
    assert unlocks_frame(log).empty
    assert list(unlocks_frame(log).columns) == ["missing", "with", "kind", "kpis", "rules", "unlocks", "ids"]


def test_single_fields_come_before_pairs_and_the_most_helpful_first(bare_log: PreparedLog) -> None:
    frame = unlocks_frame(bare_log)
    paired = frame["with"].notna()
    assert 0 < paired.sum() < len(frame)
    assert paired.is_monotonic_increasing
    for _, group in frame.groupby(paired):
        assert group["unlocks"].is_monotonic_decreasing
    # As many unlocked: by name, and a pair by its second name.
    for _, tied in frame.groupby([paired, "unlocks"]):
        names = list(zip(tied["missing"], tied["with"].fillna(""), strict=True))
        assert names == sorted(names)
    assert list(frame.index) == list(range(len(frame)))
