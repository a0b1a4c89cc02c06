"""Which files tell cases and events, and whether with a row per event or a row per case.

Of several wide files one is the list of cases (invoices); others that name the same cases and record further
events of them (payments, reminders) stand beside it, however many rows a case has there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from workbench.connect.draft import Draft, events_of, find_role, is_sure
from workbench.connect.fields import stripped
from workbench.connect.given import Given
from workbench.connect.knowntables import holds_table
from workbench.connect.names import label_index, loosely
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message, quoted
from workbench.sql import text_list
from workbench.template import Template

__all__ = ["Kind", "ask_for_start", "main_tables"]

Kind = Literal["events", "cases"]
_SAME_CASES = 0.8
_MOSTLY = 0.5
_MANY_LABELS = 300


def main_tables(
    stage: Stage, drafts: Mapping[str, Draft], template: Template, given: Sequence[Given]
) -> dict[str, Kind]:
    """Which tables give cases and events, and how, the main one first; roles and events are chosen.

    A table of the same cases gives events only where they are not told by another one: a payment is no two
    payments because two files have its date. What is no main table is left to be related to them.
    """
    found: dict[str, Kind] = {}
    for name, draft in drafts.items():
        own = [one for one in given if one.table == name]
        said = {one.name: one.column for one in own if one.what == "role"}
        for role, column in said.items():
            draft.add(Choice("role", role, column, 1.0, Message("you said so")))
        kind = _shape(stage, draft, template, said, own)
        if kind is not None:
            found[name] = kind
    dated = {
        name: _events(stage, drafts[name], template, given) for name in drafts if found.get(name) != "events"
    }
    if not found:
        found = _unnamed(stage, drafts, template)
    mains: dict[str, Kind] = {name: kind for name, kind in found.items() if kind == "events"}
    if not found:
        raise _nothing(drafts)
    if not mains:
        # The list of cases: it opens them, has one row for each, and records most; leads are none.
        first = max(found, key=lambda name: _rank(stage, drafts[name], dated[name], template))
        mains = {first: "cases"}
        drafts[first].choices += dated[first]
    for name, events in dated.items():
        if name in mains or not events or not _same_cases(stage, drafts, name, mains):
            continue
        if _tell(stage, drafts, name, events, mains, template):
            mains[name] = "cases"
    return mains


def _rank(
    stage: Stage, draft: Draft, events: Sequence[Choice], template: Template
) -> tuple[bool, bool, bool, int]:
    case = draft.role("case")
    unique = case is not None and _unique(stage, draft, case)
    opens = any(
        template.activities[one.name].kind == "start" for one in events if one.name in template.activities
    )
    return not holds_table(stage, draft, template), unique, opens, len(events)


def _events(stage: Stage, draft: Draft, template: Template, given: Sequence[Given]) -> list[Choice]:
    """The events of a wide table: those that the user names, and those that columns are named after."""
    said = [
        Choice("event", one.name, one.column, 1.0, Message("you said so"), when=one.when)
        for one in given
        if one.table == draft.name and one.what == "event"
    ]
    names, columns = {one.name for one in said}, {one.column for one in said if not one.when}
    found = events_of(stage, draft, template)
    return said + [one for one in found if one.name not in names and one.column not in columns]


def _same_cases(stage: Stage, drafts: Mapping[str, Draft], name: str, mains: Mapping[str, Kind]) -> bool:
    """Whether a further table's cases are those of a main one; its case column is chosen by that if need be."""
    draft = drafts[name]
    own = draft.role("case")
    named = next((one for one in draft.choices if one.what == "role" and one.name == "case"), None)
    able = (
        [own]
        if own is not None and is_sure(named)
        else [
            one.column.name
            for one in draft.columns.values()
            if one.kind in ("text", "number") and not one.index
        ]
    )
    best = (0.0, "", "")
    for main in mains:
        to = drafts[main].role("case")
        for column in able if to is not None else ():
            if draft.columns[column].kind == drafts[main].columns[str(to)].kind:
                best = max(best, (_share(stage, draft, column, drafts[main], str(to)), column, main))
    share, column, main = best
    if share < _SAME_CASES:
        return False
    if not is_sure(named):
        reason = Message("{share} of its rows have a case of {source!r}", share=f"{share:.1%}", source=main)
        draft.choices = [one for one in draft.choices if one is not named]
        draft.add(Choice("role", "case", column, 0.8, reason))
    return True


def _share(stage: Stage, draft: Draft, column: str, main: Draft, to: str) -> float:
    value, case = stripped(draft.columns[column].column), stripped(main.columns[to].column)
    present, found = stage.row(
        f"SELECT count(v), count(*) FILTER (v IN (SELECT {case} FROM {main.table.relation})) "
        f"FROM (SELECT {value} AS v FROM {draft.table.relation})"
    )
    return found / present if present else 0.0


def _tell(
    stage: Stage,
    drafts: Mapping[str, Draft],
    name: str,
    events: Sequence[Choice],
    mains: Mapping[str, Kind],
    template: Template,
) -> bool:
    """Gives a further table the events that it alone tells; false where there are none.

    What may happen several times in a case is told by the table with a row for each time.
    """
    draft = drafts[name]
    case = draft.role("case")
    if case is None:
        return False
    long = {
        activity
        for main, kind in mains.items()
        if kind == "events"
        for activity in _labels(stage, drafts[main], drafts[main].role("activity"), template)[1]
    }
    if long & {one.name for one in events}:
        # A list of cases beside their events: its dates are in the events.
        return False
    finer = {
        one.name
        for one in events
        if one.name in template.activities
        and template.activities[one.name].iterative
        and not _unique(stage, draft, case)
    }
    own = []
    for one in events:
        others = [
            (drafts[main], other)
            for main in mains
            for other in drafts[main].choices
            if other.what == "event" and other.name == one.name and 1 not in (one.score, other.score)
        ]
        if others and one.name not in finer:
            continue
        for other_draft, other in others:
            other_draft.choices = [choice for choice in other_draft.choices if choice is not other]
            other_draft.gaps.append(
                f"{other.column!r} is left to {name!r}, which has a row for each {one.name!r}"
            )
        own.append(one)
    draft.choices += own
    return bool(own)


def _shape(
    stage: Stage, draft: Draft, template: Template, said: Mapping[str, str], given: Sequence[Given]
) -> Kind | None:
    """Whether a table has one row per event, one per case, or neither; its case, activity and time if so."""
    case = None if "case" in said else find_role("case", draft, template)
    case_column = said.get("case") or (case.column if case else None)
    long = {
        role: find_role(role, draft, template, but=case_column)
        for role in ("activity", "time")
        if role not in said
    }
    dated = any(one.what == "event" for one in given) or bool(events_of(stage, draft, template))
    if case_column is None:
        return None
    unique = _unique(stage, draft, case_column)
    named = is_sure(case) or "case" in said
    if named and not unique and not any(one.what == "event" for one in given):
        long |= _history(stage, draft, template, case_column, long)
    wanted = "activity" in said or "time" in said or bool(draft.table.roles)
    whole = all(choice is not None for choice in long.values())
    sure = whole and all(is_sure(choice) for choice in long.values())
    if wanted or (sure and not (unique and dated)) or (whole and named and not unique and not dated):
        if not whole:
            return None
        for choice in (case, *long.values()):
            draft.add(choice)
        return "events"
    if dated and (named or unique):
        draft.add(case)
        return "cases"
    return None


def _unnamed(stage: Stage, drafts: Mapping[str, Draft], template: Template) -> dict[str, Kind]:
    """The table that must be the main one although no date of it has a known name: with a case and most dates.

    What its dates record is asked. A process without activities of its own has no names to ask for.
    """
    able = []
    for name, draft in drafts.items():
        case = None if draft.role("case") else find_role("case", draft, template)
        column = draft.role("case") or (case.column if case else None)
        dates = sum(one.kind == "date" for one in draft.columns.values())
        # Who says which column is the activity means a long table, and its case or time is what is missing.
        wanted = any(one.what == "role" and one.name in ("activity", "time") for one in draft.choices)
        if column is not None and dates and template.activities and not wanted:
            able.append(((is_sure(case), _unique(stage, draft, column), dates), name, case))
    if not able:
        return {}
    (_, unique, _), name, case = max(able, key=lambda one: one[0])
    if not unique:
        return {}
    drafts[name].add(case)
    return {name: "cases"}


def _history(
    stage: Stage, draft: Draft, template: Template, case: str, long: Mapping[str, Choice | None]
) -> dict[str, Choice]:
    """Activity and time of a history of changes: a case has many rows, and its stages are activities.

    Known by its values: most are labels of activities, and they change within a case, as does the time of the
    change. Of several dates that is the one named as a creation (of the row), else one with a time of day.
    """
    if all(is_sure(choice) for choice in long.values()):
        return {}
    changing = _changing(stage, draft, case)
    found: dict[str, Choice] = {}
    activity = long.get("activity")
    if "activity" in long and not is_sure(activity):
        stages = [
            (share, name)
            for name, one in draft.columns.items()
            if one.kind == "text" and name in changing and one.distinct <= _MANY_LABELS
            for share, known in [_labels(stage, draft, name, template)]
            if share >= _MOSTLY and len(known) > 1
        ]
        if not stages:
            return {}
        share, name = max(stages)
        reason = Message(
            "{share} of its values are activities, and they change within a case", share=f"{share:.0%}"
        )
        found["activity"] = Choice("role", "activity", name, 0.93, reason)
    if "time" in long and not is_sure(long["time"]):
        opening = {loosely(c) for a in template.activities.values() if a.kind == "start" for c in a.columns}
        dates = [
            (loosely(name) in opening, one.timed, -place, name)
            for place, (name, one) in enumerate(draft.columns.items())
            if one.kind == "date" and name in changing
        ]
        if not dates or not (max(dates)[0] or max(dates)[1] or len(dates) == 1):
            return {}
        reason = Message("it is when the row was made, and changes within a case")
        found["time"] = Choice("role", "time", max(dates)[-1], 0.93, reason)
    return found


def _changing(stage: Stage, draft: Draft, case: str) -> set[str]:
    """The columns that take several values in most cases with several rows."""
    names = [name for name, one in draft.columns.items() if one.kind in ("text", "date")]
    if not names:
        return set()
    counts = ", ".join(
        f"count(DISTINCT {stripped(draft.columns[name].column)}) > 1 AS v{number}"
        for number, name in enumerate(names)
    )
    key = stripped(draft.columns[case].column)
    by_case = f"SELECT {counts} FROM {draft.table.relation} GROUP BY {key} HAVING count(*) > 1"
    shares = ", ".join(f"avg(CAST(v{number} AS INTEGER))" for number in range(len(names)))
    found = stage.row(f"SELECT {shares} FROM ({by_case})")
    return {name for name, share in zip(names, found, strict=True) if share is not None and share >= _MOSTLY}


def _labels(
    stage: Stage, draft: Draft, column: str | None, template: Template
) -> tuple[float, Collection[str]]:
    """The share of a column's values that are labels of activities, and which activities."""
    if column is None or not template.activities:
        return 0.0, set()
    value = stripped(draft.columns[column].column)
    rows = stage.rows(
        f"SELECT {value} AS v, count(*) FROM {draft.table.relation} WHERE {value} IS NOT NULL "
        f"GROUP BY v ORDER BY v LIMIT {_MANY_LABELS}"
    )
    index = label_index(template)
    known = {str(label): matches[0].id for label, _ in rows if (matches := index.exact(str(label)))}
    total = sum(int(count) for _, count in rows)
    share = sum(int(count) for label, count in rows if str(label) in known) / total if total else 0.0
    return share, set(known.values())


def ask_for_start(stage: Stage, mains: Sequence[Draft], template: Template) -> None:
    """A question where nothing that opens the process is mapped: durations and open items count from it."""
    opening = [one for one in template.activities.values() if one.kind == "start"]
    if not opening:
        return
    ids = {one.id for one in opening}
    for draft in mains:
        if any(
            one.what in ("event", "activity") and one.name in ids and one.applied for one in draft.choices
        ):
            return
        column = draft.role("activity")
        if column is not None:
            value = stripped(draft.columns[column].column)
            query = f"SELECT count(*) FROM {draft.table.relation} WHERE {value} IN {text_list(sorted(ids))}"
            if stage.row(query)[0]:
                return
    named = " or ".join(f"{one.id} ({one.name.en})" for one in opening)
    wanted, among = ("label", "") if mains[0].role("activity") else ("date column", _dates(mains[0]))
    mains[0].gaps.append(f"nothing opens the process: no {wanted}{among} is known to mean {named}; name it")


def _dates(draft: Draft) -> str:
    """The date columns there are, for a question about them."""
    names = [repr(name) for name, one in draft.columns.items() if one.kind == "date"][:8]
    return f" ({', '.join(names)})" if names else ""


def _unique(stage: Stage, draft: Draft, column: str) -> bool:
    value = stripped(draft.columns[column].column)
    present, distinct = stage.row(
        f"SELECT count({value}), count(DISTINCT {value}) FROM {draft.table.relation}"
    )
    return bool(present == distinct)


def _nothing(drafts: Mapping[str, Draft]) -> WorkbenchError:
    """Nothing can be the case, or nothing the time: told with the columns there are."""
    columns = quoted(name for draft in drafts.values() for name in list(draft.columns)[:12])
    dates = [name for draft in drafts.values() for name, one in draft.columns.items() if one.kind == "date"]
    message = Message("No column can be the time of an event (columns: {columns})", columns=columns)
    if dates:
        message = Message("No column can be the case (columns: {columns})", columns=columns)
    remedy = Message(
        "Say which: --case COL --activity COL --time COL, or --map ACTIVITY=COL for a date column"
    )
    return WorkbenchError(message, where=", ".join(drafts), remedy=remedy)
