"""Road traffic fines: 10,000 cases that know only days, as a plain log and as a collections process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workbench as wb
from tests.realdata.figures import figure, rounded

pytestmark = pytest.mark.realdata

# The same activities under the ids of credit & collections; the others keep their own names.
RENAMED = {
    "Create Fine": "invoice_generated",
    "Send Fine": "invoice_sent",
    "Insert Fine Notification": "dunning_started",
    "Add penalty": "overdue_reminder_sent",
    "Payment": "payment_received",
    "Send for Credit Collection": "handed_to_agency",
}
EDGES = {
    ("Create Fine", "Send Fine"): 6557,
    ("Create Fine", "Payment"): 3443,
    ("Send Fine", "Insert Fine Notification"): 4633,
    ("Insert Fine Notification", "Add penalty"): 4417,
}
PAYMENT, COLLECTION = "Payment", "Send for Credit Collection"


@pytest.fixture(scope="module", params=["road-fines", "road-fines-credit"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def log(example: Callable[[str], wb.Log], name: str) -> wb.Log:
    return example(name)


@pytest.fixture(scope="module")
def called(name: str) -> Callable[[str], str]:
    """What the project calls an activity of the file."""
    return lambda activity: RENAMED.get(activity, activity) if name == "road-fines-credit" else activity


def test_every_row_is_kept(log: wb.Log) -> None:
    (account,) = log.accounting().to_dict("records")
    assert (account["rows_in"], account["rows_kept"], account["events"]) == (34724, 34724, 34724)


def test_size_of_the_map(log: wb.Log) -> None:
    assert len(log.cases()) == 10_000
    assert log.activities()["events"].sum() == 34_724
    assert len(log.variants()) == 44
    assert len(log.map()) == 40


def test_edges(log: wb.Log, called: Callable[[str], str]) -> None:
    edges = log.map().set_index(["source", "target"])["count"]
    found = {pair: edges[called(pair[0]), called(pair[1])] for pair in EDGES}
    assert found == EDGES


def test_top_variants(log: wb.Log, called: Callable[[str], str]) -> None:
    top = log.variants().head(3)
    assert top["cases"].tolist() == [3428, 3273, 1890]
    assert top["activities"].iloc[0] == [called("Create Fine"), called("Payment")]
    assert rounded(top["share"].iloc[0], 4) == 0.3428


@pytest.mark.parametrize(
    ("activities", "cases"),
    [([PAYMENT], 4626), ([COLLECTION], 3387), ([PAYMENT, COLLECTION], 86)],
    ids=["paid", "credit collection", "both"],
)
def test_cases_with(log: wb.Log, called: Callable[[str], str], activities: list[str], cases: int) -> None:
    assert len(log.filter(has=[called(activity) for activity in activities]).cases()) == cases


def test_duration_of_a_case(log: wb.Log) -> None:
    days = log.cases()["duration_seconds"] / 86_400
    assert (rounded(days.mean(), 2), days.median()) == (296.14, 125)


def test_duration_as_a_figure(example: Callable[[str], wb.Log]) -> None:
    record = figure(example("road-fines"), "AP01")
    assert (rounded(record["value"], 2), record["median"], record["n"]) == (296.14, 125, 10_000)


def test_amounts_are_the_first_and_the_last_of_a_case(log: wb.Log, name: str) -> None:
    cases = log.cases()
    amount = "invoice_amount" if name == "road-fines-credit" else "amount"
    assert rounded(cases[amount].sum(), 2) == 345_580.0
    assert rounded(cases["total_paid"].sum(), 2) == 210_495.90


def test_what_payments_add_up_to(example: Callable[[str], wb.Log]) -> None:
    """Payments are what the running total grows by; the damaged column would give 2,217,554."""
    events = example("road-fines-credit").to_pandas(derived=False)
    paid = events[events["activity"] == "payment_received"]
    assert rounded(paid["payment_amount"].sum(), 2) == 210_495.90
    assert rounded(events["payment_amount"].sum(), 2) == 210_495.90


def test_without_a_due_date_nothing_is_said_to_be_late(example: Callable[[str], wb.Log]) -> None:
    record = figure(example("road-fines-credit"), "CC15")
    assert (record["value"], record["reason"]) == (None, "the log has no due_date")
