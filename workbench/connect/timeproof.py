"""The format of a date column, proven over the whole column or not at all.

Every value's shape (which digits and separators stand where) allows some formats under each order of day,
month and year. An order is proven when it reads every value that any order can read, and when whatever else
does so reads the same dates. Columns of one file that are written alike have one order, so a decided one
decides its siblings. Two things are taken as known: a year of four digits in front is followed by the month,
and a year of two digits stands at the end whose values are few, as years are. Nothing else is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn
from workbench.connect.times import ANY_NUMBER, OFFSET, Kind, TimeReading, is_missing
from workbench.connect.timeshapes import ANY_ORDER, ORDERS, SHORT_YEAR_FIRST, formats_of
from workbench.connect.words import date_words

__all__ = ["TimeProof", "may_be_counted", "prove_plain", "prove_times", "words_of"]

_ISO = (
    r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r" ?(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_MAX_SHAPES = 200
_MAX_WORDS = 150
# Kind, least and greatest value: the years 1920 to 2099 of a spreadsheet, 1980 to 2099 else.
_COUNTED: tuple[tuple[Kind, int, int], ...] = (
    ("excel", 7_306, 73_051),
    ("unix", 315_532_800, 4_102_444_800),
    ("unix_ms", 315_532_800_000, 4_102_444_800_000),
)

Verdict = Literal["proven", "alike", "sibling", "ambiguous", "mixed", "none"]


@dataclass(frozen=True, slots=True)
class TimeProof:
    """What is known of a column: its reading, or why there is none.

    `verdict`: proven; alike (whatever the order, the dates are the same, as in 1/1/2012); sibling (another
    column of the file decides); ambiguous (two orders read it all); mixed (no order reads it all); none (no
    dates). `readings` are those in question by order, `example` is (value, row, what each of them makes of it
    …). `present` counts the values, `unread` those that no order reads; `order` is what the column proves.
    """

    verdict: Verdict
    reading: TimeReading | None = None
    present: int = 0
    unread: int = 0
    readings: Mapping[str, TimeReading] = field(default_factory=dict)
    example: tuple[Any, ...] = ()
    style: str = ""
    order: str = ""
    decided_by: str = ""


def prove_times(stage: Stage, relation: str, columns: Sequence[SourceColumn]) -> dict[str, TimeProof]:
    """The readings of text columns of one source, by column name."""
    proofs = {column.name: _prove(stage, relation, column) for column in columns}
    decided = {
        proof.style: (name, proof.order)
        for name, proof in reversed(proofs.items())
        if proof.verdict == "proven" and proof.order and proof.style
    }
    for name, proof in proofs.items():
        sibling, order = decided.get(proof.style, ("", ""))
        if proof.verdict in ("ambiguous", "alike") and order in proof.readings:
            reading = proof.readings[order]
            proofs[name] = replace(proof, verdict="sibling", reading=reading, decided_by=sibling)
    return proofs


def _prove(stage: Stage, relation: str, column: SourceColumn) -> TimeProof:
    value = f"CAST({column.sql} AS VARCHAR)"
    plain = prove_plain(stage, relation, value)
    if plain is not None:
        return plain
    given = f"(SELECT row, {value} AS v FROM {relation} WHERE NOT {is_missing(value)})"
    present, iso, offsets, timed, numbered = stage.row(
        f"SELECT count(*), count(*) FILTER (regexp_full_match(trim(v), '{_ISO}')), "
        f"count(*) FILTER (regexp_matches(v, '{OFFSET}')), count(*) FILTER (contains(v, ':')), "
        f"count(*) FILTER (regexp_matches(v, '{ANY_NUMBER}')) FROM {given}"
    )
    if not numbered:  # the names of activities, of people: no date is all words
        return TimeProof("none", present=present, unread=present)
    if iso == present:
        reading = TimeReading("iso", offsets=offsets > 0, date_only=timed == 0)
        unread = stage.row(f"SELECT count(*) - count({reading.wall('v')}) FROM {given}")[0]
        return TimeProof("proven", reading, present, unread)
    words = words_of(stage, given)
    if words is None:
        return TimeProof("none", present=present, unread=present)
    text = TimeReading("strptime", words=words).bare("v")
    shape = "regexp_replace(translate(v, '012345678', '999999999'), '\\p{L}+', 'a', 'g')"
    shapes = stage.rows(
        f"SELECT arg_min(v, row) FROM (SELECT row, {text} AS v FROM {given}) GROUP BY {shape} "
        f"ORDER BY count(*) DESC, 1 LIMIT {_MAX_SHAPES}"
    )
    examples = [str(example) for (example,) in shapes]
    return _counted(stage, given, examples, present) or _decide(
        stage, given, _candidates(examples, words), present
    )


def prove_plain(stage: Stage, relation: str, value: str) -> TimeProof | None:
    """The proof of a column that is written as the engine itself writes times or days; None for any other.

    What comes out again as it went in has the one form, and an offset, a mark for missing or another order of
    day and month have not.
    """
    texts = f"SELECT {value} AS v FROM {relation}"
    times = f"SELECT v, try_cast(v AS TIMESTAMP) AS t, length(v) > 10 AS timed FROM ({texts})"
    written = "CASE WHEN timed THEN v ELSE v || ' 00:00:00' END"
    plain = f"t BETWEEN '1000-01-01' AND '9998-12-31' AND CAST(t AS VARCHAR) = {written}"
    read, timed, others = stage.row(
        "SELECT count(*) FILTER (plain), count(*) FILTER (plain AND timed), "
        f"count(*) FILTER (CASE WHEN plain THEN false ELSE NOT {is_missing('v')} END) "
        f"FROM (SELECT v, timed, coalesce({plain}, false) AS plain FROM ({times}) WHERE v IS NOT NULL)"
    )
    if not read or others:
        return None
    return TimeProof("proven", TimeReading("iso", date_only=timed == 0, plain=True), read)


def words_of(stage: Stage, given: str) -> dict[str, str] | None:
    """The names of months and days in the text column `v`; None when it has more words than dates have.

    A stray word among dates is a fault of its row, not of the column: it is left as it is, and unread.
    """
    found = stage.rows(
        "SELECT DISTINCT w FROM (SELECT unnest(regexp_extract_all(lower(v), '\\p{L}+')) AS w "
        f"FROM {given}) LIMIT {_MAX_WORDS}"
    )
    if len(found) == _MAX_WORDS:
        return None
    known: dict[str, str] = {}
    for word in sorted((str(word) for (word,) in found), key=lambda word: (-len(word), word)):
        known |= date_words([word]) or {}
    return known


def _counted(stage: Stage, given: str, examples: Sequence[str], present: int) -> TimeProof | None:
    """Serial numbers of a spreadsheet, or seconds since 1970: numbers that all lie in a lifetime's range."""
    if not all(re.fullmatch(r"\d+([.,]\d+)?", example) for example in examples):
        return None
    number = "try_cast(replace(trim(v), ',', '.') AS DOUBLE)"
    low, high, whole = stage.row(
        f"SELECT min({number}), max({number}), bool_and({number} % 1 = 0) FROM {given}"
    )
    kind = may_be_counted(low, high)
    if kind is None:
        return None
    reading = TimeReading(kind, date_only=kind == "excel" and whole)
    return TimeProof("proven", reading, present)


def may_be_counted(low: float | None, high: float | None) -> Kind | None:
    """What numbers from `low` to `high` may count: days or seconds of a lifetime; None where it is no such thing."""
    if low is None or high is None:
        return None
    return next((kind for kind, least, greatest in _COUNTED if least <= low and high <= greatest), None)


def _candidates(examples: Sequence[str], words: Mapping[str, str]) -> dict[str, TimeReading]:
    """For each order of day, month and year the reading that takes every shape which that order allows."""
    possible = [found for example in examples if (found := formats_of(example))]
    candidates = {}
    for order in (*ORDERS, SHORT_YEAR_FIRST):
        known = [fmt for found in possible if (fmt := found.get(order) or found.get(ANY_ORDER))]
        # One unpadded value shows that the column's short years do not stand first.
        if not known or (order == SHORT_YEAR_FIRST and len(known) < len(possible)):
            continue
        candidates[order] = TimeReading(
            "strptime",
            tuple(sorted(dict.fromkeys(known), key=lambda fmt: "%Y" in fmt)),
            words,
            offsets=any("%z" in fmt for fmt in known),
            date_only=not any("%H" in fmt or "%I" in fmt for fmt in known),
        )
    return candidates


def _decide(stage: Stage, given: str, candidates: Mapping[str, TimeReading], present: int) -> TimeProof:
    """Which order reads all that any order reads, and whether another reads it otherwise."""
    if not candidates:
        return TimeProof("none", present=present, unread=present)
    names, readings = list(candidates), list(candidates.values())
    walls = [f"o{n}" for n in range(len(names))]
    parsed = ", ".join(f"{_plausible(reading)} AS o{n}" for n, reading in enumerate(readings))
    parsed = f"(SELECT row, v, {parsed} FROM {given})"
    some = f"coalesce({', '.join(walls)})"
    any_order, *by_order = stage.row(
        f"SELECT count({some}), {', '.join(f'count({wall})' for wall in walls)} FROM {parsed}"
    )
    base = TimeProof("none", None, present, present - any_order, style=_style(readings))
    if not any_order:
        return base
    complete = [n for n, count in enumerate(by_order) if count == any_order]
    if not complete:
        best = sorted(range(len(names)), key=lambda n: -by_order[n])[:2]
        unlike = f"(o{best[0]} IS NULL) <> (o{best[1]} IS NULL)"
        return _asked(stage, parsed, base, "mixed", {names[n]: readings[n] for n in best}, best, unlike)
    complete = _without_short_years(stage, parsed, names, complete)
    first = complete[0]
    others = [
        n
        for n in complete[1:]
        if stage.row(f"SELECT count(*) FROM {parsed} WHERE o{first} IS DISTINCT FROM o{n}")[0]
    ]
    if not others:
        if len({readings[n].formats for n in complete}) > 1:
            alike = {names[n]: readings[n] for n in complete}
            return replace(base, verdict="alike", reading=readings[first], readings=alike)
        order = names[first] if len({reading.formats for reading in readings}) > 1 else ""
        return replace(base, verdict="proven", reading=readings[first], order=order)
    kept = [first, *others]
    unlike = f"o{first} IS DISTINCT FROM o{others[0]}"
    return _asked(stage, parsed, base, "ambiguous", {names[n]: readings[n] for n in kept}, kept, unlike)


def _asked(
    stage: Stage,
    parsed: str,
    base: TimeProof,
    verdict: Verdict,
    readings: Mapping[str, TimeReading],
    walls: Sequence[int],
    unlike: str,
) -> TimeProof:
    """A column that only its owner can decide, with the first value that shows why."""
    shown = ", ".join(f"o{n}" for n in walls)
    example = stage.rows(f"SELECT v, row, {shown} FROM {parsed} WHERE {unlike} ORDER BY row LIMIT 1")
    return replace(base, verdict=verdict, readings=readings, example=example[0] if example else ())


def _plausible(reading: TimeReading) -> str:
    """In a proof a year before 1900 or after 2199 tells against its reading; 9999 is a mark for never."""
    wall = reading.wall("v")
    return f"CASE WHEN year({wall}) BETWEEN 1900 AND 2199 OR year({wall}) = 9999 THEN {wall} END"


def _style(readings: Sequence[TimeReading]) -> str:
    """How the dates are written whatever their order: the separators and the width of the year."""
    dates = {re.split(r"[T ,]*%[HI]", fmt)[0] for reading in readings for fmt in reading.formats}
    years = {"%Y" in date for date in dates}
    return f"{''.join(sorted({re.sub('%.', '', date) for date in dates}))} {sorted(years)}"


def _without_short_years(stage: Stage, parsed: str, names: Sequence[str], complete: list[int]) -> list[int]:
    """Leave out the end at which no year of two digits can stand: years are few, days of the month many."""
    if SHORT_YEAR_FIRST not in names:
        return complete
    first = names.index(SHORT_YEAR_FIRST)
    if first not in complete or len(complete) == 1:
        return complete
    years, days = stage.row(
        f"SELECT count(DISTINCT year(o{first})), count(DISTINCT day(o{first})) FROM {parsed}"
    )
    if years >= 10 and days * 3 <= years:
        return [n for n in complete if n != first]
    return [first] if days >= 10 and years * 3 <= days else complete
