"""Which analyses a log can answer, and the smallest sets of fields that open the most of what it cannot."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.analyses import analysis_frame
from workbench.measure.readiness import Locked, locked
from workbench.measure.unlocking import plan_frame, plan_of, readiness_findings


def test_analyses_say_what_they_lack(bare_log: PreparedLog) -> None:
    found = analysis_frame(bare_log).set_index("id")
    assert (found.loc["map", "verdict"], found.loc["map", "n"]) == ("ready", 3)
    assert (found.loc["ageing", "verdict"], found.loc["ageing", "missing"]) == ("not", ["due_date"])
    assert found.loc["outcomes", "verdict"] == "ready"
    assert found.loc["conformance", "verdict"] == "partly"
    assert found.loc["resources", "missing"] == ["user_or_collector"]
    assert found.loc["trend", "reason"] == "the log has 2 full months, and 6 are wanted"


def test_what_cannot_be_had_counts_nothing(bare_log: PreparedLog) -> None:
    found = analysis_frame(bare_log).set_index("id")
    assert found.loc[found["verdict"] == "not", "n"].tolist() == [0] * int((found["verdict"] == "not").sum())
    assert found.loc[["ageing", "resources", "trend"], "n"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("first", "as_of", "months"),
    [
        ("2026-01-01", "2026-03-31", 3),
        ("2026-01-02", "2026-03-31", 2),
        ("2025-11-30", "2026-03-30", 3),
        ("2026-03-02", "2026-03-31", 0),
        ("2026-03-02", "2026-03-20", 0),
    ],
)
def test_months_of_history_are_full_ones(first: str, as_of: str, months: int) -> None:
    events = f"a | invoice_generated | {first} 09:00\na | invoice_settled | {as_of} 09:00\n"
    log = prepared(events, "invoice_number | invoice_amount\na | 100\n", as_of=as_of)
    said = analysis_frame(log).set_index("id").loc["trend", "reason"]
    assert said == f"the log has {months} full months, and 6 are wanted"


def test_a_kpi_opens_with_any_of_its_rules_and_with_what_else_it_needs(bare_log: PreparedLog) -> None:
    """Without due dates and reminders no rule on reminders can be checked, and nobody knows what is overdue."""
    shut = {one.id: one for one in locked(bare_log)}
    adherence = shut["CC20"]
    assert not adherence.opened_by(frozenset({"due_date"}))
    assert adherence.opened_by(frozenset({"due_date", "overdue_reminder_sent"}))
    assert adherence.rules
    assert not shut["CC15"].rules


def test_each_step_opens_what_it_says_with_all_that_came_before(bare_log: PreparedLog) -> None:
    plan = plan_frame(bare_log)
    shut = {one.id: one for one in locked(bare_log)}
    given_so_far: set[str] = set()
    opened: set[str] = set()
    for step in plan.to_dict("records"):
        before = frozenset(given_so_far)
        given_so_far |= set(step["fields"])
        for name in step["opens"]:
            assert name not in opened
            if name in shut:
                assert not shut[name].opened_by(before)
                assert shut[name].opened_by(frozenset(given_so_far))
        opened |= set(step["opens"])
        assert step["total"] == len(opened)
    assert max(len(fields) for fields in plan["fields"]) > 2  # sets larger than pairs are found


FIELDS = "abcdef"
LOCKED = st.lists(
    st.lists(st.frozensets(st.sampled_from(FIELDS), min_size=1, max_size=2), min_size=1, max_size=3),
    min_size=1,
    max_size=8,
).map(lambda all_needs: [Locked("kpi", f"K{n}", tuple(needs)) for n, needs in enumerate(all_needs)])


@given(LOCKED)
def test_the_first_step_opens_the_most_for_each_of_its_fields(shut: list[Locked]) -> None:
    """Held against every set of fields there is."""
    from itertools import combinations

    fields, opened = plan_of(shut)[0]
    assert opened == {one.id for one in shut if one.opened_by(fields)}
    for some in (frozenset(some) for size in range(1, 7) for some in combinations(FIELDS, size)):
        # A set that just opens some figure; larger ones are put together of such, step by step.
        if any(
            one.opened_by(some) and not any(one.opened_by(some - {name}) for name in some) for one in shut
        ):
            assert sum(one.opened_by(some) for one in shut) / len(some) <= len(opened) / len(fields)


@given(LOCKED)
def test_the_plan_opens_everything_once(shut: list[Locked]) -> None:
    plan = plan_of(shut)
    opened = [name for _, names in plan for name in names]
    assert len(opened) == len(set(opened))
    if len(plan) < 8:
        assert set(opened) == {one.id for one in shut}


def test_readiness_stands_in_the_list_of_findings(bare_log: PreparedLog) -> None:
    entries = [one.as_dict() for one in readiness_findings(bare_log)]
    assert json.loads(json.dumps(entries)) == entries
    by_id = {one["id"]: one for one in entries if one["rule"] == "readiness"}
    assert by_id["CC15"]["verdict"] == "not"
    assert by_id["CC15"]["missing"] == ["due_date"]
    assert by_id["map"]["kind"] == "analysis"
    steps = [one for one in entries if one["rule"] == "unlocks"]
    assert [one["step"] for one in steps] == list(range(1, len(steps) + 1))
    assert all(one["severity"] == "note" for one in entries)
