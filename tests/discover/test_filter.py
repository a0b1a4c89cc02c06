"""Narrowing a log to some cases: what belongs to them stays, links included; the log itself never changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.errors import WorkbenchError


@pytest.fixture(scope="module")
def log() -> wb.Log:
    """Four requests: a and d are answered, b waits, c was asked twice."""
    rows = [
        ("a", "ask", "2026-01-01", "north", 1.0),
        ("a", "answer", "2026-01-03", "north", 1.0),
        ("b", "ask", "2026-01-05", "south", 2.0),
        ("c", "ask", "2026-01-10", "south", 3.0),
        ("c", "ask", "2026-01-11", "south", 3.0),
        ("d", "ask", "2026-02-01", None, 4.0),
        ("d", "answer", "2026-02-02", None, 4.0),
    ]
    frame = pd.DataFrame(rows, columns=["case", "activity", "time", "region", "size"])
    return wb.load(frame.assign(time=pd.to_datetime(frame["time"])))


def cases(log: wb.Log) -> str:
    return "".join(sorted(log.cases()["case_id"]))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"region": "south"}, "bc"),
        ({"region": ["south", "north"]}, "abc"),
        ({"region": "west"}, ""),
        ({"has": ["answer"]}, "ad"),
        ({"region": frozenset({"south", "north"})}, "abc"),
        ({"region": pd.Series(["north"])}, "a"),
        ({"region": None}, "d"),
        ({"region": ["south", float("nan")]}, "bcd"),
        ({"size": 3}, "c"),
        ({"size": np.array([1.0, 2.0])}, "ab"),
        ({"lacks": ["answer"]}, "bc"),
        ({"has": ["ask", "answer"], "region": "north"}, "a"),
        ({"started": ("2026-01-05", "2026-01-31")}, "bc"),
        ({"started": ("2026-01-10", "2026-01-10")}, "c"),
        ({}, "abcd"),
    ],
)
def test_cases_that_stay(log: wb.Log, wanted: dict[str, object], expected: str) -> None:
    narrowed = log.filter(**wanted)  # type: ignore[arg-type]
    assert cases(narrowed) == expected
    assert "".join(sorted(set(narrowed.to_pandas()["case_id"]))) == expected
    assert cases(log) == "abcd"


def test_of_a_yes_or_no_only_yes_or_no_is_asked() -> None:
    frame = pd.DataFrame({"case": ["a", "b"], "activity": "ask", "urgent": ["yes", "no"]})
    log = wb.load(frame.assign(time=pd.Timestamp("2026-01-01")))
    assert cases(log.filter(urgent=True)) == "a"
    assert cases(log.filter(urgent=False)) == "b"
    with pytest.raises(WorkbenchError, match="Give true or false"):
        log.filter(urgent="no")


def test_filters_add_up_in_any_order(log: wb.Log) -> None:
    one = log.filter(region="south").filter(lacks=["answer"]).filter(started=("2026-01-10", "2026-12-31"))
    other = log.filter(started=("2026-01-10", "2026-12-31"), lacks=["answer"], region="south")
    assert cases(one) == cases(other) == "c"


def test_map_and_figures_are_those_of_the_cases(log: wb.Log) -> None:
    answered = log.filter(has=["answer"])
    (edge,) = answered.map().to_dict("records")
    assert (edge["source"], edge["target"], edge["count"]) == ("ask", "answer", 2)
    assert edge["mean_seconds"] == 1.5 * 86_400
    assert answered.variants()["cases"].tolist() == [2]
    assert answered.kpi_records(["AP04"])[0]["value"] == 2


def test_an_earlier_day_of_a_narrowed_log(log: wb.Log) -> None:
    assert cases(log.filter(has=["answer"]).at("2026-01-02")) == "a"


def test_figures_of_no_case_at_all_are_undefined(log: wb.Log) -> None:
    nothing = log.filter(region="west")
    (record,) = nothing.kpi_records(["AP01"])
    assert (record["value"], record["n"]) == (None, 0)
    assert record["reason"]
    assert nothing.map().empty
    assert nothing.variants().empty


@pytest.mark.parametrize(("wanted", "said"), [({"region": [1]}, "1"), ({"size": "large"}, "'large'")])
def test_a_value_that_no_case_could_have_is_said(log: wb.Log, wanted: dict[str, object], said: str) -> None:
    with pytest.raises(WorkbenchError, match=f"has no value like {said}"):
        log.filter(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "hint"), [({"regoin": "south"}, "region"), ({"has": ["anwser"]}, "answer")]
)
def test_an_unknown_name_is_told_with_what_may_be_meant(
    log: wb.Log, wanted: dict[str, object], hint: str
) -> None:
    with pytest.raises(WorkbenchError) as error:
        log.filter(**wanted)  # type: ignore[arg-type]
    assert hint in f"{error.value} {error.value.remedy}"
