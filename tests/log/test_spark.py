"""DuckDB and a local Spark give the same figures, verdicts and tables: of all KPIs and rules of every process.

A KPI or a rule of which the logs here show nothing fails: it would be compared with nothing.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from tests.log import golden
from workbench import cli
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
from workbench.log.prepared import PreparedLog
from workbench.log.spark import SparkEngine
from workbench.log.store import read_store
from workbench.measure import (
    ageing_frame,
    amount_frame,
    bottleneck_frame,
    figures,
    funnel_frame,
    outcome_frame,
    outcome_quarter_frame,
    problem_frame,
    rework_frame,
    rework_totals,
    rhythm_frame,
    segment_frame,
    trend_frame,
    wait_frame,
)
from workbench.measure.receivables import dso_explained_frame, receivables_frame
from workbench.monitor import worklist_frame
from workbench.opening import Opened, open_project
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

# NetSuite's process is judged and measured as the one that it extends; it stands for both.
LOGS = {
    "credit-collections-netsuite": lambda: golden.credit("credit-collections-netsuite"),
    "lead-to-cash": golden.sales,
}
SAME = {"credit-collections": "credit-collections-netsuite"}
# A process of no KPIs but those of any: a log of some lines.
PLAIN = "any-process"
# What a log cannot be asked for: later steps work it out.
LATER_STEPS = {"CC23", "CC44.fitness", "CC49"}


# Hundreds of questions of a few rows each: compiling every one, and planning it anew with what its stages found,
# takes several times as long as answering it. What is set, and what Spark would do by itself.
QUICK = {
    "spark.sql.adaptive.enabled": ("false", "true"),
    "spark.sql.codegen.wholeStage": ("false", "true"),
    "spark.sql.codegen.factoryMode": ("NO_CODEGEN", "FALLBACK"),
}


@dataclass(frozen=True)
class Both:
    """One log, prepared by each engine from the same recorded events."""

    duckdb: PreparedLog
    spark: PreparedLog


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        # What Python hands over goes through processes of its own: of this Python, not of any that is found.
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
            .config("spark.driver.memory", "2g")
            # It lives for minutes: what compiling its code further costs is never earned back.
            .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    session.sparkContext.setLogLevel("ERROR")
    for name, (quick, _) in QUICK.items():
        session.conf.set(name, quick)
    yield session
    gateway = session.sparkContext._gateway
    session.stop()
    # The driver's end of the conversation outlives the session, and its sockets are closed by nobody.
    gateway.shutdown()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@contextmanager
def as_it_comes(session: Any) -> Iterator[None]:
    """Spark as nobody has set it."""
    try:
        for name, (_, usual) in QUICK.items():
            session.conf.set(name, usual)
        yield
    finally:
        for name, (quick, _) in QUICK.items():
            session.conf.set(name, quick)


def on_spark(log: PreparedLog, session: Any, folder: Path) -> Both:
    """What a log recorded, derived and judged by Spark as well."""
    recorded, spark = log.recorded, SparkEngine(session)
    moved = {}
    for name, table in {"events": recorded.events, "cases": recorded.cases, **recorded.tables}.items():
        path = folder / f"{name}.parquet"
        log.engine.write_parquet(table, path)
        moved[name] = spark.read_parquet(path)
    beside = {name: moved[name] for name in recorded.tables}
    again = replace(recorded, events=moved["events"], cases=moved["cases"], tables=beside)
    return Both(log, derive(again, log.template, spark, judge=judge))


@pytest.fixture(scope="module", params=LOGS)
def both(request: pytest.FixtureRequest, session: Any, tmp_path_factory: pytest.TempPathFactory) -> Both:
    return on_spark(LOGS[request.param](), session, tmp_path_factory.mktemp(request.param))


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as text, in an order of their own: engines differ in how they type what is missing."""
    rows = frame.astype(object).where(frame.notna(), None).astype(str).to_dict("records")
    return sorted(({str(name): value for name, value in row.items()} for row in rows), key=str)


def records(log: PreparedLog, ids: Sequence[str] | None = None, **asked: Any) -> list[dict[str, Any]]:
    """Figures as `workbench kpis --format json` says them, by what they say."""
    found = [figure.as_dict(grouped="by" in asked) for figure in figures(log, ids, **asked)]
    return sorted(found, key=str)


def test_no_process_is_left_out() -> None:
    processes = {summary.id: load_template(summary.id) for summary in wb.templates()}
    assert {*LOGS, *SAME, PLAIN} == set(processes)
    for name, other in SAME.items():
        assert processes[name].kpis == processes[other].kpis
        assert processes[name].rules == processes[other].rules
    assert not processes[PLAIN].rules


def test_every_figure(both: Both) -> None:
    ours = records(both.duckdb)
    shown = {record["id"] for record in ours if record["value"] is not None}
    assert set(both.duckdb.template.kpis) - shown <= LATER_STEPS
    assert records(both.spark) == ours


def test_every_figure_of_any_process(session: Any, tmp_path: Path) -> None:
    """Asked of Spark as it comes: planning a question anew on the way, and compiling it."""
    assert cli.run(["demo", str(tmp_path / "p"), "--process", PLAIN, "--cases", "20"]) == 0
    log = open_project(tmp_path / "p").log
    assert log is not None
    ours = records(log)
    assert {record["id"] for record in ours if record["value"] is not None} == set(log.template.kpis)
    found = on_spark(log, session, tmp_path)
    with as_it_comes(session):
        assert records(found.spark) == ours


def test_every_verdict(both: Both) -> None:
    ours = plain(both.duckdb.frame(both.duckdb.verdicts))
    assert {row["rule"] for row in ours} == set(both.duckdb.template.rules)
    assert {"ok", "broken", "tie"} < {row["verdict"] for row in ours}
    assert plain(both.spark.frame(both.spark.verdicts)) == ours


def test_figures_by_an_attribute(both: Both) -> None:
    """One KPI of each kind, and every function, each once."""
    attribute = "customer_segment" if "customer_segment" in both.duckdb.cases.columns else "region"
    kpis = both.duckdb.template.kpis
    one = {kpi.function if kpi.kind == "function" else kpi.kind: name for name, kpi in kpis.items()}
    names = list(one.values())
    assert records(both.spark, names, by=attribute) == records(both.duckdb, names, by=attribute)


# A share, a duration, and what a figure sets in relation, of each process.
BY_PERSON = {"credit": ["CC06", "CC12", "CC15", "CC35"], "lead": ["LC01", "LC07"]}


def test_figures_by_who_did_what(both: Both) -> None:
    """By an attribute of events: a case's last, small groups merged, working days beside."""
    names = BY_PERSON[both.duckdb.template.process.split("-")[0]]
    ours, theirs = (
        records(log, names, by=log.template.case.resource, least=3) for log in (both.duckdb, both.spark)
    )
    assert theirs == ours


def test_ageing_from_another_date_and_credits(both: Both) -> None:
    for how in ({"aged": "invoice_date"}, {"side": "credit"}):
        assert plain(ageing_frame(both.spark, **how)) == plain(ageing_frame(both.duckdb, **how))  # type: ignore[arg-type]


def dso_by_month(log: PreparedLog) -> pd.DataFrame:
    """DSO by what the money waits for, in windows that overlap."""
    return dso_explained_frame(log, every="month", months=3)


def receivables(log: PreparedLog) -> pd.DataFrame:
    """Three month ends, as the ledger knew them."""
    return receivables_frame(log, months=3)


def by_month(log: PreparedLog) -> pd.DataFrame:
    """Durations and shares in time."""
    names = [name for name, kpi in log.template.kpis.items() if kpi.kind in ("duration", "share")]
    return trend_frame(log, names[:4])


def waits_by_person(log: PreparedLog) -> pd.DataFrame:
    """Waiting and handling of each person, small groups as one."""
    return wait_frame(log, by=log.template.case.resource)


@pytest.mark.parametrize(
    "table",
    [
        activity_frame,
        ageing_frame,
        amount_frame,
        automation_frame,
        bottleneck_frame,
        by_month,
        case_frame,
        dso_by_month,
        evidence_frame,
        example_frame,
        funnel_frame,
        map_frame,
        meeting_frame,
        month_frame,
        outcome_frame,
        outcome_quarter_frame,
        problem_frame,
        receivables,
        rework_frame,
        rework_totals,
        rhythm_frame,
        segment_frame,
        stake_frame,
        variant_frame,
        wait_frame,
        waits_by_person,
        weekday_frame,
        worklist_frame,
    ],
)
def test_tables(both: Both, table: Any) -> None:
    assert plain(table(both.spark)) == plain(table(both.duckdb))


@pytest.mark.parametrize("process", [*SAME, "lead-to-cash"])
def test_a_store_that_was_prepared_here(process: str, session: Any, tmp_path: Path) -> None:
    """Spark reads every table of a store as DuckDB does, and sees it as of an earlier day."""
    assert cli.run(["demo", str(tmp_path / "p"), "--process", process, "--cases", "60"]) == 0
    opened = open_project(tmp_path / "p")
    assert opened.log is not None
    assert opened.held is not None
    manifest, ours = opened.held.manifest, opened.log
    theirs = read_store(
        opened.held.folder, manifest, opened.template, ours.meta.settings, SparkEngine(session)
    )
    for one, other in zip(tables_of(ours), tables_of(theirs), strict=True):
        assert plain(theirs.frame(other)) == plain(ours.frame(one))
    if process in SAME:  # one is enough: a whole log is derived again
        day = ours.as_of.replace(year=ours.as_of.year - 1)
        before, then = Opened.at(ours, day), Opened.at(theirs, day)
        for name in ("cases", "verdicts"):
            assert plain(then.frame(getattr(then, name))) == plain(before.frame(getattr(before, name)))
        assert plain(map_frame(then)) == plain(map_frame(before))


def tables_of(log: PreparedLog) -> list[Any]:
    """Everything that lies in a store, in one order."""
    several = [log.pairs, log.ledgers, log.recorded.tables]
    history = [] if log.recorded.history is None else [log.recorded.history]
    single = [log.events, log.cases, log.verdicts, log.variants, log.days, log.recorded.cases]
    return [*single, *history, *(named[name] for named in several for name in sorted(named))]
