"""Amounts that can be read and cannot be right: without a currency, in several, with their decimal point lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from workbench.connect.checks.sums import Checked, first_cases, row_of
from workbench.connect.fields import Field
from workbench.connect.mainsource import TypedSource
from workbench.connect.stage import Stage
from workbench.errors import Finding, did_you_mean
from workbench.log.raw import RawAttribute
from workbench.messages import Message
from workbench.places import in_column
from workbench.sql import ident, text_list

__all__ = ["codes", "lost_decimals", "mixed"]

_SHOWN = 5
_FIRST = 5
_FEW = 3
"""So many amounts of a column may have lost their decimal point before it is told."""
_ENOUGH = 10
"""So many others show what is usual."""


def _column(log: Checked) -> RawAttribute | None:
    """The column of the currency, where amounts have one."""
    role = log.log.template.case.currency
    return next((a for a in log.log.attributes if a.name == role and a.level == "case"), None)


def _has_money(log: Checked) -> bool:
    return any(attribute.type == "money" for attribute in log.log.attributes)


def _used(log: Checked, column: RawAttribute) -> list[tuple[str, int]]:
    """The currencies that cases have, the most frequent first."""
    name = ident(column.name)
    rows = log.stage.rows(
        f"SELECT upper({name}), count(*) AS n FROM {log.log.cases} WHERE {name} IS NOT NULL "
        "GROUP BY 1 ORDER BY n DESC, 1"
    )
    return [(str(code), int(count)) for code, count in rows]


def codes(log: Checked) -> Iterator[Finding]:
    """Money without a currency, and codes that are none."""
    from babel.numbers import list_currencies

    if not _has_money(log):
        return
    column = _column(log)
    if column is None:
        if log.log.project.currency == "XXX":
            yield Finding(
                rule="currency_unknown",
                severity="note",
                message=Message(
                    "No column gives the currency of amounts; they are of one unspecified currency (XXX)"
                ),
                remedy=Message(
                    'Write currency = "EUR" (or another code) in project.toml, or map a currency column'
                ),
            )
        return
    used = _used(log, column)
    wrong = [(code, count) for code, count in used if code not in list_currencies()]
    if not wrong:
        return
    count = sum(cases for _, cases in wrong)
    named = [Message("{name!r} ({count})", name=code, count=cases) for code, cases in wrong[:_SHOWN]]
    hint = did_you_mean(wrong[0][0], list_currencies())
    name = ident(column.name)
    among = f"upper({name}) IN {text_list(code for code, _ in wrong)}"
    yield Finding(
        rule="currency_unknown",
        severity="warn",
        message=Message(
            "{count} cases have a currency that is no ISO 4217 code: {codes}", count=count, codes=named
        ),
        remedy=hint or Message("Write codes such as EUR or USD in the source"),
        count=count,
        share=count / sum(cases for _, cases in used),
        where=column.label,
        rows=first_cases(log.stage, f"SELECT case_id, {name} FROM {log.log.cases} WHERE {among}"),
    )


def mixed(log: Checked) -> Iterator[Finding]:
    """Amounts in several currencies: noted, and never added."""
    column = _column(log)
    used = _used(log, column) if column is not None and _has_money(log) else []
    if column is None or len(used) < 2:
        return
    others = sum(count for _, count in used[1:])
    named = [Message("{name} ({count})", name=code, count=count) for code, count in used[:_SHOWN]]
    dated = any(source.kind == "rates" for source in log.log.project.sources)
    name = ident(column.name)
    other = f"upper({name}) IN {text_list(code for code, _ in used[1:])}"
    yield Finding(
        rule="mixed_currencies",
        severity="note",
        message=Message(
            "Amounts are in {count} currencies, cases of each: {codes}; they are never added to each other",
            count=len(used),
            codes=named,
        ),
        remedy=Message("The source of rates converts them, each at its day")
        if dated
        else Message('For one total, add a source of kind "rates" with dated exchange rates'),
        count=others,
        share=others / sum(count for _, count in used),
        where=column.label,
        rows=first_cases(log.stage, f"SELECT case_id, {name} FROM {log.log.cases} WHERE {other}"),
        data={"currencies": dict(used)},
    )


def lost_decimals(log: Checked) -> Iterator[Finding]:
    """Two amounts of one source of which one is ten, a hundred or a thousand times the other in most rows, or in some
    where they are alike in the others; and amounts without cents that are a hundred times those with.
    """
    for source in log.log.sources:
        money = [item for item in source.fields if item.type in ("money", "num") and not item.cumulative]
        told: set[str] = set()
        pairs = [(a, b) for a in money for b in money if a.name != b.name and a.type == "money"]
        for (large, small), (total, alike, *counts) in zip(
            pairs, _ratios(log.stage, source, pairs), strict=True
        ):
            most = max(counts)
            # Where two columns else say the same, a few rows are enough.
            in_some = most >= _FEW and alike >= _ENOUGH and (alike + most) / total >= 0.5
            if total >= _ENOUGH and (most / total >= 0.5 or in_some):
                factor = 10 ** (counts.index(most) + 1)
                told.add(large.name)
                yield Finding(
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
                    rows=_first_rows(log, source, large, small, factor),
                )
        for item in money:
            if item.type == "money" and item.name not in told:
                yield from _whole_among_cents(log, source, item)


def _whole_among_cents(log: Checked, source: TypedSource, item: Field) -> Iterator[Finding]:
    """Amounts that had cents and lost the point before them: whole and odd to the last digit, among much smaller ones.

    True whole amounts among others with cents are round, or of the size of the others. Nothing is said of amounts in
    several currencies: some have no cents.
    """
    name = ident(item.name)
    whole = f"{name} = trunc({name})"
    amounts = f"FROM {source.typed} WHERE _reason IS NULL AND {name} > 0"
    cents, lost, odd = log.stage.row(
        f"SELECT count(*) FILTER (NOT {whole}), count(*) FILTER ({whole}), "
        f"count(*) FILTER ({whole} AND {name} % 10 != 0) {amounts}"
    )
    if lost < _FEW or cents < _ENOUGH or odd < 0.7 * lost:
        return
    usual, large = log.stage.row(
        f"SELECT median({name}) FILTER (NOT {whole}), median({name}) FILTER ({whole}) {amounts}"
    )
    column = _column(log)
    if not 20 <= large / usual <= 500 or (column is not None and len(_used(log, column)) > 1):
        return
    rows = log.stage.rows(
        f"SELECT case_id, _row, {name} {amounts} AND {whole} AND {name} % 10 != 0 ORDER BY _row LIMIT {_FIRST}"
    )
    yield Finding(
        rule="decimal_point_lost",
        severity="warn",
        message=Message(
            "{count} of {total} amounts of {column!r} are whole and about a hundred times the others, which have "
            "cents: their decimal point seems lost",
            count=int(lost),
            total=int(lost + cents),
            column=item.column.name,
        ),
        remedy=Message("Export {column!r} again, all amounts with their cents", column=item.column.name),
        count=int(lost),
        share=lost / (lost + cents),
        where=in_column(source.name, item.column.name),
        rows=_shown(log, source, rows),
    )


def _first_rows(
    log: Checked, source: TypedSource, large: Field, small: Field, factor: int
) -> tuple[dict[str, object], ...]:
    one, other = ident(large.name), ident(small.name)
    rows = log.stage.rows(
        f"SELECT case_id, _row, {one} FROM {source.typed} "
        f"WHERE _reason IS NULL AND {other} > 0 AND {one} = {other} * {factor} ORDER BY _row LIMIT {_FIRST}"
    )
    return _shown(log, source, rows)


def _shown(
    log: Checked, source: TypedSource, rows: Sequence[tuple[Any, ...]]
) -> tuple[dict[str, object], ...]:
    table = log.log.tables[source.name]
    return tuple(
        {"case": str(case), **row_of(table, row), "value": f"{value:.2f}"} for case, row, value in rows
    )


def _ratios(stage: Stage, source: TypedSource, pairs: Sequence[tuple[Field, Field]]) -> list[tuple[int, ...]]:
    """For each pair of amounts in how many rows both are given, are alike, and in the ratio of 10, 100 and 1000."""
    if not pairs:
        return []
    counts = []
    for large, small in pairs:
        one, other = ident(large.name), ident(small.name)
        both = f"{one} > 0 AND {other} > 0"
        counts.append(f"count(*) FILTER ({both})")
        counts += [f"count(*) FILTER ({both} AND {one} = {other} * {10**k})" for k in (0, 1, 2, 3)]
    # Most rows of a log have one amount at most: those with several are soon found.
    names = dict.fromkeys(ident(item.name) for pair in pairs for item in pair)
    given = " + ".join(f"CASE WHEN {name} > 0 THEN 1 ELSE 0 END" for name in names)
    found = stage.row(f"SELECT {', '.join(counts)} FROM {source.typed} WHERE _reason IS NULL AND {given} > 1")
    return [tuple(int(count) for count in found[n : n + 5]) for n in range(0, len(found), 5)]
