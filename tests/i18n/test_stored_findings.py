"""What the data check said of a project can be said in another language when the project is opened again."""

from __future__ import annotations

from pathlib import Path

import workbench as wb
from workbench.i18n import Speech
from workbench.messages import Message

PROJECT = """
format = 1
process = "any-process"
[[sources]]
name = "tickets"
path = "tickets.csv"
kind = "events"
case = "id"
activity = "what"
time = "when"
[sources.attributes]
note = { column = "note", type = "cat", level = "case" }
"""
ROWS = """id,what,when,note
a,open,2026-01-01 08:00,
a,close,2026-01-02 09:00,
b,open,2026-01-01 10:00,
b,close,,
"""


def test_findings_of_the_store_are_said_in_french(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(ROWS, encoding="utf-8")
    wb.open(tmp_path)
    again = {finding.rule: finding for finding in wb.open(tmp_path).finding_list()}
    assert isinstance(again["missing_time"].message, Message)
    assert Speech("fr").finding(again["missing_time"]) == (
        "Lignes sans horodatage, écartées\u00a0: 1 sur 4",
        "Renseignez l’horodatage dans la source\u00a0; un événement sans horodatage n’a pas de place dans un cas",
    )
    assert Speech("es").finding(again["row_accounting"])[0] == (
        "tickets: filas leídas: 4, conservadas: 3, descartadas: 1 (sin marca de tiempo: 1); eventos: 3"
    )
    assert Speech("zh").finding(again["empty_attribute"])[0] == "“note”映射到“note”，但没有任何值"
    assert again["missing_time"].as_dict()["message"] == "1 of 4 rows have no time and are left out"
