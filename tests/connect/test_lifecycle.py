"""Starts and completions of one activity: counted as they stand, paired, or completions alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from workbench.errors import WorkbenchError

CSV = """case,activity,time,step
1,check,2026-01-01 09:00,start
1,check,2026-01-01 10:00,start
1,check,2026-01-01 11:00,complete
1,check,2026-01-01 12:00,COMPLETE
1,call,2026-01-02 09:00,start
2,check,2026-01-03 09:00,complete
2,check,2026-01-03 10:00,start
2,note,2026-01-04 10:00,
"""
STEPS = 'lifecycle = "step"\nsteps = "{}"\n'


def test_the_nth_completion_takes_the_nth_start(read_long: Callable) -> None:
    found = read_long(CSV, tail=STEPS.format("pair"))
    assert found.events("case_id", "activity", "time", "started_at") == [
        ("1", "check", datetime(2026, 1, 1, 11), datetime(2026, 1, 1, 9)),
        ("1", "check", datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 10)),
        # What began and is not complete yet, and what was never begun, stay what they are.
        ("1", "call", datetime(2026, 1, 2, 9), None),
        ("2", "check", datetime(2026, 1, 3, 9), None),
        ("2", "check", datetime(2026, 1, 3, 10), None),
        ("2", "note", datetime(2026, 1, 4, 10), None),
    ]
    (accounted,) = found.log.accounting
    assert (accounted.rows_in, accounted.rows_kept, dict(accounted.dropped)) == (8, 6, {"paired_start": 2})
    assert found.finding("paired_start").severity == "note"


def test_completions_alone(read_long: Callable) -> None:
    found = read_long(CSV, tail=STEPS.format("complete"))
    assert [row[0] for row in found.events("activity")] == ["check", "check", "check", "note"]
    (accounted,) = found.log.accounting
    assert dict(accounted.dropped) == {"not_complete": 4}


def test_as_they_stand_they_are_told(read_long: Callable) -> None:
    found = read_long(CSV, tail=STEPS.format("keep"))
    assert len(found.events("activity")) == 8
    assert 'steps = "pair"' in found.finding("several_lifecycle_steps").remedy


def test_pairing_needs_to_know_which_is_which(read_long: Callable) -> None:
    with pytest.raises(WorkbenchError, match="tells a start from a completion"):
        read_long(CSV, tail='steps = "pair"\n')
