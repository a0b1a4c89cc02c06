"""Step 3, Measure: KPIs against their targets, and where days and money are lost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from workbench.draw.cards import cards
from workbench.draw.prose import details
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.measure import (
    Figure,
    ageing_frame,
    bottleneck_frame,
    figures,
    problem_frame,
    progress_frame,
    rework_frame,
    section_figures,
    segment_frame,
    trend_frame,
)
from workbench.measure.compare import baseline_and_now, compare_frame, compared_kpis
from workbench.measure.trend import Every
from workbench.measured import as_date
from workbench.pages.ageing import aged
from workbench.pages.base import Page
from workbench.pages.behind import all_kpis, behind
from workbench.pages.cards import NO_TARGET, kpi_card
from workbench.pages.closer import closer_view
from workbench.pages.compared import compared
from workbench.pages.problems import largest, ranked
from workbench.pages.receivables import receivables
from workbench.pages.sections import section_drawn, section_rows
from workbench.pages.segments import side_by_side
from workbench.pages.waits import rhythm_drawn, waits_drawn
from workbench.widgets.closer import CloserLook

__all__ = ["MeasurePage"]

_CARDS = 12
_MONTHS = 12
# So many KPIs are compared between baseline and now.
_COMPARED = 8
# So many KPIs of what the reader ticked are compared between parts of the log, before those of the process.
_FOCUSED = 2


class MeasurePage(Page):
    """KPI cards and the full list, means and medians, bottlenecks, rework, ageing, segments."""

    step = "measure"

    @cached_property
    def _figures(self) -> list[Figure]:
        return figures(self.prepared, against_baseline=True)

    @property
    def _valued(self) -> set[str]:
        return {figure.id for figure in self._figures if figure.value is not None}

    @cached_property
    def _goals(self) -> pd.DataFrame:
        return progress_frame(self.prepared)

    @cached_property
    def _bottlenecks(self) -> pd.DataFrame:
        return bottleneck_frame(self.prepared)

    @cached_property
    def _problems(self) -> pd.DataFrame:
        return problem_frame(self.prepared, focus=self.focus)

    def live(self) -> Sequence[str]:
        found = [figure for figure in self._figures if figure.value is not None]
        met = self._goals["met"].dropna().astype(bool)
        counted = self.say(
            "{n} of {total} KPIs have a value.",
            n=len({figure.id for figure in found}),
            total=len(self.template.kpis),
        )
        if len(met):
            missed = self.say("{n} of {total} targets are missed today.", n=int((~met).sum()), total=len(met))
        else:
            missed = self.say(NO_TARGET)
        return counted, missed, largest(self, self._problems)

    def _longest_wait(self) -> str:
        waits = self._bottlenecks[self._bottlenecks["target"].notna()]
        if waits.empty:
            return self.say("No activity follows another.")
        first = waits.iloc[0]
        return self.say(
            "Longest waiting: from {source} to {target}, {share} of all waiting time.",
            source=self.activity(first["source"]),
            target=self.activity(first["target"]),
            share=self.speech.percent(first["share"]),
        )

    # ------------------------------------------------------------------ KPIs
    def _chosen(self) -> list[str]:
        """The KPIs that get a card: of the ticked challenges and goals, the project's own, then one for each goal."""
        of_goals = [goal.kpis for goal in self.template.goals.values()]
        turns = max(map(len, of_goals), default=0)
        in_turn = [kpis[turn] for turn in range(turns) for kpis in of_goals if turn < len(kpis)]
        wanted = [*self.focused_kpis(), *self.log.own_kpis, *in_turn, *self.template.kpis]
        valued = self._valued
        chosen = [name for name in dict.fromkeys(wanted) if name in valued]
        return chosen[: max(_CARDS, sum(name in valued for name in self.focused_kpis()))]

    def kpis(self) -> View:
        """The KPIs that matter most, each with target, n, pending and trend."""
        chosen = self._chosen()
        if not chosen:
            return self.view(
                "kpis", self.say("No KPI can be computed on this log"), all_kpis(self, self._figures)
            )
        trend = trend_frame(self.prepared, chosen, months=_MONTHS)
        goals = {(row["id"], row["currency"]): row for row in self._goals.to_dict("records")}
        drawn = []
        for name in chosen:
            for figure in self._figures:
                if figure.id != name:
                    continue
                series = trend[
                    (trend["id"] == name)
                    & (
                        trend["currency"].isna()
                        if figure.currency is None
                        else trend["currency"] == figure.currency
                    )
                ]
                values = [None if pd.isna(value) else float(value) for value in series["value"]]
                goal = goals.get((name, figure.currency))
                drawn.append(kpi_card(self, figure, trend=values, goal=goal, behind=behind(self, figure)))
        missed = sum(card.verdict == "missed" for card in drawn)
        with_target = sum(card.verdict in ("met", "missed") for card in drawn)
        title = (
            self.say("{missed} of {n} targets shown here are missed", missed=missed, n=with_target)
            if with_target
            else self.say("The KPIs that matter most")
        )
        frame = self.log.kpis()
        body = cards(drawn, self.speech) + details(self.say("All KPIs"), all_kpis(self, self._figures))
        return self.view("kpis", title, body, frame)

    def problems(self) -> View:
        """Everything found that loses days or money, the largest first: where step 4 begins."""
        frame = self._problems
        return self.view("problems", self.say("Problems, the largest first"), ranked(self, frame), frame)

    def closer(
        self,
        kpi: str = "",
        by: str = "",
        every: Every = "month",
        months: int = 24,
        since: str = "",
        first: str = "",
        second: str = "",
    ) -> CloserLook:
        """One KPI over time by any field, part by part, and in two populations; live, where somebody can choose.

        `kpi` is an id (empty: the first card), `by` a field (empty: the one that tells parts apart best, "-": all
        together), `every` week, month, quarter or year, `months` how far back. Compared are what came before the day
        `since` and after it, or the values `first` and `second` of the field, or the baseline and now. Raises
        WorkbenchError for what there is not.
        """
        return closer_view(
            self,
            kpi or next(iter([*self._chosen(), *self.template.kpis])),
            by,
            every=every,
            months=months,
            since=as_date(since, where="since") if since else None,
            first=first,
            second=second,
        )

    def statistics(self) -> View:
        """Of each duration and each average: mean, median, what one in ten exceeds, the mean weighted by amount."""
        order = {
            name: rank for rank, name in enumerate(dict.fromkeys([*self._chosen(), *self.template.kpis]))
        }
        found = [figure for figure in self._figures if figure.value is not None and "median" in figure.stats]
        found.sort(key=lambda figure: order[figure.id])
        facts = ("mean", "median", "p90", "weighted_mean", "total")
        frame = pd.DataFrame(
            {
                "id": [figure.id for figure in found],
                "name": [self.kpi_name(figure.id) for figure in found],
                "unit": [figure.unit for figure in found],
                "currency": [figure.currency for figure in found],
                "n": [figure.n for figure in found],
                **{
                    fact: pd.Series([figure.stats.get(fact) for figure in found], dtype="float64")
                    for fact in facts
                },
            }
        )
        labels = (
            self.say("Mean"),
            self.say("Median"),
            self.say("P90"),
            self.say("Mean, weighted by amount"),
            self.say("Sum"),
        )
        columns = [
            Column("name", self.say("KPI")),
            Column("n", self.say("Rows behind it"), "number"),
            *(
                Column(fact, label, "figure", currency="currency", exact=True)
                for fact, label in zip(facts, labels, strict=True)
                if fact in ("mean", "median") or frame[fact].notna().any()
            ),
        ]
        return self.view(
            "statistics", self._spread(found), table(frame, columns, self.speech, limit=40), frame
        )

    def _spread(self, found: list[Figure]) -> str:
        if not found:
            return self.say("Means and medians")
        first = found[0]
        median, p90 = (
            self.speech.figure(first.stats[fact], first.unit, first.currency) for fact in ("median", "p90")
        )
        return self.say(
            "{kpi}: half of them up to {median}, nine in ten up to {p90}",
            kpi=self.kpi_name(first.id),
            median=median,
            p90=p90,
        )

    def comparison(self) -> View:
        """The project's baseline against now, with how sure each difference is."""
        pair = baseline_and_now(self.prepared)
        valued = self._valued
        wanted = [*self.focused_kpis(), *compared_kpis(self.template)]
        chosen = [name for name in dict.fromkeys(wanted) if name in valued][:_COMPARED]
        frame = compare_frame(*pair, chosen)
        title = self.say("Before and now, and how sure the difference is")
        body = compared(self, frame, self.say("Baseline"), self.say("Now"))
        return self.view("comparison", title, body, frame)

    # ------------------------------------------------------------------ where days and money are lost
    def bottlenecks(self) -> View:
        """Where cases wait: waiting × cases × money, the largest first; by step, team, reason; and the month's end."""
        frame = self._bottlenecks
        title = self._longest_wait().rstrip(".。")
        waiting = self.say("still waiting")
        shown = frame.assign(
            source=self.activities(frame["source"]),
            target=[waiting if pd.isna(name) else self.activity(name) for name in frame["target"]],
        )
        columns = [
            Column("source", self.say("From")),
            Column("target", self.say("To")),
            Column("cases", self.say("Cases"), "number"),
            Column("median_seconds", self.say("Median wait"), "duration"),
            Column("p90_seconds", self.say("P90"), "duration"),
            Column("share", self.say("Share of all waiting"), "bar"),
        ]
        if len(frame) and frame["money_days"].notna().any():
            columns.append(
                Column("money_days", self.say("Money × days"), "money", currency="currency", places=0)
            )
        body = table(shown, columns, self.speech, limit=12) + waits_drawn(self) + rhythm_drawn(self)
        return self.view("bottlenecks", title, body, frame)

    def rework(self) -> View:
        """Activities that are done again, and steps back."""
        frame = rework_frame(self.prepared)
        shown = frame.assign(label=self.activities(frame["activity"]))
        some = shown[(shown["extra"] > 0) | (shown["backward"] > 0)]
        worst = frame[frame["rework_cases"] > 0]
        title = (
            self.say(
                "Most rework: {activity}, in {n} cases",
                activity=self.activity(worst["activity"].iloc[0]),
                n=int(worst["rework_cases"].iloc[0]),
            )
            if len(worst)
            else self.say("Nothing is done twice where once should do")
        )
        columns = [
            Column("label", self.say("Activity")),
            Column("rework_cases", self.say("Cases with rework"), "number"),
            Column("extra", self.say("Repetitions"), "number"),
            Column("self_loops", self.say("At once again"), "number"),
            Column("loops", self.say("After something else"), "number"),
            Column("backward", self.say("Cases that step back to it"), "number"),
            Column("iterative", self.say("Repeating is normal"), "yesno"),
        ]
        empty = self.say("Nothing is done twice.")
        return self.view("rework", title, table(some, columns, self.speech, limit=15, empty=empty), frame)

    def ageing(self) -> View:
        """What is open, by how long it is past due, at the last month ends and now."""
        frame = ageing_frame(self.prepared)
        return self.view("ageing", self.say("Ageing"), aged(self, frame), None if frame.empty else frame)

    def receivables(self) -> View:
        """DSO by what the money waits for: now, month by month, by segment, and all month ends beside each other."""
        return receivables(self)

    def process(self) -> View:
        """What this process alone has: its funnel, its dunning, people beside what their work lets expect."""
        found = list(section_figures(self.prepared))
        body = Markup("").join(section_drawn(self, section) for section in found)
        title = self.say("{process}: a closer look", process=self.template.name) if body else ""
        return self.view("process", title, body, section_rows(found) if body else None)

    def segments(self) -> View:
        """How parts of the log differ: declared segments, and the values of the most telling fields."""
        wanted = [*self.focused_kpis()[:_FOCUSED], *self.template.compare]
        valued = self._valued
        chosen = [name for name in dict.fromkeys(wanted) if name in valued] or self._chosen()[:_FOCUSED]
        frame = segment_frame(self.prepared, kpis=chosen)
        return self.view(
            "segments", self.say("How parts of the log differ"), side_by_side(self, frame, chosen), frame
        )
