"""Findings: when each speaks, how loudly, and with what remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

INVOICES = (
    '[[sources]]\nname = "inv"\npath = "inv.csv"\nkind = "cases"\ncase = "id"\n'
    '[sources.attributes]\ninvoice_amount = "amount"\ninvoice_date = "made"\ndue_date = "due"\n'
    '[sources.events]\ninvoice_generated = "made"\n'
)


def invoices(read: Callable, rows: list[str], tail: str = "", head: str = 'currency = "EUR"\n'):
    csv = "id,made,due,amount\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows))
    return read({"inv.csv": csv}, head + INVOICES + tail, process="credit-collections")


def test_a_clean_log_has_nothing_to_say(read: Callable) -> None:
    found = invoices(read, ["2024-01-01,2024-01-31,10.00", "2024-01-02,2024-02-01,20.00"])
    assert found.rules() == set()
    assert found.finding("row_accounting").message == "inv: 2 rows in, 2 kept, which gave 2 events"


@pytest.mark.parametrize("never", ["9999-12-31", "9999-12-31 00:00:00", "9999-12-31T00:00:00", "0000-00-00"])
def test_never_is_no_moment(read: Callable, never: str) -> None:
    """What stands for never gives no event and no date, in whatever way the dates beside it are written."""
    rows = ["2024-01-01,2024-01-31,10.00,2024-02-05", f"2024-01-02,{never},20.00,{never}"]
    csv = "id,made,due,amount,paid\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows))
    found = read(
        {"inv.csv": csv},
        'currency = "EUR"\n' + INVOICES + 'payment_received = "paid"\n',
        process="credit-collections",
    )
    assert "future_date" not in found.rules()
    assert len(found.events("activity")) == 3
    assert [str(due) for (due,) in found.cases("due_date")] == ["2024-01-31", "None"]
    assert "sentinel_date" in found.rules()


@pytest.mark.parametrize(("wrong", "severity"), [(1, "warn"), (5, "block")])
def test_due_before_the_invoice(read: Callable, wrong: int, severity: str) -> None:
    rows = ["2024-02-01,2024-01-01,1.00"] * wrong + ["2024-01-01,2024-01-31,1.00"] * (100 - wrong)
    found = invoices(read, rows).finding("due_before_invoice")
    assert (found.severity, found.count, found.share) == (severity, wrong, wrong / 100)
    assert "first case '0': due 2024-01-01, begun 2024-02-01" in found.message


def test_due_before_the_event_where_no_date_is_mapped(read: Callable) -> None:
    found = read(
        {"inv.csv": "id,made,due,amount\n1,2024-02-01,2024-01-01,5.00\n"},
        INVOICES.replace('invoice_date = "made"\n', ""),
        process="credit-collections",
    ).finding("due_before_invoice")
    assert (found.severity, found.count) == ("block", 1)


def test_years_outside_the_plausible_ones(read: Callable) -> None:
    found = invoices(
        read,
        ["1970-01-01,2024-01-31,1.00", "2024-01-01,2199-01-31,1.00", "2024-01-01,2024-01-31,1.00"],
    )
    ancient = [one for one in found.log.findings if one.rule == "ancient_date"]
    assert {one.data["attribute"] for one in ancient} == {"time", "invoice_date"}
    assert all(one.count == 1 and "1970-01-01 (case '0')" in one.message for one in ancient)
    (future,) = [one for one in found.log.findings if one.rule == "future_date"]
    assert (future.data["attribute"], future.data["values"]) == ("due_date", ["2199-01-31"])


def test_the_plausible_years_are_the_projects(read: Callable) -> None:
    rows = ["1970-01-01,1970-01-31,1.00", "2024-01-01,2024-01-31,1.00"]
    assert "ancient_date" not in invoices(read, rows, tail="[period]\nfrom = 1960\n").rules()
    assert "future_date" in invoices(read, rows, tail="[period]\nfrom = 1960\nto = 2010\n").rules()


def test_money_without_a_currency(read: Callable) -> None:
    rows = ["2024-01-01,2024-01-31,1.00", "2024-01-01,2024-01-31,2.00"]
    note = invoices(read, rows, head="").finding("currency_unknown")
    assert note.severity == "note"


@pytest.mark.parametrize(("one", "other"), [("$", "€"), ("EUR ", "USD "), ("£", "€")])
def test_currencies_in_the_amounts_are_never_added_as_one(read: Callable, one: str, other: str) -> None:
    rows = [f'2024-01-0{1 + n},2024-02-01,"{other if n == 4 else one}1,20{n}.50"' for n in range(8)]
    found = invoices(read, rows).finding("mixed_currencies")
    assert (found.severity, found.count, found.share) == ("block", 1, 1 / 8)
    assert found.rows[1]["row"] == 6
    declared = invoices(read, rows, tail='[sources.formats]\namount = "1,234.56"\n')
    assert declared.finding("mixed_currencies").count == 1


def test_one_currency_in_the_amounts_is_no_news(read: Callable) -> None:
    rows = [
        f'2024-01-0{1 + n},2024-02-01,"{("€", "EUR ", "")[n % 3]}1,20{n}.50{(" EUR", "")[n % 2]}"'
        for n in (0, 1, 2, 3)
    ]
    assert "mixed_currencies" not in invoices(read, rows).rules()


def test_currencies_in_the_amounts_may_be_told_by_a_column(read: Callable) -> None:
    csv = "id,made,due,amount,cur\n1,2024-01-01,2024-01-31,$1.00,USD\n2,2024-01-01,2024-01-31,€2.00,EUR\n"
    toml = INVOICES.replace("[sources.events]", 'currency = "cur"\n[sources.events]')
    assert (
        read({"inv.csv": csv}, toml, process="credit-collections").finding("mixed_currencies").severity
        == "note"
    )


def test_codes_that_are_no_currency(read: Callable) -> None:
    found = read(
        {
            "inv.csv": "id,made,due,amount,cur\n1,2024-01-01,2024-01-31,1.00,EUR\n2,2024-01-01,2024-01-31,2.00,EURO\n"
        },
        INVOICES.replace("[sources.events]", 'currency = "cur"\n[sources.events]'),
        process="credit-collections",
    ).finding("currency_unknown")
    assert (found.severity, found.count) == ("warn", 1)
    assert "'EURO' (1)" in found.message


def test_a_lost_decimal_point(read: Callable) -> None:
    rows = "".join(f"{n},pay,2024-01-0{1 + n % 9},{350 + n}0,{350 + n}.0\n" for n in range(12))
    found = read(
        {"log.csv": "case,activity,time,pay,total\n" + rows},
        '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
        'time = "time"\n[sources.attributes]\npay = { column = "pay", type = "money", level = "event" }\n'
        'total = { column = "total", type = "money", level = "event" }\n',
    ).finding("decimal_point_lost")
    assert (found.severity, found.count) == ("warn", 12)
    assert "'pay' is exactly 10 times 'total' in 12 of 12 rows" in found.message


CENTS = [f"2024-01-0{1 + n % 9},2024-02-01,{1000 + 37 * n}.{10 + n}" for n in range(30)]


def test_some_amounts_without_their_decimal_point(read: Callable) -> None:
    rows = [row.replace(".", "") if n % 6 == 1 else row for n, row in enumerate(CENTS)]
    found = invoices(read, rows).finding("decimal_point_lost")
    assert (found.severity, found.count, found.share) == ("warn", 5, 5 / 30)
    assert [row["row"] for row in found.rows] == [3, 9, 15, 21, 27]


@pytest.mark.parametrize(
    "whole",
    [
        lambda n: f"{1003 + 37 * n}",  # as large as the others
        lambda n: f"{100_000 + 1000 * n}",  # large and round
    ],
)
def test_true_whole_amounts_are_none_of_them(read: Callable, whole: Callable[[int], str]) -> None:
    rows = [f"{row.rpartition(',')[0]},{whole(n)}" if n % 6 == 1 else row for n, row in enumerate(CENTS)]
    assert "decimal_point_lost" not in invoices(read, rows).rules()


def test_amounts_in_several_currencies_may_have_no_cents(read: Callable) -> None:
    rows = [row.replace(".", "") + ",JPY" if n % 6 == 1 else row + ",EUR" for n, row in enumerate(CENTS)]
    csv = "id,made,due,amount,cur\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows))
    toml = INVOICES.replace("[sources.events]", 'currency = "cur"\n[sources.events]')
    assert "decimal_point_lost" not in read({"inv.csv": csv}, toml, process="credit-collections").rules()


def test_a_few_amounts_that_another_column_contradicts(read: Callable) -> None:
    rows = [f"{row},{row.rpartition(',')[2]}" for row in CENTS]
    rows[4] = rows[4].replace(".", "", 1)
    rows[5] = rows[5].replace(".", "", 1)
    rows[6] = rows[6].replace(".", "", 1)
    csv = "id,made,due,amount,open\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows))
    toml = INVOICES.replace("[sources.events]", 'open_balance = "open"\n[sources.events]')
    found = read({"inv.csv": csv}, toml, process="credit-collections").finding("decimal_point_lost")
    assert "'amount' is exactly 100 times 'open' in 3 of 30 rows" in found.message


def test_ties_are_counted_with_what_decides_them(read_long: Callable) -> None:
    csv = "case,activity,time\na,x,2024-01-01\na,y,2024-01-01\na,z,2024-01-02\nb,x,2024-01-01\n"
    tied = read_long(csv).finding("tied_times")
    assert (tied.count, tied.share, tied.severity) == (2, 0.5, "warn")
    assert "the order of the source decides" in tied.message
    by_activity = read_long(csv, head='tie_order = "activities"\n').finding("tied_times")
    assert "the template's order of activities decides" in by_activity.message


def test_activities_told_in_several_rows(read: Callable) -> None:
    """Start and complete of one activity are two events; a single transition, or one each, is no news."""
    long = (
        '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
        'time = "time"\nlifecycle = "step"\n'
    )
    rows = "case,activity,time,step\na,x,2024-01-01,start\na,x,2024-01-02,complete\na,y,2024-01-03,complete\n"
    found = read({"log.csv": rows}, long).finding("several_lifecycle_steps")
    assert (found.severity, found.count, found.share) == ("warn", 2, 2 / 3)
    assert "'complete' (2), 'start' (1)" in found.message
    one_each = rows.replace("a,x,2024-01-02,complete\n", "")
    assert "several_lifecycle_steps" not in read({"log.csv": one_each}, long).rules()


def test_an_attribute_that_holds_nothing(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,v\na,x,2024-01-01,\nb,x,2024-01-01,\n",
        tail='[sources.attributes]\nv = { column = "v", type = "cat", level = "event" }\n',
    ).finding("empty_attribute")
    assert found.severity == "warn"


def test_a_column_without_one_date_blocks_only_where_events_need_it(read_long: Callable) -> None:
    assert read_long("case,activity,time\na,x,soon\nb,x,later\n").rules("block") == {
        "unparseable_date",
        "no_events",
    }
    found = read_long(
        "case,activity,time,v\na,x,2024-01-01,soon\nb,x,2024-01-01,later\n",
        tail='[sources.attributes]\nv = { column = "v", type = "date", level = "event" }\n',
    )
    assert found.rules("block") == set()
    assert found.finding("unparseable_date").severity == "warn"


def test_numbers_with_two_readings_block(read_long: Callable) -> None:
    csv = 'case,activity,time,v\na,x,2024-01-01,"1,234"\nb,x,2024-01-01,"2,345"\n'
    tail = '[sources.attributes]\nv = { column = "v", type = "money", level = "event" }\n'
    asked = read_long(csv, tail=tail).finding("ambiguous_number")
    assert asked.severity == "block"
    assert "'1,234' in row 2 is 1234 or 1.234" in asked.message
    answered = read_long(csv, tail=tail + '[sources.formats]\nv = "1.234,56"\n')
    assert [str(value) for (value,) in answered.events("v")] == ["1.234000", "2.345000"]


def test_every_finding_can_stand_in_the_json_list(read_long: Callable) -> None:
    import json

    found = read_long("case,activity,time\na,x,3/4/2013\na,x,5/6/2013\n,x,oops\n")
    entries = [one.as_dict() for one in found.log.findings]
    assert json.loads(json.dumps(entries)) == entries
    assert all({"rule", "severity", "count", "share", "message", "remedy"} <= set(one) for one in entries)
    assert all("\n" not in one["message"] for one in entries)
