"""Step 4, Diagnose: the problems ranked, which rules are broken, by how much, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from workbench.diagnose import evidence_frame, rule_frame, stake_frame
from workbench.draw.prose import details, notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.measure import problem_cases
from workbench.pages.base import Page
from workbench.pages.problems import largest, problem_evidence, ranked

__all__ = ["DiagnosePage"]

_EVIDENCE = 8


class DiagnosePage(Page):
    """What step 3 found, the largest first; then rules with adherence, breaching cases and their evidence."""

    step = "diagnose"

    @cached_property
    def _rules(self) -> pd.DataFrame:
        frame = rule_frame(self.prepared)
        if frame.empty:
            return frame
        order = {name: rank for rank, name in enumerate(self.focused_rules())}
        rank = frame["rule"].map(order).fillna(len(order))
        return frame.assign(rank=rank).sort_values(
            ["rank", "cases_broken"], ascending=[True, False], kind="stable", ignore_index=True
        )

    @cached_property
    def _problems(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return problem_cases(self.prepared, focus=self.focus, limit=_EVIDENCE)

    @cached_property
    def _stakes(self) -> pd.DataFrame:
        return stake_frame(self.prepared)

    def live(self) -> Sequence[str]:
        rules = self._rules
        first = largest(self, self._problems[0])
        if rules.empty:
            said = self.say("This process declares no rules.")
            return said, first, said
        checked = rules[rules["reason"].isna()]
        broken = checked[checked["cases_broken"] > 0]
        outcome = self.say("Nothing is broken, as far as it can be checked.")
        if len(broken):
            worst = broken.iloc[int(broken["cases_broken"].argmax())]
            outcome = self.say(
                "Most broken: {rule}, in {n} cases.",
                rule=self.rule_name(worst["rule"]),
                n=int(worst["cases_broken"]),
            )
        return (
            self.say("{n} of {total} rules can be checked on this log.", n=len(checked), total=len(rules)),
            first,
            outcome,
        )

    def problems(self) -> View:
        """Everything that step 3 found, what the reader ticked first: what is to be explained, and in which order."""
        frame, cases = self._problems
        body = ranked(self, frame)
        shown = problem_evidence(self, frame, cases)
        if shown:
            body += Markup("<h3>{}</h3>{}").format(self.say("Cases that show each problem"), shown)
        return self.view("problems", self.say("Problems, the largest first"), body, frame)

    def rules(self) -> View:
        """The policy rules: how often each is kept, and the cases that break it."""
        frame = self._rules
        if frame.empty:
            return self.view(
                "rules", self.say("Rules"), notice(self.say("This process declares no rules."), "note")
            )
        checked = frame[frame["reason"].isna()]
        perfect = int((checked["cases_broken"] == 0).sum())
        title = self.say("{n} of {total} checked rules are kept in every case", n=perfect, total=len(checked))
        shown = frame.assign(
            label=[self.rule_name(rule) for rule in frame["rule"]],
            because=[self.reason(reason) for reason in frame["reason"]],
        )
        columns = [
            Column("rule", self.say("Rule"), "code"),
            Column("label", self.say("What it asks")),
            Column("adherence", self.say("Adherence"), "bar"),
            Column("cases_broken", self.say("Cases that break it"), "number"),
            Column("cases_pending", self.say("Not yet decided"), "number"),
            Column("cases", self.say("Cases"), "number"),
            Column("because", self.say("Why it is not checked"), optional=True),
        ]
        return self.view(
            "rules", title, table(shown, columns, self.speech, limit=60), frame.drop(columns="rank")
        )

    def stakes(self) -> View:
        """What the broken rules are about: cases, money, and who was at work."""
        frame = self._stakes
        shown = frame.assign(label=[self.rule_name(rule) for rule in frame["rule"]])
        columns = [
            Column("label", self.say("Rule")),
            Column("cases", self.say("Cases"), "number"),
            Column("amount", self.say("Value of these cases"), "money", currency="currency"),
            Column("owner", self.say("Most often at work")),
        ]
        if frame.empty:
            title = self.say("Nothing is broken, as far as it can be checked")
        else:
            title = self.say("What the broken rules are about")
        empty = self.say("No rule is broken.")
        return self.view("stakes", title, table(shown, columns, self.speech, limit=40, empty=empty), frame)

    def evidence(self) -> View:
        """For each broken rule the cases that show it best."""
        frame = evidence_frame(self.prepared, limit=_EVIDENCE)
        partner = self.template.case.partner
        columns = [
            Column("case_id", self.attribute(self.template.case.id), "strong"),
            Column("time", self.say("When"), "moment"),
            Column("activity", self.say("Activity")),
            Column("because", self.say("What is wrong")),
            Column("limit_day", self.say("Limit"), "day", optional=True),
            Column("resource", self.say("Who")),
            Column("amount", self.say("Value"), "money", currency="currency"),
        ]
        if partner is not None:
            columns.insert(1, Column("partner", self.attribute(partner)))
        parts = []
        for rule in dict.fromkeys([*self.focused_rules(), *self._rules["rule"]] if len(self._rules) else []):
            own = frame[frame["rule"] == rule]
            if own.empty:
                continue
            shown = own.assign(
                activity=self.activities(own["activity"]),
                because=[self.reason(reason) for reason in own["reason"]],
            )
            parts.append(details(self.rule_name(rule), table(shown, columns, self.speech, limit=_EVIDENCE)))
        body = Markup("").join(parts) or notice(self.say("No rule is broken."), "note")
        return self.view("evidence", self.say("Cases that show it"), body, frame)
