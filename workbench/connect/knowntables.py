"""Which file is which table of the process: credit requests, ratings, leads, spend, sales targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.connect.draft import Draft, attributes_of
from workbench.connect.fields import stripped
from workbench.connect.names import attribute_index
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.template import Template
from workbench.template.tables import SideTable

__all__ = ["KnownTable", "holds_table", "known_tables"]

_NEARLY_ALL = 0.9
_YEAR, _MONTH = "(19|20)[0-9]{2}", "(0?[1-9]|1[0-2])"
_MONTHS = {
    f"{_YEAR}-{_MONTH}": "%Y-%m",
    f"{_YEAR}/{_MONTH}": "%Y/%m",
    f"{_YEAR}[.]{_MONTH}": "%Y.%m",
    f"{_YEAR}(0[1-9]|1[0-2])": "%Y%m",
    f"{_YEAR}年{_MONTH}月": "%Y年%m月",
    f"{_MONTH}/{_YEAR}": "%m/%Y",
    f"{_MONTH}-{_YEAR}": "%m-%Y",
    f"{_MONTH}[.]{_YEAR}": "%m.%Y",
}


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A file as a table of the process: the columns it is read with, and how much speaks for it.

    `formats` are those of columns of months. `own` counts the columns that only this table has, `filled` all that it
    fills.
    """

    table: SideTable
    choices: tuple[Choice, ...]
    formats: Mapping[str, str]
    own: int
    filled: int


def known_tables(stage: Stage, drafts: Sequence[Draft], template: Template) -> dict[str, KnownTable]:
    """The tables of the process that files hold, by the name of the file's draft: each table once.

    Of several files that could be one table, the one that has most of its columns is it; the others are told so.
    """
    found = [
        (known.own, known.filled, -place, draft, known)
        for place, draft in enumerate(drafts)
        for table in template.tables.values()
        if (known := _as_table(stage, draft, table, template)) is not None
    ]
    taken: dict[str, KnownTable] = {}
    given: dict[str, str] = {}
    for *_, draft, known in sorted(found, key=lambda one: one[:3], reverse=True):
        if draft.name in taken:
            continue
        if known.table.id in given:
            first = given[known.table.id]
            draft.gaps.append(
                f"it could be the table {known.table.id!r} as well, which {first!r} is: are the two one?"
            )
            continue
        taken[draft.name] = known
        given[known.table.id] = draft.name
    return taken


def holds_table(stage: Stage, draft: Draft, template: Template) -> bool:
    """Whether a file is a table of the process, whatever else it tells."""
    return any(_as_table(stage, draft, table, template) is not None for table in template.tables.values())


def _as_table(stage: Stage, draft: Draft, table: SideTable, template: Template) -> KnownTable | None:
    """The file as this table: it has the key, half of the columns, and what only this table says.

    A file with a row for each case is one of cases, although deals name their lead; one that says each partner once,
    on no day, joins to the cases instead.
    """
    formats = _months(stage, draft, table, template)
    dated = {name: replace(draft.columns[name], kind="date") for name in formats}
    looked_at = replace(draft, choices=[], gaps=[], columns={**draft.columns, **dated})
    choices = attributes_of(looked_at, template, table.attributes)
    columns = {one.name: one.column for one in choices if one.applied}
    if not set(table.key) <= columns.keys() or 2 * len(columns) < len(table.attributes):
        return None
    if not _one_row_each(stage, draft, columns, table, template):
        return None
    own = [name for name in columns if template.attributes[name].table == table.id and name not in table.key]
    case = columns.get(template.case.id)
    if case is not None and _is_of_cases(stage, draft, case, len(own), table, template):
        return None
    if case is None and not own:
        return None
    if template.case.partner in table.key and table.dated not in columns:
        partner = columns[str(template.case.partner)]
        if _one_each(stage, draft, partner):
            return None
    return KnownTable(table, tuple(choices), formats, len(own), len(columns))


def _months(stage: Stage, draft: Draft, table: SideTable, template: Template) -> dict[str, str]:
    """The columns that are named as a day of the table and hold months (2026-01): the first day is meant."""
    days = [name for name in table.attributes if template.attributes[name].type == "date"]
    index = attribute_index(template, days)
    found = {}
    for name, profile in draft.columns.items():
        if profile.kind not in ("text", "number") or not profile.column.is_text or not index.exact(name):
            continue
        value = stripped(profile.column)
        for pattern, written in _MONTHS.items():
            others = f"count(*) FILTER (NOT regexp_full_match({value}, '{pattern}'))"
            if not stage.row(f"SELECT {others} FROM {draft.table.relation} WHERE {value} IS NOT NULL")[0]:
                found[name] = written
                break
    return found


def _one_row_each(
    stage: Stage, draft: Draft, columns: Mapping[str, str], table: SideTable, template: Template
) -> bool:
    """Whether a table of leads or requests has a row for nearly each of them: deals may name some, or one twice."""
    key = table.key[0]
    if len(table.key) > 1 or key == template.case.partner or template.attributes[key].type != "id":
        return True
    value = stripped(draft.columns[columns[key]].column)
    rows, distinct = stage.row(f"SELECT count(*), count(DISTINCT {value}) FROM {draft.table.relation}")
    return bool(distinct >= _NEARLY_ALL * rows)


def _is_of_cases(
    stage: Stage, draft: Draft, case: str, own: int, table: SideTable, template: Template
) -> bool:
    """Whether each row is a case of its own, and says more of it than of the table."""
    if not _one_each(stage, draft, case, all_rows=True):
        return False
    others = [
        name
        for name, attribute in template.attributes.items()
        if attribute.table is None and name not in table.attributes
    ]
    index = attribute_index(template, others)
    outside: Mapping[str, str] = {match.id: name for name in draft.columns for match in index.exact(name)}
    return own <= len(set(outside.values()))


def _one_each(stage: Stage, draft: Draft, name: str, *, all_rows: bool = False) -> bool:
    """Whether no value of a column repeats, and, if asked, none is missing."""
    value = stripped(draft.columns[name].column)
    rows, keys, distinct = stage.row(
        f"SELECT count(*), count({value}), count(DISTINCT {value}) FROM {draft.table.relation}"
    )
    return bool(keys == distinct and (rows == keys or not all_rows))
