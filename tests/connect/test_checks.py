"""Each check finds the fault put into a log, says it with its first rows, and is silent on the log without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.connect.checks.outliers import far_beyond

FIRST = date(2024, 1, 1)

LONG = (
    '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
    'time = "time"\n'
)
PAID = (
    '[sources.attributes]\ninvoice_amount = "amount"\ncurrency = "cur"\ncustomer_id = "customer"\n'
    'due_date = "due"\ninvoice_date = "made"\n'
)
INVOICES = (
    '[[sources]]\nname = "inv"\npath = "inv.csv"\nkind = "cases"\ncase = "id"\n'
    + PAID
    + '[sources.events]\ninvoice_generated = "made"\npayment_received = "paid"\ninvoice_settled = "settled"\n'
)
HEADER = "id,made,due,paid,settled,amount,cur,customer\n"


def invoice(number: int, **other: object) -> dict[str, object]:
    """One of many invoices of a company in good order, five or so a day, each paid and settled."""
    made = FIRST + timedelta(days=number // 5)
    plain = {
        "id": f"i{number:04d}",
        "made": f"{made} 09:{number % 60:02d}:11",
        "due": made + timedelta(days=30),
        "paid": f"{made + timedelta(days=20 + number % 7)} 11:{number % 60:02d}:17",
        "settled": f"{made + timedelta(days=27 + number % 7)} 15:{number % 59:02d}:23",
        "amount": f"{100 + number % 90}.50",
        "cur": "EUR",
        "customer": f"c{number % 40:03d}",
    }
    return plain | other


def table(rows: list[dict[str, object]]) -> str:
    return HEADER + "".join(",".join(str(value) for value in row.values()) + "\n" for row in rows)


@pytest.fixture
def check(read: Callable) -> Callable:
    """Reads 600 invoices in good order after something was done to them."""

    def checking(
        change: Callable[[int], dict[str, object]] = lambda number: {}, *, toml: str = "", head: str = ""
    ):
        rows = [invoice(number, **change(number)) for number in range(600)]
        return read(
            {"inv.csv": table(rows)},
            f'time_zone = "UTC"\nas_of = 2024-07-01\n{head}{INVOICES}{toml}',
            process="credit-collections",
        )

    return checking


def test_a_log_in_good_order_is_told_only_what_it_lacks(check: Callable) -> None:
    assert check().rules() == {"expected_activities"}


def test_activities_that_never_occur(check: Callable) -> None:
    found = check().finding("expected_activities")
    assert found.severity == "note"
    assert "invoice_sent" in found.data["activities"]
    assert "invoice_generated" not in found.data["activities"]


def test_a_column_declared_to_give_an_activity_gives_none(check: Callable) -> None:
    found = check(lambda n: {"settled": ""}).finding("empty_activity")
    assert found.message == "'invoice_settled' is declared to come from 'settled' and no row gives one"


# ---------------------------------------------------------------------- dates
def test_many_events_after_today_block_and_later_than_a_chosen_day_warn(check: Callable) -> None:
    ahead = lambda n: {"paid": "2199-05-0" + str(1 + n % 9) + " 10:00:01"} if n % 5 == 0 else {}  # noqa: E731
    found = [one for one in check(ahead).log.findings if one.rule == "future_date"]
    assert [(one.severity, one.data["attribute"]) for one in found] == [("block", "time")]
    assert found[0].rows[0] == {"case": "i0000", "value": "2199-05-01"}
    assert len(found[0].rows) == 5
    known = check(head="").log.findings
    assert "future_date" not in {one.rule for one in known}


def test_events_after_a_chosen_as_of_day_are_told_and_never_block(read: Callable) -> None:
    rows = [invoice(number) for number in range(600)]
    toml = f'time_zone = "UTC"\nas_of = 2024-02-01\n{INVOICES}'
    found = read({"inv.csv": table(rows)}, toml, process="credit-collections")
    severities = {one.severity for one in found.log.findings if one.rule == "future_date"}
    assert severities == {"warn"}


def test_an_own_date_that_is_old_does_not_block(read: Callable) -> None:
    rows = [invoice(number) for number in range(60)]
    csv = (
        table(rows)
        .replace("customer\n", "customer,born\n")
        .replace("\n", ",1961-02-03\n")
        .replace("customer,born,1961-02-03", "customer,born")
    )
    own = '[sources.attributes]\nborn = { column = "born", type = "date", level = "case" }\n'
    found = read(
        {"inv.csv": csv},
        f'time_zone = "UTC"\nas_of = 2024-07-01\n{INVOICES.replace("[sources.attributes]" + chr(10), own)}',
        process="credit-collections",
    ).finding("ancient_date")
    assert (found.severity, found.count, found.share) == ("warn", 60, 1.0)


def test_marks_for_never_are_said_as_such(check: Callable) -> None:
    found = check(lambda n: {"due": "9999-12-31"} if n % 100 == 7 else {}).finding("sentinel_date")
    assert (found.severity, found.count) == ("note", 6)
    assert found.rows[0] == {"row": 9, "value": "9999-12-31"}


def test_swapped_day_and_month_are_recognised(check: Callable) -> None:
    """Every 50th due date with a day that can be a month is written the American way round."""

    def swapped(number: int) -> dict[str, object]:
        due = FIRST + timedelta(days=number // 5 + 30)
        swap = number % 10 == 0 and due.day <= 12 and due.day < due.month
        return {"due": f"{due.year}-{due.day:02d}-{due.month:02d}"} if swap else {}

    found = check(swapped).finding("due_before_invoice")
    assert found.severity == "warn"
    assert found.data["swapped"] == found.count > 2
    assert found.data["swapped_column"] == "due_date"
    assert found.remedy.startswith("Day and month are exchanged in 'due_date'")
    assert found.remedy.endswith("a format would exchange the others of the column, too")


def test_the_line_that_reads_a_column_the_other_way_round_mends_it(tmp_path: Path) -> None:
    """The whole column is year-day-month: the remedy's line, written as it is told, takes the finding away."""
    rows = [f"i{n},2024-0{4 + n % 3}-0{4 + n % 5},2024-0{1 + n % 2}-0{5 + n % 3},100" for n in range(20)]
    (tmp_path / "inv.csv").write_text("id,made,Due on,amount\n" + "\n".join(rows) + "\n", encoding="utf-8")
    said = """
format = 1
process = "credit-collections"
as_of = 2024-12-31
[[sources]]
name = "inv"
path = "inv.csv"
kind = "cases"
case = "id"
[sources.attributes]
invoice_amount = "amount"
due_date = "Due on"
[sources.events]
invoice_generated = "made"
"""
    (tmp_path / "project.toml").write_text(said, encoding="utf-8")
    [found] = [one for one in wb.open(tmp_path).finding_list() if one.rule == "due_before_invoice"]
    line = '"Due on" = "%Y-%d-%m"'
    assert line in str(found.remedy)
    (tmp_path / "project.toml").write_text(f"{said}[sources.formats]\n{line}\n", encoding="utf-8")
    assert "due_before_invoice" not in [one.rule for one in wb.open(tmp_path).finding_list()]


def test_due_dates_of_another_kind_of_wrong_are_not_called_swapped(check: Callable) -> None:
    found = check(lambda n: {"due": "2023-01-31"} if n % 50 == 0 else {}).finding("due_before_invoice")
    assert "swapped" not in found.data


# ---------------------------------------------------------------------- order
def test_what_comes_before_what_it_follows(check: Callable) -> None:
    early = lambda n: {"paid": FIRST + timedelta(days=n // 5 - 3)} if n % 15 == 0 else {}  # noqa: E731
    found = check(early).finding("order_inverted")
    assert (found.severity, found.count) == ("warn", 40)
    assert found.data["pairs"][0] == {
        "earlier": "invoice_generated",
        "later": "payment_received",
        "cases": 40,
        "with_both": 600,
    }
    assert found.rows[0] == {"case": "i0000"}


# ---------------------------------------------------------------------- times
def test_no_time_of_day_in_one_column_only(check: Callable) -> None:
    day = lambda n: {"paid": FIRST + timedelta(days=n // 5 + 20)}  # noqa: E731
    found = check(day).finding("midnight_only")
    assert (found.severity, found.count, found.data["activities"]) == ("warn", 600, ["payment_received"])


def test_no_time_of_day_at_all_is_a_note(check: Callable) -> None:
    day = lambda n: {  # noqa: E731
        "made": FIRST + timedelta(days=n // 5),
        "paid": FIRST + timedelta(days=n // 5 + 20),
        "settled": FIRST + timedelta(days=n // 5 + 40),
    }
    found = check(day).finding("midnight_only")
    assert (found.severity, found.share) == ("note", 1.0)


@pytest.mark.parametrize("mark", ["", "Z"])
def test_local_midnights_written_in_utc(check: Callable, mark: str) -> None:
    """Days of Paris, exported in UTC: 23:00 the day before in winter, 22:00 in summer."""

    def utc(number: int) -> dict[str, object]:
        day = datetime.combine(FIRST + timedelta(days=number // 5 + 20), datetime.min.time())
        summer = datetime(2024, 3, 31) < day
        return {"paid": (day - timedelta(hours=2 if summer else 1)).isoformat() + mark}

    found = check(utc).finding("shifted_times")
    assert (found.severity, found.count, found.data["time_zone"]) == ("warn", 600, "Europe/Paris")
    assert "22:00, 23:00" in found.message


def test_times_that_are_always_at_one_hour_of_no_zone_are_no_shift(check: Callable) -> None:
    noon = lambda n: {"paid": f"{FIRST + timedelta(days=n // 5 + 20)} 12:10:00"}  # noqa: E731
    assert "shifted_times" not in check(noon).rules()


def test_many_cases_in_one_second_are_a_batch(check: Callable) -> None:
    run = lambda n: {"settled": "2024-05-31 02:00:00"} if n < 90 else {}  # noqa: E731
    found = check(run).finding("batch_times")
    assert (found.severity, found.count) == ("note", 90)
    assert found.data["runs"] == [
        {"activity": "invoice_settled", "time": "2024-05-31 02:00:00", "events": 90}
    ]


def test_times_to_the_hour_are_no_batches(check: Callable) -> None:
    """A system that knows hours only has many events in each of few seconds, and none is unusual."""
    hours = lambda n: {  # noqa: E731
        name: f"{FIRST + timedelta(days=n // 120 + k)} 1{n % 8}:00:00"
        for k, name in enumerate(("made", "paid", "settled"))
    }
    assert "batch_times" not in check(hours).rules()


# ---------------------------------------------------------------------- the window
def test_a_month_without_payments(check: Callable) -> None:
    """The file of payments of March was not delivered."""

    def paid(number: int) -> dict[str, object]:
        day = FIRST + timedelta(days=number // 5 + 20)
        return {"paid": "" if day.month == 3 else f"{day} 11:00:{number % 60:02d}"}

    found = check(paid).finding("calendar_gap")
    assert found.data == {
        "activity": "payment_received",
        "gaps": [{"from": "2024-03-01", "to": "2024-03-31"}],
    }


def test_weekends_and_single_days_are_no_gaps(read_long: Callable) -> None:
    days = [FIRST + timedelta(days=k) for k in range(200)]
    worked = [day for day in days if day.isoweekday() < 6 and day.day != 17]
    csv = "case,activity,time\n" + "".join(
        f"{day}-{k},x,{day} 10:00:{k:02d}\n" for day in worked for k in range(6)
    )
    assert read_long(csv).rules() == set()


def test_cases_that_began_before_the_data(check: Callable) -> None:
    found = check(lambda n: {"made": ""} if n < 60 else {}).finding("begun_before")
    assert (found.severity, found.count, found.share) == ("note", 60, 0.1)
    assert found.rows[0]["case"] == "i0000"


def test_what_has_not_come_to_its_opening_is_not_cut(read: Callable) -> None:
    """A credit check without an invoice yet, and an order before its invoice."""
    csv = "case,activity,time\n" + "".join(
        f"{n},{what},2024-01-{day:02d} 10:00:{n:02d}\n"
        for n in range(40)
        for what, day in (("credit_assessed", 1), ("order_received", 2), ("invoice_generated", 3))[
            : 2 + n % 2
        ]
    )
    found = read({"log.csv": csv}, LONG + 'resource = "case"\n', process="credit-collections")
    assert "begun_before" not in found.rules()


def test_cases_that_no_event_ends(check: Callable) -> None:
    found = check(lambda n: {"settled": ""} if n >= 540 else {}).finding("open_at_end")
    assert (found.severity, found.count) == ("note", 60)


# ---------------------------------------------------------------------- money and ids
def test_several_currencies_are_noted(check: Callable) -> None:
    found = check(lambda n: {"cur": "USD"} if n % 4 == 0 else {}).finding("mixed_currencies")
    assert (found.severity, found.count) == ("note", 150)
    assert found.data["currencies"] == {"EUR": 450, "USD": 150}
    assert found.rows[0] == {"case": "i0000", "value": "USD"}


def test_one_amount_far_from_all_others(check: Callable) -> None:
    found = check(lambda n: {"amount": "99999999.00"} if n == 17 else {}).finding("outliers")
    assert (found.severity, found.count) == ("note", 1)
    assert found.rows == ({"case": "i0017", "value": "99999999.00"},)


def test_an_amount_that_is_small_in_its_own_currency_only(check: Callable) -> None:
    """Yen and euro are not measured by one measure."""

    def change(number: int) -> dict[str, object]:
        return {"cur": "JPY", "amount": 16000 + number} if number % 2 else {}

    assert "outliers" not in check(change).rules()


def test_one_case_that_takes_far_too_long(check: Callable) -> None:
    found = check(lambda n: {"settled": "2124-01-01 10:00:00"} if n == 3 else {})
    assert [one.rows[0]["case"] for one in found.log.findings if one.rule == "outliers"] == ["i0003"]


def test_one_customer_under_two_ids(check: Callable) -> None:
    found = check(lambda n: {"customer": ("00123", "123")[n % 2]}).finding("split_ids")
    assert (found.severity, found.count) == ("warn", 600)
    assert "'00123' and '123'" in found.message


def test_ids_that_differ_in_more_than_zeros_are_two(check: Callable) -> None:
    assert "split_ids" not in check(lambda n: {"customer": ("1-23", "12-3", "1230", "0")[n % 4]}).rules()


def test_keys_of_other_tables_that_no_case_has(read: Callable) -> None:
    rows = [invoice(number) for number in range(60)]
    toml = (
        f'time_zone = "UTC"\nas_of = 2024-07-01\n{INVOICES}'
        '[[sources]]\nname = "who"\npath = "who.csv"\nkind = "lookup"\nkey = "no"\nto = "customer"\n'
        '[sources.attributes]\nsize = { column = "size", type = "cat", level = "case" }\n'
        '[[sources]]\nname = "req"\npath = "req.csv"\nkind = "requests"\n'
        '[sources.attributes]\nrequest_id = "r"\ncustomer_id = "c"\n'
    )
    known = "".join(f"c{number:03d},small\n" for number in range(40))
    files = {
        "inv.csv": table(rows),
        "who.csv": f"no,size\n{known}c900,large\n",
        "req.csv": "r,c\n1,900\n2,901\n",
    }
    found = read(files, toml, process="credit-collections").log.findings
    orphans = {one.where: one for one in found if one.rule == "orphan_keys"}
    who, req = orphans["source 'who'"], orphans["source 'req'"]
    assert (who.severity, who.count, who.rows) == ("note", 1, ({"value": "c900"},))
    assert (req.severity, req.count) == ("warn", 2)
    assert req.message == "None of the 2 values of 'c' stands in the log: '900', '901'"


def test_a_table_may_have_keys_of_its_own(read: Callable) -> None:
    """Requests that were refused have no invoice: only when none has one is the key another."""
    rows = [invoice(number) for number in range(60)]
    toml = INVOICES + '[[sources]]\nname = "req"\npath = "req.csv"\nkind = "requests"\n[sources.attributes]\n'
    toml = toml.replace('customer_id = "customer"\n', 'request_id = { column = "customer", type = "id" }\n')
    own = toml + 'request_id = "r"\n'
    some = read(
        {"inv.csv": table(rows), "req.csv": "r,x\nc001,1\nc900,1\n"}, own, process="credit-collections"
    )
    assert "orphan_keys" not in some.rules()
    none = read(
        {"inv.csv": table(rows), "req.csv": "r,x\n9001,1\n9002,1\n"}, own, process="credit-collections"
    )
    assert none.finding("orphan_keys").severity == "warn"


# ---------------------------------------------------------------------- how it is measured
@given(
    st.lists(st.integers(-300, 900), min_size=20, max_size=80),
    st.integers(-5, 5),
)
def test_distance_is_measured_alike_whatever_the_unit(steps: list[int], tens: int) -> None:
    """Cents or euros, days or seconds: multiplying all by a power of ten moves every bound by as much."""
    from collections import Counter

    middle, high = far_beyond(Counter(steps))
    moved = far_beyond(Counter(step + 100 * tens for step in steps))
    assert moved == (middle + 100 * tens, high + 100 * tens)
    assert middle < high


def test_first_rows_are_at_most_five_and_stand_in_the_json(check: Callable) -> None:
    import json

    found = check(lambda n: {"made": "", "cur": "USD"} if n < 60 else {}).log.findings
    assert any(one.rows for one in found)
    for one in found:
        entry = json.loads(json.dumps(one.as_dict()))
        assert len(entry["rows"]) <= 5
        assert all(set(row) <= {"case", "row", "value"} for row in entry["rows"])
