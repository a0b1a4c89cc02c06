"""A map made readable: every activity shown lies on a shown way from a start to an end."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draw.maps import EDGE_COLUMNS, NODE_COLUMNS, Map, large_map, map_of
from workbench.discover import ReadableMap, simplified
from workbench.errors import WorkbenchError

NAMES = [chr(ord("a") + place) for place in range(12)]
SHARES = st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.8, 1.0]))
logs = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=14), min_size=1, max_size=25)


def reached(found: ReadableMap, roots: list[str], source: str, target: str) -> set[str]:
    seen, waiting = set(roots), list(roots)
    while waiting:
        here = waiting.pop()
        for other in found.edges.loc[found.edges[source] == here, target]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def assert_every_activity_is_on_a_way_through(found: ReadableMap) -> None:
    shown = set(found.nodes["activity"])
    starts = list(found.nodes.loc[found.nodes["is_start"], "activity"])
    ends = list(found.nodes.loc[found.nodes["is_end"], "activity"])
    assert reached(found, starts, "source", "target") == shown
    assert reached(found, ends, "target", "source") == shown


@settings(max_examples=60)
@given(logs, SHARES, SHARES)
def test_every_activity_is_on_a_way_through(
    traces: list[list[str]], activities: float | None, paths: float | None
) -> None:
    whole = map_of(traces)
    found = simplified(whole.nodes, whole.edges, activities=activities, paths=paths)
    assert_every_activity_is_on_a_way_through(found)
    # It is a part of the whole, in the same order, with the same figures.
    kept = whole.nodes[whole.nodes["activity"].isin(found.nodes["activity"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.nodes[NODE_COLUMNS], kept)
    assert set(map(tuple, found.edges.to_numpy())) <= set(map(tuple, whole.edges.to_numpy()))


@settings(max_examples=30)
@given(logs)
def test_all_is_all(traces: list[list[str]]) -> None:
    whole = map_of(traces)
    found = simplified(whole.nodes, whole.edges, activities=1, paths=1)
    pd.testing.assert_frame_equal(found.nodes[NODE_COLUMNS], whole.nodes)
    pd.testing.assert_frame_equal(found.edges, whole.edges)
    assert list(found.nodes["is_start"]) == list(whole.nodes["starts"] > 0)
    assert list(found.nodes["is_end"]) == list(whole.nodes["ends"] > 0)


@settings(max_examples=30)
@given(logs)
def test_the_order_of_rows_says_nothing(traces: list[list[str]]) -> None:
    whole = map_of(traces)
    shuffled = Map(whole.nodes.sample(frac=1, random_state=3), whole.edges.sample(frac=1, random_state=4))
    one, other = (simplified(found.nodes, found.edges, activities=0.5) for found in (whole, shuffled))
    assert set(one.nodes["activity"]) == set(other.nodes["activity"])
    assert set(zip(one.edges["source"], one.edges["target"], strict=True)) == set(
        zip(other.edges["source"], other.edges["target"], strict=True)
    )


@pytest.mark.parametrize("activities", [20, 40, 60])
def test_a_large_map_becomes_readable(activities: int) -> None:
    whole = large_map(activities)
    found = simplified(whole.nodes, whole.edges)
    # The process is one long line: some of its steps are kept only to lead from its frequent begin to its end.
    assert 8 <= len(found.nodes) <= 32
    assert len(found.edges) <= 2.5 * len(found.nodes)
    assert_every_activity_is_on_a_way_through(found)


def test_a_small_map_stays_whole() -> None:
    whole = map_of([["a", "b", "c"]] * 5 + [["a", "c"], ["b", "c"]])
    found = simplified(whole.nodes, whole.edges)
    assert (len(found.nodes), len(found.edges)) == (3, 3)


def test_the_frequent_stays_and_what_connects_it() -> None:
    # f and g are as frequent as can be, but only the rare r leads to them. b is on the best way from a to z.
    traces = [["a", "b", "z"]] * 50 + [["a", "r", *["f", "g"] * 60, "z"]]
    whole = map_of(traces)
    found = simplified(whole.nodes, whole.edges, activities=0.5, paths=0)
    assert set(found.nodes["activity"]) == {"a", "b", "f", "g", "r", "z"}
    assert set(simplified(whole.nodes, whole.edges, activities=0, paths=0).nodes["activity"]) >= {"a", "z"}
    assert_every_activity_is_on_a_way_through(found)


def test_where_activities_are_alike_frequent_none_of_them_is_cut_off() -> None:
    frequent = [f"step {place:02d}" for place in range(13)]
    rare = [f"rare {place:02d}" for place in range(9)]
    whole = map_of([frequent] * 40 + [[*frequent[:12], name, frequent[12]] for name in rare])
    found = simplified(whole.nodes, whole.edges)
    assert set(found.nodes["activity"]) == set(frequent)


def test_rare_starts_and_ends_are_left_out_of_the_picture_but_not_of_the_figures() -> None:
    whole = map_of([["a", "b", "c"]] * 200 + [["b", "c"], ["a", "b"]])
    found = simplified(whole.nodes, whole.edges).nodes.set_index("activity")
    assert found["is_start"].to_dict() == {"b": False, "a": True, "c": False}
    assert found["is_end"].to_dict() == {"b": False, "a": False, "c": True}
    assert found.loc["b", "starts"] == 1


def test_an_empty_map_stays_empty() -> None:
    found = simplified(pd.DataFrame(columns=NODE_COLUMNS), pd.DataFrame(columns=EDGE_COLUMNS))
    assert (len(found.nodes), len(found.edges)) == (0, 0)
    assert {"is_start", "is_end"} <= set(found.nodes.columns)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    whole = map_of([["a"]])
    with pytest.raises(WorkbenchError, match=r"is no share \(paths\)\. Give a number from 0 to 1\."):
        simplified(whole.nodes, whole.edges, paths=share)
