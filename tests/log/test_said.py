"""What is put into words for one choice of cases is asked of the next in the same words, and answers for that one."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd
import pytest

import workbench as wb
from workbench.api import Log
from workbench.discover.shown import unlinked_events
from workbench.log.prepared import PreparedLog
from workbench.log.said import Said


@pytest.fixture
def log() -> Log:
    rows = [("1", "ask"), ("1", "answer"), ("2", "ask"), ("3", "ask"), ("3", "answer"), ("3", "close")]
    frame = pd.DataFrame(rows, columns=["case", "activity"])
    return wb.load(frame.assign(time=pd.date_range("2026-01-01", periods=len(rows)))).remembering()


def having(log: Log, activity: str) -> Log:
    return log.where({"kind": "activity", "any": [activity]})


def ids(log: PreparedLog, made: list[PreparedLog]) -> list[str]:
    """The ids of the log's cases, asked alike; `made` notes of which logs the question was made."""

    def make() -> ir.Table:
        made.append(log)
        return log.cases.select("case_id").order_by("case_id")

    return list(log.frame(log.alike("ids", make))["case_id"])


def test_each_choice_gets_its_own_answer_in_words_made_once(log: Log) -> None:
    made: list[PreparedLog] = []
    answered, closed = having(log, "answer").prepared, having(log, "close").prepared
    assert ids(answered, made) == ["1", "3"]
    assert ids(closed, made) == ["3"]
    assert ids(answered, made) == ["1", "3"]
    assert made == [answered]


def test_words_outlive_the_choice_that_they_were_made_for(log: Log) -> None:
    made: list[PreparedLog] = []
    assert ids(having(log, "answer").prepared, made) == ["1", "3"]
    made.clear()
    for _ in range(3):
        assert ids(having(log, "close").prepared, made) == ["3"]
    assert made == []


def test_the_whole_log_and_one_that_remembers_nothing_are_asked_for_themselves(log: Log) -> None:
    made: list[PreparedLog] = []
    assert ids(log.prepared, made) == ["1", "2", "3"]
    assert ids(log.prepared, made) == ["1", "2", "3"]
    assert len(made) == 2


def test_a_choice_among_chosen_cases_is_not_asked_in_the_words_of_one(log: Log) -> None:
    made: list[PreparedLog] = []
    answered = having(log, "answer")
    both = having(answered, "close").prepared
    # First the one that is chosen twice: it looks at two choices.
    assert ids(both, made) == ["3"]
    assert ids(answered.prepared, made) == ["1", "3"]
    assert ids(both, made) == ["3"]


def test_a_statement_of_several_choices_is_nobody_elses(log: Log) -> None:
    answered = having(log, "answer")
    both = having(answered, "close").prepared
    said = both.engine.said(both.cases.select("case_id"))
    assert isinstance(said, Said)
    assert len(said.looks_at) == 2
    assert said.of(both.narrowing) is None  # type: ignore[arg-type]


def test_what_a_log_leaves_out_is_part_of_the_question(log: Log) -> None:
    """Trimmed or hidden, the same cases are no answer in the words of the whole ones."""

    def events(log: PreparedLog) -> int:
        shown = unlinked_events(log, derived=True)
        return int(log.frame(log.alike("events", lambda: shown.aggregate(n=shown.count())))["n"].iloc[0])

    answered = having(log, "answer")
    assert events(answered.prepared) == 5
    assert events(answered.hide("ask").prepared) == 3
    trimmed = answered.where({"kind": "ends", "first": ["answer"], "trim": True})
    assert events(trimmed.prepared) == 3
    assert events(answered.prepared) == 5


def test_a_choice_among_the_first_cases_has_fewer_to_look_up(log: Log) -> None:
    made: list[PreparedLog] = []
    assert ids(having(log, "answer").prepared, made) == ["1", "3"]
    first = log.where({"kind": "case", "ids": ["1"]})
    assert ids(having(first, "answer").prepared, made) == ["1"]
    assert ids(having(log, "close").prepared, made) == ["3"]
