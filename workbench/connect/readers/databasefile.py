"""SQLite and DuckDB files as sources: one table of a file that is opened to be read only."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from workbench.connect.readers.database import single
from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.ocelsqlite import is_ocel_sqlite, read_ocel_sqlite
from workbench.connect.readers.options import Options
from workbench.connect.readers.sqlitefile import sqlite_file
from workbench.connect.readers.typedrows import TypedRows
from workbench.connect.stage import LARGE, Stage
from workbench.connect.tables import SourceTable, typed_table
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.sql import ident, literal

__all__ = ["open_duckdb", "open_sqlite"]

_BATCH = 10_000
_NAMES = (
    "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
)


def open_sqlite(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A table of a SQLite file, or the object-centric log that the file is."""
    with sqlite_file(path, timeout=options.timeout) as file:
        names = file.tables()
        if options.table is None and is_ocel_sqlite(names):
            return flattened(stage, read_ocel_sqlite(stage, path, names), options)
        name = _chosen(names, options, path)
        rows = TypedRows(stage, file.columns(name), where=path.name, path=path)
        rows.add(file.rows(f"SELECT * FROM {ident(name)}"))
    return rows.table(in_order=True, table=name)


def open_duckdb(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A table of a DuckDB file. Its views can read no other file, and nothing is loaded from anywhere."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "lock_configuration": "true",
        "memory_limit": "1GB",
        "threads": "2",
    }
    target = stage.file("duckdb", ".parquet")
    try:
        with duckdb.connect(str(path), read_only=True, config=config) as file:
            found = file.execute(_NAMES)
            name = _chosen(sorted(str(one) for (one,) in found.fetchall()), options, path)
            clock = threading.Timer(options.timeout, file.interrupt)
            clock.start()
            try:
                reader = file.execute(f"SELECT * FROM {ident(name)}").to_arrow_reader(_BATCH)
                with pq.ParquetWriter(target, reader.schema) as writer:
                    for batch in reader:
                        writer.write_batch(batch)
            finally:
                clock.cancel()
    except duckdb.InterruptException as error:
        raise WorkbenchError(
            Message("Reading the database takes too long"),
            where=str(path),
            remedy=Message("Raise `timeout` of the source, or name a table instead of a view"),
        ) from error
    except duckdb.Error as error:
        raise WorkbenchError(
            Message(
                "The file cannot be read as DuckDB: {fault}", fault=str(error).splitlines()[0].rstrip(".")
            ),
            where=str(path),
            remedy=Message("See that it is whole, and not open elsewhere"),
        ) from error
    described = stage.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(str(target))})")
    return typed_table(
        where=path.name,
        described=described,
        origin=f"read_parquet({literal(str(target))}, file_row_number = true)",
        large=target.stat().st_size > LARGE // 4,
        row="file_row_number",
        settings={"table": name},
    )


def _chosen(names: list[str], options: Options, path: Path) -> str:
    if options.table is None:
        return single(names, where=str(path))
    if options.table not in names:
        raise unknown_name("table", options.table, names, where=str(path))
    return options.table
