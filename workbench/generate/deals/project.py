"""The project folder of sales: events, deals, leads, spend, quota and what steps cost, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.generate.causes import cause_entries
from workbench.generate.columns import DATE, MOMENT, MONEY, SHARE, Column, Label, Serial, serials, to_arrow
from workbench.generate.deals.delivery import deliver
from workbench.generate.deals.openings import (
    LEADS_PER_DEAL,
    currencies,
    draw_openings,
    leads_table,
    traits_of,
)
from workbench.generate.deals.record import Record
from workbench.generate.deals.selling import sell
from workbench.generate.deals.tally import count
from workbench.generate.dice import Dice
from workbench.generate.events import EventBatch
from workbench.generate.money import rate_rows
from workbench.generate.project import ProjectWriter
from workbench.generate.truth import Tally, as_decimal
from workbench.generate.world import World, load_world, project_text

__all__ = ["write_project"]

_WORLD = "lead-to-cash"
_OUTCOMES = ("Open", "Won", "Lost")


def write_project(
    writer: ProjectWriter,
    *,
    process: str,
    cases: int,
    seed: int,
    chunk_cases: int,
    advance: Callable[[int], None],
) -> dict[str, Any]:
    """Write the whole project with its truth; `advance` hears how many cases are done."""
    world, tally = load_world(_WORLD), Tally()
    for chunk, first in enumerate(range(0, cases, chunk_cases)):
        n = min(chunk_cases, cases - first)
        # Each chunk has accounts of its own, as it has random numbers of its own.
        first_account = chunk * -(-chunk_cases // world["cases_per_account"])
        dice = Dice((seed, chunk), n)
        _write_chunk(writer, world, tally, dice, first=first + 1, first_account=first_account + 1)
        advance(first + n)
    _write_side_tables(writer, world, cases=cases, seed=seed)
    writer.text("project.toml", project_text(world, _WORLD, process=process))
    return _truth(world, tally)


def _event_columns(world: World) -> dict[str, Column]:
    return {
        "stage": Label(world["stages"]["names"]),
        "probability": SHARE,
        "sales_rep": Label(world.people.names),
        "opportunity_value": MONEY,
        "expected_close_date": DATE,
        "discount_pct": SHARE,
        "quote_id": Serial("Q-"),
        "contract_id": Serial("K-"),
        "order_id": Serial("SO-"),
        "order_amount": MONEY,
        "invoice_id": Serial("INV-"),
        "invoice_amount": MONEY,
        "due_date": DATE,
        "payment_id": Serial("P-"),
        "paid_amount": MONEY,
    }


def _write_chunk(
    writer: ProjectWriter, world: World, tally: Tally, dice: Dice, *, first: int, first_account: int
) -> None:
    openings = draw_openings(world, dice, first=first, first_account=first_account)
    traits = traits_of(world, openings)
    batch = EventBatch(world, dice)
    record = Record(world, dice, openings, batch)
    sale = sell(record, traits)
    delivery = deliver(record, sale, traits)

    ids = serials("OPP-", openings.number)
    events = batch.table(ids, _event_columns(world), case="opportunity_id", user="user")
    writer.append("data/events.parquet", events)
    writer.append("data/deals.parquet", _deals_table(world, dice, record, ids))
    writer.append("data/leads.parquet", leads_table(world, dice, openings))
    count(world, tally, record, sale, delivery, traits)
    for name, n in batch.counts().items():
        tally.add(("events", name), n)


def _deals_table(world: World, dice: Dice, record: Record, ids: pa.Array) -> pa.RecordBatch:
    openings, rules = record.openings, world["deal"]
    won, lost = record.seen["winning"], record.seen["losing"]
    reason = dice.pick(rules["loss_shares"])
    competitor = dice.whole((0, len(rules["competitors"]) - 1))
    beaten = lost & (reason == rules["loss_reasons"].index("Competitor"))
    return pa.RecordBatch.from_pydict(
        {
            "opportunity_id": ids,
            "account": serials("A-", openings.account),
            "account_segment": to_arrow(Label(world["segments"]["names"]), openings.segment),
            "region": to_arrow(Label(world["regions"]["names"]), openings.region),
            "lead_source": to_arrow(Label(world["lead_sources"]["names"]), openings.source),
            "product": to_arrow(Label(world["products"]["names"]), openings.product),
            "list_price": to_arrow(MONEY, openings.list_price),
            "cost": to_arrow(MONEY, openings.cost),
            "currency": to_arrow(Label(currencies(world)), openings.currency),
            "outcome": to_arrow(Label(_OUTCOMES), np.select([won, lost], [1, 2], 0)),
            "loss_reason": to_arrow(Label(rules["loss_reasons"]), reason, ~lost),
            "competitor": to_arrow(Label(rules["competitors"]), competitor, ~beaten),
            "lead_id": to_arrow(Serial("L-"), LEADS_PER_DEAL * openings.number, ~openings.has_lead),
            "lead_created_at": to_arrow(MOMENT, openings.lead_time, ~openings.has_lead),
        }
    )


def _write_side_tables(writer: ProjectWriter, world: World, *, cases: int, seed: int) -> None:
    first = (world.start.year, world.start.month)
    months = list(_months(first, (world.end.year, world.end.month)))
    sources = world["lead_sources"]
    spend = [
        [f"{month}-01", source, amount * cases // 2000]
        for month in months
        for source, amount in zip(sources["names"], sources["spend"], strict=True)
    ]
    writer.table("data/campaign_spend.csv", ["month", "lead_source", "spend"], spend)
    quota = [
        [f"{month}-01", rep, world["quota"]["sales"] * cases // 1000]
        for month in months[::3]
        for rep in world.people.members("sales")
    ]
    writer.table("data/quota.csv", ["quarter", "sales_rep", "target"], quota)
    costs = [
        [entry["name"], entry["minutes"], world["costs"][entry["team"]]]
        for entry in world["activities"].values()
    ]
    writer.table(
        "data/activity_costs.csv", ["activity_name", "activity_minutes", "cost_rate_per_hour"], costs
    )
    rates = rate_rows(world["currencies"], first_day=world.first_day - 92, last_day=world.last_day, seed=seed)
    writer.table("data/rates.csv", ["date", "currency", "rate"], rates)


def _months(first: tuple[int, int], last: tuple[int, int]) -> Iterator[str]:
    year, month = first
    while (year, month) <= last:
        yield f"{year}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _truth(world: World, tally: Tally) -> dict[str, Any]:
    return {
        "planted": tally.section("planted"),
        "breaches": tally.section("breaches"),
        "events": tally.section("events"),
        "sums": {
            what: {currency: as_decimal(cents) for currency, cents in tally.section("sums", what).items()}
            for what in ("won", "ordered", "invoiced", "paid")
        },
        "causes": cause_entries(world["causes"], tally),
    }
