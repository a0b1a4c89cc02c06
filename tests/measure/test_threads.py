"""Several figures of a request at a time: the same answers, each worked out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.threads import Once, each

EVENTS = """
INV-1 | invoice_generated  | 2026-01-05 10:00 | Ana | human
INV-1 | invoice_sent       | 2026-01-06 09:00 | -   | robot
INV-1 | overdue_reminder_sent | 2026-02-20 09:00 | Ben | human | dunning_level=1
INV-1 | payment_received   | 2026-02-27 12:00 | Ben | human | payment_amount=900
INV-2 | invoice_generated  | 2026-01-08 10:00 | Ana | human
INV-2 | invoice_sent       | 2026-01-12 09:00 | Ana | human
INV-2 | dispute_registered | 2026-01-20 09:00 | Ben | human
"""
CASES = """
invoice_id | customer_id | invoice_amount | due_date
INV-1      | C1          | 900            | 2026-02-04
INV-2      | C2          | 400            | 2026-02-07
"""


@dataclass
class _Asked:
    """An engine that may be asked by so many."""

    askers: int


def _with_askers(log: PreparedLog, askers: int) -> PreparedLog:
    return replace(log, engine=_Asked(askers))


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def test_what_several_ask_for_is_worked_out_once() -> None:
    once, memo, begun = Once(), {}, []
    ready = threading.Barrier(4)

    def work() -> int:
        begun.append(1)
        return 7

    def ask(_: int) -> int:
        ready.wait(10)
        return once(memo, "answer", work)

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(ask, range(4))] == [7, 7, 7, 7]
    assert len(begun) == 1


def test_work_may_rest_on_other_work() -> None:
    once, memo = Once(), {}
    assert once(memo, "whole", lambda: once(memo, "part", lambda: 3) * 2) == 6
    assert memo == {"whole": 6, "part": 3}


def test_work_that_failed_is_done_again_by_the_next() -> None:
    once, memo = Once(), {}
    with pytest.raises(ZeroDivisionError):
        once(memo, "answer", lambda: 1 // 0)
    assert once(memo, "answer", lambda: 5) == 5


def test_results_come_in_the_order_of_the_items(log: PreparedLog) -> None:
    late = threading.Event()

    def work(item: int) -> int:
        if item:
            late.set()
        assert late.wait(10)  # the first is done after the second
        return item * 10

    assert each(_with_askers(log, 2), work, range(5)) == [0, 10, 20, 30, 40]


def test_an_engine_that_is_asked_by_one_thread_is_asked_by_this_one(log: PreparedLog) -> None:
    asked = each(_with_askers(log, 1), lambda _: threading.current_thread(), range(3))
    assert set(asked) == {threading.current_thread()}


def test_the_first_failure_ends_the_whole(log: PreparedLog) -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 0:
            raise ValueError("no")
        late.wait(10)
        return item

    late = threading.Event()
    threading.Timer(0.5, late.set).start()
    with pytest.raises(ValueError, match="no"):
        each(_with_askers(log, 2), work, range(100))
    assert len(begun) < 10


def test_figures_are_the_same_however_many_ask(log: PreparedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[dict[str, Any]]:
        return [found.as_dict(grouped=False) for found in figures(log, against_baseline=True)]

    several = told()
    monkeypatch.setattr(type(log.engine), "askers", 1)
    assert several == told()
    assert sum(found["value"] is not None for found in several) > 20
