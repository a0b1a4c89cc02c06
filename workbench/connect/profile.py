"""What the columns of a source look like: the kind of their values, judged on its first rows.

Good enough to propose what a column means. Formats are proven over the whole column afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.connect.numbers import prove_numbers
from workbench.connect.stage import Stage
from workbench.connect.summary import Summary, summaries
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeproof import TimeProof, may_be_counted, prove_times
from workbench.connect.times import typed_reading

__all__ = ["ColumnProfile", "Kind", "profile"]

Kind = Literal["empty", "date", "counted", "number", "bool", "text"]
_SAMPLE = 20_000
_MOSTLY = 0.95


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column's kind: `counted` are dates as numbers (serials, seconds, 20240131), or plain numbers.

    `codes` says that its numbers are codes by their leading zeros; `timed` that its dates have a time of day;
    `index` that it merely counts the rows; `prose` that its texts are long and rarely repeat.
    """

    column: SourceColumn
    kind: Kind
    distinct: int
    codes: bool = False
    timed: bool = False
    index: bool = False
    prose: bool = False

    def fits(self, kind: str) -> bool:
        """Whether the values can be of an attribute's type."""
        if kind in ("date", "ts"):
            return self.kind in ("date", "counted", "empty")
        if kind in ("num", "money", "pct"):
            return self.kind in ("number", "counted", "empty")
        if kind == "bool":
            return self.kind in ("bool", "empty")
        return True


def profile(stage: Stage, table: SourceTable) -> dict[str, ColumnProfile]:
    """The profiles of all columns, by name."""
    sample = stage.keep("sample", f"SELECT * FROM {table.relation} WHERE row < {_SAMPLE}", large=False)
    known = summaries(stage, sample, table.columns)
    text = [column for column in table.columns if column.is_text]
    guesses = {column.name: _plain_kind(known[column.name]) for column in text}
    plain = {name: guess for name, guess in guesses.items() if guess is not None}
    text = [column for column in text if column.name not in plain]
    times = prove_times(stage, sample, [column for column in text if _may_be_dates(known[column.name])])
    undated = [column for column in text if column.name not in times or not _dated(times[column.name])]
    numbers = prove_numbers(stage, sample, undated)
    profiles = {}
    for column in table.columns:
        name, facts = column.name, known[column.name]
        kind: Kind = "text"
        if not facts.present:
            kind = "empty"
        elif not column.is_text:
            kind = _typed_kind(column.type)
        elif facts.yes_no:
            kind = "bool"
        elif name in plain:
            kind = plain[name]
        elif name not in numbers:
            time = times[name]
            written = time.reading.written if time.reading else ""
            counted = not isinstance(written, str) or not re.search(r"%[a-zA-Z][^%]|iso", written)
            kind = "counted" if time.reading is not None and counted else "date"
        elif (number := numbers[name]).present and number.unread <= (1 - _MOSTLY) * number.present:
            kind = "number"
        reading = times[name].reading if name in times else typed_reading(column.type)
        timed = kind in ("date", "counted") and (reading is None or not reading.date_only)
        prose = facts.length > 60 and facts.distinct > facts.present // 2
        profiles[name] = ColumnProfile(
            column, kind, facts.distinct, facts.zeros > 0, timed, facts.index, prose
        )
    stage.drop(sample)
    return profiles


def _plain_kind(facts: Summary) -> Kind | None:
    """The kind of a column that is empty or of words or plain digits, and holds no dates; None for any other."""
    if not facts.present:
        return "empty"
    if _may_be_dates(facts):
        return None
    if facts.digits == facts.present:
        return "number"
    return None if facts.numbered else "text"


def _may_be_dates(facts: Summary) -> bool:
    return facts.dated > 0 or may_be_counted(facts.least, facts.greatest) is not None


def _dated(time: TimeProof) -> bool:
    """Whether nearly all values of a column are dates."""
    return time.present > 0 and time.unread <= (1 - _MOSTLY) * time.present


def _typed_kind(kind: str) -> Kind:
    if kind == "BOOLEAN":
        return "bool"
    return "date" if typed_reading(kind) is not None else "number"
