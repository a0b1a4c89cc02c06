"""Two populations compared: the same values as the KPIs have, honest verdicts, clear refusals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.measure import figures
from workbench.measure.compare import Population, baseline_and_now, compare_frame, two_segments
from workbench.measure.intervals import newcombe, wilson
from workbench.template.kpis import AverageKPI, DurationKPI

SEGMENT = "customer_segment"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> wb.Log:
    folder = tmp_path_factory.mktemp("compare") / "demo"
    generate_project(folder, process="credit-collections", cases=300, seed=7)
    return wb.open(folder)


def test_both_values_are_the_kpis_own(log: wb.Log) -> None:
    """Every figure that has an interval: shares, means, medians, weighted means, ratios, and what is late."""
    names = [
        "CC15",
        "CC15.late",
        "CC15.value",
        "CC06",
        "CC13",
        "CC11.invoice",
        "CC28",
        "CC25",
        "CC12",
        "CC16",
        "CC22",
        "CC41",
    ]
    pair = baseline_and_now(log.prepared)
    frame = compare_frame(*pair, names)
    assert set(frame.loc[frame["statistic"].notna(), "id"]) == set(names)
    for label, population in zip(("first", "second"), pair, strict=True):
        for row in frame.to_dict("records"):
            figure = figures(population.log, [row["id"]], period=population.period)[0]
            kpi = log.template.kpi(row["id"])
            stat = figure.stats.get(row["statistic"]) if isinstance(kpi, DurationKPI | AverageKPI) else None
            assert row[label] == pytest.approx(figure.value if stat is None else stat, abs=1e-6), row["id"]
            assert row[f"{label}_low"] <= row[label] <= row[f"{label}_high"]
            assert row[f"{label}_n"] == figure.n
    assert (frame["difference"] - (frame["second"] - frame["first"])).abs().max() < 1e-9


def test_two_segments_by_newcombe(log: wb.Log) -> None:
    values = log.cases()[SEGMENT].value_counts().index[:2].tolist()
    row = log.compare(by=SEGMENT, values=values, kpis=["CC28"]).iloc[0]
    hits = [log.filter(**{SEGMENT: value}).kpi_records(["CC28"])[0] for value in values]
    first, second = (wilson(found["hits"], found["n"]) for found in hits)
    limits = newcombe(first, second)
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))
    assert row["method"] == "Newcombe"


def test_before_and_since_part_all_rows(log: wb.Log) -> None:
    day = date(2025, 7, 1)
    row = log.compare(since=day, kpis=["CC15"]).iloc[0]
    rows = log.rows("CC15")
    inside = rows[rows["state"] == "in"]
    before = pd.to_datetime(inside["day"]).dt.date < day
    assert (row["first_n"], row["second_n"]) == (int(before.sum()), int((~before).sum()))


def test_the_same_project_twice_differs_in_nothing(log: wb.Log) -> None:
    frame = log.compare(log, kpis=["CC15", "CC06", "CC16"])
    assert (frame["difference"] == 0).all()
    assert set(frame["verdict"]) <= {"unclear", "few"}


def made(shares: tuple[float, float], n: int) -> pd.DataFrame:
    """Cases of two kinds, some of which take two days longer."""
    rng = np.random.default_rng(1)
    lines = []
    for kind, share in zip("xy", shares, strict=True):
        for number, slow in enumerate(rng.random(n) < share):
            start = pd.Timestamp("2026-01-01 08:00")
            end = start + pd.Timedelta(days=1 + 2 * slow + number / 10_000)
            lines += [(f"{kind}{number}", "ask", start, kind), (f"{kind}{number}", "answer", end, kind)]
    return pd.DataFrame(lines, columns=["case", "activity", "time", "kind"])


def test_verdicts_say_better_unclear_and_few() -> None:
    def verdict(shares: tuple[float, float], n: int) -> str:
        log = wb.load(made(shares, n), as_of="2026-03-01")
        frame = log.compare(by="kind", values=["x", "y"], kpis=["AP01"])
        return str(frame.loc[frame["statistic"] == "mean", "verdict"].iloc[0])

    clear = {"low": "better", "high": "worse"}.get(
        wb.load(made((0.1, 0.1), 3)).template.kpi("AP01").good, "different"
    )
    assert verdict((0.9, 0.1), 60) == clear
    assert verdict((0.5, 0.5), 60) == "unclear"
    assert verdict((0.9, 0.1), 20) == "few"


def test_refusals_name_the_remedy(log: wb.Log, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="Two values of customer_segment are compared, not 1"):
        log.compare(by=SEGMENT, values=["Enterprise"])
    with pytest.raises(WorkbenchError, match="Unknown case attribute 'segment'"):
        two_segments(log.prepared, "segment")
    with pytest.raises(WorkbenchError, match=r"parts nothing.*Choose a day between"):
        log.compare(since="2031-01-01")
    with pytest.raises(WorkbenchError, match="one way at a time"):
        log.compare(log, since="2025-07-01")
    with pytest.raises(WorkbenchError, match=r"'2025-7' is no date \(since\)"):
        log.compare(since="2025-7")


def test_another_process_has_no_such_kpi(log: wb.Log) -> None:
    other = wb.load(made((0.5, 0.5), 5))
    row = compare_frame(Population("a", log.prepared), Population("b", other.prepared), ["CC15"]).iloc[0]
    assert row["reason"] == "the other project's process has no such KPI"
    assert row["verdict"] is None
