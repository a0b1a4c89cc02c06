"""The report on other people's real files, by the examples' own project.toml: it says what a reader will ask for.

Each line of `SAID` is a line of a table or a fact of the report, its cells joined by " | ", as it must stand in the
named view; the figures are those of ../shared/data/README.md, in the decimals in which a reader sees them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from workbench.run import all_steps, run_project

SAID: dict[str, dict[str, list[str]]] = {
    "receivables": {
        "contents": ["Cases | 2,466", "Invoice Amount | each case once | 2,466 | 147,703.18"],
        "variants": ["1,589 | 64.4%", "877 | 35.6%"],
        "volume": ["Mean duration | 26.4 days", "Median duration | 26 days"],
        "outcomes": ["Invoice Settled | 2,466 | 100.0% | 147,703"],
        "kpis": ["CC15.late | Late payment rate | 35.6% | 2,466", "CC28 | Dispute rate | 22.7% | 2,466"],
        "statistics": [
            # Mean, median, what one in ten exceeds, mean weighted by amount.
            "Invoice-to-cash cycle time | 2,466 | 26.44 days | 26 days | 43 days | 26.70 days",
            "Days late per paid invoice | 2,466 | 3.44 days | 0 days | 13 days | 3.57 days",
        ],
        "segments": [
            "Disputed | yes | 561 | 22.7% | 36,746 | 37 days | 68.3%",
            "Disputed | no | 1,905 | 77.3% | 110,957 | 23 days | 25.9%",
            # By country: cases, share, value, median time, late, mean days late.
            "countryCode | 391 | 616 | 25.0% | 40,049 | 23 days | 25.5% | 1.9 days",
            "countryCode | 406 | 561 | 22.7% | 39,423 | 28 days | 41.5% | 3.9 days",
            "countryCode | 770 | 506 | 20.5% | 27,381 | 27 days | 38.7% | 3.6 days",
            "countryCode | 818 | 387 | 15.7% | 24,502 | 28 days | 41.3% | 4.8 days",
            "countryCode | 897 | 396 | 16.1% | 16,348 | 24 days | 33.1% | 3.6 days",
        ],
        # At the end of 2013: cases, balance, of them past due.
        "ageing": ["Dec 31, 2013 | 13 | 761.90 | 10 | 555.65"],
    },
    "road-fines": {
        "contents": [
            "Cases | 10,000",
            "Events | 34,724",
            "amount | each case once | 10,000 | €345,580.00",
            "totalpaymentamount | each case once | 10,000 | €210,495.90",
        ],
        "map": [
            "Create Fine | Send Fine | 6,557",
            "Send Fine | Insert Fine Notification | 4,633",
            "Insert Fine Notification | Add penalty | 4,417",
        ],
        "frequency": ["Payment | 4,626", "Send for Credit Collection | 3,387", "both: 86"],
        "variants": ["3,428", "3,273", "1,890"],
        "volume": ["Mean duration | 296.1 days", "Median duration | 125 days"],
        "statistics": ["Case duration | 10,000 | 296.14 days | 125 days"],
    },
    "maven-crm": {
        "contents": ["Cases | 8,800", "Opportunity Value | each case once | 6,711 | $10,005,534.00"],
        "outcomes": [
            "Opportunity Won | 4,238 | 48.2% | $10,005,534 | 51.8 days | 57 days",
            "Opportunity Lost | 2,473 | 28.1% | $0 | 41.5 days | 14 days",
            "still open | 2,089",
            "Q1 2017 | 531",
            "Q2 2017 | 1,254",
            "Q3 2017 | 1,257",
            "Q4 2017 | 1,196",
        ],
        "kpis": ["LC07 | Win rate | 63.2% | 6,711"],
        "statistics": [
            "Sales cycle length (won) | 4,238 | 51.78 days | 57 days",
            "Sales cycle length (lost) | 2,473 | 41.48 days | 14 days",
            "Average deal value | 4,238 | $2,360.91 | $1,117.00",
        ],
        "segments": ["Outcome | Engaging | 1,589", "Outcome | Prospecting | 500"],
    },
}
FOLDERS = {"receivables": "ibm_receivables", "road-fines": "road_fines", "maven-crm": "maven_crm"}


def lines_of(report: str) -> dict[str, list[str]]:
    """The lines of every view of a report by its name: rows of tables with their cells, and facts with their names."""
    found: dict[str, list[str]] = {}
    for view in html.fromstring(report).xpath("//section[contains(@class, 'wb-view')]"):
        name = re.search(r"\bwb-view wb-([\w-]+)", view.get("class"))[1]
        found.setdefault(name, []).extend(_lines(view))
    return found


def _lines(view: html.HtmlElement) -> Iterator[str]:
    for row in view.xpath(".//tr | .//dl/div"):
        yield " | ".join(_unfolded(cell) for cell in row)


def _unfolded(cell: html.HtmlElement) -> str:
    """What is read in a cell before anything is opened."""
    shown = deepcopy(cell)
    for folded in shown.xpath(".//details/*[not(self::summary)]"):
        folded.drop_tree()
    return " ".join(shown.text_content().split())


@pytest.fixture
def example(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    root: Path,
    realdata: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A copy of an example, with DATA set as its first line asks."""
    monkeypatch.setenv("DATA", str(realdata / FOLDERS[request.param]))
    shutil.copytree(root / "examples" / request.param, tmp_path / request.param)
    return tmp_path / str(request.param)


def report_of(folder: Path) -> dict[str, list[str]]:
    return lines_of((folder / "report.html").read_text(encoding="utf-8"))


@pytest.mark.realdata
@pytest.mark.parametrize("example", SAID, indirect=True)
def test_the_report_says_what_is_known_of_real_files(example: Path) -> None:
    run = run_project(example)
    assert (run.status, run.message) == ("done", "")
    assert [step.status for step in run.steps] == ["done"] * 6
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["left_out"] == []
    assert json.loads((run.folder / "kpis.json").read_text(encoding="utf-8"))
    said = report_of(run.folder)
    if example.name == "road-fines":
        said["frequency"].append(
            f"both: {in_both(said['frequency'], 'Payment', 'Send for Credit Collection')}"
        )
    assert missing(said, SAID[example.name]) == []
    if example.name == "maven-crm":
        assert won_by_region(said["segments"]) == {
            "Central": ("1,629", "$3,346,293"),
            "East": ("1,171", "$3,090,594"),
            "West": ("1,438", "$3,568,647"),
        }


@pytest.mark.realdata
@pytest.mark.parametrize("example", ["receivables"], indirect=True)
def test_the_report_of_an_earlier_day_says_what_was_open_then(example: Path) -> None:
    measure = [step for step in all_steps() if step.number == 3]
    run = run_project(example, steps=measure, as_of=date(2012, 12, 31))
    assert (run.status, run.message) == ("done", "")
    bands = [
        "not due | 86 | 4,936.32",
        "1–30 days | 13 | 788.74",
        "31–60 days | 0 | 0.00",
        "Together | 99 | 5,725.06",
    ]
    assert missing(report_of(run.folder), {"ageing": bands}) == []


def missing(said: dict[str, list[str]], wanted: dict[str, list[str]]) -> list[tuple[str, str]]:
    """What of the wanted lines stands in no line of its view, cell by cell."""
    return [
        (view, line)
        for view, lines in wanted.items()
        for line in lines
        if not any(f" | {line} " in f" | {row} " for row in said[view])
    ]


def in_both(lines: list[str], first: str, other: str) -> str:
    """The square of activities: the cell in the row of one and the column of another."""
    rows = [line.split(" | ") for line in lines]
    (head,) = [row for row in rows if row[0] == "Activity" and other in row]
    (own,) = [row for row in rows if row[0] == first and len(row) == len(head)]
    return own[head.index(other)]


def won_by_region(lines: list[str]) -> dict[str, tuple[str, str]]:
    """Part -> (won deals, their value), from what stands beneath the average deal value."""
    found = {}
    for line in lines:
        dimension, part, *_ = line.split(" | ")
        beneath = re.search(r"([\d,]+), together (\$[\d,]+)", line)
        if dimension == "Region" and beneath:
            found[part] = (beneath[1], beneath[2])
    return found
