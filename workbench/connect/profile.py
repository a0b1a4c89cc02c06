"""What the columns of a source look like: the kind of their values, judged on its first rows.

Good enough to propose what a column means. Formats are proven over the whole column afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.connect.fields import FALSE, TRUE, stripped
from workbench.connect.numbers import prove_numbers
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeproof import TimeProof, prove_times
from workbench.connect.times import is_missing, typed_reading
from workbench.sql import text_list

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
    text = [column for column in table.columns if column.is_text]
    times = prove_times(stage, sample, text)
    numbers = prove_numbers(stage, sample, [column for column in text if not _dated(times[column.name])])
    profiles = {}
    for column in table.columns:
        present, distinct, zeros, length, yes_no, index = _facts(stage, sample, column)
        kind: Kind = "text"
        if not present:
            kind = "empty"
        elif not column.is_text:
            kind = _typed_kind(column.type)
        elif yes_no:
            kind = "bool"
        elif _dated(time := times[column.name]):
            written = time.reading.written if time.reading else ""
            counted = not isinstance(written, str) or not re.search(r"%[a-zA-Z][^%]|iso", written)
            kind = "counted" if time.reading is not None and counted else "date"
        elif (number := numbers[column.name]).present and number.unread <= (1 - _MOSTLY) * number.present:
            kind = "number"
        reading = times[column.name].reading if column.is_text else typed_reading(column.type)
        timed = kind == "date" and (reading is None or not reading.date_only)
        prose = length > 60 and distinct > present // 2
        profiles[column.name] = ColumnProfile(column, kind, distinct, zeros > 0, timed, index, prose)
    stage.drop(sample)
    return profiles


def _dated(time: TimeProof) -> bool:
    """Whether nearly all values of a column are dates."""
    return time.present > 0 and time.unread <= (1 - _MOSTLY) * time.present


def _facts(stage: Stage, sample: str, column: SourceColumn) -> tuple[int, int, int, float, bool, bool]:
    value = stripped(column)
    # One word for yes and one for no, or one of them alone: x and y are two values, though both may say yes.
    word = "lower(v)"
    yes, no = (f"{word} IN {text_list(words)} AND NOT regexp_matches(v, '^[0-9]')" for words in (TRUE, FALSE))
    yes_no = (
        f"coalesce(bool_and({yes} OR {no}), false) AND count(DISTINCT {word}) FILTER ({yes}) <= 1 "
        f"AND count(DISTINCT {word}) FILTER ({no}) <= 1"
    )
    found = stage.row(
        f"SELECT count(v), count(DISTINCT v), count(*) FILTER (regexp_matches(v, '^0[0-9]')), "
        f"coalesce(avg(length(v)), 0), {yes_no}, "
        "coalesce(bool_and(try_cast(v AS BIGINT) = row) OR bool_and(try_cast(v AS BIGINT) = row + 1), false) "
        f"FROM (SELECT row, CASE WHEN {is_missing(value)} THEN NULL ELSE {value} END AS v FROM {sample})"
    )
    present, distinct, zeros, length, yes_or_no, index = found
    return int(present), int(distinct), int(zeros), float(length), bool(yes_or_no), bool(index)


def _typed_kind(kind: str) -> Kind:
    if kind == "BOOLEAN":
        return "bool"
    return "date" if typed_reading(kind) is not None else "number"
