"""Process models mined by pm4py from the variants of a log, each weighted by its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import ibis
import numpy as np

from workbench.discover.shown import unlinked_events
from workbench.discover.variants import variant_frame
from workbench.errors import WorkbenchError, unknown_name
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

__all__ = ["MinedOn", "ProcessModel", "Ways", "mined", "sampled", "ways"]

Key = TypeVar("Key", str, tuple[str, ...])
Ways = Counter[tuple[str, ...]]
"""Variants, the most travelled first: the activities of each with the number of its cases."""


@dataclass(frozen=True, slots=True)
class MinedOn:
    """The cases behind a model: `cases` of the `of` cases with events, on `variants` variants.

    `seed` says which sample was drawn; None where all cases were taken.
    """

    cases: int
    of: int
    variants: int
    seed: int | None

    def said(self) -> Message:
        """The same as a sentence."""
        numbers = {"cases": self.cases, "all": self.of, "variants": self.variants}
        if self.seed is None:
            return Message("all {all} cases: {variants} variants, each weighted by its cases", **numbers)
        return Message(
            "a sample of {cases} of {all} cases (seed {seed}): {variants} variants, each weighted by its cases",
            seed=str(self.seed),
            **numbers,
        )


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """A process model: a Petri net with its initial and final marking, as every function of pm4py takes it.

    `tree` is the process tree where the inductive miner found one; `threshold` is the miner's own: the noise that
    the inductive miner leaves out, the dependency that the heuristics miner asks for.
    """

    algorithm: str
    threshold: float
    net: Any
    initial: Any
    final: Any
    tree: Any | None
    mined_on: MinedOn

    @property
    def petri_net(self) -> tuple[Any, Any, Any]:
        """Net, initial and final marking, in the order in which pm4py takes them."""
        return self.net, self.initial, self.final

    def bpmn(self) -> Any:
        """The model in BPMN, as pm4py writes (`pm4py.write_bpmn`) and draws it."""
        import pm4py

        return pm4py.convert_to_bpmn(*((self.tree,) if self.tree is not None else self.petri_net))

    def said(self) -> Message:
        """What the model was mined on, and how, as a sentence."""
        miner = {
            "inductive": Message("inductive miner, noise {threshold}", threshold=self.threshold),
            "heuristics": Message("heuristics miner, dependency {threshold}", threshold=self.threshold),
        }[self.algorithm]
        return Message("Mined on {cases} ({miner})", cases=self.mined_on.said(), miner=miner)

    def __repr__(self) -> str:
        return f"<ProcessModel {len(self.net.transitions)} transitions, {len(self.net.places)} places. {self.said()}>"


_DEFAULTS = {"inductive": 0.2, "heuristics": 0.5}


def mined(
    log: PreparedLog,
    algorithm: str = "inductive",
    *,
    threshold: float | None = None,
    sample: int | None = None,
    seed: int = 0,
    derived: bool = False,
) -> ProcessModel:
    """The model that pm4py mines from all cases, or from a sample of them, without a row for each event.

    `algorithm` is inductive (`threshold`: the noise left out, 0 for none; default 0.2) or heuristics (`threshold`:
    the least dependency; default 0.5). Variants are mined with the number of their cases: the model is that of the
    cases, one by one. Raises WorkbenchError for another algorithm, a threshold outside 0 to 1, or without events.
    """
    if algorithm not in _DEFAULTS:
        raise unknown_name("miner", algorithm, _DEFAULTS, where="model")
    threshold = _DEFAULTS[algorithm] if threshold is None else threshold
    if not 0 <= threshold <= 1:
        raise WorkbenchError(
            Message("{value} is no threshold", value=threshold),
            where="model",
            remedy=Message("Give a share from 0 to 1"),
        )
    taken, of, drawn = (
        (log, None, None) if sample is None else (*sampled(log, sample, seed, derived=derived), seed)
    )
    variants = ways(taken, derived=derived)
    if not variants:
        raise WorkbenchError(Message("There are no events to mine a model from"), where="model")
    cases = variants.total()
    whole = of is None or cases == of
    tree, net = (
        _inductive(variants, threshold) if algorithm == "inductive" else _heuristics(variants, threshold)
    )
    return ProcessModel(
        algorithm,
        threshold,
        *net,
        tree=tree,
        mined_on=MinedOn(cases, cases if of is None else of, len(variants), None if whole else drawn),
    )


def ways(log: PreparedLog, *, derived: bool = False) -> Ways:
    """The variants of a log with the number of their cases."""
    frame = variant_frame(log, derived=derived)
    counts = zip(map(tuple, frame["activities"]), frame["cases"], strict=True)
    return Counter({way: int(cases) for way, cases in counts})


def sampled(log: PreparedLog, cases: int, seed: int, *, derived: bool = False) -> tuple[PreparedLog, int]:
    """The log with so many of its cases, drawn by chance, and how many cases with events there are to draw from.

    The same seed draws the same cases of the same log on every engine: they are drawn in the order of their ids.
    """
    if cases < 1:
        raise WorkbenchError(
            Message("A sample of {cases} cases says nothing", cases=cases),
            where="sample",
            remedy=Message("Give the number of cases to draw, or leave it out to take all"),
        )
    events = unlinked_events(log, derived=derived)
    keys = np.sort(log.frame(events.select("case_key").distinct())["case_key"].to_numpy())
    if cases >= len(keys):
        return log, len(keys)
    drawn = np.sort(np.random.default_rng(seed).choice(keys, cases, replace=False))
    table = ibis.memtable({"case_key": drawn.tolist()}, schema={"case_key": "int64"})
    return log.within(log.engine.keep(table, "sampled")), len(keys)


def _inductive(variants: Ways, noise: float) -> tuple[Any, tuple[Any, Any, Any]]:
    """The process tree and its Petri net, by pm4py's own steps from variants on."""
    import pm4py
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL
    from pm4py.algo.discovery.inductive.variants.im import IMUVCL
    from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL
    from pm4py.objects.process_tree.utils import generic

    parameters = {"noise_threshold": noise, "multiprocessing": False, "disable_fallthroughs": False}
    miner = IMFUVCL(parameters) if noise > 0 else IMUVCL(parameters)
    tree = generic.fold(miner.apply(IMDataStructureUVCL(variants), parameters))
    generic.tree_sort(tree)
    return tree, pm4py.convert_to_petri_net(tree)


def _heuristics(variants: Ways, dependency: float) -> tuple[None, tuple[Any, Any, Any]]:
    """The Petri net of the heuristics net that pm4py makes of how often activities follow one another."""
    from pm4py.algo.discovery.heuristics.variants import classic
    from pm4py.objects.conversion.heuristics_net import converter

    activities = {run[0]: cases for run, cases in _runs(variants, 1).items()}
    triples = _runs(variants, 3)
    found = classic.apply_heu_dfg(
        _runs(variants, 2),
        activities=list(activities),
        activities_occurrences=activities,
        start_activities=_summed((way[0], cases) for way, cases in variants.items()),
        end_activities=_summed((way[-1], cases) for way, cases in variants.items()),
        dfg_window_2=_summed(((first, third), cases) for (first, _, third), cases in triples.items()),
        freq_triples=triples,
        parameters={classic.Parameters.DEPENDENCY_THRESH: dependency},
    )
    net, initial, final = converter.apply(found)
    return None, (net, initial, final)


def _runs(variants: Ways, length: int) -> dict[tuple[str, ...], int]:
    """How often so many activities directly follow one another, each way weighted by its cases."""
    return _summed(
        (way[place : place + length], cases)
        for way, cases in variants.items()
        for place in range(len(way) - length + 1)
    )


def _summed(counts: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Counts added up, in the order of what is counted: a miner's answer may rest on it."""
    total: Counter[Key] = Counter()
    for key, count in counts:
        total[key] += count
    return dict(sorted(total.items()))
