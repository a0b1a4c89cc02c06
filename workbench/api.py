"""The Python face: open a project or load a file, and ask.

>>> import workbench as wb
>>> log = wb.open("demo")                       # doctest: +SKIP
>>> log.kpis()                                  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import Finding, WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measured import Measured, as_date
from workbench.opening import Opened, open_frame, open_project
from workbench.ownkpis import with_code
from workbench.records import as_records
from workbench.template import Template, template_summaries
from workbench.template.load import TemplateSummary

if TYPE_CHECKING:
    import pandas as pd

    from workbench.connect import ProposalReport
    from workbench.diagnose import Alignments, PetriNet, TokenReplay
    from workbench.discover import LogSize, ProcessModel
    from workbench.log.engine import Progress

__all__ = ["Log", "data_template", "load", "new", "open", "templates"]


def templates() -> list[TemplateSummary]:
    """The process templates at hand: id, name and what each declares."""
    return template_summaries()


def data_template(process: str, path: str | Path, *, language: str = "en") -> Path:
    """Write the Excel workbook that a company fills in for a process; see `workbench.connect.datatemplate`."""
    from workbench.connect.datatemplate import write_data_template
    from workbench.template import load_template

    return write_data_template(load_template(process), path, language=language)


def new(
    directory: str | Path, *, process: str | None = None, sources: Iterable[str | Path] = (), **options: Any
) -> ProposalReport:
    """Make a project folder and propose its mapping; see `workbench.connect.new_project` for the options."""
    from workbench.connect import new_project

    return new_project(directory, process=process, sources=tuple(sources), **options)


def open(
    directory: str | Path,
    *,
    as_of: str | date | None = None,
    refresh: bool = False,
    run_code: bool = False,
    progress: Progress | None = None,
) -> Log:
    """The log of a project: prepared when its sources, mapping or template changed, else read from its store.

    `as_of` asks for the log as it was known at the end of a day, `refresh` asks databases among its sources anew.
    `run_code` allows the project's own code (`kpi_modules`) to run, as the environment variable WORKBENCH_RUN_CODE_OF
    does; without either its KPIs are missing and a finding says so.
    Raises WorkbenchError naming file, place and remedy when the project cannot be read.
    """
    folder = Path(directory)
    opened = open_project(folder, as_of=_day(as_of), refresh=refresh, progress=progress)
    return Log(with_code(opened, folder, run_code=run_code, face=_face))


def _face(opened: Opened, log: PreparedLog) -> Log:
    """What a project's own function gets of a log."""
    return Log(opened.with_log(log))


def load(
    source: str | Path | pd.DataFrame,
    *,
    process: str = "any-process",
    mapping: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    as_of: str | date | None = None,
    policy: Mapping[str, Any] | None = None,
    privacy: Mapping[str, Any] | None = None,
) -> Log:
    """A log straight from a file or a pandas frame, held in memory, without a project.

    `mapping` says which column is what: the roles case, activity, time and resource, an attribute, or an
    activity id for a date column that becomes that event. What it leaves out is proposed from the names.

    `privacy` says what is done to columns of people before any value is kept, as `[privacy]` of a project does:
    `{"columns": {"customer": "pseudonymise", "birth": "year"}, "resources": "drop", "key": "~/acme.key"}`. With it,
    even empty, free text is left out unless it is kept; without it, everything is kept.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"case": ["a", "a"], "activity": ["ask", "answer"],
    ...                       "time": pd.to_datetime(["2026-01-01", "2026-01-03"])})
    >>> int(load(frame).map()["mean_seconds"].iloc[0])
    172800
    """
    opened = open_frame(
        source,
        process=process,
        mapping=dict(mapping or {}),
        time_zone=time_zone,
        currency=currency,
        as_of=_day(as_of),
        policy=dict(policy or {}),
        privacy=privacy,
    )
    return Log(opened)


def _day(value: str | date | None) -> date | None:
    return None if value is None else as_date(value)


class Log(Measured):
    """An event log that answers. It never changes: `filter` and `at` give new ones.

    Every table is a pandas frame; the methods ending in `_records` give what the command line prints as JSON.
    """

    # ------------------------------------------------------------------ what it is
    @property
    def prepared(self) -> PreparedLog:
        """The prepared tables; refused while a finding blocks, since no figure could be trusted."""
        if self._opened.log is None:
            first = next(found for found in self.finding_list() if found.severity == "block")
            raise WorkbenchError(first.message, where=first.where, remedy=first.remedy or None)
        return self._opened.log

    @property
    def blocked(self) -> bool:
        """Whether a finding blocks every figure: then only `findings()` and `accounting()` answer."""
        return self._opened.log is None

    @property
    def template(self) -> Template:
        return self._opened.template

    @property
    def as_of(self) -> date:
        """The day at whose end the log is looked at."""
        return self.prepared.as_of

    def __repr__(self) -> str:
        if self._opened.log is None:
            return f"<Log {self.template.process}: blocked, see findings()>"
        size = self.size()
        return (
            f"<Log {self.template.name.en}: {size.cases:,} cases ({size.open:,} open), {size.events:,} events, "
            f"{size.first or '…'} to {self.as_of} as of, {self.prepared.meta.settings.zone}>"
        )

    def size(self) -> LogSize:
        """The log in a few numbers: cases, open cases, recorded events and activities, first and last day."""
        from workbench.discover import log_size

        return log_size(self.prepared)

    # ------------------------------------------------------------------ other logs
    def filter(
        self,
        *,
        has: Iterable[str] = (),
        lacks: Iterable[str] = (),
        started: tuple[str | date, str | date] | None = None,
        **attributes: Any,
    ) -> Log:
        """The log with only some cases: by attribute (a value or a list), activities, or when they started.

        >>> log.filter(customer_segment=["large"], lacks=["escalated"])      # doctest: +SKIP
        """
        from workbench.discover import filtered

        window = None if started is None else (_day(started[0]), _day(started[1]))
        return Log(
            self._opened.with_log(
                filtered(
                    self.prepared, has=tuple(has), lacks=tuple(lacks), started=window, attributes=attributes
                )
            )
        )

    def hide(self, *activities: str) -> Log:
        """The log whose map and variants pass over some activities; balances, KPIs and rules still see them.

        >>> log.hide("checked").map()                                        # doctest: +SKIP
        """
        from workbench.discover import hiding

        return Log(self._opened.with_log(hiding(self.prepared, activities)))

    def at(self, as_of: str | date) -> Log:
        """The log as it was known at the end of another day."""
        day = as_date(as_of)
        return Log(self._opened.with_log(self._opened.at(self.prepared, day)))

    def in_memory(self) -> Log:
        """The same log with its tables copied into memory: asked often, it answers in a third of the time or less.

        Takes some 100 bytes an event (a gigabyte for ten million) for as long as the log is used.
        """
        return Log(self._opened.with_log(self.prepared.in_memory()))

    # ------------------------------------------------------------------ frames
    def map(self, *, derived: bool = True, statistics: Iterable[str] | None = None) -> pd.DataFrame:
        """The edges of the process map: source, target, count and seconds between, most frequent first.

        `statistics` says what of the seconds: mean, median, p90, min, max, sum (None: all but p90).
        """
        from workbench.discover import STATISTICS, map_frame

        return map_frame(self.prepared, derived=derived, statistics=tuple(statistics or STATISTICS))

    def activities(self, *, derived: bool = True) -> pd.DataFrame:
        """The nodes of the process map: events, cases, starts and ends of each activity."""
        from workbench.discover import activity_frame

        return activity_frame(self.prepared, derived=derived)

    def variants(self, *, derived: bool = True, durations: bool = True) -> pd.DataFrame:
        """The ways through the process with cases, share and (if wanted) durations, most travelled first."""
        from workbench.discover import variant_frame

        return variant_frame(self.prepared, derived=derived, durations=durations)

    def repeats(self, *, derived: bool = False) -> pd.DataFrame:
        """What happens more than once in a case: activity, events, cases, repeating cases, extra events."""
        from workbench.discover import repeat_frame

        return repeat_frame(self.prepared, derived=derived)

    def handovers(self, *, by: str | None = None, derived: bool = False) -> pd.DataFrame:
        """Who hands work over to whom, or which team (`by`): source, target, count and share of all handovers."""
        from workbench.discover import handover_frame

        return handover_frame(self.prepared, by=by, derived=derived)

    def cases(self) -> pd.DataFrame:
        """One row per case: start, end, duration, status, variant and attributes."""
        from workbench.discover import case_frame

        return case_frame(self.prepared)

    def dso_explained(
        self, *, by: str | None = None, every: Literal["month"] | None = None, months: int = 12
    ) -> pd.DataFrame:
        """DSO by what the money waits for: days, money held and its cost per phase; see `dso_explained_frame`."""
        from workbench.measure.receivables import dso_explained_frame

        return dso_explained_frame(self.prepared, by=by, every=every, months=months)

    def receivables(self, *, months: int = 12) -> pd.DataFrame:
        """Receivables at each month end beside each other: open, by age, the DSO family, collection, roll and cure."""
        from workbench.measure.receivables import receivables_frame

        return receivables_frame(self.prepared, months=months)

    def rules(self) -> pd.DataFrame:
        """The policy rules: verdicts, cases that break each, and adherence."""
        from workbench.diagnose import rule_frame

        return rule_frame(self.prepared)

    def breaches(self, rule: str | None = None) -> pd.DataFrame:
        """The evidence: every event that breaks a rule, with its case, time, resource and reason."""
        from workbench.diagnose import breach_frame

        return breach_frame(self.prepared, rule)

    def manual_share(self) -> pd.DataFrame:
        """How much of each activity is done by hand."""
        from workbench.improve import manual_frame

        return manual_frame(self.prepared)

    def finding_list(self) -> tuple[Finding, ...]:
        """What the data check found, row accounting included."""
        return self._opened.findings

    def findings(self) -> pd.DataFrame:
        """What the data check found: rule, severity, count, share, message, remedy."""
        import pandas as pd

        columns = ["rule", "severity", "count", "share", "message", "remedy", "where", "rows"]
        return pd.DataFrame(self.finding_records()).reindex(columns=columns)

    def accounting(self) -> pd.DataFrame:
        """Rows in = kept + dropped by reason, for each source."""
        import pandas as pd

        return pd.DataFrame(list(self._opened.accounting))

    def to_pandas(self, *, derived: bool = True) -> pd.DataFrame:
        """The events as one frame, in case order, with names for codes and money in major units."""
        from workbench.discover import event_frame

        return event_frame(self.prepared, derived=derived)

    def to_pm4py(self, *, attributes: str | Iterable[str] | None = (), derived: bool = False) -> pd.DataFrame:
        """The events as `pm4py.format_dataframe` would leave them, so that every function of pm4py takes them.

        Beside case, activity, time, resource and lifecycle only the attributes asked for, None for all of them;
        no derived events unless asked for.
        """
        from workbench.discover import pm4py_frame

        return pm4py_frame(self.prepared, attributes=attributes, derived=derived)

    # ------------------------------------------------------------------ models
    def model(
        self,
        algorithm: str = "inductive",
        *,
        threshold: float | None = None,
        sample: int | None = None,
        seed: int = 0,
        derived: bool = False,
    ) -> ProcessModel:
        """A process model by pm4py's inductive or heuristics miner, and what it was mined on.

        All cases count, unless `sample` asks for so many drawn by chance with `seed`. See `workbench.discover.mined`.
        """
        from workbench.discover import mined

        return mined(self.prepared, algorithm, threshold=threshold, sample=sample, seed=seed, derived=derived)

    def replay(self, model: ProcessModel | PetriNet, **limits: Any) -> TokenReplay:
        """How the cases follow a model by token-based replay; see `workbench.diagnose.replayed` for the limits."""
        from workbench.diagnose import replayed

        return replayed(self.prepared, model, **limits)

    def align(self, model: ProcessModel | PetriNet, **limits: Any) -> Alignments:
        """How the cases follow a model by optimal alignments; see `workbench.diagnose.aligned` for the limits."""
        from workbench.diagnose import aligned

        return aligned(self.prepared, model, **limits)

    # ------------------------------------------------------------------ records
    def map_record(self, *, derived: bool = True) -> dict[str, Any]:
        """The map as `workbench map --format json` prints it: nodes and edges."""
        return {
            "nodes": as_records(self.activities(derived=derived)),
            "edges": as_records(self.map(derived=derived)),
        }

    def variant_records(self, *, derived: bool = True) -> list[dict[str, Any]]:
        """The variants as `workbench variants --format json` prints them."""
        return as_records(self.variants(derived=derived))

    def case_records(self) -> list[dict[str, Any]]:
        """The cases as `workbench cases --format json` prints them."""
        days = {found.name for found in self.prepared.meta.attributes if found.type == "date"}
        return as_records(self.cases(), days=days)

    def rule_records(self) -> list[dict[str, Any]]:
        """The rules as `workbench rules --format json` prints them."""
        return as_records(self.rules())

    def finding_records(self) -> list[dict[str, Any]]:
        """The findings as `workbench check --format json` prints them."""
        return [finding.as_dict() for finding in self.finding_list()]

    def readiness_records(self) -> list[dict[str, Any]]:
        """What the log can answer, and what would unlock the most, as `workbench check --format json` prints it."""
        from workbench.measure.unlocking import readiness_findings

        return [finding.as_dict() for finding in readiness_findings(self.prepared)]
