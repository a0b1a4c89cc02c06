"""How a column's numbers are written, proven over the whole column: which mark is the decimal one.

Currency signs and codes, blanks and apostrophes between thousands, accountants' brackets, a minus behind and
a per cent sign are read for what they are. Only 1,234 and 1.234 have two readings: one value in the column
that has but one decides it, else a decided column of the same file, else its owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn
from workbench.connect.times import is_missing, tidy
from workbench.errors import WorkbenchError, did_you_mean
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["MONEY", "NUMBER_FORMATS", "NumberProof", "NumberReading", "declared_number", "prove_numbers"]

Mark = Literal[".", ","]
NUMBER_FORMATS: dict[str, Mark] = {"1,234.56": ".", "1.234,56": ","}
"""Number formats of `[sources.formats]`, by example, and the decimal mark of each."""

MONEY = "DECIMAL(24, 6)"

_THOUSANDS = {".": ",", ",": r"\."}
_DECIMAL = {".": r"\.", ",": ","}


def _core(mark: Mark) -> str:
    """The digits of a number: plain, or in groups of three (two in India) by a comma or dot, blank or '."""
    group, point = _THOUSANDS[mark], _DECIMAL[mark]
    grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{2,3}})*{group}\d{{3}}"
    spaced = r"\d{1,3}(?:[ '’]\d{3})+"
    return rf"(?:{grouped}|{spaced}|\d+)(?:{point}\d*)?(?:[eE][+-]?\d+)?|{point}\d+"


def _pattern(mark: Mark) -> str:
    sign, unit = r"[-+−–]?", r"(?:[A-Z]{3}|[A-Z]{0,3}\p{Sc})?"
    return rf"^(\(?) ?({sign}) ?{unit} ?({sign}) ?({_core(mark)}) ?(%?) ?{unit} ?(-?) ?(\)?)$"


def _parsed(text: str, target: str) -> str:
    """Text as a number. DuckDB parses decimals over 18 digits 300 times slower, so these come last."""
    if target != MONEY:
        return f"try_cast({text} AS {target})"
    return f"coalesce(CAST(try_cast({text} AS DECIMAL(18, 6)) AS {MONEY}), try_cast({text} AS {MONEY}))"


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A column of numbers: `mark` is the decimal mark; None for columns that are numbers already.

    `points` says that the column gives percentages as 15, not as 0.15. A value such as 15% says so itself.
    """

    mark: Mark | None = "."
    points: bool = False

    @property
    def written(self) -> str:
        """The reading as it stands in `[sources.formats]`."""
        return next(text for text, mark in NUMBER_FORMATS.items() if mark == (self.mark or "."))

    def number(self, sql: str, target: str) -> str:
        """The value as `target` (DOUBLE or DECIMAL), NULL where missing or unreadable; 15% is 0.15."""
        scale = " * 0.01" if self.points else ""
        if self.mark is None:
            return f"try_cast({sql}{scale} AS {target})"
        simple = f"regexp_full_match({sql}, '[+-]?[0-9]+({_DECIMAL[self.mark]}[0-9]+)?')"
        plain = _parsed(f"replace({sql}, ',', '.')", target)
        # The pattern with all its signs is slow: it is tried only on what is not plain digits (`coalesce` would
        # have the engine take its parts out and apply them to every row).
        digits = f"CAST({plain}{scale} AS {target})"
        signed = f"CAST({self._signed(tidy(sql), target, scale)} AS {target})"
        return f"CASE WHEN {sql} IS NULL THEN NULL WHEN {simple} THEN {digits} ELSE {signed} END"

    def _signed(self, text: str, target: str, scale: str) -> str:
        assert self.mark is not None
        groups = "['open', 'one', 'two', 'core', 'pct', 'end', 'close']"
        parts = f"regexp_extract({text}, {literal(_pattern(self.mark))}, {groups})"
        thousands = literal("[ '’" + ("," if self.mark == "." else ".") + "]")
        core = f"replace(regexp_replace(p.core, {thousands}, '', 'g'), ',', '.')"
        negative = "(p.open = '(' OR p.one IN ('-', '−', '–') OR p.two IN ('-', '−', '–') OR p.end = '-')"
        # One sign at most, and a bracket that is closed.
        signs = "length(p.one) + length(p.two) + length(p.end) + length(p.open)"
        wrong = f"{signs} > 1 OR (p.open = '') <> (p.close = '')"
        parsed = _parsed(core, target)
        value = f"(CASE WHEN p.pct = '%' THEN {parsed} * 0.01 ELSE {parsed}{scale} END)"
        signed = f"CASE WHEN {wrong} THEN NULL WHEN {negative} THEN -{value} ELSE {value} END"
        return f"list_transform([{parts}], lambda p: {signed})[1]"


@dataclass(frozen=True, slots=True)
class NumberProof:
    """What is known of a column: its reading, or why there is none.

    `verdict`: proven; alike (no value has a mark in question); sibling (another column of the file decides);
    ambiguous (both marks read it all, to different numbers); mixed; none (no numbers). `example` is (value,
    row, with decimal point, with decimal comma). `signed` where more than digits and one mark may stand in a value.
    """

    verdict: Literal["proven", "alike", "sibling", "ambiguous", "mixed", "none"]
    reading: NumberReading | None = None
    present: int = 0
    unread: int = 0
    example: tuple[Any, ...] = ()
    decided_by: str = ""
    signed: bool = False


def declared_number(fmt: str, *, where: str) -> NumberReading:
    """The reading that a user declared by an example.

    >>> declared_number("1.234,56", where="").mark
    ','
    """
    if fmt not in NUMBER_FORMATS:
        hint = did_you_mean(fmt, NUMBER_FORMATS) or Message('Use "1,234.56" or "1.234,56"')
        raise WorkbenchError(Message("{format!r} is no number format", format=fmt), where=where, remedy=hint)
    return NumberReading(NUMBER_FORMATS[fmt])


def prove_numbers(stage: Stage, relation: str, columns: Sequence[SourceColumn]) -> dict[str, NumberProof]:
    """The readings of text columns of one source, by column name."""
    proofs = {column.name: _prove(stage, relation, column) for column in columns}
    decided = {
        proof.reading.mark: name
        for name, proof in proofs.items()
        if proof.verdict == "proven" and proof.reading is not None
    }
    if len(decided) != 1:
        return proofs
    mark, sibling = next(iter(decided.items()))
    for name, proof in proofs.items():
        if proof.verdict == "ambiguous":
            reading = NumberReading(mark)
            proofs[name] = replace(proof, verdict="sibling", reading=reading, decided_by=sibling)
    return proofs


def _prove(stage: Stage, relation: str, column: SourceColumn) -> NumberProof:
    given = f"(SELECT row, {column.sql} AS v FROM {relation} WHERE NOT {is_missing(column.sql)})"
    return _plain(stage, given) or _thorough(stage, given)


def _plain(stage: Stage, given: str) -> NumberProof | None:
    """The proof of a column of digits with at most one mark each, which most are; None for any other."""
    marks = list(NUMBER_FORMATS.values())
    asked = ["count(*)", "count(*) FILTER (regexp_full_match(v, '[+-]?[0-9]+'))"]
    for point in map(_DECIMAL.__getitem__, marks):
        # Not three digits behind it, or a zero or more than three digits before: no thousands' mark.
        decisive = f"{point}[0-9]{{1,2}}$|{point}[0-9]{{4,}}$|^[+-]?0+{point}|^[+-]?[0-9]{{4,}}{point}"
        asked.append(f"count(*) FILTER (regexp_full_match(v, '[+-]?[0-9]+({point}[0-9]+)?'))")
        asked.append(f"count(*) FILTER (regexp_matches(v, '{decisive}'))")
    present, digits, *counts = stage.row(f"SELECT {', '.join(asked)} FROM {given}")
    if not present:
        return NumberProof("none")
    if digits == present:
        return NumberProof("alike", NumberReading("."), present)
    for mark, marked, decided in zip(marks, counts[::2], counts[1::2], strict=True):
        if marked == present and decided:
            return NumberProof("proven", NumberReading(mark), present)
    return None


def _thorough(stage: Stage, given: str) -> NumberProof:
    """The proof of a column with thousands' marks, signs and units: over its distinct values."""
    # Units are written in capitals, and an exponent is the one small letter in a number.
    able = "regexp_matches(v, '[0-9]') AND NOT regexp_matches(v, '[a-df-z]')"
    present, numbered = stage.row(f"SELECT count(*), bool_or({able}) FROM {given}")
    if not numbered:  # the names of activities, of people, codes
        return NumberProof("none", None, present, present)
    point, comma = NumberReading(".").number("v", "DOUBLE"), NumberReading(",").number("v", "DOUBLE")
    values = f"(SELECT v, min(row) AS row, count(*) AS n FROM {given} GROUP BY v)"
    parsed = stage.keep("numbers", f"SELECT v, row, n, {point} AS p, {comma} AS c FROM {values}", large=False)
    some, points, commas, unlike = stage.row(
        "SELECT coalesce(sum(n) FILTER (coalesce(p, c) IS NOT NULL), 0), "
        "coalesce(sum(n) FILTER (p IS NOT NULL), 0), coalesce(sum(n) FILTER (c IS NOT NULL), 0), "
        f"count(*) FILTER (p <> c) FROM {parsed}"
    )
    base = NumberProof("none", None, present, int(present - some), signed=True)
    example = "p <> c" if points == commas == some else "(p IS NULL) <> (c IS NULL)"
    examples = stage.rows(f"SELECT v, row, p, c FROM {parsed} WHERE {example} ORDER BY row LIMIT 1")
    stage.drop(parsed)
    if not some:
        return base
    if points == commas == some:
        if not unlike:
            return replace(base, verdict="alike", reading=NumberReading("."))
        return replace(base, verdict="ambiguous", example=examples[0])
    if max(points, commas) < some:
        return replace(base, verdict="mixed", example=examples[0])
    return replace(base, verdict="proven", reading=NumberReading("." if points == some else ","))
