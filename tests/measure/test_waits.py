"""Waiting against handling, by activity and by what tells steps apart, worked by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.measure.waits import wait_frame

DAY, HOUR = 86_400.0, 3_600.0
CASES = "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-01\nb | 100 | 2026-02-01\n"
EVENTS = """
a | invoice_generated | 2026-01-01 09:00 | bob | human
a | dispute_registered | 2026-01-05 09:00 | ana | human | dispute_reason=price
a | dispute_resolved | 2026-01-11 09:00 | eve | human | dispute_reason=price
b | invoice_generated | 2026-01-01 09:00 | bob | human
b | dispute_registered | 2026-01-03 09:00 | ana | human | dispute_reason=quality
b | dispute_resolved | 2026-01-04 09:00 | ana | human | dispute_reason=quality
"""


def test_without_beginnings_all_is_waiting() -> None:
    """Registered after 4 and 2 days, resolved after 6 and 1: 13 in all. The day that passes by itself is no step."""
    frame = wait_frame(prepared(EVENTS, CASES, as_of="2026-03-31"))
    assert frame["activity"].tolist() == ["dispute_resolved", "dispute_registered"]
    assert frame["wait_seconds"].tolist() == [7 * DAY, 6 * DAY]
    assert frame["median_wait_seconds"].tolist() == [3.5 * DAY, 3 * DAY]
    assert frame["share"].tolist() == pytest.approx([7 / 13, 6 / 13])
    assert frame["handled"].tolist() == [0, 0]
    assert frame["handling_seconds"].isna().all()


def test_by_reason_and_by_person() -> None:
    log = prepared(EVENTS, CASES, as_of="2026-03-31")
    by_reason = wait_frame(log, by="dispute_reason").set_index(["activity", "group"])["wait_seconds"]
    assert by_reason["dispute_resolved", "price"] == 6 * DAY
    assert by_reason["dispute_registered", "quality"] == 2 * DAY
    people = wait_frame(log, by="user_or_collector").set_index(["activity", "group"])["steps"].to_dict()
    assert people == {
        ("dispute_resolved", "eve"): 1,
        ("dispute_resolved", "ana"): 1,
        ("dispute_registered", "ana"): 2,
    }
    few = wait_frame(prepared(EVENTS, CASES, as_of="2026-03-31", least=2), by="user_or_collector")
    assert set(few["group"]) == {"ana", "other"}
    with pytest.raises(WorkbenchError, match="Unknown attribute 'colour'"):
        wait_frame(log, by="colour")


def test_a_recorded_beginning_parts_handling_from_waiting(tmp_path: Path) -> None:
    """Asked at 9, begun at 11 and answered at 12: two hours of waiting and one of work. In k2 the answer was begun
    before it was asked for, so nothing waited and all three hours since then are work."""
    lines = [
        ("k1", "ask", "2026-01-05 09:00", "complete"),
        ("k1", "answer", "2026-01-05 11:00", "start"),
        ("k1", "answer", "2026-01-05 12:00", "complete"),
        ("k2", "answer", "2026-01-05 08:00", "start"),
        ("k2", "ask", "2026-01-05 09:00", "complete"),
        ("k2", "answer", "2026-01-05 11:00", "complete"),
    ]
    pd.DataFrame(lines, columns=["case", "activity", "time", "step"]).to_csv(tmp_path / "e.csv", index=False)
    (tmp_path / "project.toml").write_text(
        'format = 1\nprocess = "any-process"\nname = "steps"\ntime_zone = "UTC"\n\n[[sources]]\nname = "e"\n'
        'path = "e.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\ntime = "time"\n'
        'lifecycle = "step"\nsteps = "pair"\n',
        encoding="utf-8",
    )
    (row,) = wb.open(tmp_path).waits().to_dict("records")
    assert (row["activity"], row["steps"], row["handled"]) == ("answer", 2, 2)
    assert (row["wait_seconds"], row["handling_seconds"]) == (2 * HOUR, 4 * HOUR)
    assert row["mean_handling_seconds"] == 2 * HOUR


def test_the_table_has_the_documented_columns_and_no_other() -> None:
    columns = [
        "activity", "cases", "steps", "wait_seconds", "mean_wait_seconds", "median_wait_seconds", "share", "handled",
        "handling_seconds", "mean_handling_seconds",
    ]  # fmt: skip
    log = prepared(EVENTS, CASES, as_of="2026-03-31")
    assert list(wait_frame(log).columns) == columns
    assert list(wait_frame(log, by="dispute_reason").columns) == ["activity", "group", *columns[1:]]
    assert wait_frame(log).index.tolist() == [0, 1]
