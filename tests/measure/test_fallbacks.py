"""What a plainer log tells another way: quotes after the first for revisions, named stages for the order: by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from tests.measure.test_funnel import BY_ACTIVITY, BY_STAGE, CASES
from workbench.measure import figure_rows, figures
from workbench.measure.figure import Figure

QUOTES = """\
a | quote_issued  | 2026-01-01 09:00
a | quote_issued  | 2026-01-02 09:00
a | quote_issued  | 2026-01-03 09:00
b | quote_issued  | 2026-01-01 09:00
c | quote_created | 2026-01-01 09:00
d | opportunity_created | 2026-01-01 09:00
"""


def one(events: str, name: str) -> Figure:
    (found,) = figures(prepared(events, CASES, as_of="2026-03-31", process="lead-to-cash"), [name])
    return found


def test_quotes_after_the_first_stand_for_revisions() -> None:
    """a has two after its first, b none, c's quote was never issued; d has none at all."""
    found = one(QUOTES, "LC13")
    assert (found.value, found.n, found.stats["total"]) == (pytest.approx(2 / 3), 3, 2)


def test_recorded_revisions_go_before() -> None:
    found = one(QUOTES + "b | quote_revised | 2026-01-05 09:00\n", "LC13")
    assert (found.value, found.n, found.stats["total"]) == (pytest.approx(1 / 3), 3, 1)


def test_back_to_an_earlier_named_stage() -> None:
    """b went from demo to discovery; a to d went forward only. Closed stages at or after the decision are none."""
    found = one(BY_STAGE, "LC24.back")
    assert (found.value, found.n) == (0.25, 4)
    rows = figure_rows(prepared(BY_STAGE, CASES, as_of="2026-03-31", process="lead-to-cash"), "LC24.back")
    assert rows.set_index("case_id")["r_value"].to_dict() == {"a": 0, "b": 1, "c": 0, "d": 0}


def test_activities_are_judged_by_the_rule() -> None:
    """b was quoted before it was qualified."""
    found = one(BY_ACTIVITY, "LC24.back")
    assert (found.value, found.n) == (0.2, 5)


def test_a_request_for_a_quote_stands_for_the_qualification() -> None:
    """a was asked on the 2nd and never qualified: 3 days; b qualified on the 3rd, asked on the 4th: 2 days."""
    events = """\
a | quote_requested       | 2026-01-02 09:00
a | quote_issued          | 2026-01-05 09:00
b | opportunity_qualified | 2026-01-03 09:00
b | quote_requested       | 2026-01-04 09:00
b | quote_issued          | 2026-01-05 09:00
"""
    found = one(events, "LC10")
    assert (found.value, found.n) == (2.5, 2)
