"""Problems ranked: sized by hand, what two of them count both, ticked challenges first, rows that add up."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import focused_ids, problem_cases, problem_frame, problem_rows
from workbench.measure.lateness import BEYOND_LIMIT

CASES = """
invoice_number | invoice_amount | due_date
a | 100.00 | 2026-01-20
b | 300.00 | 2026-01-25
c | 200.00 | 2026-03-10
d | 400.00 | 2026-01-10
"""
DATES = """
invoice_number | due_date
a | 2026-01-20
b | 2026-01-25
c | 2026-03-10
d | 2026-01-10
"""
# a is paid in time; b is paid 16 days late and c 21 days past due, and nobody reminded either; d is reminded in time.
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received | 2026-01-10 09:00 | - | - | payment_amount=100.00
b | invoice_generated | 2026-01-05 09:00
b | payment_received | 2026-02-10 09:00 | - | - | payment_amount=300.00
c | invoice_generated | 2026-02-05 09:00
d | invoice_generated | 2026-01-05 09:00
d | overdue_reminder_sent | 2026-01-12 09:00
d | payment_received | 2026-01-20 09:00 | - | - | payment_amount=400.00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def line(frame: pd.DataFrame, key: str) -> pd.Series:
    return frame[frame["key"] == key].iloc[0]


def test_sizes_by_hand(log: PreparedLog) -> None:
    frame = problem_frame(log)
    late, overdue = line(frame, "rule:R03"), line(frame, "open:CC16")
    assert (late["cases"], late["money"], late["currency"]) == (2, 500.0, "EUR")
    # Seven days from the due date: b ends nine days after the limit of 1 February, c is open on that of 17 March.
    assert (late["days"], late["basis"]) == (9.0 + 14.0, BEYOND_LIMIT)
    assert late["basis"] != overdue["basis"] == "days past due"
    assert (overdue["cases"], overdue["money"], overdue["days"]) == (1, 200.0, 21.0)
    # Cases take 5, 36, 15 and (c, to the end of as-of) 54.625 days.
    assert overdue["days_share"] == pytest.approx(21 / 110.625)
    assert late["size"] == pytest.approx((2 / 4 + 500 / 1000 + 23 / 110.625) / 3)
    assert overdue["size"] == pytest.approx((1 / 4 + 200 / 1000 + 21 / 110.625) / 3)
    assert late["rank"] < overdue["rank"]


def test_what_a_higher_one_counts_is_named(log: PreparedLog) -> None:
    frame = problem_frame(log)
    assert frame["rank"].tolist() == list(range(1, len(frame) + 1))
    assert pd.isna(frame["counted_by"].iloc[0])
    assert frame["cases_counted"].iloc[0] == 0
    overdue = line(frame, "open:CC16")
    assert (overdue["cases_counted"], overdue["money_counted"]) == (1.0, 1.0)
    above = line(frame, str(overdue["counted_by"]))
    assert above["rank"] < overdue["rank"]
    assert "c" in above["evidence"]


def test_ticked_challenges_come_first(log: PreparedLog) -> None:
    ticked = next(name for name, entry in log.template.challenges.items() if "CC16" in entry.kpis)
    frame = problem_frame(log, focus=[ticked])
    flags = frame["focused"].tolist()
    assert flags == sorted(flags, reverse=True)
    assert line(frame, "open:CC16")["focused"]
    ids = focused_ids(log.template, [ticked])
    assert set(frame.loc[frame["focused"], "id"]) <= ids
    with pytest.raises(WorkbenchError, match=r"Unknown challenge or goal 'slow_dispute'.*slow_disputes"):
        problem_frame(log, focus=["slow_dispute"])


def test_the_rows_are_what_is_counted(log: PreparedLog) -> None:
    for row in problem_frame(log).to_dict("records"):
        if pd.isna(row["cases"]):
            continue
        rows = problem_rows(log, row["key"])
        mine = rows if row["currency"] is None else rows[rows["currency"] == row["currency"]]
        assert len(mine) == row["cases"]
        assert mine["case_id"].head(5).tolist() == row["evidence"]
        if not pd.isna(row["money"]):
            assert mine["money"].sum() == pytest.approx(row["money"])
        assert row["rows"] == f"log.problem_rows({row['key']!r})"
    with pytest.raises(WorkbenchError, match="Unknown problem"):
        problem_rows(log, "rule:R99")


@pytest.mark.parametrize("cases", [CASES.replace("c | 200.00", "c | 300.00"), DATES], ids=["as much", "none"])
def test_of_as_much_money_or_none_at_all_the_longest_comes_first(cases: str) -> None:
    """b came 9 days after its limit, c is open 14 days after it."""
    log = prepared(EVENTS, cases, as_of="2026-03-31")
    assert problem_rows(log, "rule:R03")["case_id"].tolist() == ["c", "b"]
    assert line(problem_frame(log), "rule:R03")["evidence"] == ["c", "b"]


def test_the_rows_of_a_problem_are_numbered_from_nought() -> None:
    """b and c were reminded too late; c, the later of the two, has more money and comes first."""
    log = prepared(EVENTS, CASES.replace("c | 200.00", "c | 900.00"), as_of="2026-03-31")
    rows = problem_rows(log, "rule:R03")
    assert rows["case_id"].tolist() == ["c", "b"]
    assert rows["money"].tolist() == [900.0, 300.0]
    assert rows.index.tolist() == [0, 1]
    frame, first = problem_cases(log)
    # The first cases of all problems are one table, numbered through.
    assert len(first) == frame["evidence"].dropna().map(len).sum() > 2
    assert first.index.tolist() == list(range(len(first)))


def test_slow_paths_and_work_done_twice() -> None:
    """Of twenty waits of one day the slowest tenth waited eleven and twenty-one: ten and twenty days too long."""
    waits = [2] * 18 + [12, 22]
    lines = [(f"k{n:02}", "asked", "2026-01-01") for n in range(20)]
    lines += [(f"k{n:02}", "answered", f"2026-01-{day:02}") for n, day in enumerate(waits)]
    lines.append(("k00", "asked", "2026-01-03"))
    events = pd.DataFrame(lines, columns=["case", "activity", "time"])
    events["time"] = pd.to_datetime(events["time"])
    frame = wb.load(events, as_of="2026-01-31").problems()
    slow = line(frame, "wait:asked > answered")
    assert (slow["cases"], slow["days"]) == (2, 30.0)
    assert pd.isna(slow["money"])
    again = line(frame, "rework:asked")
    assert (again["cases"], again["days"], again["evidence"]) == (1, 2.0, ["k00"])


def test_a_log_without_cases_has_no_problems() -> None:
    log = prepared(EVENTS, CASES, as_of="2026-03-31")
    nobody = log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))
    assert problem_frame(nobody).empty
