"""What an engine is, and the one inside the process: DuckDB. `workbench.log.spark` is for what outgrows the machine.

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
from weakref import WeakKeyDictionary

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.expr.operations import InMemoryTable
from ibis.expr.schema import Schema

from workbench.log.bits import NUMBER, Chosen, bit, numbered, set_variable, variable
from workbench.log.forgotten import Forgotten
from workbench.log.lines import Lines
from workbench.log.said import Said
from workbench.log.tables import created, in_arrow, in_pandas, temporary
from workbench.sql import ident, literal

__all__ = ["RANGE_EVENTS", "DuckDBEngine", "Engine", "Narrowing", "Progress", "silent"]

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

    def said(self, expr: ir.Table) -> Said | None:
        """The expression in the engine's words, to be asked again of other cases; None where that spares nothing."""

    def frame(self, asked: ir.Table | Said) -> pd.DataFrame:
        """The expression's rows as a pandas frame."""

    def arrow(self, asked: ir.Table | Said) -> pa.Table:
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

    @property
    def askers(self) -> int:
        """How many threads may put their questions at a time."""


# What ibis is told while it words a question holds for all threads and engines. Who holds it never waits for an answer,
# unless it is the answer's own.
_wording = threading.RLock()


@contextmanager
def _unfused() -> Iterator[None]:
    """Leave merging nested selects to DuckDB, which does it in no time: ibis spends half of a small question on it."""
    with _wording:
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
    ask the same engine are answered at the same time, up to `askers` of them.
    """

    keeps_order = True
    # What keeps two processors busy, Python wording the one question while DuckDB thinks about the others.
    askers = 3

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
        self._last_keys: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._forgotten = Forgotten()
        # Of the first connection, which has one open answer. Who holds it waits for no other connection.
        self._lock = threading.RLock()
        self._lines = Lines(self._line, self._chosen, self.askers)
        self._noting = threading.local()
        # A file of another user must never be fetched or an extension downloaded behind the user's back.
        self.backend.raw_sql("SET autoinstall_known_extensions = false")
        self.backend.raw_sql(_SILENT)
        # The operating system keeps what is read from files, for all readers; a copy of its own would be each one's.
        self.backend.raw_sql("SET enable_external_file_cache = false")

    @property
    def _script(self) -> dict[str, str] | None:
        """What this thread notes instead of doing it."""
        script: dict[str, str] | None = getattr(self._noting, "script", None)
        return script

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        table = f"{name}_{next(_numbers)}"
        with self._lock:
            if self._script is not None:
                self._script[table] = self.statement(expr)
                return self.input(table, self._script[table])
        if expr.op().find(InMemoryTable):
            return self._taken_over(expr, table)
        select = self._worded(expr)
        with self._lock:
            self._tidy()
            # Not a temporary one: those are seen by the connection alone that made them.
            return self._forgotten.watch(created(self.backend, table, expr.schema(), select))

    def set_aside(self, expr: ir.Table, name: str) -> ir.Table:
        path = self.folder() / f"{name}.parquet"
        # Of the types that the expression says: a sum of whole numbers would be written as fractions.
        self._lines.do(copied(self.statement(self._without_frames(expr)), path))
        return self.read_parquet(path)

    def drop(self, table: ir.Table) -> None:
        # By its bare name: `get_name` says the database as well.
        self._say(f"DROP TABLE {ident(table.op().name)}")

    def narrowing(self, case_keys: ir.Table, cases: ir.Table) -> Narrowing:
        # A bit a case, looked up in place: a semi-join would hash the key of every event. As a variable the bits are
        # a constant to each query, where their table would be joined; other connections take them from that table.
        name = f"chosen_{next(_numbers)}"
        last = self._last_key(cases) + 1
        with self._lock:
            return Chosen(name, last, self._bits(name, f"bitstring_agg(case_key, 0, {last})", case_keys))

    def _last_key(self, cases: ir.Table) -> int:
        """The largest key of cases, which is asked for once of those that are narrowed over and over; -1 for none."""
        known = self._last_keys.get(cases.op())
        if known is None:
            most = self.frame(cases.aggregate(most=cases["case_key"].max().fill_null(-1)))["most"]
            known = self._last_keys[cases.op()] = int(most.iloc[0])
        return known

    def picking(self, ordered: ir.Table, spans: ir.Table) -> Narrowing:
        # A bit an event, looked up by its number in the stored order: a join would not hand them over in it.
        name = f"picked_{next(_numbers)}"
        rows = numbered(ordered.select("case_key", "pos"))
        found = rows.join(spans, "case_key")
        found = found.filter(found["pos"] >= found["since"], found["pos"] <= found["until"])
        most = self.frame(ordered.aggregate(most=ordered.count()))["most"]
        last = int(most.iloc[0])
        with self._lock:
            bits = self._bits(name, f"bitstring_agg({NUMBER}, 0, {last})", found.select(NUMBER))

        def narrowed(table: ir.Table) -> ir.Table:
            rows = numbered(table)
            return rows.filter(bit(bits, rows[NUMBER].cast("int32")) == 1).drop(NUMBER)

        return narrowed

    def _bits(self, name: str, collected: str, chosen: ir.Table) -> ir.Value:
        """Bits collected from chosen rows and kept under a name for as long as anything refers to them."""
        self._tidy()
        select = self._worded(chosen)
        self._say(f"CREATE TABLE {ident(name)} AS SELECT {collected} AS bits FROM ({select})")
        self._say(set_variable(name))
        self._chosen.add(name)
        bits: ir.Value = variable(name)
        self._forgotten.watch_named(bits, name)
        return bits

    def said(self, expr: ir.Table) -> Said:
        asked = self._without_frames(expr)
        select = self._worded(asked)
        looks_at = frozenset(name for name in frozenset(self._chosen) if literal(name) in select)
        return Said(select, expr.schema(), looks_at, asked)

    def frame(self, asked: ir.Table | Said) -> pd.DataFrame:
        return in_pandas(*self._rows(asked))

    def arrow(self, asked: ir.Table | Said) -> pa.Table:
        return in_arrow(*self._rows(asked))

    def _rows(self, asked: ir.Table | Said) -> tuple[pa.Table, Schema]:
        self._not_noting()
        said = asked if isinstance(asked, Said) else self.said(asked)
        return self._lines.rows(said.select), said.schema

    def _worded(self, expr: ir.Table) -> str:
        """An expression in the engine's own language; meanwhile those of other threads are answered."""
        with _unfused():
            return str(self.backend.compile(expr))

    def _without_frames(self, expr: ir.Table) -> ir.Table:
        """The expression over tables that every connection sees, where it looks at rows that Python holds."""
        held = expr.op().find(InMemoryTable)
        if not held:
            return expr
        kept = {one: self._taken_over(one.to_expr(), f"held_{next(_numbers)}").op() for one in held}
        found: ir.Table = expr.op().replace(kept).to_expr()
        return found

    def _taken_over(self, expr: ir.Table, name: str) -> ir.Table:
        """A new table of an expression over rows that Python holds: ibis hands them over with the question."""
        with self._lock, _unfused():
            self._tidy()
            return self._forgotten.watch(self.backend.create_table(name, expr))

    def _not_noting(self) -> None:
        if self._script is not None:
            raise AssertionError("What is decided by the data is decided before, for all ranges alike")

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
        self._say(temporary(name, select))
        table: ir.Table = self.backend.table(name, database="temp.main")
        return table

    @contextmanager
    def noted(self) -> Iterator[dict[str, str]]:
        """Every table kept in the block and its statement, which can be said again on other rows of the inputs."""
        with self._lock:
            self._noting.script = {}
            try:
                yield self._noting.script
            finally:
                self._noting.script = None

    def workers(self) -> int:
        """How many connections can keep the processors busy that DuckDB may use."""
        (threads,) = self.backend.con.execute("SELECT current_setting('threads')").fetchone()
        return min(int(threads), _MOST_WORKERS)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the same tables, for another thread; its temporary tables are its own."""
        connection = self._line()
        for name in self._chosen:
            connection.execute(set_variable(name))
        return connection

    def _line(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            (zone,) = self.backend.con.execute("SELECT current_setting('TimeZone')").fetchone()
            connection: duckdb.DuckDBPyConnection = self.backend.con.cursor()
        connection.execute(_SILENT)
        # It would take the machine's.
        connection.execute(f"SET TimeZone = {literal(zone)}")
        return connection
