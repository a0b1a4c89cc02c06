"""Every name in a template checked against what it may name, so that a misspelt one is never an empty result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.places import at_key
from workbench.template.base import AttributeValue, Declared
from workbench.template.model import RATE_FIELDS, LedgerEntry, Template
from workbench.template.words import FirstAfter, SignedTerm, SumTerm

__all__ = ["check_references"]

_ACTIVITY, _ATTRIBUTE = Message("activity"), Message("attribute")
_KPI, _MOMENT, _RULE = Message("KPI"), Message("moment"), Message("rule")
_PAIR_MOMENTS = {"opened", "closed", "deadline"}
_MOMENTS = {"time", "started", "ended", "last_event", "asof"} | _PAIR_MOMENTS


def check_references(template: Template, *, where: str) -> None:
    """Raise on the first name that nothing in the template carries."""
    _Checker(template, where).run()


class _Checker:
    """Walks the declared tables and looks every reference up in the set of names it may come from."""

    def __init__(self, template: Template, where: str) -> None:
        self.template = template
        self.where = where
        self.attributes = set(template.attributes) | {
            found.delta for found in template.derived.values() if found.delta
        }
        self.events = set(template.activities) | set(template.derived)
        self.activities = self.events | set(template.groups)
        self.rules = set(template.rules) | {rule.group for rule in template.rules.values() if rule.group}

    def run(self) -> None:
        template = self.template
        for group, members in template.groups.items():
            self.each(_ACTIVITY, members, self.activities, f"groups.{group}")
        self.each(_ACTIVITY, template.path.ideal, self.events, "path.ideal")
        roles = template.case.model_dump(exclude_none=True, exclude={"objects"})
        self.each(_ATTRIBUTE, roles.values(), self.attributes, "case")
        self.each(_KPI, template.compare, template.kpis, "compare")
        self.each(_KPI, template.problems, template.kpis, "problems")
        self.each(_ATTRIBUTE, template.waits, self.attributes, "waits")
        for name in ("activities", "pairs", "ledgers", "derived", "rules", "kpis", "segments", "filters"):
            for key, entry in getattr(template, name).items():
                self.walk(entry, f"{name}.{key}")
        for key, activity in template.activities.items():
            if activity.numbered is not None:
                self.each(_ATTRIBUTE, [activity.numbered], self.attributes, f"activities.{key}.numbered")
        for name in ("challenges", "goals"):
            for key, entry in getattr(template, name).items():
                self.each(_KPI, entry.kpis, template.kpis, f"{name}.{key}")
                self.each(_RULE, entry.rules, self.rules, f"{name}.{key}")
                self.each(Message("lever"), entry.levers, template.levers, f"{name}.{key}")
                self.each(Message("goal"), getattr(entry, "goals", ()), template.goals, f"{name}.{key}")
        for key, section in template.sections.items():
            named = (*section.kpis, *section.across, *section.parts)
            self.each(_KPI, named, template.kpis, f"sections.{key}")
            self.each(_ATTRIBUTE, (section.by,) if section.by else (), self.attributes, f"sections.{key}")
        for key, pair in template.comparisons.items():
            named = tuple(one for one in (pair.first, pair.second) if one is not None)
            self.each(Message("ready-made filter"), named, template.ready_filters(), f"comparisons.{key}")
        for key, lever in template.levers.items():
            self.each(_ACTIVITY, lever.activities, self.activities, f"levers.{key}")
        self.each(Message("term"), template.terms, template.unnamed(), "terms")
        for key, table in template.tables.items():
            self.each(_ATTRIBUTE, table.attributes, self.attributes, f"tables.{key}")
            own = (*table.key, *table.joins, *table.gives, *((table.dated,) if table.dated else ()))
            own += (
                *((table.begins,) if table.begins else ()),
                *table.known,
                *_strings((*table.known.values(),)),
            )
            self.each(_ATTRIBUTE, own, table.attributes, f"tables.{key}")
            self.each(_ATTRIBUTE, (table.moment,) if table.moment else (), self.attributes, f"tables.{key}")
        self.places()
        self.example()

    def places(self) -> None:
        """Where fields and events are found is a place that is described."""
        template = self.template
        for table in ("attributes", "activities"):
            for key, entry in getattr(template, table).items():
                if entry.where is not None:
                    self.each(Message("place"), [entry.where], template.places, f"{table}.{key}.where")

    def example(self) -> None:
        """A worked example has the tables, fields and activities of the process."""
        template = self.template
        self.each(
            Message("table"), template.example, {"events", "cases", "rates", *template.tables}, "example"
        )
        for table, rows in template.example.items():
            known = RATE_FIELDS if table == "rates" else self.attributes
            for number, row in enumerate(rows):
                place = f"example.{table}.{number}"
                self.each(_ATTRIBUTE, row, known, place)
                activity = row.get(template.case.activity)
                if activity is not None and template.activities:
                    self.each(_ACTIVITY, [activity], template.activities, place)

    def each(self, kind: str, names: Iterable[Any], known: Iterable[str], place: str) -> None:
        for name in names:
            if name not in known:
                raise unknown_name(kind, str(name), known, where=at_key(self.where, f"[{place}]"))

    # ------------------------------------------------------------------ the walk
    def walk(self, entry: Declared, place: str) -> None:
        """Look at every field of a declared entry by what a field of that name refers to."""
        for name in type(entry).model_fields:
            value = getattr(entry, name)
            spot = f"{place}.{name.rstrip('_')}"
            if value is None or value == ():
                continue
            if (
                name in _MOMENT_FIELDS
                or (name == "at" and value not in ("start", "end"))
                or (name == "dated" and not isinstance(entry, LedgerEntry))
            ):
                self.moment(value, spot)
            elif name == "allowed":
                self.policy(value, spot)
            else:
                kind, known = self.referred(entry, name)
                if kind:
                    self.each(kind, (_reference(name, found) for found in _strings(value)), known, spot)
            self.values(value, spot)

    def referred(self, entry: Declared, name: str) -> tuple[str, set[str]]:
        """What a field of an entry names, and all that it may name; an empty kind where it names nothing."""
        template = self.template
        special = self.special(entry, name)
        if special is not None:
            return special
        if name in _ACTIVITY_FIELDS:
            return _ACTIVITY, self.activities | _extra(entry, name, template)
        if name in _ATTRIBUTE_FIELDS:
            return _ATTRIBUTE, self.attributes
        if name in _LEDGER_FIELDS:
            return Message("ledger"), set(template.ledgers)
        if name in _PAIR_FIELDS:
            return Message("pair"), set(template.pairs)
        if name in _RULE_FIELDS:
            return _RULE, self.rules
        if name == "figures":
            return _KPI, set(template.kpis)
        if name == "needs" and not isinstance(getattr(entry, name), str):
            parameters = {f"policy.{parameter}" for parameter in template.policy}
            known = (
                self.activities | self.attributes | set(template.ledgers) | parameters | set(template.tables)
            )
            known |= {f"{key}.{name}" for key, table in template.tables.items() for name in table.attributes}
            return Message("activity or attribute"), known
        return "", set()

    def special(self, entry: Declared, name: str) -> tuple[str, set[str]] | None:
        """The same of fields that mean something else in one kind of entry than in others."""
        value = getattr(entry, name)
        if name == "inside" and isinstance(value, str):  # of an average it is what is counted
            return "", set()
        if name == "times" and isinstance(entry, SumTerm) and not value.startswith("policy."):
            return _ATTRIBUTE, self.attributes
        if name in ("earlier", "covered_by"):
            return _ACTIVITY, self.activities | set(self.template.tables)
        return (_ACTIVITY, self.activities) if name == "else_by" else None

    def values(self, value: Any, place: str) -> None:
        """Descend into nested tables; check policy parameters and attributes on right sides."""
        if isinstance(value, AttributeValue):
            self.each(_ATTRIBUTE, [value.attribute], self.attributes, place)
        elif isinstance(value, SignedTerm):
            if (value.plus is None) == (value.minus is None):
                message = Message("A term has either `plus` or `minus`")
                raise WorkbenchError(message, where=at_key(self.where, f"[{place}]"))
            self.walk(value.term, place)
        elif isinstance(value, Declared):
            self.walk(value, place)
        elif isinstance(value, tuple):
            for index, part in enumerate(value):
                self.values(part, f"{place}.{index}")
        elif isinstance(value, str) and value.startswith("policy."):
            self.policy(value, place)

    def policy(self, value: str, place: str) -> None:
        name = value.removeprefix("policy.")
        if not value.startswith("policy.") or name not in self.template.policy:
            where = at_key(self.where, f"[{place}]")
            raise unknown_name("policy value", name, self.template.policy, where=where)

    def moment(self, value: Any, place: str) -> None:
        known = self.activities | self.attributes | _MOMENTS
        if isinstance(value, FirstAfter):
            self.each(_ACTIVITY, value.first, self.activities, place)
            self.each(_MOMENT, [value.after, *([value.before] if value.before else [])], known, place)
            return
        for name in _strings(value):
            self.each(_MOMENT, [name.removeprefix("last ")], known, place)


_ACTIVITY_FIELDS = {
    "opens",
    "closes",
    "otherwise",
    "stops",
    "clears",
    "of",
    "by",
    "each",
    "then",
    "unless",
    "before",
    "differs_from",
    "stages",
    "has",
    "lacks",
    "count",
    "exists",
    "inside",
    "closed_by",
    "until",
    "unless_case_has",
    "unless_log_has",
    "after",
    "backward",
}
_ATTRIBUTE_FIELDS = {
    "attribute",
    "first_of",
    "latest",
    "weight",
    "key",
    "due",
    "dated",
    "date",
    "closing",
    "state",
    "value",
    "sum",
    "varies",
    "within",
}
_MOMENT_FIELDS = {"from_", "to", "when", "moment", "since"}
_LEDGER_FIELDS = {"ledger", "balance", "moved", "while_", "reconciled"}
_PAIR_FIELDS = {"pair", "during", "unless_during"}
_RULE_FIELDS = {"keeps", "breaks"}


def _reference(field: str, name: str) -> str:
    """The name that a word refers to: `R02.skipped` refers to R02."""
    return name.split(".", maxsplit=1)[0] if field in _RULE_FIELDS else name


def _extra(entry: Declared, name: str, template: Template) -> set[str]:
    """Names besides activities that a field of an entry may carry."""
    extra: set[str] = set()
    if name in ("of", "exists"):
        extra |= {"cases", "events", *template.pairs}
    if name == "of":
        extra |= set(template.tables)
    if name == "by":  # a moment test compares with a date attribute, a derived event with activities
        extra |= set(template.attributes) | _MOMENTS
    if name == "after":  # the limit of a response counts from a date attribute
        extra |= set(template.attributes) | _MOMENTS
    if name == "backward":
        extra |= {"ideal"}
    return extra


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
