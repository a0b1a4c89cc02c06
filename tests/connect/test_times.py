"""Date formats: proven over the whole column, decided by a sibling, or asked for; never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connect.readers import open_frame
from workbench.connect.stage import Stage
from workbench.connect.timeproof import prove_times

PROVEN = [
    (["1/2/2013", "1/26/2013"], "%m/%d/%Y", ["2013-01-02", "2013-01-26"]),
    (["1/2/2013", "26/1/2013"], "%d/%m/%Y", ["2013-02-01", "2013-01-26"]),
    (["9.3.10 8:05", "25.3.10 9:32"], "%d.%m.%y %H:%M", ["2010-03-09 08:05", "2010-03-25 09:32"]),
    (["2013-01-02", "2013-02-01"], "iso", ["2013-01-02", "2013-02-01"]),
    (["2013-01-02 7:05", "2013-01-02T10:11:12,5"], "iso", ["2013-01-02 07:05", "2013-01-02 10:11:12.5"]),
    (["2013-01-02 10:11:12.123456789"], "iso", ["2013-01-02 10:11:12.123456"]),
    (["2013/01/02", "2013/02/01"], "%Y/%m/%d", ["2013-01-02", "2013-02-01"]),
    (["1/26/2013 8:05 am", "1/27/2013 12:30 PM"], "%m/%d/%Y %I:%M %p", ["2013-01-26 08:05", "2013-01-27 12:30"]),
    (["26/1/2013 8:05 a. m.", "27/1/2013 1:30 p.m."], "%d/%m/%Y %I:%M %p", ["2013-01-26 08:05", "2013-01-27 13:30"]),
    (["26.01.2013 10:11:12,5"], "%d.%m.%Y %H:%M:%S,%f", ["2013-01-26 10:11:12.5"]),
    (["12-MAR-10", "13-apr-11"], "%d-%b-%y", ["2010-03-12", "2011-04-13"]),
    (["March 3, 2012", "April 14, 2012"], "%b %d, %Y", ["2012-03-03", "2012-04-14"]),
    (["12 févr. 2010", "3 mars 2011", "1er août 2011"], "%d %b %Y", ["2010-02-12", "2011-03-03", "2011-08-01"]),
    (["lunes, 3 de marzo de 2012", "5 de abril de 2013"], "%d %b %Y", ["2012-03-03", "2013-04-05"]),
    (["2012年3月4日", "2012年3月14日"], "%Y年%m月%d日", ["2012-03-04", "2012-03-14"]),
    (["20240131", "20240201"], "%Y%m%d", ["2024-01-31", "2024-02-01"]),
    (["31012024", "01022024"], "%d%m%Y", ["2024-01-31", "2024-02-01"]),
    (["20240131101500"], "%Y%m%d%H%M%S", ["2024-01-31 10:15"]),
    (["20240131T101500Z"], "%Y%m%dT%H%M%S%z", ["2024-01-31 10:15"]),
    (["40000", "40001.5"], "excel", ["2009-07-06", "2009-07-07 12:00"]),
    (["1400000000", "1400000060"], "unix", ["2014-05-13 16:53:20", "2014-05-13 16:54:20"]),
    (["1400000000500"], "unix_ms", ["2014-05-13 16:53:20.5"]),
    (["2010-01-01 10:00:00 UTC", "2010-01-01T10:00:00Z"], "iso", ["2010-01-01 10:00", "2010-01-01 10:00"]),
    (["2010-01-01T10:00:00+01:00", "2010-07-01 10:00-0530"], "iso", ["2010-01-01 09:00", "2010-07-01 15:30"]),
    (["13/02/2013 10:00 +02:00"], "%d/%m/%Y %H:%M%z", ["2013-02-13 08:00"]),
    (["26/01/2013", "31/12/2099"], "%d/%m/%Y", ["2013-01-26", "2099-12-31"]),
    (["2013-01-02", "3/26/2013"], ["%Y-%m-%d", "%m/%d/%Y"], ["2013-01-02", "2013-03-26"]),
    ([" 26\u00a01/2013 ".replace("\u00a0", "/"), "27/1/2013"], "%d/%m/%Y", ["2013-01-26", "2013-01-27"]),
]  # fmt: skip


def utc(stage: Stage, table, reading, zone: str = "UTC") -> list[datetime | None]:
    value = reading.utc(table.columns[0].sql, zone)
    return [row[0] for row in stage.rows(f"SELECT {value} FROM {table.relation} ORDER BY row")]


@pytest.mark.parametrize(("values", "written", "expected"), PROVEN, ids=lambda value: str(value)[:30])
def test_a_format_is_proven_and_read(
    stage: Stage, column: Callable, values: list[str], written: str | list[str], expected: list[str]
) -> None:
    table = column(values)
    proof = prove_times(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "proven"
    assert proof.reading is not None
    assert proof.reading.written == written
    assert (proof.present, proof.unread) == (len(values), 0)
    assert utc(stage, table, proof.reading) == [datetime.fromisoformat(text) for text in expected]


def test_every_day_up_to_twelve_is_asked_with_both_readings(stage: Stage, column: Callable) -> None:
    table = column(["1/1/2013", "3/4/2013", "5/6/2013"])
    proof = prove_times(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "ambiguous"
    assert proof.reading is None
    assert list(proof.readings) == ["day first", "month first"]
    assert proof.example == ("3/4/2013", 1, datetime(2013, 4, 3), datetime(2013, 3, 4))


def test_dates_that_read_alike_in_any_order_are_no_question_and_no_proof(
    stage: Stage, column: Callable
) -> None:
    table = column(["1/1/2013", "2/2/2013"], other=["3/4/2013", "5/6/2013"])
    proofs = prove_times(stage, table.relation, table.columns)
    assert proofs["v"].verdict == "alike"
    assert proofs["other"].verdict == "ambiguous"


def test_a_column_written_alike_decides(stage: Stage, column: Callable) -> None:
    table = column(["3/4/2013", "5/6/2013"], due=["3/4/2013", "6/30/2013"], dotted=["3.4.2013", "5.6.2013"])
    proofs = prove_times(stage, table.relation, table.columns)
    assert (proofs["v"].verdict, proofs["v"].decided_by) == ("sibling", "due")
    assert proofs["v"].reading is not None
    assert proofs["v"].reading.written == "%m/%d/%Y"
    # Dots are another style: what wrote the slashes need not have written these.
    assert proofs["dotted"].verdict == "ambiguous"


def test_two_orders_in_one_column_are_asked_about(stage: Stage, column: Callable) -> None:
    table = column(["1/26/2013", "2/3/2013", "26/1/2013"])
    proof = prove_times(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "mixed"
    assert proof.reading is None


def test_short_years_stand_where_values_are_few(stage: Stage, column: Callable) -> None:
    days = [date(2010, 3, 1) + timedelta(days=n) for n in range(31)]
    last = column([day.strftime("%d/%m/%y") for day in days])
    first = column([day.strftime("%y/%m/%d") for day in days])
    few = column(["25/03/10", "26/03/11"])
    proofs = [prove_times(stage, one.relation, one.columns)["v"] for one in (last, first, few)]
    assert [proof.verdict for proof in proofs] == ["proven", "proven", "ambiguous"]
    assert [proof.reading and proof.reading.written for proof in proofs] == ["%d/%m/%y", "%y/%m/%d", None]


@pytest.mark.parametrize(
    "values",
    [
        ["hello", "world"],
        ["611365", "7900770"],
        ["12.5", "13"],
        ["2012", "2013"],
        ["A1", "B2"],
        ["0379-NEVHP"],
    ],
    ids=str,
)
def test_what_is_no_date_is_none(stage: Stage, column: Callable, values: list[str]) -> None:
    table = column(values)
    proof = prove_times(stage, table.relation, table.columns)["v"]
    assert (proof.verdict, proof.unread) == ("none", len(values))


def test_words_for_nothing_are_missing_and_garbage_is_counted(stage: Stage, column: Callable) -> None:
    table = column(["1/26/2013", "NIL", "", None, "N/A", "-", "oops", "2/30/2013", "null"])
    proof = prove_times(stage, table.relation, table.columns)["v"]
    assert (proof.verdict, proof.present, proof.unread) == ("proven", 3, 2)
    assert proof.reading is not None
    assert utc(stage, table, proof.reading) == [datetime(2013, 1, 26), *[None] * 8]


def test_naive_times_are_of_the_zone_and_offsets_are_instants(stage: Stage, column: Callable) -> None:
    table = column(["2024-07-01 00:30:00", "2024-07-01 00:30:00Z", "2024-07-01 00:30:00-04:00"])
    reading = prove_times(stage, table.relation, table.columns)["v"].reading
    assert reading is not None
    assert utc(stage, table, reading, "Europe/Paris") == [
        datetime(2024, 6, 30, 22, 30),
        datetime(2024, 7, 1, 0, 30),
        datetime(2024, 7, 1, 4, 30),
    ]
    day = reading.day(table.columns[0].sql, "America/New_York")
    assert [row[0] for row in stage.rows(f"SELECT {day} FROM {table.relation} ORDER BY row")] == [
        date(2024, 7, 1),
        date(2024, 6, 30),
        date(2024, 7, 1),
    ]


FORMATS = [
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%Y",
    "%Y%m%d", "%d/%m/%y", "%m-%d-%Y %H:%M:%S.%f",
]  # fmt: skip


@pytest.fixture(scope="module")
def one_stage() -> Iterator[Stage]:
    """One engine for all that is drawn: a few rows each, for which several threads only wait for each other."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET threads = 1")
    yield Stage(backend)
    backend.disconnect()


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(
        st.datetimes(datetime(2001, 1, 1), datetime(2029, 12, 31)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        min_size=1,
        max_size=40,
    ),
    fmt=st.sampled_from(FORMATS),
)
def test_whatever_is_written_is_read_back_or_asked_about(
    one_stage: Stage, moments: list[datetime], fmt: str
) -> None:
    written = [moment.strftime(fmt) for moment in moments]
    meant = [datetime.strptime(text, fmt) for text in written]
    stage = one_stage
    table = open_frame(stage, pd.DataFrame({"v": written}))
    proof = prove_times(stage, table.relation, table.columns)["v"]
    if proof.reading is None:
        assert proof.verdict == "ambiguous"
        assert any(utc(stage, table, reading) == meant for reading in proof.readings.values())
    elif proof.verdict != "alike":
        assert utc(stage, table, proof.reading) == meant
