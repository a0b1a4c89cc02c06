"""Rework and hand-overs as squares over the shared choice: what comes back after what, who goes on after whom."""

from __future__ import annotations

from markupsafe import Markup

from workbench.discover import handover_frame, return_frame
from workbench.draw.acting import button
from workbench.draw.matrix import matrix
from workbench.draw.prose import notice
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.widgets.parts.base import Part

__all__ = ["HandoversPart", "ReworkPart"]

_ROWS = 12


class ReworkPart(Part):
    """Which activity happens again, and after which other one."""

    name = "rework"

    def view(self) -> View:
        frame = return_frame(self.prepared)
        if frame.empty:
            title = self.say("No activity happens twice in a case")
            return self.drawn(
                title, notice(self.nothing(Message("There is no rework to show.")), "note"), frame
            )
        first = frame.groupby("activity", sort=False)["cases"].sum().sort_values(ascending=False)
        rows = list(first.index[:_ROWS])
        after = frame[frame["activity"].isin(rows)].groupby("after", sort=False)["cases"].sum()
        columns = list(after.sort_values(ascending=False).index[:_ROWS])
        values = {
            (activity, before): float(cases)
            for activity, before, cases in zip(frame["activity"], frame["after"], frame["cases"], strict=True)
            if activity in rows and before in columns
        }
        number = self.names.speech.number
        title = self.say("{activity} is what most often happens again", activity=self.names.activity(rows[0]))
        body = matrix(
            rows,
            columns,
            values,
            self.names.speech,
            names={name: self.names.activity(name) for name in (*rows, *columns)},
            corner=self.say("happens again ↓ · after →"),
            caption=self.say(
                "Cases in which an activity happens again, by what happened directly before it."
            ),
            said=lambda value: number(int(value)),
            cell=self._cell if self.live else None,
        )
        return self.drawn(title, body, frame)

    def _cell(self, activity: str, before: str, value: float) -> Markup:
        record = {
            "kind": "follows",
            "source": [before],
            "target": [activity],
            "how": "directly",
            "again": True,
            "derived": False,
        }
        hint = self.say(
            "Only cases with {target} again, directly after {source}",
            source=self.names.activity(before),
            target=self.names.activity(activity),
        )
        return button(self.names.speech.number(int(value)), "add", record, hint=hint, look="cell")


class HandoversPart(Part):
    """Who hands work over to whom."""

    name = "handovers"

    def view(self) -> View:
        frame = handover_frame(self.prepared)
        title = self.say("Who hands over to whom")
        if frame.empty:
            return self.drawn(
                title, notice(self.nothing(Message("The log does not say who does what.")), "note"), frame
            )
        between = frame[frame["source"] != frame["target"]]
        weights = (
            between.groupby("source", sort=False)["count"]
            .sum()
            .add(between.groupby("target", sort=False)["count"].sum(), fill_value=0)
        )
        busiest = [str(name) for name in weights.sort_values(ascending=False).index[:_ROWS]]
        values = {
            (str(source), str(target)): float(count)
            for source, target, count in zip(
                between["source"], between["target"], between["count"], strict=True
            )
            if source in busiest and target in busiest
        }
        moved = float(between["count"].sum()) / float(frame["count"].sum())
        finding = self.say(
            "{share} of the steps are done by somebody else than the one before",
            share=self.names.speech.percent(moved),
        )
        number = self.names.speech.number
        body = matrix(
            busiest,
            busiest,
            values,
            self.names.speech,
            names={},
            corner=self.say("from ↓ · to →"),
            caption=self.say("How often the one of the row is followed in a case by the one of the column."),
            said=lambda value: number(int(value)),
        )
        return self.drawn(finding, body, frame)
