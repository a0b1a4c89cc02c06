"""The overview: the whole path on one page – goals, what is known, and the way to each step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import facts, lead
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.monitor import progress_frame
from workbench.pages.base import NOTEBOOKS, Page
from workbench.pages.cards import NO_TARGET, target_columns, targets_met, with_target
from workbench.pages.size import size_numbers

__all__ = ["OverviewPage"]


class OverviewPage(Page):
    """The log in a few numbers, the goals with baseline, now and target, and the six steps."""

    step = "overview"

    @cached_property
    def _progress(self) -> pd.DataFrame:
        return progress_frame(self.prepared)

    def live(self) -> Sequence[str]:
        return ()

    def numbers(self) -> View:
        """The log in a few numbers."""
        found = self.log.size()
        numbers = [
            *size_numbers(self, found),
            (self.say("First event"), self.speech.day(found.first)),
            (self.say("As of"), self.speech.day(self.log.as_of)),
        ]
        return self.view("numbers", self.say("The log in a few numbers"), facts(numbers))

    def goals(self) -> View:
        """Each goal with the KPIs that measure it: baseline, now, target; the ticked ones first."""
        progress = with_target(self, self._progress)
        declared = self.template.goals
        ticked = [name for name in self.focus if name in declared]
        rows = [
            {"goal": self.say(declared[goal].name), "ticked": goal in ticked, **row}
            for goal in dict.fromkeys([*ticked, *declared])
            for row in progress[progress["id"].isin(declared[goal].kpis)].to_dict("records")
        ]
        frame = pd.DataFrame(rows, columns=["goal", "ticked", *progress.columns])
        title = targets_met(self, self._progress) or self.say("Goals")
        columns = [Column("goal", self.say("Goal"), "strong"), *target_columns(self)]
        body = table(frame, columns, self.speech, limit=60, empty=self.say(NO_TARGET))
        return self.view("goals", title, body, frame)

    def steps(self) -> View:
        """The way to each step, and what comes out of it."""
        rows = []
        for step, (notebook, name) in NOTEBOOKS.items():
            texts = self.template.steps.get(step)  # type: ignore[call-overload]
            if texts is None:
                continue
            href = self.setting.reader.address(notebook, language=self.speech.language, focus=self.focus)
            rows.append(
                Markup('<li><a href="{}">{}</a> <span>{}</span></li>').format(
                    href, self.say(name), self.say(texts.outcome)
                )
            )
        body = Markup('<ol class="wb-steps">{}</ol>').format(Markup("").join(rows))
        return self.view("steps", self.say("Six steps"), body)

    def ticked(self) -> View:
        """The challenges and goals that concern this project."""
        names = [
            self.say((self.template.challenges.get(name) or self.template.goals[name]).name)
            for name in self.focus
        ]
        if not names:
            return self.view(
                "ticked",
                self.say("Your challenges"),
                lead(self.say("None is ticked yet. Step 1 is where you tick what concerns you.")),
            )
        items = Markup("").join(Markup("<li>{}</li>").format(name) for name in names)
        return self.view("ticked", self.say("Your challenges"), Markup("<ul>{}</ul>").format(items))
