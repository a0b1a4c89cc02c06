"""A date in one column, its time of day in another: the two are one time.

ERP lists write so (`Date` and `Time`, CPUDT and CPUTM, "Heure"). Taken for a date alone, every event of a day happens
at midnight, and their order within the day is lost. A pair is known by its names and its values; what is not certain
is asked. The time of day is brought into one form, so that the column of the date is read as any column of times is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.times import is_missing, tidy
from workbench.errors import Finding, WorkbenchError
from workbench.escape import toml_text
from workbench.messages import Message
from workbench.places import in_column
from workbench.sql import literal, value_list

__all__ = ["RULE", "clock_pairs", "clocked_formats", "is_day_name", "unused_clocks", "with_time_of_day"]

RULE = "time_of_day"
"""Of the findings on times of day in a column of their own."""

_LOOKED_AT = 2000
_MOSTLY = 0.95
_SURE, _ONLY, _NEAR = 0.97, 0.93, 0.6
_DATE = r"(?:dates?|datum|dat|dt|fecha|jour|day|on|am|le|el|日期|日)"
_CLOCK = r"(?:times?|uhrzeit|zeit|zet|tims?|tm|heures?|hora|hour|at|um|a|à|时间|時間|时刻)"
_SPAN = re.compile(r"duration|dauer|dur[ée]e|duraci|elapsed|hours|时长|minutes")
# Days on which systems write a mere time of day.
_NO_DAY = r"^(?:1899-12-3[01]|1900-01-0[01]|1970-01-01|0001-01-01)[T ]"
_MIDNIGHT = r"[T ]0?0:00(?::00(?:[.,]0+)?)?$"
_FORMS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M:%S %p", "%I:%M %p")
_WRITTEN = r"^\d{1,2}(?::\d{2}(?::\d{2})?| ?[hH]| ?[时時点]|\.\d{2}\.\d{2})"


def with_time_of_day(stage: Stage, table: SourceTable, pairs: Mapping[str, str]) -> SourceTable:
    """The table with each column of dates, by name, holding the time of day of another column as well.

    Raises WorkbenchError where there is no such column.
    """
    if not pairs:
        return table
    replaced, columns, findings = [], {}, list(table.findings)
    for date_name, clock_name in pairs.items():
        date, clock = (table.column(name, key="time_of_day") for name in (date_name, clock_name))
        if date == clock:
            raise WorkbenchError(
                Message("A column cannot be the time of day of itself: {column!r}", column=date.name),
                where=table.where,
                remedy=Message("Name the column of the date, then that of the time: {line}", line=_EXAMPLE),
            )
        day, time = _day(date), f"CAST({clock.sql} AS VARCHAR)"
        width, dates, without = stage.row(
            f"SELECT max(length(trim({time}))) FILTER (regexp_full_match(trim({time}), '\\d+')), count(*), "
            f"count(*) FILTER ({is_missing(time)}) FROM {table.relation} WHERE NOT {is_missing(day)}"
        )
        both = f"{day} || ' ' || {_time(time, int(width or 0))}"
        replaced.append(
            f"CASE WHEN {is_missing(day)} OR {is_missing(time)} THEN {day} ELSE {both} END AS {date.sql}"
        )
        columns[date.name] = replace(date, type="VARCHAR")
        findings.append(_told(table, date, clock, int(dates), int(without)))
    return replace(
        table,
        relation=f"(SELECT * REPLACE ({', '.join(replaced)}) FROM {table.relation})",
        columns=tuple(columns.get(column.name, column) for column in table.columns),
        lines=None,
        findings=tuple(findings),
    )


_EXAMPLE = 'time_of_day = { "Date" = "Time" }'


def _day(column: SourceColumn) -> str:
    """A date as text, without the midnight that systems write behind it."""
    return f"regexp_replace(trim(CAST({column.sql} AS VARCHAR)), {literal(_MIDNIGHT)}, '')"


def _time(sql: str, width: int) -> str:
    """A time of day as 08:05:00; what is none stays as it is, so that it is told as no date.

    `width` is that of the longest that is digits only: 0805, or 080500, whose leading zero spreadsheets lose.
    """
    text = tidy(f"regexp_replace({sql}, {literal(_NO_DAY)}, '')")
    digits = 4 if width <= 4 else 6
    parts = r"\1:\2" if digits == 4 else r"\1:\2:\3"
    cut = r"^(\d{2})(\d{2})$" if digits == 4 else r"^(\d{2})(\d{2})(\d{2})$"
    padded = f"regexp_replace(lpad({text}, {digits}, '0'), {literal(cut)}, {literal(parts)})"
    text = f"CASE WHEN regexp_full_match({text}, '\\d{{1,{digits}}}') THEN {padded} ELSE {text} END"
    for pattern, meant in (
        (r"^(\d{1,2}) ?[hH时時点] ?$", r"\1:00"),
        (r"^(\d{1,2}) ?[hH时時点] ?(\d{1,2}) ?(?:分|min|mn|m)?$", r"\1:\2"),
        (r"^(\d{1,2}) ?[时時点] ?(\d{1,2}) ?分 ?(\d{1,2}) ?秒$", r"\1:\2:\3"),
        (r"^(\d{1,2})\.(\d{2})\.(\d{2})$", r"\1:\2:\3"),
        (r"^上午 ?(.*)$", r"\1 AM"),
        (r"^下午 ?(.*)$", r"\1 PM"),
        (r"(?i) ?([ap])[. ]*m[.]?$", r" \1M"),
        (r"([.,]\d{6})\d+$", r"\1"),
    ):
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(meant)})"
    read = f"CAST(CAST(try_strptime({text}, {value_list(_FORMS)}) AS TIME) AS VARCHAR)"
    return f"coalesce({read}, {text})"


def clocked_formats(
    formats: Mapping[str, tuple[str, ...]], pairs: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The declared formats of a source: one of a mere date holds for it with its time of day, too."""
    given = dict(formats)
    for name in pairs:
        for fmt in formats.get(name, ()):
            if "%" in fmt and not any(part in fmt for part in ("%H", "%I", "%T")):
                given[name] = (*given[name], f"{fmt} %H:%M:%S", f"{fmt} %H:%M:%S.%f")
    return given


# ---------------------------------------------------------------------- which columns are pairs
def clock_pairs(
    stage: Stage, table: SourceTable, dates: Sequence[str], *, but: Collection[str] = ()
) -> list[Choice]:
    """Which columns may be the time of day of which `dates`, how surely and why; `but` have another meaning."""
    able = [column for column in table.columns if column.name not in but and column.is_text]
    named = [column for column in able if _stem(column.name, _CLOCK) is not None]
    clocks = _clocks(stage, table, able, {column.name for column in named})
    days = [name for name in dates if name not in clocks]
    days = _without_hours(stage, table, days) if clocks else []
    found: dict[str, Choice] = {}
    for clock in clocks:
        choice = _pair(clock, days, clocks, [column.name for column in table.columns])
        if choice is not None and (choice.name not in found or found[choice.name].score < choice.score):
            found[choice.name] = choice
    return list(found.values())


def _clocks(
    stage: Stage, table: SourceTable, able: Sequence[SourceColumn], named: Collection[str]
) -> list[str]:
    """The columns whose values are times of day: plain digits only where the name says so."""
    if not able:
        return []
    texts = [f"CAST({column.sql} AS VARCHAR)" for column in able]
    first = f"(SELECT {', '.join(column.sql for column in able)} FROM {table.relation} LIMIT {_LOOKED_AT})"
    asked = []
    for column, text in zip(able, texts, strict=True):
        present = f"NOT {is_missing(text)}"
        bare_text = f"trim(regexp_replace({text}, {literal(_NO_DAY)}, ''))"
        written = f"regexp_matches({bare_text}, {literal(_WRITTEN)})"
        if column.name in named:
            written = f"({written} OR regexp_full_match({bare_text}, '\\d{{3,6}}'))"
        asked += [f"count(*) FILTER ({present})", f"count(*) FILTER ({present} AND {written})"]
    counts = stage.row(f"SELECT {', '.join(asked)} FROM {first}")
    likely = [
        column
        for column, present, written in zip(able, counts[::2], counts[1::2], strict=True)
        if present and written >= _MOSTLY * present
    ]
    return [column.name for column in likely if _is_clock(stage, table, column)]


def _is_clock(stage: Stage, table: SourceTable, column: SourceColumn) -> bool:
    """Whether nearly all values can be read as times of day."""
    text = f"CAST({column.sql} AS VARCHAR)"
    first = f"(SELECT {text} AS v FROM {table.relation} WHERE NOT {is_missing(text)} LIMIT {_LOOKED_AT})"
    (width,) = stage.row(
        f"SELECT max(length(trim(v))) FILTER (regexp_full_match(trim(v), '\\d+')) FROM {first}"
    )
    time = _time("v", int(width or 0))
    read = f"regexp_matches({time}, '^[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}') AND try_cast({time} AS TIME) IS NOT NULL"
    present, good = stage.row(f"SELECT count(*), count(*) FILTER ({read}) FROM {first}")
    return bool(present) and good >= _MOSTLY * present


def _without_hours(stage: Stage, table: SourceTable, names: Sequence[str]) -> list[str]:
    """The dates that have no time of day of their own but midnight, and can have one."""
    if not names:
        return []
    columns = [table.column(name) for name in names]
    first = f"(SELECT {', '.join(column.sql for column in columns)} FROM {table.relation} LIMIT {_LOOKED_AT})"
    # A serial number of a spreadsheet cannot have a time of day written behind it.
    timed = ", ".join(
        f"bool_or(contains({day}, ':') OR regexp_full_match({day}, '[0-9]{{1,7}}([.,][0-9]+)?'))"
        for day in map(_day, columns)
    )
    return [
        name for name, has in zip(names, stage.row(f"SELECT {timed} FROM {first}"), strict=True) if not has
    ]


def _pair(clock: str, days: Sequence[str], clocks: Sequence[str], names: Sequence[str]) -> Choice | None:
    """The date that a time of day belongs to."""
    own = _stem(clock, _CLOCK)
    if own is not None:
        for day in days:
            if _stem(day, _DATE) == own:
                return _choice(day, clock, _SURE, Message("they are named as the two parts of one time"))
    if _SPAN.search(clock.casefold()) or not days:
        return None
    if own is not None and len(days) == len(clocks) == 1:
        return _choice(days[0], clock, _ONLY, Message("it is the only time of day, and that the only date"))
    place = names.index(clock)
    before = [day for day in days if names.index(day) < place]
    near = before[-1] if before else days[0]
    if own is None and abs(names.index(near) - place) > 1:
        return None
    return _choice(near, clock, _NEAR, Message("it holds times of day, and the date nearest to it has none"))


def _choice(day: str, clock: str, score: float, reason: Message) -> Choice:
    return Choice("clock", day, clock, score, reason)


def _stem(name: str, word: str) -> str | None:
    """What a name says beside a word that stands by itself in it, or in which it ends as the fields of SAP do (CPUDT,
    ERZET); None where it has no such word."""
    text = re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).casefold().strip()
    words = text.split()
    rest = [one for one in words if not re.fullmatch(word, one) and one not in _SMALL]
    if len(rest) < len([one for one in words if one not in _SMALL]):
        return " ".join(rest)
    ends = r"(?:dat|dt|date|日期)" if word == _DATE else r"(?:tm|zet|time|tim|zeit|时间|時間)"
    found = re.fullmatch(rf"(.+?){ends}", text)
    return found[1] if found else None


_SMALL = frozenset(["of", "the", "de", "du", "der", "des", "del", "la"])


def is_day_name(name: str) -> bool:
    """Whether a column is named as a date."""
    return _stem(name, _DATE) is not None


# ---------------------------------------------------------------------- what is told
def _told(table: SourceTable, date: SourceColumn, clock: SourceColumn, dates: int, without: int) -> Finding:
    if without:
        message = Message(
            "The time of day of {date!r} is read from {clock!r}; {count} of {total} dates have none there, and are "
            "midnight",
            date=date.name,
            clock=clock.name,
            count=without,
            total=dates,
        )
    else:
        message = Message(
            "The time of day of {date!r} is read from {clock!r}", date=date.name, clock=clock.name
        )
    return Finding(
        rule=RULE,
        severity="note",
        message=message,
        count=without,
        share=without / dates if dates else None,
        where=in_column(table.where, date.name),
        data={"date": date.name, "time": clock.name},
    )


def unused_clocks(stage: Stage, table: SourceTable, source: str, dates: Sequence[str]) -> list[Finding]:
    """Columns of times of day beside the `dates` that a source reads, none of which the project says anything of."""
    found = []
    for pair in clock_pairs(stage, table, dates, but=dates):
        line = f"time_of_day = {{ {toml_text(pair.name)} = {toml_text(pair.column)} }}"
        found.append(
            Finding(
                rule=RULE,
                severity="warn",
                message=Message(
                    "{date!r} has no time of day, and {clock!r} holds times of day: {reason}",
                    date=pair.name,
                    clock=pair.column,
                    reason=pair.reason,
                ),
                remedy=Message(
                    "Say in the source {source!r} that the two are one time: {line}; or that they are not: {no}",
                    source=source,
                    line=line,
                    no="time_of_day = {}",
                ),
                where=in_column(table.where, pair.column),
                data={"date": pair.name, "time": pair.column},
            )
        )
    return found
