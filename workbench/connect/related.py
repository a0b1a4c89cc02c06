"""Files beside the main one: lookups by a shared key, rates, and the tables that a process knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.connect.draft import Draft, attributes_of
from workbench.connect.fields import stripped
from workbench.connect.given import Given
from workbench.connect.keeping import keep_others
from workbench.connect.knowntables import KnownTable, known_tables
from workbench.connect.lookups import COMPARED, near_keys, near_spellings
from workbench.connect.names import NameIndex, attribute_index, loosely
from workbench.connect.proposal import Choice
from workbench.connect.sidetables import joins_to_log
from workbench.connect.stage import Stage
from workbench.messages import Message
from workbench.template import Template
from workbench.template.model import Attribute

__all__ = ["Related", "relate"]

RelatedKind = Literal["lookup", "rates", "requests", "leads", "table"]
_RATE_NAMES = ("rate", "exchangerate", "fxrate", "taux", "tauxdechange", "tipodecambio", "tasa", "汇率")
_MOSTLY = 0.9
_FROM_NAMES = ("currency", "from", "fromcurrency", "currencycode", "devise", "moneda", "货币", "币种")


@dataclass(frozen=True, slots=True)
class Related:
    """How a further file belongs to the main one; `same` are spellings of keys to ask the user about."""

    kind: RelatedKind
    same: Mapping[str, str] = field(default_factory=dict)


def relate(
    stage: Stage,
    drafts: Mapping[str, Draft],
    mains: Mapping[str, str],
    template: Template,
    given: Sequence[Given],
) -> dict[str, Related]:
    """What each further file is, its choices added; a file that fits nowhere is said and kept as a table."""
    found: dict[str, Related] = {}
    taken = {one.name for name in mains for one in drafts[name].choices if one.what in ("attribute", "kept")}
    others = [draft for name, draft in drafts.items() if name not in mains]
    known = known_tables(stage, others, template)
    for name, draft in drafts.items():
        if name in mains:
            continue
        said = [one for one in given if one.table == name and one.what == "attribute"]
        draft.choices = [one for one in draft.choices if one.what == "clock"]
        related = (
            _rates(draft)
            or _is_known(stage, draft, known.get(name), [drafts[main] for main in mains], template)
            or _lookup(stage, draft, drafts, mains, template)
        )
        if related is None:
            draft.gaps.append("no column joins this file to the others: it is read as a table beside the log")
            related = Related("table")
        for one in said:
            draft.add(Choice("attribute", one.name, one.column, 1.0, Message("you said so")))
        if related.kind in ("lookup", "table"):
            names = [
                attribute
                for attribute, known_as in template.attributes.items()
                if attribute not in taken
                and _is_of_log(known_as, related, template)
                and attribute not in _roles(template)
            ]
            for choice in attributes_of(draft, template, names):
                if choice.name not in {one.name for one in draft.choices}:
                    draft.add(choice)
            keep_others(stage, draft, "cases", template, taken=taken)
        taken |= {one.name for one in draft.choices if one.what in ("attribute", "kept") and one.applied}
        found[name] = related
    _name_apart(drafts, known)
    return found


def _is_of_log(attribute: Attribute, related: Related, template: Template) -> bool:
    """Whether a joined file may fill an attribute: one of the log, or of a table that says each partner something."""
    if attribute.table is None:
        return True
    return related.kind == "lookup" and template.case.partner in template.tables[attribute.table].key


def _name_apart(drafts: Mapping[str, Draft], known: Mapping[str, KnownTable]) -> None:
    """A file called as a table of the process that another file is gives way."""
    names = {one.table.id for one in known.values()}
    for name, draft in drafts.items():
        if name in known:
            continue
        base, count = draft.name, 1
        while draft.name in names:
            count += 1
            draft.name = f"{base}_{count}"
        names.add(draft.name)


def _roles(template: Template) -> set[str]:
    roles = template.case
    return {roles.id, roles.activity, roles.time, roles.resource}


def _rates(draft: Draft) -> Related | None:
    """A table of exchange rates: a day, a currency, a rate, and little else."""
    names = {loosely(name): name for name in draft.columns}
    rate = next((names[one] for one in _RATE_NAMES if one in names), None)
    currency = next((names[one] for one in _FROM_NAMES if one in names), None)
    day = next((name for name, one in draft.columns.items() if one.kind == "date"), None)
    if rate is None or currency is None or day is None or len(draft.columns) > 6:
        return None
    for name, column in (("date", day), ("from", currency), ("rate", rate)):
        draft.add(Choice("key", name, column, 0.95, Message("the file has a day, a currency and a rate")))
    return Related("rates")


def _is_known(
    stage: Stage, draft: Draft, known: KnownTable | None, mains: Sequence[Draft], template: Template
) -> Related | None:
    """A table that the process knows by name stands under that name in the log."""
    if known is None:
        return None
    draft.choices += known.choices
    draft.formats |= known.formats
    draft.name = known.table.id
    if known.table.dated is not None and known.table.dated not in {one.name for one in known.choices}:
        draft.gaps.append(
            f"no column says from which day a row holds ({known.table.dated}): it joins to no case"
        )
    kind: RelatedKind = "table"
    if known.table.id in ("requests", "leads"):
        kind = known.table.id  # type: ignore[assignment]
    return Related(kind, _near_of_log(stage, draft, known, mains, template))


def _near_of_log(
    stage: Stage, draft: Draft, known: KnownTable, mains: Sequence[Draft], template: Template
) -> dict[str, str]:
    """Values of the log that the table lacks, each with the table's own that is nearly the same and in no main file."""
    same: dict[str, str] = {}
    for one in known.choices:
        if not joins_to_log(one.name, template.attributes[one.name].type, known.table, template):
            continue
        role = "case" if one.name == template.case.id else None
        held: set[str] = set()
        for main in mains:
            for other in main.choices:
                if other.column in main.columns and other.name in (one.name, role):
                    held |= _values(stage, main, other.column)
        own = _values(stage, draft, one.column)
        if held and max(len(held - own), len(own - held)) <= COMPARED:
            same |= near_spellings(sorted(held - own), sorted(own - held))
    return same


def _values(stage: Stage, draft: Draft, name: str) -> set[str]:
    value = stripped(draft.columns[name].column)
    rows = stage.rows(f"SELECT DISTINCT {value} AS v FROM {draft.table.relation} WHERE {value} IS NOT NULL")
    return {str(one) for (one,) in rows}


def _lookup(
    stage: Stage,
    draft: Draft,
    drafts: Mapping[str, Draft],
    mains: Mapping[str, str],
    template: Template,
) -> Related | None:
    """The pair of columns, alike by name or meaning, of which the further file's is unique and covers all."""
    best: tuple[float, str, str, str] | None = None
    index = attribute_index(template, template.attributes)
    for main in mains:
        for one in drafts[main].columns.values():
            for other in draft.columns.values():
                if one.kind == "empty" or not _same_meaning(one.column.name, other.column.name, index):
                    continue
                covered = _covered(stage, drafts[main], one.column.name, draft, other.column.name)
                if covered is not None and covered >= 0.5 and (best is None or covered > best[0]):
                    best = (covered, main, one.column.name, other.column.name)
    if best is None:
        return None
    covered, main, to, key = best
    reason = Message(
        "it is unique here and has {covered} of the values of {to!r} in {main!r}",
        covered=f"{covered:.1%}",
        to=to,
        main=main,
    )
    # What leaves a tenth of the rows without a partner may join by the wrong column: a person says.
    score = 0.9 + covered / 10 if covered >= _MOSTLY else covered
    draft.add(Choice("key", "key", key, score, reason))
    draft.add(Choice("key", "to", to, score, reason))
    same = {}
    if covered < 1:
        same = near_keys(
            stage, drafts[main].table, drafts[main].columns[to].column, draft.table, draft.columns[key].column
        )
    return Related("lookup", same)


def _same_meaning(one: str, other: str, index: NameIndex) -> bool:
    if loosely(one) == loosely(other):
        return True
    meant = {match.id for match in index.exact(one)}
    return any(match.id in meant for match in index.exact(other))


def _covered(stage: Stage, main: Draft, to: str, other: Draft, key: str) -> float | None:
    """The share of the main column's rows whose value the other table has; None where that is not unique."""
    value, own = stripped(main.columns[to].column), stripped(other.columns[key].column)
    keys, distinct = stage.row(f"SELECT count({own}), count(DISTINCT {own}) FROM {other.table.relation}")
    if not keys or keys != distinct:
        return None
    present, found = stage.row(
        f"SELECT count(v), count(*) FILTER (v IN (SELECT {own} FROM {other.table.relation})) "
        f"FROM (SELECT {value} AS v FROM {main.table.relation})"
    )
    return found / present if present else None
