"""Who hands work over to whom, of persons and of teams, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.log.small import prepared
from workbench.discover import handover_frame
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog

# The event of a that says neither who nor which team is passed over.
EVENTS = """
a | invoice_generated     | 2026-01-05 09:00 | ana | human | team=billing
a | invoice_sent          | 2026-01-06 09:00
a | overdue_reminder_sent | 2026-02-12 09:00 | ben | human | team=collections
a | collection_call_made  | 2026-02-20 09:00 | eve | human | team=collections
b | invoice_generated     | 2026-01-05 09:00 | ana | human | team=billing
b | invoice_sent          | 2026-01-06 09:00 | ana | human | team=billing
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, "invoice_number | invoice_amount\na | 100\nb | 100\n", as_of="2026-03-31")


def told(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
    return list(frame[["source", "target", "count"]].itertuples(index=False, name=None))


def test_of_persons(log: PreparedLog) -> None:
    assert told(handover_frame(log)) == [("ana", "ana", 1), ("ana", "ben", 1), ("ben", "eve", 1)]
    resource = log.template.case.resource
    assert told(handover_frame(log, by=resource)) == told(handover_frame(log))


def test_of_teams(log: PreparedLog) -> None:
    frame = handover_frame(log, by="team")
    assert told(frame) == [
        ("billing", "billing", 1), ("billing", "collections", 1), ("collections", "collections", 1)
    ]  # fmt: skip
    assert frame["share"].tolist() == [1 / 3] * 3


def test_an_attribute_of_cases_hands_nothing_over(log: PreparedLog) -> None:
    with pytest.raises(WorkbenchError, match=r"Unknown event attribute 'invoice_amount'.*team"):
        handover_frame(log, by="invoice_amount")
