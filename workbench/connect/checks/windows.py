"""The window of time that the data covers: days that are missing in it, and cases that its two ends cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from workbench.connect.checks.sums import ENOUGH, Checked, first_cases
from workbench.connect.clock import to_local
from workbench.errors import Finding
from workbench.messages import Message

__all__ = ["begun_before", "gaps", "open_at_end"]

_NEAR = 8
_LEAST = 4
_USUAL = 5
_NEARLY_ALWAYS = 0.9
_SHORTEST = 3
_SHOWN = 3
_MANY_CUT = 0.2
_OPEN_TAIL = timedelta(days=30)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


# ---------------------------------------------------------------------- missing days
def gaps(log: Checked) -> Iterator[Finding]:
    """Days without any event where usually much happens: a file or a month that was not delivered.

    A day is missed when the same weekday has events in nearly all of the eight weeks before and after, five or more
    at the median; three such days in a row are told, since single ones are holidays. Then the same for each activity.
    """
    holidays = set(log.log.project.calendar.days_off)
    whole = _gaps(log.days, holidays)
    if whole:
        yield _gap(whole, None)
    covered = {day for first, last in whole for day in _range(first, last)}
    rows = log.stage.rows(f"SELECT activity, day, n FROM {log.by_day} ORDER BY activity, day")
    by_activity: dict[str, dict[date, int]] = {}
    for activity, day, n in rows:
        by_activity.setdefault(str(activity), {})[day] = int(n)
    for activity, _ in log.by_activity:
        found = [
            (first, last)
            for first, last in _gaps(by_activity[activity], holidays)
            if not all(day in covered for day in _range(first, last)) and last - first >= _WEEK
        ]
        if found:
            yield _gap(found, Message("{name!r}", name=log.log.template.label(activity)), activity)


def _gap(found: Sequence[tuple[date, date]], name: Message | None, activity: str | None = None) -> Finding:
    spans = [Message("{first} to {last}", first=first, last=last) for first, last in found[:_SHOWN]]
    if name is None:
        message = Message("Nothing at all happens in {spans}, where usually much does", spans=spans)
    else:
        message = Message(
            "There is no {activity} in {spans}, where usually many are", activity=name, spans=spans
        )
    return Finding(
        rule="calendar_gap",
        severity="warn",
        message=message,
        remedy=Message(
            "See whether a file or a month is missing; days off work are declared as [calendar] country and holidays"
        ),
        count=sum((last - first).days + 1 for first, last in found),
        data={
            "activity": activity,
            "gaps": [{"from": str(first), "to": str(last)} for first, last in found],
        },
    )


def _gaps(days: Mapping[date, int], holidays: set[date]) -> list[tuple[date, date]]:
    """The spans of missed days, holidays and days that are usually quiet in between included."""
    if len(days) < ENOUGH:
        return []
    present = sorted(days)
    spans = []
    for before, after in pairwise(present):
        if (after - before).days <= _SHORTEST:
            continue
        empty = list(_range(before + _DAY, after - _DAY))
        missed = [day for day in empty if day not in holidays and _usual(days, day, before, after)]
        if len(missed) >= _SHORTEST:
            spans.append((missed[0], missed[-1]))
    return spans


def _usual(days: Mapping[date, int], day: date, before: date, after: date) -> bool:
    """Whether the same weekday is usually busy, on both sides of the gap."""
    first, last = min(days), max(days)
    for edge, step in ((before, -_WEEK), (after, _WEEK)):
        weeks = abs((edge - day).days) // 7 + 1
        near = [day + step * (weeks + k) for k in range(_NEAR)]
        counts = [days.get(one, 0) for one in near if first <= one <= last]
        if len(counts) < _LEAST or median(counts) < _USUAL:
            return False
        if sum(n > 0 for n in counts) < _NEARLY_ALWAYS * len(counts):
            return False
    return True


def _range(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


# ---------------------------------------------------------------------- cut cases
def begun_before(log: Checked) -> Iterator[Finding]:
    """Cases that go on or end and that nothing opened: they began before the data does.

    Their ages and durations have no beginning. What comes before the opening in the ideal path (a credit check, a
    lead) needs none yet. A log without any opening event is told of by another check.
    """
    template = log.log.template
    seen = {name for name, _ in log.by_activity}
    starts = {one.id for one in template.activities.values() if one.kind == "start"}
    if not starts & seen:
        return
    ideal = template.path.ideal
    opening = max((ideal.index(name) for name in starts if name in ideal), default=len(ideal))
    later = [f"p{n} IS NOT NULL" for n, name in enumerate(log.path) if ideal.index(name) > opening]
    cut = f"NOT opened AND ({' OR '.join(['ended', *later])})"
    count, total = log.stage.row(f"SELECT count(*) FILTER ({cut}), count(*) FROM {log.by_case}")
    if not count or total < ENOUGH:
        return
    named = [template.activities[name].name for name in sorted(starts & seen)]
    yield Finding(
        rule="begun_before",
        severity="warn" if count / total >= _MANY_CUT else "note",
        message=Message(
            "{count} of {total} cases go on or end and have nothing that opens them ({activities}): they began before "
            "the data does, or their beginning is missing",
            count=int(count),
            total=int(total),
            activities=named,
        ),
        remedy=Message(
            "Export from an earlier day on, or leave these cases out of durations that count from the beginning"
        ),
        count=int(count),
        share=count / total,
        rows=first_cases(
            log.stage, f"SELECT case_id, {to_local('first', log.log.zone)} FROM {log.by_case} WHERE {cut}"
        ),
    )


def open_at_end(log: Checked) -> Iterator[Finding]:
    """Cases that no event ends: still running when the data was taken, or ended where the export does not say."""
    ends = [one for one in log.log.template.activities.values() if one.kind.startswith("end")]
    seen = {name for name, _ in log.by_activity}
    if not ends or not log.days:
        return
    cut = "NOT coalesce(ended, false)"
    last = max(log.days)
    late = f"last >= TIMESTAMP '{last - _OPEN_TAIL}'"
    count, recent, total = log.stage.row(
        f"SELECT count(*) FILTER ({cut}), count(*) FILTER ({cut} AND {late}), count(*) FROM {log.by_case}"
    )
    if not count or total < ENOUGH:
        return
    remedy = Message("Nothing: they count as open, and durations to the end take that into account")
    if not any(one.id in seen for one in ends):
        remedy = Message(
            "No event of the log ends a case: if the system records the end, map it; what is paid in full counts as "
            "ended all the same"
        )
    yield Finding(
        rule="open_at_end",
        severity="note",
        message=Message(
            "{count} of {total} cases have no event that ends them; {recent} of these had one in the last {days} days "
            "of the data",
            count=int(count),
            total=int(total),
            recent=int(recent),
            days=_OPEN_TAIL.days,
        ),
        remedy=remedy,
        count=int(count),
        share=count / total,
        rows=first_cases(
            log.stage, f"SELECT case_id, {to_local('last', log.log.zone)} FROM {log.by_case} WHERE {cut}"
        ),
        data={"recent": int(recent)},
    )
