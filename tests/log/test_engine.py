"""The engine says nothing of its own: what stands on stdout is the answer and nothing else."""

from __future__ import annotations

import ibis
import pytest

from workbench.connect.stage import Stage
from workbench.log.engine import DuckDBEngine


def test_a_table_that_is_let_go_of_is_gone() -> None:
    engine = DuckDBEngine()
    kept = engine.keep(ibis.memtable({"case_key": [1, 2]}), "cases")
    assert engine.frame(kept)["case_key"].tolist() == [1, 2]
    engine.drop(kept)
    assert engine.backend.con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


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
