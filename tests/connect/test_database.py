"""Databases as sources: read and nothing else, values bound, rows and time limited, no password told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import workbench as wb
from tests.postgres import postgres
from workbench.connect import new_project, read_frame, read_project
from workbench.connect.readers import Options, open_file, open_source
from workbench.connect.readers.statement import is_ordered, refuse_all_but_reading
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.project import load_project, parse_project
from workbench.template import load_template

__all__ = ["postgres"]

ANY = load_template("any-process")
ROWS = [
    ("00123", "ask", "2024-03-01 09:00:00", 7, 1.5), ("00123", "answer", "2024-03-02 09:00:00", None, 2.25),
    ("NA", "ask", "2024-03-01 10:00:00", 3, None),
]  # fmt: skip
MAPPED = 'kind = "events"\ncase = "c"\nactivity = "a"\ntime = "t"\n'


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE events (c TEXT, a TEXT, t TEXT, n INTEGER, x REAL)")
        file.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", ROWS)
    file.close()
    return path


@pytest.fixture
def server(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a PostgreSQL with a table of every type that matters."""
    import psycopg

    monkeypatch.setenv("NO_PASSWORD", "s3cret-of-nobody")
    to = {"host": postgres.partition("host=")[2], "user": "workbench", "dbname": "postgres"}
    with psycopg.connect(**to) as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            "CREATE TABLE sales.events (c text, a text, t timestamptz, n int, m numeric(12, 2), ok boolean, d date, "
            "j jsonb, b bytea, u uuid)"
        )
        connection.execute(
            "INSERT INTO sales.events VALUES "
            "('00123', 'ask', '2024-03-01 09:00+01', 1, 10.10, true, '2024-03-31', '{\"k\": [1]}', '\\x00', NULL), "
            "('00123', 'answer', '2024-07-01 09:00+02', NULL, 0.20, false, NULL, NULL, NULL, NULL)"
        )
    yield postgres
    with psycopg.connect(**to) as connection:
        connection.execute("DROP SCHEMA sales CASCADE")


def source(**keys: Any) -> Any:
    """A project with one source, and that source."""
    project = parse_project({"process": "any-process", "sources": [{"kind": "table", "name": "db", **keys}]})
    return project, project.sources[0]


def fetched(stage: Stage, **keys: Any) -> tuple[Any, list[tuple[Any, ...]]]:
    project, one = source(**keys)
    table = open_source(stage, project, one, ANY)
    cells = ", ".join(column.sql for column in table.columns)
    return table, stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")


# ------------------------------------------------------------------ files
def test_a_sqlite_file_with_one_table_needs_no_word(sqlite: Path, stage: Stage) -> None:
    table = open_file(stage, sqlite)
    assert [(column.name, column.type) for column in table.columns] == [
        ("c", "VARCHAR"), ("a", "VARCHAR"), ("t", "VARCHAR"), ("n", "BIGINT"), ("x", "DOUBLE"),
    ]  # fmt: skip
    assert stage.rows(f"SELECT * EXCLUDE (row) FROM {table.relation} ORDER BY row") == ROWS
    assert table.settings == {"table": "events"}


def test_which_of_several_tables_is_asked_and_can_be_said(sqlite: Path, stage: Stage, tmp_path: Path) -> None:
    with sqlite3.connect(sqlite) as file:
        file.execute("CREATE TABLE customers (id)")
    file.close()
    with pytest.raises(WorkbenchError, match=r'2 tables: customers, events .*table = "customers"'):
        open_file(stage, sqlite)
    with pytest.raises(WorkbenchError, match=r"Unknown table 'event' .*Did you mean 'events'"):
        open_file(stage, sqlite, Options(table="event"))
    mapping = {"case": "c", "activity": "a", "time": "t"}
    report = new_project(tmp_path / "p", process="any-process", sources=[f"{sqlite}#events"], mapping=mapping)
    assert 'table = "events"' in (tmp_path / "p" / "project.toml").read_text(encoding="utf-8")
    assert read_project(report.project, ANY).accounting[0].events == 3


def test_a_duckdb_file_keeps_its_types(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "log.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute(
            "CREATE TABLE e AS SELECT '001' AS c, TIMESTAMP '2024-01-01' AS t, 1.5::DECIMAL(9, 2) AS m, [1] l"
        )
    table = open_file(stage, path)
    assert [column.type for column in table.columns] == ["VARCHAR", "TIMESTAMP", "DECIMAL(9,2)", "VARCHAR"]
    assert table.settings == {"table": "e"}


# ------------------------------------------------------------------ addresses
def test_a_query_binds_its_values(sqlite: Path, stage: Stage) -> None:
    query = "SELECT a, n FROM events WHERE c = :who AND n > :least ORDER BY n DESC"
    hostile = "x' OR '1'='1"
    url = f"sqlite:///{sqlite}"
    _, rows = fetched(stage, url=url, query=query, parameters={"who": "00123", "least": 1})
    assert rows == [("ask", 7)]
    with pytest.raises(WorkbenchError, match="gives no row"):
        fetched(stage, url=url, query=query, parameters={"who": hostile, "least": 1})
    with pytest.raises(WorkbenchError, match=r"no value for 'least'.*parameters"):
        fetched(stage, url=url, query=query, parameters={"who": "NA"})


def test_rows_and_time_are_limited(sqlite: Path, stage: Stage) -> None:
    url = f"sqlite:///{sqlite}"
    with pytest.raises(WorkbenchError, match="more than 2 rows"):
        fetched(stage, url=url, table="events", rows=2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(WorkbenchError, match="interrupted"):
        fetched(stage, url=url, query=endless, timeout=0.2)


def test_without_an_order_the_same_rows_are_the_same_log(sqlite: Path, stage: Stage) -> None:
    url = f"sqlite:///{sqlite}"
    first, rows = fetched(stage, url=url, table="events")
    with sqlite3.connect(sqlite) as file:
        file.execute("CREATE TABLE turned AS SELECT * FROM events ORDER BY rowid DESC")
    file.close()
    again, turned = fetched(stage, url=url, table="turned")
    assert (turned, again.digest) == (rows, first.digest)
    _, ordered = fetched(stage, url=url, query="SELECT a FROM events ORDER BY t DESC")
    assert ordered == [("answer",), ("ask",), ("ask",)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DROP TABLE events", "DELETE FROM events", "INSERT INTO events VALUES (1)",
        "UPDATE events SET a = 1", "SELECT * FROM events FOR UPDATE",
        "DROP TABLE events", "CREATE TABLE x AS SELECT 1", "SELECT * INTO x FROM events",
        "WITH x AS (DELETE FROM events RETURNING *) SELECT * FROM x", "COPY events TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/x'", "SELECT pg_read_file('/etc/passwd')", "SELECT pg_catalog.pg_ls_dir('/')",
        'SELECT "pg_read_file"(1)', r'SELECT U&"pg\005fread_file"(1)', "SELECT lo_import('/etc/passwd')",
        "SELECT * FROM dblink('host=x', 'select 1') AS t(a int)",
        "SELECT query_to_xml('DELETE FROM x', true, true, '')",
        "SELECT set_config('a', 'b', false)", "SELECT pg_sleep(100)", "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
        "EXPLAIN ANALYZE DELETE FROM events", "CALL f()", "SET x = 1", "VACUUM", "", "(" * 5000,
        "SELECT nextval('s')", "SELECT load_extension('x')", "ATTACH 'x' AS y", "PRAGMA writable_schema = 1",
        "SELECT * FROM read_csv('/etc/passwd')",
    ],
)  # fmt: skip
@pytest.mark.parametrize("backend", ["postgresql", "sqlite", "mysql", "nobodys"])
def test_whatever_is_more_than_reading_is_refused(query: str, backend: str) -> None:
    with pytest.raises(WorkbenchError) as raised:
        refuse_all_but_reading(query, backend, where="here")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("query", "ordered"),
    [
        ("SELECT :a, lower(b), count(*) OVER (PARTITION BY c) FROM t WHERE d = '12:30; DROP'", False),
        ("WITH x AS (SELECT a FROM t ORDER BY a) SELECT coalesce(a, 0), CAST(a AS int) FROM x", False),
        ("SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1", True),
        (
            "SELECT to_char(d, 'YYYY-MM'), regexp_replace(a, 'x', 'y'), extract(year FROM d) FROM t ORDER BY d",
            True,
        ),
    ],
)
def test_what_reads_is_let_through(query: str, ordered: bool) -> None:
    refuse_all_but_reading(query, "postgresql", where="here")
    assert is_ordered(query, "postgresql", where="here") is ordered


def test_nothing_is_written_whatever_the_check_overlooks(
    sqlite: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.connect.readers.database.refuse_all_but_reading", lambda *_, **__: None)
    monkeypatch.setattr("workbench.connect.readers.database.is_ordered", lambda *_, **__: True)
    before = sqlite.read_bytes()
    for query in ("DELETE FROM events", f"ATTACH '{sqlite}2' AS other", "PRAGMA user_version = 7"):
        with pytest.raises(WorkbenchError):
            fetched(stage, url=f"sqlite:///{sqlite}", query=query)
    assert sqlite.read_bytes() == before
    assert not Path(f"{sqlite}2").exists()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"url": "postgresql://me:secret@h/db"}, r"A password does not belong into a file"),
        ({"url": "postgresql://me@h/db?password=secret"}, r"A password does not belong into a file"),
        ({"url": "log.sqlite"}, r"no address of a database"),
        ({}, r"The key 'path' is missing"),
        ({"url": "sqlite:///x", "path": "x"}, r"a `path` or a `url`"),
        ({"path": "x", "query": "SELECT 1"}, r"A query is put to a database"),
        ({"url": "sqlite:///x", "table": "t", "query": "SELECT 1"}, r"a `table` or a `query`"),
    ],
)
def test_what_a_source_may_say(keys: dict[str, str], words: str) -> None:
    with pytest.raises(WorkbenchError, match=words) as raised:
        source(**keys)
    assert "secret" not in str(raised.value)


def test_missing_files_variables_and_drivers_are_told(stage: Stage, tmp_path: Path) -> None:
    for url, words in (
        (f"sqlite:///{tmp_path}/none.sqlite", "no such file"),
        ("postgresql://me:${NO_SUCH_SECRET}@127.0.0.1/db", "NO_SUCH_SECRET is not set"),
        ("nosuchdatabase://h/db", "No driver for nosuchdatabase"),
    ):
        with pytest.raises(WorkbenchError, match=words):
            fetched(stage, url=url, table="t")


# ------------------------------------------------------------------ a server
@pytest.mark.postgres
def test_a_server_gives_typed_rows_in_a_transaction_that_cannot_write(server: str, stage: Stage) -> None:
    table, rows = fetched(stage, url=server, table="sales.events")
    assert {column.name: column.type for column in table.columns} == {
        "c": "VARCHAR", "a": "VARCHAR", "t": "TIMESTAMP WITH TIME ZONE", "n": "BIGINT", "m": "DECIMAL(38, 10)",
        "ok": "BOOLEAN", "d": "DATE", "j": "VARCHAR", "b": "VARCHAR", "u": "VARCHAR",
    }  # fmt: skip
    assert {(row[0], row[1], str(row[4])) for row in rows} == {
        ("00123", "ask", "10.1000000000"), ("00123", "answer", "0.2000000000"),
    }  # fmt: skip
    assert {one.rule for one in table.findings} == {"binary_column"}
    _, (only,) = fetched(
        stage, url=server, query="SELECT t FROM sales.events WHERE n = :n", parameters={"n": 1}
    )
    assert only[0].utctimetuple()[:5] == (2024, 3, 1, 8, 0)


@pytest.mark.postgres
def test_a_server_refuses_what_the_check_overlooks(
    server: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.connect.readers.database.refuse_all_but_reading", lambda *_, **__: None)
    monkeypatch.setattr("workbench.connect.readers.database.is_ordered", lambda *_, **__: True)
    for query, words in (
        ("SELECT * INTO sales.copy FROM sales.events", "."),
        ("WITH x AS (DELETE FROM sales.events RETURNING *) SELECT * FROM x", "."),
        ("SELECT pg_sleep(20)", "statement timeout"),
    ):
        with pytest.raises(WorkbenchError, match=words) as raised:
            fetched(stage, url=server, query=query, timeout=0.5)
        assert "s3cret" not in str(raised.value)


@pytest.mark.postgres
def test_a_store_keeps_what_a_server_gave_until_it_is_asked_anew(server: str, tmp_path: Path) -> None:
    import psycopg

    query = "SELECT c, a, t FROM sales.events ORDER BY t"
    head = 'process = "any-process"\ntime_zone = "UTC"\n[[sources]]\nname = "db"\n'
    text = f'{head}url = "{server}"\nquery = "{query}"\n{MAPPED}'
    (tmp_path / "project.toml").write_text(text, encoding="utf-8")
    assert "2 events" in repr(wb.open(tmp_path))
    to = {"host": server.partition("host=")[2], "user": "workbench", "dbname": "postgres"}
    with psycopg.connect(**to) as connection:
        connection.execute("INSERT INTO sales.events (c, a, t) VALUES ('NA', 'ask', '2024-05-01 00:00+00')")
    assert "2 events" in repr(wb.open(tmp_path))
    assert "3 events" in repr(wb.open(tmp_path, refresh=True))
    assert "3 events" in repr(wb.open(tmp_path))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes()


@pytest.mark.postgres
def test_an_address_is_proposed_for_like_a_file(server: str, tmp_path: Path) -> None:
    mapping = {"case": "c", "activity": "a", "time": "t"}
    new_project(tmp_path / "p", process="any-process", sources=[f"{server}#sales.events"], mapping=mapping)
    text = (tmp_path / "p" / "project.toml").read_text(encoding="utf-8")
    assert f'url = "{server}"' in text
    assert 'table = "sales.events"' in text
    assert read_project(load_project(tmp_path / "p"), ANY).accounting[0].events == 2
    assert read_frame(f"{server}#sales.events", ANY, mapping=mapping).accounting[0].events == 2


def test_a_lookup_may_come_from_a_database(read: Callable[..., Any]) -> None:
    """A lookup may come from a database, its events from a file."""
    toml = (
        '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "c"\nactivity = "a"\ntime = "t"\n'
        '[[sources]]\nname = "db"\npath = "db.sqlite"\nkind = "lookup"\nkey = "c"\nto = "c"\n'
        '[sources.attributes]\nn = { column = "n", type = "num", level = "case" }\n'
    )
    memory = sqlite3.connect(":memory:")
    memory.execute("CREATE TABLE k (c TEXT, n INTEGER)")
    memory.execute("INSERT INTO k VALUES ('001', 7)")
    memory.commit()
    found = read({"log.csv": "c,a,t\n001,x,2024-01-01\n", "db.sqlite": memory.serialize()}, toml)
    memory.close()
    assert found.cases("n") == [(7.0,)]
