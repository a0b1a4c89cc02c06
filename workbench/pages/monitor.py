"""Step 6, Monitor: have we got where we wanted, and what is to be done now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from workbench.draw.prose import notice
from workbench.draw.sparkline import sparkline
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.log.frames import objects
from workbench.monitor import progress_frame, worklist_frame
from workbench.pages.base import Page
from workbench.pages.cards import NO_TARGET, target_columns, targets_met, with_target

__all__ = ["MonitorPage"]


class MonitorPage(Page):
    """Baseline, now and target; the history over runs; the work list."""

    step = "monitor"

    @cached_property
    def _progress(self) -> pd.DataFrame:
        frame = progress_frame(self.prepared)
        order = {name: rank for rank, name in enumerate(self.focused_kpis())}
        rank = frame["id"].map(order).fillna(len(order))
        return (
            frame.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True).drop(columns="rank")
        )

    @cached_property
    def _work(self) -> pd.DataFrame:
        return worklist_frame(self.prepared)

    def live(self) -> Sequence[str]:
        met = self._progress["met"].dropna().astype(bool)
        if len(met):
            reached = self.say("{n} of {total} targets are met now.", n=int(met.sum()), total=len(met))
        else:
            reached = self.say(NO_TARGET)
        due = self.say(
            "{late} things are overdue, {soon} more are due within seven days.",
            late=int((self._work["days_left"] < 0).sum()),
            soon=int(self._work["days_left"].between(0, 7).sum()),
        )
        better = self._progress.dropna(subset=["change"])
        return due, reached, self.say("{n} KPIs have a baseline to compare with.", n=len(better))

    def progress(self) -> View:
        """Each KPI with a target: baseline, now, target."""
        frame = self._progress
        title = targets_met(self, frame) or self.say("Baseline, now and target")
        columns = [
            Column("id", self.say("Id"), "code"),
            *target_columns(self),
            Column("because", self.say("Reason where there is no value")),
        ]
        body = table(with_target(self, frame), columns, self.speech, limit=60, empty=self.say(NO_TARGET))
        return self.view("progress", title, body, frame)

    def history(self) -> View:
        """KPI values over the runs of this project; a history out of reach is said, and the page goes on."""
        from workbench.monitor import History, history_frame

        heading = self.say("History over runs")
        try:
            with History.of(self.setting.project) as kept:
                frame = history_frame(kept)
        except WorkbenchError as error:
            return self.view("history", heading, notice(self.speech.error(error), "warn"))
        if frame.empty:
            said = self.say("No run is recorded yet. Each run adds its figures here.")
            return self.view("history", heading, notice(said, "note"), frame)
        rows = []
        for name in dict.fromkeys([*self.focused_kpis(), *self._progress["id"]]):
            for currency, own in frame[frame["id"] == name].groupby("currency", dropna=False, sort=False):
                values = [None if pd.isna(value) else float(value) for value in own["value"]]
                rows.append(
                    {
                        "label": self.kpi_name(name),
                        "runs": len(own),
                        "first": values[0],
                        "last": values[-1],
                        "unit": own["unit"].iloc[-1],
                        "currency": None if pd.isna(currency) else currency,
                        "trend": sparkline(values, label=self.kpi_name(name)),
                    }
                )
        shown = pd.DataFrame(rows, columns=["label", "runs", "first", "last", "unit", "currency", "trend"])
        # Strings as pandas infers them would no longer be pictures.
        shown["trend"] = objects(row["trend"] for row in rows)
        columns = [
            Column("label", self.say("KPI")),
            Column("runs", self.say("Runs"), "number"),
            Column("first", self.say("First run"), "figure", currency="currency"),
            Column("last", self.say("Last run"), "figure", currency="currency"),
            Column("trend", self.say("Over the runs"), "html"),
        ]
        title = self.say("Runs recorded: {n}", n=frame["run"].nunique())
        return self.view("history", title, table(shown, columns, self.speech, limit=60), frame)

    def worklist(self) -> View:
        """What is due, for whom, and why: the most pressing first."""
        frame = self._work
        late = frame[frame["days_left"] < 0]
        title = (
            self.say("{n} things are overdue in {cases} cases", n=len(late), cases=late["case_id"].nunique())
            if len(late)
            else self.say("Nothing is overdue")
        )
        partner = self.template.case.partner
        shown = frame.assign(
            because=[self.reason(why) for why in frame["why"]],
        )
        columns = [
            Column("case_id", self.attribute(self.template.case.id), "strong"),
            Column("because", self.say("What is due")),
            Column("due", self.say("Due on"), "day"),
            Column("days_left", self.say("Days left"), "number"),
            Column("balance", self.say("Open"), "money", currency="currency"),
            Column("resource", self.say("Who")),
        ]
        if partner is not None:
            columns.insert(1, Column("partner", self.attribute(partner)))
        empty = self.say("Nothing is due.")
        return self.view("worklist", title, table(shown, columns, self.speech, limit=30, empty=empty), frame)
