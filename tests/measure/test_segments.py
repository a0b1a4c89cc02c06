"""How parts of a log differ: declared segments, values of case attributes, small groups merged."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.segments import case_attributes, figure_columns, segment_frame

ROWS = ["north"] * 6 + ["south"] * 5 + ["east", "west", ""]


def cases() -> str:
    lines = [
        f"c{index} | {100 * (index + 1)}.00 | {'USD' if index == 0 else 'EUR'} | 2026-01-20 | {region}"
        for index, region in enumerate(ROWS)
    ]
    return "\n".join(["invoice_number | invoice_amount | currency | due_date | region", *lines])


def events() -> str:
    lines = []
    for index in range(len(ROWS)):
        lines.append(f"c{index} | invoice_generated | 2026-01-01 09:00")
        # Every second invoice is paid, on the fourth day.
        if index % 2 == 0:
            lines.append(
                f"c{index} | payment_received | 2026-01-05 09:00 | - | - | payment_amount={100 * (index + 1)}.00"
            )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(events(), cases(), as_of="2026-03-31", policy={"high_value_amount": 1000}, least=5)


def test_values_of_an_attribute(log: PreparedLog) -> None:
    frame = segment_frame(log, kpis=["CC15"], attributes=["region"])
    own = frame[frame["attribute"] == "region"]
    assert own["value"].tolist() == ["north", "south", "other", None]
    assert own["merged"].tolist() == [False, False, True, False]
    assert own["cases"].tolist() == [6, 5, 2, 1]
    assert own["share"].sum() == pytest.approx(1)
    # 0, 2 and 4 of the north are paid; 6, 8 and 10 of the south.
    assert own["CC15"].tolist() == [0.5, 0.6, 0.5, 0.0]
    assert own["mean_seconds"].tolist()[:2] == pytest.approx([2 * 86_400, 0.6 * 4 * 86_400])
    assert own["amount_EUR"].tolist() == [2000.0, 4500.0, 2500.0, 1400.0]
    assert own["amount_USD"].fillna(0).tolist() == [100.0, 0, 0, 0]


def test_what_stands_behind_a_figure(log: PreparedLog) -> None:
    frame = segment_frame(log, kpis=["CC15", "CC35"], attributes=["region"])
    own = frame[frame["attribute"] == "region"]
    assert own["CC15_n"].tolist() == [6, 5, 2, 1]
    assert own["CC15_hits"].tolist() == [3, 3, 1, 0]
    assert figure_columns(log, frame, "CC15") == [("CC15", None)]


def test_money_stands_in_a_column_for_each_currency() -> None:
    """Won deals by region: their mean, how many, and what they come to together."""
    deals = """
opportunity_id | opportunity_value | currency | region
a | 100.00 | EUR | north
b | 300.00 | EUR | north
c | 50.00 | USD | north
d | 70.00 | EUR | south
"""
    won = "\n".join(
        f"{name} | opportunity_created | 2026-01-01 09:00\n{name} | opportunity_won | 2026-01-02 09:00"
        for name in "abcd"
    )
    sold = prepared(won, deals, as_of="2026-02-01", process="lead-to-cash")
    frame = segment_frame(sold, kpis=["LC09", "LC07"], attributes=["region"], least=1)
    assert figure_columns(sold, frame, "LC09") == [("LC09_EUR", "EUR"), ("LC09_USD", "USD")]
    assert figure_columns(sold, frame, "LC07") == [("LC07", None)]
    assert "LC09" not in frame
    north = frame[frame["value"] == "north"].iloc[0]
    facts = [north[f"LC09_EUR{fact}"] for fact in ("", "_n", "_total")]
    assert (facts, north["LC09_USD_total"]) == ([200.0, 2, 400.0], 50.0)


def test_declared_segments(log: PreparedLog) -> None:
    frame = segment_frame(log, kpis=["CC15"], attributes=[]).set_index("segment")
    assert frame["attribute"].isna().all()
    assert frame.loc["high_value", "cases"] == 5
    assert frame.loc["open", "cases"] == 7
    assert frame.loc["open", "CC15"] == 0.0


def test_figures_are_those_of_a_breakdown(log: PreparedLog) -> None:
    frame = segment_frame(log, kpis=["CC15"], attributes=["region"]).set_index("value")
    for figure in figures(log, ["CC15"], by="region"):
        if figure.group in ("north", "south"):
            assert frame.loc[figure.group, "CC15"] == figure.value


def test_the_attributes_that_say_most(log: PreparedLog) -> None:
    assert case_attributes(log) == ["region"]
    with pytest.raises(WorkbenchError, match="region"):
        segment_frame(log, attributes=["regoin"])


def test_any_process_and_no_case(
    log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]
) -> None:
    frame = pd.DataFrame(
        {
            "case": list("abcdef"),
            "activity": ["ask"] * 6,
            "time": pd.to_datetime(["2026-01-01"] * 6),
            "site": ["here"] * 5 + ["there"],
        }
    )
    found = segment_frame(wb.load(frame).prepared, kpis=["AP03"])
    assert found["value"].tolist() == ["here", "other"]
    nothing = segment_frame(within_nothing(log), kpis=["CC15"])
    assert nothing.empty
    assert "CC15" in nothing.columns


def test_a_declared_segment_is_no_merged_rest(log: PreparedLog) -> None:
    frame = segment_frame(log, kpis=["CC15"], attributes=["region"])
    declared = frame[frame["segment"].notna()]
    assert len(declared) > 0
    assert not declared["merged"].any()


@pytest.mark.parametrize(("filled", "offered"), [(7, ["region"]), (6, [])])
def test_an_attribute_is_offered_that_half_of_the_cases_have(filled: int, offered: list[str]) -> None:
    header, *lines = cases().splitlines()
    kept = [line if index < filled else line.rsplit("|", 1)[0] + "|" for index, line in enumerate(lines)]
    assert case_attributes(prepared(events(), "\n".join([header, *kept]), as_of="2026-03-31")) == offered


@pytest.mark.parametrize(("values", "offered"), [(1, False), (2, True), (12, True), (13, False)])
def test_an_attribute_of_two_to_twelve_values_tells_parts_apart(values: int, offered: bool) -> None:
    names = [f"case{number}" for number in range(26)]
    told = "\n".join(f"{name} | invoice_generated | 2026-01-05 09:00" for name in names)
    table = "".join(f"{name} | 100 | region {number % values}\n" for number, name in enumerate(names))
    log = prepared(told, "invoice_number | invoice_amount | customer_segment\n" + table, as_of="2026-03-31")
    assert case_attributes(log) == (["customer_segment"] if offered else [])
