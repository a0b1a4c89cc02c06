"""Runs as they stand in a project's folder, and a history to record them in: a file, or a PostgreSQL of our own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres

__all__ = ["postgres"]

FIGURES = [
    {"id": "X1", "value": 0.25, "unit": "ratio", "n": 8, "pending": 1},
    {"id": "X2", "value": 120.5, "unit": "money", "currency": "EUR", "n": 3, "pending": 0},
    {"id": "X2", "value": 7, "unit": "money", "currency": "JPY", "n": 1, "pending": 0},
    {"id": "X3", "value": None, "unit": "days", "n": 0, "pending": 0, "reason": "no such event"},
]
MakeRun = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "project.toml").write_text(
        'format = 1\nprocess = "any-process"\nname = "P"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def make_run(project: Path) -> MakeRun:
    """Writes a published run of a day in 2026."""

    def make(
        month: int, *, status: str = "done", figures: list[dict[str, Any]] = FIGURES, **more: Any
    ) -> Path:
        folder = project / "runs" / f"2026{month:02}01T060000Z-{month:06x}"
        folder.mkdir(parents=True)
        manifest = {
            "format": 1, "id": folder.name, "status": status, "started": f"2026-{month:02}-01T06:00:00+00:00",
            "seconds": 31.5, "as_of": f"2026-{month:02}-01", "language": "fr", "fingerprint": "f00d",
            "versions": {"workbench": "0.1.0"}, **more,
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        if status == "done":
            (folder / "kpis.json").write_text(json.dumps(figures), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def shared(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """That database, empty again after the test."""
    import psycopg

    monkeypatch.setenv("NO_PASSWORD", "none")
    yield postgres
    with psycopg.connect(
        host=postgres.partition("host=")[2], user="workbench", dbname="postgres"
    ) as connection:
        connection.execute("DROP SCHEMA IF EXISTS workbench CASCADE")
