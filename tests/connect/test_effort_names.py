"""What an activity costs, said by the names that the project's own sources have for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb

PROJECT = """
format = 1
process = "credit-collections"
name = "Mahnwesen"
time_zone = "UTC"
currency = "EUR"
as_of = "2026-04-30"

[privacy]
least = 1

[[sources]]
name = "rechnungen"
path = "rechnungen.csv"
kind = "events"
case = "Rechnung"
activity = "Schritt"
time = "Zeit"

[sources.attributes]
is_automated = "Automatisch"

[sources.activities]
"Rechnung erstellt" = "invoice_generated"
"Mahnung" = "overdue_reminder_sent"
"Anruf" = "collection_call_made"

[[sources]]
name = "activity_costs"
path = "kosten.csv"
kind = "table"

[sources.attributes]
activity_name = "Schritt"
activity_minutes = "Minuten"
cost_rate_per_hour = "Satz"
"""
EVENTS = """Rechnung,Schritt,Zeit,Automatisch
A,Rechnung erstellt,2026-01-05 09:00,false
A,Mahnung,2026-02-05 09:00,false
A,Anruf,2026-02-12 09:00,false
A,Rückfrage,2026-02-13 09:00,false
"""


@pytest.mark.parametrize(
    ("mahnung", "anruf"),
    [
        ("Mahnung", "ANRUF"),  # the texts of the source, however they are spelt
        ("overdue_reminder_sent", "Collection Call Made"),
        ("Relance envoyée", "催收电话"),
    ],
)
def test_costs_by_the_names_of_the_source(tmp_path: Path, mahnung: str, anruf: str) -> None:
    """30 minutes at 60 an hour, 10 at 60, and 5 at 60 for an activity that only this project has: 45 euros."""
    (tmp_path / "project.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "rechnungen.csv").write_text(EVENTS, encoding="utf-8")
    costs = f"Schritt,Minuten,Satz\n{mahnung},30,60\n{anruf},10,60\nRückfrage,5,60\n"
    (tmp_path / "kosten.csv").write_text(costs, encoding="utf-8")
    (found,) = wb.open(tmp_path).kpi_records(["CC42"])
    assert (found["value"], found["n"], found["currency"]) == (45.0, 3, "EUR")
