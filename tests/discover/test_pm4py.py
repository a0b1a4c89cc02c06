"""What both answer, the workbench answers as pm4py does: count for count and second for second."""

from __future__ import annotations

import contextlib
import doctest
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from tests.samelogs import ACTIVITY, CASE, LOGS, RESOURCE, TIME, Pair, made
from workbench.discover import pm4py_frame
from workbench.errors import WorkbenchError

with contextlib.redirect_stderr(io.StringIO()):  # pm4py greets whoever imports it
    import pm4py

Edge = tuple[str, str]


@pytest.fixture(scope="module", params=LOGS)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return made(request, tmp_path_factory)


def edges(log: wb.Log, column: str) -> dict[Edge, Any]:
    frame = log.map(derived=False)
    return dict(zip(zip(frame["source"], frame["target"], strict=True), frame[column], strict=True))


def test_counts(log: Pair) -> None:
    graph, _, _ = pm4py.discover_dfg(log.theirs)
    assert edges(log.ours, "count") == dict(graph)
    assert sum(graph.values()) > 30


def test_starts_and_ends(log: Pair) -> None:
    nodes = log.ours.activities(derived=False).set_index("activity")
    starts, ends = nodes["starts"], nodes["ends"]
    assert starts[starts > 0].to_dict() == pm4py.get_start_activities(log.theirs)
    assert ends[ends > 0].to_dict() == pm4py.get_end_activities(log.theirs)


def test_events_of_each_activity(log: Pair) -> None:
    nodes = log.ours.activities(derived=False).set_index("activity")
    assert nodes["events"].to_dict() == pm4py.get_event_attribute_values(log.theirs, ACTIVITY)


@pytest.mark.parametrize("statistic", ["mean", "median", "min", "max", "sum"])
def test_times(log: Pair, statistic: str) -> None:
    theirs, _, _ = pm4py.discover_performance_dfg(log.theirs)
    ours = edges(log.ours, f"{statistic}_seconds")
    assert ours == pytest.approx({edge: found[statistic] for edge, found in theirs.items()}, rel=1e-12)


def test_variants(log: Pair) -> None:
    frame = log.ours.variants(derived=False)
    ours = dict(zip(map(tuple, frame["activities"]), frame["cases"], strict=True))
    theirs = {variant: int(count) for variant, count in pm4py.get_variants(log.theirs).items()}
    assert ours == theirs
    assert len(frame) == len(theirs) > 5


def test_case_durations(log: Pair) -> None:
    ours = sorted(log.ours.cases()["duration_seconds"].dropna())
    assert ours == pytest.approx(pm4py.get_all_case_durations(log.theirs), rel=1e-12)
    assert max(ours) > 0


def test_rework(log: Pair) -> None:
    frame = log.ours.repeats().set_index("activity")
    again = frame["repeating"][frame["repeating"] > 0]
    assert again.to_dict() == pm4py.get_rework_cases_per_activity(log.theirs)
    sizes = log.theirs.groupby(CASE)[ACTIVITY].agg(["count", "nunique"])
    assert frame["extra"].sum() == (sizes["count"] - sizes["nunique"]).sum() > 0
    assert frame["events"].to_dict() == pm4py.get_event_attribute_values(log.theirs, ACTIVITY)


def test_handovers(log: Pair) -> None:
    frame = log.ours.handovers()
    told = log.theirs.dropna(subset=[RESOURCE])  # pm4py takes no event without a resource
    theirs = pm4py.discover_handover_of_work_network(told).connections
    ours = dict(zip(zip(frame["source"], frame["target"], strict=True), frame["share"], strict=True))
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert frame["count"].sum() == len(told) - told[CASE].nunique() > 0


def test_what_is_handed_to_pm4py_is_the_same_log(log: Pair) -> None:
    names = [CASE, ACTIVITY, TIME, RESOURCE]  # pm4py adds columns of its own to what it is given
    ours, theirs = log.ours.to_pm4py()[names], log.theirs[names].reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_pm4py_has_nothing_left_to_format(log: Pair) -> None:
    handed = log.ours.to_pm4py(attributes=None)
    formatted = pm4py.format_dataframe(handed.copy())
    pd.testing.assert_frame_equal(handed, formatted[list(handed)], check_dtype=False)
    assert handed.attrs == formatted.attrs
    assert set(formatted) == set(handed)
    assert handed[TIME].dtype == formatted[TIME].dtype == "datetime64[ns, UTC]"


def test_the_page_on_pm4py_says_what_happens() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "pm4py.md"
    text = page.read_text(encoding="utf-8").replace("```", "")  # the end of a block is no answer
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    found = doctest.DocTestRunner().run(examples)
    assert (found.failed, found.attempted >= 10) == (0, True)


ROWS = pd.DataFrame(
    [
        ("b", "Create", "2026-01-02 09:00", "ana", "start", "north", 12.5),
        ("b", "Pay", "2026-01-03 09:00", None, "complete", "north", 12.5),
        ("a", "Create", "2026-01-01 09:00", "ben", "complete", "south", 7.0),
    ],
    columns=["Order", "Step", "At", "Who", "Kind", "Region", "Worth"],
)


def handed(**options: Any) -> pd.DataFrame:
    roles = {"case": "Order", "activity": "Step", "time": "At", "resource": "Who", "lifecycle": "Kind"}
    return wb.load(ROWS, mapping=roles, time_zone="UTC").to_pm4py(**options)


BUILT_IN = [CASE, ACTIVITY, TIME, RESOURCE, "lifecycle:transition"]


def test_only_what_is_asked_for_is_handed_over() -> None:
    assert list(handed()) == [*BUILT_IN, "@@index", "@@case_index"]
    assert handed()[BUILT_IN].drop(columns=TIME).fillna("").to_numpy().tolist() == [
        ["a", "Create", "ben", "complete"],
        ["b", "Create", "ana", "start"],
        ["b", "Pay", "", "complete"],
    ]
    assert "is_derived" in handed(derived=True)
    assert handed(attributes="Region")["case:region"].tolist() == ["south", "north", "north"]
    assert list(handed(attributes=["Worth", "Region"])) == [
        *BUILT_IN,
        "case:worth",
        "case:region",
        "@@index",
        "@@case_index",
    ]


def test_attributes_of_cases_stand_behind_case_and_money_in_major_units() -> None:
    log = prepared(
        "a | invoice_generated | 2026-01-05 10:00 | ana | human\n"
        "a | payment_received | 2026-01-07 10:00 | - | human | payment_amount=12.50",
        "invoice | currency | invoice_amount | region\na | EUR | 99.90 | north",
        as_of="2026-01-31",
    )
    frame = pm4py_frame(log, attributes=["region", "invoice_amount", "payment_amount"])
    assert frame["case:region"].tolist() == ["north", "north"]
    assert frame["case:invoice_amount"].tolist() == [99.9, 99.9]
    assert frame["payment_amount"].fillna(0).tolist() == [0, 12.5]


def test_a_year_without_nanoseconds_is_handed_over() -> None:
    log = prepared("a | invoice_generated | 1500-01-05 10:00 | ana | human", "invoice\na", as_of="2026-01-31")
    assert pm4py_frame(log)[TIME].tolist() == [pd.Timestamp("1500-01-05 10:00", tz="UTC")]


def test_a_log_without_events_is_handed_over() -> None:
    none = wb.load(ROWS, mapping={"case": "Order", "activity": "Step", "time": "At"}, time_zone="UTC")
    empty = none.filter(started=("2030-01-01", "2030-12-31"))
    assert len(empty.to_pm4py()) == len(empty.repeats()) == len(empty.handovers()) == 0
    assert list(empty.to_pm4py()) == list(none.to_pm4py())


def test_an_attribute_that_is_not_there_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="Unknown attribute 'Regoin'") as caught:
        handed(attributes=["Regoin"])
    assert "region" in str(caught.value.remedy)
