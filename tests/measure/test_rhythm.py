"""Month-end and batch effects, worked by hand on the calendar of January 2026."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.rhythm import rhythm_frame

CASES = "invoice_number | invoice_amount | due_date\n" + "".join(
    f"i{n} | 100 | 2026-03-01\n" for n in range(8)
)


def billed(*times: str) -> str:
    return "".join(f"i{n} | invoice_generated | {time} | bob | human\n" for n, time in enumerate(times))


def test_the_last_working_days_and_the_days_off_behind_them() -> None:
    """January 2026 has 22 working days, the last three of them Wednesday 28 to Friday 30; Saturday 31 is behind them.

    Of eight invoices those of the 28th, 30th and 31st are at its end: 3 of 8 where 3 of 22 would be even.
    """
    times = [f"2026-01-{day:02} 09:00" for day in (1, 5, 6, 12, 27, 28, 30, 31)]
    (row,) = rhythm_frame(prepared(billed(*times), CASES, as_of="2026-01-31")).to_dict("records")
    assert (row["events"], row["month_end"]) == (8, 3)
    assert row["month_end_share"] == 3 / 8
    assert row["month_end_expected"] == pytest.approx(3 / 22)
    assert row["low"] == pytest.approx(0.1368, abs=1e-4)
    assert row["high"] == pytest.approx(0.6943, abs=1e-4)
    assert (row["batched"], row["batches"], row["largest_batch"]) == (0, 0, 0)


def test_a_month_that_is_not_over_counts_for_nothing() -> None:
    log = prepared(billed("2026-01-30 09:00", "2026-02-03 09:00"), CASES, as_of="2026-02-20")
    (row,) = rhythm_frame(log).to_dict("records")
    assert (row["events"], row["month_end"]) == (1, 1)
    assert rhythm_frame(prepared(billed("2026-02-03 09:00"), CASES, as_of="2026-02-20")).empty


def test_what_one_user_records_in_one_minute_is_a_batch() -> None:
    """Six in one minute are a batch; the seventh comes a minute later, the eighth is another user's."""
    times = [f"2026-01-05 18:00:{second:02}" for second in range(6)]
    events = (
        billed(*times, "2026-01-05 18:01:00") + "i7 | invoice_generated | 2026-01-05 18:00:00 | eve | human\n"
    )
    (row,) = rhythm_frame(prepared(events, CASES, as_of="2026-01-31")).to_dict("records")
    assert (row["batched"], row["batches"], row["largest_batch"], row["batched_share"]) == (6, 1, 6, 6 / 8)
    (none,) = rhythm_frame(prepared(events, CASES, as_of="2026-01-31"), batch=7).to_dict("records")
    assert none["batched"] == 0


def test_dates_without_a_time_of_day_are_no_batches() -> None:
    (row,) = rhythm_frame(
        prepared(billed(*["2026-01-05 00:00"] * 8), CASES, as_of="2026-01-31", zone="Europe/Paris")
    ).to_dict("records")
    assert row["batched"] is None or row["batched"] != row["batched"] or str(row["batched"]) == "<NA>"
    assert row["events"] == 8


def test_a_log_that_begins_on_the_last_day_of_a_month_has_seen_its_end() -> None:
    """Saturday 31 January lies behind the month's last working days; the invoice of February is of no full month."""
    log = prepared(billed("2026-01-31 09:00", "2026-02-03 09:00"), CASES, as_of="2026-02-20")
    (row,) = rhythm_frame(log).to_dict("records")
    assert (row["events"], row["month_end"], row["month_end_share"]) == (1, 1, 1.0)
    assert row["month_end_expected"] == pytest.approx(3 / 22)


def test_a_log_without_cases_has_no_rhythm(within_nothing: Callable[[PreparedLog], PreparedLog]) -> None:
    assert rhythm_frame(within_nothing(prepared(billed("2026-01-05 09:00"), CASES, as_of="2026-01-31"))).empty
