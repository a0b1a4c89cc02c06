"""How a column's dates and times are read, once their format is declared or proven.

A `TimeReading` turns a column into SQL: the wall clock as written, the offset beside it, the instant in UTC
and the calendar day in the project's zone. The proof of formats is in `timeproof`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import duckdb

from workbench.connect.clock import Clock, to_local, to_utc
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import literal, value_list

__all__ = [
    "ANY_NUMBER",
    "MISSING",
    "OFFSET",
    "Kind",
    "TimeReading",
    "declared_reading",
    "is_missing",
    "local_day",
    "plain_format",
    "tidy",
    "typed_reading",
]

MISSING = (
    "", "null", "nil", "nan", "n/a", "na", "nat", "#n/a", "-", "--", "–", "—", "none", "\\n", "(null)",
    "(blank)", "9999-12-31", "9999-12-31 00:00:00", "9999-12-31t00:00:00", "31.12.9999", "31/12/9999",
    "12/31/9999", "99991231",
    "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000", "00000000",
)  # fmt: skip
"""What exports write where a date or number is missing. In columns of text these stay what they are."""

Kind = Literal["iso", "strptime", "excel", "excel1904", "unix", "unix_ms", "date", "timestamp", "instant"]
NAMED = ("iso", "excel", "excel1904", "unix", "unix_ms")

_SPACE = r"[\s\x{00A0}\x{2007}\x{2009}\x{202F}]+"
# A digit, of whatever script: a text without any is neither a date nor a number.
ANY_NUMBER = r"\p{N}"
# An offset counts only behind a time of day: the end of 2024-01-02 is none.
OFFSET = r"(\d:?\d{2}(?:[.,]\d+)?) ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$"


def tidy(sql: str) -> str:
    """Text without outer blanks, every kind of blank inside made one plain space."""
    return f"trim(regexp_replace({sql}, '{_SPACE}', ' ', 'g'))"


def is_missing(sql: str) -> str:
    """Whether a text stands for nothing, in a column of dates or numbers."""
    # Not "IS NULL OR … IN": the engine makes a join of that and looks at every row, and most cells are empty.
    known = f"list_contains({value_list(MISSING)}, lower(trim({sql})))"
    return f"(CASE WHEN {sql} IS NULL THEN true ELSE {known} END)"


@dataclass(frozen=True, slots=True)
class TimeReading:
    """How a column's values are read as times.

    `formats` are tried in order (kind strptime); `words` are the names of months and days found in the
    column, each with what stands for it in the format; `offsets` says that values may carry +01:00 or Z,
    `plain` that all are in the engine's own form, which carries none. With a `clock` the times have been read
    already, and stand beside the column (`beside`).
    """

    kind: Kind
    formats: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    offsets: bool = False
    date_only: bool = False
    plain: bool = False
    clock: Clock | None = None

    @property
    def written(self) -> str | list[str]:
        """The reading as it stands in `[sources.formats]`."""
        if self.kind != "strptime":
            return self.kind
        return self.formats[0] if len(self.formats) == 1 else list(self.formats)

    def wall(self, sql: str) -> str:
        """The time as written, without its offset: TIMESTAMP, NULL where missing or unreadable."""
        if self.clock is not None:
            return f"{sql}_wall"
        if self.kind in ("date", "timestamp"):
            return f"CAST({sql} AS TIMESTAMP)"
        if self.kind == "instant":
            return f"CAST(timezone('UTC', {sql}) AS TIMESTAMP)"
        if self.plain:
            return _sane(f"try_cast({sql} AS TIMESTAMP)")
        if self.kind in ("iso", "strptime"):
            parsed = self._parsed(self.bare(sql))
            if self.offsets:
                return _sane(parsed)
            # Tidying text is slower than reading it: it is done for what cannot be read as it stands.
            plain = f"try_cast({sql} AS TIMESTAMP), " if self.kind == "iso" else ""
            return _sane(f"coalesce({plain}{self._parsed(sql)}, {parsed})")
        return self._counted(f"try_cast(replace(trim({sql}), ',', '.') AS DOUBLE)")

    def _parsed(self, text: str) -> str:
        if self.kind == "iso":
            return f"try_cast(replace({text}, ',', '.') AS TIMESTAMP)"
        formats = ", ".join(literal(plain_format(fmt)) for fmt in self.formats)
        return f"CAST(try_strptime({text}, [{formats}]) AS TIMESTAMP)"

    def _counted(self, number: str) -> str:
        """A number of days or seconds since the day from which a system counts."""
        # Beyond the year 9999 there are no dates, but there are numbers.
        per_day, last_day = {"unix": (86_400, 2_932_896), "unix_ms": (86_400_000, 2_932_896)}.get(
            self.kind, (1, 2_957_000)
        )
        within = f"CASE WHEN {number} BETWEEN 0 AND {per_day * last_day} THEN {number} END"
        if self.kind in ("unix", "unix_ms"):
            factor = 1_000_000 if self.kind == "unix" else 1_000
            return f"make_timestamp(CAST(round(({within}) * {factor}) AS BIGINT))"
        origin = "1899-12-30" if self.kind == "excel" else "1904-01-01"
        # A serial number is a double: whole milliseconds are what it can hold of a time of day.
        micros = f"CAST(round(({within}) * 86400000) AS BIGINT) * 1000"
        return f"(TIMESTAMP '{origin}' + to_microseconds({micros}))"

    def bare(self, sql: str) -> str:
        """The text that the format describes: blanks tidied, months in English, no offset, six decimals."""
        text = tidy(sql)
        for word, short in self.words.items():
            pattern = rf"(?i)(^|[^\p{{L}}]){word}\.?($|[^\p{{L}}])"
            text = f"regexp_replace({text}, {literal(pattern)}, '\\1{short}\\2', 'g')"
        if self.words:
            text = f"trim(regexp_replace(regexp_replace({text}, '^[ ,]+', ''), ' +', ' ', 'g'))"
        if any("%p" in fmt for fmt in self.formats):
            text = f"regexp_replace({text}, '(?i)([ap])[.] ?m[.]?$', '\\1m')"
        if self.offsets:
            text = f"regexp_replace({text}, '{OFFSET}', '\\1')"
        if self.kind == "iso" or any("%f" in fmt for fmt in self.formats):
            text = rf"regexp_replace({text}, '([.,]\d{{6}})\d+$', '\1')"
        return text

    def offset(self, sql: str) -> str:
        """Seconds east of Greenwich that stand beside the time: INTEGER, NULL where none stands."""
        if self.clock is not None:
            return f"{sql}_east"
        if self.kind in ("instant", "unix", "unix_ms"):
            return f"CASE WHEN {sql} IS NOT NULL THEN 0 END"
        if self.plain or not self.offsets:
            return "CAST(NULL AS INTEGER)"
        found = f"regexp_extract({tidy(sql)}, '{OFFSET}', 2)"
        digits = f"regexp_replace({found}, '[^0-9]', '', 'g')"
        hours = f"CAST(left({digits}, 2) AS INTEGER)"
        minutes = f"coalesce(try_cast(substr({digits}, 3, 2) AS INTEGER), 0)"
        sign = f"CASE WHEN {found} LIKE '-%' THEN -1 ELSE 1 END"
        return (
            f"CASE WHEN {found} = '' OR {found} IS NULL THEN NULL WHEN {digits} = '' THEN 0 "
            f"ELSE {sign} * ({hours} * 3600 + {minutes} * 60) END"
        )

    @property
    def has_offsets(self) -> bool:
        return self.offsets or self.kind in ("instant", "unix", "unix_ms")

    def utc(self, sql: str, zone: str) -> str:
        """The instant as naive UTC; a wall clock without offset is one of `zone`."""
        wall = self.wall(sql)
        local = to_utc(wall, zone) if self.clock is None else self.clock.utc(wall)
        if self.kind in ("instant", "unix", "unix_ms"):
            return wall
        if self.plain or not self.offsets:
            return local
        offset = self.offset(sql)
        return f"CASE WHEN {offset} IS NULL THEN {local} ELSE {wall} - to_seconds({offset}) END"

    def beside(self, sql: str) -> str:
        """What a reading with a clock finds beside the column: the wall clock and the offset."""
        return f"{self.wall(sql)} AS {sql}_wall, {self.offset(sql)} AS {sql}_east"

    def day(self, sql: str, zone: str) -> str:
        """The calendar date in `zone`."""
        if not self.has_offsets:
            return f"CAST({self.wall(sql)} AS DATE)"
        if self.plain and self.clock is not None:
            return f"CAST({self.clock.shown(self.wall(sql))} AS DATE)"
        return local_day(self.utc(sql, zone), zone)


def plain_format(fmt: str) -> str:
    """A format as DuckDB is given it: offsets are read apart, months stand abbreviated."""
    return fmt.replace(" %z", "").replace("%z", "").replace(" %Z", "").replace("%B", "%b").strip()


def _sane(timestamp: str) -> str:
    """%Y reads '13' as the year 13; such years are no dates of a business, nor are those beyond 9999.

    The last day of all is a mark for never, see `MISSING`, and no moment at which anything happens.
    """
    before, after = "TIMESTAMP '0999-12-31'", "TIMESTAMP '10000-01-01'"
    within = f"nullif(nullif(greatest(least({timestamp}, {after}), {before}), {before}), {after})"
    return f"nullif({within}, TIMESTAMP '9999-12-31')"


def local_day(utc: str, zone: str) -> str:
    """The calendar date in a zone of an instant given as naive UTC."""
    return f"CAST({to_local(utc, zone)} AS DATE)"


def typed_reading(kind: str) -> TimeReading | None:
    """The reading of a column that already is a date or time in DuckDB's type; None for text and numbers."""
    if kind == "DATE":
        return TimeReading("date", date_only=True)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return TimeReading("instant")
    if kind.startswith("TIMESTAMP"):
        return TimeReading("timestamp")
    return None


def declared_reading(
    stage: Stage, formats: tuple[str, ...], words: Mapping[str, str], *, where: str
) -> TimeReading:
    """The reading that a user declared: a named one, or formats to try in order.

    Raises WorkbenchError for a format that DuckDB's strptime does not know.
    """
    if formats[0] in NAMED:
        kind: Kind = formats[0]  # type: ignore[assignment]
        return TimeReading(kind, offsets=kind == "iso")
    for fmt in formats:
        try:
            stage.row(f"SELECT try_strptime('', {literal(plain_format(fmt))})")
            known = "%" in fmt
        except duckdb.Error:
            known = False
        if not known:
            raise WorkbenchError(
                Message("{format!r} is no date format", format=fmt),
                where=where,
                remedy=Message('Write it as in "%d/%m/%Y %H:%M", or one of: {names}', names=NAMED),
            )
    return TimeReading(
        "strptime",
        tuple(sorted(formats, key=lambda fmt: "%Y" in fmt)),
        words,
        offsets=any("%z" in fmt.lower() for fmt in formats),
        date_only=not any(part in fmt for fmt in formats for part in ("%H", "%I", "%T")),
    )
