"""The service desk: the counts of truth.json, recomputed from the files by pandas."""

from __future__ import annotations

import pandas as pd

from .conftest import CASES, Written
from .plain import as_of, first_time

CASE = "request"


def test_planted_counts(desk: Written) -> None:
    registered = first_time(desk, "Request registered", CASE)
    solved = first_time(desk, "Request solved", CASE).reindex(registered.index)
    withdrawn = registered.index.isin(desk.of("Request withdrawn")[CASE])
    limit = registered.dt.normalize() + pd.Timedelta(days=desk.truth["slow_days"])
    decided = ~withdrawn & (limit <= as_of(desk))
    slow = decided & ~(solved.dt.normalize() <= limit)
    assert desk.truth["planted"] == {
        "requests": CASES,
        "withdrawn": withdrawn.sum(),
        "reopened": len(desk.of("Request reopened")),
        "closed": len(desk.of("Request closed")),
        "decided": decided.sum(),
        "slow": slow.sum(),
        "solved": solved.notna().sum(),
    }
    assert desk.truth["events"] == desk.events["activity_name"].value_counts().to_dict()


def test_requests_are_worked_on_step_by_step(desk: Written) -> None:
    steps = ["Request registered", "Request classified", "Request assigned", "Work started", "Request solved"]
    times = pd.DataFrame({step: first_time(desk, step, CASE) for step in [*steps, "Request closed"]})
    for before, after in zip([*steps], [*steps[1:], "Request closed"], strict=True):
        both = times[[before, after]].dropna()
        assert len(both) > 0.9 * CASES
        assert (both[before] <= both[after]).all(), (before, after)


def test_no_template_knows_it_so_the_project_says_what_its_columns_are(desk: Written) -> None:
    for source in desk.project["sources"]:
        assert all({"column", "type", "level"} <= set(entry) for entry in source["attributes"].values())
