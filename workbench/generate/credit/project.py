"""The project folder of receivables: events, invoices and side tables, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.generate.causes import cause_entries
from workbench.generate.columns import DATE, MONEY, Label, serials, to_arrow
from workbench.generate.credit.checks import requests_table
from workbench.generate.credit.customers import currencies, ratings_table
from workbench.generate.credit.emit import emit, event_columns
from workbench.generate.credit.simulation import Receivables, simulate
from workbench.generate.credit.tally import Status, count, status_of
from workbench.generate.dice import Dice
from workbench.generate.events import EventBatch
from workbench.generate.money import rate_rows
from workbench.generate.project import ProjectWriter
from workbench.generate.truth import Tally, as_decimal
from workbench.generate.world import World, load_world, project_text

__all__ = ["write_project"]

_WORLD = "credit-collections"
_DAYS_BEFORE = 92
"""Rates begin so long before the first invoice: orders and credit requests come earlier."""


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
        # Each chunk has customers of its own: their exposure is exact without a look at other chunks.
        first_customer = chunk * -(-chunk_cases // world["cases_per_customer"])
        dice = Dice((seed, chunk), n)
        _write_chunk(writer, world, tally, dice, first=first + 1, first_customer=first_customer + 1)
        advance(first + n)
    _write_side_tables(writer, world, seed)
    truth = _truth(world, tally)
    writer.text("project.toml", _project_text(world, tally, process))
    return truth


def _write_chunk(
    writer: ProjectWriter, world: World, tally: Tally, dice: Dice, *, first: int, first_customer: int
) -> None:
    chunk = simulate(world, dice, first_invoice=first, first_customer=first_customer)
    batch = EventBatch(world, dice)
    changes = emit(world, dice, chunk, batch)
    ids = serials("INV-", chunk.invoices.number)
    writer.append(
        "data/events.parquet",
        batch.table(ids, event_columns(world), case="invoice_number", user="user_or_collector"),
    )
    writer.append("data/invoices.parquet", _invoices_table(world, chunk, ids))
    requests = requests_table(world, dice, chunk.customers, chunk.invoices, chunk.checks, chunk.limits)
    writer.append("data/requests.parquet", requests)
    for ratings in ratings_table(world, dice, chunk.customers):
        writer.append("data/ratings.parquet", ratings)
    count(world, tally, chunk, changes)
    for name, n in batch.counts().items():
        tally.add(("events", name), n)


def _invoices_table(world: World, chunk: Receivables, ids: pa.Array) -> pa.RecordBatch:
    invoices, customers = chunk.invoices, chunk.customers
    who, products = invoices.customer, world["products"]
    units = list(dict.fromkeys(products["units"]))
    unit = np.array([units.index(name) for name in products["units"]])
    return pa.RecordBatch.from_pydict(
        {
            "invoice_number": ids,
            "customer_id": serials("C-", customers.number[who]),
            "customer_segment": to_arrow(Label(world["segments"]["names"]), customers.segment[who]),
            "region": to_arrow(Label(world["regions"]["names"]), customers.region[who]),
            "sales_org": to_arrow(Label(world["sales_orgs"]["names"]), customers.sales_org[who]),
            "business_unit": to_arrow(Label(units), unit[invoices.product]),
            "product": to_arrow(Label(products["names"]), invoices.product),
            "invoice_amount": to_arrow(MONEY, invoices.amount),
            "currency": to_arrow(Label(currencies(world)), invoices.currency),
            "invoice_date": to_arrow(DATE, invoices.day),
            "due_date": to_arrow(DATE, invoices.due),
            "payment_terms": to_arrow(Label(world["terms"]["names"]), customers.terms[who]),
            "invoice_status": to_arrow(Label(Status), status_of(world, chunk)),
            "credit_limit": to_arrow(MONEY, chunk.limits[who]),
            "credit_exposure": to_arrow(MONEY, chunk.exposure),
            "risk_class": to_arrow(Label(world["risk_classes"]["names"]), customers.risk[who]),
            "guarantee_type": to_arrow(Label(world["guarantees"]["names"]), customers.guarantee[who]),
        }
    )


def _write_side_tables(writer: ProjectWriter, world: World, seed: int) -> None:
    rates = rate_rows(
        world["currencies"], first_day=world.first_day - _DAYS_BEFORE, last_day=world.last_day, seed=seed
    )
    writer.table("data/rates.csv", ["date", "currency", "rate"], rates)
    costs = [
        [entry["name"], entry["minutes"], world["costs"][entry["team"]]]
        for entry in world["activities"].values()
    ]
    writer.table(
        "data/activity_costs.csv", ["activity_name", "activity_minutes", "cost_rate_per_hour"], costs
    )


def _truth(world: World, tally: Tally) -> dict[str, Any]:
    return {
        "planted": tally.section("planted"),
        "promises": tally.section("promises"),
        "late_payment": tally.section("late_payment"),
        "breaches": tally.section("breaches"),
        "events": tally.section("events"),
        "sums": {
            what: {currency: as_decimal(cents) for currency, cents in tally.section("sums", what).items()}
            for what in ("invoiced", "received", "credited", "written_off")
        },
        "receivables": {
            day.isoformat(): {
                currency: as_decimal(cents)
                for currency, cents in tally.section("receivables", day.isoformat()).items()
            }
            for day in world["control_dates"]
        },
        "causes": cause_entries(world["causes"], tally),
    }


def _project_text(world: World, tally: Tally, process: str) -> str:
    controls = [
        f'[[control]]\ndate = "{day.isoformat()}"\nar = "{as_decimal(cents)}"\ncurrency = "{currency}"\n'
        for day in world["control_dates"]
        for currency, cents in tally.section("receivables", day.isoformat()).items()
    ]
    return project_text(world, _WORLD, process=process, controls="\n".join(controls))
