"""Files beside the main one: lookups by a shared key, rates, and the tables that a process knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.connect.draft import Draft, attributes_of
from workbench.connect.fields import stripped
from workbench.connect.given import Given
from workbench.connect.keeping import keep_others
from workbench.connect.lookups import near_keys
from workbench.connect.names import NameIndex, attribute_index, loosely
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.messages import Message
from workbench.template import Template

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
    for name, draft in drafts.items():
        if name in mains:
            continue
        said = [one for one in given if one.table == name and one.what == "attribute"]
        draft.choices = []
        related = (
            _rates(draft)
            or _known_table(stage, draft, template)
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
                for attribute, known in template.attributes.items()
                if attribute not in taken and known.table is None and attribute not in _roles(template)
            ]
            for choice in attributes_of(draft, template, names):
                if choice.name not in {one.name for one in draft.choices}:
                    draft.add(choice)
            keep_others(stage, draft, "cases", template, taken=taken)
        taken |= {one.name for one in draft.choices if one.what in ("attribute", "kept") and one.applied}
        found[name] = related
    return found


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


def _known_table(stage: Stage, draft: Draft, template: Template) -> Related | None:
    """A table that the process knows by name: its key is there, and at least half of its columns.

    One that says each partner once joins to the cases instead; what says a partner several times, as dated ratings do,
    is a table.
    """
    for known in template.tables.values():
        index = attribute_index(template, known.attributes)
        meant = {match.id: name for name in draft.columns for match in index.exact(name)}
        columns = set(meant)
        if known.key == template.case.partner and (
            known.key not in meant or _is_unique(stage, draft, meant[known.key])
        ):
            continue
        if known.key in columns and 2 * len(columns) >= len(known.attributes):
            draft.choices += attributes_of(draft, template, known.attributes)
            draft.name = known.id
            kind: RelatedKind = "table"
            if known.id in ("requests", "leads"):
                kind = known.id  # type: ignore[assignment]
            return Related(kind)
    return None


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


def _is_unique(stage: Stage, draft: Draft, name: str) -> bool:
    value = stripped(draft.columns[name].column)
    keys, distinct = stage.row(f"SELECT count({value}), count(DISTINCT {value}) FROM {draft.table.relation}")
    return bool(keys == distinct)


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
