"""Maven CRM: 8,800 sales opportunities in four related tables, 500 of them without any date."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workbench as wb
from tests.realdata.figures import by_group, figure, rounded

pytestmark = pytest.mark.realdata

WON_BY_REGION = {"Central": (1629, 3_346_293), "East": (1171, 3_090_594), "West": (1438, 3_568_647)}


@pytest.fixture(scope="module")
def log(example: Callable[[str], wb.Log]) -> wb.Log:
    return example("maven-crm")


def test_outcomes(log: wb.Log) -> None:
    counts = log.cases()["outcome"].value_counts().to_dict()
    assert counts == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}


def test_cases_without_a_date_are_cases_and_stand_in_no_map(log: wb.Log) -> None:
    cases = log.cases()
    assert len(cases) == 8800
    assert int(cases["start"].isna().sum()) == 500
    assert set(cases.loc[cases["start"].isna(), "outcome"]) == {"Prospecting"}
    (finding,) = [found for found in log.finding_list() if found.rule == "cases_without_events"]
    assert finding.count == 500
    assert log.activities().set_index("activity")["cases"].to_dict() == {
        "opportunity_created": 8300,
        "opportunity_won": 4238,
        "opportunity_lost": 2473,
    }
    assert log.variants()["cases"].tolist() == [4238, 2473, 1589]


@pytest.mark.parametrize(
    ("name", "statistic", "expected", "digits"),
    [
        ("LC07", "value", 0.6315, 4),
        ("LC07", "hits", 4238, 0),
        ("LC07", "n", 6711, 0),
        ("LC09", "total", 10_005_534, 2),
        ("LC09", "value", 2360.91, 2),
        ("LC09", "median", 1117, 2),
        ("LC01", "mean", 51.78, 2),
        ("LC01", "median", 57, 2),
        ("LC01", "n", 4238, 0),
        ("LC01.lost", "mean", 41.48, 2),
        ("LC01.lost", "median", 14, 2),
        ("LC01.lost", "n", 2473, 0),
    ],
)
def test_figure(log: wb.Log, name: str, statistic: str, expected: float, digits: int) -> None:
    assert rounded(figure(log, name)[statistic], digits) == expected


def test_won_per_quarter(log: wb.Log) -> None:
    cases = log.cases()
    won = cases.loc[cases["ended_by"] == "opportunity_won", "ended"]
    per_quarter = won.dt.to_period("Q").astype("str").value_counts().to_dict()
    assert per_quarter == {"2017Q1": 531, "2017Q2": 1254, "2017Q3": 1257, "2017Q4": 1196}


def test_won_by_region(log: wb.Log) -> None:
    """The region comes from the sales team, joined by the agent."""
    found = by_group(log, "LC09", "region")
    assert {name: (record["n"], record["total"]) for name, record in found.items()} == WON_BY_REGION


def test_every_product_joins(log: wb.Log) -> None:
    """`GTXPro` is the `GTX Pro` of the product table, as the project says."""
    cases = log.cases()
    assert cases["product_line"].notna().all()
    assert set(cases.loc[cases["product"] == "GTXPro", "product_line"]) == {"GTX"}


def test_no_win_rate_by_value_where_lost_deals_are_worth_nothing(log: wb.Log) -> None:
    """Lost ones are worth 0 in the file: a win rate by value would be 100 %, so none is said."""
    record = figure(log, "LC07.value")
    assert record["value"] is None
    assert "opportunity_value" in record["reason"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("LC23", "no rule can be checked: the log has no quotes"),
        ("LC24.back", "the log has no opportunity_qualified or quote_issued or contract_signed or stage"),
        ("LC29", "the log has no owner_changed"),
        ("LC34.ageing", "no row has opportunity_value"),
    ],
)
def test_what_the_files_cannot_show_is_not_called_perfect(log: wb.Log, name: str, reason: str) -> None:
    """One row a deal, without stages, former owners or open values: no rule is kept, nothing is nought."""
    (found,) = log.kpi_records([name])
    assert (found["value"], found["reason"]) == (None, reason)
