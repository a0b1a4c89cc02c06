"""What a text of the activity column means: conditions, values that it tells, and second events on the same row."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from workbench.connect.new import new_project
from workbench.errors import WorkbenchError

PAYMENTS = """case,activity,time,state,posted,amount
1,Invoice Generated,2026-01-01 10:00,,,100
1,Payment,2026-02-01 10:00,open,2026-02-03 09:00,60
1,Payment,2026-02-05 10:00,applied,,40
1,RELANCE 2,2026-01-20 10:00,,,
2,Rappel,2026-01-21 10:00,,,
"""


def told(found: object) -> list[tuple[object, ...]]:
    return found.events("case_id", "activity", "time")  # type: ignore[attr-defined]


def test_payment_posted_is_told_from_payment_received_by_a_column(read_long: Callable) -> None:
    found = read_long(
        PAYMENTS,
        process="credit-collections",
        tail="""
[sources.activities]
"Invoice Generated" = "invoice_generated"
Payment = [{ activity = "payment_posted", when = { state = "applied" } }, "payment_received"]
""",
    )
    assert ("1", "payment_received", datetime(2026, 2, 1, 10)) in told(found)
    assert ("1", "payment_posted", datetime(2026, 2, 5, 10)) in told(found)


def test_one_record_tells_both_events_of_a_payment(read_long: Callable) -> None:
    found = read_long(
        PAYMENTS,
        process="credit-collections",
        tail="""
[sources.also]
payment_posted = { of = "payment_received", column = "posted" }
[sources.activities]
"Invoice Generated" = "invoice_generated"
Payment = "payment_received"
[sources.attributes]
payment_amount = "amount"
""",
    )
    rows = found.events("activity", "time", "payment_amount", "src_order")
    assert [(row[0], row[1], row[2]) for row in rows if str(row[0]).startswith("payment")] == [
        ("payment_received", datetime(2026, 2, 1, 10), 60),
        ("payment_posted", datetime(2026, 2, 3, 9), 60),
        ("payment_received", datetime(2026, 2, 5, 10), 40),
    ]
    assert len({row[3] for row in rows}) == len(rows)
    (accounted,) = found.log.accounting
    assert (accounted.rows_in, accounted.rows_kept, accounted.events) == (5, 5, 6)


def test_the_same_time_tells_both(read_long: Callable) -> None:
    found = read_long(
        PAYMENTS,
        process="credit-collections",
        tail="""
[sources.also]
payment_posted = { of = "payment_received", same = true }
[sources.activities]
Payment = "payment_received"
""",
    )
    payments = [row for row in told(found) if str(row[1]).startswith("payment")]
    assert [(row[1], row[2].day) for row in payments] == [
        ("payment_received", 1), ("payment_posted", 1), ("payment_received", 5), ("payment_posted", 5),
    ]  # fmt: skip


def test_a_text_tells_the_level_of_a_reminder(read_long: Callable) -> None:
    found = read_long(
        PAYMENTS,
        process="credit-collections",
        tail="""
[sources.activities]
"RELANCE 2" = { activity = "overdue_reminder_sent", set = { dunning_level = 2 } }
Rappel = "overdue_reminder_sent"
""",
    )
    rows = found.events("activity", "dunning_level")
    assert [row[1] for row in rows if row[0] == "overdue_reminder_sent"] == [2, None]


def test_a_column_counts_before_the_text(read_long: Callable) -> None:
    csv = "case,activity,time,level\n1,RELANCE 2,2026-01-01,3\n1,RELANCE 2,2026-01-02,\n"
    found = read_long(
        csv,
        process="credit-collections",
        tail="""
[sources.activities]
"RELANCE 2" = { activity = "overdue_reminder_sent", set = { dunning_level = 2 } }
[sources.attributes]
dunning_level = "level"
""",
    )
    assert [row[0] for row in found.events("dunning_level")] == [3, 2]


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ('[sources.also]\npayment_posted = { of = "payment_received" }\n', "by `column` or by `same = true`"),
        ('[sources.also]\npayment_psted = { of = "payment_received", same = true }\n', "payment_psted"),
        ('[sources.also]\npayment_posted = { of = "payment_received", column = "Postd" }\n', "Postd"),
        (
            '[sources.activities]\nRappel = { activity = "overdue_reminder_sent", set = { dunning_level = "x" } }\n',
            "is a number",
        ),
        (
            '[sources.activities]\nRappel = { activity = "overdue_reminder_sent", set = { dunning_levl = 1 } }\n',
            "dunning_levl",
        ),
    ],
)
def test_a_mistake_is_named(read_long: Callable, tail: str, said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        read_long(PAYMENTS, process="credit-collections", tail=tail)


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("RELANCE 1", 1), ("Reminder Level 3", 3), ("Second Reminder", 2), ("Troisième relance", 3),
        ("Primer recordatorio", 1), ("第二次催款", 2), ("Mise en demeure", None),
    ],
)  # fmt: skip
def test_a_level_in_a_label_is_proposed(tmp_path: Path, label: str, level: int | None) -> None:
    rows = f"invoice_number,activity_name,event_time\n1,Invoice Generated,2026-01-01\n1,{label},2026-02-01\n"
    (tmp_path / "log.csv").write_text(rows, encoding="utf-8")
    new_project(tmp_path / "project", process="credit-collections", sources=[tmp_path / "log.csv"])
    source = tomllib.loads((tmp_path / "project" / "project.toml").read_text(encoding="utf-8"))["sources"][0]
    meant = source["activities"][label]
    assert meant == (
        "overdue_reminder_sent"
        if level is None
        else {"activity": "overdue_reminder_sent", "set": {"dunning_level": level}}
    )


def test_a_posting_date_on_the_row_of_a_payment_is_asked_about_and_never_applied(tmp_path: Path) -> None:
    rows = (
        "invoice_number,activity_name,event_time,Payment Posting Date\n"
        "1,Invoice Generated,2026-01-01,\n1,Payment Received,2026-02-01,2026-02-03\n"
    )
    (tmp_path / "log.csv").write_text(rows, encoding="utf-8")
    new_project(tmp_path / "project", process="credit-collections", sources=[tmp_path / "log.csv"])
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    assert "also" not in tomllib.loads(text)["sources"][0]
    (asked,) = [line for line in text.splitlines() if "TODO also.payment_posted" in line]
    answered = text.replace(asked, asked.partition("TODO ")[2].partition("  #")[0])
    assert tomllib.loads(answered)["sources"][0]["also"]["payment_posted"] == {
        "of": "payment_received",
        "column": "Payment Posting Date",
    }
