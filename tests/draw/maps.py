"""Small maps for the tests of the picture, made from traces that a reader can follow."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

NODE_COLUMNS = ["activity", "label", "events", "cases", "starts", "ends", "is_derived"]
EDGE_COLUMNS = ["source", "target", "count", "mean_seconds", "median_seconds"]


@dataclass(frozen=True)
class Map:
    """The frames of a map, as `activity_frame` and `map_frame` answer them."""

    nodes: pd.DataFrame
    edges: pd.DataFrame


def map_of(traces: Iterable[Sequence[str]], *, derived: Iterable[str] = ()) -> Map:
    """The map of some cases, each a list of activities; every step takes an hour."""
    ways = [list(trace) for trace in traces if trace]
    events = Counter(name for way in ways for name in way)
    cases = Counter(name for way in ways for name in set(way))
    starts, ends = Counter(way[0] for way in ways), Counter(way[-1] for way in ways)
    links = Counter(pair for way in ways for pair in pairwise(way))
    nodes = [
        (name, name, count, cases[name], starts[name], ends[name], name in set(derived))
        for name, count in sorted(events.items(), key=lambda found: (-found[1], found[0]))
    ]
    edges = [
        (*pair, count, 3600.0, 3600.0)
        for pair, count in sorted(links.items(), key=lambda found: (-found[1], found[0]))
    ]
    return Map(pd.DataFrame(nodes, columns=NODE_COLUMNS), pd.DataFrame(edges, columns=EDGE_COLUMNS))


def large_map(activities: int, cases: int = 300) -> Map:
    """A map of many activities with jumps, loops and returns: hundreds of different paths."""
    dice = random.Random(activities)
    traces = []
    for _ in range(cases):
        here, trace = 0, []
        while here < activities and len(trace) < 3 * activities:
            trace.append(f"Step {here:02d}")
            here = max(0, here + dice.choice((1, 1, 1, 1, 1, 2, 3, -1, -2, 0)))
        traces.append(trace)
    return map_of(traces)
