"""What a result tells beside its value: definition, direction, filter, target and distance, the rules it rests on."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.discover import filtered
from workbench.i18n import Speech
from workbench.log.prepared import PreparedLog
from workbench.measure import Figure, figures, progress_frame
from workbench.measure.evaluate import kpi_frame

# January to March 2026 are the baseline, April to June are now: 20 and 10 days to cash, 12 wished for (−40 %).
CASES = """
invoice_number | invoice_amount | invoice_date | due_date | customer_segment
a | 100 | 2026-01-01 | 2026-01-31 | large
b | 100 | 2026-01-01 | 2026-01-15 | small
c | 100 | 2026-04-01 | 2026-05-01 | large
"""
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | payment_received | 2026-01-21 09:00 | - | - | payment_amount=100.00
a | invoice_settled | 2026-01-21 09:00
b | invoice_generated | 2026-01-01 09:00
b | payment_received | 2026-01-21 09:00 | - | - | payment_amount=100.00
b | invoice_settled | 2026-01-21 09:00
c | invoice_generated | 2026-04-01 09:00
c | payment_received | 2026-04-11 09:00 | - | - | payment_amount=100.00
c | invoice_settled | 2026-04-11 09:00
"""
TARGETS = {"CC06": {"change_pct": -40}, "CC15": {"at_least": 0.9}, "CC16": {"between": (0.1, 0.2)}}


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-06-30", targets=TARGETS)


def one(log: PreparedLog, kpi: str, *, against_baseline: bool = False) -> Figure:
    (found,) = figures(log, [kpi], against_baseline=against_baseline)
    return found


def test_every_result_says_what_it_is(log: PreparedLog) -> None:
    for figure in figures(log):
        record = figure.as_dict(grouped=False)
        kpi = log.template.kpi(figure.id)
        assert (record["definition"], record["good"], record["filter"]) == (kpi.note.en, kpi.good, [])
        assert (figure.value is None) == (figure.reason is not None)
        for language in ("fr", "es", "zh"):
            assert figure.definition is not None
            assert Speech(language).say(figure.definition) == kpi.note.in_language(language)


@pytest.mark.parametrize(
    ("kpi", "low", "high", "met", "distance"),
    [
        ("CC15", 0.9, None, False, 0.9 - 2 / 3),
        ("CC16", 0.1, 0.2, None, None),  # nothing is open
        ("CC06", None, 12.0, False, 50 / 3 - 12),
    ],
)
def test_target_and_distance(
    log: PreparedLog,
    kpi: str,
    low: float | None,
    high: float | None,
    met: bool | None,
    distance: float | None,
) -> None:
    """CC15: two of three in time. CC06: 50 ÷ 3 days over all; 20 in the baseline, so 12 are wished for."""
    record = one(log, kpi, against_baseline=True).as_dict(grouped=False)
    assert (record["target_low"], record["target_high"], record["met"]) == (low, high, met)
    assert record["distance"] == (None if distance is None else pytest.approx(distance, abs=1e-6))


def test_a_change_without_the_baseline_is_told_as_it_is_declared(log: PreparedLog) -> None:
    record = one(log, "CC06").as_dict(grouped=False)
    assert (record["target"], record["target_high"], record["met"]) == ({"change_pct": -40.0}, None, None)


def test_progress_holds_now_against_the_same_target(log: PreparedLog) -> None:
    line = progress_frame(log).set_index("id").loc["CC06"]
    assert (line["now"], line["target_high"], line["met"], line["distance"]) == (10.0, 12.0, True, 0.0)


def test_a_filter_leaves_its_trace(log: PreparedLog) -> None:
    narrow = filtered(
        log,
        has=("payment_received",),
        lacks=("escalated",) if "escalated" in log.meta.recorded else (),
        started=(pd.Timestamp("2026-01-01").date(), None),
        attributes={"customer_segment": ["large", "small"]},
    )
    again = filtered(narrow, attributes={"customer_segment": "large"})
    said = one(again, "CC15").as_dict(grouped=False)["filter"]
    assert said == [
        "Customer Segment is large or small",
        "with Payment Received",
        "started from 2026-01-01 on",
        "Customer Segment is large",
    ]
    assert kpi_frame(again, ["CC15"])["filter"].tolist() == [", ".join(said)]
    assert Speech("fr").say(one(again, "CC15").filter[1]).startswith("avec ")
    assert one(log, "CC15").filter == ()


def test_a_filter_outlives_another_day(tmp_path: object) -> None:
    frame = pd.DataFrame(
        {
            "case": ["a", "b"],
            "activity": ["ask"] * 2,
            "time": pd.to_datetime(["2026-01-01"] * 2),
            "site": ["x", "y"],
        }
    )
    narrow = wb.load(frame).filter(site="x").at("2026-01-01")
    assert narrow.kpi_records(["AP01"])[0]["filter"] == ["site is x"]


@pytest.mark.parametrize(
    ("kpi", "moment"),
    [
        ("CC15", "due_date"),
        ("CC17", "end of period"),
        ("CC07", "end of period"),
        ("CC08", "end of period"),
        ("CC12", "end of period"),
        ("CC10", "end of period"),
        ("CC11", "end of period"),
        ("CC06", "invoice_settled"),
        ("CC38.sales", "time or invoice_date"),
        ("CC37.count", "time"),
    ],
)
def test_the_moment_that_puts_a_row_into_a_period(log: PreparedLog, kpi: str, moment: str) -> None:
    assert one(log, kpi).when == moment


def test_a_share_of_kept_rules_names_them_and_those_that_cannot_be_checked(log: PreparedLog) -> None:
    """Nobody wrote who may change terms: rule 9 takes no part."""
    figure = one(log, "CC44")
    assert "R09" not in figure.rules
    assert "policy.terms_approvers" in figure.left_out["R09"] or figure.left_out["R09"]
    record = figure.as_dict(grouped=False)
    assert set(record["rules"]) | {line["rule"] for line in record["left_out"]} == set(log.template.rules)
    assert "rules" not in one(log, "CC15").as_dict(grouped=False)
