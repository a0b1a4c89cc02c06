"""Replay and alignments of variants, weighted, are those of every case by pm4py; what is left out is said."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.samelogs import LOGS, Pair, few, made
from workbench.diagnose import Alignments, TokenReplay
from workbench.discover import ProcessModel
from workbench.errors import WorkbenchError


@pytest.fixture(scope="module", params=LOGS)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return made(request, tmp_path_factory)


@pytest.fixture(scope="module")
def model(log: Pair) -> ProcessModel:
    """The model of a few cases: the others do not all fit."""
    return log.ours.model(sample=4, seed=2)


@pytest.fixture(scope="module")
def replay(log: Pair, model: ProcessModel) -> TokenReplay:
    return log.ours.replay(model)


@pytest.fixture(scope="module")
def alignments(log: Pair, model: ProcessModel) -> Alignments:
    return log.ours.align(model)


def test_token_replay_is_that_of_every_case(log: Pair, model: ProcessModel, replay: TokenReplay) -> None:
    import pm4py

    theirs = pm4py.conformance_diagnostics_token_based_replay(log.theirs.copy(), *model.petri_net)
    assert replay.cases == replay.covered == len(theirs)
    assert replay.fitting == sum(found["trace_is_fit"] for found in theirs) < len(theirs)
    for name in ("missing", "remaining", "consumed", "produced"):
        assert getattr(replay, name) == sum(found[f"{name}_tokens"] for found in theirs), name
    fitness = pm4py.fitness_token_based_replay(log.theirs.copy(), *model.petri_net)
    assert replay.fitness == pytest.approx(fitness["average_trace_fitness"], rel=1e-12)
    assert replay.log_fitness == pytest.approx(fitness["log_fitness"], rel=1e-12)
    assert replay.fitting_share == pytest.approx(fitness["percentage_of_fitting_traces"] / 100, rel=1e-12)


def test_alignments_are_those_of_every_case(log: Pair, model: ProcessModel, alignments: Alignments) -> None:
    import pm4py

    theirs = pm4py.conformance_diagnostics_alignments(log.theirs.copy(), *model.petri_net)
    assert alignments.cost == sum(found["cost"] for found in theirs) > 0
    assert alignments.deviations == sum(found["cost"] // 10_000 for found in theirs) > 0
    assert alignments.fitting == sum(found["fitness"] == 1 for found in theirs) < len(theirs)
    fitness = pm4py.fitness_alignments(log.theirs.copy(), *model.petri_net)
    assert alignments.fitness == pytest.approx(fitness["average_trace_fitness"], rel=1e-12)
    assert alignments.log_fitness == pytest.approx(fitness["log_fitness"], rel=1e-12)
    assert alignments.fitting_share == pytest.approx(fitness["percentage_of_fitting_traces"] / 100, rel=1e-12)


def test_every_variant_has_its_row(replay: TokenReplay, alignments: Alignments, log: Pair) -> None:
    expected = log.ours.variants(derived=False)[["variant", "activities", "cases"]]
    for found in (replay, alignments):
        pd.testing.assert_frame_equal(found.rows[list(expected)], expected)
        assert found.treated == found.variants == len(expected)
        assert found.said() == f"all {found.cases} cases, as {found.variants} variants"
    fits = alignments.rows["fits"]
    assert (alignments.rows.loc[fits, "deviations"] == 0).all()
    assert (alignments.rows.loc[~fits, "deviations"] > 0).all()
    # A walk of the case is an alignment without the model's own steps.
    walks = [[event for event, _ in walk if event != ">>"] for walk in alignments.rows["alignment"]]
    assert walks == alignments.rows["activities"].tolist()


@pytest.mark.parametrize("method", ["replay", "align"])
def test_what_is_left_out_is_said(method: str) -> None:
    log = few()
    model = log.model(threshold=0.2)  # a, perhaps c, b: only the case b does not fit
    every = getattr(log, method)(model)
    assert (every.fitting, every.cases, every.fitness_range) == (9, 10, (every.fitness, every.fitness))
    first = getattr(log, method)(model, variants=2)
    assert (first.covered, first.cases, first.treated, first.variants) == (9, 10, 2, 3)
    assert (first.fitness, first.fitting_share, first.fitness_range) == (1.0, 1.0, (0.9, 1.0))
    assert first.fitness_range[0] <= every.fitness < first.fitness
    assert first.said() == (
        "9 of 10 cases, as 2 of 3 variants, the most travelled first; whatever the others are like, the fitness of "
        "all cases lies between 0.9 and 1.0"
    )


@pytest.mark.parametrize("method", ["replay", "align"])
def test_without_time_nothing_is_claimed(method: str) -> None:
    log = few()
    none = getattr(log, method)(log.model(), seconds=0)
    assert (none.covered, none.treated, none.fitting) == (0, 0, 0)
    assert none.fitness is none.log_fitness is none.fitting_share is None
    assert none.fitness_range == (0.0, 1.0)
    assert none.rows.empty
    assert getattr(log, method)(log.model(), seconds=3600).covered == 10


def test_an_alignment_given_up_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from pm4py.algo.conformance.alignments.petri_net import algorithm

    truly = algorithm.apply_trace

    def tired(trace: Any, *args: Any, **options: Any) -> Any:
        return None if len(trace) == 3 else truly(trace, *args, **options)

    log = few()
    model = log.model(threshold=0.2)
    monkeypatch.setattr(algorithm, "apply_trace", tired)
    found = log.align(model, seconds=3600)
    assert (found.covered, found.treated, found.fitting) == (7, 2, 6)
    assert found.rows["activities"].tolist() == [["a", "b"], ["b"]]


@pytest.mark.parametrize(("method", "what"), [("replay", "replay"), ("align", "alignments")])
def test_progress_is_told(method: str, what: str) -> None:
    log, told = few(), []
    getattr(log, method)(log.model(), progress=lambda name, part: told.append((name, part)))
    assert {name for name, _ in told} == {what}
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)


def test_a_net_of_ones_own_will_do() -> None:
    log = few()
    model = log.model()
    assert log.replay(model.petri_net).fitness == log.replay(model).fitness


def test_a_model_without_a_way_through_is_refused() -> None:
    from pm4py.objects.petri_net.obj import Marking, PetriNet

    net, start, end = PetriNet("torn"), PetriNet.Place("start"), PetriNet.Place("end")
    net.places.update((start, end))
    with pytest.raises(WorkbenchError, match="no way from its start to its end"):
        few().align((net, Marking({start: 1}), Marking({end: 1})))


def test_a_log_without_events_follows_nothing() -> None:
    none = few().filter(started=("2030-01-01", "2030-12-31"))
    found = none.replay(few().model())
    assert (found.cases, found.fitness, found.log_fitness) == (0, None, None)
