"""A log narrowed to no case at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workbench.log.prepared import PreparedLog


@pytest.fixture(scope="session")
def within_nothing() -> Callable[[PreparedLog], PreparedLog]:
    """Leaves a log without any of its cases."""

    def narrowed(log: PreparedLog) -> PreparedLog:
        return log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))

    return narrowed
