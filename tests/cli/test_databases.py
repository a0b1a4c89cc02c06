"""A row that changed in a database is seen by the next check and the next run, and not by who asks the store only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres

__all__ = ["postgres"]

Command = Callable[..., Any]

TABLE = "CREATE TABLE orders (id INTEGER, c TEXT, a TEXT, t TEXT)"
ROWS = "(1, 'A1', 'ask', '2026-01-01 08:00:00'), (2, 'A1', 'answer', '2026-01-02 08:00:00')"
CHANGED = "UPDATE orders SET a = 'refuse' WHERE id = 2"
HEAD = 'process = "any-process"\ntime_zone = "UTC"\n[[sources]]\nname = "db"\n'
MAPPED = 'kind = "events"\ncase = "c"\nactivity = "a"\ntime = "t"\n'


def project(folder: Path, address: str) -> Path:
    folder.mkdir()
    (folder / "project.toml").write_text(f"{HEAD}{address}\n{MAPPED}", encoding="utf-8")
    return folder


def sqlite(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "erp.sqlite"
    sqlite(path, TABLE, f"INSERT INTO orders VALUES {ROWS}")
    return path


def steps(command: Command, folder: Path) -> set[str]:
    """The activities of the log as the store has it."""
    said = command("map", folder, "--format", "json")
    assert said.code == 0, said.err
    return {node["activity"] for node in json.loads(said.out)["nodes"]}


def prepared(folder: Path) -> str:
    """What the published store says that it rests on."""
    manifest = folder / "store" / "manifest.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["sources"]["db"])


@pytest.mark.parametrize("address", ["path", "url"])
def test_a_changed_row_is_seen_by_the_next_check(
    database: Path, tmp_path: Path, command: Command, address: str
) -> None:
    line = f'path = "{database}"' if address == "path" else f'url = "sqlite:///{database}"'
    folder = project(tmp_path / "project", line)
    assert command("check", folder).code == 0
    before = prepared(folder)
    assert steps(command, folder) == {"ask", "answer"}
    assert command("check", folder).code == 0
    assert prepared(folder) == before
    sqlite(database, CHANGED)
    assert command("check", folder).code == 0
    assert steps(command, folder) == {"ask", "refuse"}
    assert prepared(folder) != before


@pytest.mark.parametrize("address", ["path", "url"])
def test_a_row_that_only_the_journal_has_is_seen(
    database: Path, tmp_path: Path, command: Command, address: str
) -> None:
    """A database in use keeps its latest rows beside its file, which then has the bytes that it had."""
    line = f'path = "{database}"' if address == "path" else f'url = "sqlite:///{database}"'
    folder = project(tmp_path / "project", line)
    with closing(sqlite3.connect(database, isolation_level=None)) as user:
        user.execute("PRAGMA journal_mode = WAL")
        user.execute("PRAGMA wal_autocheckpoint = 0")
        assert command("check", folder).code == 0
        assert steps(command, folder) == {"ask", "answer"}
        content = database.read_bytes()
        user.execute(CHANGED)
        assert database.read_bytes() == content
        assert command("check", folder).code == 0
        assert steps(command, folder) == {"ask", "refuse"}


def test_a_changed_row_is_seen_by_the_next_run(database: Path, tmp_path: Path, command: Command) -> None:
    folder = project(tmp_path / "project", f'url = "sqlite:///{database}"')
    assert command("check", folder).code == 0
    sqlite(database, CHANGED)
    assert steps(command, folder) == {"ask", "answer"}
    said = command("run", folder, "--steps", "2")
    assert said.code == 0, said.err
    assert steps(command, folder) == {"ask", "refuse"}
    report = next(Path(said.out.strip().splitlines()[-1]).glob("*.html")).read_text(encoding="utf-8")
    assert "refuse" in report


@pytest.fixture
def server(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Callable[[str], None]]]:
    """The address of a PostgreSQL with the same rows, and what changes them."""
    import psycopg

    monkeypatch.setenv("NO_PASSWORD", "s3cret-of-nobody")
    to = {"host": postgres.partition("host=")[2], "user": "workbench", "dbname": "postgres"}

    def change(statement: str) -> None:
        with psycopg.connect(**to) as connection:
            connection.execute(statement)

    change(TABLE.replace("t TEXT", "t timestamp"))
    change(f"INSERT INTO orders VALUES {ROWS}")
    yield postgres, change
    change("DROP TABLE orders")


@pytest.mark.postgres
def test_a_changed_row_of_a_server_is_seen_by_the_next_check(
    server: tuple[str, Callable[[str], None]], tmp_path: Path, command: Command
) -> None:
    address, change = server
    folder = project(tmp_path / "project", f'url = "{address}"\nquery = "SELECT * FROM orders ORDER BY id"')
    assert command("check", folder).code == 0
    before = prepared(folder)
    change(CHANGED)
    assert steps(command, folder) == {"ask", "answer"}
    assert command("check", folder).code == 0
    assert steps(command, folder) == {"ask", "refuse"}
    assert prepared(folder) != before
