"""Attributes of a case that its events give: under an earlier as-of a case shows what was known by then.

The log seen from an earlier day is compared with a project whose files were cut by hand at that day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb

STEPS = """\
case,step,at,stage,rep,fee,note,until
a,open,2026-01-01,new,,,,2026-03-01
a,call,2026-01-05,,ann,10.00,,2026-03-01
a,call,2026-01-05,warm,,12.50,first,2026-03-01
a,close,2026-02-10,won,bob,,second,2026-03-01
b,open,2026-01-03,new,eve,7.00,,2026-04-01
b,close,2026-01-20,lost,eve,8.00,late,2026-04-01
c,open,2026-01-04,new,kim,1.00,same,2026-05-01
d,open,2026-02-01,new,kim,1.00,same,2026-05-01
"""
VISITS = """\
case,kind,on,place,rep
a,visit,2026-01-01,Metz,
b,visit,2026-01-10,Lyon,zoe
c,visit,2026-01-02,Nice,zoe
c,visit,2026-02-05,Paris,zoe
"""
FACTS = "case,size\na,big\nb,small\nc,big\nd,small\n"
PROJECT = """\
format = 1
process = "any-process"
name = "history"
time_zone = "UTC"
currency = "EUR"

[[sources]]
name = "steps"
path = "steps.csv"
kind = "events"
case = "case"
activity = "step"
time = "at"

[sources.attributes]
stage = {{ column = "stage", type = "cat", level = "case", take = "last" }}
rep = {{ column = "rep", type = "cat", level = "case", take = "{take}" }}
fee = {{ column = "fee", level = "case", type = "money", take = "last" }}
note = {{ column = "note", type = "cat", level = "case", take = "first" }}
until = {{ column = "until", type = "cat", level = "case" }}

[[sources]]
name = "visits"
path = "visits.csv"
kind = "events"
case = "case"
activity = "kind"
time = "on"

[sources.attributes]
place = {{ column = "place", type = "cat", level = "case", take = "last" }}
rep = {{ column = "rep", type = "cat", level = "case", take = "{take}" }}

[[sources]]
name = "facts"
path = "facts.csv"
kind = "lookup"
key = "case"
to = "case"

[sources.attributes]
size = {{ column = "size", type = "cat", level = "case" }}
"""
ATTRIBUTES = ["stage", "rep", "fee", "note", "until", "place", "size"]


def _project(folder: Path, *, until: str, take: str) -> Path:
    """The project with the lines up to a day."""
    folder.mkdir()
    for name, text in (("steps.csv", STEPS), ("visits.csv", VISITS)):
        header, *lines = text.splitlines()
        kept = [line for line in lines if line.split(",")[2] <= until]
        (folder / name).write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    (folder / "facts.csv").write_text(FACTS, encoding="utf-8")
    (folder / "project.toml").write_text(PROJECT.format(take=take), encoding="utf-8")
    return folder


def _cases(log: Any) -> dict[str, list[str | None]]:
    frame = log.cases().sort_values("case_id")
    rows = frame[ATTRIBUTES].astype(object).where(frame[ATTRIBUTES].notna(), None)
    return {
        case: [None if value is None else str(value) for value in row]
        for case, row in zip(frame["case_id"], rows.itertuples(index=False), strict=True)
    }


@pytest.fixture(scope="module", params=["first", "last"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What `take` says of the attribute that both files give, and the project of all lines."""
    folder = tmp_path_factory.mktemp("history") / "project"
    return request.param, _project(folder, until="2026-12-31", take=request.param)


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2026-01-04", "2026-01-05", "2026-01-19", "2026-01-20", "2026-02-28"]
)
def test_as_of_is_the_log_cut_by_hand(whole: tuple[str, Path], tmp_path: Path, day: str) -> None:
    take, folder = whole
    cut = wb.open(_project(tmp_path / "cut", until=day, take=take), as_of=day)
    assert _cases(wb.open(folder, as_of=day)) == _cases(cut)


def test_by_hand(whole: tuple[str, Path]) -> None:
    take, folder = whole
    if take == "last":
        assert _cases(wb.open(folder, as_of="2026-01-20")) == {
            "a": ["warm", "ann", "12.5", "first", "2026-03-01", "Metz", "big"],
            "b": ["lost", "zoe", "8.0", "late", "2026-04-01", "Lyon", "small"],
            "c": ["new", "zoe", "1.0", "same", "2026-05-01", "Nice", "big"],
        }
    assert _cases(wb.open(folder))["a"] == [
        "won", "ann" if take == "first" else "bob", "12.5", "first", "2026-03-01", "Metz", "big",
    ]  # fmt: skip


def test_an_attribute_told_on_the_first_day_needs_no_history(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"case": ["a", "a"], "activity": ["x", "y"], "time": ["2026-01-01", "2026-01-02"], "kind": ["k", "k"]}
    )
    log = wb.load(frame, mapping={"case": "case", "activity": "activity", "time": "time"})
    assert log.prepared.recorded.history is None


def test_a_filtered_log_keeps_its_history(whole: tuple[str, Path]) -> None:
    _, folder = whole
    small = wb.open(folder).filter(size=["small"])
    assert {case: values[0] for case, values in _cases(small.at("2026-01-10")).items()} == {"b": "new"}


def test_a_deal_knows_its_outcome_only_once_it_was_told(tmp_path: Path) -> None:
    """In lead-to-cash the last outcome, loss reason and amount count: the last that had been told by the day."""
    (tmp_path / "deals.csv").write_text(
        "Opportunity ID,Activity,Timestamp,Outcome,Loss Reason,Amount\n"
        "D1,opportunity_created,2026-01-02,Open,,1000\n"
        "D1,quote_issued,2026-01-12,Open,,900\n"
        "D1,opportunity_lost,2026-02-02,Lost,Price,800\n",
        encoding="utf-8",
    )
    wb.new(tmp_path / "p", process="lead-to-cash", sources=[tmp_path / "deals.csv"])
    shown = {
        day: wb.open(tmp_path / "p", as_of=day)
        .cases()[["outcome", "loss_reason", "opportunity_value"]]
        .iloc[0]
        for day in ("2026-01-02", "2026-01-31", "2026-02-02")
    }
    assert [list(row.astype(object).where(row.notna(), None)) for row in shown.values()] == [
        ["Open", None, 1000.0],
        ["Open", None, 900.0],
        ["Lost", "Price", 800.0],
    ]
