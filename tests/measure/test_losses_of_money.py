"""What keeps money from its target, by hand: in major units, each currency by itself, nobody's without a case."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.log.beside import with_tables
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.losses import Loss, losses


def missed(log: PreparedLog, kpi: str) -> Loss | None:
    return next((loss for loss in losses(log) if (loss.kind, loss.id) == ("target", kpi)), None)


def by_case(log: PreparedLog, loss: Loss | None) -> dict[str, tuple[float, str]]:
    """The money and the currency of each case."""
    if loss is None or loss.cases is None:
        return {}
    ids = log.frame(log.cases.select("case_key", "case_id")).set_index("case_key")["case_id"]
    lines = loss.cases.assign(case_id=loss.cases["case_key"].map(ids)).to_dict("records")
    return {str(line["case_id"]): (line["amount"], line["currency"]) for line in lines}


DEALS = "".join(
    f"{deal} | opportunity_created | 2026-01-05 09:00\n{deal} | opportunity_won | 2026-02-05 09:00\n"
    for deal in "ab"
)
VALUES = "opportunity_id | opportunity_value\na | 100\nb | 300\n"


@pytest.mark.parametrize(
    ("target", "lost"),
    [
        # The mean is 200: b alone is above 150, a alone below 250.
        ({"at_most": 150}, {"b": (300.0, "EUR")}),
        ({"at_least": 250}, {"a": (100.0, "EUR")}),
        ({"at_least": 150}, {}),
    ],
)
def test_an_average_of_money_is_held_against_money(
    target: Mapping[str, float], lost: dict[str, tuple[float, str]]
) -> None:
    log = prepared(DEALS, VALUES, as_of="2026-03-31", process="lead-to-cash", targets={"LC09": target})
    assert by_case(log, missed(log, "LC09")) == lost


INVOICES = "a | invoice_generated | 2026-01-05 09:00\nb | invoice_generated | 2026-01-05 09:00\n"
OWED = """\
invoice_number | invoice_amount | currency | due_date
a              | 100            | EUR      | 2026-02-10
b              | 1000           | USD      | 2026-02-10
"""


@pytest.mark.parametrize(
    ("most", "lost"),
    [
        # What is beyond the target: nothing of 100 euros, 800 of 1,000 dollars.
        (200, {"b": (800.0, "USD")}),
        # Half of the euros, 950 of the dollars.
        (50, {"a": (50.0, "EUR"), "b": (950.0, "USD")}),
    ],
)
def test_each_currency_is_held_by_its_own_invoices(most: float, lost: dict[str, tuple[float, str]]) -> None:
    log = prepared(INVOICES, OWED, as_of="2026-03-31", targets={"CC17": {"at_most": most}})
    assert by_case(log, missed(log, "CC17")) == lost


def test_a_missed_target_of_requests_is_no_invoices_fault() -> None:
    """A request that took four days belongs to a customer, not to one of its invoices."""
    requests = """
request_id | customer_id | requested_at     | decided_at       | decision
r1         | C1          | 2026-02-01 09:00 | 2026-02-05 09:00 | approved
"""
    log = with_tables(
        INVOICES, OWED, {"requests": requests}, as_of="2026-03-31", targets={"CC01": {"at_most": 2}}
    )
    loss = missed(log, "CC01")
    assert loss is not None
    assert loss.cases is None
    assert loss.basis == "no days: no single case can be held to account for it"
