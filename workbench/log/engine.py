"""The engines that answer: DuckDB inside the process, or Spark when a log outgrows the machine.

Everything after reading is an ibis expression, so both engines get the same definition. An engine adds the
three things that ibis leaves to its backend: keeping an intermediate result, reading and writing Parquet.
"""

from __future__ import annotations

import itertools
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from workbench.log.bits import NUMBER, bit, numbered, set_variable, variable
from workbench.log.encodings import has_split_bytes
from workbench.log.forgotten import Forgotten
from workbench.log.tables import created, made
from workbench.sql import ident, literal

__all__ = ["RANGE_EVENTS", "DuckDBEngine", "Engine", "Narrowing", "Progress", "SparkEngine", "silent"]

RANGE_EVENTS = 1_000_000
"""Events that are worked through at a time: a few hundred megabytes, whatever the size of the log."""

Progress = Callable[[str, float], None]
Narrowing = Callable[[ir.Table], ir.Table]
_numbers = itertools.count()
# Delta encodings make numbers as small as zstd makes them without, and snappy is read in less time.
_PARQUET = {"parquet_version": "v2", "compression": "snappy"}
# Each of them holds a range; more would only wait for the memory that preparing is allowed.
_MOST_WORKERS = 4

# Where Python looks interactive (a kernel, `python -c`) DuckDB draws slow queries on stdout, over our answer.
_SILENT = "SET enable_progress_bar = false"


def silent(what: str, fraction: float) -> None:
    """Progress that nobody watches."""


class Engine(Protocol):
    """What the prepared log needs of a backend."""

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        """The expression's rows, computed once and held while anything refers to them."""

    def set_aside(self, expr: ir.Table, name: str) -> ir.Table:
        """The expression's rows, in their order, computed once and held outside of memory."""

    def drop(self, table: ir.Table) -> None:
        """Let go of a kept table that nothing asks any more."""

    def narrowing(self, case_keys: ir.Table, cases: ir.Table) -> Narrowing:
        """What narrows any table with a `case_key` to some of all `cases`, which are asked for once, now.

        Both are of this engine's tables.
        """

    def picking(self, ordered: ir.Table, spans: ir.Table) -> Narrowing:
        """What leaves of all events, in their stored order, those from one place in their case to another.

        `spans` has a row for each case that any is left of: case_key, since and until, both included.
        """

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        """The expression's rows as a pandas frame."""

    def arrow(self, expr: ir.Table) -> pa.Table:
        """The expression's rows as an Arrow table, which holds many rows in less time and memory."""

    def read_parquet(self, *paths: Path) -> ir.Table:
        """A table over Parquet files, one after the other; nothing is read yet."""

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        """The expression's rows, in their order, as one Parquet file."""

    def files_of(self, table: ir.Table) -> tuple[Path, ...]:
        """The Parquet files that a table lies in, none where it lies elsewhere."""

    @property
    def keeps_order(self) -> bool:
        """Whether rows are handed over in the order in which their table was written."""

    @property
    def range_events(self) -> int | None:
        """How many events are worked through at a time (`workbench.log.ranges`); None: all of them."""


@contextmanager
def _unfused() -> Iterator[None]:
    """Leave merging nested selects to DuckDB, which does it in no time: ibis spends half of a small question on it."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def copied(select: str, path: Path) -> str:
    """The statement that writes another one's rows, in their order, as one Parquet file."""
    options = ", ".join(f"{name} {value}" for name, value in _PARQUET.items())
    return f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet, {options})"


class DuckDBEngine:
    """DuckDB in this process, in memory or spilling to `spill`.

    `memory_limit` is DuckDB's own form ("4GB"). What does not fit a range of `range_events` events is put into
    `spill`, a folder that the caller empties; without one, a temporary folder goes with the backend. Threads that
    ask the same engine wait for each other.
    """

    keeps_order = True

    def __init__(
        self,
        backend: Any | None = None,
        *,
        memory_limit: str | None = None,
        spill: Path | None = None,
        range_events: int = RANGE_EVENTS,
    ) -> None:
        self.backend = backend if backend is not None else ibis.duckdb.connect()
        if memory_limit:
            self.backend.raw_sql(f"SET memory_limit = {literal(memory_limit)}")
        if spill is not None:
            self.backend.raw_sql(f"SET temp_directory = {literal(str(spill))}")
        self.range_events: int | None = range_events
        self._spill = spill
        self._folders: list[Path] = []
        self._files: dict[str, tuple[Path, ...]] = {}
        self._chosen: set[str] = set()
        self._forgotten = Forgotten()
        # A connection has one open answer, and what is noted belongs to whoever notes it.
        self._lock = threading.RLock()
        self._script: dict[str, str] | None = None
        # A file of another user must never be fetched or an extension downloaded behind the user's back.
        self.backend.raw_sql("SET autoinstall_known_extensions = false")
        self.backend.raw_sql(_SILENT)

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        table = f"{name}_{next(_numbers)}"
        with self._lock:
            if self._script is not None:
                self._script[table] = self.statement(expr)
                return self.input(table, self._script[table])
            self._tidy()
            with _unfused():
                # Not a temporary one: those are seen by the connection alone that made them.
                return self._forgotten.watch(created(self.backend, table, expr))

    def set_aside(self, expr: ir.Table, name: str) -> ir.Table:
        path = self.folder() / f"{name}.parquet"
        self.write_parquet(expr, path)
        return self.read_parquet(path)

    def drop(self, table: ir.Table) -> None:
        # By its bare name: `get_name` says the database as well.
        self._say(f"DROP TABLE {ident(table.op().name)}")

    def narrowing(self, case_keys: ir.Table, cases: ir.Table) -> Narrowing:
        # A bit a case, looked up in place: a semi-join would hash the key of every event. As a variable the bits are
        # a constant to each query, where their table would be joined; other connections take them from that table.
        name = f"chosen_{next(_numbers)}"
        with self._lock:
            most = self.frame(cases.aggregate(most=cases["case_key"].max().fill_null(-1)))["most"]
            last = int(most.iloc[0]) + 1
            bits = self._bits(name, f"bitstring_agg(case_key, 0, {last})", case_keys)

        def narrowed(table: ir.Table) -> ir.Table:
            # A key above those of all cases looks at the last bit, which is never set.
            place = ibis.least(table["case_key"], last).cast("int32")
            return table.filter(bit(bits, place) == 1)

        return narrowed

    def picking(self, ordered: ir.Table, spans: ir.Table) -> Narrowing:
        # A bit an event, looked up by its number in the stored order: a join would not hand them over in it.
        name = f"picked_{next(_numbers)}"
        rows = numbered(ordered.select("case_key", "pos"))
        found = rows.join(spans, "case_key")
        found = found.filter(found["pos"] >= found["since"], found["pos"] <= found["until"])
        with self._lock:
            most = self.frame(ordered.aggregate(most=ordered.count()))["most"]
            last = int(most.iloc[0])
            bits = self._bits(name, f"bitstring_agg({NUMBER}, 0, {last})", found.select(NUMBER))

        def narrowed(table: ir.Table) -> ir.Table:
            rows = numbered(table)
            return rows.filter(bit(bits, rows[NUMBER].cast("int32")) == 1).drop(NUMBER)

        return narrowed

    def _bits(self, name: str, collected: str, chosen: ir.Table) -> ir.Value:
        """Bits collected from chosen rows and kept under a name for as long as anything refers to them."""
        self._tidy()
        select = self.statement(chosen)
        self._say(f"CREATE TABLE {ident(name)} AS SELECT {collected} AS bits FROM ({select})")
        self._say(set_variable(name))
        self._chosen.add(name)
        bits: ir.Value = variable(name)
        self._forgotten.watch_named(bits, name)
        return bits

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        if self._script is not None:
            raise AssertionError("What is decided by the data is decided before, for all ranges alike")
        with self._lock, _unfused():
            return pd.DataFrame(self.backend.to_pandas(expr))

    def arrow(self, expr: ir.Table) -> pa.Table:
        with self._lock, _unfused():
            return self.backend.to_pyarrow(expr)

    def read_parquet(self, *paths: Path) -> ir.Table:
        name = f"parquet_{next(_numbers)}"
        files = ", ".join(literal(str(path)) for path in paths)
        with self._lock:
            self._tidy()
            self._say(f"CREATE VIEW {ident(name)} AS SELECT * FROM read_parquet([{files}])")
            self._files[name] = paths
            return self._forgotten.watch(self.backend.table(name))

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        with self._lock, _unfused():
            self.backend.to_parquet(expr, str(path), **_PARQUET)

    def files_of(self, table: ir.Table) -> tuple[Path, ...]:
        operation = table.op()
        return self._files.get(getattr(operation, "name", ""), ())

    def _say(self, statement: str) -> None:
        with self._lock:
            self.backend.raw_sql(statement)

    def _tidy(self) -> None:
        """Drop what nothing refers to any more, with the files that it was put aside in."""
        if self._script is not None:
            return
        for name in self._forgotten.names():
            if name in self._chosen:
                self._chosen.remove(name)
                self._say(f"RESET VARIABLE {ident(name)}")
            paths = self._files.pop(name, None)
            self._say(f"DROP {'TABLE' if paths is None else 'VIEW'} IF EXISTS {ident(name)}")
            for path in paths or ():
                if any(path.is_relative_to(folder) for folder in self._folders):
                    path.unlink(missing_ok=True)

    # ------------------------------------------------------------------ the same on every range of the log
    def folder(self) -> Path:
        """A new folder in the spill folder."""
        if self._spill is None:
            temporary = tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
            weakref.finalize(self.backend, temporary.cleanup)
            self._spill = Path(temporary.name)
        folder = self._spill / f"{next(_numbers)}"
        folder.mkdir(parents=True)
        self._folders.append(folder)
        return folder

    def statement(self, expr: ir.Table) -> str:
        """The expression in the engine's own language, its columns of the types that the expression says."""
        with self._lock, _unfused():
            select = str(self.backend.compile(expr))
            # DuckDB has its own mind about some of them: a date and an interval give it a timestamp.
            described = self.backend.con.execute(f"DESCRIBE {select}").fetchall()
        casts = [
            f"CAST({ident(name)} AS {wanted}) AS {ident(name)}"
            for (name, found, *_), kind in zip(described, expr.schema().values(), strict=True)
            if (wanted := str(self.backend.compiler.type_mapper.to_string(kind))) != found
        ]
        return f"SELECT * REPLACE ({', '.join(casts)}) FROM ({select})" if casts else select

    def input(self, name: str, select: str) -> ir.Table:
        """A table that holds the rows of a statement, seen by this connection only."""
        self._say(made(name, select))
        table: ir.Table = self.backend.table(name, database="temp.main")
        return table

    @contextmanager
    def noted(self) -> Iterator[dict[str, str]]:
        """Every table kept in the block and its statement, which can be said again on other rows of the inputs."""
        with self._lock:
            self._script = {}
            try:
                yield self._script
            finally:
                self._script = None

    def workers(self) -> int:
        """How many connections can keep the processors busy that DuckDB may use."""
        (threads,) = self.backend.con.execute("SELECT current_setting('threads')").fetchone()
        return min(int(threads), _MOST_WORKERS)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the same tables, for another thread; its temporary tables are its own."""
        (zone,) = self.backend.con.execute("SELECT current_setting('TimeZone')").fetchone()
        connection: duckdb.DuckDBPyConnection = self.backend.con.cursor()
        connection.execute(_SILENT)
        # It would take the machine's.
        connection.execute(f"SET TimeZone = {literal(zone)}")
        for name in self._chosen:
            connection.execute(set_variable(name))
        return connection


class SparkEngine:
    """A Spark session, local or a cluster's. The session's zone must be UTC: day arithmetic rests on it."""

    # Each of its tasks answers when it is done.
    keeps_order = False

    def __init__(self, session: Any) -> None:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        # Spark 4.0 carries what it inferred of a checkpointed table into unions of it and then cannot find the
        # columns ("key not found"). What it infers saves little here and takes long to infer.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self.session = session
        self.backend = ibis.pyspark.connect(session)
        self._forgotten = Forgotten()
        # Spark divides the work itself.
        self.range_events: int | None = None

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        for forgotten in self._forgotten.names():
            self.session.catalog.dropTempView(forgotten)
        view = f"{name}_{next(_numbers)}"
        # Spark has no temporary tables: a view, computed once and cut off from what it was made from.
        self.backend.create_view(f"{view}_plan", expr)
        self._as_said(self.session.table(f"{view}_plan"), expr).localCheckpoint().createOrReplaceTempView(
            view
        )
        self.session.catalog.dropTempView(f"{view}_plan")
        return self._forgotten.watch(self.backend.table(view))

    @staticmethod
    def _as_said(frame: Any, expr: ir.Table) -> Any:
        """The rows with columns of the types that the expression says: Spark numbers rows in 32 bits, ibis says 64."""
        from ibis.backends.pyspark.datatypes import PySparkSchema

        wanted = {field.name: field.dataType for field in PySparkSchema.from_ibis(expr.schema()).fields}
        found = {field.name: field.dataType for field in frame.schema.fields}
        return frame.withColumns(
            {name: frame[f"`{name}`"].cast(kind) for name, kind in wanted.items() if kind != found[name]}
        )

    def set_aside(self, expr: ir.Table, name: str) -> ir.Table:
        return self.keep(expr, name)

    def drop(self, table: ir.Table) -> None:
        self.session.catalog.dropTempView(table.op().name)

    def narrowing(self, case_keys: ir.Table, cases: ir.Table) -> Narrowing:
        kept = self.keep(case_keys, "chosen")
        return lambda table: table.semi_join(kept, "case_key")

    def picking(self, ordered: ir.Table, spans: ir.Table) -> Narrowing:
        kept = self.keep(spans, "picked")

        def narrowed(table: ir.Table) -> ir.Table:
            found = table.join(kept, "case_key")
            found = found.filter(found["pos"] >= found["since"], found["pos"] <= found["until"])
            return found.select(*table.columns)

        return narrowed

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        return pd.DataFrame(self.backend.to_pandas(expr))

    def arrow(self, expr: ir.Table) -> pa.Table:
        return self.backend.to_pyarrow(expr)

    def read_parquet(self, *paths: Path) -> ir.Table:
        if any(has_split_bytes(path) for path in paths):
            self.session.conf.set("spark.sql.parquet.enableVectorizedReader", "false")
        name = f"parquet_{next(_numbers)}"
        self.session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        table: ir.Table = self.backend.table(name)
        return table

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        self.backend.to_parquet(expr, str(path))

    def files_of(self, table: ir.Table) -> tuple[Path, ...]:
        return ()
