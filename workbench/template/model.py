"""A process template: all that is special to a process, read from data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from workbench.errors import unknown_name
from workbench.messages import Message
from workbench.template.base import Declared, Text, Value, Words, as_list
from workbench.template.kpis import KPI, PolicyValue
from workbench.template.populations import ReadyComparison, Segment
from workbench.template.rules import Rule
from workbench.template.tables import SideTable
from workbench.template.words import ClosingTest

__all__ = [
    "RATE_FIELDS",
    "Activity",
    "Attribute",
    "CaseRoles",
    "Challenge",
    "Derived",
    "Goal",
    "Ledger",
    "LedgerEntry",
    "Lever",
    "Pair",
    "Phase",
    "Reaches",
    "ReadyComparison",
    "Section",
    "Segment",
    "StepText",
    "Template",
]

Kind = Literal["start", "milestone", "step", "end+", "end-", "end"]
END_KINDS = ("end+", "end-", "end")


class CaseRoles(Declared):
    """Which attributes play which part: case id, activity, time, resource, amount, currency, partner, minutes.

    `objects` are no attribute: the names that object-centric logs have for what is a case here, the best first.
    """

    id: str
    activity: str = "activity_name"
    time: str = "event_time"
    resource: str = "user"
    amount: str | None = None
    currency: str | None = None
    partner: str | None = None
    automated: str | None = None
    extracted: str | None = None
    minutes: str | None = None
    objects: Words = ()


class Attribute(Declared):
    """A field of a case or an event, and what a person who fills it in must know.

    `meaning` is what it is, `why` what it is good for, `where` the place (of `[places]`) in which a system keeps it,
    `fields` its names there by system, `values` what is usually entered, `examples` the same where no list can be.
    """

    id: str
    level: Literal["case", "event", "both"]
    type: Literal["id", "str", "cat", "ts", "date", "num", "money", "bool", "pct"]
    tier: Literal["required", "recommended", "optional"]
    name: Text
    meaning: Text | None = None
    why: Text | None = None
    where: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    values: tuple[Text | str, ...] = ()
    examples: tuple[Text | str, ...] = ()
    aliases: tuple[str, ...] = ()
    take: Literal["first", "last"] = "first"
    table: str | None = None


class ColumnWhen(Declared):
    """A wide file's date column that means this event only where another column has one of some values."""

    column: Words
    where: Words
    is_: Words = Field(alias="is")


class Activity(Declared):
    """A business event. `iterative`: repeating it is no rework.

    `numbered` is the attribute that a number in its label tells: "RELANCE 2" is a reminder of level 2.
    """

    id: str
    kind: Kind
    name: Text
    iterative: bool = False
    numbered: str | None = None
    aliases: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    columns_when: tuple[ColumnWhen, ...] = ()
    unless_case_has: Words = ()
    unless_log_has: Words = ()
    meaning: Text | None = None
    where: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)


class Reaches(Declared):
    """A pair matched by sum closes when the sum reaches this share of an attribute of its opening event.

    `missing` names the ledger whose balance at the opening stands in when the attribute has no value.
    """

    attribute: str
    share: Value = 1
    missing: str | None = None


class Deadline(Declared):
    """The last day on which a pair may close: a date attribute of the opening event plus some days."""

    attribute: str
    days: Value = 0


class Pair(Declared):
    """One opening event with what became of it.

    `state` names an attribute: where the log has it, a pair runs from one change of its value to the next.
    `outlives_case` keeps an unclosed pair waiting when its case has ended (a payment that nobody posts).
    `otherwise` closes it in a case without any event of `closes` (a settlement where no payment is told).
    """

    id: str
    opens: Words
    closes: Words
    otherwise: Words = ()
    match: Literal["in_order", "next", "sum"]
    key: str | None = None
    stops: Words = ()
    sum: str | None = None
    reaches: Reaches | None = None
    deadline: Deadline | None = None
    state: str | None = None
    outlives_case: bool = False


class LedgerEntry(Declared):
    """Events that move a balance, and the attribute that says by how much (the first of several that is present).
    `payment`: whether what it takes away is money that came in; a case without any such is paid by its settlement."""

    of: str
    sum: Words
    dated: str | None = None
    missing: Literal["zero", "rest"] = "zero"
    payment: bool = True


class Phase(Declared):
    """A part of the time in which a balance stands open: before or after its due date, and what else holds then.

    `during` a pair that is open, or `after` the first of some activities; without either it takes what is left.
    """

    id: str
    name: Text
    past_due: bool
    during: str | None = None
    after: Words = ()


class Ledger(Declared):
    """A case's balance over time: `plus` less `minus`; `clears` takes away whatever would remain for ever.

    `due` is the case's, else that of the last event that opens it. `phases` part the time in which it stands open, in
    the order in which they are asked; `figures` are the KPIs that are shown beside it month by month.
    """

    id: str
    plus: tuple[LedgerEntry, ...] = Field(min_length=1)
    minus: tuple[LedgerEntry, ...] = ()
    clears: Words = ()
    due: str | None = None
    bands: tuple[int, ...] = ()
    # From which date the bands of the KPI that shows them count: the due date, or another one of the case.
    aged: Value | None = None
    tolerance: Value = 0
    stated: str | None = None
    phases: tuple[Phase, ...] = ()
    figures: Words = ()

    @model_validator(mode="after")
    def _phases_take_all(self) -> Ledger:
        """On either side of the due date the last phase takes what the others leave, so that parts add up."""
        for side in (False, True) if self.phases else ():
            own = [phase for phase in self.phases if phase.past_due is side]
            if not own or own[-1].during is not None or own[-1].after:
                raise ValueError(
                    Message("the last phase before and after the due date takes all that is left")
                )
        return self


class Derived(Declared):
    """An event that no system recorded: a due date passed, a balance at zero, a deadline missed, a value changed."""

    id: str
    derive: Literal["date_passed", "ledger_zero", "deadline_missed", "value_changed"]
    kind: Kind
    name: Text
    shown: bool = True
    date: str | None = None
    while_: str | None = Field(default=None, alias="while")
    ledger: str | None = None
    by: Words = ()
    pair: str | None = None
    attribute: str | None = None
    direction: Literal["any", "up", "down"] = "any"
    after: Words = ()
    delta: str | None = None
    iterative: bool = True
    aliases: tuple[str, ...] = ()
    unless_case_has: Words = ()
    unless_log_has: Words = ()


class Path(Declared):
    """The ideal order of activities."""

    ideal: tuple[str, ...] = ()


class Challenge(Declared):
    """What hurts, tied to the KPIs and rules that measure it and the levers that ease it."""

    id: str
    name: Text
    kpis: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


class Goal(Declared):
    """What is wanted, measured by KPIs; the targets stand at the KPIs."""

    id: str
    name: Text
    measure: Text | None = None
    kpis: tuple[str, ...]
    rules: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()


class Section(Declared):
    """Figures that belong together, shown on page 3 of this process alone.

    `kpis` stand in a list; `across` side by side for each value of the attribute `by`; `parts` each with its own parts
    (bands, stages, people) beside what is expected of them. With `funnel` it begins with the funnel by cohort.
    """

    name: Text
    kpis: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    by: str | None = None
    parts: tuple[str, ...] = ()
    funnel: bool = False


class Lever(Declared):
    """Something that can be automated or changed."""

    id: str
    name: Text
    activities: Words = ()
    needs: str | None = None
    note: Text | None = None


class StepText(Declared):
    """The three boxes that open a step."""

    what: Text
    why: Text
    outcome: Text


PolicyTable = dict[str, PolicyValue]
# The columns of a table of exchange rates: a day, a currency, and what one unit of it is worth.
RATE_FIELDS = ("date", "from", "rate")
# What a cell of a worked example holds.
Cell = bool | int | float | datetime | date | str


class Template(Declared):
    """A process as data. Get one with `load_template(id)`; see `docs/templates.md` for the files.

    `compare` names the KPIs that hold parts of the log side by side, `problems` those whose rows are a problem,
    `waits` the attributes that break waiting down; `terms` names groups, pairs, ledgers, policy values and deltas.
    `cases` is what the cases are called, `places` are the parts of a system that hold fields and events, `system` is
    the one of a variant, `example` a few rows of each table as filled in, activities by their ids.
    """

    format: Literal[1]
    process: str
    extends: str | None = None
    name: Text
    description: Text | None = None
    system: str | None = None
    cases: Text | None = None
    case: CaseRoles
    compare: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    attributes: dict[str, Attribute]
    activities: dict[str, Activity] = Field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    path: Path = Path()
    pairs: dict[str, Pair] = Field(default_factory=dict)
    ledgers: dict[str, Ledger] = Field(default_factory=dict)
    derived: dict[str, Derived] = Field(default_factory=dict)
    tables: dict[str, SideTable] = Field(default_factory=dict)
    policy: PolicyTable = Field(default_factory=dict)
    rules: dict[str, Rule] = Field(default_factory=dict)
    kpis: dict[str, KPI] = Field(default_factory=dict)
    challenges: dict[str, Challenge] = Field(default_factory=dict)
    goals: dict[str, Goal] = Field(default_factory=dict)
    segments: dict[str, Segment] = Field(default_factory=dict)
    filters: dict[str, Segment] = Field(default_factory=dict)
    comparisons: dict[str, ReadyComparison] = Field(default_factory=dict)
    sections: dict[str, Section] = Field(default_factory=dict)
    levers: dict[str, Lever] = Field(default_factory=dict)
    terms: dict[str, Text] = Field(default_factory=dict)
    places: dict[str, Text] = Field(default_factory=dict)
    example: dict[str, tuple[dict[str, Cell], ...]] = Field(default_factory=dict)
    steps: dict[Literal["connect", "discover", "measure", "diagnose", "improve", "monitor"], StepText] = (
        Field(default_factory=dict)
    )
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)
    notes: Annotated[tuple[Text, ...], BeforeValidator(as_list)] = ()

    def expand(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Activities named, with every group replaced by its members, in order and without repeats."""
        found: dict[str, None] = {}
        for name in names:
            members = self.expand(self.groups[name]) if name in self.groups else (name,)
            found.update(dict.fromkeys(members))
        return tuple(found)

    def events(self) -> Iterator[Activity | Derived]:
        """All declared activities, recorded and derived."""
        yield from self.activities.values()
        yield from self.derived.values()

    def kpi(self, kpi_id: str) -> KPI:
        """A KPI by its id; a name that is not there is an error with the nearest ones."""
        if kpi_id not in self.kpis:
            where = Message("template {process}", process=self.process)
            raise unknown_name("KPI", kpi_id, self.kpis, where=where)
        return self.kpis[kpi_id]

    def ready_filters(self) -> dict[str, Segment]:
        """The filters that come with the process by name: its named parts of the log, and further ones."""
        return {**self.segments, **self.filters}

    def closing_attributes(self) -> frozenset[str]:
        """Attributes that some KPI or rule asks of the event that closes a pair."""
        return frozenset(_closing(list(self.kpis.values())) | _closing(list(self.rules.values())))

    def unnamed(self) -> frozenset[str]:
        """Everything that a reader may meet and that only `terms` gives a name, a policy value without its prefix."""
        deltas = (derived.delta for derived in self.derived.values() if derived.delta)
        return frozenset({*self.groups, *self.pairs, *self.ledgers, *self.policy, *deltas})

    def label(self, activity: str, language: str = "en") -> str:
        """What an activity is called in a language; an activity of the log's own keeps its own name."""
        declared = self.activities.get(activity) or self.derived.get(activity)
        return declared.name.in_language(language) if declared else activity

    def rule_members(self, name: str) -> tuple[str, ...]:
        """The rules that a name stands for: the rule itself, or all entries of a group."""
        if name in self.rules:
            return (name,)
        return tuple(rule.id for rule in self.rules.values() if rule.group == name)


def _closing(value: Any) -> set[str]:
    if isinstance(value, ClosingTest):
        return {value.closing}
    if isinstance(value, Declared):
        return set().union(*(_closing(getattr(value, name)) for name in type(value).model_fields))
    return set().union(*map(_closing, value)) if isinstance(value, list | tuple) else set()
