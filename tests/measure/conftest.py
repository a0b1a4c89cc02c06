"""Logs that lack much: one of a bare wide file, and any narrowed to no case at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.log.small import prepared
from tests.measure.bare import CASES, EVENTS
from workbench.log.prepared import PreparedLog


@pytest.fixture(scope="session")
def bare_log() -> PreparedLog:
    """Invoices by what a wide file says of them."""
    return prepared(EVENTS, CASES, as_of="2026-03-31")


@pytest.fixture(scope="session")
def within_nothing() -> Callable[[PreparedLog], PreparedLog]:
    """Leaves a log without any of its cases."""

    def narrowed(log: PreparedLog) -> PreparedLog:
        return log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))

    return narrowed
