"""What the values of many columns are made of, asked of all of them at once.

A wide export has hundreds of columns, and most of them are empty, plain words or plain digits. These are told here
in a few statements; only the others are worth the several looks that proving a format takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.connect.fields import FALSE, TRUE, stripped
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn
from workbench.connect.times import is_missing

__all__ = ["Summary", "summaries"]

_AT_ONCE = 4
_DATED = "[0-9][^0-9]+[0-9]|" + 8 * "[0-9]"
_FEW_WORDS = 8


@dataclass(frozen=True, slots=True)
class Summary:
    """A column's values: how many are `present` and `distinct`, and how many are of some kind.

    `digits` are digits only, `numbered` have one, `dated` have two groups of digits or eight in a row, without which
    there is no date. `least` and `greatest` are of those that are numbers; `zeros` begin with a zero as codes do;
    `length` is their mean; `index` says that they count the rows, `yes_no` that they are one word for yes and one for
    no.
    """

    yes_no: bool
    present: int
    distinct: int
    digits: int
    numbered: int
    dated: int
    least: float | None
    greatest: float | None
    zeros: int
    length: float
    index: bool


def summaries(stage: Stage, relation: str, columns: Sequence[SourceColumn]) -> dict[str, Summary]:
    """The summaries of all columns, by name."""
    found = {}
    for start in range(0, len(columns), _AT_ONCE):
        group = columns[start : start + _AT_ONCE]
        values = ", ".join(f"{_present(column)} AS v{number}" for number, column in enumerate(group))
        # Kept first: the engine would write each of these expressions into all that is asked of it.
        present = stage.keep("present", f"SELECT row, {values} FROM {relation}", large=False)
        row = stage.row(
            f"SELECT {', '.join(_asked(f'v{number}') for number in range(len(group)))} FROM {present}"
        )
        size = len(row) // len(group)
        for number, column in enumerate(group):
            facts = row[number * size : (number + 1) * size]
            words = []
            if 0 < facts[1] <= _FEW_WORDS:
                words = stage.rows(
                    f"SELECT DISTINCT lower(v{number}) FROM {present} WHERE v{number} IS NOT NULL"
                )
            found[column.name] = Summary(_says_yes_or_no([str(word) for (word,) in words]), *facts)
        stage.drop(present)
    return found


def _present(column: SourceColumn) -> str:
    value = stripped(column)
    return f"CASE WHEN {is_missing(value)} THEN NULL ELSE {value} END"


def _asked(v: str) -> str:
    # Classes of Unicode letters take the engine longer to compile than a small file takes to read.
    return (
        f"count({v}), coalesce(list_unique(list({v})), 0), count(*) FILTER (regexp_full_match({v}, '[0-9]+')), "
        f"count(*) FILTER (regexp_matches({v}, '[0-9]')), count(*) FILTER (regexp_matches({v}, '{_DATED}')), "
        f"min(try_cast({v} AS DOUBLE)), max(try_cast({v} AS DOUBLE)), "
        f"count(*) FILTER (regexp_matches({v}, '^0[0-9]')), coalesce(avg(length({v})), 0), "
        f"coalesce(bool_and(try_cast({v} AS BIGINT) = row) OR bool_and(try_cast({v} AS BIGINT) = row + 1), false)"
    )


def _says_yes_or_no(words: Sequence[str]) -> bool:
    """One word for yes and one for no, or one of them alone: x and y are two values, though both may say yes."""
    yes, no = ({word for word in words if word in known} for known in (TRUE, FALSE))
    known = all(word in yes | no and not word[0].isdigit() for word in words)
    return bool(words) and known and len(yes) <= 1 and len(no) <= 1
