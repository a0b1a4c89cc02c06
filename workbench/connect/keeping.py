"""Columns that the process has no name for, kept as typed attributes of one's own."""

from __future__ import annotations

from collections.abc import Collection

from workbench.connect.draft import Draft
from workbench.connect.fields import stripped
from workbench.connect.names import PLAIN_DATES, loosely, snake
from workbench.connect.profile import ColumnProfile
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.log.keys import RESERVED
from workbench.template import Template

__all__ = ["keep_others"]

_CODE_NAMES = ("id", "no", "nr", "number", "code", "key", "zip", "phone", "year")


def keep_others(
    stage: Stage, draft: Draft, kind: str, template: Template, *, taken: Collection[str] = ()
) -> None:
    """Adds a choice for every column that is in no use yet, with its type and level found from the data.

    Columns that hold nothing, count the rows, or hold long prose are left out, which is said.
    """
    used = draft.used()
    rest = [profile for name, profile in draft.columns.items() if name not in used]
    kept = [profile for profile in rest if not (profile.kind == "empty" or profile.index or profile.prose)]
    prose = [profile.column.name for profile in rest if profile.prose]
    if prose:
        draft.gaps.append(f"long texts are left out: {', '.join(map(repr, prose))}")
    constant = (
        _constant(stage, draft, kept) if kind == "events" else {profile.column.name for profile in kept}
    )
    names = {one.name for one in draft.choices} | set(taken)
    for profile in kept:
        name = _own_name(profile.column.name, names | set(template.attributes))
        names.add(name)
        level = "case" if profile.column.name in constant else "event"
        draft.add(
            Choice(
                "kept",
                name,
                profile.column.name,
                1.0,
                "the process has no name for it",
                type=_own_type(profile),
                level=level,
            )
        )


def _own_name(column: str, taken: Collection[str]) -> str:
    base = snake(column)
    folded = {name.casefold() for name in taken} | {name.casefold() for name in RESERVED}
    name, count = base, 1
    while name.casefold() in folded:
        count += 1
        name = f"{base}_{count}"
    return name


def _own_type(profile: ColumnProfile) -> str:
    dated = profile.kind == "counted" and loosely(profile.column.name).endswith(PLAIN_DATES)
    if profile.kind == "date" or dated:
        return "ts" if profile.timed else "date"
    if profile.kind == "bool":
        return "bool"
    if profile.kind in ("number", "counted") and not profile.codes:
        words = snake(profile.column.name).split("_")
        return "cat" if words[-1] in _CODE_NAMES or loosely(profile.column.name).endswith("编号") else "num"
    return "cat"


def _constant(stage: Stage, draft: Draft, profiles: list[ColumnProfile]) -> set[str]:
    """The columns that never change within a case."""
    case = draft.role("case")
    if case is None or not profiles:
        return set()
    tests = ", ".join(
        f"min({stripped(one.column)}) <> max({stripped(one.column)}) AS v{number}"
        for number, one in enumerate(profiles)
    )
    by_case = f"SELECT {tests} FROM {draft.table.relation} GROUP BY {stripped(draft.columns[case].column)}"
    found = stage.row(f"SELECT {', '.join(f'bool_or(v{n})' for n in range(len(profiles)))} FROM ({by_case})")
    return {one.column.name for one, varies in zip(profiles, found, strict=True) if not varies}
