"""How well a log follows a process model: replayed by pm4py variant by variant, each weighted by its cases."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.discover import ProcessModel, variant_frame
from workbench.errors import WorkbenchError
from workbench.log.engine import Progress, silent
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

__all__ = ["Alignments", "Conformance", "PetriNet", "TokenReplay", "aligned", "replayed"]

PetriNet = tuple[Any, Any, Any]
"""A Petri net with its initial and final marking, as pm4py reads and mines it."""

_AT_ONCE = 100
"""Variants that are replayed between two looks at the clock."""
_Found = dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """How the cases follow a model, and how many of them were looked at.

    `treated` of the `variants` variants were replayed, the most travelled first, and with them `covered` of the
    `cases` cases; `fitting`, `fitness` (the mean over cases, from 0 to 1) and `log_fitness` (over all steps of all
    cases) are of those covered, None where there are none. `rows` has one row per variant replayed.
    """

    cases: int
    covered: int
    variants: int
    treated: int
    fitting: int
    fitness: float | None
    log_fitness: float | None
    rows: pd.DataFrame = field(repr=False)

    @property
    def fitting_share(self) -> float | None:
        """The share of the covered cases that the model can do just so."""
        return self.fitting / self.covered if self.covered else None

    @property
    def fitness_range(self) -> tuple[float, float]:
        """The least and the greatest mean fitness that all cases can have, whatever those left out are like."""
        if self.fitness is not None and self.covered == self.cases:
            return self.fitness, self.fitness
        if not self.cases:
            return 0.0, 1.0
        known = (self.fitness or 0.0) * self.covered
        return known / self.cases, (known + self.cases - self.covered) / self.cases

    def said(self) -> Message:
        """What was looked at and what was left out, as a sentence."""
        numbers = {
            "cases": self.covered,
            "all": self.cases,
            "treated": self.treated,
            "variants": self.variants,
        }
        if self.covered == self.cases:
            return Message("all {all} cases, as {variants} variants", **numbers)
        low, high = self.fitness_range
        return Message(
            "{cases} of {all} cases, as {treated} of {variants} variants, the most travelled first; whatever the "
            "others are like, the fitness of all cases lies between {low} and {high}",
            low=math.floor(low * 1000) / 1000,
            high=math.ceil(high * 1000) / 1000,
            **numbers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReplay(Conformance):
    """Token-based replay; its `rows` have variant, activities, cases, fits, fitness and the four counts of tokens."""

    missing: int
    remaining: int
    consumed: int
    produced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignments(Conformance):
    """Optimal alignments; `rows` have variant, activities, cases, fits, fitness, cost, deviations and alignment.

    `deviations` counts the steps that only the case or only the model takes, `cost` is the same as pm4py counts it
    (10,000 each, and 1 for a step that nobody sees); both over all covered cases.
    """

    cost: int
    deviations: int


def replayed(
    log: PreparedLog,
    model: ProcessModel | PetriNet,
    *,
    variants: int | None = None,
    seconds: float | None = None,
    derived: bool = False,
    progress: Progress = silent,
) -> TokenReplay:
    """Token-based replay of every case, equal to `pm4py.conformance_diagnostics_token_based_replay` of the events.

    `variants` and `seconds` limit it to the most travelled variants, and to those done by then.
    """
    from pm4py.algo.conformance.tokenreplay.variants import token_replay

    net, initial, final = _petri_net(model)
    parameters = {
        token_replay.Parameters.SHOW_PROGRESS_BAR: False,
        token_replay.Parameters.PLACES_SHORTEST_PATH_BY_HIDDEN: token_replay.get_places_shortest_path_by_hidden(
            net, token_replay.TechnicalParameters.MAX_REC_DEPTH.value
        ),
    }

    def replay(ways: list[list[str]], _: float | None) -> list[_Found]:
        return list(token_replay.apply(_event_log(ways), net, initial, final, parameters=parameters))

    frame = variant_frame(log, derived=derived)
    found = _treated(frame, replay, variants, seconds, progress, at_once=_AT_ONCE, what="replay")
    rows = _rows(
        frame,
        found,
        fits=lambda one: bool(one["trace_is_fit"]),
        fitness=lambda one: float(one["trace_fitness"]),
        missing=lambda one: int(one["missing_tokens"]),
        remaining=lambda one: int(one["remaining_tokens"]),
        consumed=lambda one: int(one["consumed_tokens"]),
        produced=lambda one: int(one["produced_tokens"]),
    )
    total = {name: _total(rows, name) for name in ("missing", "remaining", "consumed", "produced")}
    log_fitness = None
    if total["consumed"] and total["produced"]:
        lacking, left = total["missing"] / total["consumed"], total["remaining"] / total["produced"]
        log_fitness = 0.5 * (1 - lacking) + 0.5 * (1 - left)
    return TokenReplay(
        **_coverage(frame, rows),
        log_fitness=log_fitness,
        missing=total["missing"],
        remaining=total["remaining"],
        consumed=total["consumed"],
        produced=total["produced"],
    )


def aligned(
    log: PreparedLog,
    model: ProcessModel | PetriNet,
    *,
    variants: int | None = None,
    seconds: float | None = None,
    derived: bool = False,
    progress: Progress = silent,
) -> Alignments:
    """Optimal alignments of every case, equal to `pm4py.conformance_diagnostics_alignments` of the events.

    They can take long: `variants` and `seconds` limit them to the most travelled variants, and to those done by
    then. Raises WorkbenchError for a model that has no way from its start to its end.
    """
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.petri_net.utils import align_utils, check_soundness

    net, initial, final = _petri_net(model)
    if not check_soundness.check_easy_soundness_net_in_fin_marking(net, initial, final):
        raise WorkbenchError(
            Message("The model has no way from its start to its end: nothing can be aligned to it"),
            where="conformance",
            remedy=Message("Replay the cases, or take a model of the inductive miner"),
        )
    step = align_utils.STD_MODEL_LOG_MOVE_COST

    def align(ways: list[list[str]], left: float | None) -> list[_Found]:
        limit = {} if left is None else {algorithm.Parameters.PARAM_MAX_ALIGN_TIME_TRACE: left}
        return [
            algorithm.apply_trace(trace, net, initial, final, parameters=dict(limit))
            for trace in _event_log(ways)
        ]

    frame = variant_frame(log, derived=derived)
    found = _treated(frame, align, variants, seconds, progress, at_once=1, what="alignments")
    rows = _rows(
        frame,
        found,
        fits=lambda one: one["fitness"] == 1.0,
        fitness=lambda one: float(one["fitness"]),
        cost=lambda one: int(one["cost"]),
        deviations=lambda one: int(one["cost"] // step),
        worst=lambda one: int(one["bwc"]),
        alignment=lambda one: one["alignment"],
    )
    cost, worst = _total(rows, "cost"), _total(rows, "worst")
    return Alignments(
        **_coverage(frame, rows.drop(columns="worst")),
        log_fitness=1 - cost / worst if worst else None,
        cost=cost,
        deviations=_total(rows, "deviations"),
    )


def _petri_net(model: ProcessModel | PetriNet) -> PetriNet:
    return model.petri_net if isinstance(model, ProcessModel) else model


def _event_log(ways: list[list[str]]) -> Any:
    """One case per variant, as pm4py's event log."""
    from pm4py.objects.log.obj import Event, EventLog, Trace

    return EventLog([Trace([Event({"concept:name": activity}) for activity in way]) for way in ways])


def _treated(
    frame: pd.DataFrame,
    treat: Callable[[list[list[str]], float | None], list[_Found]],
    variants: int | None,
    seconds: float | None,
    progress: Progress,
    *,
    at_once: int,
    what: str,
) -> list[_Found]:
    """What comes of the variants in their order, until the limits are reached; None for one given up."""
    ways = frame["activities"].tolist()[:variants]
    began = time.monotonic()
    found: list[_Found] = []
    progress(what, 0.0)
    for start in range(0, len(ways), at_once):
        left = None if seconds is None else began + seconds - time.monotonic()
        if left is not None and left <= 0:
            break
        found += treat(ways[start : start + at_once], left)
        progress(what, len(found) / len(ways))
    return found


def _rows(frame: pd.DataFrame, found: list[_Found], **columns: Callable[[Any], Any]) -> pd.DataFrame:
    """The variants that came to something, with what came of each."""
    done = [place for place, one in enumerate(found) if one is not None]
    rows = frame[["variant", "activities", "cases"]].iloc[done].reset_index(drop=True)
    return rows.assign(**{name: [of(found[place]) for place in done] for name, of in columns.items()})


def _total(rows: pd.DataFrame, name: str) -> int:
    """A column added up over the cases."""
    return int((rows[name] * rows["cases"]).sum())


def _coverage(frame: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    """What every way of conformance says of its rows."""
    covered = int(rows["cases"].sum())
    return {
        "cases": int(frame["cases"].sum()),
        "covered": covered,
        "variants": len(frame),
        "treated": len(rows),
        "fitting": int(rows.loc[rows["fits"].astype(bool), "cases"].sum()),
        "fitness": float((rows["fitness"] * rows["cases"]).sum()) / covered if covered else None,
        "rows": rows,
    }
