"""Dates that can be read and cannot be right: years, marks for "never", due dates, day and month exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbench.connect.checks.exchanged import exchange_remedy
from workbench.connect.checks.sums import Checked, row_of
from workbench.connect.times import MISSING
from workbench.errors import Finding, Severity
from workbench.messages import Message
from workbench.places import in_column
from workbench.project import CasesSource, EventsSource
from workbench.sql import ident, literal, text_list
from workbench.template import Template
from workbench.template.model import Ledger

__all__ = ["due_before_start", "implausible_years", "sentinels"]

_BLOCKING_SHARE = 0.05
_SWAPPED_SHARE = 0.9
_FIRST = 5
_NAMED = 3
_NEVER = 9999
# How long after the beginning a debt falls due at the latest, where a guess must be judged.
_LONGEST_TERM = 400
_MARKS = tuple(
    text for text in MISSING if text.strip("0123456789./-:t ") == "" and any("0" <= c <= "9" for c in text)
)


def _planned(template: Template) -> set[str]:
    """Attributes that lie ahead by nature: dates on which something falls due, was promised, or is expected."""
    dates = {ledger.due for ledger in template.ledgers.values()}
    dates |= {derived.date for derived in template.derived.values()}
    dates |= {pair.deadline.attribute for pair in template.pairs.values() if pair.deadline}
    # A date that is put off again and again is a plan.
    dates |= {derived.attribute for derived in template.derived.values() if derived.derive == "value_changed"}
    return {name for name in dates if name}


def _swapped(day: str) -> str:
    """A date with day and month exchanged: NULL where its day is no month."""
    return f"CASE WHEN day({day}) <= 12 THEN make_date(year({day}), day({day}), month({day})) END"


def implausible_years(log: Checked) -> Iterator[Finding]:
    """Dates before the project's first plausible year, or after the day as of which the log is looked at.

    What falls due or was promised may lie ten years ahead. The times of events, and dates that the process itself
    knows, block when they are many; a date of one's own (a birthday) warns, and so do events later than an as-of
    day that was chosen: these are right, and not yet known then.
    """
    period = log.log.project.period
    first = date(period.from_, 1, 1)
    last = date(period.to, 12, 31) if period.to else log.log.as_of
    certain = date(period.to, 12, 31) if period.to else max(last, log.log.known_until)
    yield from _outside(log, log.log.events, "time", "day", first, last, certain, known=True)
    planned = _planned(log.log.template)
    for attribute in log.log.attributes:
        if attribute.type in ("date", "ts"):
            ahead = attribute.name in planned
            limit = date(last.year + 10, last.month, min(last.day, 28)) if ahead else last
            yield from _outside(
                log,
                log.log.level_table(attribute),
                attribute.name,
                f"CAST({ident(attribute.name)} AS DATE)",
                first,
                limit,
                max(limit, certain),
                known=attribute.name in log.log.template.attributes,
            )


def _outside(
    log: Checked, table: str, name: str, day: str, first: date, last: date, certain: date, *, known: bool
) -> Iterator[Finding]:
    early, late, beyond = (
        f"{day} < DATE {literal(str(first))}",
        f"{day} > DATE {literal(str(last))}",
        f"{day} > DATE {literal(str(certain))}",
    )
    plausible = f"{_swapped(day)} BETWEEN DATE {literal(str(first))} AND DATE {literal(str(last))}"
    total, ancient, future, never, swapped = (
        int(count)
        for count in log.stage.row(
            f"SELECT count({day}), count(*) FILTER ({early}), count(*) FILTER ({late}), "
            f"count(*) FILTER ({beyond}), count(*) FILTER ({late} AND {plausible}) FROM {table}"
        )
    )
    # An exchange that would mend a few of them is chance: two in five days can be months.
    exchanged = future >= _NAMED and swapped >= _SWAPPED_SHARE * future
    for rule, test, count, wrong in (
        ("ancient_date", early, ancient, ancient),
        ("future_date", late, future, never),
    ):
        if not count:
            continue
        shown = log.stage.rows(
            f"SELECT DISTINCT {day}, case_id FROM {table} WHERE {test} ORDER BY 1, 2 LIMIT {_FIRST}"
        )
        named = [
            Message("{day} (case {case!r})", day=value, case=str(case)) for value, case in shown[:_NAMED]
        ]
        if rule == "ancient_date":
            message = Message(
                "{count} values of {name!r} lie before {day}: {values}",
                count=count,
                name=name,
                day=first,
                values=named,
            )
        else:
            message = Message(
                "{count} values of {name!r} lie after {day}: {values}",
                count=count,
                name=name,
                day=last,
                values=named,
            )
        remedy = Message("Mend them, or widen the plausible years: [period] from = …, to = …")
        if rule == "future_date" and exchanged:
            remedy = Message(
                "Day and month are exchanged in them: so read, {count} of {total} are plausible. {how}",
                count=swapped,
                total=count,
                how=exchange_remedy(log, name),
            )
        if rule == "future_date" and shown[-1][0].year == _NEVER:
            remedy = Message(
                "The year 9999 is a mark for never or unknown: leave these values empty in the source, or mend them"
            )
        blocks = known and wrong / total >= _BLOCKING_SHARE
        severity: Severity = "block" if blocks else "warn"
        yield Finding(
            rule=rule,
            severity=severity,
            message=message,
            remedy=remedy,
            count=count,
            share=count / total,
            rows=tuple({"case": str(case), "value": str(value)} for value, case in shown),
            data={
                "attribute": name,
                "values": [str(value) for value, _ in shown[:_NAMED]],
                **({"swapped": swapped} if rule == "future_date" and exchanged else {}),
            },
        )


def sentinels(log: Checked) -> Iterator[Finding]:
    """Dates such as 9999-12-31, which stand for "never" or "unknown" and are read as missing."""
    for spec in log.log.project.sources:
        table = log.log.tables.get(spec.name)
        source = next((one for one in log.log.sources if one.name == spec.name), None)
        if table is None or source is None:
            continue
        names = {item.column.name for item in source.fields if item.type in ("date", "ts")}
        if isinstance(spec, EventsSource):
            names.add(spec.time)
        elif isinstance(spec, CasesSource):
            names |= {item.column for columns in spec.events.values() for item in columns}
        for column in table.columns:
            if column.name not in names or not column.is_text:
                continue
            text = column.sql
            test = f"lower(trim({text})) IN {text_list(_MARKS)}"
            count, total = log.stage.row(
                f"SELECT count(*) FILTER ({test}), count({text}) FROM {table.relation}"
            )
            if not count:
                continue
            first = log.stage.rows(
                f"SELECT row, {text} FROM {table.relation} WHERE {test} ORDER BY row LIMIT {_FIRST}"
            )
            yield Finding(
                rule="sentinel_date",
                severity="note",
                message=Message(
                    "{count} of {total} values of {name!r} are {value!r}: a mark for never or unknown, no date; "
                    "they count as missing",
                    count=int(count),
                    total=int(total),
                    name=column.name,
                    value=str(first[0][1]),
                ),
                remedy=Message("Nothing, if that is what the system means by it"),
                count=int(count),
                share=int(count) / int(total),
                where=in_column(table.where, column.name),
                rows=tuple({**row_of(table, row), "value": str(value)} for row, value in first),
            )


def due_before_start(log: Checked) -> Iterator[Finding]:
    """Due dates before the date on which the debt begins: of the document, else of its event."""
    carried = {attribute.name for attribute in log.log.attributes if attribute.level == "case"}
    for ledger in log.log.template.ledgers.values():
        if ledger.due and ledger.due in carried:
            yield from _due_before(log, ledger, ident(ledger.due), carried)


def _due_before(log: Checked, ledger: Ledger, due: str, carried: set[str]) -> Iterator[Finding]:
    opens = ledger.plus[0]
    if opens.dated in carried:
        begins, table = ident(str(opens.dated)), log.log.cases
    else:
        begins = "began"
        of = log.log.template.expand((opens.of,))
        began = f"SELECT case_id, min(day) AS began FROM {log.log.events} WHERE activity IN {text_list(of)} "
        began += "GROUP BY case_id"
        if len(of) == 1 and of[0] in log.path:
            began = f"SELECT case_id, p{log.path.index(of[0])} AS began FROM {log.by_case}"
        table = f"{log.log.cases} JOIN ({began}) USING (case_id)"
    wrong = f"{due} < {begins}"
    fits = f"BETWEEN 0 AND {_LONGEST_TERM}"
    count, total, due_swapped, start_swapped = (
        int(found)
        for found in log.stage.row(
            f"SELECT count(*) FILTER ({wrong}), count({due}), "
            f"count(*) FILTER ({wrong} AND {_swapped(due)} - {begins} {fits}), "
            f"count(*) FILTER ({wrong} AND {due} - {_swapped(begins)} {fits}) "
            f"FROM {table} WHERE {begins} IS NOT NULL"
        )
    )
    if not count:
        return
    first = log.stage.rows(
        f"SELECT case_id, {due}, {begins} FROM {table} WHERE {wrong} ORDER BY 1 LIMIT {_FIRST}"
    )
    case, due_day, start = first[0]
    start_name = opens.dated or opens.of
    mended, column = max((due_swapped, str(ledger.due)), (start_swapped, start_name), key=lambda one: one[0])
    remedy = Message("See whether day and month are swapped in one column, or two columns exchanged")
    data: dict[str, object] = {}
    if mended >= _SWAPPED_SHARE * count:
        remedy = Message(
            "Day and month are exchanged in {column!r}: so read, {count} of {total} are plausible. {how}",
            column=column,
            count=mended,
            total=count,
            how=exchange_remedy(log, column),
        )
        data = {"swapped": mended, "swapped_column": column}
    yield Finding(
        rule="due_before_invoice",
        severity="block" if count / total >= _BLOCKING_SHARE else "warn",
        message=Message(
            "{count} of {total} cases fall due before they begin, first case {case!r}: due {due}, begun {start}",
            count=count,
            total=total,
            case=str(case),
            due=due_day,
            start=start,
        ),
        remedy=remedy,
        count=count,
        share=count / total,
        where=f"{ledger.due}, {start_name}",
        rows=tuple({"case": str(case), "value": str(due_day)} for case, due_day, _ in first),
        data=data,
    )
