"""Long lists are leafed through and searched: variants, cases, values to filter by; an empty choice is said to be."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests.widgets.doing import did, looked_at, shown_cases
from workbench.api import Log
from workbench.discover import condition_of, event_frame, value_frame
from workbench.i18n import LANGUAGES, Speech
from workbench.pages.discover import DiscoverPage
from workbench.widgets.explorer import Explorer

Make = Callable[..., Explorer]

# No case ends well and badly.
NOBODY = ({"kind": "status", "is": ["succeeded"]}, {"kind": "status", "is": ["failed"]})


def explored(log: Log, language: str = "en") -> Explorer:
    return Explorer(log, Speech(language), parts=DiscoverPage.parts, live=True)


def numbers(made: Explorer) -> list[int]:
    """The variants that are listed, by their numbers."""
    rows = re.findall(r"<tr>(.*?)</tr>", made.panel("variants").html, re.DOTALL)[1:]
    return [int(re.findall(r"<td[^>]*>([^<]*)</td>", row)[0]) for row in rows]


def leafed(made: Explorer, part: str) -> str:
    """Which rows of how many a list says that it shows."""
    found = re.findall(r'<span class="wb-more">([^<]*)</span>', made.panel(part).html)
    return str(found[0]) if found else ""


def acts(made: Explorer, part: str, name: str) -> None:
    """Press a button of a list, as it stands there."""
    found = re.search(rf'data-wb-with="([^"]*)"[^>]*>{name}</button>', made.panel(part).html)
    assert found
    did(made, part, "options", json.loads(html.unescape(found[1])))
    made.settle()


# ---------------------------------------------------------------------- variants
def test_all_variants_are_reached(explorer: Make, log: Log) -> None:
    made, ways = explorer(), log.variants()
    total = len(ways)
    assert total > 30
    looked_at(made, "variants")
    seen = numbers(made)
    assert leafed(made, "variants") == f"1 to 15 of {total}"
    while len(seen) < total:
        acts(made, "variants", "Further")
        seen += numbers(made)
    assert seen == ways["variant"].tolist()
    assert "disabled>Further" in made.panel("variants").html
    acts(made, "variants", "Earlier")
    assert numbers(made)[0] < seen[-1]


def test_another_order_of_the_variants_begins_at_the_first_page(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "variants")
    acts(made, "variants", "Further")
    assert leafed(made, "variants").startswith("16 to 30")
    did(made, "variants", "order", value="steps")
    made.settle()
    assert leafed(made, "variants").startswith("1 to 15")


def test_a_page_beyond_the_end_is_the_last_one(explorer: Make, log: Log) -> None:
    made, total = explorer(), len(log.variants())
    looked_at(made, "filters", "variants", "cases")
    for part in ("variants", "cases"):
        did(made, part, "option", "first", 10**6)
    made.settle()
    assert numbers(made)[-1] == total
    assert leafed(made, "cases").endswith(f" to {log.size().cases} of {log.size().cases}")
    ways = log.variants()["activities"].head(2).tolist()
    did(made, "filters", "add", {"kind": "variant", "ways": [list(way) for way in ways]})
    made.settle()
    assert numbers(made) == [1, 2]
    assert re.search(r"<tbody><tr>", made.panel("cases").html)


def test_a_variant_is_found_by_the_number_that_the_list_of_cases_names(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "variants")
    last = int(log.cases()["variant"].max())
    did(made, "variants", "search", value=str(last))
    made.settle()
    assert numbers(made) == [last]
    did(made, "variants", "search", value="99999")
    made.settle()
    assert "There is no variant of this number." in made.panel("variants").html
    did(made, "variants", "search", value="<b>")
    made.settle()
    assert len(numbers(made)) == 15


def test_where_nobody_can_act_it_is_said_how_many_variants_there_are_besides(
    explorer: Make, log: Log
) -> None:
    said = str(explorer(live=False).view("variants").html)
    assert f"… {len(log.variants()) - 15} more rows" in said
    assert "data-wb-do" not in said


# ---------------------------------------------------------------------- cases
def test_a_case_is_picked_by_its_whole_id(explored_project: Path, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"case": [str(n) for n in range(1, 301)], "activity": "ask", "time": pd.Timestamp("2026-01-01")}
    )
    made = explored(wb.load(frame))
    looked_at(made, "cases")
    did(made, "cases", "options", {"picked": "2"})
    made.settle()
    assert "<h3>Case 2</h3>" in made.panel("cases").html
    # Such a log has neither ends nor amounts.
    assert ">Amount<" not in made.panel("cases").html
    did(made, "cases", "options", {"picked": "2000"})
    made.settle()
    assert "wb-picked" not in made.panel("cases").html


def test_who_orders_by_amount_sees_it_and_how_the_case_stands(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "cases")
    did(made, "cases", "order", value="amount")
    made.settle()
    heads = re.findall(r"<th [^>]*>([^<]*)</th>", made.panel("cases").html.split("<tbody>")[0])
    assert heads[6:8] == ["Status", "Invoice Amount"]
    row = re.findall(r"<td[^>]*>(.*?)</td>", made.panel("cases").html.split("<tbody>")[1])
    first = log.cases().sort_values(["invoice_amount", "case_id"], ascending=[False, True]).iloc[0]
    assert first["status"] in row[6]
    speech, amount = Speech("en"), first["invoice_amount"]
    assert row[7] in (speech.money(amount, first["currency_of_case"], places=places) for places in (0, None))


# ---------------------------------------------------------------------- values of a filter
@pytest.fixture
def asked(explorer: Make) -> Explorer:
    """The form of attributes, open at the payments, of which there are more than are listed."""
    made = explorer()
    looked_at(made, "filters")
    did(made, "filters", "option", "adding", "attribute")
    did(made, "filters", "attribute", value="payment_id")
    made.settle()
    return made


def offered(made: Explorer) -> dict[str, bool]:
    """The values that can be ticked, and whether they are."""
    found = re.findall(
        r'<input type="checkbox" name="values payment_id" value="=([^"]*)"( checked)?',
        made.panel("filters").html,
    )
    return {value: bool(checked) for value, checked in found}


def test_any_value_can_be_chosen_and_stays_so_while_others_are_searched_for(
    asked: Explorer, log: Log
) -> None:
    paid = event_frame(log.prepared).dropna(subset="payment_id")
    rare = sorted(set(paid["payment_id"]) - set(offered(asked)))
    # The most frequent of all is that there is none.
    assert len(offered(asked)) == 40 - 1
    assert len(rare) > 1
    assert f"{len(rare)} further values are not shown." in asked.panel("filters").html
    did(asked, "filters", "values", value=rare[0].lower())
    asked.settle()
    assert offered(asked) == {rare[0]: False}
    did(asked, "filters", "ticked", f"={rare[0]}", True)
    did(asked, "filters", "values", value=rare[1])
    asked.settle()
    assert offered(asked) == {rare[0]: True, rare[1]: False}
    did(asked, "filters", "ticked", f"={rare[1]}", True)
    did(asked, "filters", "values", value="")
    asked.settle()
    assert [value for value, checked in offered(asked).items() if checked] == rare[:2]
    did(asked, "filters", "filter", "attribute", {"values payment_id": [f"={one}" for one in rare[:2]]})
    asked.settle()
    assert shown_cases(asked) == paid.loc[paid["payment_id"].isin(rare[:2]), "case_id"].nunique()
    # The next filter begins anew.
    did(asked, "filters", "option", "adding", "attribute")
    did(asked, "filters", "attribute", value="payment_id")
    asked.settle()
    assert not any(offered(asked).values())


def test_what_is_ticked_can_be_given_up(asked: Explorer) -> None:
    one = next(iter(offered(asked)))
    did(asked, "filters", "ticked", f"={one}", True)
    did(asked, "filters", "ticked", f"={one}", False)
    did(asked, "filters", "ticked", ["x"], True)
    did(asked, "filters", "options", {"ticked": [1, None, "=no-such", "-"]})
    did(asked, "filters", "values", value="<script>")
    asked.settle()
    assert not any(offered(asked).values())
    assert "<script>" not in asked.panel("filters").html
    assert "There is nothing to show here" in asked.panel("filters").html
    # What is not given is a value as well.
    assert 'value="-" checked' in asked.panel("filters").html


def test_a_number_is_one_of_some_or_in_a_range() -> None:
    frame = pd.DataFrame(
        {
            "case": list("abcd"),
            "activity": "ask",
            "time": pd.Timestamp("2026-01-01"),
            "level": [1.0, 2.0, 2.0, 3.5],
        }
    )
    made = explored(wb.load(frame))
    looked_at(made, "filters")
    for kind in ("range", "attribute"):
        did(made, "filters", "option", "adding", kind)
        made.settle()
        assert "level" in made.panel("filters").html, kind
    did(made, "filters", "attribute", value="level")
    did(made, "filters", "filter", "attribute", {"values level": ["=2.0", "=3.5", "=x"]})
    made.settle()
    assert shown_cases(made) == 3


def test_a_yes_is_found_as_it_is_read(log: Log) -> None:
    assert value_frame(log.prepared, "is_automated", among=["True"])["value"].tolist() == [True]
    assert value_frame(log.prepared, "is_automated", search="fal")["value"].tolist() == [False]


def test_few_values_are_not_searched(asked: Explorer) -> None:
    assert "Search values" in asked.panel("filters").html
    did(asked, "filters", "attribute", value="customer_segment")
    asked.settle()
    assert "Search values" not in asked.panel("filters").html


def test_an_amount_is_asked_for_in_the_currency_of_the_project(
    explored_project: Path, tmp_path: Path, log: Log
) -> None:
    def preselected(found: Log) -> str:
        made = explored(found)
        looked_at(made, "filters")
        did(made, "filters", "option", "adding", "range")
        did(made, "filters", "option", "attribute", "invoice_amount")
        made.settle()
        chosen = re.search(r'name="currency">.*?<option value="(\w+)" selected', made.panel("filters").html)
        assert chosen
        return chosen[1]

    assert len(log.prepared.meta.currencies) > 1
    assert preselected(log) == log.prepared.meta.settings.currency
    folder = tmp_path / "other"
    shutil.copytree(explored_project, folder)
    written = (folder / "project.toml").read_text(encoding="utf-8")
    changed = written.replace('currency = "EUR"', 'currency = "JPY"', 1)
    (folder / "project.toml").write_text(changed, encoding="utf-8")
    most = log.cases()["currency_of_case"].value_counts().index[0]
    assert preselected(wb.open(folder)) == most


@pytest.mark.parametrize(("kind", "ends"), [("time", ("De", "Jusqu’au")), ("performance", ("De", "Jusqu’à"))])
def test_a_range_goes_from_one_end_up_to_the_other(explorer: Make, kind: str, ends: tuple[str, str]) -> None:
    made = explorer("fr")
    looked_at(made, "filters")
    did(made, "filters", "option", "adding", kind)
    made.settle()
    said = [f"<span>{end}</span>" for end in ends]
    assert all(one in made.panel("filters").html for one in said)
    assert "Vers" not in made.panel("filters").html


# ---------------------------------------------------------------------- nothing left
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_case_is_left_the_filters_are_why(explored_project: Path, language: str) -> None:
    page = wb.page("discover", project=str(explored_project), language=language)
    made = Explorer(page.log, Speech(language), parts=page.parts, live=True)
    speech = Speech(language)
    parts = ("variants", "cases", "dotted", "spectrum", "rework", "handovers")
    looked_at(made, "filters", *parts)
    for record in NOBODY:
        did(made, "filters", "add", record)
    made.settle()
    said = speech.say("No case meets these filters.")
    assert language == "en" or said != "No case meets these filters."
    for part in parts:
        assert said in made.panel(part).html, part
    assert speech.say("Variants that hold half of the cases: {n} of {total}", n=0, total=0) not in (
        made.panel("variants").html
    )


def test_what_the_page_draws_says_so_too_and_its_head_speaks_of_the_whole_log(explored_project: Path) -> None:
    page = wb.page("discover", project=str(explored_project))
    before = list(page.live())
    assert before[0].startswith("The whole log: 120 cases, ")
    assert all("all cases of the log" in said for said in before[1:])
    page.explorer.choose(page.explorer.state.adding(condition_of(NOBODY[0])))
    page.explorer.choose(page.explorer.state.adding(condition_of(NOBODY[1])))
    for part in ("frequency", "volume", "outcomes", "examples"):
        drawn = str(page.explorer.view(part).html)
        assert "No case meets these filters." in drawn, part
        assert "The log has no event." not in drawn
    assert list(page.live()) == before


def test_one_case_is_counted_in_the_singular(explorer: Make, log: Log) -> None:
    made = explorer()
    alone = log.cases()["case_id"].iloc[0]
    looked_at(made, "filters", "variants")
    did(made, "filters", "add", {"kind": "case", "ids": [str(alone)]})
    made.settle()
    did(made, "map", "compare", value="condition 0")
    made.settle()
    assert re.search(r"\(1 case\).*\(119 cases\)", made.panel("variants").html)
