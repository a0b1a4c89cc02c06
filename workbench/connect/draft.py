"""A source being looked at: which of its columns can play a role, fill an attribute, or record an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.connect.fields import stripped
from workbench.connect.names import (
    PLAIN_DATES,
    SURE,
    TECHNICAL,
    NameIndex,
    attribute_index,
    entered,
    label_index,
    loosely,
    words_of,
)
from workbench.connect.profile import ColumnProfile
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.messages import Message
from workbench.template import Template
from workbench.template.model import Activity, ColumnWhen

__all__ = ["Draft", "attributes_of", "events_of", "find_role", "is_plain_date", "is_sure"]

_MANY_LABELS = 300


@dataclass(slots=True)
class Draft:
    """A table with the profiles of its columns and the choices made so far.

    `formats` are those of columns that are read as what their values alone would not prove: a month as its first day.
    """

    name: str
    table: SourceTable
    columns: Mapping[str, ColumnProfile]
    rows: int
    choices: list[Choice] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)

    def used(self) -> set[str]:
        """Columns that an applied choice names, conditions included; labels of activities are no columns."""
        names: set[str] = set()
        for one in self.choices:
            # A role is played even where it is only guessed.
            if one.what != "activity" and (one.applied or one.what == "role"):
                names |= {one.column, *one.when}
        return names

    def role(self, name: str) -> str | None:
        """The column that plays a role, however sure."""
        return next((one.column for one in self.choices if one.what == "role" and one.name == name), None)

    def add(self, choice: Choice | None) -> None:
        if choice is not None:
            self.choices.append(choice)


def find_role(role: str, draft: Draft, template: Template, *, but: str | None = None) -> Choice | None:
    """The column that plays a role: by the template's names, by those of interchange formats, else a guess.

    A guess has a low score: it is written down as a question. `but` names a column that has a role already.
    """
    told = draft.table.roles.get(role)
    if told is not None and told != but and _can_play(role, draft.columns[told]):
        return Choice("role", role, told, 1.0, Message("the format of the file says so"))
    attribute = {
        "case": template.case.id,
        "activity": template.case.activity,
        "time": template.case.time,
        "resource": template.case.resource,
    }.get(role)
    names = [attribute] if attribute in template.attributes else []
    index = attribute_index(template, names)
    technical = {loosely(name): number for number, name in enumerate(TECHNICAL.get(role, ()))}
    found: list[tuple[float, int, str, str]] = []
    for place, (name, profile) in enumerate(draft.columns.items()):
        if name == but or not _can_play(role, profile):
            continue
        found += [(match.score, -place, name, match.reason) for match in index.exact(name)]
        if loosely(name) in technical and (role != "order" or name.strip().lower() in TECHNICAL["order"]):
            score = 0.985 - 0.001 * technical[loosely(name)]
            found.append((score, -place, name, Message("it is the name in event logs")))
    if found:
        score, _, name, reason = max(found)
        return Choice("role", role, name, score, reason)
    return _guess(role, draft, index, but) if role in ("case", "activity", "time") else None


def _can_play(role: str, profile: ColumnProfile) -> bool:
    if profile.kind == "empty":
        return False
    if role == "time":
        return profile.kind in ("date", "counted")
    if role == "order":
        return profile.kind in ("number", "counted")
    if role in ("activity", "resource", "lifecycle"):
        return profile.kind in ("text", "number", "bool")
    return True


def _guess(role: str, draft: Draft, index: NameIndex, but: str | None) -> Choice | None:
    """A column that might play the role, by a name that is alike or by its values."""
    able = {name: one for name, one in draft.columns.items() if name != but and _can_play(role, one)}
    alike = [(match.score, name, match.reason) for name in able if (match := index.alike(name))]
    if alike:
        score, name, reason = max(alike)
        return Choice("role", role, name, score, reason)
    if role == "time":
        dates = [name for name, profile in able.items() if profile.kind == "date"]
        return (
            Choice("role", role, dates[0], 0.5, Message("it is the first column of dates")) if dates else None
        )
    taken = {one.column for one in draft.choices}
    able = {name: one for name, one in able.items() if name not in taken and not one.index}
    if role == "case":
        ids = [(one.distinct, name) for name, one in able.items() if _is_identifier(name, one)]
        return Choice("role", role, max(ids)[1], 0.5, Message("it looks like an identifier")) if ids else None
    most = min(draft.rows // 2, 100)
    few = [name for name, one in able.items() if one.kind == "text" and 1 < one.distinct <= most]
    return Choice("role", role, few[0], 0.4, Message("it has few different texts")) if few else None


def _is_identifier(name: str, profile: ColumnProfile) -> bool:
    named = name.strip().lower().endswith(("id", "number", "no", "key", "nr", "编号"))
    return profile.kind in ("text", "number") and profile.distinct > 1 and (profile.codes or named)


def attributes_of(draft: Draft, template: Template, names: Iterable[str]) -> list[Choice]:
    """The attributes that the draft's columns fill by name: the best name first, each column once."""
    index = attribute_index(template, names)
    free = [name for name in draft.columns if name not in draft.used()]
    exact = [
        (match.score, -place, name, match.id, match.reason)
        for place, name in enumerate(free)
        for match in index.exact(name)
    ]
    chosen: list[Choice] = []
    taken: set[str] = set()
    for score, _, name, attribute, reason in sorted(exact, reverse=True):
        if name in taken or attribute in {one.name for one in chosen}:
            continue
        kind = template.attributes[attribute].type
        if not draft.columns[name].fits(kind):
            draft.gaps.append(f"{name!r} is named as {attribute!r}, but its values are no {kind}")
            continue
        if draft.columns[name].kind == "empty":
            continue
        chosen.append(Choice("attribute", attribute, name, score, reason))
        taken.add(name)
    filled = {one.name for one in chosen}
    for name in free:
        match = index.alike(name) if name not in taken and draft.columns[name].kind != "empty" else None
        if match and match.id not in filled and draft.columns[name].fits(template.attributes[match.id].type):
            chosen.append(Choice("attribute", match.id, name, match.score, match.reason))
            filled.add(match.id)
    return chosen


def events_of(stage: Stage, draft: Draft, template: Template) -> list[Choice]:
    """The events that a wide draft's date columns record, in the template's order of activities."""
    dates = {name for name, profile in draft.columns.items() if profile.kind in ("date", "counted")}
    chosen: list[Choice] = []
    taken: set[str] = set()
    for activity in template.activities.values():
        free = dates - taken
        if activity.kind == "start" and not _has_due(draft, template):
            free = {name for name in free if not is_plain_date(name, template)}
        for name in _event_columns(activity, free):
            chosen.append(
                Choice("event", activity.id, name, 0.97, Message("a date of this name records the event"))
            )
            taken.add(name)
    chosen += _entered_stages(dates - taken, {one.name for one in chosen}, template)
    for activity in template.activities.values():
        if any(one.name == activity.id for one in chosen):
            continue
        for rule in activity.columns_when:
            choice = _conditional(stage, draft, activity.id, rule, dates - taken)
            if choice is not None:
                chosen.append(choice)
                break
    order = list(template.activities)
    return sorted(chosen, key=lambda one: order.index(one.name))


def _entered_stages(dates: set[str], told: set[str], template: Template) -> list[Choice]:
    """Dates at which a case entered a stage ("Date entered …"), where the stage is an activity by its label."""
    labels = label_index(template)
    chosen: dict[str, Choice] = {}
    for name in sorted(dates):
        found = labels.exact(label) if (label := entered(name)) is not None else []
        if found and found[0].id not in told:
            reason = Message("it is when the case entered {label!r}", label=label)
            chosen.setdefault(found[0].id, Choice("event", found[0].id, name, 0.95, reason))
    return list(chosen.values())


def is_plain_date(name: str, template: Template) -> bool:
    """Whether a column is named as no more than a time ("Date"): of what, only its neighbours tell."""
    words = {loosely(one) for one in PLAIN_DATES}
    return loosely(name) in words and template.case.time in template.attributes


def _has_due(draft: Draft, template: Template) -> bool:
    """Whether a column says when something falls due: a plain date beside it is the document's."""
    dues = {ledger.due for ledger in template.ledgers.values() if ledger.due in template.attributes}
    index = attribute_index(template, sorted(str(due) for due in dues))
    return any(index.exact(name) for name in draft.columns)


def _event_columns(activity: Activity, dates: set[str]) -> list[str]:
    """The date columns that record an activity: all of them where it repeats, else the best named."""
    known = list(reversed(list(enumerate(activity.columns))))
    places = {loosely(name): place for place, name in known}
    worded = {words: len(known) + place for place, name in known if len(words := words_of(name)) > 1}
    ranked = ((places.get(loosely(name), worded.get(words_of(name))), name) for name in dates)
    found = sorted((place, name) for place, name in ranked if place is not None)
    return [name for _, name in (found if activity.iterative else found[:1])]


def _conditional(
    stage: Stage, draft: Draft, activity: str, rule: ColumnWhen, dates: set[str]
) -> Choice | None:
    """A date column that means the event only where another column has one of some values."""
    column = _first_named(rule.column, dates)
    if column is None:
        return None
    meant = {loosely(value) for value in rule.is_}
    for wanted in rule.where:
        other = _first_named((wanted,), set(draft.columns) - {column})
        if other is None:
            continue
        value = stripped(draft.columns[other].column)
        seen = stage.rows(
            f"SELECT DISTINCT {value} AS v FROM {draft.table.relation} WHERE {value} IS NOT NULL "
            f"ORDER BY v LIMIT {_MANY_LABELS}"
        )
        values = tuple(str(one) for (one,) in seen if loosely(str(one)) in meant)
        if values:
            reason = Message("its date means this where {other} says so", other=other)
            return Choice("event", activity, column, 0.95, reason, when={other: values})
    return None


def _first_named(names: Iterable[str], among: set[str]) -> str | None:
    for wanted in names:
        for name in sorted(among):
            if loosely(name) == loosely(wanted):
                return name
    return None


def is_sure(choice: Choice | None) -> bool:
    """Whether a role was found by name."""
    return choice is not None and choice.score >= SURE
