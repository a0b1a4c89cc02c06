"""One row per case: date columns become events, in mapping order, always or under a condition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from workbench.errors import WorkbenchError

SOURCE = '[[sources]]\nname = "deals"\npath = "deals.csv"\nkind = "cases"\ncase = "id"\n'
CSV = """id,opened,closed,stage,value
d1,2024-01-01,2024-02-01,Won,100.50
d2,2024-01-05,2024-01-05,Lost,
d3,2024-01-07,,Open,30
d4,,,Planned,
,2024-01-09,,Open,1
"""
EVENTS = """
[sources.attributes]
value = { column = "value", type = "money", level = "case" }
[sources.events]
created = "opened"
won = { column = "closed", when = { stage = "Won" } }
lost = { column = "closed", when = { stage = ["Lost", "Dropped"] } }
"""


def test_date_columns_become_events_in_mapping_order(read: Callable) -> None:
    found = read({"deals.csv": CSV}, SOURCE + EVENTS)
    assert found.events("case_id", "activity", "day", "src_order") == [
        ("d1", "created", date(2024, 1, 1), 0),
        ("d2", "created", date(2024, 1, 5), 3),
        ("d2", "lost", date(2024, 1, 5), 5),
        ("d3", "created", date(2024, 1, 7), 6),
        ("d1", "won", date(2024, 2, 1), 1),
    ]


def test_a_row_without_any_date_stays_a_case(read: Callable) -> None:
    found = read({"deals.csv": CSV}, SOURCE + EVENTS)
    assert found.cases() == [("d1", Decimal("100.5")), ("d2", None), ("d3", Decimal(30)), ("d4", None)]
    note = found.finding("cases_without_events")
    assert (note.count, note.severity) == (1, "note")
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept, account.events) == (5, 4, 5)
    assert account.dropped == {"missing_case": 1}


def test_a_condition_that_never_holds_is_told(read: Callable) -> None:
    found = read({"deals.csv": CSV}, SOURCE + EVENTS)
    unmet = found.finding("unmet_condition")
    assert "'lost' waits for stage = 'Dropped', which never occurs" in unmet.message


def test_one_activity_may_have_several_columns(read: Callable) -> None:
    found = read(
        {"deals.csv": "id,r1,r2\na,2024-01-03,2024-01-01\nb,2024-01-02,\n"},
        SOURCE + '[sources.events]\nreminded = ["r1", "r2"]\n',
    )
    assert found.events("case_id", "activity", "day") == [
        ("a", "reminded", date(2024, 1, 1)),
        ("b", "reminded", date(2024, 1, 2)),
        ("a", "reminded", date(2024, 1, 3)),
    ]


def test_a_date_may_be_an_attribute_and_an_event(read: Callable) -> None:
    found = read(
        {"deals.csv": "id,InvoiceDate,DueDate\ni1,1/26/2013,2/1/2013\ni2,1/2/2013,3/4/2013\n"},
        SOURCE + '[sources.attributes]\ninvoice_date = "InvoiceDate"\ndue_date = "DueDate"\n'
        '[sources.events]\ninvoice_generated = "InvoiceDate"\n',
        process="credit-collections",
    )
    assert found.cases() == [
        ("i1", date(2013, 1, 26), date(2013, 2, 1)),
        ("i2", date(2013, 1, 2), date(2013, 3, 4)),
    ]
    assert found.finding("format_by_sibling").data["decided_by"] == "InvoiceDate"


def test_a_value_of_an_event_stands_at_the_events_of_its_row(read: Callable) -> None:
    found = read(
        {"deals.csv": "id,made,paid,amount paid\ni1,2013-01-26,2013-02-01,40\n"},
        SOURCE + '[sources.attributes]\npayment_amount = "amount paid"\n'
        '[sources.events]\ninvoice_generated = "made"\npayment_received = "paid"\n',
        process="credit-collections",
    )
    assert found.events("activity", "payment_amount") == [
        ("invoice_generated", Decimal(40)),
        ("payment_received", Decimal(40)),
    ]


def test_dates_with_a_time_of_day_and_without(read: Callable) -> None:
    found = read(
        {"deals.csv": "id,a,b\n1,2024-07-01,2024-07-01 18:30\n"},
        'time_zone = "Europe/Paris"\n' + SOURCE + '[sources.events]\nx = "a"\ny = "b"\n',
    )
    assert found.events("activity", "time", "day") == [
        ("x", datetime(2024, 6, 30, 22), date(2024, 7, 1)),
        ("y", datetime(2024, 7, 1, 16, 30), date(2024, 7, 1)),
    ]


def test_a_case_on_two_rows_has_the_events_of_both(read: Callable) -> None:
    found = read(
        {"deals.csv": "id,a,v\n1,2024-01-02,\n1,2024-01-01,x\n1,,y\n"},
        SOURCE
        + '[sources.attributes]\nv = { column = "v", type = "cat", level = "case" }\n[sources.events]\ngo = "a"\n',
    )
    assert found.events("case_id", "day") == [("1", date(2024, 1, 1)), ("1", date(2024, 1, 2))]
    assert found.cases() == [("1", "x")]


def test_running_totals_belong_to_events(read: Callable) -> None:
    with pytest.raises(WorkbenchError, match="no running totals"):
        read(
            {"deals.csv": CSV},
            SOURCE
            + '[sources.attributes]\nv = { column = "value", type = "money", level = "case", cumulative = true }\n',
        )


def test_yes_and_no_in_four_languages(read: Callable) -> None:
    words = ["Yes", "no", "OUI", "non", "sí", "falso", "是", "否", "1", "0", "", "maybe"]
    rows = "".join(f"{number},2024-01-01,{word}\n" for number, word in enumerate(words))
    found = read(
        {"deals.csv": "id,a,v\n" + rows},
        SOURCE
        + '[sources.attributes]\nv = { column = "v", type = "bool", level = "case" }\n[sources.events]\ngo = "a"\n',
    )
    by_case = dict(found.cases())
    assert [by_case[str(n)] for n in range(12)] == [True, False] * 5 + [None, None]
    assert found.finding("unparseable_bool").data["values"] == [{"value": "maybe", "row": 13}]


def test_percentages_are_shares(read: Callable) -> None:
    def discounts(values: str) -> list[float | None]:
        rows = "".join(f"{n},2024-01-01,{value}\n" for n, value in enumerate(values.split()))
        found = read(
            {"deals.csv": "id,a,discount\n" + rows},
            SOURCE
            + '[sources.attributes]\ndiscount_pct = "discount"\n[sources.events]\nopportunity_created = "a"\n',
            process="lead-to-cash",
        )
        return [value for _, value in found.cases()]

    assert discounts("0.15 0.5 1") == [0.15, 0.5, 1.0]
    assert discounts("15 50 0") == pytest.approx([0.15, 0.5, 0.0])
    assert discounts("15% 50% 0.5%") == pytest.approx([0.15, 0.5, 0.005])


def test_typed_columns_keep_their_types(read: Callable, tmp_path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "id": pa.array([17.0, 18.0]),
            "a": pa.array([datetime(2024, 7, 1, 10), None], pa.timestamp("us")),
            "b": pa.array([datetime(2024, 7, 1, 10), datetime(2024, 7, 2, 23)], pa.timestamp("ms", tz="UTC")),
            "c": pa.array([date(2024, 7, 1), None]),
            "v": pa.array([Decimal("1.25"), Decimal("-3.50")]),
            "yes": pa.array([True, None]),
        }
    )
    pq.write_table(table, tmp_path / "deals.parquet")
    found = read(
        {},
        'time_zone = "Europe/Paris"\n'
        + SOURCE.replace("deals.csv", "deals.parquet")
        + '[sources.attributes]\nv = { column = "v", type = "money", level = "case" }\n'
        'yes = { column = "yes", type = "bool", level = "case" }\n[sources.events]\nx = "a"\ny = "b"\nz = "c"\n',
    )
    assert found.cases() == [("17", Decimal("1.25"), True), ("18", Decimal("-3.5"), None)]
    assert found.events("case_id", "activity", "time", "day") == [
        ("17", "z", datetime(2024, 6, 30, 22), date(2024, 7, 1)),
        ("17", "x", datetime(2024, 7, 1, 8), date(2024, 7, 1)),
        ("17", "y", datetime(2024, 7, 1, 10), date(2024, 7, 1)),
        ("18", "y", datetime(2024, 7, 2, 23), date(2024, 7, 3)),
    ]
