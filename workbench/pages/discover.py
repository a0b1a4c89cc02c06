"""Step 2, Discover: the process as it is – map, variants, volume, and single cases to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial

import pandas as pd
from markupsafe import Markup

from workbench.discover import (
    activity_frame,
    case_durations,
    day_frame,
    example_frame,
    history_frame,
    knows_ends,
    meeting_frame,
    month_frame,
    variant_frame,
)
from workbench.draw.charts import lines
from workbench.draw.daycalendar import day_calendar
from workbench.draw.history import timeline
from workbench.draw.prose import details, facts, notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.measure import amount_columns, figures, outcome_frame, outcome_quarter_frame, remember
from workbench.pages.cards import value_columns
from workbench.pages.explored import ExploredPage
from workbench.pages.funnel import funnel_drawn
from workbench.pages.headline import headline, headline_kpis
from workbench.widgets.explore import PARTS

__all__ = ["DiscoverPage"]

_QUARTERS = 12


class DiscoverPage(ExploredPage):
    """The map as a picture, activities, variants, cases by month, how cases end, example cases."""

    step = "discover"
    parts = PARTS

    def _drawn(self) -> Mapping[str, Callable[[], View]]:
        return {
            "headline": lambda: headline(self, self._headline_kpis, self.explorer.populations()),
            "frequency": self._frequency,
            "volume": self._volume,
            "outcomes": self._outcomes,
            "examples": self._examples,
        }

    @cached_property
    def _headline_kpis(self) -> list[str]:
        return headline_kpis(self)

    def _ahead(self) -> Iterable[Callable[[], None]]:
        """The rows behind the cards, of which any choice of cases takes its own; then the words in which it asks."""
        whole = self.explorer.whole.prepared
        for name in self._headline_kpis:
            yield partial(remember, whole, name)
        yield self._put_into_words

    def _put_into_words(self) -> None:
        """What any choice of the cases is asked, asked once of a choice of all: the next asks in the same words."""
        whole = self.explorer.whole.prepared
        if whole.memory is None or whole.memory.said:
            return
        every = whole.within(whole.cases.select("case_key"))
        figures(every, self._headline_kpis)
        activity_frame(every)

    @property
    def _nodes(self) -> pd.DataFrame:
        frame = activity_frame(self.prepared)
        return frame.assign(label=self.activities(frame["activity"]))

    def _happy_share(self) -> float | None:
        """Share of all cases whose way is the ideal one, recorded activities only; None where there is no ideal."""
        whole = self.explorer.whole.prepared
        ideal = [name for name in self.template.path.ideal if name in whole.meta.recorded]
        if not ideal:
            return None
        ways = variant_frame(whole, derived=False)
        return float(ways.loc[[list(way) == ideal for way in ways["activities"]], "share"].sum())

    def live(self) -> Sequence[str]:
        # The head of the page is not drawn anew: whatever is chosen, it is the whole log of which it speaks.
        whole = self.explorer.whole.prepared
        nodes, ways = activity_frame(whole), variant_frame(whole)
        cases = int(ways["cases"].sum())
        size = self.say(
            "The whole log: {cases} cases, {events} events, {activities} activities, {variants} variants.",
            cases=cases,
            events=int(nodes["events"].sum()),
            activities=len(nodes),
            variants=len(ways),
        )
        if ways.empty:
            nothing = self.say("The log has no event.")
            return size, nothing, nothing
        first = self.say(
            "The most travelled way holds {share} of all cases of the log.",
            share=self.speech.percent(ways["share"].iloc[0]),
        )
        share = self._happy_share()
        if share is None:
            outcome = self.say(
                "{n} ways together hold 80% of all cases of the log.",
                n=int((ways["share"].cumsum() < 0.8).sum()) + 1,
            )
        else:
            outcome = self.say(
                "{share} of all cases of the log follow the ideal path.", share=self.speech.percent(share)
            )
        return size, first, outcome

    def filters(self) -> View:
        """What is chosen now, shared by all parts of this page."""
        return self.part("filters")

    def cards(self) -> View:
        """A few KPIs of the cases that are chosen now."""
        return self.part("headline")

    def map(self) -> View:
        """The process map: activities, and which directly follows which."""
        return self.part("map")

    def _nothing(self, name: str, title: str, frame: pd.DataFrame | None = None) -> View:
        """A part of the page where there is no event to speak of: none in the log, or no case that is chosen."""
        why = self.explorer.nothing(Message("The log has no event."))
        return self.view(name, title, notice(self.say(why), "note"), frame)

    def frequency(self) -> View:
        """In how many cases each activity occurs, and which of them meet in one case."""
        return self.part("frequency")

    def _frequency(self) -> View:
        frame = self._nodes
        cases = int(frame["starts"].sum())
        if frame.empty:
            return self._nothing("frequency", self.say("Activities"), frame)
        shown = frame.assign(share=frame["cases"] / cases)
        shown = shown.sort_values(["cases", "events"], ascending=False, kind="stable")
        columns = [
            Column("label", self.say("Activity"), "strong"),
            Column("cases", self.say("Cases"), "number"),
            Column("share", self.say("Share of the cases"), "bar"),
            Column("events", self.say("Events"), "number"),
            Column("starts", self.say("Cases that begin with it"), "number"),
            Column("ends", self.say("Cases with it last"), "number"),
        ]
        everywhere = int((frame["cases"] == cases).sum())
        title = self.say(
            "Activities that occur in every case: {n} of {total}", n=everywhere, total=len(frame)
        )
        body = table(shown, columns, self.speech, limit=30) + self._meetings()
        return self.view("frequency", title, body, frame)

    def _meetings(self) -> Markup:
        """A square of the most frequent activities: cases in which the one of the row and of the column both occur."""
        frame = meeting_frame(self.prepared)
        names = list(dict.fromkeys(frame["activity"]))
        both = {(first, other): cases for first, other, cases in frame.itertuples(index=False)}
        square = pd.DataFrame(
            {
                "label": self.activities(names),
                **{
                    str(place): [both.get((name, other), both.get((other, name))) for name in names]
                    for place, other in enumerate(names)
                },
            }
        )
        columns = [
            Column("label", self.say("Activity"), "strong"),
            *(Column(str(place), name, "number") for place, name in enumerate(self.activities(names))),
        ]
        caption = self.say("Cases in which the activity of the row and that of the column both occur.")
        body = table(square, columns, self.speech, limit=None, caption=caption)
        return details(self.say("Which activities meet in one case"), body)

    def variants(self) -> View:
        """The ways through the process, most travelled first."""
        return self.part("variants")

    def cases(self) -> View:
        """Single cases: searched for, in order, each with all that happened to it."""
        return self.part("cases")

    def dotted(self) -> View:
        """Every event a dot, over time and case by case."""
        return self.part("dotted")

    def spectrum(self) -> View:
        """Each case's way from one activity to the next as a line over time."""
        return self.part("spectrum")

    def rework(self) -> View:
        """What happens again, and after what."""
        return self.part("rework")

    def handovers(self) -> View:
        """Who hands work over to whom."""
        return self.part("handovers")

    def volume(self) -> View:
        """Cases started, ended and still open, month by month."""
        return self.part("volume")

    def _volume(self) -> View:
        frame = month_frame(self.prepared)
        if frame.empty:
            return self._nothing("volume", self.say("Cases by month"), frame)
        series = {
            "started": self.say("started"),
            "ended": self.say("ended"),
            "open": self.say("open at the end"),
        }
        long = frame.melt(id_vars="month", value_vars=list(series), var_name="series", value_name="cases")
        busiest = frame.iloc[int(frame["started"].argmax())]
        title = self.say(
            "Most cases began in {month}: {n}",
            month=self.speech.month(busiest["month"]),
            n=int(busiest["started"]),
        )
        chart = lines(
            long.dropna(subset=["cases"]),
            "month",
            "cases",
            self.speech,
            title=title,
            description=self.say("Cases started, ended and open at the end of each month.")
            if knows_ends(self.prepared)
            else self.say("Cases started in each month."),
            kind="count",
            series="series",
            series_labels=series,
        )
        return self.view(
            "volume", self.say("Cases by month"), self._durations() + chart + self._days(), frame
        )

    def _days(self) -> Markup:
        """Every day a square: weekends, month ends and batches are seen at once."""
        frame = day_frame(self.prepared)
        if frame.empty:
            return Markup("")
        counts = {day: int(events) for day, events in zip(frame["day"], frame["events"], strict=True)}
        busiest = max(counts, key=lambda day: (counts[day], day))
        title = self.say("Most happened on {day}: {n} events", day=busiest, n=counts[busiest])
        description = self.say(
            "A square is a day, a column a week, Mondays on top; the more it stands out, the more events."
        )
        return day_calendar(counts, self.speech, title=title, description=description)

    def _durations(self) -> Markup:
        found = case_durations(self.prepared)
        counted = self.say("Ended cases") if knows_ends(self.prepared) else self.say("Cases")
        return facts(
            [
                (counted, self.speech.number(found.cases)),
                (self.say("Mean duration"), self.speech.duration(found.mean)),
                (self.say("Median duration"), self.speech.duration(found.median)),
                (self.say("One in ten takes longer than"), self.speech.duration(found.p90)),
            ]
        )

    def outcomes(self) -> View:
        """How cases end: by which event, worth how much, after how long, and how many in each quarter."""
        return self.part("outcomes")

    def _outcomes(self) -> View:
        frame = outcome_frame(self.prepared)
        if frame.empty:
            return self._nothing("outcomes", self.say("How cases end"), frame)
        waiting = self.say("still open")
        shown = frame.assign(
            label=[waiting if name is None else self.activity(name) for name in frame["activity"]]
        )
        # An open case has not lasted yet as long as it will.
        shown.loc[shown["how"] == "open", ["mean_seconds", "median_seconds"]] = float("nan")
        unended = bool((frame["how"] == "last").any())
        columns = [
            Column("label", self.say("Last so far") if unended else self.say("Ended by"), "strong"),
            Column("cases", self.say("Cases"), "number"),
            Column("share", self.say("Share"), "bar"),
            *value_columns(self, frame),
            Column("mean_seconds", self.say("Mean duration"), "duration"),
            Column("median_seconds", self.say("Median duration"), "duration"),
        ]
        body = table(shown, columns, self.speech, limit=20) + self._quarters() + funnel_drawn(self)
        return self.view("outcomes", self._most_ended(frame), body, frame)

    def _most_ended(self, frame: pd.DataFrame) -> str:
        first = frame.iloc[0]
        if first["how"] == "open":
            return self.say("No case has ended yet")
        values = {"activity": self.activity(first["activity"]), "share": self.speech.percent(first["share"])}
        if first["how"] == "last":
            return self.say("What happened last is most often {activity}: in {share} of the cases", **values)
        return self.say("Most often {activity} ends a case: {share} of all cases", **values)

    def _quarters(self) -> Markup:
        """How many cases each event ended, quarter by quarter, and what they were worth."""
        frame = outcome_quarter_frame(self.prepared)
        if frame.empty:
            return Markup("")
        amounts = amount_columns(frame)
        order = frame.groupby("activity")["cases"].sum().sort_values(ascending=False, kind="stable").index
        quarters = sorted(set(frame["quarter"]))[-_QUARTERS:]
        rows = frame.set_index(["quarter", "activity"])
        shown = pd.DataFrame({"quarter": [self.speech.quarter(day) for day in quarters]})
        columns = [Column("quarter", self.say("Quarter"), "strong")]
        for place, activity in enumerate(order):
            own = [rows.loc[(day, activity)] for day in quarters]
            shown[f"n{place}"] = [int(row["cases"]) for row in own]
            shown[f"worth{place}"] = [
                " · ".join(
                    self.speech.figure(float(row[name]), "money", currency)
                    for name, currency in amounts
                    if row[name]
                )
                for row in own
            ]
            columns.append(Column(f"n{place}", self.activity(activity), "number", beneath=f"worth{place}"))
        return Markup("<h3>{}</h3>{}").format(
            self.say("Ended cases by quarter"), table(shown, columns, self.speech, limit=None)
        )

    def examples(self) -> View:
        """Single cases to look at: typical ones of the main ways, the longest, the largest open one."""
        return self.part("examples")

    def _examples(self) -> View:
        frame = example_frame(self.prepared)
        if frame.empty:
            return self._nothing("examples", self.say("{n} cases to look at", n=0), frame)
        parts = []
        for case in frame.to_dict("records"):
            history = history_frame(self.prepared, case["case_id"])
            history = history.assign(
                activity=self.activities(history["activity"]), since_seconds=history["seconds_since_previous"]
            )
            head = facts(
                [
                    (self.say("Duration"), self.speech.duration(case["duration_seconds"])),
                    (self.say("Events"), self.speech.number(case["events"])),
                ]
            )
            summary = self.say("{case}: {why}", case=str(case["case_id"]), why=case["why"])
            parts.append(details(summary, head + timeline(history, self.speech)))
        return self.view(
            "examples", self.say("{n} cases to look at", n=len(frame)), Markup("").join(parts), frame
        )
