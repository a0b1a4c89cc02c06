"""DuckDB and a local Spark give the same figures, verdicts and map for the logs that were worked by hand."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from tests.log.beside import with_tables
from tests.log.rawlog import raw_log
from tests.measure import test_credit_tables, test_sales_tables
from tests.oracle import credit_log, deal_log
from workbench.diagnose import evidence_frame, stake_frame
from workbench.discover import (
    activity_frame,
    case_frame,
    example_frame,
    map_frame,
    meeting_frame,
    month_frame,
    variant_frame,
    weekday_frame,
)
from workbench.improve import automation_frame
from workbench.log.derive import derive
from workbench.log.engine import SparkEngine
from workbench.log.prepared import PreparedLog
from workbench.log.recorded import record
from workbench.log.settings import ExchangeRate, Settings
from workbench.measure import (
    ageing_frame,
    amount_frame,
    bottleneck_frame,
    figures,
    outcome_frame,
    outcome_quarter_frame,
    rework_frame,
    rework_totals,
    segment_frame,
    trend_frame,
)
from workbench.measure.receivables import dso_explained_frame
from workbench.monitor import worklist_frame
from workbench.rules import judge
from workbench.template import load_template

pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(900),
    # pyspark's own conversion to pandas hands on a keyword that pandas 3 has given up.
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    # Spark answers through sockets that it leaves to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]

LOGS: dict[str, ModuleType] = {"credit-collections": credit_log, "lead-to-cash": deal_log}


@dataclass(frozen=True)
class Both:
    """One log, prepared by each engine from the same recorded events."""

    duckdb: PreparedLog
    spark: PreparedLog


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .config("spark.driver.memory", "2g")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    gateway = session.sparkContext._gateway
    session.stop()
    # The driver's end of the conversation outlives the session, and its sockets are closed by nobody.
    gateway.shutdown()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module", params=LOGS)
def both(request: pytest.FixtureRequest, session: Any, tmp_path_factory: pytest.TempPathFactory) -> Both:
    log = LOGS[request.param]
    template = load_template(request.param)
    raw, engine = raw_log(template, log.EVENTS, log.CASES, zone=log.ZONE)
    rates = tuple(
        ExchangeRate(date.fromisoformat(day), currency, Decimal(rate))
        for day, currency, rate in getattr(log, "RATES", ())
    )
    settings = Settings(
        zone=log.ZONE,
        currency=log.CURRENCY,
        as_of=date.fromisoformat(log.AS_OF),
        policy=log.POLICY,
        rates=rates,
    )
    recorded = record(raw, template, settings, engine)
    folder: Path = tmp_path_factory.mktemp(request.param)
    engine.write_parquet(recorded.events, folder / "events.parquet")
    engine.write_parquet(recorded.cases, folder / "cases.parquet")
    spark = SparkEngine(session)
    moved = replace(
        recorded,
        events=spark.read_parquet(folder / "events.parquet"),
        cases=spark.read_parquet(folder / "cases.parquet"),
    )
    return Both(derive(recorded, template, engine, judge=judge), derive(moved, template, spark, judge=judge))


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as text, in an order of their own: engines differ in how they type what is missing."""
    rows = frame.astype(object).where(frame.notna(), None).astype(str).to_dict("records")
    return sorted(({str(name): value for name, value in row.items()} for row in rows), key=str)


# A share, a duration, and what a figure sets in relation, of each process.
BY_PERSON = {
    "credit-collections": ["CC06", "CC12", "CC15", "CC35"],
    "lead-to-cash": ["LC01", "LC07"],
}


def test_figures_by_who_did_what(both: Both) -> None:
    """By an attribute of events: a case's last, small groups merged, working days beside."""

    def found(log: PreparedLog) -> list[str]:
        asked = figures(log, BY_PERSON[log.template.process], by=log.template.case.resource, least=3)
        return sorted(str(figure.as_dict(grouped=True)) for figure in asked)

    assert found(both.spark) == found(both.duckdb)


def test_ageing_from_another_date_and_credits(both: Both) -> None:
    for how in ({"aged": "invoice_date"}, {"side": "credit"}):
        assert plain(ageing_frame(both.spark, **how)) == plain(ageing_frame(both.duckdb, **how))  # type: ignore[arg-type]


def test_every_figure(both: Both) -> None:
    def all_figures(log: PreparedLog) -> dict[str, list[dict[str, Any]]]:
        return {
            name: [found.as_dict(grouped=False) for found in figures(log, [name])]
            for name in log.template.kpis
        }

    ours = all_figures(both.duckdb)
    assert all_figures(both.spark) == ours
    assert sum(found["value"] is not None for records in ours.values() for found in records) > 20


def test_figures_by_an_attribute(both: Both) -> None:
    attribute = "customer_segment" if "customer_segment" in both.duckdb.cases.columns else "region"
    names = [name for name, kpi in both.duckdb.template.kpis.items() if kpi.kind == "share"]
    ours = [found.as_dict(grouped=True) for found in figures(both.duckdb, names, by=attribute)]
    assert [found.as_dict(grouped=True) for found in figures(both.spark, names, by=attribute)] == ours


def test_every_verdict(both: Both) -> None:
    ours = plain(both.duckdb.frame(both.duckdb.verdicts))
    assert plain(both.spark.frame(both.spark.verdicts)) == ours
    assert len({row["verdict"] for row in ours}) > 3


def dso_by_month(log: PreparedLog) -> pd.DataFrame:
    """DSO by what the money waits for, in windows that overlap."""
    return dso_explained_frame(log, every="month", months=3)


@pytest.mark.parametrize(
    "table",
    [
        activity_frame,
        ageing_frame,
        amount_frame,
        automation_frame,
        bottleneck_frame,
        case_frame,
        dso_by_month,
        evidence_frame,
        example_frame,
        map_frame,
        meeting_frame,
        month_frame,
        outcome_frame,
        outcome_quarter_frame,
        rework_frame,
        rework_totals,
        segment_frame,
        stake_frame,
        variant_frame,
        weekday_frame,
        worklist_frame,
    ],
)
def test_tables(both: Both, table: Any) -> None:
    assert plain(table(both.spark)) == plain(table(both.duckdb))


def test_figures_by_month(both: Both) -> None:
    names = [name for name, kpi in both.duckdb.template.kpis.items() if kpi.kind in ("duration", "share")][:4]
    assert plain(trend_frame(both.spark, names)) == plain(trend_frame(both.duckdb, names))


def test_an_earlier_day(both: Both) -> None:
    """As-of is derived anew on both."""
    day = both.duckdb.as_of.replace(day=1)
    ours, theirs = (
        derive(log.recorded, log.template, log.engine, judge=judge, as_of=day)
        for log in (both.duckdb, both.spark)
    )
    assert plain(map_frame(theirs)) == plain(map_frame(ours))
    assert plain(theirs.frame(theirs.verdicts)) == plain(ours.frame(ours.verdicts))


def test_figures_that_rest_on_tables_beside_the_log(session: Any, tmp_path: Path) -> None:
    sales, credit = test_sales_tables, test_credit_tables
    logs = [
        with_tables(
            sales.EVENTS,
            sales.CASES,
            sales.TABLES,
            as_of="2026-06-30",
            process="lead-to-cash",
            rates=sales.RATES,
        ),
        with_tables(
            credit.EVENTS,
            credit.CASES,
            {"requests": credit.REQUESTS, "activity_costs": credit.COSTS},
            as_of="2026-06-30",
            zone="Europe/Paris",
        ),
    ]
    # What DuckDB packs numbers with that hardly repeat, Spark reads row by row only.
    session.conf.set("spark.sql.parquet.enableVectorizedReader", "false")
    spark = SparkEngine(session)
    for number, (log, asked) in enumerate(zip(logs, (sales.EXPECTED, credit.EXPECTED), strict=True)):
        recorded = log.recorded
        tables = {"events": recorded.events, "cases": recorded.cases, **recorded.tables}
        moved = {}
        for name, table in tables.items():
            path = tmp_path / f"{number}-{name}.parquet"
            log.engine.write_parquet(table, path)
            moved[name] = spark.read_parquet(path)
        beside = {name: moved[name] for name in recorded.tables}
        again = replace(recorded, events=moved["events"], cases=moved["cases"], tables=beside)
        theirs = derive(again, log.template, spark, judge=judge)
        for name in asked:
            ours, found = (
                [figure.as_dict(grouped=False) for figure in figures(one, [name])] for one in (log, theirs)
            )
            assert ours == found
