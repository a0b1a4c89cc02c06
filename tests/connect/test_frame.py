"""A log straight from a frame or a file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from workbench.connect import read_frame
from workbench.errors import WorkbenchError
from workbench.template import load_template

FRAME = pd.DataFrame(
    {
        "Order": ["00123", "00123", "NA"],
        "Step": ["ask", "answer", "ask"],
        "At": pd.to_datetime(["2026-01-01 10:00", "2026-01-03 10:00", "2026-01-02 10:00"]),
        "Worth": [1.5, None, 2.5],
    }
)


def rows(log, what: str = "events", order: str = "src_order") -> list[tuple]:
    table = getattr(log, what).get_name()
    return [
        tuple(row) for row in log.backend.con.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
    ]


def test_a_frame_with_its_roles_said() -> None:
    log = read_frame(
        FRAME,
        load_template("any-process"),
        mapping={"case": "Order", "activity": "Step", "time": "At", "worth": "Worth"},
    )
    assert [row[:3] for row in rows(log)] == [
        ("00123", "ask", pd.Timestamp("2026-01-01 10:00").to_pydatetime()),
        ("00123", "answer", pd.Timestamp("2026-01-03 10:00").to_pydatetime()),
        ("NA", "ask", pd.Timestamp("2026-01-02 10:00").to_pydatetime()),
    ]
    assert {attribute.name for attribute in log.attributes} == {"worth"}
    assert list(FRAME.columns) == ["Order", "Step", "At", "Worth"]


def test_times_with_a_zone_are_instants() -> None:
    frame = FRAME.assign(At=FRAME["At"].dt.tz_localize("Europe/Paris"))
    log = read_frame(
        frame,
        load_template("any-process"),
        mapping={"case": "Order", "activity": "Step", "time": "At"},
        time_zone="Europe/Paris",
    )
    assert str(rows(log)[0][2]) == "2026-01-01 09:00:00"
    assert str(rows(log)[0][3]) == "2026-01-01"


def test_a_guess_is_not_enough_without_a_project() -> None:
    with pytest.raises(WorkbenchError, match=r"Which column is the case is not sure; it may be"):
        read_frame(
            FRAME.rename(columns={"Order": "Thing No"}).replace("NA", "7"),
            load_template("any-process"),
            mapping={"activity": "Step", "time": "At"},
        )


def test_a_wide_file_by_its_names(tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv"
    file.write_text(
        "invoiceNumber,InvoiceDate,SettledDate\n1,1/26/2013,3/3/2013\n2,1/2/2013,\n", encoding="utf-8"
    )
    log = read_frame(file, load_template("credit-collections"), currency="USD")
    assert [row[:2] for row in rows(log)] == [
        ("1", "invoice_generated"),
        ("1", "invoice_settled"),
        ("2", "invoice_generated"),
    ]


def test_a_date_column_said_to_record_an_activity() -> None:
    frame = pd.DataFrame(
        {"id": ["a", "b"], "begun": ["2024-01-01", "2024-01-02"], "done": ["2024-01-03", None]}
    )
    log = read_frame(
        frame,
        load_template("credit-collections"),
        mapping={"case": "id", "invoice_generated": "begun", "invoice_settled": "done"},
    )
    assert [row[:2] for row in rows(log)] == [
        ("a", "invoice_generated"),
        ("a", "invoice_settled"),
        ("b", "invoice_generated"),
    ]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["yes", "no", "yes"], "bool"),
        (["x", None, "x"], "bool"),
        (["oui", "Oui", "non"], "bool"),
        (["x", "y", "x"], "cat"),
        (["yes", "sí", "no"], "cat"),
        (["yes", "no", "maybe"], "cat"),
    ],
)
def test_a_yes_or_no_is_one_word_for_each(values: list[str | None], kind: str) -> None:
    frame = FRAME.assign(Mark=values)
    log = read_frame(
        frame, load_template("any-process"), mapping={"case": "Order", "activity": "Step", "time": "At"}
    )
    (mark,) = [attribute for attribute in log.attributes if attribute.label == "Mark"]
    assert mark.type == kind
