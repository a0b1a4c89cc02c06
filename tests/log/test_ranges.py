"""A log worked through in ranges of its cases is the log worked through in one go."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import ibis
import pytest

from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.log.engine import DuckDBEngine
from workbench.log.prepared import PreparedLog
from workbench.log.ranges import Tables, ranges_of
from workbench.opening import Opened, open_project


@pytest.fixture(scope="module", params=["credit-collections", "lead-to-cash"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranges") / "project"
    generate_project(folder, process=request.param, cases=60, seed=11)
    return folder


@pytest.fixture
def in_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every engine takes 90 events at a time: some ten cases."""
    plain = DuckDBEngine.__init__

    def few(self: DuckDBEngine, *arguments: object, **options: object) -> None:
        plain(self, *arguments, **(options | {"range_events": 90}))  # type: ignore[arg-type]

    monkeypatch.setattr(DuckDBEngine, "__init__", few)


def tables(log: PreparedLog) -> dict[str, list[str]]:
    """Every table of a log as text, a row a line, in its order."""
    named = {"events": log.events, "cases": log.cases, "verdicts": log.verdicts, "days": log.days}
    named |= {"later": log.recorded.events, "cases-recorded": log.recorded.cases}
    named |= {f"pair {name}": table for name, table in log.pairs.items()}
    named |= {f"ledger {name}": table for name, table in log.ledgers.items()}
    found = {}
    for name, table in named.items():
        frame = log.frame(table)
        rows = frame[sorted(frame.columns)].to_csv(index=False).splitlines()
        # Rows of verdicts have no order of their own.
        found[name] = sorted(rows) if name == "verdicts" else rows
    variants = log.frame(log.variants.order_by("variant"))
    found["variants"] = variants[["variant", "path"]].to_csv(index=False).splitlines()
    return found


def prepared(folder: Path) -> PreparedLog:
    opened = open_project(folder)
    assert opened.log is not None
    return opened.log


def test_the_store_is_the_same(project: Path, request: pytest.FixtureRequest) -> None:
    whole = tables(prepared(project))
    (project / "store" / "manifest.json").unlink()
    request.getfixturevalue("in_ranges")
    log = prepared(project)
    parts = sorted(path.name for path in (project / "store").glob("gen-*/events-*.parquet"))
    assert parts == [f"events-{number:06}.parquet" for number in range(len(parts))]
    assert len(parts) > 5
    assert tables(log) == whole


def test_an_earlier_day_is_the_same(project: Path) -> None:
    log = prepared(project)
    day = log.frame(log.cases.aggregate(middle=log.cases["start_day"].quantile(0.5)))["middle"].iloc[0].date()
    whole = tables(Opened.at(log, day))
    assert isinstance(log.engine, DuckDBEngine)
    log.engine.range_events = 90
    found = Opened.at(log, day)
    assert len(log.engine.files_of(found.events)) > 2
    assert tables(found) == whole


def test_ranges_hold_every_case_once_and_split_none(project: Path) -> None:
    log = prepared(project)
    engine = log.engine
    assert isinstance(engine, DuckDBEngine)
    engine.range_events = 90
    bounds = ranges_of(engine, log.recorded.events).bounds
    assert bounds[0][0] < 0
    assert [low for low, _ in bounds[1:]] == [high + 1 for _, high in bounds[:-1]]
    counts = log.frame(log.recorded.events.group_by("case_key").aggregate(events=log.recorded.events.count()))
    for low, high in bounds:
        inside = counts[(counts["case_key"] >= low) & (counts["case_key"] <= high)]["events"]
        # Ranges begin at the first case that ends behind a multiple of 90.
        assert inside.sum() <= 90 + counts["events"].max()
    engine.range_events = 10**9
    assert ranges_of(engine, log.recorded.events).bounds == ()


def test_nothing_is_left_behind_but_the_store(project: Path, in_ranges: None) -> None:
    (project / "store" / "manifest.json").unlink(missing_ok=True)
    prepared(project)
    left = {path.name.split("-")[0] for path in (project / "store").iterdir()}
    assert left <= {"manifest.json", "gen", "answers.db", ".lock"}
    assert not list((project / "store").glob("*.spill"))


def test_a_decision_by_the_data_of_one_range_is_refused() -> None:
    engine = DuckDBEngine(range_events=2)
    table = engine.keep(ibis.memtable({"case_key": [0, 0, 1, 1, 2]}), "events")

    def deciding(tables: object) -> dict[str, ibis.Table]:
        engine.frame(table.count().as_table())
        return {}

    with pytest.raises(AssertionError, match="decided before"):
        ranges_of(engine, table).work({"events": table}, deciding)


@pytest.mark.parametrize("said", ["abc", "", "0GB", "999MB", "3 apples", "3GB'; DROP TABLE x; --"])
def test_memory_that_is_too_little_is_said_before_anything_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    generate_project(tmp_path / "project", process="credit-collections", cases=3, seed=1)
    monkeypatch.setenv("WORKBENCH_MEMORY", said)
    with pytest.raises(WorkbenchError, match="is not enough memory"):
        open_project(tmp_path / "project")


def test_a_little_memory_is_enough(project: Path, in_ranges: None, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "store" / "manifest.json").unlink(missing_ok=True)
    monkeypatch.setenv("WORKBENCH_MEMORY", "1GB")
    assert prepared(project).meta.recorded


def test_a_folder_may_be_called_like_a_pattern(
    tmp_path: Path, in_ranges: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a[1] b* it's"
    generate_project(folder, process="credit-collections", cases=30, seed=2)
    log = prepared(folder)
    assert log.frame(log.cases.count().as_table()).iloc[0, 0] == 30


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (duckdb.OutOfMemoryException("could not allocate block"), "more memory than 3GB"),
        (
            duckdb.IOException('Could not write file "events.parquet": No space left on device'),
            "disk is full",
        ),
    ],
)
def test_what_did_not_fit_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, said: str
) -> None:
    def spent(*given: object, **options: object) -> None:
        raise failure

    generate_project(tmp_path / "project", process="any-process", cases=3, seed=1)
    monkeypatch.setattr("workbench.opening.derive", spent)
    with pytest.raises(WorkbenchError, match=said):
        open_project(tmp_path / "project")
    assert [path.name for path in (tmp_path / "project" / "store").iterdir()] == [".lock"]


@pytest.mark.parametrize("at", ["balances", "rules"])
def test_who_stops_in_the_middle_leaves_nobody_at_work(project: Path, in_ranges: None, at: str) -> None:
    class StoppedError(Exception):
        pass

    def progress(what: str, fraction: float) -> None:
        if what == at and fraction > 0.3:
            raise StoppedError

    store = project / "store"
    (store / "manifest.json").unlink(missing_ok=True)
    with pytest.raises(StoppedError):
        open_project(project, progress=progress)
    assert not [found for found in threading.enumerate() if found.name.startswith("ranges")]
    assert not list(store.glob("*.spill"))
    assert not (store / "manifest.json").exists()


def test_what_fails_in_one_range_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = prepared(project)
    engine = log.engine
    assert isinstance(engine, DuckDBEngine)
    engine.range_events = 90
    events = log.recorded.events
    opened: list[duckdb.DuckDBPyConnection] = []
    connect = engine.connection

    def noted() -> duckdb.DuckDBPyConnection:
        opened.append(connect())
        return opened[-1]

    monkeypatch.setattr(engine, "connection", noted)

    def failing(tables: Tables) -> Tables:
        # Only the last cases hold what cannot be cast.
        last = tables["events"]["case_key"] >= 59
        return {"found": tables["events"].mutate(bad=last.ifelse("x", "1").cast("int64"))}

    with pytest.raises(duckdb.ConversionException, match="Could not convert"):
        ranges_of(engine, events).work({"events": events}, failing)
    assert not [found for found in threading.enumerate() if found.name.startswith("ranges")]
    assert opened
    for connection in opened:
        with pytest.raises(duckdb.ConnectionException):
            connection.execute("SELECT 1")
