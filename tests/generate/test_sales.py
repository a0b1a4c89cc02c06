"""Sales: the counts, sums and breaches of truth.json, recomputed from the files by pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from .conftest import CASES, Written
from .plain import as_of, cents_of, first_time

CASE = "opportunity_id"
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def deals(sales: Written) -> pd.DataFrame:
    """One row per deal with the first moment of each milestone."""
    table = sales.table("deals").set_index(CASE)
    for name, activity in {
        "opened": "Opportunity Created",
        "qualified": "Opportunity Qualified",
        "quoted": "Quote Created",
        "issued": "Quote Issued",
        "approved": "Quote Approved",
        "contract": "Contract Sent",
        "signed": "Contract Signed",
        "won": "Opportunity Won",
        "lost": "Opportunity Lost",
        "ordered": "Sales Order Created",
        "fulfilled": "Order Fulfilled",
        "billed": "Invoice Created",
    }.items():
        table[name] = first_time(sales, activity, CASE).reindex(table.index)
    for column, activity in {
        "order_amount": "Sales Order Created",
        "invoice_amount": "Invoice Created",
        "paid_amount": "Payment Received",
    }.items():
        sums = sales.of(activity).groupby(CASE)[column].sum()
        table[column] = sums.reindex(table.index, fill_value=0)
    return table


@pytest.fixture(scope="module")
def record(sales: Written) -> pd.DataFrame:
    """The entries that state an amount or a close date, with what the entry before them stated."""
    stated = sales.events[sales.events["opportunity_value"] > 0]
    by_case = stated.groupby(CASE)
    return stated.assign(
        value_before=by_case["opportunity_value"].shift(),
        rep_before=by_case["sales_rep"].shift(),
        date_before=by_case["expected_close_date"].ffill().groupby(stated[CASE]).shift(),
    )


def breach(written: Written, name: str) -> int:
    return int(written.truth["breaches"][name])


def test_planted_counts(sales: Written, deals: pd.DataFrame) -> None:
    planted = sales.truth["planted"]
    payments = sales.of("Payment Received").groupby(CASE).size().reindex(deals.index, fill_value=0)
    paid = deals["billed"].notna() & (deals["paid_amount"] == deals["invoice_amount"])
    assert planted == {
        "deals": CASES,
        "leads_converted": deals["lead_id"].notna().sum(),
        "won": deals["won"].notna().sum(),
        "lost": deals["lost"].notna().sum(),
        "open_at_the_cut_off": deals[["won", "lost"]].isna().all(axis=1).sum(),
        "quotes_issued": deals["issued"].notna().sum(),
        "quotes_refused": len(sales.of("Quote Rejected")),
        "invoices_corrected": len(sales.of("Invoice Corrected")),
        "deals_paid_in_parts": (payments > 1).sum(),
        "fully_paid": paid.sum(),
    }
    assert all(planted.values())
    assert sales.truth["events"] == sales.events["activity_name"].value_counts().to_dict()


def test_sums_per_currency(sales: Written, deals: pd.DataFrame) -> None:
    value = sales.of("Opportunity Won").set_index(CASE)["opportunity_value"]
    columns = {
        "won": value.reindex(deals.index, fill_value=0),
        "ordered": deals["order_amount"],
        "invoiced": deals["invoice_amount"],
        "paid": deals["paid_amount"],
    }
    for name, cents in columns.items():
        found = cents.groupby(deals["currency"]).sum().to_dict()
        told = {currency: cents_of(text) for currency, text in sales.truth["sums"][name].items()}
        assert told == found, name


def test_breaches_of_order(sales: Written, deals: pd.DataFrame) -> None:
    quoted, ordered, billed = (deals[name].notna() for name in ("quoted", "ordered", "billed"))
    assert breach(sales, "quote_without_qualification") == (quoted & deals["qualified"].isna()).sum()
    assert breach(sales, "won_without_a_quote") == (deals["won"].notna() & ~quoted).sum()
    before_contract = ordered & ~(deals["signed"] < deals["ordered"])
    assert breach(sales, "order_before_contract") == before_contract.sum()
    assert breach(sales, "invoice_before_order") == (billed & ~(deals["ordered"] < deals["billed"])).sum()
    back = sales.of("Opportunity Qualified").join(deals["issued"], on=CASE)
    again = back[back["event_time"] > back["issued"]]
    assert breach(sales, "stage_backwards") == again[CASE].nunique()


def test_stages_go_back_where_the_deal_does(sales: Written) -> None:
    order = ["Prospecting", "Qualification", "Needs Analysis", "Proposal", "Negotiation"]
    moves = sales.events[sales.events["stage"].isin(order)]
    number = moves["stage"].map(order.index)
    back = number < number.groupby(moves[CASE]).shift()
    assert breach(sales, "stage_backwards") == moves.loc[back, CASE].nunique()


def test_deep_discounts_without_approval(sales: Written, deals: pd.DataFrame) -> None:
    limit = sales.project["policy"]["discount_limit"]
    quotes = sales.of("Quote Issued").set_index(CASE)
    deep = quotes[quotes["discount_pct"] > limit]
    approved = deals["approved"].reindex(deep.index) <= deep["event_time"]
    assert breach(sales, "deep_discount_without_approval") == (~approved).sum()
    assert approved.any()
    assert quotes["discount_pct"].between(0, 0.42).all()


def test_late_billing(sales: Written, deals: pd.DataFrame) -> None:
    limit = deals["fulfilled"].dt.normalize() + sales.project["policy"]["invoice_days"] * DAY
    decided = limit <= as_of(sales)
    late = decided & ~(deals["billed"].dt.normalize() <= limit)
    assert breach(sales, "billed_late") == late.sum()


def test_what_the_record_says(sales: Written, deals: pd.DataFrame, record: pd.DataFrame) -> None:
    policy = sales.project["policy"]

    def too_often(changed: pd.Series[Any], allowed: int) -> int:
        return int((changed.groupby(record[CASE]).sum() > allowed).sum())

    pushed = record["expected_close_date"] > record["date_before"]
    assert breach(sales, "close_date_pushed_too_often") == too_often(pushed, policy["close_date_pushes"])
    moved = (record["sales_rep"] != record["rep_before"]) & record["rep_before"].notna()
    assert breach(sales, "owner_changed_too_often") == too_often(moved, policy["owner_changes"])
    less = record[record["opportunity_value"] < record["value_before"]].join(deals["issued"], on=CASE)
    after = less[less["event_time"] > less["issued"]]
    assert breach(sales, "amount_reduced_after_proposal") == after[CASE].nunique()


def test_every_rule_has_something_to_find(sales: Written) -> None:
    for name, number in sales.truth["breaches"].items():
        assert 0.005 * CASES < number < 0.06 * CASES, name


def test_steps_follow_each_other(sales: Written, deals: pd.DataFrame) -> None:
    steps = ["opened", "qualified", "quoted", "issued", "contract"]
    for i, before in enumerate(steps):
        for after in steps[i + 1 :]:
            both = deals[deals[[before, after]].notna().all(axis=1)]
            assert (both[before] <= both[after]).all(), (before, after)
    won = deals[deals["won"].notna()]
    assert won["lost"].isna().all()
    assert (won["outcome"] == "Won").all()
    assert (deals.loc[deals["lost"].notna(), "outcome"] == "Lost").all()
    assert deals.loc[deals["lost"].isna(), "loss_reason"].isna().all()
    assert (won["billed"].isna() | (won["billed"] > won["fulfilled"])).all()
    assert (deals["paid_amount"] <= deals["invoice_amount"]).all()


def test_leads_are_records_of_their_own(sales: Written, deals: pd.DataFrame) -> None:
    leads = sales.table("leads").set_index("lead_id")
    assert leads.index.is_unique
    converted = leads[leads["lead_status"] == "Converted"]
    assert len(leads) > 2 * len(converted)
    own = deals[deals["lead_id"].notna()]
    assert set(own["lead_id"]) == set(converted.index)
    joined = converted.loc[own["lead_id"]]
    assert (joined["opportunity_id"].to_numpy() == own.index.to_numpy()).all()
    assert (joined["lead_created_at"].to_numpy() == own["lead_created_at"].to_numpy()).all()
    assert (own["lead_created_at"] <= own["opened"]).all()
    made = first_time(sales, "Lead Created", CASE)
    assert (made == own["lead_created_at"]).all()
    assert leads.drop(converted.index)["lead_converted_at"].isna().all()


def test_side_tables_cover_the_history(sales: Written, deals: pd.DataFrame) -> None:
    spend = pd.read_csv(sales.folder / "data" / "campaign_spend.csv", parse_dates=["month"])
    assert len(spend) == 24 * deals["lead_source"].nunique()
    assert set(spend["lead_source"]) == set(deals["lead_source"])
    quota = pd.read_csv(sales.folder / "data" / "quota.csv", parse_dates=["quarter"])
    owners = set(sales.events["sales_rep"].dropna())
    assert owners <= set(quota["sales_rep"])
    assert len(quota) == 8 * quota["sales_rep"].nunique()
    rates = pd.read_csv(sales.folder / "data" / "rates.csv", parse_dates=["date"])
    assert set(rates["currency"]) == set(deals["currency"]) - {"EUR"}
    assert rates["date"].min() <= sales.events["event_time"].min().normalize()
    assert rates["date"].max() == as_of(sales)
