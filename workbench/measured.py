"""What a log answers in figures: KPIs, their rows, targets, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from workbench.errors import WorkbenchError, unknown_name
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.opening import Opened
from workbench.records import as_records
from workbench.template import Template

if TYPE_CHECKING:
    import pandas as pd

    from workbench.discover import Condition
    from workbench.measure.own import OwnKPI
    from workbench.measure.trend import Every

__all__ = ["Measured", "as_date"]


def as_date(value: str | date, *, where: str = "as_of") -> date:
    """A day, also one written as 2026-06-30; WorkbenchError for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise WorkbenchError(
            Message("{value!r} is no date", value=value),
            where=where,
            remedy=Message("Write it as YYYY-MM-DD, for example 2026-06-30"),
        ) from None


class Measured:
    """The part of a `Log` that measures; every table is a pandas frame."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def prepared(self) -> PreparedLog:
        raise NotImplementedError

    @property
    def template(self) -> Template:
        raise NotImplementedError

    @property
    def own_kpis(self) -> tuple[str, ...]:
        """The KPIs that are not the template's: of project.toml, of the project's code, or of `with_kpis`."""
        return self._opened.own_kpis

    def with_kpis(self, *functions: OwnKPI, **tables: dict[str, Any]) -> Self:
        """The log with more KPIs: functions made with `workbench.kpi`, or what `[kpis.X]` of a project would say.

        >>> log.with_kpis(my_kpi, X2={"like": "X1", "name": "Another", "unit": "days"})      # doctest: +SKIP
        """
        from workbench.measure.own import with_functions
        from workbench.project.kpis import with_own_kpis

        before = self._opened
        template = with_own_kpis(self.template, tables)
        template = with_functions(template, functions, lambda log: type(self)(before.with_log(log)))
        ids = (*tables, *(own.id for own in functions))
        # What a function gives cannot be known again by its name: nothing is kept of such a log.
        log = replace(self.prepared, template=template, answers=None)
        return type(self)(replace(before, template=template, log=log, own_kpis=(*before.own_kpis, *ids)))

    def where(self, *conditions: Condition | Mapping[str, Any] | str) -> Self:
        """The log with only the cases that meet every condition.

        Each is a condition (`workbench.discover.conditions`), its record, or the name of a filter: one that comes with
        the process, or one that the project has saved (`[[filters.NAME]]`), which goes before. See `docs/filters.md`.
        Raises WorkbenchError for whatever the log or its process does not have.

        >>> import pandas as pd
        >>> frame = pd.DataFrame({"case": ["a", "a", "b"], "activity": ["ask", "answer", "ask"],
        ...                       "time": pd.to_datetime(["2026-01-01", "2026-01-03", "2026-01-04"])})
        >>> import workbench as wb
        >>> log = wb.load(frame)
        >>> log.where({"kind": "activity", "any": ["answer"]}).cases()["case_id"].tolist()
        ['a']
        >>> log.where({"kind": "activity", "any": ["answer"], "exclude": True}).cases()["case_id"].tolist()
        ['b']
        """
        from workbench.discover import narrowed

        return type(self)(self._opened.with_log(narrowed(self.prepared, self.conditions(*conditions))))

    def before_and_after(self, day: str | date | None = None) -> tuple[Self, Self]:
        """The log in two by the day of a change: the cases that began before it, and those that began since.

        Without a day the middle of the log's days parts. A case belongs, whole, where its first event lies: one that
        was under way on the day belongs to before (`compare(since=...)` goes by the period of each KPI instead).
        Raises WorkbenchError for a day with no case on one side of it.

        >>> import pandas as pd
        >>> frame = pd.DataFrame({"case": ["a", "a", "b"], "activity": ["ask", "answer", "ask"],
        ...                       "time": pd.to_datetime(["2026-01-01", "2026-01-04", "2026-01-03"])})
        >>> import workbench as wb
        >>> before, after = wb.load(frame).before_and_after("2026-01-03")
        >>> before.cases()["case_id"].tolist(), after.cases()["case_id"].tolist()
        (['a'], ['b'])
        """
        from workbench.discover import parted

        one, other = parted(self.prepared, None if day is None else as_date(day, where="day"))
        return self.where(one), self.where(other)

    def remembering(self) -> Self:
        """The same log for whoever looks at one choice of its cases after another: `where` is answered faster then.

        The rows behind figures are worked out once for the whole log, which costs more than one choice alone would.
        """
        return type(self)(self._opened.with_log(self.prepared.remembering()))

    def conditions(self, *conditions: Condition | Mapping[str, Any] | str) -> tuple[Condition, ...]:
        """What `where` would narrow by, names replaced by what they stand for."""
        from workbench.discover import conditions_of
        from workbench.discover.conditions import Ready

        found: list[Condition] = []
        for given in conditions:
            if not isinstance(given, str):
                found += conditions_of([given])
            elif given in self._opened.filters:
                found += self._opened.filters[given]
            elif given in self.template.ready_filters():
                found.append(Ready(name=given))
            else:
                known = {*self._opened.filters, *self.template.ready_filters()}
                raise unknown_name("filter", given, known, where="where")
        return tuple(found)

    @property
    def saved_filters(self) -> Mapping[str, tuple[Condition, ...]]:
        """The filters that the project keeps under names, as they stood when it was opened."""
        return self._opened.filters

    def kpis(self, ids: Iterable[str] | None = None, *, by: str | None = None) -> pd.DataFrame:
        """The KPIs: id, name, value, unit, n, pending, period and the reason where there is no value."""
        from workbench.measure import kpi_frame

        return kpi_frame(self.prepared, ids, by=by)

    def rows(self, name: str) -> pd.DataFrame:
        """The rows behind a figure or a rule, with their case ids."""
        if self.template.rule_members(name):
            from workbench.diagnose import verdict_frame

            return verdict_frame(self.prepared, name)
        from workbench.measure import figure_rows

        return figure_rows(self.prepared, name)

    def progress_to_target(self) -> pd.DataFrame:
        """KPIs with a target: baseline, now, target, met."""
        from workbench.measure import progress_frame

        return progress_frame(self.prepared)

    def problems(self, *, focus: Iterable[str] | None = None) -> pd.DataFrame:
        """Everything found that loses days or money, ranked, with what two problems count both.

        `focus` are challenges and goals whose problems come first; those of the project if not given. See
        `workbench.measure.problem_frame` for the columns and for what ranks the list.
        """
        from workbench.measure import problem_frame

        return problem_frame(self.prepared, focus=self._opened.focus if focus is None else focus)

    def problem_rows(self, key: str) -> pd.DataFrame:
        """The cases of one problem by its key, such as "rule:R03": case_id, days, money, currency."""
        from workbench.measure import problem_rows

        return problem_rows(self.prepared, key)

    def waits(self, *, by: str | None = None) -> pd.DataFrame:
        """What each activity waits for and how long it is worked on, where beginnings are recorded; longest first.

        `by` is an attribute of events (team, user, reason) or of cases. See `workbench.measure.wait_frame`.
        """
        from workbench.measure import wait_frame

        return wait_frame(self.prepared, by=by)

    def rhythm(self) -> pd.DataFrame:
        """How much of each activity is done at the end of the month or in batches.

        See `workbench.measure.rhythm_frame`.
        """
        from workbench.measure import rhythm_frame

        return rhythm_frame(self.prepared)

    def compare(
        self,
        other: Measured | None = None,
        *,
        by: str | None = None,
        values: Iterable[str] = (),
        since: str | date | None = None,
        kpis: Iterable[str] | None = None,
        confidence: float = 0.95,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Two populations by KPI, each with its interval, and how sure their difference is.

        This log and `other`; or two `values` of the case attribute `by`; or what came before and what came `since` a
        day; or, if nothing is said, the project's baseline and now. See `workbench.measure.compare_frame`.

        >>> log.compare(by="customer_segment", values=["large", "small"])      # doctest: +SKIP
        """
        from workbench.measure.compare import (
            Population,
            baseline_and_now,
            before_and_after,
            compare_frame,
            two_segments,
        )

        if sum(one is not None for one in (other, by, since)) > 1:
            raise WorkbenchError(
                Message("Two populations are compared in one way at a time"),
                where="compare",
                remedy=Message("Give one of another log, by and since"),
            )
        if other is not None:
            pair = (Population("first", self.prepared), Population("second", other.prepared))
        elif by is not None:
            pair = two_segments(self.prepared, by, values)
        elif since is not None:
            pair = before_and_after(self.prepared, as_date(since, where="since"))
        else:
            pair = baseline_and_now(self.prepared)
        return compare_frame(*pair, kpis, confidence=confidence, seed=seed)

    def trend(
        self,
        kpis: Iterable[str] | None = None,
        *,
        by: str | None = None,
        every: Every = "month",
        months: int = 12,
    ) -> pd.DataFrame:
        """KPIs over time and, with `by`, for each value of an attribute: id, group, currency, start, value, n, reason.

        `every` is week, month, quarter or year; `start` is its first day. What rests on the deals that were open at a
        period's end (pipeline, stalled deals) takes the log as it was known then: it is made for KPIs that are asked
        for by name. See `workbench.measure.trend_frame`.
        """
        from workbench.measure import trend_frame

        wanted = list(self.template.kpis if kpis is None else kpis)
        # The log of each past day is made only for what is asked for by name.
        known_at = None if kpis is None else partial(self._opened.at, self.prepared)
        frame = trend_frame(self.prepared, wanted, months=months, by=by, every=every, known_at=known_at)
        return frame.rename(columns={"month": "start"})

    # ------------------------------------------------------------------ records
    def kpi_records(self, ids: Iterable[str] | None = None, *, by: str | None = None) -> list[dict[str, Any]]:
        """The KPIs as `workbench kpis --format json` prints them."""
        from workbench.measure import figures

        found = figures(self.prepared, ids, by=by, against_baseline=True)
        return [figure.as_dict(grouped=by is not None) for figure in found]

    def problem_records(self, *, focus: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The problems as `workbench problems --format json` prints them."""
        return as_records(self.problems(focus=focus).round({"money": 2}))

    def comparison_records(self, other: Measured | None = None, **how: Any) -> list[dict[str, Any]]:
        """The comparison as `workbench compare --format json` prints it."""
        return as_records(self.compare(other, **how))

    def trend_records(self, kpis: Iterable[str] | None = None, **how: Any) -> list[dict[str, Any]]:
        """The series as `workbench kpis --over month --format json` prints them."""
        return as_records(self.trend(kpis, **how), days={"start"})
