"""Activities passed over: what remains is linked along the stored order, as windows over each case would link it."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.discover import map_frame
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.log.engine import DuckDBEngine
from workbench.opening import Opened

with contextlib.redirect_stdout(io.StringIO()):  # pm4py greets whoever imports it
    import pm4py


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> wb.Log:
    folder = tmp_path_factory.mktemp("hidden") / "project"
    generate_project(folder, process="credit-collections", cases=120, seed=21)
    return wb.open(folder)


def by_windows(log: wb.Log, monkeypatch: pytest.MonkeyPatch) -> wb.Log:
    """The same log, asked in a way that relies on no order."""
    monkeypatch.setattr(DuckDBEngine, "keeps_order", False)
    return fresh(log)


def fresh(log: wb.Log) -> wb.Log:
    """The log without the answers that are kept for it."""
    return wb.Log(Opened(log.template, replace(log.prepared, answers=None), (), ()))


def seen(log: wb.Log, *, derived: bool) -> list[pd.DataFrame]:
    return [log.map(derived=derived), log.activities(derived=derived), log.variants(derived=derived)]


def narrowed(log: wb.Log, which: str) -> wb.Log:
    busiest = log.activities()["activity"].tolist()
    if which == "hidden":
        return log.hide(busiest[0], busiest[3])
    if which == "filtered, then hidden":
        return log.filter(has=[busiest[5]]).hide(busiest[1])
    if which == "hidden, then filtered twice":
        return log.hide(busiest[1]).filter(has=[busiest[5]]).filter(lacks=[busiest[-1]])
    assert which == "filtered"
    return log.filter(has=[busiest[5]])


WAYS = ["hidden", "filtered", "filtered, then hidden", "hidden, then filtered twice"]


@pytest.mark.parametrize("derived", [True, False])
@pytest.mark.parametrize("which", WAYS)
def test_along_the_order_as_by_windows(
    log: wb.Log, which: str, derived: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    along = seen(narrowed(fresh(log), which), derived=derived)
    windows = seen(narrowed(by_windows(log, monkeypatch), which), derived=derived)
    assert along[0]["count"].sum() > 100
    for one, other in zip(along, windows, strict=True):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("which", WAYS)
def test_answers_kept_are_the_very_same(log: wb.Log, which: str) -> None:
    first = seen(narrowed(fresh(log), which), derived=True)
    for _ in range(2):
        kept = seen(narrowed(log, which), derived=True)
        for one, other in zip(first, kept, strict=True):
            pd.testing.assert_frame_equal(one, other)


def test_hidden_as_pm4py_filters_events(log: wb.Log) -> None:
    hidden = log.activities(derived=False)["activity"].tolist()[:2]
    theirs = pm4py.filter_event_attribute_values(
        log.to_pm4py(), "concept:name", hidden, level="event", retain=False
    )
    graph, starts, ends = pm4py.discover_dfg(theirs)
    ours = log.hide(*hidden)
    edges = ours.map(derived=False)
    assert dict(zip(zip(edges["source"], edges["target"], strict=True), edges["count"], strict=True)) == graph
    nodes = ours.activities(derived=False).set_index("activity")
    assert nodes["starts"][nodes["starts"] > 0].to_dict() == starts
    assert nodes["ends"][nodes["ends"] > 0].to_dict() == ends
    variants = ours.variants(derived=False)
    found = dict(zip(map(tuple, variants["activities"]), variants["cases"], strict=True))
    assert found == {way: int(count) for way, count in pm4py.get_variants(theirs).items()}


def test_cases_of_an_activity_whatever_is_hidden(log: wb.Log) -> None:
    events = log.to_pandas()
    expected = events.groupby("activity")["case_id"].nunique()
    hidden = str(expected.idxmax())
    nodes = log.hide(hidden).activities().set_index("activity")
    assert nodes["cases"].to_dict() == expected.drop(hidden).to_dict()


def test_figures_see_what_the_map_passes_over(log: wb.Log) -> None:
    busiest = log.activities()["activity"].tolist()
    assert log.hide(*busiest[:8]).kpi_records() == log.kpi_records()


def test_hidden_on_another_day_as_well(log: wb.Log) -> None:
    busiest = log.activities()["activity"].tolist()
    earlier = log.at("2025-06-30")
    expected = seen(fresh(earlier).hide(busiest[0], busiest[3]), derived=True)
    assert busiest[0] in set(earlier.activities()["activity"])
    for one, other in zip(
        seen(log.hide(busiest[0], busiest[3]).at("2025-06-30"), derived=True), expected, strict=True
    ):
        pd.testing.assert_frame_equal(one, other)


def test_an_activity_that_the_log_does_not_have_is_named(log: wb.Log) -> None:
    with pytest.raises(WorkbenchError, match="Unknown activity"):
        log.hide("no_such_thing")


def test_statistics_that_are_asked_for(log: wb.Log) -> None:
    whole = log.map()
    some = log.map(statistics=["p90", "mean"])
    assert list(some.columns) == ["source", "target", "count", "p90_seconds", "mean_seconds"]
    assert some["mean_seconds"].tolist() == whole["mean_seconds"].tolist()
    waits = log.to_pandas()
    waits["target"] = waits.groupby("case_id")["activity"].shift(-1)
    waits["wait"] = (waits.groupby("case_id")["time"].shift(-1) - waits["time"]).dt.total_seconds()
    expected = waits.groupby(["activity", "target"])["wait"].quantile(0.9)
    found = some.set_index(["source", "target"])["p90_seconds"]
    assert found.to_dict() == pytest.approx(expected.to_dict())
    with pytest.raises(WorkbenchError, match="Unknown statistic"):
        log.map(statistics=["medium"])


def test_statistics_however_they_are_listed(log: wb.Log) -> None:
    expected = map_frame(log.prepared, statistics=["mean"])
    pd.testing.assert_frame_equal(map_frame(log.prepared, statistics={"mean"}), expected)
    pd.testing.assert_frame_equal(map_frame(log.prepared, statistics=iter(["mean"])), expected)


def test_many_files_are_read_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = DuckDBEngine.__init__

    def few(self: DuckDBEngine, *arguments: object, **options: object) -> None:
        plain(self, *arguments, **(options | {"range_events": 50}))  # type: ignore[arg-type]

    monkeypatch.setattr(DuckDBEngine, "__init__", few)
    generate_project(tmp_path / "project", process="any-process", cases=150, seed=3)
    log = wb.open(tmp_path / "project")
    assert isinstance(log.prepared.engine, DuckDBEngine)
    assert len(log.prepared.engine.files_of(log.prepared.events)) > 9
    hidden = log.hide(log.activities()["activity"].iloc[1])
    along = hidden.map()
    monkeypatch.setattr(DuckDBEngine, "keeps_order", False)
    pd.testing.assert_frame_equal(along, fresh(hidden).map())


@pytest.mark.parametrize("which", [*WAYS, "whole"])
def test_in_memory_the_same_is_answered(log: wb.Log, which: str) -> None:
    stored = fresh(log) if which == "whole" else narrowed(fresh(log), which)
    held = stored.in_memory()
    assert isinstance(held.prepared.engine, DuckDBEngine)
    assert stored.prepared.engine.files_of(log.prepared.events)  # type: ignore[attr-defined]
    whole = held.prepared.events if held.prepared.ordered is None else held.prepared.ordered
    assert not held.prepared.engine.files_of(whole)
    for derived in (True, False):
        for one, other in zip(seen(stored, derived=derived), seen(held, derived=derived), strict=True):
            pd.testing.assert_frame_equal(one, other)
    assert stored.kpi_records() == held.kpi_records()
    busiest = log.activities()["activity"].iloc[2]
    pd.testing.assert_frame_equal(stored.filter(lacks=[busiest]).map(), held.filter(lacks=[busiest]).map())


def test_variants_without_durations(log: wb.Log) -> None:
    whole, short = log.variants(), log.variants(durations=False)
    pd.testing.assert_frame_equal(short, whole[["variant", "activities", "cases", "share"]])
