"""The performance spectrum of one step of the process over the shared choice."""

from __future__ import annotations

import json

from markupsafe import Markup

from workbench.discover import spectrum_frame
from workbench.draw.acting import choice, toolbar
from workbench.draw.livemap import edge_key
from workbench.draw.prose import notice
from workbench.draw.scatter import threads
from workbench.draw.table import Column
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.widgets.parts.base import Part

__all__ = ["SpectrumPart"]

_STEPS = 40


class SpectrumPart(Part):
    """Each case's way from one activity to the next as a line over time."""

    name = "spectrum"

    def view(self) -> View:
        title = self.say("The performance spectrum")
        edges = self.log.map(statistics=["mean"])
        edges = edges[edges["mean_seconds"] > 0].head(_STEPS)
        if edges.empty:
            return self.drawn(title, notice(self.nothing(Message("No activity follows another.")), "note"))
        steps = {
            edge_key(source, target): self.say(
                "{source} → {target}",
                source=self.names.activity(source),
                target=self.names.activity(target),
            )
            for source, target in zip(edges["source"], edges["target"], strict=True)
        }
        # Where most of the waiting is, before a reader says which.
        weights = (edges["mean_seconds"] * edges["count"]).tolist()
        longest = list(steps)[weights.index(max(weights))]
        step = self.chosen("step", tuple(steps), longest)
        source, target = json.loads(step)
        found = spectrum_frame(self.prepared, source, target)
        seconds = found.frame["seconds"]
        finding = self.say(
            "{step}: half of them within {median}, one in four beyond {slow}",
            step=steps[step],
            median=self.names.speech.duration(float(seconds.median())),
            slow=self.names.speech.duration(float(seconds.quantile(0.75))),
        )
        description = self.say(
            "{shown} of {n} times. A steep line is quick, a flat one slow; lines that end together were done together.",
            shown=found.shown,
            n=found.times,
        )
        body = threads(
            found.frame,
            self.names.speech,
            title=finding,
            description=description,
            above=self.names.activity(source),
            below=self.names.activity(target),
            columns=[
                Column("case_id", self.say("Case"), "strong"),
                Column("begun", self.say("From"), "moment"),
                Column("done", self.say("Until"), "moment"),
                Column("seconds", self.say("Time"), "duration"),
            ],
        )
        if self.live:
            body = self._tools(steps, step) + body
        return self.drawn(title, body, found.frame)

    def _tools(self, steps: dict[str, str], step: str) -> Markup:
        return toolbar(
            choice(self.say("Step"), steps, step, "option", "step"),
            label=self.say("The performance spectrum"),
        )
