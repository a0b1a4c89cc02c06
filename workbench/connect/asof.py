"""What held of a partner at the moment of a case: the last rating on or before the invoice's date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.connect.assemble import case_attribute
from workbench.connect.fields import Field
from workbench.connect.logtables import Side
from workbench.connect.stage import Stage
from workbench.connect.times import local_day
from workbench.errors import Finding
from workbench.log.raw import RawAttribute
from workbench.messages import Message
from workbench.places import in_source
from workbench.sql import column_list, ident
from workbench.template import Template
from workbench.template.tables import SideTable

__all__ = ["Dated", "dated_tables", "join_as_of"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A table of what holds of a partner from a day on, and the fields that it gives to cases."""

    side: Side
    table: SideTable
    gives: tuple[Field, ...]


def dated_tables(side: Sequence[Side], attributes: Sequence[RawAttribute], template: Template) -> list[Dated]:
    """The dated tables that can be joined: they have a day, and the cases have a partner.

    What a source says of the case itself stays as it says it.
    """
    of_cases = {one.name for one in attributes if one.level == "case"}
    found = []
    for one in side:
        table = template.tables.get(one.kind)
        names = {item.name for item in one.fields}
        if table is None or table.dated not in names or table.key[0] not in names & of_cases:
            continue
        gives = tuple(item for item in one.fields if item.name in table.gives and item.name not in of_cases)
        if gives:
            found.append(Dated(one, table, gives))
    return found


def join_as_of(
    stage: Stage,
    cases: str,
    events: str,
    attributes: Sequence[RawAttribute],
    dated: Dated,
    zone: str,
    *,
    large: bool,
) -> tuple[str, tuple[RawAttribute, ...], list[Finding]]:
    """The cases with what held of their partner at their moment, the attributes with these, and what is wrong.

    Of two rows of one partner on one day none is the last: the one that sorts first counts, and it is said.
    """
    table, key, day = dated.table, ident(dated.table.key[0]), ident(str(dated.table.dated))
    names = [ident(item.name) for item in dated.gives]
    rows = f"SELECT * FROM {dated.side.table} WHERE {key} IS NOT NULL AND {day} IS NOT NULL"
    one_each = (
        f"SELECT {key} AS _partner, CAST({day} AS DATE) AS _from, {column_list(names)} FROM ({rows}) "
        f"QUALIFY row_number() OVER (PARTITION BY {key}, {day} ORDER BY {', '.join(names)}) = 1"
    )
    begun = f"SELECT case_id, min(day) AS _begun FROM {events} GROUP BY case_id"
    moment = _moment(table, attributes, zone)
    known = f"SELECT c.*, {moment} AS _moment FROM {cases} AS c LEFT JOIN ({begun}) AS b USING (case_id)"
    told = [text for item in dated.gives for text in case_attribute(item.name, f"r.{ident(item.name)}")]
    query = (
        f"SELECT k.* EXCLUDE (_moment), {column_list(told)}\nFROM ({known}) AS k\n"
        f"ASOF LEFT JOIN ({one_each}) AS r ON k.{key} = r._partner AND k._moment >= r._from"
    )
    joined = stage.keep("cases_as_of", query, large=large)
    given = tuple(RawAttribute(item.name, "case", item.type, item.column.name) for item in dated.gives)
    return joined, (*attributes, *given), _contradictions(stage, dated, rows)


def _moment(table: SideTable, attributes: Sequence[RawAttribute], zone: str) -> str:
    """The day of a case that counts, in SQL: its date that the table names, else that of its first event."""
    named = next((one for one in attributes if one.name == table.moment and one.level == "case"), None)
    if named is None:
        return "b._begun"
    value = f"c.{ident(named.name)}"
    day = local_day(value, zone) if named.type == "ts" else f"CAST({value} AS DATE)"
    return f"coalesce({day}, b._begun)"


def _contradictions(stage: Stage, dated: Dated, rows: str) -> list[Finding]:
    key, day = ident(dated.table.key[0]), ident(str(dated.table.dated))
    first = ident(dated.gives[0].name)
    several = f"SELECT {key} AS v, {day} AS d FROM ({rows}) GROUP BY ALL HAVING count(DISTINCT {first}) > 1"
    found = stage.rows(f"SELECT v, d FROM ({several}) ORDER BY d, v")
    if not found:
        return []
    partner, on = found[0]
    return [
        Finding(
            rule="contradictory_rows",
            severity="warn",
            message=Message(
                "{count} times a partner has two values of {name!r} on one day, first {partner!r} on {day}",
                count=len(found),
                name=dated.gives[0].name,
                partner=str(partner),
                day=on,
            ),
            remedy=Message("Leave one row per partner and day, those of one source"),
            count=len(found),
            where=in_source(dated.side.name),
            rows=tuple(
                {dated.table.key[0]: str(one), str(dated.table.dated): str(of)} for one, of in found[:5]
            ),
        )
    ]
