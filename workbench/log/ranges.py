"""A large log worked through in ranges of its cases: memory is bounded by a range, not by the log.

All that is derived of a log is derived case by case. So the same statements, worked out once, are said of one
range of cases after the other, and what each gives is put behind what the earlier ones gave. Nothing that is
decided by looking at the data may be decided on the way: it would be decided by the first range alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import ibis.expr.types as ir

from workbench.log.engine import DuckDBEngine, Engine

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
        the answer is what it answers; in ranges, tables over the files that were written.
        """
        progress(0.0)
        if not self.bounds:
            return do(inputs)
        engine = self.engine
        assert isinstance(engine, DuckDBEngine)
        folder = engine.folder()
        wholes = {name: engine.statement(table) for name, table in inputs.items()}

        def given(low: int, high: int) -> dict[str, ir.Table]:
            return {
                name: engine.input(
                    f"{folder.name}_{name}",
                    f"SELECT * FROM ({whole}) WHERE case_key BETWEEN {low} AND {high}",
                )
                for name, whole in wholes.items()
            }

        first = given(*self.bounds[0])
        with engine.noted() as script:
            answers = {name: engine.statement(table) for name, table in do(first).items()}
        for name in answers:
            (folder / name).mkdir()
        for number, (low, high) in enumerate(self.bounds):
            if number:
                progress(number / len(self.bounds))
                given(low, high)
                engine.repeat(script)
            for name, answer in answers.items():
                engine.copy(answer, _part(folder / name, number))
        engine.forget(script)
        for table in first.values():
            engine.drop(table)
        numbers = range(len(self.bounds))
        return {
            name: engine.read_parquet(*[_part(folder / name, number) for number in numbers])
            for name in answers
        }


def _part(folder: Path, number: int) -> Path:
    """Where the rows of a range are put."""
    return folder / f"{number:06}.parquet"


def ranges_of(engine: Engine, events: ir.Table) -> Ranges:
    """Ranges of about as many events each as the engine takes at a time; a case is never split."""
    if engine.range_events is None:
        return Ranges(engine, ())
    counts = engine.frame(events.group_by("case_key").aggregate(events=events.count()).order_by("case_key"))
    if counts["events"].sum() <= engine.range_events:
        return Ranges(engine, ())
    number = (counts["events"].cumsum() - 1) // engine.range_events
    starts = counts["case_key"].groupby(number).min().tolist()
    # Cases without events stand anywhere between: the first range begins below all, the last has no end.
    firsts = [-1, *starts[1:]]
    lasts = [start - 1 for start in starts[1:]] + [2**62]
    return Ranges(engine, tuple(zip(firsts, lasts, strict=True)))
