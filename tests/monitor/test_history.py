"""The history holds every published run once, whoever writes at the same time, and never damages anything."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.monitor.history import History, history_frame, read_run, record_runs

MakeRun = Callable[..., Path]
COLUMNS = ["run", "started", "as_of", "id", "currency", "value", "unit", "n", "pending", "reason"]


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgres)])
def history(request: pytest.FixtureRequest, project: Path) -> History:
    """A history in a file, and one in PostgreSQL: what is true of one is true of the other."""
    if request.param == "file":
        return History.open(project)
    address = request.getfixturevalue("shared")
    with open(project / "project.toml", "a", encoding="utf-8") as file:
        file.write(f'[history]\nurl = "{address}"\n')
    return History.open(project)


def test_before_the_first_run_there_is_nothing_and_nothing_is_made(project: Path, history: History) -> None:
    frame = history_frame(history)
    assert list(frame.columns) == COLUMNS
    assert len(frame) == 0
    assert history.run_ids() == frozenset()
    assert record_runs(history, project / "runs") == ()
    assert sorted(path.name for path in project.iterdir()) == ["project.toml"]


def test_one_row_per_run_and_figure_the_oldest_first(
    project: Path, history: History, make_run: MakeRun
) -> None:
    later, earlier = make_run(3), make_run(2)
    assert record_runs(history, project / "runs") == ()
    frame = history_frame(history)
    assert list(frame.columns) == COLUMNS
    assert list(frame["run"]) == [earlier.name] * 4 + [later.name] * 4
    first = frame[frame["run"] == earlier.name]
    assert list(first["id"]) == ["X1", "X2", "X2", "X3"]
    assert list(first["currency"].astype(object).where(first["currency"].notna(), None)) == [
        None,
        "EUR",
        "JPY",
        None,
    ]
    assert list(first["value"])[:3] == [0.25, 120.5, 7.0]
    assert pd.isna(first["value"].iloc[3])
    assert (first["reason"].iloc[3], list(first["n"])) == ("no such event", [8, 3, 1, 0])
    assert set(first["started"]) == {pd.Timestamp(datetime(2026, 2, 1, 6))}
    assert set(first["as_of"]) == {pd.Timestamp(date(2026, 2, 1))}
    assert list(history_frame(history, ["X2"])["value"]) == [120.5, 7.0] * 2
    assert len(history_frame(history, [])) == 0


def test_a_run_recorded_twice_is_recorded_once(project: Path, history: History, make_run: MakeRun) -> None:
    run = read_run(make_run(1))
    assert history.record([run]) == 1
    assert history.record([run]) == 0
    record_runs(history, project / "runs")
    assert len(history_frame(history)) == 4


def test_a_run_that_ended_badly_is_recorded_without_figures(
    project: Path, history: History, make_run: MakeRun
) -> None:
    run = make_run(1, status="kernel-died", as_of=None)
    record_runs(history, project / "runs")
    assert history.run_ids() == {run.name}
    assert len(history_frame(history)) == 0


def test_a_run_that_cannot_be_read_is_named_and_the_others_are_recorded(
    project: Path, history: History, make_run: MakeRun
) -> None:
    good, no_figures, no_manifest, other = make_run(1), make_run(2), make_run(3), make_run(4)
    (no_figures / "kpis.json").write_text('[{"id": "X1"}]', encoding="utf-8")
    (no_manifest / "manifest.json").write_text("{", encoding="utf-8")
    scratch = project / "runs" / ".scratch-5"
    scratch.mkdir()
    (scratch / "manifest.json").write_text("{", encoding="utf-8")
    told = record_runs(history, project / "runs")
    assert [error.where for error in told] == [str(no_figures), str(no_manifest)]
    assert history.run_ids() == {good.name, other.name}


WRITER = """
import sys
from pathlib import Path
from workbench.monitor.history import History, record_runs
folder = Path(sys.argv[1])
sys.stdin.readline()
record_runs(History.open(folder), folder / "runs")
"""


def test_writers_at_the_same_moment_record_every_run_once(
    project: Path, history: History, make_run: MakeRun, root: Path
) -> None:
    runs = {make_run(month).name for month in range(1, 9)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(project)], cwd=root, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "NO_PASSWORD": "none"},
        )
        for _ in range(2)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate(timeout=60)[1] == ""
        assert writer.returncode == 0
    assert history.run_ids() == runs
    frame = history_frame(history)
    assert len(frame) == 8 * 4
    assert not frame.duplicated(["run", "id", "currency"]).any()


def test_a_newer_history_is_refused_and_left_alone(project: Path, make_run: MakeRun) -> None:
    make_run(1)
    history = History.open(project)
    record_runs(history, project / "runs")
    with closing(sqlite3.connect(project / "history.db")) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 99")
    make_run(2)
    for call in (lambda: history_frame(history), lambda: record_runs(history, project / "runs")):
        with pytest.raises(
            WorkbenchError, match=r"A newer workbench made this run history \(.*history\.db\)"
        ):
            call()


@pytest.mark.parametrize("damage", ["garbage", "torn"])
def test_a_damaged_history_is_named_and_never_overwritten(
    project: Path, make_run: MakeRun, damage: str
) -> None:
    make_run(1)
    file = project / "history.db"
    history = History.open(project)
    record_runs(history, project / "runs")
    whole = file.read_bytes()
    broken = (
        b"no database at all" * 100 if damage == "garbage" else whole[:4096] + b"\xff" * (len(whole) - 4096)
    )
    file.write_bytes(broken)
    make_run(2)
    for call in (lambda: history_frame(history), lambda: record_runs(history, project / "runs")):
        with pytest.raises(
            WorkbenchError, match=r"The run history is damaged \(.*history\.db\)\. Move the file away"
        ):
            call()
    assert file.read_bytes() == broken
    file.unlink()
    record_runs(history, project / "runs")
    assert len(history_frame(history)) == 8


def test_a_history_of_nothing_but_a_name_is_filled(project: Path, make_run: MakeRun) -> None:
    (project / "history.db").touch()
    history = History.open(project)
    assert len(history_frame(history)) == 0
    make_run(1)
    record_runs(history, project / "runs")
    assert len(history_frame(history)) == 4


def test_the_file_writes_ahead_and_keeps_its_references(project: Path, make_run: MakeRun) -> None:
    make_run(1)
    history = History.open(project)
    record_runs(history, project / "runs")
    with closing(sqlite3.connect(project / "history.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sorted(path.name for path in project.glob("history.db*")) == ["history.db"]


def test_a_reader_does_not_wait_for_a_writer_and_a_writer_waits_only_so_long(
    project: Path, make_run: MakeRun
) -> None:
    make_run(1)
    history = History.open(project, wait=0.2)
    record_runs(history, project / "runs")
    make_run(2)
    with closing(sqlite3.connect(project / "history.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(history_frame(history)) == 4
        with pytest.raises(WorkbenchError, match=r"Another process holds the run history \(.*history\.db\)"):
            record_runs(history, project / "runs")
        other.execute("ROLLBACK")
    record_runs(history, project / "runs")
    assert len(history_frame(history)) == 8


@pytest.mark.postgres
def test_projects_that_share_a_database_see_their_own_runs(shared: str, make_run: MakeRun) -> None:
    one, two = (History.open(shared, project=name) for name in ("one", "two"))
    one.record([read_run(make_run(1))])
    two.record([read_run(make_run(2))])
    assert len(history_frame(one)) == len(history_frame(two)) == 4
    assert one.run_ids() != two.run_ids()


def test_a_server_out_of_reach_is_named_without_the_password(
    project: Path, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "p@ss/word")
    history = History.open(f"postgresql+psycopg://me:${{SECRET}}@/db?host={project}")
    with pytest.raises(WorkbenchError, match="The run history does not answer") as caught:
        history.record([read_run(make_run(1))])
    assert "p@ss/word" not in str(caught.value)
    monkeypatch.delenv("SECRET")
    with pytest.raises(WorkbenchError, match="The environment variable SECRET is not set"):
        History.open("postgresql+psycopg://me:${SECRET}@/db")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "postgresql+psycopg://me:secret@host/db",
            r"A password does not belong .*history\.url\)\. Write \$\{NAME\}",
        ),
        ("postgresql+psycopg://host/db?password=secret", r"A password does not belong"),
        ("mysql://host/db", r"no address of a run history .*postgresql\+psycopg://"),
        ("postgresql+psycopg://host", r"no address of a run history"),
    ],
)
def test_an_address_is_checked_and_holds_no_password(project: Path, url: str, message: str) -> None:
    with open(project / "project.toml", "a", encoding="utf-8") as file:
        file.write(f'[history]\nurl = "{url}"\n')
    with pytest.raises(WorkbenchError, match=message) as caught:
        History.open(project)
    assert "secret" not in str(caught.value)


def test_what_is_recorded_is_what_the_run_published(
    project: Path, history: History, make_run: MakeRun
) -> None:
    folder = make_run(1)
    record_runs(history, project / "runs")
    published = json.loads((folder / "kpis.json").read_text(encoding="utf-8"))
    recorded = history_frame(history).astype(object)
    found = recorded.where(recorded.notna(), None).to_dict("records")
    for figure, row in zip(published, found, strict=True):
        assert {name: row[name] for name in figure} == figure
