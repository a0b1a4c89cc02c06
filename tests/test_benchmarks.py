"""The benchmarks run, compare answers and refuse to tell figures of different ones; the report tells every work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import report, run
from benchmarks.curve import drawn
from benchmarks.figures import fitted, found, merged
from benchmarks.readers import readers
from benchmarks.run import Run, RunError, compared
from benchmarks.tables import growth_work
from benchmarks.work import Data, Measured, Side, Target, Work, difference
from benchmarks.works import WORKS, work_of

# One of each kind of question and of each peer; the others differ in words, or take long on the smallest log, too.
QUICK = ("map-medians", "variants", "filtered-both", "hidden", "prepare", "hundred")


def side(does: str = "it") -> Side:
    return Side(does, lambda data: Measured(1.0, 1.0))


def work(*targets: Target) -> Work:
    return Work("work", "A work", (), side(), side(), targets)


def answers(ours: list[Any], peer: list[Any]) -> tuple[Callable[[str], Run], list[str]]:
    """A side's answers in turn, each in a second, and in which order the sides were asked."""
    asked: list[str] = []
    left = {"ours": iter(ours), "peer": iter(peer)}

    def ask(side: str) -> Run:
        asked.append(side)
        return Run(1.0, 1.0, 1, next(left[side]))

    return ask, asked


def timed(works: list[Work], *, ours: float, peer: float) -> dict[str, Any]:
    """Results of works in which every run of a side takes the same."""
    told = {}
    for found_work in works:
        events = float(found_work.name.rpartition("-")[2]) if found_work.name.startswith("growth-") else 10.0
        facts = {
            "events": events,
            "share of cases": 0.5,
            "KPIs": 3.0,
            "rules": 2.0,
            "seconds of preparing": ours * events,
            "seconds of the map": ours,
            "bytes of the store": 20 * events,
        }
        growing = events if found_work.name.startswith("growth-") else 1.0

        def ask(side: str, facts: dict[str, float] = facts, growing: float = growing) -> Run:
            seconds = ours * growing if side == "ours" else peer
            memory = int((ours if side == "ours" else peer) * 10**9)
            return Run(seconds, seconds, memory, [["a", 1]], facts)

        told[found_work.name] = compared(found_work, ask, runs=3, peer_runs=3)
    return {
        "date": "2026-01-31",
        "machine": {"cores": 2, "memory": 2**34, "system": "Linux", "processor": "x86_64"},
        "versions": {"python": "3.11.0"},
        "sizes": {"events": 10, "frame_events": 5, "small_events": 2, "small_logs": 3},
        "works": told,
    }


# ---------------------------------------------------------------------- the suite itself
def test_the_suite_runs_on_a_small_log_and_both_sides_agree(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    sizes = ["--events", "3000", "--small-events", "100", "--small-logs", "2"]
    places = ["--data", str(tmp_path / "data"), "--out", str(out)]
    assert run.main(["--work", *QUICK, "--runs", "1", *sizes, *places]) == 0

    results = json.loads(out.read_text(encoding="utf-8"))
    assert tuple(results["works"]) == QUICK
    for name, told in results["works"].items():
        assert told["compared"], name
        for side_of_it in ("ours", "peer"):
            (one,) = told["runs"][side_of_it]
            assert min(one["seconds"], one["cpu"], one["memory"]) > 0, name
    kept = results["works"]["filtered-both"]["runs"]["ours"][0]["facts"]["share of cases"]
    assert 0 < kept < 0.45
    assert str(tmp_path) not in out.read_text(encoding="utf-8")

    page = tmp_path / "docs" / "performance.md"
    page.parent.mkdir()
    report.main([str(out), "--out", str(page)])
    text = page.read_text(encoding="utf-8")
    assert all(f"| {found_work.title} |" in text for found_work in WORKS if found_work.name != "generate")
    assert str(tmp_path) not in text


def test_every_work_is_found_by_its_name() -> None:
    assert [work_of(found_work.name) for found_work in WORKS] == list(WORKS)
    assert work_of("growth-5000").needs == ("receivables-5000",)
    with pytest.raises(KeyError):
        work_of("no such work")


def test_where_data_lies_survives_the_way_to_another_process() -> None:
    data = Data(Path("somewhere") / "é", events=7, small_logs=3)
    assert Data.from_json(data.as_json()) == data


# ---------------------------------------------------------------------- comparing
@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ([["a", "b", 3, 1.5]], [["a", "b", 3, 1.5 * (1 + 1e-10)]], None),
        ([["a", "b", 3, 1.5]], [["a", "b", 3, 1.5 * (1 + 1e-8)]], "the answer, 1, 4"),
        ([["a", "b", 3]], [["a", "b", 4]], "the answer, 1, 3"),
        ([["a", "b", 3]], [["a", "c", 3]], "the answer, 1, 2"),
        ([["a"]], [["a"], ["b"]], "1 and 2 entries"),
        ({"events": 3}, {"rows": 3}, "on one side only"),
        ({"events": 3}, {"events": 4}, "the answer, events"),
        (None, 0, "None and 0"),
        ("same", "same", None),
    ],
)
def test_a_difference_is_said_with_its_place(one: Any, other: Any, where: str | None) -> None:
    said = difference(one, other)
    assert said is None if where is None else where in str(said)


def test_sides_take_turns_and_a_slow_peer_may_run_less_often() -> None:
    ask, asked = answers([1, 1, 1], [1, 1])
    told = compared(work(), ask, runs=3, peer_runs=2)
    assert asked == ["ours", "peer", "ours", "peer", "ours"]
    assert [len(runs) for runs in told["runs"].values()] == [3, 2]


@pytest.mark.parametrize(
    ("ours", "peer", "said"),
    [([1, 1], [1, 2], "peer, run 2"), ([1, 3], [1, 1], "ours, run 2"), ([0], [1], "peer, run 1")],
)
def test_no_figure_is_told_where_answers_differ(ours: list[int], peer: list[int], said: str) -> None:
    ask, _ = answers(ours, peer)
    told = compared(work(Target("times_faster", 1)), ask, runs=2, peer_runs=2)
    assert said in told["refused"]
    assert "runs" not in told
    assert found(told) == []


def test_a_peer_that_answers_something_else_is_only_timed() -> None:
    ask, _ = answers([5], [None])
    told = compared(work(), ask, runs=1, peer_runs=1)
    assert "refused" not in told
    assert not told["compared"]


def test_a_side_that_fails_is_said() -> None:
    def ask(side: str) -> Run:
        raise RunError("exit code 1: out of memory")

    told = compared(work(), ask, runs=1, peer_runs=1)
    assert told["refused"] == "ours failed: exit code 1: out of memory"


# ---------------------------------------------------------------------- figures
@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target("times_faster", 3), 3.0, True),
        (Target("times_faster", 3.1), 3.0, False),
        (Target("times_less_memory", 2), 3.0, True),
        (Target("times_slower", 0.4), 1 / 3, True),
        (Target("times_slower", 0.3), 1 / 3, False),
        (Target("seconds", 2.0), 2.0, True),
        (Target("memory", 1.9e9), 2e9, False),
    ],
)
def test_a_target_is_met_or_not(target: Target, value: float, met: bool) -> None:
    told = timed([work(target)], ours=2.0, peer=6.0)["works"]["work"]
    (one,) = found(told)
    assert one.value.middle == pytest.approx(value)
    assert one.met is met
    assert (one.reached >= 1) is met


def test_a_ratio_is_of_medians_and_its_spread_of_pairs() -> None:
    told = timed([work(Target("times_faster", 2))], ours=1.0, peer=1.0)["works"]["work"]
    for side_of_it, seconds in (("ours", (1.0, 2.0, 4.0)), ("peer", (10.0, 10.0, 60.0))):
        for one, took in zip(told["runs"][side_of_it], seconds, strict=True):
            one["seconds"] = took
    (one,) = found(told)
    assert (one.value.middle, one.value.least, one.value.most) == (5.0, 5.0, 15.0)


def test_the_exponent_of_growth_is_found_again() -> None:
    curve = fitted({events: 3e-6 * events**1.1 for events in (1e6, 1e7, 5e7)})
    assert curve is not None
    assert curve.exponent == pytest.approx(1.1)
    assert curve.seconds(1e8) == pytest.approx(3e-6 * 1e8**1.1)
    assert curve.events(curve.seconds(1e8)) == pytest.approx(1e8)
    assert fitted({1e6: 2.0}) is None


def test_results_of_different_machines_do_not_go_together() -> None:
    one, other = timed([work()], ours=1, peer=2), timed([growth_work(10)], ours=1, peer=2)
    assert set(merged([one, other])["works"]) == {"work", "growth-10"}
    other["machine"]["cores"] = 64
    with pytest.raises(ValueError, match="machine"):
        merged([one, other])


# ---------------------------------------------------------------------- the report
def test_the_report_tells_every_work_and_what_is_missed() -> None:
    works = [*WORKS, *map(growth_work, (1_000_000, 10_000_000))]
    fast = report.written(timed(works, ours=1e-6, peer=1.0), "growth.svg")
    slow = report.written(timed(works, ours=90.0, peer=1.0), "growth.svg")
    for title in (found_work.title for found_work in WORKS if found_work.name != "generate"):
        assert f"| {title} |" in fast
        assert f"| {title} |" in slow
    assert "**missed**" not in fast
    assert "Nothing of what was measured." in fast
    missed = slow.partition("## What is missed")[2].partition("## What it means")[0]
    targets = [target for found_work in works for target in found_work.targets]
    assert missed.count("wanted") == len(targets)
    for text in (fast, slow):
        assert "to the power of 1.00 (wanted: ≤ 1.15; met)" in text
        assert "![Time and peak memory against events](growth.svg)" in text
        assert "| 100,000,000, not measured |" in text


def test_the_report_says_what_was_not_measured_and_what_is_not_told() -> None:
    results = timed([work_of("variants")], ours=1.0, peer=300.0)
    refused = compared(work_of("map"), answers([1], [2])[0], runs=1, peer_runs=1)
    results["works"]["map"] = refused
    text = report.written(results, "growth.svg")
    assert f"| {work_of('map').title} | no figure: peer, run 1" in text
    assert f"| {work_of('hidden').title} | not measured |" in text
    assert "300× (300–300) | ≥ 100× | met" in text


def test_fewer_runs_of_the_peer_are_said() -> None:
    results = timed([], ours=1.0, peer=1.0)
    results["works"]["variants"] = compared(
        work_of("variants"), answers([1, 1, 1], [1])[0], runs=3, peer_runs=1
    )
    assert "| Variants with counts (peer: 1 of 3 runs) |" in report.written(results, "growth.svg")


def test_the_growth_curve_is_one_picture_with_every_size() -> None:
    points = [
        {"events": 1e6, "seconds": 9.0, "memory": 1e9},
        {"events": 5e7, "seconds": 500.0, "memory": 4e9},
    ]
    text = drawn(points)
    assert drawn(points) == text
    said = {node.text for node in ElementTree.fromstring(text).iter() if node.text}
    assert {"1M", "50M", "Events", "Peak memory, GB"} <= said


def test_the_report_tells_what_a_reader_waits_for_and_what_is_missed() -> None:
    def project(events: int, new: float, back: float) -> dict[str, Any]:
        def clicks(slower: float) -> list[dict[str, float]]:
            return [
                {"new": 1 - place % 2, "first": back if place % 2 else new + slower, "all": new + slower}
                for place in range(20)
            ]

        return {
            "events": events,
            "first page": {"cold": 4700.0, "ready": 3280.0},
            "memory": {"opened": 190e6, "looked": 310e6, "used": 278e6, "shared": 230e6},
            "at once": {"first": 1200.0, "all": 1300.0},
            "clicks": {"frequency": clicks(0), "mean": clicks(100)},
        }

    found = {
        "date": "2026-01-02",
        "runs": 1,
        "projects": [project(1_000_000, 250, 40), project(9_500_000, 900, 300)],
    }
    # One click of twenty may be as slow as it likes.
    found["projects"][0]["clicks"]["frequency"][0]["first"] = 5_000
    told = readers(found)
    assert "| First page, a kernel stands by | 3,280 ms | 3,280 ms |" in told
    assert "| A click as soon as the page is there: map and cards | 1,200 ms | 1,200 ms |" in told
    assert "| A new filter: map of counts and cards, median | 250 ms | 900 ms |" in told
    assert "| A new filter: map of mean times and cards, median | 350 ms | 1,000 ms |" in told
    assert "| Back from it: map and cards, median | 40 ms | 300 ms |" in told
    assert "| Map of counts and cards, P95 of all | 250 ms, met | 900 ms, **missed** (wanted < 700) |" in told
    assert "P95 of all | 350 ms, **missed** (wanted < 300) | 1,000 ms, **missed** (wanted < 700) |" in told
    assert "| All that is seen, counts, P95 of all | 250 ms | 900 ms, met |" in told
    assert "| Memory of a reader, page opened | 190 MB, met | 190 MB, met |" in told
    assert "| Memory of a reader, looked at for ten seconds | 310 MB, **missed** (wanted ≤ 300 MB) |" in told
    assert "| Memory of a reader, after all clicks | 278 MB, met | 278 MB, met |" in told
    assert "| Loaded once, for all readers | 230 MB | 230 MB |" in told
    assert "Not measured" in readers(None)
