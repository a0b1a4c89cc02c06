"""Receivables beside each other: DSO explained over segments and months, and the table of all month ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.log.small import prepared
from tests.measure.test_balance_days import CASES, EVENTS, PARTS
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.receivables import dso_explained_frame, receivables_frame


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31", policy={"cost_of_capital": 0.073})


IN_TURN = [
    "within_terms", "disputed_in_terms", "before_action", "dunning", "disputed", "unposted", "unknown"
]  # fmt: skip


def test_dso_by_what_the_money_waited_for(log: PreparedLog) -> None:
    frame = dso_explained_frame(log)
    assert frame["phase"].tolist() == IN_TURN
    assert dict(zip(frame["phase"], frame["money_days"], strict=True)) == PARTS
    assert frame["days"].sum() == pytest.approx(sum(PARTS.values()) / 1600)
    assert frame["share"].sum() == pytest.approx(1)
    first = frame.iloc[0].to_dict()
    assert (first["from"], first["to"], first["group"], first["currency"]) == (
        date(2026, 1, 1), date(2026, 3, 31), None, "EUR"
    )  # fmt: skip
    assert (first["past_due"], first["sales"], first["cases"]) == (False, 1600, 2)
    assert (first["balance"], first["capital_cost"]) == pytest.approx((21000 / 90, 4.2))


def test_segments_add_up_to_the_whole(log: PreparedLog) -> None:
    frame = dso_explained_frame(log, by="customer_segment")
    own = {found.group: found.value for found in figures(log, ["CC09"], by="customer_segment")}
    assert frame.groupby("group")["days"].sum().to_dict() == pytest.approx(own)
    whole = dso_explained_frame(log).set_index("phase")["days"]
    assert frame.groupby("phase")["days_of_total"].sum().to_dict() == pytest.approx(whole.to_dict())
    assert frame["days_of_total"].sum() == pytest.approx(sum(PARTS.values()) / 1600)
    with pytest.raises(WorkbenchError, match="customer_segmnt"):
        dso_explained_frame(log, by="customer_segmnt")


def test_whoever_had_an_invoice_last_has_its_sales_too(log: PreparedLog) -> None:
    """A was last with the robot (its posting), whose creation names nobody; small groups are one."""
    frame = dso_explained_frame(log, by="user_or_collector")
    assert frame.groupby(frame["group"].fillna("nobody"))["sales"].first().to_dict() == {
        "bot": 1100,
        "nobody": 500,
    }
    assert frame["days_of_total"].sum() == pytest.approx(sum(PARTS.values()) / 1600)
    merged = dso_explained_frame(log, by="customer_segment", least=3)
    assert merged.groupby("group")["money_days"].sum().to_dict() == {"other": sum(PARTS.values())}


def test_month_by_month(log: PreparedLog) -> None:
    """The log begins with January: the window of January has its month alone, and its sales."""
    frame = dso_explained_frame(log, every="month")
    assert list(dict.fromkeys(frame["to"])) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert frame.groupby("to")["days"].sum().tolist() == pytest.approx([31, 41.2, 46300 / 1600])
    assert frame.loc[frame["to"] == date(2026, 2, 28), "sales"].unique().tolist() == [1000]
    last = frame[frame["to"] == date(2026, 3, 31)].reset_index(drop=True)
    assert last.equals(dso_explained_frame(log))
    assert list(dict.fromkeys(dso_explained_frame(log, every="month", months=1)["to"])) == [date(2026, 3, 31)]


def test_all_that_is_receivable_side_by_side(log: PreparedLog) -> None:
    frame = receivables_frame(log).set_index("month")
    assert frame.index.tolist() == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert frame["receivables"].tolist() == [1000, 0, 500]
    assert frame["1-30"].tolist() == [1000, 0, 0]
    assert frame["past_due"].tolist()[::2] == [1, 0]
    march = frame.loc[date(2026, 3, 1)]
    assert march["currency"] == "EUR"
    for name in ("CC07", "CC08", "CC09", "CC10", "CC12"):
        (found,) = figures(log, [name])
        assert march[name] == pytest.approx(found.value), name
    # A was 1-30 days past due when February began; of its 1,000 all was paid in it.
    assert frame["CC18.cure"].tolist()[1] == 1
    assert receivables_frame(log, months=1)["month"].tolist() == [date(2026, 3, 1)]


def test_a_log_without_amounts_or_cases_has_neither(
    bare_log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog], log: PreparedLog
) -> None:
    silent = prepared("a | invoice_generated | 2026-01-05 09:00", "invoice_number\na\n", as_of="2026-03-31")
    for found in (silent, within_nothing(log)):
        assert dso_explained_frame(found).empty
        assert dso_explained_frame(found, every="month").empty
        assert receivables_frame(found).empty or receivables_frame(found)["receivables"].eq(0).all()
    assert dso_explained_frame(bare_log).empty  # no due dates: no phases
    assert receivables_frame(bare_log)["receivables"].tolist() == [300, 200, 200]


def test_a_phase_in_which_no_invoice_stood_has_no_case() -> None:
    """Small is A, which goes through all phases but has a due date; large is B, within terms, and C, without one."""
    frame = dso_explained_frame(prepared(EVENTS, CASES, as_of="2026-03-31"), by="customer_segment")
    cases = {
        group: dict(zip(own["phase"], own["cases"], strict=True)) for group, own in frame.groupby("group")
    }
    assert cases == {
        "Small": dict.fromkeys(IN_TURN[:-1], 1),
        "Large": {**dict.fromkeys(IN_TURN, 0), "within_terms": 1, "unknown": 1},
    }
    empty = frame[(frame["group"] == "Large") & (frame["phase"] == "dunning")].iloc[0]
    assert (empty["money_days"], empty["days"], empty["share"]) == (0, 0, 0)
