"""A large log worked through in ranges of its cases: memory is bounded by a range, not by the log.

All that is derived of a log is derived case by case. So the same statements, worked out once, are said of one
range of cases after the other, and what each gives is put behind what the earlier ones gave. Nothing that is
decided by looking at the data may be decided on the way: it would be decided by the first range alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TypeAlias

import duckdb
import ibis.expr.types as ir
from ibis.expr.operations import PhysicalTable

from workbench.log.engine import DuckDBEngine, Engine, copied
from workbench.log.tables import temporary
from workbench.sql import ident

__all__ = ["Ranges", "Tables", "ranges_of"]

Tables: TypeAlias = Mapping[str, ir.Table]


@dataclass(frozen=True)
class Ranges:
    """Ranges of case keys, from first to last, that together hold every case; empty where one will do."""

    engine: Engine
    bounds: Sequence[tuple[int, int]]

    def work(
        self,
        inputs: Tables,
        do: Callable[[Tables], Tables],
        *,
        progress: Callable[[float], None] = lambda fraction: None,
    ) -> Tables:
        """What `do` makes of the inputs (all by `case_key`), range by range, each table whole in the end.

        `do` gets the rows of one range and answers tables with the same names whatever is in them. In one go
        the answers are kept; in ranges they are tables over the files that were written.
        """
        progress(0.0)
        if not self.bounds:
            return {name: _kept(self.engine, table, name) for name, table in do(inputs).items()}
        engine = self.engine
        assert isinstance(engine, DuckDBEngine)
        folder = engine.folder()
        plan = _planned(engine, folder, inputs, do, self.bounds[0])
        for name in plan.answers:
            (folder / name).mkdir()
        for number, _ in enumerate(_all_at_work(engine, plan, self.bounds), start=1):
            progress(number / len(self.bounds))
        numbers = range(len(self.bounds))
        return {
            name: engine.read_parquet(*[_part(folder / name, number) for number in numbers])
            for name in plan.answers
        }


@dataclass(frozen=True)
class _Plan:
    """What is said of every range alike: its inputs (short of the range), the tables to make, the answers."""

    folder: Path
    inputs: Mapping[str, str]
    script: Mapping[str, str]
    answers: Mapping[str, str]

    def statements(self, number: int, low: int, high: int) -> Iterator[str]:
        """All that is said of a range, in the end to write its answers."""
        for name, whole in self.inputs.items():
            yield temporary(name, f"SELECT * FROM ({whole}) WHERE case_key BETWEEN {low} AND {high}")
        for name, statement in self.script.items():
            yield temporary(name, statement)
        for name, answer in self.answers.items():
            yield copied(answer, _part(self.folder / name, number))


def _planned(
    engine: DuckDBEngine,
    folder: Path,
    inputs: Tables,
    do: Callable[[Tables], Tables],
    bounds: tuple[int, int],
) -> _Plan:
    """The statements that `do` says of a range, found out on one without any row."""
    wholes = {f"{folder.name}_{name}": engine.statement(table) for name, table in inputs.items()}
    empty = {
        name: engine.input(table, f"SELECT * FROM ({whole}) LIMIT 0")
        for name, (table, whole) in zip(inputs, wholes.items(), strict=True)
    }
    with engine.noted() as script:
        answers = {name: engine.statement(table) for name, table in do(empty).items()}
    for name in (*script, *wholes):
        engine.backend.raw_sql(f"DROP TABLE {ident(name)}")
    return _Plan(folder, wholes, script, answers)


def _all_at_work(engine: DuckDBEngine, plan: _Plan, bounds: Sequence[tuple[int, int]]) -> Iterator[None]:
    """Carry out a plan for all ranges, as many at a time as there are processors; yields as each is done.

    Much of what is said of a range keeps but one processor busy.
    """
    free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
    connections = [engine.connection() for _ in range(min(len(bounds), engine.workers()))]
    for connection in connections:
        free.put(connection)
    stopped = Event()

    def one(number: int, low: int, high: int) -> None:
        connection = free.get()
        try:
            for statement in plan.statements(number, low, high):
                if stopped.is_set():
                    return
                connection.execute(statement)
        finally:
            free.put(connection)

    try:
        with ThreadPoolExecutor(len(connections), thread_name_prefix="ranges") as pool:
            tasks = [pool.submit(one, number, low, high) for number, (low, high) in enumerate(bounds)]
            try:
                for task in as_completed(tasks):
                    task.result()
                    yield
            except BaseException:
                # An error or a cancellation: what is under way is broken off, so that nothing writes any more.
                stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                for connection in connections:
                    connection.interrupt()
                raise
    finally:
        # Their last range's tables go with them, even where somebody holds on to the error.
        for connection in connections:
            connection.close()


def _kept(engine: Engine, table: ir.Table, name: str) -> ir.Table:
    """A table that is worked out only once, however often it is asked."""
    return table if isinstance(table.op(), PhysicalTable) else engine.keep(table, name)


def _part(folder: Path, number: int) -> Path:
    """Where the rows of a range are put."""
    return folder / f"{number:06}.parquet"


def ranges_of(engine: Engine, events: ir.Table, *, total: int | None = None) -> Ranges:
    """Ranges of about as many events each as the engine takes at a time; a case is never split.

    `total` says how many events there are, to whom that is known.
    """
    if engine.range_events is None or (total is not None and total <= engine.range_events):
        return Ranges(engine, ())
    counts = engine.frame(events.group_by("case_key").aggregate(events=events.count()).order_by("case_key"))
    if counts["events"].sum() <= engine.range_events:
        return Ranges(engine, ())
    total = int(counts["events"].sum())
    size = math.ceil(total / math.ceil(total / engine.range_events))
    number = (counts["events"].cumsum() - 1) // size
    starts = counts["case_key"].groupby(number).min().tolist()
    # Cases without events stand anywhere between: the first range begins below all, the last has no end.
    firsts = [-1, *starts[1:]]
    lasts = [start - 1 for start in starts[1:]] + [2**62]
    return Ranges(engine, tuple(zip(firsts, lasts, strict=True)))
