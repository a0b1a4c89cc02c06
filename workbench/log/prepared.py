"""The prepared log: sorted once, with the answer beside each event."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from workbench.log.answers import Answers
from workbench.log.beside import Narrow, by_activity, follows
from workbench.log.bits import Chosen
from workbench.log.draft import policy_value
from workbench.log.engine import Engine, Narrowing
from workbench.log.lookedat import LookedAt
from workbench.log.meta import LogMeta
from workbench.log.recorded import Recorded
from workbench.log.said import Said
from workbench.log.trims import Trim
from workbench.messages import Message
from workbench.template import Template

__all__ = ["Memory", "PreparedLog", "lacking"]

_MOST_SAID = 256


def lacking(name: str) -> Message:
    """Why there is no answer: what the log does not have, or the project's policy does not say."""
    if name.startswith("policy."):
        return Message("the project does not say {what}", what=name)
    return Message("the log has no {what}", what=name)


@dataclass(frozen=True)
class PreparedLog:
    """Events, cases, pairs, ledgers and rule verdicts of one log as known at the end of `as_of`.

    `events`: case_key, pos, activity (code), time (naive UTC), day (local), next_activity and to_next (µs, among
    shown events), is_derived, is_shown, resource and event attributes, in case order. `cases`: one row per case
    with case_id, attributes, start, end, status, ended, variant and first__/last__/n__ of each activity.
    `recorded` is what it was derived from, so that an earlier as-of date can be derived again.
    """

    engine: Engine
    template: Template
    meta: LogMeta
    events: ir.Table
    cases: ir.Table
    pairs: Mapping[str, ir.Table]
    ledgers: Mapping[str, ir.Table]
    verdicts: ir.Table
    variants: ir.Table
    days: ir.Table
    recorded: Recorded
    # What a narrowed log is narrowed by: `events` are those of `ordered` that belong to its cases.
    narrowing: Narrowing | None = None
    ordered: ir.Table | None = None
    # Activities by code that the map and all that is seen like it pass over.
    hidden: tuple[int, ...] = ()
    # What a filter leaves of the events of the cases, for the same.
    trims: tuple[Trim, ...] = ()
    # Answers given for exactly this log.
    answers: Answers | None = None
    # Tables beside the log as they were known at `as_of` (`workbench.log.beside`).
    tables: Mapping[str, ir.Table] = field(default_factory=dict)
    # What is remembered of the whole log while somebody looks at one choice of its cases after another.
    memory: Memory | None = None
    # The log of which this one is some of the cases.
    whole: PreparedLog | None = field(default=None, repr=False)

    @property
    def as_of(self) -> date:
        return self.meta.as_of

    @property
    def unnarrowed(self) -> PreparedLog:
        """The log with all its cases: what somebody else's books are held against."""
        return self.whole or self

    @property
    def unfiltered(self) -> frozenset[str]:
        """The tables beside the log that its filter left whole."""
        return self.recorded.unfiltered

    def frame(self, asked: ir.Table | Said) -> pd.DataFrame:
        """The rows of an expression over this log, as pandas."""
        return self.engine.frame(asked)

    def arrow(self, asked: ir.Table | Said) -> pa.Table:
        """The rows of an expression over this log as Arrow holds them: for many rows of few columns."""
        return self.engine.arrow(asked)

    def alike(self, key: Hashable, make: Callable[[], ir.Table]) -> ir.Table | Said:
        """An expression that differs from one choice of the cases to another by nothing but these, to be asked.

        `key` says which, beside the activities and events that the log leaves out. It is put into words once for all
        choices of a remembering log; of others it is made anew.
        """
        if self.memory is None or not isinstance(self.narrowing, Chosen):
            return make()
        # Among chosen cases there are fewer to look up: how far it goes stands in the words.
        key = (key, self.narrowing.last, self.hidden, tuple(trim.said for trim in self.trims))
        said = self.memory.said.get(key)
        if said is None:
            expr = make()
            said = self.engine.said(expr)
            if said is None or said.looks_at != {self.narrowing.name}:
                return expr
            self.memory.keep_said(key, said)
        return said.of(self.narrowing) or make()

    def codes(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Codes of activities and groups by name; those this log cannot show are left out."""
        return self.meta.codes(name for name in self.template.expand(names) if name in self.meta.recorded)

    def policy(self, value: object) -> Any:
        """A declared value with `policy.x` replaced by the project's or the template's number."""
        return policy_value(value, self.template, self.meta)

    def attributes_in(self, table: ir.Table) -> list[str]:
        """The attributes that a table carries, each once: one of cases and of events stands twice in the log."""
        return list(
            dict.fromkeys(found.name for found in self.meta.attributes if found.name in table.columns)
        )

    def knows(self, name: str) -> bool:
        """Whether the log shows an activity, carries an attribute, keeps a ledger or has a table of this name.

        `requests.decided_at` is a column of a table beside it.
        """
        template = self.template
        table, _, column = name.partition(".")
        if name in self.tables or (table in template.tables and column):
            return name in self.tables or self.meta.attribute_of((table,), column) is not None
        if name.startswith("policy."):
            return bool(self.policy(name))
        if name in template.ledgers:
            return name in self.ledgers
        if name in template.groups or name in template.activities or name in template.derived:
            return any(member in self.meta.recorded for member in template.expand((name,)))
        for derived in template.derived.values():
            if name == derived.delta:
                return derived.id in self.meta.recorded
        if any(
            name in declared.gives and by_activity(template, key) and self.meta.attribute_of((key,), name)
            for key, declared in template.tables.items()
            if key in self.tables
        ):
            return True
        if name == template.case.resource:
            return self.meta.attribute(name) is not None or "resource" in self.meta.filled
        return self.meta.attribute(name) is not None

    def in_memory(self) -> PreparedLog:
        """The same log with its tables held by the engine instead of lying in files."""

        def held(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
            return {name: self.engine.keep(table, name) for name, table in tables.items()}

        # All cases, in their order, even of a narrowed log: what is narrowed need not have one.
        whole = self.engine.keep(self.events if self.ordered is None else self.ordered, "events")
        single = held({"cases": self.cases, "verdicts": self.verdicts, "variants": self.variants})
        return replace(
            self,
            events=whole if self.narrowing is None else self.narrowing(whole),
            ordered=None if self.narrowing is None else whole,
            pairs=held(self.pairs),
            ledgers=held(self.ledgers),
            tables=held(self.tables),
            **single,
        )

    def hiding(self, codes: Iterable[int]) -> PreparedLog:
        """The same log whose map and variants pass over some activities; balances, pairs and rules see them all."""
        hidden = tuple(sorted({*self.hidden, *codes}))
        answers = None if self.answers is None else self.answers.narrowed(f"hidden {hidden}")
        return replace(self, hidden=hidden, answers=answers)

    def trimmed(self, trims: Iterable[Trim]) -> PreparedLog:
        """The same log whose map and variants show some events of each case; cases that are left with none go.

        Balances, KPIs, pairs and rules see the whole cases.
        """
        added = tuple(trims)
        if not added:
            return self
        said = "\n".join(sorted(trim.said for trim in added))
        found = replace(self, trims=(*self.trims, *added))
        events = self.events if self.ordered is None else self.ordered
        for trim in found.trims:
            events = trim.narrowed(events)
        left = events.filter(events["is_shown"]).select("case_key").distinct()
        keys = self.cases.select("case_key").semi_join(left, "case_key")
        return found.within(keys, said=f"trimmed {said}")

    def remembering(self) -> PreparedLog:
        """The same log, of which what does not hang on the choice is worked out once for all choices of its cases.

        That costs more than one choice alone would.
        """
        return replace(self, memory=Memory(self))

    def missing(self, needs: tuple[tuple[str, ...], ...]) -> str | None:
        """The first need that the log does not meet, alternatives joined by "or"; None when all are met."""
        for need in needs:
            if not any(self.knows(name) for name in need):
                return " or ".join(need)
        return None

    def within(
        self, case_keys: ir.Table, *, said: str | None = None, alike: Narrow | None = None
    ) -> PreparedLog:
        """The same log with only some cases: every table is narrowed by case, so that stored links stay valid.

        `case_keys` are cases of this log. `said` tells which, for the answers that are kept; without it none are.
        Tables beside the log follow where they can (`workbench.log.beside`), by `alike` if by nothing else.
        """
        narrowed = self.engine.narrowing(case_keys, self.cases)
        cases = narrowed(self.cases)
        tables, whole = follows(self.tables, cases, self.template, alike)

        def of_cases(_: str, table: ir.Table) -> ir.Table:
            return narrowed(table)

        def of_them(name: str, table: ir.Table) -> ir.Table:
            return follows({name: table}, cases, self.template, alike)[0][name]

        return replace(
            self,
            answers=None if said is None or self.answers is None else self.answers.narrowed(said),
            narrowing=narrowed,
            whole=self.unnarrowed,
            ordered=self.events if self.ordered is None else self.ordered,
            events=narrowed(self.events),
            cases=cases,
            pairs=LookedAt(self.pairs, of_cases),
            ledgers=LookedAt(self.ledgers, of_cases),
            verdicts=narrowed(self.verdicts),
            recorded=replace(
                self.recorded,
                events=narrowed(self.recorded.events),
                cases=narrowed(self.recorded.cases),
                tables=LookedAt(self.recorded.tables, of_them),
                unfiltered=self.unfiltered | whole,
                whole=self.recorded.unnarrowed,
            ),
            tables=tables,
        )


@dataclass(frozen=True)
class Memory:
    """What was worked out of a whole log, by what it is."""

    log: PreparedLog
    kept: dict[Hashable, Any] = field(default_factory=dict)
    # What was put into words for one choice, by what it asks: the latest.
    said: dict[Hashable, Said] = field(default_factory=dict)

    def keep_said(self, key: Hashable, said: Said) -> None:
        """Keep the words of a question; of so many, the oldest go."""
        self.said[key] = said
        for oldest in list(self.said)[:-_MOST_SAID]:
            self.said.pop(oldest, None)
