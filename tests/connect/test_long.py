"""One row per event: roles, mapped activities, order, attributes, and an account of every row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from workbench.errors import WorkbenchError
from workbench.log.raw import EVENT_COLUMNS, RawAttribute

CSV = """case,activity,time,who,amount,note
NA,open,2024-01-02 09:00,Ann,10.50,first
NA,close,2024-01-03 09:00,,,
00123,open,2024-01-02 10:00,Bob,7,=1+1
00123,pay,2024-01-05 10:00,Bob,-2,
"""

ATTRIBUTES = """
[sources.attributes]
amount = { column = "amount", type = "money", level = "event" }
note = { column = "note", type = "str", level = "event" }
first_amount = { column = "amount", type = "money", level = "case" }
last_amount = { column = "amount", type = "money", level = "case", take = "last" }
"""


def test_events_have_their_columns_and_types(read_long: Callable) -> None:
    found = read_long(CSV, tail='resource = "who"\n' + ATTRIBUTES)
    assert tuple(found.log.events.columns) == (*EVENT_COLUMNS, "amount", "note")
    assert {name: str(kind) for name, kind in found.log.events.schema().items()} == {
        "case_id": "string",
        "activity": "string",
        "time": "timestamp(6)",
        "day": "date",
        "src_order": "int64",
        "resource": "string",
        "lifecycle": "string",
        "amount": "decimal(24, 6)",
        "note": "string",
    }
    assert found.events() == [
        ("NA", "open", datetime(2024, 1, 2, 9), date(2024, 1, 2), 0, "Ann", None, Decimal("10.5"), "first"),
        ("00123", "open", datetime(2024, 1, 2, 10), date(2024, 1, 2), 2, "Bob", None, Decimal(7), "=1+1"),
        ("NA", "close", datetime(2024, 1, 3, 9), date(2024, 1, 3), 1, None, None, None, None),
        ("00123", "pay", datetime(2024, 1, 5, 10), date(2024, 1, 5), 3, "Bob", None, Decimal(-2), None),
    ]


def test_a_case_attribute_takes_the_first_value_in_time_or_the_last(read_long: Callable) -> None:
    found = read_long(CSV, tail=ATTRIBUTES)
    assert found.cases("case_id", "first_amount", "last_amount") == [
        ("00123", Decimal(7), Decimal(-2)),
        ("NA", Decimal("10.5"), Decimal("10.5")),
    ]
    assert RawAttribute("last_amount", "case", "money", "amount") in found.log.attributes
    note = found.finding("varying_attribute")
    assert note.data["attributes"] == {"first_amount": 1, "last_amount": 1}


def test_every_row_is_kept_or_dropped_for_a_reason(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time\n"
        "a,x,2024-01-01\n"
        ",x,2024-01-02\n"
        "a,,2024-01-02\n"
        "a,x,\n"
        "a,x,NULL\n"
        "a,x,soon\n"
        "b,x,2024-02-30\n"
        "  ,x,2024-01-02\n"
    )
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept, account.events) == (8, 1, 1)
    assert account.dropped == {
        "missing_activity": 1,
        "missing_case": 2,
        "missing_time": 2,
        "unparseable_time": 2,
    }
    unread = found.finding("unparseable_date")
    assert (unread.count, unread.severity) == (2, "warn")
    assert unread.data["values"] == [{"value": "soon", "row": 7}, {"value": "2024-02-30", "row": 8}]
    assert found.finding("row_accounting").data["dropped"] == account.dropped
    assert {"missing_case", "missing_activity", "missing_time", "unparseable_time"} <= found.rules("warn")


def test_mapped_labels_become_activities_and_others_keep_their_names(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time\nf,Create Fine,2024-01-01\nf, Create Fine ,2024-01-02\nf,Appeal,2024-01-03\n",
        process="credit-collections",
        tail='[sources.activities]\n"Create Fine" = "invoice_generated"\n"Create fine" = "invoice_sent"\n',
    )
    assert found.events("activity") == [("invoice_generated",), ("invoice_generated",), ("Appeal",)]
    assert found.finding("unmapped_activities").data["activities"] == [{"activity": "Appeal", "events": 1}]
    unseen = found.finding("unseen_label")
    assert "'Create fine'" in unseen.message
    assert "Did you mean 'Create Fine'?" in unseen.remedy


def test_an_unknown_activity_id_is_a_typing_mistake(read_long: Callable) -> None:
    with pytest.raises(
        WorkbenchError, match=r"Unknown activity 'invoice_generatd'.*Did you mean 'invoice_gen"
    ):
        read_long(
            "case,activity,time\nf,x,2024-01-01\ng,x,2024-01-01\n",
            process="credit-collections",
            tail='[sources.activities]\nx = "invoice_generatd"\n',
        )


def test_an_unknown_attribute_needs_a_type(read_long: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"no attribute 'invoice_amont'.*Did you mean 'invoice_amount'"):
        read_long(CSV, process="credit-collections", tail='[sources.attributes]\ninvoice_amont = "amount"\n')


def test_an_unknown_column_names_who_needs_it(read_long: Callable) -> None:
    with pytest.raises(
        WorkbenchError, match=r"Unknown column 'whom' \(log.csv, needed by log.resource\).*'who'"
    ):
        read_long(CSV, tail='resource = "whom"\n')


def test_an_order_column_breaks_ties(read_long: Callable) -> None:
    csv = "case,activity,time,nr\na,third,2024-01-01,30\na,first,2024-01-01,4\na,second,2024-01-01,5\n"
    plain, ordered = read_long(csv), read_long(csv, tail='order = "nr"\n')
    assert [name for (name,) in plain.events("activity")] == ["third", "first", "second"]
    assert [name for (name,) in ordered.events("activity")] == ["first", "second", "third"]
    assert [place for (place,) in ordered.events("src_order")] == [0, 1, 2]
    assert "name a column with it as `order`" in plain.finding("tied_times").remedy


def test_an_order_column_holds_numbers(read_long: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"The order column holds 'b'.*column 'nr', row 3"):
        read_long("case,activity,time,nr\na,x,2024-01-01,1\na,y,2024-01-01,b\n", tail='order = "nr"\n')


def test_a_running_total_becomes_what_each_event_added(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,paid\n"
        "a,bill,2024-01-01,0\na,pay,2024-01-02,35.00\na,remind,2024-01-03,\na,pay,2024-01-04,57.00\n"
        "b,pay,2024-01-01,10\nb,pay,,99\nb,pay,2024-01-02,15\n",
        tail="[sources.attributes]\n"
        'payment = { column = "paid", type = "money", level = "event", cumulative = true }\n'
        'total = { column = "paid", type = "money", level = "case", take = "last" }\n',
    )
    assert found.rows(f"SELECT payment FROM {found.log.events.get_name()} ORDER BY case_id, time") == [
        (Decimal(0),),
        (Decimal(35),),
        (None,),
        (Decimal(22),),
        (Decimal(10),),
        (Decimal(5),),
    ]
    assert found.cases() == [("a", Decimal(57)), ("b", Decimal(15))]


def test_repeated_events_are_told_and_dropped_only_on_request(read_long: Callable) -> None:
    csv = "case,activity,time\na,x,2024-01-01\na,x,2024-01-01\na,x,2024-01-02\n"
    kept = read_long(csv)
    assert len(kept.events()) == 3
    assert (kept.finding("duplicate_events").count, kept.finding("duplicate_events").severity) == (1, "warn")
    dropped = read_long(csv, tail='duplicates = "drop"\n')
    assert len(dropped.events()) == 2
    assert dropped.log.accounting[0].dropped == {"duplicate": 1}
    assert "duplicate_events" not in dropped.rules()


def test_several_sources_stand_one_after_another(read: Callable) -> None:
    found = read(
        {
            "a.csv": "case,activity,time,v\n1,x,2024-01-01,p\n2,x,2024-01-01,q\n",
            "b.csv": "id;what;at;v\n1;y;2024-01-01;other\n3;y;2024-01-02;r\n",
        },
        '[[sources]]\nname = "a"\npath = "a.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
        'time = "time"\n[sources.attributes]\nv = { column = "v", type = "cat", level = "case" }\n'
        '[[sources]]\nname = "b"\npath = "b.csv"\nkind = "events"\ncase = "id"\nactivity = "what"\n'
        'time = "at"\n[sources.attributes]\nv = { column = "v", type = "cat", level = "case" }\n',
    )
    assert found.events("case_id", "activity", "src_order") == [
        ("1", "x", 0),
        ("2", "x", 1),
        ("1", "y", 2),
        ("3", "y", 3),
    ]
    assert found.cases() == [("1", "p"), ("2", "q"), ("3", "r")]
    assert [one.source for one in found.log.accounting] == ["a", "b"]


def test_an_undecided_time_blocks_and_drops_nothing_in_silence(read_long: Callable) -> None:
    csv = "case,activity,time\na,x,3/4/2013\na,y,5/6/2013\n"
    found = read_long(csv)
    asked = found.finding("ambiguous_date")
    assert asked.severity == "block"
    assert "'3/4/2013' in row 2 is 3 April 2013 (day first) or 4 March 2013 (month first)" in asked.message
    assert '"time" = "%d/%m/%Y" or "time" = "%m/%d/%Y"' in asked.remedy
    assert [one["format"] for one in asked.data["readings"]] == ["%d/%m/%Y", "%m/%d/%Y"]
    assert found.log.accounting[0].dropped == {"undecided_time": 2}
    answered = read_long(csv, tail='[sources.formats]\ntime = "%m/%d/%Y"\n')
    assert "ambiguous_date" not in answered.rules()
    assert [str(day) for (day,) in answered.events("day")] == ["2013-03-04", "2013-05-06"]


def test_a_declared_format_is_kept_to(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time\na,x,31/12/2013\na,y,12/31/2013\n", tail='[sources.formats]\ntime = "%d/%m/%Y"\n'
    )
    assert len(found.events()) == 1
    assert found.finding("unparseable_date").data["values"] == [{"value": "12/31/2013", "row": 3}]


@pytest.mark.parametrize("fmt", ["dd/mm/yyyy", "%d/%m/%Q", "1,234.56"])
def test_a_format_that_is_none_is_refused(read_long: Callable, fmt: str) -> None:
    with pytest.raises(WorkbenchError, match=r"is no date format|is a number format"):
        read_long(
            "case,activity,time\na,x,31/12/2013\nb,x,1/1/2013\n", tail=f'[sources.formats]\ntime = "{fmt}"\n'
        )


def test_people_can_be_left_out(read_long: Callable) -> None:
    found = read_long(CSV, head="", tail='resource = "who"\n[sources.attributes]\n')
    hidden = read_long(CSV, head='[privacy]\nresources = "drop"\n', tail='resource = "who"\n')
    assert {who for (who,) in found.events("resource")} == {"Ann", "Bob", None}
    assert {who for (who,) in hidden.events("resource")} == {None}


def test_an_attribute_of_both_levels_stands_twice(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,owner\nd,x,2024-01-01,Ann\nd,y,2024-01-02,Bob\n",
        process="lead-to-cash",
        tail='[sources.attributes]\nsales_rep = "owner"\n',
    )
    assert [(one.name, one.level) for one in found.log.attributes] == [
        ("sales_rep", "event"),
        ("sales_rep", "case"),
    ]
    assert found.events("sales_rep") == [("Ann",), ("Bob",)]


def test_the_extraction_day_is_known(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,taken\na,x,2024-01-01,2024-02-03 23:30\na,y,2024-01-02,2024-02-03 23:30\n",
        process="credit-collections",
        tail='[sources.attributes]\nlast_data_update = "taken"\n',
    )
    assert found.log.last_update == date(2024, 2, 3)
    assert read_long(CSV).log.last_update is None
