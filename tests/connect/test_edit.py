"""Editing a mapping: what is said changes project.toml, all else in it stays, and nothing half is written."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.connect.changes import Change, changed
from workbench.connect.edit import ColumnLine, SourceLines, lines_of, save
from workbench.connect.new import new_project
from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.project import load_project
from workbench.template import load_template
from workbench.widgets.mapping import MappingEditor

TEMPLATE = load_template("credit-collections")
EVENTS = """Invoice No,Step,When,Handled by,Area
1,Invoice Generated,2026-01-01 10:00,ann,north
1,RELANCE 1,2026-02-01 10:00,bob,north
1,Paiement perdu,2026-03-01 10:00,bob,north
2,Invoice Generated,2026-01-02 10:00,ann,south
"""
CUSTOMERS = "Invoice No,Customer Region\n1,North\n2,South\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    new_project(
        tmp_path / "project",
        process="credit-collections",
        sources=[tmp_path / "events.csv", tmp_path / "customers.csv"],
    )
    return tmp_path / "project"


@pytest.fixture
def seen(folder: Path) -> Callable[[], dict[str, SourceLines]]:
    return lambda: {line.name: line for line in lines_of(load_project(folder), TEMPLATE)}


def text_of(folder: Path) -> str:
    return (folder / "project.toml").read_text(encoding="utf-8")


def test_every_column_is_shown_with_its_first_values_its_meaning_and_why(seen: Callable) -> None:
    columns = {line.name: line for line in seen()["events"].columns}
    assert list(columns) == ["Invoice No", "Step", "When", "Handled by", "Area"]
    assert columns["Invoice No"].samples == ("1", "2")
    assert columns["Handled by"].samples == ("ann", "bob")
    assert columns["Invoice No"].field == "role:case"
    assert columns["When"].field == "role:time"
    proposed = columns["Invoice No"].proposed[0]
    assert (proposed.name, proposed.score > 0.9, bool(proposed.reason)) == ("case", True, True)


def test_every_text_of_an_activity_is_shown_with_its_rows(seen: Callable) -> None:
    labels = {line.text: line for line in seen()["events"].labels}
    assert labels["Invoice Generated"].rows == 2
    assert labels["Invoice Generated"].activity == "invoice_generated"
    assert labels["Paiement perdu"].activity is None


def test_a_field_an_activity_and_their_questions_are_answered(folder: Path, seen: Callable) -> None:
    save(
        folder,
        [
            Change("events", "label", "Paiement perdu", "payment_received"),
            Change("events", "field", "Handled by", "role:resource"),
        ],
        TEMPLATE,
    )
    lines = seen()["events"]
    assert {line.text: line.activity for line in lines.labels}["Paiement perdu"] == "payment_received"
    assert {line.name: line.field for line in lines.columns}["Handled by"] == "role:resource"
    assert not [line for line in text_of(folder).splitlines() if "TODO" in line and "Paiement perdu" in line]


def test_all_else_stays_as_it_was_written(folder: Path) -> None:
    path = folder / "project.toml"
    path.write_text(text_of(folder) + "\n# my own note\n[policy]\nreview_days = 7 # mine\n", encoding="utf-8")
    before = text_of(folder)
    assert save(folder, [Change("events", "field", "Area", None)], TEMPLATE) == before
    lost = [line for line in before.splitlines() if line not in text_of(folder).splitlines()]
    assert all("Area" in line for line in lost)
    assert "# my own note" in text_of(folder)


def test_a_field_that_moves_to_another_column_leaves_the_first(folder: Path, seen: Callable) -> None:
    save(folder, [Change("events", "field", "Area", "region")], TEMPLATE)
    save(folder, [Change("events", "field", "Handled by", "region")], TEMPLATE)
    fields = {line.name: line.field for line in seen()["events"].columns}
    assert (fields["Handled by"], fields["Area"]) == ("region", None)


def test_a_field_of_ones_own_keeps_its_type(folder: Path) -> None:
    own = {"type": "cat", "level": "event"}
    save(folder, [Change("events", "field", "Area", "my_area", own)], TEMPLATE)
    events = tomllib.loads(text_of(folder))["sources"][0]
    assert events["attributes"]["my_area"] == {"column": "Area", **own}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("events", "field", "When", None), "time"),
        (Change("events", "label", "RELANCE 1", "reminded"), "Unknown activity 'reminded'"),
        (Change("invoices", "field", "When", None), "Unknown source 'invoices'"),
    ],
)
def test_what_could_not_be_read_is_not_written(folder: Path, change: Change, said: str) -> None:
    before = text_of(folder)
    with pytest.raises(WorkbenchError, match=said):
        save(folder, [change], TEMPLATE)
    assert text_of(folder) == before


WIDE = """[[sources]]
name = "invoices"
path = "invoices.csv"
kind = "cases"
case = "Id"
[sources.attributes]
due_date = "Due"
[sources.events]
invoice_generated = "Created"
# TODO payment_received = "Paid"  # its name is like it
payment_promised = ["Promise 1", "Promise 2"]
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("invoices", "event", "Paid", "payment_received"), {"payment_received": "Paid"}),
        (Change("invoices", "event", "Promise 2", None), {"payment_promised": "Promise 1"}),
        (Change("invoices", "event", "Promise 3", "payment_promised"),
         {"payment_promised": ["Promise 1", "Promise 2", "Promise 3"]}),
        (Change("invoices", "event", "Created", "invoice_sent"), {"invoice_sent": "Created"}),
    ],
)  # fmt: skip
def test_events_of_date_columns(change: Change, expected: dict[str, object]) -> None:
    after = changed(WIDE, [change])
    events = tomllib.loads(after)["sources"][0]["events"]
    assert {name: events[name] for name in expected} == expected
    assert ("TODO" in after) == (change.key != "Paid")
    if change.key == "Created":
        assert "invoice_generated" not in events


def test_a_key_that_is_the_same_is_accepted_and_taken_back() -> None:
    text = '[[sources]]\nname = "c"\nkind = "lookup"\n# TODO same = { "GTXPro" = "GTX Pro" }  # nearly\n'
    after = changed(text, [Change("c", "same", "GTXPro", "GTX Pro")])
    assert tomllib.loads(after)["sources"][0]["same"] == {"GTXPro": "GTX Pro"}
    assert "TODO" not in after
    again = changed(after, [Change("c", "same", "GTXPro", None)])
    assert tomllib.loads(again)["sources"][0]["same"] == {}


REMARK = "Mrs Obermeyer rang twice since her husband is ill and they cannot pay before the summer"
PRIVATE = """
[privacy]
resources = "drop"
[privacy.columns]
"Area" = "pseudonymise"
customer_id = { letters = 2 }
"""


def private(folder: Path, privacy: str) -> dict[str, dict[str, ColumnLine]]:
    """The columns of a project whose log has remarks and whose customers have names, with what it says of privacy."""
    sources = folder.parent
    head, *rows = EVENTS.splitlines()
    remarks = [f"{row},{REMARK} {number}" for number, row in enumerate(rows)]
    (sources / "events.csv").write_text("\n".join([f"{head},Remark", *remarks]), encoding="utf-8")
    (sources / "customers.csv").write_text(
        "Invoice No,Name,birth\n1,Zyxanthus,1970-02-03\n", encoding="utf-8"
    )
    new_project(
        folder,
        process="credit-collections",
        sources=[sources / "events.csv", sources / "customers.csv"],
        mapping={"resource": "Handled by", "customer_id": "Name"},
        force=True,
    )
    with open(folder / "project.toml", "a", encoding="utf-8") as file:
        file.write(privacy)
    return {
        line.name: {column.name: column for column in line.columns}
        for line in lines_of(load_project(folder), TEMPLATE)
    }


def test_values_that_the_project_does_not_keep_are_not_shown(folder: Path) -> None:
    found = private(folder, PRIVATE)
    hidden = {name for columns in found.values() for name, line in columns.items() if line.hidden}
    assert hidden == {"Area", "Handled by", "Name", "Remark"}
    assert all(line.samples == () for columns in found.values() for line in columns.values() if line.hidden)
    assert found["events"]["Step"].samples[0] == "Invoice Generated"


def test_free_text_is_shown_where_the_project_keeps_it(folder: Path) -> None:
    assert private(folder, "")["events"]["Remark"].hidden
    kept = private(folder, '[privacy.columns]\nRemark = "keep"\n')
    assert kept["events"]["Remark"].samples == (f"{REMARK} 0", f"{REMARK} 1", f"{REMARK} 2")


def test_where_privacy_names_what_is_not_there_nothing_is_shown(folder: Path) -> None:
    found = private(folder, '[privacy.columns]\nAera = "drop"\n')
    assert all(line.hidden and not line.samples for columns in found.values() for line in columns.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "hidden for privacy"),
        ("fr", "masqué par confidentialité"),
        ("es", "oculto por privacidad"),
        ("zh", "因隐私保护而隐藏"),
    ],
)
def test_the_editor_says_that_values_are_hidden(folder: Path, language: str, words: str) -> None:
    private(folder, PRIVATE)
    editor = MappingEditor(folder, TEMPLATE, Speech(language), attribute=str, activity=str)
    editor.begin.click()
    said = str(all_texts(editor.widget))
    assert said.count(words) == 4
    assert not [secret for secret in ("Obermeyer", "north", "bob", "Zyxanthus") if secret in said]


def all_texts(widget: Any) -> list[str]:
    """What a widget and all within it say."""
    own = [str(getattr(widget, name, "")) for name in ("value", "description", "options")]
    return own + [text for child in getattr(widget, "children", ()) for text in all_texts(child)]


def test_no_question_quotes_free_text(tmp_path: Path) -> None:
    lines = [f"{case},2026-01-{case + 1:02},{REMARK} {case}\n" for case in range(1, 9)]
    (tmp_path / "log.csv").write_text("Invoice No,When,Activity\n" + "".join(lines), encoding="utf-8")
    new_project(
        tmp_path / "project",
        process="credit-collections",
        sources=[tmp_path / "log.csv"],
        mapping={"activity": "Activity"},
    )
    text = text_of(tmp_path / "project")
    assert "Obermeyer" not in text
    assert "TODO the texts of 'Activity' are long and rarely repeat: 8 of them are not quoted" in text
