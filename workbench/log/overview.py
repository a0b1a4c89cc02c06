"""What deriving must know of a whole log before it looks at any part of it, asked in two questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from workbench.log.engine import Engine
from workbench.log.frames import as_day

__all__ = ["Overview", "overview"]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many events there are, of which activities (codes), the currencies of the cases, and its days.

    `filled` names the attributes that any event of an activity carries, by its code; `days` has the first and the
    last of every column of dates.
    """

    events: int
    filled: Mapping[int, frozenset[str]]
    currencies: tuple[str, ...]
    days: tuple[date, ...]

    @property
    def activities(self) -> Iterable[int]:
        return self.filled.keys()


def overview(events: ir.Table, cases: ir.Table, attributes: Iterable[str], engine: Engine) -> Overview:
    """A log's overview; `attributes` are those that its events may carry."""
    carried = dict.fromkeys(name for name in attributes if name in events.columns)
    counts = {f"filled__{name}": events[name].count() for name in carried}
    by_activity = engine.frame(
        events.group_by("activity").aggregate(n=events.count(), **counts, **_bounds(events))
    )
    by_currency = engine.frame(
        cases.group_by("case_currency").aggregate(cases=cases.count(), **_bounds(cases))
    )
    return Overview(
        events=int(by_activity["n"].sum()),
        filled={
            int(row["activity"]): frozenset(name for name in carried if row[f"filled__{name}"])
            for row in by_activity.to_dict("records")
        },
        currencies=tuple(sorted(by_currency["case_currency"].astype(str))),
        days=(*_days(by_activity), *_days(by_currency)),
    )


def _bounds(table: ir.Table) -> dict[str, ir.Scalar]:
    """First and last of every column of dates."""
    dates = [name for name, kind in table.schema().items() if kind.is_date()]
    return {f"{which}__{name}": getattr(table[name], which)() for name in dates for which in ("min", "max")}


def _days(frame: pd.DataFrame) -> list[date]:
    names = [name for name in frame.columns if name.startswith(("min__", "max__"))]
    return [day for name in names for value in frame[name] if (day := as_day(value)) is not None]
