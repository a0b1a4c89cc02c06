"""Dates and amounts that can be read and cannot be right: years, due dates, currencies, decimal points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbench.connect.fields import Field
from workbench.connect.logtables import LogTables
from workbench.connect.mainsource import TypedSource
from workbench.connect.stage import Stage
from workbench.errors import Finding, did_you_mean
from workbench.messages import Message
from workbench.places import in_column
from workbench.sql import ident, literal, text_list
from workbench.template import Template

__all__ = ["currencies", "due_before_start", "implausible_years", "lost_decimals"]

_SHOWN = 5
_BLOCKING_SHARE = 0.05


def _planned(template: Template) -> set[str]:
    """Attributes that lie ahead by nature: dates on which something falls due."""
    dates = {ledger.due for ledger in template.ledgers.values()}
    dates |= {derived.date for derived in template.derived.values()}
    dates |= {pair.deadline.attribute for pair in template.pairs.values() if pair.deadline}
    return {name for name in dates if name}


def implausible_years(stage: Stage, log: LogTables) -> list[Finding]:
    """Dates before the project's first plausible year, or after the day up to which the data can reach."""
    first = date(log.project.period.from_, 1, 1)
    last = date(log.project.period.to, 12, 31) if log.project.period.to else (log.last_update or log.today)
    planned = _planned(log.template)
    findings = _outside(stage, log.events, "time", "day", first, last)
    for attribute in log.attributes:
        if attribute.type in ("date", "ts"):
            table = log.cases if attribute.level == "case" else log.events
            ahead = attribute.name in planned
            limit = date(last.year + 10, last.month, min(last.day, 28)) if ahead else last
            day = f"CAST({ident(attribute.name)} AS DATE)"
            findings += _outside(stage, table, attribute.name, day, first, limit)
    return findings


def _outside(stage: Stage, table: str, name: str, day: str, first: date, last: date) -> list[Finding]:
    early, late = f"{day} < DATE {literal(str(first))}", f"{day} > DATE {literal(str(last))}"
    total, ancient, future = stage.row(
        f"SELECT count({day}), count(*) FILTER ({early}), count(*) FILTER ({late}) FROM {table}"
    )
    findings = []
    for rule, test, count in (("ancient_date", early, ancient), ("future_date", late, future)):
        if not count:
            continue
        shown = stage.rows(f"SELECT {day}, case_id FROM {table} WHERE {test} ORDER BY 1, 2 LIMIT 3")
        named = [Message("{day} (case {case!r})", day=value, case=str(case)) for value, case in shown]
        if rule == "ancient_date":
            message = Message(
                "{count} values of {name!r} lie before {day}: {values}",
                count=int(count),
                name=name,
                day=first,
                values=named,
            )
        else:
            message = Message(
                "{count} values of {name!r} lie after {day}: {values}",
                count=int(count),
                name=name,
                day=last,
                values=named,
            )
        findings.append(
            Finding(
                rule=rule,
                severity="warn",
                message=message,
                remedy=Message("Mend them, or widen the plausible years: [period] from = …, to = …"),
                count=count,
                share=count / total,
                data={"attribute": name, "values": [str(value) for value, _ in shown]},
            )
        )
    return findings


def due_before_start(stage: Stage, log: LogTables) -> list[Finding]:
    """Due dates before the date on which the debt begins: of the document, else of its event."""
    findings = []
    carried = {attribute.name for attribute in log.attributes if attribute.level == "case"}
    for ledger in log.template.ledgers.values():
        if not ledger.due or ledger.due not in carried:
            continue
        opens = ledger.plus[0]
        if opens.dated in carried:
            begins, table = ident(str(opens.dated)), log.cases
        else:
            begins = "began"
            of = text_list(log.template.expand((opens.of,)))
            began = (
                f"SELECT case_id, min(day) AS began FROM {log.events} WHERE activity IN {of} GROUP BY case_id"
            )
            table = f"{log.cases} JOIN ({began}) USING (case_id)"
        due = ident(ledger.due)
        count, total = stage.row(
            f"SELECT count(*) FILTER ({due} < {begins}), count({due}) FROM {table} WHERE {begins} IS NOT NULL"
        )
        if count:
            case, due_day, start = stage.rows(
                f"SELECT case_id, {due}, {begins} FROM {table} WHERE {due} < {begins} ORDER BY 1 LIMIT 1"
            )[0]
            findings.append(
                Finding(
                    rule="due_before_invoice",
                    severity="block" if count / total >= _BLOCKING_SHARE else "warn",
                    message=Message(
                        "{count} of {total} cases fall due before they begin, first case {case!r}: due {due}, "
                        "begun {start}",
                        count=int(count),
                        total=int(total),
                        case=str(case),
                        due=due_day,
                        start=start,
                    ),
                    remedy=Message(
                        "See whether day and month are swapped in one column, or two columns exchanged"
                    ),
                    count=count,
                    share=count / total,
                    where=f"{ledger.due}, {opens.dated or opens.of}",
                )
            )
    return findings


def currencies(stage: Stage, log: LogTables) -> list[Finding]:
    """Money without a currency, and codes that are none."""
    from babel.numbers import list_currencies

    if not any(attribute.type == "money" for attribute in log.attributes):
        return []
    role = log.template.case.currency
    column = next((a for a in log.attributes if a.name == role and a.level == "case"), None)
    if column is None:
        if log.project.currency != "XXX":
            return []
        return [
            Finding(
                rule="currency_unknown",
                severity="note",
                message=Message(
                    "No column gives the currency of amounts; they are of one unspecified currency (XXX)"
                ),
                remedy=Message(
                    'Write currency = "EUR" (or another code) in project.toml, or map a currency column'
                ),
            )
        ]
    name = ident(column.name)
    rows = stage.rows(
        f"SELECT upper({name}), count(*) AS n FROM {log.cases} WHERE {name} IS NOT NULL "
        "GROUP BY 1 ORDER BY n DESC, 1"
    )
    wrong = [(str(code), int(count)) for code, count in rows if str(code) not in list_currencies()]
    if not wrong:
        return []
    count = sum(cases for _, cases in wrong)
    named = [Message("{name!r} ({count})", name=code, count=cases) for code, cases in wrong[:_SHOWN]]
    hint = did_you_mean(wrong[0][0], list_currencies())
    return [
        Finding(
            rule="currency_unknown",
            severity="warn",
            message=Message(
                "{count} cases have a currency that is no ISO 4217 code: {codes}", count=count, codes=named
            ),
            remedy=hint or Message("Write codes such as EUR or USD in the source"),
            count=count,
            share=count / sum(int(cases) for _, cases in rows),
            where=column.label,
        )
    ]


def lost_decimals(stage: Stage, log: LogTables) -> list[Finding]:
    """Two amounts of one source of which one is ten, a hundred or a thousand times the other in most rows."""
    findings = []
    for source in log.sources:
        money = [item for item in source.fields if item.type in ("money", "num") and not item.cumulative]
        pairs = [(a, b) for a in money for b in money if a.name != b.name and a.type == "money"]
        for (large, small), (total, *counts) in zip(pairs, _ratios(stage, source, pairs), strict=True):
            most = max(counts)
            if total >= 10 and most / total >= 0.5:
                factor = 10 ** (counts.index(most) + 1)
                findings.append(
                    Finding(
                        rule="decimal_point_lost",
                        severity="warn",
                        message=Message(
                            "{column!r} is exactly {factor} times {other!r} in {count} of {total} rows: its "
                            "decimal point seems lost",
                            column=large.column.name,
                            factor=factor,
                            other=small.column.name,
                            count=int(most),
                            total=int(total),
                        ),
                        remedy=Message(
                            "Export {column!r} again, or map {other!r} instead",
                            column=large.column.name,
                            other=small.column.name,
                        ),
                        count=most,
                        share=most / total,
                        where=in_column(source.name, large.column.name),
                    )
                )
    return findings


def _ratios(
    stage: Stage, source: TypedSource, pairs: Sequence[tuple[Field, Field]]
) -> list[tuple[int, int, int, int]]:
    """For each pair of amounts in how many rows both are given, and are in the ratio of 10, 100 and 1000."""
    if not pairs:
        return []
    counts = []
    for large, small in pairs:
        one, other = ident(large.name), ident(small.name)
        both = f"{one} > 0 AND {other} > 0"
        counts.append(f"count(*) FILTER ({both})")
        counts += [f"count(*) FILTER ({both} AND {one} = {other} * {10**k})" for k in (1, 2, 3)]
    # Most rows of a log have one amount at most: those with several are soon found.
    names = dict.fromkeys(ident(item.name) for pair in pairs for item in pair)
    given = " + ".join(f"CASE WHEN {name} > 0 THEN 1 ELSE 0 END" for name in names)
    found = stage.row(f"SELECT {', '.join(counts)} FROM {source.typed} WHERE _reason IS NULL AND {given} > 1")
    return [tuple(int(count) for count in found[n : n + 4]) for n in range(0, len(found), 4)]  # type: ignore[misc]
