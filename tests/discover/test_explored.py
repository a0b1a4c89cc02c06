"""The frames behind the explorers, by hand: what is counted once, what is an even choice, what follows what."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.discover import (
    broken_frame,
    case_page,
    condition_of,
    dotted_frame,
    narrowed,
    one_case,
    passing_frame,
    return_frame,
    spectrum_frame,
    travel_frame,
    value_frame,
    way_worth_frame,
    worth_frame,
)
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.log.prepared import PreparedLog


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    """Reminded twice, then paid (a); paid at once (b, c); in dollars, reminded after a dispute (d)."""
    return prepared(
        """
        a | invoice_generated | 2026-01-01 08:00 | ann
        a | overdue_reminder_sent | 2026-02-05 10:00 | bob
        a | overdue_reminder_sent | 2026-02-15 10:00 | bob
        a | payment_received | 2026-02-16 10:00 | -
        b | invoice_generated | 2026-01-10 08:00 | ann
        b | payment_received | 2026-01-20 08:00 | -
        c | invoice_generated | 2026-01-12 08:00 | eve
        c | payment_received | 2026-01-13 08:00 | -
        d | invoice_generated | 2026-01-15 08:00 | eve
        d | overdue_reminder_sent | 2026-03-01 08:00 | bob
        d | dispute_registered | 2026-03-02 08:00 | bob
        d | overdue_reminder_sent | 2026-03-05 08:00 | bob
        """,
        """
        case_id | invoice_amount | currency | customer_segment
        a | 100.00 | EUR | large
        b | 10.10 | EUR | small
        c | 5.00 | EUR | small
        d | 99.99 | USD |
        """,
        as_of="2026-03-15",
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> PreparedLog:
    folder = tmp_path_factory.mktemp("explored")
    generate_project(folder, process="credit-collections", cases=200, seed=4)
    return wb.open(folder).prepared


def edge(frame: pd.DataFrame, source: str, target: str) -> pd.DataFrame:
    return frame[(frame["source"] == source) & (frame["target"] == target)]


def test_a_case_passes_a_path_once_however_often_it_takes_it(log: PreparedLog) -> None:
    frame = passing_frame(log)
    assert edge(frame, "overdue_reminder_sent", "overdue_reminder_sent")["cases"].tolist() == [1]
    assert edge(frame, "invoice_generated", "payment_received")["cases"].tolist() == [2]
    assert edge(frame, "invoice_generated", "overdue_reminder_sent")["cases"].tolist() == [2]


def test_money_is_that_of_the_cases_each_once_and_never_across_currencies(log: PreparedLog) -> None:
    frame = worth_frame(log)
    own = frame[frame["target"].isna()].set_index(["source", "currency"])["amount"]
    assert own["overdue_reminder_sent", "EUR"] == 100.0
    assert own["overdue_reminder_sent", "USD"] == 99.99
    assert own["invoice_generated", "EUR"] == pytest.approx(115.10, abs=1e-9)
    paid = edge(frame, "invoice_generated", "payment_received")
    assert paid[["currency", "cases"]].values.tolist() == [["EUR", 2]]
    assert paid["amount"].iloc[0] == pytest.approx(15.10, abs=1e-9)


def test_ways_are_worth_what_their_cases_are(log: PreparedLog) -> None:
    frame = way_worth_frame(log)
    assert sorted(frame["amount"]) == [pytest.approx(15.10), 99.99, 100.0]
    assert frame["cases"].sum() == 4
    hidden = log.hiding(log.codes(("payment_received",)))
    assert way_worth_frame(hidden).empty


def test_what_happens_again_and_directly_after_what(log: PreparedLog) -> None:
    frame = return_frame(log)
    assert frame[["activity", "after", "cases", "times"]].values.tolist() == [
        ["overdue_reminder_sent", "dispute_registered", 1, 1],
        ["overdue_reminder_sent", "overdue_reminder_sent", 1, 1],
    ]


def test_trimmed_events_are_counted_anew(log: PreparedLog) -> None:
    late = narrowed(log, [condition_of({"kind": "time", "mode": "trimmed", "from": "2026-02-10"})])
    frame = return_frame(late)
    assert frame[["activity", "after"]].values.tolist() == [["overdue_reminder_sent", "dispute_registered"]]


@pytest.mark.parametrize("derived", [False, True])
@pytest.mark.parametrize("timed", [{}, {"least_seconds": 0}], ids=["by ways", "by events"])
def test_what_comes_back_after_what_is_a_filter_of_as_many_cases(
    generated: PreparedLog, derived: bool, timed: dict[str, int]
) -> None:
    frame = return_frame(generated, derived=derived)
    assert len(frame) > 8
    assert (frame["activity"] == frame["after"]).any()
    for activity, after, cases in zip(frame["activity"], frame["after"], frame["cases"], strict=True):
        record = {"kind": "follows", "source": [after], "target": [activity], "how": "directly"}
        found = narrowed(generated, [condition_of({**record, "again": True, "derived": derived, **timed})])
        assert int(found.frame(found.cases.aggregate(n=found.cases.count()))["n"].iloc[0]) == cases


def test_again_asks_what_directly_follows() -> None:
    record = {"kind": "follows", "source": ["touches"], "target": ["touches"], "again": True}
    with pytest.raises(WorkbenchError, match="directly"):
        condition_of(record)


def test_every_event_is_a_dot_in_the_order_of_the_cases(log: PreparedLog) -> None:
    found = dotted_frame(log)
    assert (found.shown, found.cases, len(found.frame)) == (4, 4, 12)
    assert found.frame.groupby("place")["case_id"].first().tolist() == ["a", "b", "c", "d"]
    taken = found.frame.groupby("case_id")["seconds"].max()
    assert (found.half_take, found.quarter_exceeds) == (taken.median(), taken.quantile(0.75))
    begun = found.frame.groupby("case_id")["time"].min()
    assert found.half_begun == begun.median().tz_localize("UTC")
    assert found.frame.loc[found.frame["case_id"] == "b", "seconds"].tolist() == [0.0, 10 * 86_400.0]
    shortest = dotted_frame(log, order="duration").frame.groupby("place")["case_id"].first().tolist()
    assert shortest == ["c", "b", "a", "d"]
    with pytest.raises(WorkbenchError, match="colour"):
        dotted_frame(log, order="colour")


def test_of_too_many_dots_whole_cases_are_left_out(log: PreparedLog) -> None:
    found = dotted_frame(log, most=6)
    assert len(found.frame) <= 6
    whole = {"a": 4, "b": 2, "c": 2, "d": 4}
    assert found.frame.groupby("case_id").size().to_dict() == {
        case: whole[case] for case in found.frame["case_id"].unique()
    }
    assert found.cases == 4
    every = dotted_frame(log)
    assert (found.half_begun, found.half_take) == (every.half_begun, every.half_take), (
        "of all, not of those shown"
    )


def test_the_spectrum_has_a_line_each_time_and_tells_the_slow_ones(log: PreparedLog) -> None:
    found = spectrum_frame(log, "invoice_generated", "payment_received")
    assert (found.shown, found.times) == (2, 2)
    assert found.frame[["case_id", "seconds"]].values.tolist() == [["b", 864_000.0], ["c", 86_400.0]]
    assert found.frame["done"].iloc[1] == pd.Timestamp("2026-01-13 08:00")
    assert found.frame["quarter"].tolist() == [2, 1]
    assert spectrum_frame(log, "payment_received", "invoice_generated").frame.empty
    with pytest.raises(WorkbenchError, match="no-such"):
        spectrum_frame(log, "no-such", "payment_received")


def test_cases_travel_in_their_order_with_a_colour(log: PreparedLog) -> None:
    found = travel_frame(log, colour="customer_segment")
    assert (found.shown, found.cases) == (4, 4)
    assert found.frame["case_id"].drop_duplicates().tolist() == ["a", "b", "c", "d"]
    colours = found.frame.drop_duplicates("case_id").set_index("case_id")["colour"]
    assert colours.to_dict() == {"a": "large", "b": "small", "c": "small", "d": None}
    assert travel_frame(log, most=2).frame["case_id"].unique().tolist() == ["a", "c"]
    with pytest.raises(WorkbenchError, match="shoe size"):
        travel_frame(log, colour="shoe size")


def test_values_of_an_attribute_by_how_many_cases_have_them(log: PreparedLog) -> None:
    frame = value_frame(log, "customer_segment")
    assert [None if pd.isna(value) else value for value in frame["value"]] == ["small", "large", None]
    assert frame["cases"].tolist() == [2, 1, 1]
    assert value_frame(log, "customer_segment", most=1).attrs["left_out"] == 2
    with pytest.raises(WorkbenchError, match="shoe size"):
        value_frame(log, "shoe size")


def test_values_are_searched_for_whatever_their_case(log: PreparedLog) -> None:
    found = value_frame(log, "customer_segment", search=" ALL")
    assert found[["value", "cases"]].values.tolist() == [["small", 2]]
    assert found.attrs["left_out"] == 0
    assert value_frame(log, "customer_segment", search="%").empty
    many = value_frame(log, "customer_segment", search="l", most=1)
    assert (many["value"].tolist(), many.attrs["left_out"]) == (["small"], 1)
    some = value_frame(log, "customer_segment", among=["large", "no-such"])
    assert some[["value", "cases"]].values.tolist() == [["large", 1]]
    assert value_frame(log, "customer_segment", among=[]).empty


def test_one_case_is_that_of_exactly_this_id() -> None:
    events = "\n".join(f"{n} | invoice_generated | 2026-01-01 08:00 | -" for n in range(1, 121))
    cases = "case_id | invoice_amount | currency\n" + "\n".join(f"{n} | {n}.50 | EUR" for n in range(1, 121))
    numbered = prepared(events, cases, as_of="2026-03-15")
    found = one_case(numbered, "2")
    assert found["case_id"].tolist() == ["2"]
    assert found["invoice_amount"].tolist() == [2.5]
    # What it tells of a case is what the list tells.
    listed = case_page(numbered, order="case_id", ascending=True, most=200).frame
    assert list(found.columns) == list(listed.columns)
    assert one_case(numbered, "002").empty
    assert one_case(numbered, "%").empty


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["d", "a", "b", "c"]),
        ({"order": "duration", "ascending": True}, ["c", "b", "a", "d"]),
        ({"order": "amount"}, ["a", "d", "b", "c"]),
        ({"order": "case_id", "ascending": True, "first": 1, "most": 2}, ["b", "c"]),
        ({"order": "start"}, ["d", "c", "b", "a"]),
        ({"search": "B"}, ["b"]),
        ({"search": "%"}, []),
    ],
)
def test_a_page_of_cases(log: PreparedLog, asked: dict[str, object], expected: list[str]) -> None:
    found = case_page(log, **asked)  # type: ignore[arg-type]
    assert found.frame["case_id"].tolist() == expected
    assert found.cases == (len(expected) if "search" in asked else 4)


def test_a_page_of_cases_tells_money_in_major_units(log: PreparedLog) -> None:
    row = case_page(log, search="d").frame.iloc[0]
    assert row["invoice_amount"] == 99.99
    assert row["currency_of_case"] == "USD"
    assert row["duration_seconds"] == (date(2026, 3, 5) - date(2026, 1, 15)).days * 86_400
    with pytest.raises(WorkbenchError, match="beauty"):
        case_page(log, order="beauty")


def test_broken_rules_stand_at_the_activity_that_they_are_asked_of(log: PreparedLog) -> None:
    frame = broken_frame(log)
    verdicts = log.frame(log.verdicts.filter(log.verdicts["verdict"] == "broken"))
    assert frame["times"].sum() == verdicts["activity"].notna().sum()
    assert set(frame["activity"]) <= set(log.meta.activities)
