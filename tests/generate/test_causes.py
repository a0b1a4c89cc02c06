"""Planted causes: every kind is there, truth.json counts it rightly, the naked eye can see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.generate.causes import Category, Traits, log_odds

from .conftest import Written
from .plain import as_of, first_time, observed, rates, recount, workdays_after

KINDS = {"plain", "non_linear", "interaction", "time_limited", "confounded"}
Outcome = tuple[pd.DataFrame, "pd.Series[Any]"]


def late_payment(written: Written) -> Outcome:
    """Invoices due by the cut-off, and whether payments and credits came too late."""
    cases = written.table("invoices").set_index("invoice_number")
    moves = written.of("Payment Received", "Credit Memo Issued").join(
        cases[["invoice_amount", "due_date"]], on="invoice_number"
    )
    in_time = moves[moves["event_time"] < moves["due_date"] + pd.Timedelta(days=1)]
    paid = (in_time["payment_amount"] + in_time["credit_amount"]).groupby(in_time["invoice_number"]).sum()
    credit = written.of("Credit Memo Issued").groupby("invoice_number")["credit_amount"].sum()
    voided = cases.index.isin(written.of("Invoice Cancelled")["invoice_number"])
    wholly = credit.reindex(cases.index, fill_value=0) == cases["invoice_amount"]
    cases["day"] = cases["invoice_date"]
    cases["late"] = paid.reindex(cases.index, fill_value=0) < cases["invoice_amount"]
    decided = cases[(cases["due_date"] <= as_of(written)) & ~voided & ~wholly]
    decided = decided.assign(invoice_amount=decided["invoice_amount"] / 100)
    return decided, decided["late"]


def disputed(written: Written) -> Outcome:
    cases = written.table("invoices").set_index("invoice_number")
    cases = cases[~cases.index.isin(written.of("Invoice Cancelled")["invoice_number"])]
    cases["day"] = cases["invoice_date"]
    hit = cases.index.isin(written.of("Dispute Registered")["invoice_number"])
    return cases, pd.Series(hit, index=cases.index)


def posted_late(written: Written) -> Outcome:
    received = written.of("Payment Received").set_index("payment_id")
    posted = written.of("Payment Posted").set_index("payment_id")["event_time"].reindex(received.index)
    received["day"] = received["event_time"].dt.normalize()
    limit = workdays_after(written, received["day"], 1)
    decided = limit <= as_of(written)
    missed = ~(posted.dt.normalize() <= limit)
    return received[decided], missed[decided]


def won(written: Written) -> Outcome:
    cases = written.table("deals").set_index("opportunity_id")
    cases["day"] = first_time(written, "Opportunity Created", "opportunity_id").dt.normalize()
    cases["list_price"] /= 100
    closed = cases[cases["outcome"] != "Open"]
    return closed, closed["outcome"] == "Won"


def billed_late(written: Written) -> Outcome:
    fulfilled = first_time(written, "Order Fulfilled", "opportunity_id")
    billed = first_time(written, "Invoice Created", "opportunity_id").reindex(fulfilled.index)
    cases = pd.DataFrame({"day": fulfilled.dt.normalize()})
    limit = cases["day"] + pd.Timedelta(days=5)
    decided = limit <= as_of(written)
    missed = ~(billed.dt.normalize() <= limit)
    return cases[decided], missed[decided]


def slow(written: Written) -> Outcome:
    cases = written.table("cases").set_index("request")
    cases["day"] = first_time(written, "Request registered", "request").dt.normalize()
    solved = first_time(written, "Request solved", "request").reindex(cases.index)
    limit = cases["day"] + pd.Timedelta(days=7)
    withdrawn = cases.index.isin(written.of("Request withdrawn")["request"])
    decided = ~withdrawn & (limit <= as_of(written))
    missed = ~(solved.dt.normalize() <= limit)
    return cases[decided], missed[decided]


OUTCOMES: dict[str, Callable[[Written], Outcome]] = {
    "late": late_payment,
    "disputed": disputed,
    "posted_late": posted_late,
    "won": won,
    "billed_late": billed_late,
    "slow": slow,
}


def test_every_kind_of_cause_is_planted(written: Written) -> None:
    assert {cause["kind"] for cause in written.truth["causes"]} == KINDS


def test_what_is_observed_can_be_counted_in_the_files(written: Written) -> None:
    for cause in written.truth["causes"]:
        cases, hit = OUTCOMES[cause["outcome"]](written)
        told, counted = observed(written, cause["id"]), recount(cause, cases, hit)
        assert told == counted, cause["id"]


def test_every_cause_can_be_seen(written: Written) -> None:
    for cause in written.truth["causes"]:
        cases, hit = OUTCOMES[cause["outcome"]](written)
        rate = rates(recount(cause, cases, hit))
        sign = np.sign(cause["planted"]["log_odds"])
        match cause["kind"]:
            case "plain":
                assert sign * (rate["with"] - rate["without"]) > 0.1, cause["id"]
            case "non_linear":
                assert sign * (rate["low"] - rate["middle"]) > 0.1, cause["id"]
                assert sign * (rate["high"] - rate["middle"]) > 0.1, cause["id"]
            case "interaction":
                alone = [rate[name] for name in rate if name != "both"]
                assert max(alone) - min(alone) < 0.12, cause["id"]
                assert min(sign * (rate["both"] - other) for other in alone) > 0.2, cause["id"]
            case "time_limited":
                assert sign * (rate["during"] - rate["before and after"]) > 0.2, cause["id"]


def test_the_confounded_cause_vanishes_within_what_stands_behind_it(written: Written) -> None:
    cause = next(cause for cause in written.truth["causes"] if cause["kind"] == "confounded")
    cases, hit = OUTCOMES[cause["outcome"]](written)
    groups = recount(cause, cases, hit)
    rate = rates(groups)
    crude = rate["with"] - rate["without"]
    assert abs(crude) > 0.06
    strata = [name.removeprefix("with, ") for name in groups if name.startswith("with, ")]
    weights = [groups[f"with, {name}"][0] for name in strata]
    inside = [rate[f"with, {name}"] - rate[f"without, {name}"] for name in strata]
    adjusted = float(np.average(inside, weights=weights))
    assert abs(adjusted) < abs(crude) / 2.5


def test_the_strength_of_each_kind_is_what_the_world_says() -> None:
    traits = Traits(
        categories={
            "a": Category(np.array([0, 0, 1, 1]), ["x", "y"]),
            "b": Category(np.array([0, 1, 0, 1]), ["p", "q"]),
        },
        numbers={"n": np.array([1.0, np.e, np.e**2, np.e**9])},
        day=np.array([0, 10, 20, 31]),
    )
    epoch = pd.Timestamp("1970-01-01").date()
    causes = [
        {"kind": "plain", "outcome": "o", "log_odds": 1.0, "conditions": {"a": "y"}},
        {"kind": "interaction", "outcome": "o", "log_odds": 10.0, "conditions": {"a": "y", "b": "q"}},
        {"kind": "confounded", "outcome": "o", "log_odds": 0.0, "conditions": {"a": "x"}, "behind": "b"},
        {"kind": "plain", "outcome": "other", "log_odds": 5.0, "conditions": {"a": "x"}},
    ]
    assert log_odds(causes, "o", traits) == pytest.approx([0, 0, 1, 11])
    limited = {
        "kind": "time_limited",
        "outcome": "o",
        "log_odds": 2.0,
        "from": epoch.replace(day=11),
        "to": epoch.replace(day=21),
    }
    assert log_odds([limited], "o", traits) == pytest.approx([0, 2, 2, 0])
    curved = {"kind": "non_linear", "outcome": "o", "log_odds": 0.5, "attribute": "n"}
    curved |= {"centre": np.e, "farthest": 2}
    assert log_odds([curved], "o", traits) == pytest.approx([0.5, 0, 0.5, 2.0])
