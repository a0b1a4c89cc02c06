"""Which files of a store Spark's quicker reader does not know."""

from __future__ import annotations

from pathlib import Path

import ibis

from workbench.log.encodings import has_split_bytes
from workbench.log.engine import DuckDBEngine


def test_numbers_that_hardly_repeat_are_split_and_whole_ones_are_not(tmp_path: Path) -> None:
    engine = DuckDBEngine()
    for name, column in (("minutes", [0.5, 1.25, 7.75]), ("cents", [50, 125, 775])):
        (tmp_path / name).mkdir()
        engine.write_parquet(ibis.memtable({name: column}), tmp_path / name / f"{name}.parquet")
    assert has_split_bytes(tmp_path / "minutes" / "minutes.parquet")
    assert not has_split_bytes(tmp_path / "cents" / "cents.parquet")
    # Spark writes a folder for a table.
    assert has_split_bytes(tmp_path / "minutes")
    assert not has_split_bytes(tmp_path / "cents")
