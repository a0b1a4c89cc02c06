"""Maps and variants: ours over a prepared store, pm4py's on the log it has loaded.

Both sides answer from the very same events: `peer.parquet` was written from the project's own sources, with the
names that pm4py wants, so that its formatting renames nothing. What pm4py loads is never charged to what it is
asked, only the columns of the question are loaded, and it answers a small question first, as ours does: neither
pays for imports. `pm4py.format_dataframe` is what its documentation says to load a frame with, and pandas what it is
at its fastest with of all that it installs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.work import Data, Measured, Side, Target, Work, timed

if TYPE_CHECKING:
    import pandas as pd

    from workbench.api import Log

__all__ = [
    "ACTIVITY",
    "CASE",
    "FILTERS",
    "LARGE",
    "MAPPING",
    "SMALL",
    "TIME",
    "WORKS",
    "edges_of",
    "pm4py_edges",
]

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
MAPPING = {"case": CASE, "activity": ACTIVITY, "time": TIME}
"""The roles of the peer's columns, where ours reads its file."""

_ATTRIBUTES = {"channel": "case:channel", "priority": "case:priority"}
LARGE, SMALL = ("channel", "Portal"), ("priority", "High")
"""Case attributes with values that 45 % and 15 % of the generated cases have."""
HIDDEN = "Request assigned"
"""One of the most frequent activities, often twice in a row, so that most of what follows what changes."""

FILTERS = {
    "filtered-large": f"with {LARGE[0]} {LARGE[1]}",
    "filtered-small": f"with {SMALL[0]} {SMALL[1]}",
    "filtered-both": "with both",
}
"""The works with a filter, and what it says."""

_WARM_ROWS = 1_000
Edges = list[list[Any]]


# ---------------------------------------------------------------------- ours
def _opened(data: Data) -> Log:
    """The log over its store, and nothing kept from here on."""
    import workbench as wb

    log = wb.open(data.desk)
    os.environ["WORKBENCH_CACHE"] = "0"
    return log


def _answered(data: Data, log: Log, ask: Callable[[Log], Any]) -> tuple[Any, float, float]:
    """What ours answers of the opened log, after the same question about its first rows, as pm4py's side does."""
    from pyarrow.parquet import ParquetFile

    import workbench as wb

    # A batch alone: the whole file, which ours never loads, would stand in what it is said to take.
    batch = next(ParquetFile(_peer_file(data)).iter_batches(batch_size=_WARM_ROWS))
    ask(wb.load(batch.to_pandas(), mapping=MAPPING | _ATTRIBUTES, time_zone="UTC"))
    return timed(lambda: ask(log))


def edges_of(frame: pd.DataFrame, *statistics: str) -> Edges:
    """The edges of our map as both sides tell them: source, target, count, then seconds."""
    columns = ["source", "target", "count", *(f"{name}_seconds" for name in statistics)]
    return sorted(list(row) for row in frame[columns].astype(object).itertuples(index=False))


def _map(data: Data) -> Measured:
    frame, seconds, cpu = _answered(data, _opened(data), _mean_map)
    return Measured(seconds, cpu, edges_of(frame, "mean"))


def _mean_map(log: Log) -> pd.DataFrame:
    return log.map(statistics=["mean"])


def _map_in_memory(data: Data) -> Measured:
    frame, seconds, cpu = _answered(data, _opened(data).in_memory(), _mean_map)
    return Measured(seconds, cpu, edges_of(frame, "mean"))


def _medians(data: Data) -> Measured:
    def ask(log: Log) -> tuple[pd.DataFrame, pd.DataFrame]:
        return log.map(statistics=["mean", "median", "p90"]), log.activities()

    found, seconds, cpu = _answered(data, _opened(data), ask)
    return Measured(seconds, cpu, edges_of(found[0], "mean", "median"))


def _from_frame(data: Data) -> Measured:
    import pandas as pd

    import workbench as wb

    log = wb.load(pd.read_parquet(data.frame), mapping=MAPPING, time_zone="UTC")
    os.environ["WORKBENCH_CACHE"] = "0"
    log.size()
    frame, seconds, cpu = timed(log.map)
    return Measured(seconds, cpu, edges_of(frame, "mean", "median"))


def _cold(data: Data) -> Measured:
    import workbench as wb

    log = wb.open(data.desk)
    os.environ["WORKBENCH_CACHE"] = "0"
    frame, seconds, cpu = timed(lambda: log.map(statistics=["mean"]))
    return Measured(seconds, cpu, edges_of(frame))


def _variants(data: Data) -> Measured:
    frame, seconds, cpu = _answered(data, _opened(data), lambda log: log.variants(durations=False))
    told = frame[["activities", "cases"]].itertuples(index=False)
    return Measured(seconds, cpu, sorted([list(way), int(cases)] for way, cases in told))


def _filtered(*wanted: tuple[str, str]) -> Callable[[Data], Measured]:
    def ask(data: Data) -> Measured:
        log = _opened(data)
        attributes: dict[str, Any] = dict(wanted)
        frame, seconds, cpu = _answered(data, log, lambda found: _mean_map(found.filter(**attributes)))
        kept = log.filter(**attributes).size().cases / log.size().cases
        return Measured(seconds, cpu, edges_of(frame, "mean"), {"share of cases": kept})

    return ask


def _hidden(data: Data) -> Measured:
    frame, seconds, cpu = _answered(data, _opened(data), lambda log: _mean_map(log.hide(HIDDEN)))
    return Measured(seconds, cpu, edges_of(frame, "mean"))


# ---------------------------------------------------------------------- pm4py
def _loaded(path: Path, *more: str) -> pd.DataFrame:
    import pandas as pd
    import pm4py

    formatted: pd.DataFrame = pm4py.format_dataframe(
        pd.read_parquet(path, columns=[CASE, ACTIVITY, TIME, *more])
    )
    return formatted


def _asked(log: pd.DataFrame, ask: Callable[[pd.DataFrame], Any]) -> tuple[Any, float, float]:
    """What pm4py answers of the loaded log, after the same question about its first rows."""
    ask(log.head(_WARM_ROWS).copy())
    return timed(lambda: ask(log))


def _both_graphs(statistic: str) -> Callable[[pd.DataFrame], tuple[Any, Any]]:
    """Counts and times; `statistic` is pm4py's: one, or all (mean, median, max, min, sum and standard deviation)."""

    def ask(log: pd.DataFrame) -> tuple[Any, Any]:
        import pm4py

        counts, _, _ = pm4py.discover_dfg(log)
        times, _, _ = pm4py.discover_performance_dfg(log, perf_aggregation_key=statistic)
        return counts, times

    return ask


def pm4py_edges(counts: Any, times: Any) -> Edges:
    """The edges of pm4py's graphs as both sides tell them; of all statistics the mean and the median."""

    def told(pair: tuple[str, str]) -> list[float]:
        found = times[pair]
        return [found["mean"], found["median"]] if isinstance(found, dict) else [found]

    return sorted([*pair, int(count), *map(float, told(pair))] for pair, count in counts.items())


def _pm4py_map(statistic: str, place: Callable[[Data], Path]) -> Callable[[Data], Measured]:
    def ask(data: Data) -> Measured:
        (counts, times), seconds, cpu = _asked(_loaded(place(data)), _both_graphs(statistic))
        return Measured(seconds, cpu, pm4py_edges(counts, times))

    return ask


def _pm4py_cold(data: Data) -> Measured:
    import pm4py

    log = _loaded(_peer_file(data))
    (counts, _, _), seconds, cpu = timed(lambda: pm4py.discover_dfg(log))
    return Measured(seconds, cpu, sorted([*pair, int(count)] for pair, count in counts.items()))


def _pm4py_variants(data: Data) -> Measured:
    import pm4py

    found, seconds, cpu = _asked(_loaded(_peer_file(data)), pm4py.get_variants)
    return Measured(seconds, cpu, sorted([list(way), int(cases)] for way, cases in found.items()))


def _pm4py_filtered(*wanted: tuple[str, str]) -> Callable[[Data], Measured]:
    """One attribute after the other; at the level of events, which all carry their case's value: pm4py's fastest."""

    def question(log: pd.DataFrame) -> tuple[Any, Any]:
        import pm4py

        for name, value in wanted:
            log = pm4py.filter_event_attribute_values(log, f"case:{name}", [value], level="event")
        return _both_graphs("mean")(log)

    def ask(data: Data) -> Measured:
        log = _loaded(_peer_file(data), *(f"case:{name}" for name, _ in wanted))
        (counts, times), seconds, cpu = _asked(log, question)
        return Measured(seconds, cpu, pm4py_edges(counts, times))

    return ask


def _pm4py_hidden(data: Data) -> Measured:
    def question(log: pd.DataFrame) -> tuple[Any, Any]:
        import pm4py

        shown = pm4py.filter_event_attribute_values(log, ACTIVITY, [HIDDEN], level="event", retain=False)
        return _both_graphs("mean")(shown)

    (counts, times), seconds, cpu = _asked(_loaded(_peer_file(data)), question)
    return Measured(seconds, cpu, pm4py_edges(counts, times))


def _peer_file(data: Data) -> Path:
    return data.desk / "peer.parquet"


# ---------------------------------------------------------------------- the works
_LESS = Target("times_less_memory", 8)
_GRAPHS = "`discover_dfg` + `discover_performance_dfg` (mean)"


def _filter_work(name: str, title: str, *wanted: tuple[str, str]) -> Work:
    told = ", ".join(f'{key}="{value}"' for key, value in wanted)
    return Work(
        name,
        title,
        ("desk",),
        Side(f'`log.filter({told}).map(statistics=["mean"])`', _filtered(*wanted)),
        Side(f"`filter_event_attribute_values`, then {_GRAPHS}", _pm4py_filtered(*wanted)),
        (Target("times_faster", 100), _LESS),
    )


WORKS = (
    Work(
        "map",
        "Map, counts and mean times, store open",
        ("desk",),
        Side('`log.map(statistics=["mean"])`', _map),
        Side(_GRAPHS, _pm4py_map("mean", _peer_file)),
        (Target("times_faster", 200), _LESS),
    ),
    Work(
        "map-in-memory",
        "Map, counts and mean times, tables copied into memory",
        ("desk",),
        Side('`log.in_memory()`, then `.map(statistics=["mean"])`', _map_in_memory),
        Side(_GRAPHS, _pm4py_map("mean", _peer_file)),
        (),
    ),
    Work(
        "map-medians",
        "Map with medians, P90 and cases per node",
        ("desk",),
        Side('`log.map(statistics=["mean", "median", "p90"])` + `log.activities()`', _medians),
        Side(
            "`discover_dfg` + `discover_performance_dfg` (all; it has no P90)", _pm4py_map("all", _peer_file)
        ),
        (Target("times_faster", 40), _LESS),
    ),
    Work(
        "map-frame",
        "Default map of a log loaded from a frame",
        ("frame",),
        Side("`log.map()`", _from_frame),
        Side("`discover_dfg` + `discover_performance_dfg` (all)", _pm4py_map("all", lambda data: data.frame)),
        (Target("times_faster", 20),),
    ),
    Work(
        "cold",
        "Map from a cold process, imports and opening included",
        ("desk",),
        Side('`wb.open(…).map(statistics=["mean"])`', _cold, whole=True),
        Side("loading + `discover_dfg`: counts only", _pm4py_cold, whole=True),
        (Target("times_faster", 15), _LESS),
    ),
    Work(
        "variants",
        "Variants with counts",
        ("desk",),
        Side("`log.variants(durations=False)`", _variants),
        Side("`get_variants`", _pm4py_variants),
        (Target("times_faster", 100), _LESS),
    ),
    _filter_work("filtered-large", "Map filtered by a case attribute, 45 % of cases", LARGE),
    _filter_work("filtered-small", "Map filtered by a case attribute, 15 % of cases", SMALL),
    _filter_work("filtered-both", "Map filtered by both at once", LARGE, SMALL),
    Work(
        "hidden",
        "Map with one activity hidden",
        ("desk",),
        Side(f'`log.hide("{HIDDEN}").map(statistics=["mean"])`', _hidden),
        Side(f"`filter_event_attribute_values`, then {_GRAPHS}", _pm4py_hidden),
        (Target("times_faster", 10), _LESS),
    ),
)
