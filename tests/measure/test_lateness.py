"""What a breach costs in days, worked by hand: beyond its limit, or beside the cases that keep the rule."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Context
from workbench.measure.figure import Period
from workbench.measure.lateness import BEYOND_LIMIT, breach_days, days_over
from workbench.measure.rows import Rows
from workbench.measure.shares import share_rows

CASES = "invoice_number | invoice_amount | invoice_date | due_date\n"
# Received on Thursday 8, Friday 9 and Monday 12 January; posted in time, ten days later, never.
POSTED = """
in_time | invoice_generated | 2026-01-05 09:00
in_time | payment_received  | 2026-01-08 09:00 | - | - | payment_amount=100
in_time | payment_posted    | 2026-01-09 09:00 | - | - | payment_amount=100
late    | invoice_generated | 2026-01-05 09:00
late    | payment_received  | 2026-01-08 09:00 | - | - | payment_amount=100
late    | payment_posted    | 2026-01-21 09:00 | - | - | payment_amount=100
never   | invoice_generated | 2026-01-05 09:00
never   | payment_received  | 2026-01-12 09:00 | - | - | payment_amount=50
"""
INVOICES = CASES + "".join(
    f"{name} | 100 | 2026-01-05 | 2026-01-10\n" for name in ("in_time", "late", "never")
)


def days_of(log: PreparedLog, rule: str) -> tuple[dict[str, float], str]:
    days, basis = breach_days(log, log.template.rules[rule])
    ids = log.frame(log.cases.select("case_key", "case_id")).set_index("case_key")["case_id"]
    return {str(ids[key]): float(found) for key, found in days.items()}, str(basis)


def test_from_the_limit_to_the_act_or_to_as_of() -> None:
    """One working day: Thursday's money has until Sunday 11, so 21 January is 10 days late; Monday's until Tuesday
    13, and on the 31st it is 18 days late."""
    log = prepared(POSTED, INVOICES, as_of="2026-01-31")
    assert days_of(log, "R06") == ({"late": 10.0, "never": 18.0}, BEYOND_LIMIT)


@pytest.mark.parametrize(
    ("kpi", "late"),
    [("CC34", {"late": 10.0, "never": 18.0}), ("CC15", {"never": 21.0})],
)
def test_a_share_of_what_is_in_time_has_the_same_days(kpi: str, late: dict[str, float]) -> None:
    """Paid in full by the due date of 10 January: two are, the third is 21 days past it at the end of the month."""
    log = prepared(POSTED, INVOICES, as_of="2026-01-31")
    declared = log.template.kpi(kpi)
    rows = share_rows(Context(log), declared, Period(None, log.as_of))  # type: ignore[arg-type]
    assert isinstance(rows, Rows)
    days = days_over(log, declared, rows)  # type: ignore[arg-type]
    assert days is not None
    table = rows.table.filter((rows.table["r_state"] == "in") & ~rows.table["r_hit"])
    frame = log.frame(table.mutate(over=days).select("case_id", "over"))
    assert dict(zip(frame["case_id"], frame["over"], strict=True)) == late


def reminded(levels: dict[str, tuple[tuple[int, ...], int]]) -> PreparedLog:
    """Invoices of 1 January 2026 with reminders of some levels, paid after so many days."""
    events = ""
    for name, (sent, days) in levels.items():
        paid = pd.Timestamp("2026-01-01 09:00") + pd.Timedelta(days=days)
        events += f"{name} | invoice_generated | 2026-01-01 09:00\n"
        for turn, level in enumerate(sent):
            events += f"{name} | overdue_reminder_sent | 2026-01-{12 + turn} 09:00 | - | - | dunning_level={level}\n"
        events += f"{name} | payment_received | {paid:%Y-%m-%d %H:%M} | - | - | payment_amount=100\n"
    cases = CASES + "".join(f"{name} | 100 | 2026-01-01 | 2026-01-10\n" for name in levels)
    return prepared(events, cases, as_of="2026-06-30")


def test_without_a_limit_beside_those_that_keep_the_rule() -> None:
    """Twelve invoices reminded in order take 30 days at the mean, ten with a skipped level 60: 30 days each."""
    keeping = {f"k{n:02}": ((1, 2), 29 + n % 3) for n in range(12)}
    breaking = {f"b{n:02}": ((2,), 60) for n in range(10)}
    days, basis = days_of(reminded(keeping | breaking), "R02")
    assert days == pytest.approx(dict.fromkeys(breaking, 30.0))
    assert "a comparison" in basis


def test_no_days_where_nothing_differs_or_too_few_can_be_compared() -> None:
    keeping = {f"k{n:02}": ((1, 2), 29 + n % 3) for n in range(12)}
    alike = {f"b{n:02}": ((2,), 29 + n % 3) for n in range(12)}
    days, basis = days_of(reminded(keeping | alike), "R02")
    assert days == {}
    assert "no longer" in basis
    days, basis = days_of(reminded(keeping | {f"b{n}": ((2,), 90) for n in range(9)}), "R02")
    assert days == {}
    assert "fewer than 10" in basis
