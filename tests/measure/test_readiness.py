"""What a log can answer, and which one field would answer the most of the rest."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from tests.measure.bare import CASES, EVENTS
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
