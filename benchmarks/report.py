"""Write docs/performance.md and its growth curve from what `benchmarks.run` measured.

python -m benchmarks.report                                             # results.json, growth.json
python -m benchmarks.report benchmarks/results.json benchmarks/growth.json --out docs/performance.md
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import generate, maps, small, tables, workbook, xes
from benchmarks.advice import advice
from benchmarks.curve import drawn
from benchmarks.figures import Found, fitted, found, merged, spread
from benchmarks.readers import readers
from benchmarks.ways import WAYS
from benchmarks.words import count, gigabytes, megabytes, memory_of, ranged, seconds, table, times, wrapped
from benchmarks.work import Data, Kind, Work

__all__ = ["EXPONENT", "growth_points", "main", "written"]

ROOT = Path(__file__).resolve().parents[1]
_HERE = Path(__file__).resolve().parent

EXPONENT = 1.15
"""How fast the time may grow at most: with events to this power."""

Result = Mapping[str, Any]

_SAID: dict[Kind, Callable[[float], str]] = {
    "times_faster": lambda value: f"{times(value)} faster",
    "times_slower": lambda value: f"{times(value)} the peer's time",
    "times_less_memory": lambda value: f"{times(value)} less memory",
    "seconds": seconds,
    "memory": gigabytes,
}
_NOTHING = "–"
_UNKNOWN = "What stands in the way is not known yet."


# ---------------------------------------------------------------------- cells
def _limit(target: Found) -> str:
    sign = "≥" if target.kind in ("times_faster", "times_less_memory") else "≤"
    if target.kind == "memory":
        return f"{sign} {gigabytes(target.limit)}"
    return f"{sign} {target.limit:g} s" if target.kind == "seconds" else f"{sign} {target.limit:g}×"


def _verdict(target: Found) -> str:
    return "met" if target.met else f"**missed**, {target.reached:.0%} of it"


def _of_kind(result: Result, *kinds: str) -> Found | None:
    return next((target for target in found(result) if target.kind in kinds), None)


def _side(result: Result, side: str, name: str, form: Callable[[float], str]) -> str:
    runs = result["runs"][side]
    return ranged(spread(runs, name), form) if runs else _NOTHING


def _ratio(target: Found | None) -> list[str]:
    if target is None:
        return [_NOTHING, _NOTHING, _NOTHING]
    return [ranged(target.value, times), _limit(target), _verdict(target)]


def _rows(
    results: Result, works: Iterable[Work], cells: Callable[[Result], list[str]], width: int
) -> list[list[str]]:
    """A row for every work, also for those that were not measured or of which nothing may be told."""
    rows = []
    for work in works:
        result = results["works"].get(work.name)
        if result is None:
            rows.append([work.title, "not measured", *[""] * (width - 1)])
        elif "refused" in result:
            rows.append([work.title, f"no figure: {result['refused']}", *[""] * (width - 1)])
        else:
            rows.append([_title(work, result), *cells(result)])
    return rows


def _title(work: Work, result: Result) -> str:
    """The work's title, with what its runs are fewer of."""
    ours, peer = (len(result["runs"][side]) for side in ("ours", "peer"))
    return f"{work.title} (peer: {peer} of {ours} runs)" if peer and peer != ours else work.title


# ---------------------------------------------------------------------- sections
def _head(results: Result) -> str:
    machine, versions = results["machine"], results["versions"]
    told = ", ".join(f"{name} {number}" for name, number in versions.items())
    runs = [len(result["runs"]["ours"]) for result in results["works"].values() if "runs" in result] or [0]
    return f"""# Performance

Written by `python -m benchmarks.report` from what `python -m benchmarks.run` measured on {results["date"]}:
{machine["system"]} on {machine["processor"]}, {machine["cores"]} cores, {memory_of(machine["memory"])} of memory;
{told}.

Every figure is the median of {min(runs)} runs or more, each in a fresh process, with least and most in brackets; the
two sides took turns. A ratio is that of the medians; in brackets the least and the most of the runs side by side.
Nothing was kept of an answer between runs. Both sides answered the same in every run – counts exactly, means and
medians within a billionth – or no figure is told."""


def _maps(results: Result) -> str:
    def time(result: Result) -> list[str]:
        sides = [_side(result, side, "seconds", seconds) for side in ("ours", "peer")]
        return [*sides, *_ratio(_of_kind(result, "times_faster"))]

    def memory(result: Result) -> list[str]:
        sides = [_side(result, side, "memory", megabytes) for side in ("ours", "peer")]
        return [*sides, *_ratio(_of_kind(result, "times_less_memory"))]

    sizes = results["sizes"]
    over_store = [work for work in maps.WORKS if any(t.kind == "times_less_memory" for t in work.targets)]
    return f"""## Beside pm4py

{count(sizes["events"])} events of a generated service desk, seven to a case; {count(sizes["frame_events"])}
where they are loaded from a frame. pm4py's loading is charged only where the process is cold.

{table(["work", "ours", "pm4py", "times faster", "wanted", ""], _rows(results, maps.WORKS, time, 5))}

Peak memory of the same processes, imports, opening and loading included:

{table(["work", "ours", "pm4py", "times less", "wanted", ""], _rows(results, over_store, memory, 5))}
{_shares(results)}"""


def _shares(results: Result) -> str:
    told = [
        f"{result['runs']['ours'][0]['facts']['share of cases']:.1%} {said}"
        for name, said in maps.FILTERS.items()
        if "runs" in (result := results["works"].get(name, {}))
    ]
    return f"\nCases kept by the filters: {', '.join(told)}.\n" if told else ""


def _tables(results: Result) -> str:
    def cells(result: Result) -> list[str]:
        both = [
            _side(result, side, name, seconds) for name in ("seconds", "cpu") for side in ("ours", "peer")
        ]
        return [*both, *_ratio(_of_kind(result, "times_slower"))]

    def memory(result: Result) -> list[str]:
        sides = [_side(result, side, "memory", gigabytes) for side in ("ours", "peer")]
        target = _of_kind(result, "memory")
        return [*sides, *([_limit(target), _verdict(target)] if target else [_NOTHING, _NOTHING])]

    head = ["work", "ours", "DuckDB", "ours, processor", "DuckDB, processor", "times its time", "wanted", ""]
    return f"""## Beside DuckDB alone

{count(results["sizes"]["events"])} events of generated receivables, ten to a case, and as many of leads and deals,
thirteen to a case. To prepare, DuckDB reads the events alone, all their columns; ours reads invoices, rates, requests
and ratings as well. Both may hold 3 GB before they spill.{_asked_at_once(results)} The series is of
{count(results["sizes"]["frame_events"])} events, two to a case.

{table(head, _rows(results, tables.WORKS, cells, 7))}

{table(["peak memory", "ours", "DuckDB", "wanted", ""], _rows(results, tables.WORKS, memory, 4))}
{_notes(results)}"""


def _notes(results: Result) -> str:
    """What was not as it should be while a work was measured, as whoever measured it wrote into the results."""
    told = [
        f"- {result['title']}: {result['note']}" for result in results["works"].values() if "note" in result
    ]
    return "\n" + "\n".join(told) + "\n" if told else ""


def _asked_at_once(results: Result) -> str:
    """How many KPIs and rules are asked for in one call."""
    told = []
    for name, of in (("kpis", "receivables"), ("deal-kpis", "deals")):
        runs = results["works"].get(name, {}).get("runs")
        if runs:
            facts = runs["ours"][0]["facts"]
            told.append(f"{facts['KPIs']:.0f} figures and {facts['rules']:.0f} rules of {of}")
    return f" One call answers {', '.join(told)}." if told else ""


def _small(results: Result) -> str:
    def cells(result: Result) -> list[str]:
        sides = [_side(result, side, "seconds", seconds) for side in ("ours", "peer")]
        target = _of_kind(result, "times_faster", "seconds")
        if target is None:
            return [*sides, _NOTHING, _NOTHING, _NOTHING]
        ratio = ranged(target.value, times) if target.kind == "times_faster" else _NOTHING
        return [*sides, ratio, _limit(target), _verdict(target)]

    sizes = results["sizes"]
    head = ["work", "ours", "pm4py", "times faster", "wanted", ""]
    return f"""## Small logs

{count(sizes["small_events"])} events each, {sizes["small_logs"]} logs one after another; there, neither side is
charged its imports. First figures are timed from the start of the process to its end.

{table(head, _rows(results, small.WORKS, cells, 5))}
{_generator(results)}"""


def _files(results: Result) -> str:
    def cells(result: Result) -> list[str]:
        return [
            _side(result, side, name, said)
            for name, said in (("seconds", seconds), ("memory", gigabytes))
            for side in ("ours", "peer")
        ] + _wanted(result)

    def _wanted(result: Result) -> list[str]:
        target = _of_kind(result, "memory")
        return [_limit(target), _verdict(target)] if target else [_NOTHING, _NOTHING]

    head = ["work", "ours", "peer", "ours, peak memory", "peer, peak memory", "wanted", ""]
    data = Data(Path(), **results["sizes"])
    return f"""## Files

{count(data.xes_events)} events as XES, of which pm4py makes a frame; {count(data.workbook_rows)} rows of a workbook,
which calamine alone reads cell by cell. Ours proposes the mapping, proves dates and numbers and runs all checks as
well.

{table(head, _rows(results, (xes.WORK, workbook.WORK), cells, 6))}"""


def _generator(results: Result) -> str:
    result = results["works"].get(generate.WORK.name)
    if result is None or "runs" not in result:
        return ""
    runs = result["runs"]["ours"]
    speed = runs[0]["facts"]["events"] / spread(runs, "seconds").middle
    return f"\nThe generator writes {count(round(speed, -3))} events a second.\n"


def growth_points(results: Result) -> list[dict[str, float]]:
    """Of each size that was measured: events, seconds, memory and what else the runs tell, sorted by events."""
    return [point for point, _ in _sized(results)]


def _sized(results: Result) -> list[tuple[dict[str, float], Result]]:
    """The points of the growth curve, each with the result that it comes from."""
    points = []
    for name, result in results["works"].items():
        if name.startswith("growth-") and "runs" in result:
            runs = result["runs"]["ours"]
            facts = [run["facts"] for run in runs]
            point = {
                **{fact: spread(facts, fact).middle for fact in facts[0]},
                "seconds": spread(runs, "seconds").middle,
                "memory": spread(runs, "memory").most,
                "runs": float(len(runs)),
            }
            points.append((point, result))
    return sorted(points, key=lambda sized: sized[0]["events"])


def _growth(results: Result, picture: str) -> str:
    sized = _sized(results)
    refused = [
        f"{result['title']}: no figure, {result['refused']}."
        for name, result in results["works"].items()
        if name.startswith("growth-") and "refused" in result
    ]
    if not sized:
        return "\n\n".join(
            ["## Growth", *(refused or ["Not measured: `python -m benchmarks.run --growth …`."])]
        )
    rows = []
    for point, result in sized:
        target = _of_kind(result, "memory")
        rows.append(
            [
                count(point["events"]),
                seconds(point["seconds of preparing"]),
                seconds(point["seconds of the map"]),
                gigabytes(point["memory"]),
                *([_limit(target), _verdict(target)] if target else [_NOTHING, _NOTHING]),
                f"{point['bytes of the store'] / point['events']:.0f}",
                f"{point['runs']:.0f}",
            ]
        )
    head = ["events", "prepared", "mapped", "peak memory", "wanted", "", "bytes of store an event", "runs"]
    curve = fitted({point["events"]: point["seconds"] for point, _ in sized})
    grows = ""
    if curve is not None:
        verdict = (
            "met" if curve.exponent <= EXPONENT else f"**missed**, {EXPONENT / curve.exponent:.0%} of it"
        )
        grows = (
            f"Time grows with events to the power of {curve.exponent:.2f} (wanted: ≤ {EXPONENT}; {verdict}).\n\n"
            f"![Time and peak memory against events]({picture})"
        )
    text = "Receivables from CSV, without a store: read, checked, prepared and mapped, in one process."
    return "\n\n".join(part for part in ("## Growth", text, table(head, rows), grows, *refused) if part)


def _missed(results: Result) -> str:
    told = []
    for name, result in results["works"].items():
        for target in found(result):
            if not target.met:
                value = _SAID[target.kind](target.value.middle)
                way = WAYS.get((name, target.kind), _UNKNOWN)
                told.append(f"- {result['title']}: {value}, wanted {_limit(target)}. {way}")
    points = growth_points(results)
    curve = fitted({point["events"]: point["seconds"] for point in points})
    if curve is not None and curve.exponent > EXPONENT:
        told.append(f"- Growth: {curve.exponent:.2f}, wanted ≤ {EXPONENT}. {_UNKNOWN}")
    return "\n\n".join(["## What is missed", "\n".join(told) or "Nothing of what was measured."])


def _measured(results: Result) -> str:
    rows = [
        [result["title"], result["does"]["ours"], result["does"]["peer"] or _NOTHING]
        for name, result in results["works"].items()
        if not name.startswith("growth-")
    ]
    return f"""## What was timed

The code of both sides stands in `benchmarks/maps.py`, `benchmarks/tables.py` and `benchmarks/small.py`. Before each run
its files are read once, so that nobody waits for the disk. pm4py gets its columns under its own names and in
nanoseconds, only those that the question needs, and answers the question on 1,000 rows first; ours says how large the
log is first. Filters and hiding are part of what is timed. Memory is the largest resident size of the process.

{table(["work", "ours", "the peer"], rows)}"""


def written(results: Result, picture: str, browser: Result | None = None) -> str:
    """The page, for what `benchmarks.run` and `benchmarks.browser` wrote; `picture` is where the growth curve lies."""
    points = growth_points(results)
    sections = (
        _head(results),
        _maps(results),
        _tables(results),
        _small(results),
        readers(browser),
        _files(results),
        _growth(results, picture),
        _missed(results),
        advice(results, points),
        _measured(results),
    )
    return wrapped("\n\n".join(section.strip("\n") for section in sections)) + "\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", nargs="*", type=Path, help="one file or several of the same machine")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance.md")
    options = parser.parse_args(arguments)
    usual = [path for path in (_HERE / "results.json", _HERE / "growth.json") if path.exists()]
    paths = options.results or usual
    if not paths:
        parser.error("there are no results yet: python -m benchmarks.run")
    results = merged([json.loads(path.read_text(encoding="utf-8")) for path in paths])
    picture = options.out.parent / "pictures" / "growth.svg"
    points = growth_points(results)
    if len(points) > 1:
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(drawn(points), encoding="utf-8")
    page = _HERE / "browser.json"
    browser = json.loads(page.read_text(encoding="utf-8")) if page.exists() else None
    options.out.write_text(written(results, "pictures/growth.svg", browser), encoding="utf-8")


if __name__ == "__main__":
    main()
