"""Chunk by chunk: seed and number alone say what a chunk holds, its size alone how much memory it takes."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench import generate
from workbench.generate import generate_project

from .conftest import Written


@pytest.mark.parametrize("process", ["credit-collections", "lead-to-cash", "any-process"])
def test_a_chunk_is_the_same_in_a_larger_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    monkeypatch.setattr(generate, "_CHUNK_CASES", 200)
    generate_project(tmp_path / "small", process=process, cases=400)
    generate_project(tmp_path / "large", process=process, cases=700)
    small, large = Written(tmp_path / "small").events, Written(tmp_path / "large").events
    pd.testing.assert_frame_equal(small, large.head(len(small)))


def test_chunks_share_no_identifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_CHUNK_CASES", 105)
    generate_project(tmp_path / "p", cases=350)
    written = Written(tmp_path / "p")
    for column, activity in (("payment_id", "Payment Received"), ("promise_id", "Promise To Pay Recorded")):
        assert written.of(activity)[column].is_unique
    assert written.table("requests")["request_id"].is_unique
    ratings = written.table("ratings")
    assert not ratings.duplicated(["customer_id", "rating_date"]).any()
    # A chunk has customers of its own: none of them buys in two chunks.
    invoices = written.table("invoices")
    chunk = invoices["invoice_number"].str[-8:].astype(int).sub(1) // 105
    assert chunk.groupby(invoices["customer_id"]).nunique().max() == 1


def test_every_chunk_is_a_row_group_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_CHUNK_CASES", 100)
    generate_project(tmp_path / "p", cases=250)
    metadata = pq.read_metadata(tmp_path / "p" / "data" / "invoices.parquet")
    assert [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)] == [
        100,
        100,
        50,
    ]


def test_memory_does_not_grow_with_the_number_of_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "_CHUNK_CASES", 1_000)
    generate_project(tmp_path / "warm", cases=10)
    peaks = []
    for cases in (2_000, 10_000):
        tracemalloc.start()
        generate_project(tmp_path / str(cases), cases=cases)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
