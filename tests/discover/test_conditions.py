"""Conditions by hand: which cases meet each, and that leaving out is the complement in whatever order."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from tests.log.small import prepared
from workbench.discover import map_frame, repeat_frame, variant_frame
from workbench.discover.conditions import KINDS, Condition, condition_of, conditions_of, narrowed
from workbench.discover.conditions.saved import _tables
from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.log.engine import DuckDBEngine
from workbench.log.prepared import PreparedLog

DAY = 86_400


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    """Paid late and reminded (a), paid in time (b), open (c), written off after two reminders at one time (d)."""
    return prepared(
        """
        a | invoice_generated | 2026-01-01 23:30 | ann | human
        a | overdue_reminder_sent | 2026-02-05 10:00 | bob | robot | dunning_level=1
        a | payment_received | 2026-02-06 10:00 | - | - | payment_amount=100.00
        b | invoice_generated | 2026-01-10 | ann
        b | payment_received | 2026-01-20 | - | - | payment_amount=10.10
        c | invoice_generated | 2026-02-20 | eve
        d | invoice_generated | 2026-01-15 | eve
        d | overdue_reminder_sent | 2026-03-01 | bob | human | dunning_level=1
        d | overdue_reminder_sent | 2026-03-01 | bob | human | dunning_level=2
        d | invoice_written_off | 2026-03-10 | eve
        """,
        """
        case_id | invoice_amount | currency | due_date | customer_segment
        a | 100.00 | EUR | 2026-01-31 | large
        b | 10.10 | EUR | 2026-02-10 | small
        c | 55.00 | EUR | 2026-03-22 |
        d | 99.99 | USD | 2026-02-15 | large
        """,
        as_of="2026-03-15",
        zone="Europe/Paris",
    )


def ids(log: PreparedLog) -> str:
    return "".join(sorted(log.frame(log.cases.select("case_id"))["case_id"]))


EXPECTED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "activity", "any": ["payment_received", "invoice_written_off"]}, "abd"),
    ({"kind": "activity", "all": ["payment_received", "overdue_reminder_sent"]}, "a"),
    ({"kind": "activity", "any": ["touches"]}, "ad"),
    ({"kind": "activity", "any": ["due_date_passed"]}, "ad"),
    ({"kind": "activity", "any": ["escalated"]}, ""),
    ({"kind": "attribute", "name": "customer_segment", "values": ["large"]}, "ad"),
    ({"kind": "attribute", "name": "customer_segment", "values": ["small", None]}, "bc"),
    ({"kind": "attribute", "name": "customer_segment", "values": ["small"], "missing": True}, "bc"),
    ({"kind": "attribute", "name": "due_date", "values": ["2026-01-31"]}, "a"),
    ({"kind": "attribute", "name": "dunning_level", "values": [2]}, "d"),
    ({"kind": "attribute", "name": "dunning_level", "values": [1], "every": True}, "a"),
    ({"kind": "attribute", "name": "dunning_level", "values": [1, None], "every": True}, "abc"),
    ({"kind": "attribute", "name": "user_or_collector", "values": ["bob"]}, "ad"),
    ({"kind": "attribute", "name": "is_automated", "values": [True]}, "a"),
    ({"kind": "range", "name": "invoice_amount", "from": 10.1, "to": 100, "currency": "EUR"}, "abc"),
    ({"kind": "range", "name": "invoice_amount", "from": 10.11, "currency": "EUR"}, "ac"),
    ({"kind": "range", "name": "invoice_amount", "to": 1000, "currency": "USD"}, "d"),
    ({"kind": "range", "name": "payment_amount", "to": 50, "currency": "EUR"}, "b"),
    ({"kind": "range", "name": "due_date", "from": "2026-02-10", "to": "2026-02-15"}, "bd"),
    ({"kind": "range", "name": "dunning_level", "from": 2}, "d"),
    ({"kind": "time", "mode": "started", "from": "2026-01-01", "to": "2026-01-10"}, "ab"),
    ({"kind": "time", "mode": "started", "from": "2026-01-02", "to": "2026-01-10"}, "b"),
    ({"kind": "time", "mode": "ended", "from": "2026-02-06"}, "ad"),
    ({"kind": "time", "mode": "contained", "to": "2026-02-06"}, "ab"),
    ({"kind": "time", "mode": "intersecting", "from": "2026-02-06", "to": "2026-02-19"}, "ad"),
    ({"kind": "time", "mode": "trimmed", "from": "2026-02-06", "to": "2026-02-19"}, "ad"),
    ({"kind": "time", "mode": "trimmed", "from": "2026-02-17", "to": "2026-02-19"}, ""),
    ({"kind": "variant", "ways": [["invoice_generated", "payment_received"], ["invoice_generated"]]}, "bc"),
    ({"kind": "ends", "first": ["invoice_generated"], "last": ["payment_received"]}, "ab"),
    ({"kind": "ends", "last": ["invoice_written_off"]}, "d"),
    ({"kind": "ends", "first": ["due_date_passed"], "last": ["overdue_reminder_sent"], "trim": True}, "ad"),
    ({"kind": "ends", "first": ["payment_received"], "last": ["invoice_generated"], "trim": True}, ""),
    ({"kind": "follows", "source": ["touches"], "target": ["touches"], "how": "directly"}, "d"),
    ({"kind": "follows", "source": ["invoice_generated"], "target": ["touches"], "how": "directly"}, ""),
    (
        {
            "kind": "follows",
            "source": ["invoice_generated"],
            "target": ["touches"],
            "how": "directly",
            "derived": False,
        },
        "ad",
    ),
    ({"kind": "follows", "source": ["invoice_generated"], "target": ["touches"]}, "ad"),
    ({"kind": "follows", "source": ["touches"], "target": ["payment_received"], "most_seconds": DAY}, "a"),
    ({"kind": "follows", "source": ["touches"], "target": ["payment_received"], "most_seconds": DAY - 1}, ""),
    (
        {
            "kind": "follows",
            "source": ["invoice_generated"],
            "target": ["payment_received"],
            "least_seconds": DAY,
        },
        "ab",
    ),
    (
        {
            "kind": "follows",
            "source": ["invoice_generated"],
            "target": ["payment_received"],
            "how": "directly",
            "least_seconds": 10 * DAY,
            "most_seconds": 10 * DAY,
        },
        "b",
    ),
    ({"kind": "follows", "source": ["touches"], "target": ["touches"], "most_seconds": 0}, "d"),
    ({"kind": "performance", "of": "duration", "from": 10 * DAY, "to": 10 * DAY}, "b"),
    ({"kind": "performance", "of": "events", "from": 3}, "ad"),
    ({"kind": "performance", "of": "activities", "from": 3, "to": 3}, "ad"),
    ({"kind": "performance", "of": "wait", "to": 10 * DAY}, "b"),
    ({"kind": "rule", "rule": "R03", "verdict": "breach"}, "d"),
    ({"kind": "rule", "rule": "R03", "verdict": "kept"}, "a"),
    ({"kind": "rule", "rule": "R08", "verdict": "breach"}, "d"),
    ({"kind": "case", "ids": ["c", "zz"]}, "c"),
    ({"kind": "status", "is": ["open"]}, "c"),
    ({"kind": "status", "is": ["succeeded"]}, "ab"),
    ({"kind": "status", "is": ["failed", "open"]}, "cd"),
    ({"kind": "ready", "name": "written_off"}, "d"),
]


@pytest.mark.parametrize(("record", "expected"), EXPECTED, ids=lambda value: str(value)[:60])
def test_who_meets_it_and_who_does_not(log: PreparedLog, record: dict[str, Any], expected: str) -> None:
    condition = condition_of(record)
    assert ids(narrowed(log, [condition])) == expected
    assert ids(narrowed(log, [condition_of({**record, "exclude": True})])) == "".join(
        sorted(set("abcd") - set(expected))
    )
    assert condition_of(json.loads(json.dumps(condition.record()))) == condition
    for language in ("en", "fr", "es", "zh"):
        assert Speech(language).say(condition.said(log))


def test_every_kind_is_tried() -> None:
    assert {record["kind"] for record, _ in EXPECTED} == set(KINDS)


@given(st.lists(st.sampled_from(EXPECTED), min_size=2, max_size=4), st.data())
@settings(max_examples=25)
def test_all_must_hold_in_whatever_order(
    log: PreparedLog, chosen: list[tuple[dict[str, Any], str]], data: st.DataObject
) -> None:
    chosen = [one for one in chosen if one[0].get("mode") != "trimmed" and not one[0].get("trim")]
    conditions = [condition_of(record) for record, _ in data.draw(st.permutations(chosen))]
    found = set("abcd").intersection(*(set(expected) for _, expected in chosen)) if chosen else set("abcd")
    assert ids(narrowed(log, conditions)) == "".join(sorted(found))


def test_of_trimmed_cases_some_events_are_shown_and_figures_stay(log: PreparedLog) -> None:
    trimmed = narrowed(log, conditions_of([{"kind": "time", "mode": "trimmed", "from": "2026-03-01"}]))
    assert ids(trimmed) == "d"
    edges = map_frame(trimmed, statistics=["mean"]).to_dict("records")
    assert {(edge["source"], edge["target"], edge["count"]) for edge in edges} == {
        ("overdue_reminder_sent", "overdue_reminder_sent", 1),
        ("overdue_reminder_sent", "invoice_written_off", 1),
    }
    assert variant_frame(trimmed)["activities"].tolist() == [
        ["overdue_reminder_sent", "overdue_reminder_sent", "invoice_written_off"]
    ]
    assert repeat_frame(trimmed).iloc[0].to_list() == ["overdue_reminder_sent", 2, 1, 1, 1]
    whole = narrowed(log, conditions_of([{"kind": "case", "ids": ["d"]}]))
    assert wb.Log  # the cases' own columns are those of the whole case
    pd.testing.assert_frame_equal(trimmed.frame(trimmed.cases), whole.frame(whole.cases))
    assert "whole cases" in trimmed.meta.filters[0]


@pytest.mark.parametrize("ordered", [True, False])
def test_between_the_ends(log: PreparedLog, ordered: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DuckDBEngine, "keeps_order", ordered)
    record = {"kind": "ends", "first": ["due_date_passed"], "last": ["overdue_reminder_sent"], "trim": True}
    trimmed = narrowed(log, conditions_of([record]))
    ways = {
        tuple(way): n for way, n in variant_frame(trimmed)[["activities", "cases"]].itertuples(index=False)
    }
    assert ways == {
        ("due_date_passed", "overdue_reminder_sent"): 1,
        ("due_date_passed", "overdue_reminder_sent", "overdue_reminder_sent"): 1,
    }


WRONG: list[tuple[Any, str]] = [
    ({"kind": "activty", "any": ["a"]}, "Did you mean 'activity'"),
    ({"any": ["a"]}, "'kind' is missing"),
    ("status", "is no condition"),
    ({"kind": "activity", "anny": ["a"]}, "Did you mean 'any'"),
    ({"kind": "activity"}, "names nothing"),
    ({"kind": "activity", "any": [1]}, "1 is no name"),
    ({"kind": "time", "mode": "strated", "from": "2026-01-01"}, "Did you mean 'started'"),
    ({"kind": "time", "mode": "started"}, "neither from nor to"),
    ({"kind": "time", "mode": "started", "from": "1.1.2026"}, "is no date"),
    ({"kind": "time", "mode": "started", "from": "2026-02-01", "to": "2026-01-01"}, "ends before it begins"),
    ({"kind": "range", "name": "x", "from": 1, "to": "2026-01-01"}, "not of one kind"),
    ({"kind": "range", "name": "x", "from": True}, "neither a number nor a date"),
    ({"kind": "performance", "of": "duration", "from": -1}, "from nought on"),
    ({"kind": "variant", "ways": ["a", "b"]}, "no list of ways"),
    ({"kind": "status", "is": ["shut"]}, "Use one of"),
    ({"kind": "case", "ids": []}, "names nothing"),
    ({"kind": "ends"}, "neither a first nor a last"),
    ({"kind": "rule", "rule": "R03"}, "'verdict' is missing"),
    ({"kind": "status", "is": ["open"], "exclude": "yes"}, "neither true nor false"),
]


@pytest.mark.parametrize(("record", "said"), WRONG, ids=lambda value: str(value)[:60])
def test_what_is_wrong_is_said_with_its_place(record: Any, said: str) -> None:
    with pytest.raises(WorkbenchError) as error:
        condition_of(record, where="here")
    assert said in str(error.value)
    assert "here" in str(error.value)
    assert error.value.remedy


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"kind": "activity", "any": ["escalatd"]}, "Did you mean 'escalated'"),
        ({"kind": "attribute", "name": "customer_segmnt", "values": ["x"]}, "customer_segment"),
        ({"kind": "attribute", "name": "invoice_amount", "values": [1]}, "is an amount"),
        ({"kind": "attribute", "name": "customer_segment", "values": [1]}, "has no value like 1"),
        ({"kind": "attribute", "name": "due_date", "values": ["soon"]}, "Give a date"),
        (
            {"kind": "attribute", "name": "customer_segment", "values": ["x"], "every": True},
            "Leave out every",
        ),
        ({"kind": "range", "name": "invoice_amount", "from": 1}, "several currencies"),
        ({"kind": "range", "name": "invoice_amount", "from": 1, "currency": "CHF"}, "Unknown currency"),
        ({"kind": "range", "name": "due_date", "from": 1}, "Give a date"),
        ({"kind": "range", "name": "customer_segment", "from": 1}, "neither a number nor a date"),
        ({"kind": "rule", "rule": "R33", "verdict": "kept"}, "Unknown rule"),
        ({"kind": "rule", "rule": "R11", "verdict": "kept"}, "cannot be checked"),
        ({"kind": "ready", "name": "writtenoff"}, "written_off"),
        ({"kind": "variant", "ways": [["paid"]]}, "Unknown activity"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_the_log_lacks_is_said(log: PreparedLog, record: dict[str, Any], said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        narrowed(log, [condition_of(record)])


days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
words = st.text(min_size=1, max_size=8)
scalars = st.one_of(st.text(max_size=8), st.integers(-(2**53), 2**53), st.booleans(), st.none())
plain = st.one_of(
    st.builds(lambda a: {"kind": "activity", "any": a}, st.lists(words, min_size=1)),
    st.builds(
        lambda n, v, e: {"kind": "attribute", "name": n, "values": v, "every": e},
        words,
        st.lists(scalars),
        st.booleans(),
    ),
    st.builds(
        lambda n, a, b: {"kind": "range", "name": n, "from": min(a, b), "to": max(a, b)},
        words,
        st.floats(-1e9, 1e9),
        st.floats(-1e9, 1e9),
    ),
    st.builds(
        lambda m, a, b: {"kind": "time", "mode": m, "from": min(a, b).isoformat(), "to": max(a, b)},
        st.sampled_from(["started", "ended", "contained", "intersecting", "trimmed"]),
        days,
        days,
    ),
    st.builds(
        lambda w: {"kind": "variant", "ways": w},
        st.lists(st.lists(words, min_size=1), min_size=1, max_size=4),
    ),
)


@given(plain, st.booleans())
def test_a_record_comes_back_from_json_and_from_toml(record: dict[str, Any], exclude: bool) -> None:
    condition: Condition = condition_of({**record, "exclude": exclude})
    assert condition_of(json.loads(json.dumps(condition.record()))) == condition
    document = tomlkit.document()
    document["filters"] = {"x": 1}
    document["filters"]["x"] = _tables([condition])  # type: ignore[index]
    again = tomlkit.parse(tomlkit.dumps(document)).unwrap()["filters"]["x"]
    assert {*conditions_of(again)} == {condition}
