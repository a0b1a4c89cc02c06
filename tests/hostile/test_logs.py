"""Event logs and databases made to do harm: one clear error or text kept as it is, in little time and memory."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pytest

from tests.hostile.watched import watched

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the peak of memory is Linux's"
)

EVENT = (
    '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="2024-01-01"/></event>'
)
TRACE = '<trace><string key="concept:name" value="1"/>' + EVENT + "</trace>"
LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def xxe(path: Path) -> str:
    return f'<!DOCTYPE log [<!ENTITY x SYSTEM "{path.as_uri()}">]><log>{TRACE.format("&x;")}<x>&x;</x></log>'


def parameter(path: Path) -> str:
    return f'<!DOCTYPE log [<!ENTITY % x SYSTEM "{path.as_uri()}"> %x;]><log>{TRACE.format("a")}</log>'


def remote(path: Path) -> str:
    return f'<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd"><log>{TRACE.format("a")}</log>'


def bomb(path: Path) -> bytes:
    return gzip.compress(b"<log>" + b" " * 100_000_000, compresslevel=1)


FILES: dict[str, Callable[[Path], str | bytes]] = {
    "xxe.xes": xxe,
    "xxe.xml": lambda path: xxe(path).replace("<trace>", "<events>").replace("</trace>", "</events>"),
    "parameter.xes": parameter,
    "lol.xes": lambda _: f"<!DOCTYPE log [{LOL}]><log>{TRACE.format('&l9;')}</log>",
    "lol.csv": lambda _: f'<?xml version="1.0"?><!DOCTYPE log [{LOL}]><log>{TRACE.format("&l9;")}</log>',
    "bomb.xes.gz": bomb,
    "bomb.csv.gz": lambda _: gzip.compress(b"a,b\n" + b"1,2\n" * 25_000_000, compresslevel=1),
    "events.xes.gz": lambda _: gzip.compress(b"<log><trace>" + b"<event/>" * 10_000_000, compresslevel=1),
    "header.xes": lambda _: "<log>" + '<string key="a" value="b"/>' * 1_000_000,
    "deep.xes": lambda _: "<log><trace><event>" + '<list key="a"><values>' * 100_000,
    "wide.xes": lambda _: "<log><trace>" + "".join(f'<string key="k{n}" value="v"/>' for n in range(50_000)),
    "keys.xes": lambda _: (
        "<log><trace>"
        + "".join(f'<event><string key="k{n}" value="v"/></event>' for n in range(5_000))
        + "</trace></log>"
    ),
    "long.xes": lambda _: f"<log>{TRACE.format('x' * 12_000_000)}</log>",
    "cut.xes.gz": lambda _: gzip.compress(b"<log>" + TRACE.encode() * 1000)[:-20],
    "noise.xes.gz": lambda _: b"\x1f\x8b" + bytes(range(256)) * 10,
    "noise.sqlite": lambda _: b"SQLite format 3\0" + bytes(range(256)) * 100,
    "noise.duckdb": lambda _: bytes(8) + b"DUCK" + bytes(range(256)) * 100,
    "noise.xes": lambda _: bytes(range(256)) * 100,
    "zip.xes": lambda _: b"PK\x03\x04" + bytes(1000),
    "deep.json": lambda _: '{"events": ' + "[" * 1_000_000,
    "deep.jsonocel": lambda _: '{"ocel:events": {"a": ' + '{"a": ' * 100_000,
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret", encoding="utf-8")
    folder = tmp_path / "given"
    folder.mkdir()
    content = FILES[name](secret)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    found = watched(folder / name)
    assert "error" in found
    harmless(found)


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("remote.xes", remote(Path()), 1),
        (
            "cells.xes",
            f"<log>{TRACE.format('=cmd|&quot;/c calc&quot;!A1')}{TRACE.format('&lt;script&gt;')}</log>",
            2,
        ),
        ("path.xes", f"<log>{TRACE.format('../../etc/passwd')}</log>", 1),
        ("log.txt", f"<log>{TRACE.format('a')}</log>", 1),
    ],
)
def test_it_is_read_as_it_stands(name: str, content: str, rows: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = watched(tmp_path / name)
    assert found.get("rows") == rows, found
    harmless(found)


def harmless(found: dict) -> None:
    assert "\n" not in found.get("error", "")
    assert "s3cret" not in found.get("error", "")
    assert found["seconds"] < 2
    assert found["megabytes"] < 300
    assert found["opened"] == []
    assert found["sockets"] == 0


def test_no_entity_is_fetched_from_a_server(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/x"
        for number, head in enumerate(
            (f'<!DOCTYPE log SYSTEM "{address}">', f'<!DOCTYPE log [<!ENTITY x SYSTEM "{address}">]>')
        ):
            (tmp_path / f"{number}.xes").write_text(f"{head}<log>{TRACE.format('a')}</log>", encoding="utf-8")
            watched(tmp_path / f"{number}.xes")
        server.shutdown()
        thread.join()
    assert asked == []


def test_views_of_a_sqlite_file_reach_nothing_else(tmp_path: Path) -> None:
    other, path = tmp_path / "other.sqlite", tmp_path / "log.sqlite"
    for target, statement in (
        (other, "CREATE TABLE t AS SELECT 's3cret' AS c"),
        (
            path,
            "CREATE VIEW v AS SELECT 1 AS c UNION ALL SELECT 2 UNION ALL SELECT 3",
        ),
    ):
        with sqlite3.connect(target) as file:
            file.execute(statement)
        file.close()
    assert watched(path)["rows"] == 3
    with sqlite3.connect(path) as file:
        file.execute("DROP VIEW v")
        file.execute("CREATE VIEW v AS SELECT load_extension('x') AS c")
    file.close()
    found = watched(path)
    assert "cannot be read as SQLite" in found["error"]
    harmless(found)


def test_views_of_a_duckdb_file_reach_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\ns3cret,1\n", encoding="utf-8")
    secret = f"{tmp_path}/secret.csv"
    for number, what in enumerate((f"read_csv('{secret}')", f"'{secret}'", f"glob('{secret}*')")):
        path = tmp_path / f"{number}.duckdb"
        with duckdb.connect(str(path)) as file:
            file.execute(f"CREATE VIEW v AS SELECT * FROM {what}")
        found = watched(path)
        assert "cannot be read as DuckDB" in found["error"], what
        harmless(found)
