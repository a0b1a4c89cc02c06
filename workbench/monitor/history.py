"""How the figures went from run to run: every published run's KPI values, in a file or shared by a team.

A run is published first and recorded afterwards. What could not be recorded then, because the database was
locked, full or out of reach, is recorded from the manifests in `runs/` by the next run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.exc import IntegrityError

from workbench.errors import WorkbenchError
from workbench.historyplace import HISTORY_FILE
from workbench.messages import Message
from workbench.monitor.database import (
    FIGURES,
    RUNS,
    file_engine,
    holds_history,
    prepare,
    server_engine,
    told,
)
from workbench.project import Project, load_project

__all__ = ["History", "RunRecord", "history_frame", "read_run", "record_runs"]

_COLUMNS = ["run", "started", "as_of", "id", "currency", "value", "unit", "n", "pending", "reason"]


@dataclass(frozen=True)
class RunRecord:
    """One published run as the history keeps it; `figures` are the entries of its kpis.json."""

    id: str
    started: datetime
    seconds: float
    status: str
    as_of: date | None
    language: str
    version: str
    fingerprint: str
    figures: tuple[Mapping[str, Any], ...] = ()


class History:
    """The history of a project's runs. Open it with `History.open`; reading never makes or changes anything.

    Several processes may write at once: each run is recorded whole, and once however often it is recorded.
    """

    def __init__(self, engine: Engine, *, where: str, project: str, file: Path | None, wait: float) -> None:
        self._engine = engine
        self._file = file
        self._wait = wait
        self.where = where
        self.project = project

    def __repr__(self) -> str:
        return f"<History {self.where}>"

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    @classmethod
    def open(cls, place: str | Path, *, project: str = "", wait: float = 10.0) -> History:
        """The history of a project's folder, or of a PostgreSQL by its address.

        In a shared database `project` tells this project's runs from others'. `wait` is how many seconds to wait
        for another writer. Raises WorkbenchError when the project cannot be read; the database is not asked yet.
        """
        if isinstance(place, str) and "://" in place:
            return cls._shared(place, project=project, wait=wait)
        return cls.of(load_project(place), wait=wait)

    @classmethod
    def of(cls, project: Project, *, wait: float = 10.0) -> History:
        """The history of a project: the database that its project.toml names, else its own `history.db`."""
        if project.history.url:
            return cls._shared(project.history.url, project=project.name, wait=wait)
        file = project.folder / HISTORY_FILE
        return cls(file_engine(file, wait=wait), where=str(file), project=project.name, file=file, wait=wait)

    @classmethod
    def _shared(cls, address: str, *, project: str, wait: float) -> History:
        engine = server_engine(address)
        where = engine.url.set(username=None, password=None, query={}).render_as_string()
        return cls(engine, where=where, project=project, file=None, wait=wait)

    # ------------------------------------------------------------------ reading
    def run_ids(self) -> frozenset[str]:
        """The runs that are recorded."""
        with self._reading() as connection:
            if connection is None:
                return frozenset()
            return frozenset(connection.scalars(self._of_project(select(RUNS.c.id))))

    def figure_rows(self, ids: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Every figure of every run, the oldest run first; only those of the KPIs `ids` when given."""
        columns = [
            FIGURES.c.run, RUNS.c.started, RUNS.c.as_of, FIGURES.c.kpi.label("id"), FIGURES.c.currency,
            FIGURES.c.value, FIGURES.c.unit, FIGURES.c.n, FIGURES.c.pending, FIGURES.c.reason,
        ]  # fmt: skip
        wanted = self._of_project(select(*columns).join_from(FIGURES, RUNS)).where(FIGURES.c.group.is_(None))
        if ids is not None:
            wanted = wanted.where(FIGURES.c.kpi.in_(list(ids)))
        wanted = wanted.order_by(RUNS.c.started, RUNS.c.id, FIGURES.c.position)
        with self._reading() as connection:
            if connection is None:
                return []
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def _of_project(self, wanted: Select[Any]) -> Select[Any]:
        """A file is one project's own, whatever that is called by now; a shared database holds several."""
        return wanted if self._file is not None else wanted.where(RUNS.c.project == self.project)

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """A connection to read by; None where nothing was ever recorded."""
        if self._file is not None and not self._file.exists():
            yield None
            return
        with told(self.where), self._engine.begin() as connection:
            yield connection if holds_history(connection, where=self.where) else None

    # ------------------------------------------------------------------ writing
    def record(self, runs: Iterable[RunRecord]) -> int:
        """Record runs, each whole or not at all; returns how many were not there yet."""
        recorded = 0
        with told(self.where):
            prepare(self._engine, where=self.where, wait=self._wait)
            for run in runs:
                recorded += self._record(run)
        return recorded

    def _record(self, run: RunRecord) -> bool:
        try:
            with self._engine.execution_options(writing=True).begin() as connection:
                connection.execute(RUNS.insert().values(project=self.project, **_run_row(run)))
                if run.figures:
                    connection.execute(FIGURES.insert(), list(_figure_rows(run)))
        except IntegrityError:
            if run.id not in self.run_ids():
                raise
            return False
        return True


def history_frame(history: History, ids: Iterable[str] | None = None) -> pd.DataFrame:
    """How KPIs went from run to run: one row per run and KPI (and currency), the oldest run first.

    Columns: run (its id), started (UTC), as_of (the day whose figures these are), id (the KPI's), currency,
    value (money in major units; missing with a reason), unit, n, pending, reason. Empty before the first run.
    """
    frame = pd.DataFrame(history.figure_rows(ids), columns=_COLUMNS)
    for name in ("started", "as_of"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame.astype({"value": "float64", "n": "int64", "pending": "int64"})


def record_runs(history: History, runs: Path) -> tuple[WorkbenchError, ...]:
    """Record every published run in a folder that is not recorded yet, the oldest first.

    Returns what stands in the way of single runs: a manifest that cannot be read. Raises WorkbenchError when the
    history itself cannot be written.
    """
    known = history.run_ids()
    missing = [
        path.parent for path in sorted(runs.glob("[!.]*/manifest.json")) if path.parent.name not in known
    ]
    found: list[RunRecord] = []
    unreadable: list[WorkbenchError] = []
    for folder in missing:
        try:
            found.append(read_run(folder))
        except WorkbenchError as error:
            unreadable.append(error)
    if found:
        history.record(found)
    return tuple(unreadable)


def read_run(folder: Path) -> RunRecord:
    """A published run, by its manifest.json and kpis.json.

    Raises WorkbenchError naming the folder when they are not what a run writes.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        done = manifest["status"] == "done"
        figures = json.loads((folder / "kpis.json").read_text(encoding="utf-8")) if done else []
        record = RunRecord(
            id=folder.name,
            started=datetime.fromisoformat(manifest["started"]).astimezone(UTC).replace(tzinfo=None),
            seconds=float(manifest["seconds"]),
            status=str(manifest["status"]),
            as_of=None if manifest["as_of"] is None else date.fromisoformat(manifest["as_of"]),
            language=str(manifest.get("language") or ""),
            version=str(manifest["versions"]["workbench"]),
            fingerprint=str(manifest.get("fingerprint") or ""),
            figures=tuple(figures),
        )
        # Whether the figures are figures is found out here, and not half way through recording.
        list(_figure_rows(record))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkbenchError(
            Message(
                "This is no run that can be recorded: {reason}", reason=f"{type(error).__name__}: {error}"
            ),
            where=str(folder),
            remedy=Message("Move the folder out of runs/"),
        ) from error
    return record


def _run_row(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "started": run.started,
        "seconds": run.seconds,
        "status": run.status,
        "as_of": run.as_of,
        "language": run.language,
        "version": run.version,
        "fingerprint": run.fingerprint,
    }


def _figure_rows(run: RunRecord) -> Iterator[dict[str, Any]]:
    for position, figure in enumerate(run.figures):
        value = figure["value"]
        yield {
            "run": run.id,
            "position": position,
            "kpi": str(figure["id"]),
            "group": figure.get("group"),
            "currency": figure.get("currency"),
            "value": None if value is None else float(value),
            "unit": str(figure["unit"]),
            "n": int(figure["n"]),
            "pending": int(figure.get("pending") or 0),
            "reason": figure.get("reason"),
        }
