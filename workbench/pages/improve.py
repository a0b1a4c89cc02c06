"""Step 5, Improve: what could be done without hands, and how far that leads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from workbench.draw.charts import bars
from workbench.draw.prose import facts, notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.improve import automation_frame, automation_goal
from workbench.log.frames import objects
from workbench.pages.base import Page

__all__ = ["ImprovePage"]


class ImprovePage(Page):
    """Automation potential by activity: volume, regularity, manual share; against the goal."""

    step = "improve"

    @cached_property
    def _potential(self) -> pd.DataFrame:
        frame = automation_frame(self.prepared)
        return frame.assign(label=self.activities(frame["activity"]))

    def live(self) -> Sequence[str]:
        frame = self._potential
        known = int(frame["manual"].sum() + frame["automatic"].sum()) if len(frame) else 0
        if not known:
            said = self.say("The log does not say what is done by hand and what by a system.")
            return said, said, said
        manual = int(frame["manual"].sum())
        by_hand = self.say(
            "{n} of {total} events are done by hand: {share}.",
            n=manual,
            total=known,
            share=self.speech.percent(manual / known),
        )
        most = frame.iloc[int(frame["manual"].argmax())]
        volume = self.say(
            "Most hand work: {activity}, {n} times.", activity=most["label"], n=int(most["manual"])
        )
        could = self.say(
            "About {n} of these follow a regular pattern and could be taken over.",
            n=round(float(frame["potential"].sum())),
        )
        return by_hand, volume, could

    def potential(self) -> View:
        """What automation could take over, by activity: volume, regularity, manual share."""
        frame = self._potential
        if frame.empty or not frame["manual"].sum():
            said = self.say("The log does not say what is done by hand and what by a system.")
            return self.view("potential", self.say("Automation potential"), notice(said, "note"), frame)
        best = frame.iloc[int(frame["potential"].argmax())]
        title = self.say("Most could be taken over from {activity}", activity=best["label"])
        shown = frame[frame["potential"] > 0]
        chart = bars(
            shown,
            "label",
            "potential",
            self.speech,
            title=title,
            description=self.say("Manual events that follow a regular pattern, by activity."),
            kind="count",
            horizontal=True,
            limit=12,
        )
        return self.view("potential", self.say("Automation potential"), chart + self._listing(frame), frame)

    def _listing(self, frame: pd.DataFrame) -> Markup:
        shown = frame.assign(
            levers_said=objects(
                [self.say(self.template.levers[name].name) for name in names] for names in frame["levers"]
            )
        )
        columns = [
            Column("label", self.say("Activity")),
            Column("events", self.say("Events"), "number"),
            Column("manual_share", self.say("By hand"), "bar"),
            Column("regularity", self.say("Regularity"), "bar"),
            Column("potential", self.say("Could be taken over"), "number", places=0),
            Column("share_of_manual", self.say("Share of all hand work"), "percent"),
            Column("levers_said", self.say("Lever"), "list"),
        ]
        return table(shown, columns, self.speech, limit=40)

    def goal(self) -> View:
        """How far the levers lead towards the goal of less hand work."""
        found = automation_goal(self.prepared)
        title = self.say("What the levers could reach")
        if found is None:
            return self.view(
                "goal", title, notice(self.say("No goal for hand work is set for this process."), "note")
            )
        body = facts(
            [
                (self.say("By hand now"), self.speech.percent(found.manual_share)),
                (self.say("Goal"), self.speech.percent(found.goal_share)),
                (self.say("With these levers"), self.speech.percent(found.reachable_share)),
            ]
        )
        return self.view("goal", title, body)

    def levers(self) -> View:
        """What can be automated or changed in this process, those for the ticked challenges first."""
        chosen = self.focused_levers()
        order = dict.fromkeys([*chosen, *self.template.levers])
        frame = pd.DataFrame(
            {
                "lever": [self.say(self.template.levers[name].name) for name in order],
                "activities": [
                    self.activities(self.template.expand(self.template.levers[name].activities))
                    for name in order
                ],
                "ticked": [name in chosen for name in order],
            }
        )
        columns = [
            Column("lever", self.say("Lever"), "strong"),
            Column("activities", self.say("Activities"), "list"),
            Column("ticked", self.say("For what you ticked"), "yesno"),
        ]
        empty = self.say("This process declares no levers.")
        return self.view(
            "levers", self.say("Levers"), table(frame, columns, self.speech, limit=40, empty=empty), frame
        )
