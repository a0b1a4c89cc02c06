"""The rows behind every figure give its n and its value again, added up by plain pandas.

On the two logs that were worked by hand: for each KPI of both processes, in each currency in which it is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from tests.oracle import credit_log, deal_log
from tests.oracle.notation import read_cases, read_events
from tests.oracle.product import CREDIT, DEALS, Setting, project
from workbench.template import load_template

LOGS = {CREDIT.id: (CREDIT, credit_log), DEALS.id: (DEALS, deal_log)}
KPIS = [
    (process, name)
    for process in LOGS
    for name, kpi in load_template(process).kpis.items()
    if kpi.kind not in ("later", "function", "combine")
]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, wb.Log]:
    opened = {}
    for name, (process, log) in LOGS.items():
        setting = Setting(process, log.ZONE, log.AS_OF, log.CURRENCY, policy=log.POLICY)
        folder: Path = tmp_path_factory.mktemp(name)
        events, cases = read_events(log.EVENTS, zone=log.ZONE), read_cases(log.CASES)
        opened[name] = wb.open(project(folder, events, cases, setting=setting))
    return opened


def in_currency(rows: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    """The rows in one currency; all of them where a figure is not split."""
    return rows if currency is None or rows.empty else rows[rows["currency"] == currency]


def weighted(rows: pd.DataFrame, values: pd.Series[Any]) -> float | None:
    known = rows["weight"].notna()
    weights = rows.loc[known, "weight"].astype(float)
    return float((values[known] * weights).sum() / weights.sum()) if weights.sum() else None


def of_share(kpi: Any, rows: pd.DataFrame) -> tuple[float | None, int]:
    counted = rows[rows["state"] == "in"]
    if counted.empty:
        return None, 0
    hits = counted["hit"].astype(float)
    return (weighted(counted, hits) if kpi.headline == "weighted" else float(hits.mean())), len(counted)


def of_duration(kpi: Any, rows: pd.DataFrame) -> tuple[float | None, int]:
    counted = rows[rows["state"] == "in"]
    if counted.empty:
        return None, 0
    unit = pd.Timedelta(days=1) if kpi.unit == "days" else pd.Timedelta(hours=1)
    values = counted["value"] / unit
    value = weighted(counted, values) if kpi.headline == "weighted_mean" else float(values.agg(kpi.headline))
    return value, len(counted)


def of_average(kpi: Any, rows: pd.DataFrame) -> tuple[float | None, int]:
    counted = rows[rows["state"] == "in"]
    if counted.empty:
        return None, 0
    values = counted["value"].astype(float)
    value = values.sum() if kpi.headline == "total" else values.agg(kpi.headline)
    return float(value), len(counted)


def of_terms(kpi: Any, rows: pd.DataFrame) -> tuple[float | None, int]:
    """Totals and ratios; the n of a ratio is that of its top, a row of nought counts nowhere."""
    if rows.empty:
        return None, 0
    amounts = rows["amount"].fillna(0).astype(float)
    assert list(rows.columns[:2]) == ["term", "sign"]
    signed = amounts * rows["sign"]
    top = rows["term"].str.startswith("top")
    n = int((amounts[top] != 0).sum()) or int((amounts[~top] != 0).sum())
    if kpi.kind == "total":
        return float(signed[top].sum()), n
    bottom = signed[~top].sum()
    return (float(signed[top].sum() / bottom) if bottom > 0 else None), n


AGAIN = {
    "share": of_share,
    "duration": of_duration,
    "average": of_average,
    "total": of_terms,
    "ratio": of_terms,
}


@pytest.mark.parametrize(("process", "name"), KPIS)
def test_rows_give_the_figure(logs: dict[str, wb.Log], process: str, name: str) -> None:
    log = logs[process]
    kpi = log.template.kpis[name]
    rows = log.rows(name)
    for record in log.kpi_records([name]):
        if record.get("reason") and record["n"] == 0:
            continue
        value, n = AGAIN[kpi.kind](kpi, in_currency(rows, record.get("currency")))
        if getattr(kpi, "times", None) == "days_in_period" and value is not None:
            first, last = (pd.Timestamp(record["period"][side]) for side in ("from", "to"))
            value *= (last - first).days + 1
        assert n == record["n"], record
        if record["value"] is not None:
            assert value == pytest.approx(record["value"], abs=1e-5 if record["unit"] != "money" else 0.005)


@pytest.mark.parametrize(
    ("process", "name"), [found for found in KPIS if load_template(found[0]).kpis[found[1]].kind == "share"]
)
def test_undecided_rows_are_the_pending_ones(logs: dict[str, wb.Log], process: str, name: str) -> None:
    log = logs[process]
    rows = log.rows(name)
    (record, *others) = log.kpi_records([name])
    if rows.empty or others:
        assert rows.empty == (record["n"] == 0)
        return
    states = rows["state"].value_counts()
    assert record["pending"] == states.get("pending", 0)
    assert record["unknown"] == states.get("unknown", 0)


def test_figures_are_compared(logs: dict[str, wb.Log]) -> None:
    """Most figures of both logs have a value: the comparison above is not about nothing."""
    for name, log in logs.items():
        known = [record for record in log.kpi_records() if record["value"] is not None]
        assert len(known) > len([kpi for found, kpi in KPIS if found == name]) // 2


@pytest.mark.parametrize("process", LOGS)
def test_a_share_that_is_there_has_no_reason_to_be_missing(logs: dict[str, wb.Log], process: str) -> None:
    kinds = {name: kpi.kind for name, kpi in load_template(process).kpis.items()}
    shares = [record for record in logs[process].kpi_records() if kinds[record["id"]] == "share"]
    known = [record for record in shares if record["value"] is not None]
    assert any(record["id"].endswith(".value") for record in known)
    assert [record["id"] for record in known if record.get("reason")] == []
    assert [record["id"] for record in shares if record["value"] is None and not record.get("reason")] == []
