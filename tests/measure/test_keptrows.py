"""What is remembered of a whole log for every choice of its cases gives the figures that the choice alone gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

import workbench as wb
from workbench.discover.conditions import condition_of, narrowed
from workbench.generate import generate_project
from workbench.log.prepared import PreparedLog
from workbench.measure import figures, remember
from workbench.template.kpis import ShareKPI

CASES = 80
# An activity that some cases show and others not.
SOME = {"credit-collections": "overdue_reminder_sent", "lead-to-cash": "discount_changed"}


@pytest.fixture(scope="module", params=SOME)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PreparedLog:
    folder = tmp_path_factory.mktemp("kept") / "project"
    generate_project(folder, process=request.param, cases=CASES, seed=9)
    # Nothing that was answered before may answer here.
    return replace(wb.open(folder).prepared, answers=None)


def some(log: PreparedLog, *, others: bool = False) -> PreparedLog:
    """The cases that show an activity which others do not; or these others."""
    record = {"kind": "activity", "any": [SOME[log.template.process]], "exclude": others}
    found = narrowed(log, [condition_of(record)])
    assert 0 < int(found.frame(found.cases.aggregate(n=found.cases.count()))["n"].iloc[0]) < CASES
    return found


def test_every_figure_of_a_choice_is_the_one_without_remembering(log: PreparedLog) -> None:
    remembering = log.remembering()
    assert figures(some(remembering)) == figures(some(log))
    assert remembering.memory is not None
    # Of a second choice, and of the first again, it is asked in the words of the first.
    assert len(remembering.memory.said) > 15
    words = dict(remembering.memory.said)
    assert figures(some(remembering, others=True)) == figures(some(log, others=True))
    assert figures(some(remembering)) == figures(some(log))
    assert {key: remembering.memory.said[key] for key in words} == words
    kept = [kpi for what, kpi, _ in remembering.memory.kept if what != "reconciled"]
    assert len(kept) > 15
    # What looks beyond its case, or merges what few cases show, is asked of the choice itself.
    for kpi in kept:
        assert kpi.parts is None
        assert not (isinstance(kpi, ShareKPI) and kpi.stages)
        assert not set(kpi.of) & log.template.tables.keys()


def test_nothing_is_remembered_of_a_breakdown_or_of_the_whole_log(log: PreparedLog) -> None:
    remembering = log.remembering()
    assert remembering.memory is not None
    asked = [name for name, kpi in log.template.kpis.items() if isinstance(kpi, ShareKPI)][:3]
    figures(remembering, asked)
    figures(some(remembering), asked, by=log.meta.attributes[0].name)
    assert not remembering.memory.kept


def test_a_kpi_is_made_ready_before_anybody_asks(log: PreparedLog) -> None:
    remembering = log.remembering()
    assert remembering.memory is not None
    for name in log.template.kpis:
        remember(remembering, name)
    before = dict(remembering.memory.kept)
    asked = [kpi.id for _, kpi, _ in before]
    assert asked
    figures(some(remembering), asked)
    assert remembering.memory.kept.keys() == before.keys()
    assert all(remembering.memory.kept[key] is found for key, found in before.items())
