"""Models mined from variants are those that pm4py mines from every event, and say what they were mined on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.samelogs import ACTIVITY, CASE, LOGS, Pair, few, made
from workbench.errors import WorkbenchError


@pytest.fixture(scope="module", params=LOGS)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return made(request, tmp_path_factory)


def shape(net: tuple[Any, Any, Any]) -> list[Any]:
    """A net but for the names of its places and silent steps: what stands before and behind each transition."""
    graph, initial, final = net

    def around(place: Any) -> tuple[Any, ...]:
        before = sorted(str(arc.source.label) for arc in place.in_arcs)
        behind = sorted(str(arc.target.label) for arc in place.out_arcs)
        return before, behind, initial[place], final[place]

    return sorted(
        (
            str(step.label),
            sorted(around(arc.source) for arc in step.in_arcs),
            sorted(around(arc.target) for arc in step.out_arcs),
        )
        for step in graph.transitions
    )


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_the_tree_is_that_of_every_event(log: Pair, noise: float) -> None:
    import pm4py

    model = log.ours.model(threshold=noise)
    frame = log.theirs.copy()
    assert str(model.tree) == str(pm4py.discover_process_tree_inductive(frame, noise_threshold=noise))
    assert shape(model.petri_net) == shape(pm4py.discover_petri_net_inductive(frame, noise_threshold=noise))
    assert {node.name for node in model.bpmn().get_nodes()} >= set(frame[ACTIVITY])


@pytest.mark.parametrize("dependency", [0.5, 0.9])
def test_the_heuristics_net_is_that_of_every_event(log: Pair, dependency: float) -> None:
    import pm4py

    model = log.ours.model("heuristics", threshold=dependency)
    theirs = pm4py.discover_petri_net_heuristics(log.theirs.copy(), dependency_threshold=dependency)
    assert shape(model.petri_net) == shape(theirs)
    assert model.tree is None
    assert model.bpmn().get_nodes()


def test_cases_weigh() -> None:
    # One case of ten is noise; one way of three would not be.
    assert str(few().model(threshold=0.2).tree) == "->( 'a', X( tau, 'c' ), 'b' )"
    assert str(few().model(threshold=0.0).tree) == "->( X( tau, ->( 'a', X( tau, 'c' ) ) ), 'b' )"


def test_a_model_says_what_it_was_mined_on() -> None:
    assert few().model().said() == (
        "Mined on all 10 cases: 3 variants, each weighted by its cases (inductive miner, noise 0.2)"
    )
    sample = few().model("heuristics", sample=4, seed=7)
    found = sample.mined_on
    assert (found.cases, found.of, found.seed) == (4, 10, 7)
    assert sample.said() == (
        f"Mined on a sample of 4 of 10 cases (seed 7): {found.variants} variants, each weighted by its cases "
        "(heuristics miner, dependency 0.5)"
    )
    assert str(sample.said()) in repr(sample)


def test_a_sample_is_the_same_again_and_another_by_another_seed(log: Pair) -> None:
    from workbench.discover.models import sampled

    def drawn(seed: int) -> list[str]:
        taken, of = sampled(log.ours.prepared, 5, seed)
        assert of == log.theirs[CASE].nunique()
        return sorted(taken.frame(taken.cases)["case_id"])

    assert drawn(1) == drawn(1)
    assert len(set(drawn(1))) == 5
    assert any(drawn(1) != drawn(seed) for seed in range(2, 12))


def test_the_model_of_a_sample_is_that_of_its_events(log: Pair) -> None:
    import pm4py

    from workbench.discover.models import sampled

    cases = log.theirs[CASE].nunique() // 2
    taken, _ = sampled(log.ours.prepared, cases, 3)
    theirs = log.theirs[log.theirs[CASE].isin(taken.frame(taken.cases)["case_id"])]
    model = log.ours.model(sample=cases, seed=3)
    assert str(model.tree) == str(pm4py.discover_process_tree_inductive(theirs, noise_threshold=0.2))
    assert model.mined_on.cases == cases


def test_a_sample_of_all_is_all() -> None:
    model = few().model(sample=10, seed=3)
    assert model.mined_on.seed is None
    assert str(model.tree) == str(few().model().tree)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"algorithm": "indutive"}, "Unknown miner 'indutive'"),
        ({"threshold": 1.5}, "1.5 is no threshold"),
        ({"sample": 0}, "A sample of 0 cases says nothing"),
    ],
)
def test_what_cannot_be_mined_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(WorkbenchError, match=words):
        few().model(**options)


def test_no_events_no_model() -> None:
    with pytest.raises(WorkbenchError, match="no events to mine"):
        few().filter(started=("2030-01-01", "2030-12-31")).model()


def test_mining_says_nothing_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "log.csv"
    source.write_text("case,activity,time\na,ask,2026-01-01\na,answer,2026-01-02\n", encoding="utf-8")
    program = (
        f"import workbench as wb; log = wb.load({str(source)!r}, time_zone='UTC'); model = log.model(); "
        "log.replay(model); log.align(model); print(model.tree)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("->( 'ask', 'answer' )\n", "")
