"""Small files, read: what every test of step 1 needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pytest

from workbench.connect import read_project
from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding
from workbench.log.raw import RawLog
from workbench.project import load_project
from workbench.template import load_template


@dataclass
class Reading:
    """A raw log with what tests ask of it, in plain Python values."""

    log: RawLog

    def events(self, *columns: str) -> list[tuple[Any, ...]]:
        """Events in the log's order: time, then source order."""
        chosen = ", ".join(f'"{name}"' for name in columns) or "*"
        return self.rows(f"SELECT {chosen} FROM {self.log.events.get_name()} ORDER BY time, src_order")

    def cases(self, *columns: str) -> list[tuple[Any, ...]]:
        chosen = ", ".join(f'"{name}"' for name in columns) or "*"
        return self.rows(f"SELECT {chosen} FROM {self.log.cases.get_name()} ORDER BY case_id")

    def side(self, name: str) -> list[tuple[Any, ...]]:
        return self.rows(f"SELECT * FROM {self.log.side[name].get_name()} ORDER BY ALL")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.log.backend.con.execute(query).fetchall()]

    def finding(self, rule: str) -> Finding:
        """The only finding of a rule."""
        found = [one for one in self.log.findings if one.rule == rule]
        assert len(found) == 1, (
            f"{len(found)} findings {rule!r} among {[one.rule for one in self.log.findings]}"
        )
        return found[0]

    def rules(self, *severities: str) -> set[str]:
        """The rules that have something to say, row accounting left out."""
        return {
            one.rule
            for one in self.log.findings
            if one.rule != "row_accounting" and (not severities or one.severity in severities)
        }


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Reads a project of some files: read({"log.csv": text or bytes}, project.toml, process=…)."""

    def reading(files: dict[str, str | bytes], toml: str, *, process: str = "any-process") -> Reading:
        for name, content in files.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        (tmp_path / "project.toml").write_text(f'format = 1\nprocess = "{process}"\n{toml}', encoding="utf-8")
        project = load_project(tmp_path)
        return Reading(read_project(project, load_template(project.process)))

    return reading


LONG = """
[[sources]]
name = "log"
path = "log.csv"
kind = "events"
case = "case"
activity = "activity"
time = "time"
"""


@pytest.fixture
def read_long(read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Reads one CSV of events with the columns case, activity and time."""

    def reading(csv: str | bytes, *, head: str = "", tail: str = "", process: str = "any-process") -> Reading:
        return read({"log.csv": csv}, head + LONG + tail, process=process)

    return reading


@pytest.fixture
def stage() -> Iterator[Stage]:
    backend = ibis.duckdb.connect()
    yield Stage(backend)
    backend.disconnect()


@pytest.fixture
def opened(stage: Stage, tmp_path: Path) -> Callable[..., tuple[SourceTable, list[tuple[Any, ...]]]]:
    """Opens a file of some bytes: its table, and all its rows without their numbers."""

    def opening(
        content: str | bytes, name: str = "file.csv", **options: Any
    ) -> tuple[SourceTable, list[Any]]:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        table = open_file(stage, path, Options(**options))
        cells = ", ".join(column.sql for column in table.columns)
        return table, stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")

    return opening


@pytest.fixture
def column(stage: Stage) -> Callable[[Sequence[str | None]], SourceTable]:
    """A table with one column of texts, `v`."""
    import pandas as pd

    from workbench.connect.readers import open_frame

    def made(values: Sequence[str | None], **others: Sequence[str | None]) -> SourceTable:
        return open_frame(stage, pd.DataFrame({"v": list(values), **others}))

    return made
