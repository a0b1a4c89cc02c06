"""What stands beside a figure on step 2: of how many cases money is, what two populations have, what a cell keeps."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import workbench as wb
from tests.widgets.doing import did, looked_at, shown_cases
from workbench.api import Log
from workbench.discover import return_frame, worth_cases, worth_frame
from workbench.i18n import Speech
from workbench.measure import figures, shown_worth
from workbench.pages.discover import DiscoverPage
from workbench.widgets.explorer import Explorer

Make = Callable[..., Explorer]


def texts_of(explorer: Explorer) -> dict[str, str]:
    return {node["key"]: node["text"] for node in explorer.panel("map").scene["nodes"]}


def test_money_on_the_map_is_of_all_currencies_that_have_a_rate(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "map")
    did(made, "map", "option", "overlay", "money")
    made.settle()
    own = shown_worth(log.prepared, worth_frame(log.prepared), ["source", "target"])
    assert len(log.prepared.meta.currencies) > 1
    assert set(own["currency"]) == {"EUR"}
    amount = float(own[own["source"].eq("invoice_generated") & own["target"].isna()]["amount"].iloc[0])
    assert texts_of(made)["invoice_generated"] == Speech("en").compact_money(amount, "EUR")
    assert "Money in" not in made.panel("map").scene["caption"], "all cases have an amount in it"


def test_money_that_is_not_of_all_cases_says_of_how_many_it_is() -> None:
    cases = (("a", "10", "EUR"), ("b", "20", "EUR"), ("c", "30", "USD"), ("d", None, "EUR"))
    rows = [
        (case, "Invoice Generated", f"2026-01-0{n} 09:00", amount, currency)
        for case, amount, currency in cases
        for n in (1, 2)
    ]
    names = ["invoice_number", "activity", "timestamp", "invoice_amount", "currency"]
    log = wb.load(pd.DataFrame(rows, columns=names), process="credit-collections")
    assert worth_cases(log.prepared).values.tolist() == [["EUR", 2], ["USD", 1]]
    made = Explorer(log, Speech("en"), parts=DiscoverPage.parts, live=True)
    looked_at(made, "map")
    did(made, "map", "option", "overlay", "money")
    made.settle()
    assert "Money in EUR: 2 of 4 cases have an amount in it." in made.panel("map").scene["caption"]


def test_of_two_populations_the_map_offers_what_it_says_of_them(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "map")
    did(made, "map", "option", "overlay", "money")
    did(made, "map", "compare", value="halves")
    made.settle()
    controls = made.panel("map").controls
    assert [name for name, _ in controls["overlays"]] == ["cases", "mean", "median", "p90"]
    assert controls["overlay"] == "cases"
    assert "share of the cases of each" in made.panel("map").scene["caption"]
    did(made, "map", "compare", value="")
    made.settle()
    assert made.panel("map").controls["overlay"] == "money", "what was looked at before comes back"


def test_cards_say_both_populations_that_are_compared(explored_project: Path) -> None:
    page = wb.page("discover", project=str(explored_project))
    assert "started from" not in page.cards().html
    page.explorer.compose(lambda state: state.__class__(compared="halves"))
    told = html.unescape(page.part("headline").html)
    pair = page.explorer.populations()
    assert pair is not None
    sides, *logs = pair
    ids = page._headline_kpis
    for side, log in zip((sides.one, sides.other), logs, strict=True):
        who = page.say(side.name)
        found = {figure.id: figure for figure in figures(log.prepared, ids)}
        for figure in found.values():
            if figure.value is not None and figure.currency is None:
                assert f"{who}: {page.speech.figure(figure.value, figure.unit, None)}" in told


def test_a_cell_of_rework_keeps_as_many_cases_as_it_says(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "rework", "filters")
    frame = return_frame(log.prepared).head(6)
    cells = re.findall(r'data-wb-with="([^"]*again[^"]*)"[^>]*>(\d+)<', made.panel("rework").html)
    assert len(cells) >= len(frame)
    for record, said in cells[:6]:
        did(made, "rework", "add", json.loads(html.unescape(record)))
        made.settle()
        assert shown_cases(made) == int(said)
        made.undo()
        made.settle()


def test_the_table_of_the_map_says_all_that_the_map_says(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "map")
    for overlay in ("cases", "money", "manual", "mean"):
        did(made, "map", "option", "overlay", overlay)
        made.settle()
        told = html.unescape(made.panel("map").table)
        scene = made.panel("map").scene
        own = set(log.activities()["activity"])
        said = [node["text"] for node in scene["nodes"] if node["key"] in own]
        said += [edge["text"] for edge in scene["edges"] if {edge["source"], edge["target"]} <= own]
        assert len(said) > 10
        assert [text for text in said if text not in told] == []
        assert told.count("<tr>") > len(log.activities()) + len(scene["edges"])
    did(made, "map", "compare", value="halves")
    made.settle()
    told = html.unescape(made.panel("map").table)
    assert texts_of(made)["overdue_reminder_sent"] in told
    assert "started from" in told
    assert "not drawn" in told
