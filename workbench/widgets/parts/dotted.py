"""The dotted chart over the shared choice."""

from __future__ import annotations

from markupsafe import Markup

from workbench.discover import DOTTED_ORDERS, Dotted, dotted_frame
from workbench.draw.acting import choice, toolbar
from workbench.draw.prose import notice
from workbench.draw.scatter import dots
from workbench.draw.table import Column
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.widgets.parts.base import Part

__all__ = ["DottedPart"]

_ORDERS = {
    "start": Message("First event"),
    "duration": Message("Duration"),
    "end": Message("Last event"),
}
_SINCE = {"calendar": Message("by date"), "start": Message("by days since the case began")}


class DottedPart(Part):
    """Every event a dot: waves, batches and quiet times are seen at once."""

    name = "dotted"

    def view(self) -> View:
        order = self.chosen("order", DOTTED_ORDERS, "start")
        since = self.chosen("since", tuple(_SINCE), "calendar")
        found = dotted_frame(self.prepared, order=order)
        if found.frame.empty:
            return self.drawn(self.say("The dotted chart"), notice(self.nothing(), "note"), found.frame)
        shown = found.frame.assign(label=self.names.activities(found.frame["activity"]))
        picture = dots(
            shown,
            self.names.speech,
            title=self._finding(found, since),
            description=self._which(found),
            labels=dict(zip(shown["activity"], shown["label"], strict=True)),
            since_start=since == "start",
            columns=[
                Column("case_id", self.say("Case"), "strong"),
                Column("label", self.say("Activity")),
                Column("time", self.say("Time"), "moment"),
            ],
        )
        body = picture
        if self.live:
            body = self._tools(order, since) + picture
        return self.drawn(self.say("The dotted chart"), body, found.frame)

    def _finding(self, found: Dotted, since: str) -> str:
        """What the dots say of all cases: when they began, or how far they reach."""
        speech = self.names.speech
        if since == "calendar":
            return self.say(
                "Half of the cases had begun by {day}", day=speech.moment(found.half_begun, to="day")
            )
        return self.say(
            "From first to last event: half of the cases within {median}, one in four beyond {slow}",
            median=speech.duration(found.half_take),
            slow=speech.duration(found.quarter_exceeds),
        )

    def _which(self, found: Dotted) -> str:
        """How many cases are drawn, and how to read them."""
        if found.shown < found.cases:
            return self.say(
                "All events of {n} of {all} cases. A row is a case, a dot an event; dots one above the other happened "
                "at the same time: a batch, or a deadline.",
                n=found.shown,
                all=found.cases,
            )
        return self.say(
            "A row is a case, a dot an event. Dots one above the other happened at the same time: "
            "a batch, or a deadline."
        )

    def _tools(self, order: str, since: str) -> Markup:
        return toolbar(
            choice(
                self.say("Order by"),
                {name: self.say(label) for name, label in _ORDERS.items()},
                order,
                "option",
                "order",
            ),
            choice(
                self.say("Show"),
                {name: self.say(label) for name, label in _SINCE.items()},
                since,
                "option",
                "since",
            ),
            label=self.say("The dotted chart"),
        )
