"""The engine inside the process: what it keeps and lets go of, who may ask it, what it answers with."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pytest

import workbench as wb
from workbench.connect.stage import Stage
from workbench.log.engine import DuckDBEngine


def test_a_table_that_is_let_go_of_is_gone() -> None:
    engine = DuckDBEngine()
    kept = engine.keep(ibis.memtable({"case_key": [1, 2]}), "cases")
    assert engine.frame(kept)["case_key"].tolist() == [1, 2]
    engine.drop(kept)
    assert engine.backend.con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def _tables(engine: DuckDBEngine) -> int:
    (number,) = engine.backend.con.execute("SELECT count(*) FROM duckdb_tables()").fetchone()
    return int(number)


def test_what_nothing_refers_to_is_dropped_and_what_something_refers_to_is_not() -> None:
    engine = DuckDBEngine()
    held = engine.keep(ibis.memtable({"case_key": [1, 2]}), "cases").filter(lambda t: t["case_key"] == 2)
    for number in range(20):
        engine.keep(ibis.memtable({"case_key": [number]}), "passing")
    gc.collect()
    last = engine.keep(ibis.memtable({"case_key": [7]}), "last")
    assert _tables(engine) == 2
    assert engine.frame(held)["case_key"].tolist() == [2]
    assert engine.frame(last)["case_key"].tolist() == [7]


def test_filtering_again_and_again_leaves_nothing_behind() -> None:
    rows = pd.DataFrame(
        {
            "case": ["a", "b"],
            "activity": "ask",
            "time": pd.Timestamp("2026-01-01"),
            "region": ["north", "south"],
        }
    )
    log = wb.load(rows)
    engine = log.prepared.engine
    assert isinstance(engine, DuckDBEngine)
    before = _tables(engine)
    for _ in range(10):
        assert log.filter(region="north").cases()["case_id"].tolist() == ["a"]
    gc.collect()
    assert _tables(engine) <= before + 2


def test_files_set_aside_go_with_their_table(tmp_path: Path) -> None:
    engine = DuckDBEngine(spill=tmp_path)
    aside = engine.set_aside(ibis.memtable({"case_key": [3]}), "cases")
    assert engine.frame(aside)["case_key"].tolist() == [3]
    assert len([*tmp_path.rglob("*.parquet")]) == 1
    del aside
    gc.collect()
    engine.keep(ibis.memtable({"case_key": [1]}), "next")
    assert [*tmp_path.rglob("*.parquet")] == []


def test_a_file_that_is_read_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    pd.DataFrame({"case_key": [1]}).to_parquet(path)
    engine = DuckDBEngine(spill=tmp_path)
    engine.read_parquet(path)
    gc.collect()
    engine.keep(ibis.memtable({"case_key": [1]}), "next")
    assert path.exists()


def test_two_threads_may_ask_one_engine() -> None:
    engine = DuckDBEngine()
    numbers = engine.keep(ibis.memtable({"case_key": range(10_000)}), "cases")

    def asked(most: int) -> int:
        chosen = engine.narrowing(numbers.filter(numbers["case_key"] < most), numbers)
        return len(engine.frame(chosen(numbers)))

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(asked, range(0, 1_000, 25))] == [*range(0, 1_000, 25)]


def test_threads_may_ask_keep_and_hand_over_at_the_same_time() -> None:
    engine = DuckDBEngine()
    numbers = engine.keep(ibis.memtable({"case_key": range(1_000)}), "cases")

    def asked(most: int) -> list[int]:
        kept = engine.keep(numbers.filter(numbers["case_key"] < most), "kept")
        handed = kept.join(ibis.memtable({"case_key": range(0, 1_000, 2)}), "case_key")
        return [len(engine.frame(kept)), len(engine.frame(handed)), engine.arrow(kept).num_rows]

    with ThreadPoolExecutor(6) as pool:
        found = [*pool.map(asked, range(0, 1_000, 20))]
    assert found == [[most, most // 2, most] for most in range(0, 1_000, 20)]


def test_more_threads_than_connections_wait_for_each_other() -> None:
    engine = DuckDBEngine()
    numbers = engine.keep(ibis.memtable({"case_key": range(100)}), "cases")
    with ThreadPoolExecutor(12) as pool:
        assert [*pool.map(lambda _: len(engine.frame(numbers)), range(60))] == [100] * 60


def test_a_question_that_fails_frees_its_connection() -> None:
    engine = DuckDBEngine()
    numbers = engine.keep(ibis.memtable({"name": ["1", "x"]}), "names")
    for _ in range(2 * engine.askers):
        with pytest.raises(duckdb.ConversionException):
            engine.frame(numbers.select(value=numbers["name"].cast("int64")))
    assert engine.frame(numbers)["name"].tolist() == ["1", "x"]


@pytest.mark.parametrize(
    "rows", [slice(0, 3), slice(0, 2), slice(0, 0)], ids=["nulls", "no nulls", "no rows"]
)
def test_answers_have_the_types_that_ibis_gives_them(rows: slice) -> None:
    """The engine words and reads by itself what ibis would: that must not show."""
    columns: dict[str, tuple[str, list[object]]] = {
        "whole": ("int64", [1, 2, None]),
        "small": ("int16", [1, -2, None]),
        "real": ("float64", [1.5, float("nan"), None]),
        "money": ("decimal(24, 6)", [Decimal("1.000001"), Decimal(-2), None]),
        "text": ("string", ["a", "é中", None]),
        "yes": ("boolean", [True, False, None]),
        "day": ("date", [date(2026, 1, 31), date(1900, 1, 1), None]),
        "time": ("timestamp(6)", [datetime(2026, 1, 31, 23, 59, 59, 999_999), datetime(1900, 1, 1), None]),
        "several": ("array<int64>", [[1, 2], [], None]),
    }
    schema = {name: kind for name, (kind, _) in columns.items()}
    given = {name: values[rows] for name, (_, values) in columns.items()}
    engine = DuckDBEngine()
    kept = engine.keep(
        ibis.memtable(pa.table(given, ibis.schema(schema).to_pyarrow()), schema=schema), "kept"
    )
    kept = kept.mutate(nothing=ibis.null(), unknown=ibis.null("date"))
    pd.testing.assert_frame_equal(engine.frame(kept), engine.backend.to_pandas(kept))
    kept = kept.drop("real")  # to Arrow no number is its own equal that is none
    assert engine.arrow(kept).equals(engine.backend.to_pyarrow(kept))


@pytest.mark.parametrize("keys", [[], [0], [2, 3], [1, 4]])
def test_a_narrowed_table_has_just_the_chosen_cases(keys: list[int]) -> None:
    engine = DuckDBEngine()
    table = engine.keep(ibis.memtable({"case_key": [0, 0, 1, 2, 3, 3, 4]}), "cases")
    chosen = engine.keep(ibis.memtable({"case_key": keys}, schema={"case_key": "int64"}), "chosen")
    narrowed = engine.frame(engine.narrowing(chosen, table)(table))["case_key"].tolist()
    assert narrowed == [key for key in (0, 0, 1, 2, 3, 3, 4) if key in keys]


def test_another_connection_reads_times_as_the_first_does() -> None:
    engine = DuckDBEngine()
    zone = "SELECT current_setting('TimeZone')"
    assert engine.connection().execute(zone).fetchone() == ("UTC",)
    engine.backend.raw_sql("SET TimeZone = 'Asia/Tokyo'")
    assert engine.connection().execute(zone).fetchone() == ("Asia/Tokyo",)


@pytest.mark.parametrize("holder", [DuckDBEngine, Stage])
def test_a_slow_query_draws_no_bar_over_the_answer(holder: type) -> None:
    """In a kernel and under `python -c` DuckDB would draw one on stdout."""
    con = holder(ibis.duckdb.connect()).backend.con
    assert con.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)


def test_what_a_filter_looks_up_goes_with_the_filter_and_not_before() -> None:
    engine = DuckDBEngine()
    table = engine.keep(ibis.memtable({"case_key": [0, 1, 2]}), "cases")
    narrowed = engine.narrowing(table.filter(table["case_key"] > 0), table)(table).filter(
        lambda found: found["case_key"] < 2
    )
    gc.collect()
    engine.keep(table, "other")
    assert engine.frame(narrowed)["case_key"].tolist() == [1]
    # Another connection, as ranges are worked through with, knows it as well.
    statement = engine.statement(narrowed)
    assert engine.connection().execute(statement).fetchall() == [(1,)]
    del narrowed
    gc.collect()
    engine.keep(table, "last")
    held = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'chosen%'"
    assert engine.backend.con.execute(held).fetchone() == (0,)
    assert engine.backend.con.execute("SELECT count(*) FROM duckdb_variables()").fetchone() == (0,)
