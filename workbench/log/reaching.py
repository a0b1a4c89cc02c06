"""Tests that look beyond the row and its case: at the whole log, filtered or not, and at tables beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.beside import begins_of, known_at, local_day
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Point, Sheet, sheet_of
from workbench.template import words
from workbench.template.base import Declared

__all__ = ["Reaching", "beyond", "repeated"]

Reaching = words.FirstOfTest | words.SinceStartTest | words.CoveredTest | words.EarlierTest | words.LatestTest
Answering = Callable[[Sheet, Iterable[Declared]], Any]

_EVENT = ["case_key", "src_order"]
# In microseconds.
_DAY = 86_400_000_000


def beyond(test: Reaching, sheet: Sheet, answers: Answering) -> Any:
    """The answer to such a test for every row; `answers` answers the tests inside it."""
    if isinstance(test, words.FirstOfTest):
        return _first_of(test, sheet)
    if isinstance(test, words.SinceStartTest):
        return _since_start(test, sheet)
    if isinstance(test, words.CoveredTest):
        return _covered(test, sheet)
    if isinstance(test, words.LatestTest):
        return _latest(test, sheet)
    return _earlier(test, sheet, answers)


def _own_moment(sheet: Sheet) -> Point:
    """When the row itself happened: the event, the opening of a pair, the beginning of a case or a table's row."""
    return sheet.point({"events": "time", "pair": "opened"}.get(sheet.noun, "started"))


def _first_of(test: words.FirstOfTest, sheet: Sheet) -> Any:
    """Whether an event is the first of its kind with its value of a case attribute; null without a value."""
    whole = sheet.log.recorded.unnarrowed
    if test.first_of not in whole.cases.columns:
        return ibis.null("boolean")
    name, of = sheet.name("first"), sheet.name("first_of")
    codes = list(sheet.log.codes(sheet.label))
    valued = whole.cases.select("case_key", **{of: whole.cases[test.first_of]})
    valued = valued.filter(valued[of].notnull())
    events = whole.events.filter(whole.events["activity"].isin(codes)).select("case_key", "src_order", "time")
    found = events.join(valued, "case_key")
    begun = found.group_by(of).aggregate(began=found["time"].min())
    # Few share the very moment: only those are put in order.
    tied = found.join(begun, [of, found["time"] == begun["began"]])
    order = ibis.window(group_by=tied[of], order_by=[tied["case_key"], tied["src_order"]])
    tied = tied.mutate(**{name: ibis.row_number().over(order) == 0})
    sheet.attach(tied.select("case_key", "src_order", name).filter(lambda rows: rows[name]), _EVENT)
    sheet.attach(valued, ["case_key"])
    rows = sheet.table
    return ibis.ifelse(rows[of].isnull(), ibis.null("boolean"), rows[name].fill_null(False))


def repeated(sheet: Sheet) -> Any:
    """Whether an event repeats an activity of its case that is not marked iterative."""
    template = sheet.log.template
    iterative = [declared.id for declared in template.activities.values() if declared.iterative]
    codes = list(sheet.log.meta.codes(iterative))
    rows = sheet.table
    again = (rows["occurrence"] > 1).fill_null(False)
    return again & ~rows["activity"].isin(codes) if codes else again


def _since_start(test: words.SinceStartTest, sheet: Sheet) -> Any:
    """Whether the row came at least so many days after the log began."""
    events = sheet.log.recorded.unnarrowed.events
    name = sheet.name("log_began")
    day = sheet.add("own_day", _own_moment(sheet).day).get_name()
    _beside_all(sheet, events.aggregate(**{name: events["day"].min()}))
    days = int(sheet.log.policy(test.since_start))
    return sheet.table[day] >= sheet.table[name] + ibis.interval(days=days)


def _covered(test: words.CoveredTest, sheet: Sheet) -> Any:
    """Whether the row came at or after the first of what is named."""
    log = sheet.log
    whole, template = log.recorded.unnarrowed, log.template
    names = tuple(name for name in test.covered_by if name not in template.tables)
    events = whole.events.filter(whole.events["activity"].isin(list(log.codes(names))))
    begun = [events.aggregate(at=events["time"].min(), on=events["day"].min())]
    for name in test.covered_by:
        table = whole.tables.get(name)
        begins = None if table is None else begins_of(name, table, template)
        if table is not None and begins is not None:
            timed = table[begins].type().is_timestamp()
            at = table[begins].min() if timed else ibis.null("timestamp(6)")
            begun.append(table.aggregate(at=at, on=table[local_day(begins) if timed else begins].min()))
    every = ibis.union(*begun) if len(begun) > 1 else begun[0]
    at, on = sheet.name("covered_at"), sheet.name("covered_on")
    own = _own_moment(sheet)
    day = sheet.add("own_day", own.day).get_name()
    time = sheet.add("own_time", own.time if own.time is not None else ibis.null("timestamp(6)")).get_name()
    _beside_all(sheet, every.aggregate(**{at: every["at"].min(), on: every["on"].min()}))
    rows = sheet.table
    same_day = ibis.ifelse(rows[time].isnull() | rows[at].isnull(), True, rows[time] >= rows[at])
    return ((rows[day] > rows[on]) | ((rows[day] == rows[on]) & same_day)).fill_null(False)


def _earlier(test: words.EarlierTest, sheet: Sheet, answers: Answering) -> Any:
    """Whether something that passes came before the row, of its case's own partner; null without a partner."""
    log = sheet.log
    partner = str(log.template.case.partner)
    if partner not in log.cases.columns:
        return ibis.null("boolean")
    parts = [*_rows_of_tables(test, log, partner, answers), *_events_of(test, log, partner)]
    if not parts:  # where nobody keeps such records, nothing stands in them
        return ibis.literal(False)
    known = ibis.union(*parts) if len(parts) > 1 else parts[0]
    who, at, day = sheet.name("partner"), sheet.name("own_time"), sheet.name("own_day")
    sheet.attach(log.cases.select("case_key", **{who: log.cases[partner]}), ["case_key"])
    own = _own_moment(sheet)
    time = ibis.null("timestamp(6)") if own.time is None else own.time
    sheet.table = sheet.table.mutate(**{at: time, day: own.day})
    judge = _ever_before if test.take == "any" else _last_before
    before = judge(sheet, known, (who, at, day))
    return ibis.ifelse(sheet.table[who].isnull(), ibis.null("boolean"), before)


def _ever_before(sheet: Sheet, known: ir.Table, names: tuple[str, str, str]) -> Any:
    """Whether the first that passes of each partner came before the row; `names`: its partner, moment and day."""
    who, at, day = names
    passing = known.filter(known["passes"])
    first_at, first_on, first_dated = (sheet.name(stem) for stem in ("first_at", "first_on", "first_dated"))
    firsts = passing.group_by(**{who: passing["known_of"]}).aggregate(
        **{
            first_at: passing["known_at"].min(),
            first_on: passing["known_on"].min(),
            first_dated: passing["known_on"].min(where=passing["known_at"].isnull()),
        }
    )
    sheet.attach(firsts, [who])
    rows = sheet.table
    by_day = (rows[first_on] <= rows[day]).fill_null(False)
    by_time = (rows[first_at] < rows[at]).fill_null(False) | (rows[first_dated] <= rows[day]).fill_null(False)
    return ibis.ifelse(rows[at].isnull(), by_day, by_time)


def _last_before(sheet: Sheet, known: ir.Table, names: tuple[str, str, str]) -> Any:
    """Whether the last of each partner before the row passes, or one of several of that moment.

    What is known and the rows stand in one order per partner, and a row looks back at the last that is known. What
    has only a day is known from the day's first moment on; a row that has only a day comes after its last.
    """
    who, at, day = names
    place, stands = sheet.name("place"), sheet.name("stands")
    rows = sheet.table
    sheet.table = rows.mutate(**{place: _in_line(rows[day], rows[at], otherwise=4 * _DAY - 1)})
    asking = sheet.table.select(of=who, place=place).filter(lambda rows: rows["of"].notnull()).distinct()
    asking = asking.mutate(asks=True, stands=ibis.null("int64"))
    known = known.select(
        of="known_of", place=_in_line(known["known_on"], known["known_at"], otherwise=0), passes="passes"
    )
    # The last is the greatest number, of several of a moment one that passes.
    told = 2 * known["place"] + known["passes"].ifelse(1, 0)
    known = known.select("of", "place", asks=False, stands=told.cast("int64"))
    both = ibis.union(known, asking)
    # At the very moment of a row nothing is earlier than it.
    look_back = ibis.cumulative_window(group_by=both["of"], order_by=[both["place"], both["asks"].desc()])
    seen = both.mutate(last=both["stands"].max().over(look_back)).filter(both["asks"])
    sheet.attach(seen.select(**{who: "of", place: "place", stands: "last"}), [who, place])
    return (sheet.table[stands] % 2 == 1).fill_null(False)


def _in_line(day: ir.Value, time: ir.Value, *, otherwise: int) -> ir.Value:
    """A whole number that grows with the local day and the instant in it, a microsecond each, four days to a day.

    An instant lies less than two days from the midnight of UTC that its day is called by, in whatever zone; one that
    has only the day lies where `otherwise` says.
    """
    days = day.delta(ibis.literal(date(1970, 1, 1)), unit="day").cast("int64")
    within = time.delta(day.cast("timestamp(6)"), unit="microsecond") + 2 * _DAY
    place: ir.Value = days * (4 * _DAY) + within.cast("int64").fill_null(otherwise)
    return place


def _rows_of_tables(
    test: words.EarlierTest, log: PreparedLog, partner: str, answers: Answering
) -> list[ir.Table]:
    """The dated rows of the tables that are named: of whom, when, and whether they pass."""
    # A filter of cases must not hide what is known of a customer.
    tables = known_at(log.recorded.unnarrowed.tables, log.template, log.as_of)
    found = []
    for name in test.earlier:
        rows = sheet_of(replace(log, tables=tables), (name,), test) if name in tables else None
        if rows is None or partner not in rows.table.columns or test.dated is None:
            continue
        passes = answers(rows, test.where).value
        moment = rows.point(test.dated)
        time = ibis.null("timestamp(6)") if moment.time is None else moment.time
        dated = rows.table.select(
            known_of=rows.table[partner], known_at=time, known_on=moment.day, passes=passes.fill_null(False)
        )
        found.append(dated.filter(dated["known_on"].notnull()))
    return found


def _events_of(test: words.EarlierTest, log: PreparedLog, partner: str) -> list[ir.Table]:
    """The events of all cases that are named: of whom, when, and whether they pass."""
    names = tuple(name for name in test.earlier if name not in log.template.tables)
    codes = list(log.codes(names))
    if not codes:
        return []
    whole = log.recorded.unnarrowed
    known = (whole.events["day"] <= ibis.literal(log.as_of)) & whole.events["activity"].isin(codes)
    events = whole.events.filter(known).select("case_key", "activity", "time", "day")
    rows = events.join(whole.cases.select("case_key", known_of=whole.cases[partner]), "case_key")
    passing = list(log.codes(test.by)) if test.by else codes
    return [
        rows.select(
            "known_of",
            known_at=rows["time"],
            known_on=rows["day"],
            passes=rows["activity"].isin(passing),
        )
    ]


def _latest(test: words.LatestTest, sheet: Sheet) -> Any:
    """Whether a table's row has the latest day of a column that is not after as-of."""
    day = sheet.point(test.latest).day
    name, last = sheet.add("of_day", day).get_name(), sheet.name("last_day")
    known = sheet.table.filter(sheet.table[name] <= ibis.literal(sheet.log.as_of))
    _beside_all(sheet, known.aggregate(**{last: known[name].max()}))
    return (sheet.table[name] == sheet.table[last]).fill_null(False)


def _beside_all(sheet: Sheet, single: ir.Table) -> None:
    """Put the one row of a table beside every row of the sheet."""
    joined = sheet.table.cross_join(single)
    joined = joined.select(*joined.columns)
    sheet.table = joined.select(*joined.columns)
