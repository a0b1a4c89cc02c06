"""Ids that are one and stand as two, or join to nothing: leading zeros, capitals, blanks, keys without a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from workbench.connect.checks.sums import Checked
from workbench.connect.fields import stripped
from workbench.connect.logtables import Join, Side
from workbench.connect.lookups import COMPARED, near_spellings, same_line
from workbench.connect.sidetables import joins_to_log
from workbench.errors import Finding
from workbench.messages import Message, quoted
from workbench.sql import ident

__all__ = ["orphan_keys", "variants_of_one_id"]

_SHOWN = 3
_FIRST = 5


def variants_of_one_id(log: Checked) -> Iterator[Finding]:
    """Ids that differ only in leading zeros, capitals or blanks: one customer counted as two.

    A spreadsheet takes 00123 for the number 123; a second system keeps the zeros.
    """
    partner = log.log.template.case.partner
    columns = [("case_id", log.log.template.case.id)]
    columns += [
        (ident(one.name), one.name)
        for one in log.log.attributes
        if one.level == "case" and (one.type == "id" or (one.name == partner and one.type == "cat"))
    ]
    for sql, name in columns:
        alike = "regexp_replace(replace(lower(v), ' ', ''), '^0+([0-9a-z])', '\\1')"
        distinct = (
            f"SELECT {sql} AS v, min(case_id) AS case_id, count(*) AS n FROM {log.log.cases} GROUP BY 1"
        )
        if sql == "case_id":
            # As many values as cases: worth a look only where some have what others may have lost.
            alike = "ltrim(v, '0')"
            distinct = f"SELECT case_id AS v, case_id, 1 AS n FROM {log.log.cases}"
            if not log.stage.row(f"SELECT count(*) FROM {log.log.cases} WHERE starts_with(case_id, '0')")[0]:
                continue
        same = (
            f"SELECT {alike} AS key, count(*) AS ids, sum(n) AS n, list(v ORDER BY v) AS vs, min(case_id) AS first "
            f"FROM ({distinct}) WHERE v IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        )
        found = log.stage.rows(f"SELECT vs, n, first, ids FROM ({same}) ORDER BY n DESC, vs LIMIT 1000")
        if found:
            yield _split(log, name, found)


def _split(log: Checked, name: str, found: Sequence[tuple[Any, ...]]) -> Finding:
    count = sum(int(n) for _, n, _, _ in found)
    shown = [Message("{id!r} and {other!r}", id=ids[0], other=ids[1]) for ids, *_ in found[:_SHOWN]]
    return Finding(
        rule="split_ids",
        severity="warn",
        message=Message(
            "{count} values of {name!r} differ from another only in leading zeros, capitals or blanks: {values}",
            count=sum(int(ids) for *_, ids in found),
            name=name,
            values=_series(shown),
        ),
        remedy=Message(
            "If they are the same, write them alike in the source: each is counted apart until then"
        ),
        count=count,
        share=count / log.cases,
        rows=tuple({"case": str(first), "value": str(ids[0])} for ids, _, first, _ in found[:_FIRST]),
        data={"values": [list(ids[:_FIRST]) for ids, *_ in found[:_FIRST]]},
    )


def _series(shown: Sequence[str]) -> str:
    series = shown[0]
    for one in shown[1:]:
        series = Message("{first}; {second}", first=series, second=one)
    return series


def orphan_keys(log: Checked) -> Iterator[Finding]:
    """Keys of related tables and tables beside the log that no case has."""
    by_lookup: dict[str, list[Join]] = {}
    for join in log.log.joins:
        by_lookup.setdefault(join.lookup.spec.name, []).append(join)
    for name, joins in by_lookup.items():
        lookup = joins[0].lookup
        used = " UNION ".join(
            f"SELECT {join.lookup.on(stripped(join.column))} AS v FROM {join.table.relation}"
            for join in joins
        )
        keys = f"SELECT {lookup.key} AS v FROM {lookup.name} WHERE {lookup.key} IS NOT NULL"
        yield from _orphans(log, name, lookup.spec.key, keys, used)
    for side in log.log.side:
        yield from _beside(log, side)


def _beside(log: Checked, side: Side) -> Iterator[Finding]:
    """Of a table beside the log the values that the log has as well: the case itself, the customer, the lead source."""
    table = log.log.template.tables.get(side.kind)
    for item in side.fields:
        name = item.name
        if not joins_to_log(name, item.type, table, log.log.template):
            continue
        held = {one.level for one in log.log.attributes if one.name == name}
        if name == log.log.template.case.id:
            used = f"SELECT case_id AS v FROM {log.log.cases}"
        elif held:
            of = log.log.cases if "case" in held else log.log.events
            used = f"SELECT DISTINCT {ident(name)} AS v FROM {of}"
        else:
            continue
        keys = f"SELECT DISTINCT {ident(name)} AS v FROM {side.table} WHERE {ident(name)} IS NOT NULL"
        # A lead that never converts, a request that is refused: some of a table's own keys have no case, but not all.
        some = table is not None and table.key == (name,)
        for finding in _orphans(log, side.name, item.column.name, keys, used):
            found = _near_misses(log, side.name, finding, keys, used)
            if found is not None:
                yield found
            elif not some or finding.severity == "warn":
                yield finding


def _near_misses(log: Checked, source: str, orphans: Finding, keys: str, used: str) -> Finding | None:
    """The values of a table that are nearly one that the log has and the table lacks; None where none is.

    What the table has as well is another value, however alike: lead L-1001 is not L-1002.
    """
    alone = f"SELECT v FROM ({keys}) WHERE v NOT IN (SELECT v FROM ({used}) WHERE v IS NOT NULL)"
    missing = f"SELECT v FROM ({used}) WHERE v IS NOT NULL AND v NOT IN (SELECT v FROM ({keys}))"
    lacking, lonely = (
        [str(one) for (one,) in log.stage.rows(f"SELECT v FROM ({query}) ORDER BY v LIMIT {COMPARED}")]
        for query in (missing, alone)
    )
    pairs = list(near_spellings(lacking, lonely).items())
    if not pairs:
        return None
    shown = [Message("{value!r}, nearly {near!r}", value=one, near=main) for main, one in pairs[:_SHOWN]]
    return replace(
        orphans,
        severity="warn",
        message=_series([orphans.message, *shown]),
        remedy=Message(
            "Accept the spelling in source {lookup!r}: {line}", lookup=source, line=same_line(pairs[:_FIRST])
        ),
        data={"values": [{"value": one, "near": main} for main, one in pairs[:_FIRST]]},
    )


def _orphans(log: Checked, source: str, column: str, keys: str, used: str) -> Iterator[Finding]:
    alone = f"SELECT v FROM ({keys}) WHERE v NOT IN (SELECT v FROM ({used}) WHERE v IS NOT NULL)"
    count, total = log.stage.row(f"SELECT (SELECT count(*) FROM ({alone})), (SELECT count(*) FROM ({keys}))")
    if not count:
        return
    first = [str(value) for (value,) in log.stage.rows(f"{alone} ORDER BY v LIMIT {_FIRST}")]
    none = count == total
    yield Finding(
        rule="orphan_keys",
        severity="warn" if none else "note",
        message=Message(
            "None of the {total} values of {column!r} stands in the log: {values}",
            total=int(total),
            column=column,
            values=quoted(first[:_SHOWN]),
        )
        if none
        else Message(
            "{count} of {total} values of {column!r} are those of no case: {values}",
            count=int(count),
            total=int(total),
            column=column,
            values=quoted(first[:_SHOWN]),
        ),
        remedy=Message("See whether the two are written alike: leading zeros, capitals, another column")
        if none
        else Message("Nothing, if they have no case yet; else see whether the export of cases is complete"),
        count=int(count),
        share=count / total,
        where=Message("source {name!r}", name=source),
        rows=tuple({"value": value} for value in first),
    )
