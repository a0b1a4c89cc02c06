"""The map made readable: the most frequent activities and paths, and every one of them still on a way through."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["ReadableMap", "simplified"]

# What a reader takes in at a glance, tried on maps of 6 to 60 activities: more boxes than the second, or more
# lines a box than the third, and the eye follows nothing any more. Fewer boxes than the first say too little.
_ACTIVITIES_LEAST = 10
_ACTIVITIES_MOST = 18
_PATHS_EACH = 1.6
_PATHS_LEAST = 8
# Of the places where cases start and end, those with less than this share of the cases are left out as well,
# unless all paths are asked for.
_MINOR = 0.02

Link = tuple[str, str]
# The two ends of every way; no activity of a log is None.
_Step = tuple[str | None, str | None]
_Key = TypeVar("_Key", str, Link)


class ReadableMap(NamedTuple):
    """What is left of a map: its nodes (with `is_start` and `is_end`) and edges, in the order of the whole map."""

    nodes: pd.DataFrame
    edges: pd.DataFrame


def simplified(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    activities: float | None = None,
    paths: float | None = None,
) -> ReadableMap:
    """The most frequent part of a process map in which every activity still lies on a way from start to end.

    `nodes` and `edges` are `activity_frame` and `map_frame`. `activities` is the share (0–1) of activities to
    keep, `paths` that of the paths between them; without a share as many are kept as a reader can take in,
    which is all of a small map. Where the most frequent ones do not hang together, what connects them best is
    kept besides: few further activities, frequent paths. The most frequent start and end are always kept.

    Two columns are added to the nodes: `is_start` and `is_end`, whether the map is to show that cases start or
    end there; all figures stay those of the whole log. Raises WorkbenchError for a share outside 0–1.

    >>> nodes = pd.DataFrame({"activity": ["a", "b", "c"], "events": [9, 9, 1], "starts": [9, 0, 0],
    ...                       "ends": [0, 9, 0]})
    >>> edges = pd.DataFrame({"source": ["a", "a", "c"], "target": ["b", "c", "b"], "count": [8, 1, 1]})
    >>> readable = simplified(nodes, edges, activities=0.5)
    >>> list(readable.nodes["activity"]), len(readable.edges)
    (['a', 'b'], 1)
    """
    for name, share in (("activities", activities), ("paths", paths)):
        if share is not None and not 0 <= share <= 1:
            raise WorkbenchError(
                Message("{value} is no share", value=str(share)),
                where=name,
                remedy=Message("Give a number from 0 to 1"),
            )
    graph = _Graph.of(nodes, edges)
    wanted = graph.most_frequent(_how_many(activities, len(graph.names), graph.readable()))
    ways = graph.connecting(wanted)
    kept = wanted | {name for way in ways for name in way if name is not None}
    between = [link for link in graph.counts if kept.issuperset(link)]
    budget = max(_PATHS_LEAST, math.ceil(_PATHS_EACH * len(kept)))
    chosen = set(between[: _how_many(paths, len(between), budget)]) | ways
    least = 0.0 if paths == 1 else _MINOR
    is_start = _marks(nodes, "starts", {way[1] for way in ways if way[0] is None}, least)
    is_end = _marks(nodes, "ends", {way[0] for way in ways if way[1] is None}, least)
    is_chosen = pd.Series(
        [link in chosen for link in zip(edges["source"], edges["target"], strict=True)],
        index=edges.index,
        dtype="bool",
    )
    return ReadableMap(
        nodes.assign(is_start=is_start, is_end=is_end)[nodes["activity"].isin(kept)].reset_index(drop=True),
        edges[is_chosen].reset_index(drop=True),
    )


def _how_many(share: float | None, total: int, readable: int) -> int:
    """How many of a total a share asks for, at least one."""
    return min(total, readable) if share is None else max(1, math.ceil(share * total - 1e-9))


def _marks(nodes: pd.DataFrame, column: str, needed: Collection[str | None], least: float) -> pd.Series[bool]:
    """Which activities are shown as a start or an end: those needed, and those with at least a share of all."""
    counts = nodes[column]
    return (counts > 0) & ((counts >= least * counts.sum()) | nodes["activity"].isin(list(needed)))


@dataclass(frozen=True)
class _Graph:
    """The map as the search needs it; every mapping goes from the most frequent to the least."""

    names: tuple[str, ...]
    events: tuple[int, ...]
    counts: Mapping[Link, int]
    starts: Mapping[str, int]
    ends: Mapping[str, int]

    @classmethod
    def of(cls, nodes: pd.DataFrame, edges: pd.DataFrame) -> _Graph:
        events = _ranked(nodes["activity"], nodes["events"])
        links = zip(edges["source"], edges["target"], strict=True)
        counts = _ranked(links, edges["count"])
        return cls(
            names=tuple(events),
            events=tuple(events.values()),
            counts={link: count for link, count in counts.items() if events.keys() >= set(link)},
            starts=_ranked(nodes["activity"], nodes["starts"], least=1),
            ends=_ranked(nodes["activity"], nodes["ends"], least=1),
        )

    def readable(self) -> int:
        """How many activities to show when nobody says: up to where the next one is rarer by the largest factor.

        So what belongs together stays together: the steps that nearly every case takes are alike frequent.
        """
        if len(self.names) <= _ACTIVITIES_MOST:
            return len(self.names)
        cuts = range(_ACTIVITIES_LEAST, _ACTIVITIES_MOST + 1)
        return max(cuts, key=lambda cut: (self.events[cut - 1] / max(1, self.events[cut]), cut))

    def most_frequent(self, how_many: int) -> set[str]:
        """The activities with most events, and the most frequent start and end."""
        return {*self.names[:how_many], *list(self.starts)[:1], *list(self.ends)[:1]}

    def connecting(self, wanted: Collection[str]) -> set[_Step]:
        """Steps that lead from the start to each wanted activity, and from there to the end.

        A step from or to None is a start or an end.
        """
        after: dict[str, list[tuple[str, int]]] = {name: [] for name in self.names}
        before: dict[str, list[tuple[str, int]]] = {name: [] for name in self.names}
        for (source, target), count in self.counts.items():
            after[source].append((target, count))
            before[target].append((source, count))
        reached = _tree(self.starts, after.__getitem__, wanted)
        leaving = _tree(self.ends, before.__getitem__, wanted)
        steps: set[_Step] = set()
        # What connects a wanted activity needs no way of its own: it lies on the one that it makes whole.
        for name in wanted:
            steps |= {(other, one) for one, other in _up(reached, name)}
            steps |= set(_up(leaving, name))
        return steps


def _ranked(keys: Iterable[_Key], counts: Iterable[Any], *, least: int = 0) -> dict[_Key, int]:
    """Counts by what they count, the largest first; equal ones by name, so that no order of rows matters."""
    found = [(key, int(count)) for key, count in zip(keys, counts, strict=True) if count >= least]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _tree(
    roots: Mapping[str, int],
    neighbours: Callable[[str], Iterable[tuple[str, int]]],
    wanted: Collection[str],
) -> dict[str, str | None]:
    """For every activity that can be reached from the roots, the one before it on its best way (None: a root).

    Best is the way with fewest activities that are not wanted; among such, the one whose rarest path is most
    frequent; then the shorter one, then by name.
    """
    found: dict[str, str | None] = {}
    open_ways: list[tuple[int, int, int, str, tuple[str, ...]]] = [
        (name not in wanted, -count, 1, name, ()) for name, count in roots.items()
    ]
    heapq.heapify(open_ways)
    while open_ways:
        foreign, rarest, length, name, parent = heapq.heappop(open_ways)
        if name in found:
            continue
        found[name] = parent[0] if parent else None
        for other, count in neighbours(name):
            if other not in found:
                step = (foreign + (other not in wanted), max(rarest, -count), length + 1, other, (name,))
                heapq.heappush(open_ways, step)
    return found


def _up(tree: Mapping[str, str | None], name: str) -> Iterable[tuple[str, str | None]]:
    """The steps from an activity up to the root of its tree; none when it is not in it."""
    here: str | None = name
    while here is not None and here in tree:
        yield here, tree[here]
        here = tree[here]
