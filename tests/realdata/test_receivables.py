"""IBM receivables: 2,466 invoices in one wide file. Expected figures were computed with plain pandas."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests.realdata.figures import by_group, figure, rounded
from workbench import cli
from workbench.measure import ageing_frame, figures
from workbench.measure.figure import Period

pytestmark = pytest.mark.realdata

AGEING = {
    "2012-12-31": (99, 5725.06, {"not_due": (86, 4936.32), "1-30": (13, 788.74)}),
    "2013-12-31": (13, 761.90, {"not_due": (3, 206.25), "1-30": (10, 555.65)}),
}
LATE_BY_COUNTRY = {"391": 1.854, "406": 3.941, "770": 3.642, "818": 4.817, "897": 3.609}


@pytest.fixture(scope="module")
def log(example: Callable[[str], wb.Log]) -> wb.Log:
    return example("receivables")


@pytest.fixture(scope="module")
def made(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that `workbench new` makes from the file alone."""
    folder = tmp_path_factory.mktemp("made") / "project"
    source = realdata / "ibm_receivables" / "receivables.csv"
    assert cli.run(["new", str(folder), "--process", "credit-collections", "--source", str(source)]) == 0
    return folder


def test_every_row_is_kept(log: wb.Log) -> None:
    (account,) = log.accounting().to_dict("records")
    assert (account["rows_in"], account["rows_kept"], account["dropped"]) == (2466, 2466, {})
    assert not [found for found in log.finding_list() if found.severity != "note"]


def test_cases_and_total(log: wb.Log) -> None:
    cases = log.cases()
    assert len(cases) == 2466
    assert rounded(cases["invoice_amount"].sum(), 2) == 147703.18


@pytest.mark.parametrize(
    ("name", "statistic", "expected", "digits"),
    [
        ("CC15", "value", 0.6444, 4),  # 1,589 of 2,466
        ("CC15.late", "value", 0.3556, 4),
        ("CC11.late", "n", 877, 0),
        ("CC11.late", "mean", 9.680, 3),
        ("CC11.invoice", "mean", 3.442, 3),
        ("CC11.invoice", "n", 2466, 0),
        ("CC11.invoice", "weighted_mean", 3.571, 3),
        ("CC06", "mean", 26.445, 3),
        ("CC06", "weighted_mean", 26.70, 2),
        ("CC14.paid", "value", 26.70, 2),
        ("CC13", "value", -3.299, 3),
        ("CC28", "value", 0.2275, 4),
        ("CC28", "hits", 561, 0),
    ],
)
def test_figure(log: wb.Log, name: str, statistic: str, expected: float, digits: int) -> None:
    assert rounded(figure(log, name)[statistic], digits) == expected


def test_mean_signed_lateness(log: wb.Log) -> None:
    """Paid less due over all 2,466 invoices, early payments as negative days."""
    days = log.rows("CC13")["value"]
    assert (len(days), rounded(days.mean() / pd.Timedelta(days=1), 3)) == (2466, -3.555)


@pytest.mark.parametrize(("disputed", "invoices", "late"), [(True, 561, 0.6827), (False, 1905, 0.2593)])
def test_disputed_invoices_are_late_more_often(
    log: wb.Log, disputed: bool, invoices: int, late: float
) -> None:
    record = figure(log.filter(is_disputed=disputed), "CC15.late")
    assert (record["n"], rounded(record["value"], 4)) == (invoices, late)


@pytest.mark.parametrize("day", AGEING)
def test_ageing(log: wb.Log, day: str) -> None:
    """What was open at the end of a day, by days past due; bands without an invoice stand there as nought."""
    n, total, bands = AGEING[day]
    record = figure(log.at(day), "CC17")
    assert (record["n"], record["value"]) == (n, total)
    for part in record["parts"]:
        assert (part["n"], part["value"]) == bands.get(part["key"], (0, 0.0)), part["key"]


def test_ageing_by_month(log: wb.Log) -> None:
    """The same bands from one question about many month ends, without going back to each day."""
    frame = ageing_frame(log.prepared, months=14)
    for day, (n, total, bands) in AGEING.items():
        own = frame[frame["day"] == date.fromisoformat(day)]
        assert (int(own["cases"].sum()), rounded(own["balance"].sum(), 2)) == (n, total)
        found = zip(own["band"], own["cases"], own["balance"], strict=True)
        assert {band: (cases, rounded(balance, 2)) for band, cases, balance in found if cases} == bands


def test_days_late_by_country(log: wb.Log) -> None:
    found = by_group(log, "CC11.invoice", "country_code")
    assert {country: rounded(record["mean"], 3) for country, record in found.items()} == LATE_BY_COUNTRY


def test_paperless_date_is_no_event(log: wb.Log) -> None:
    assert set(log.activities(derived=False)["activity"]) == {"invoice_generated", "invoice_settled"}


def test_the_file_alone_is_ready_to_run(made: Path, log: wb.Log, capsys: pytest.CaptureFixture[str]) -> None:
    """`workbench new` proposes a mapping that gives the figures of the example, without an edit."""
    capsys.readouterr()
    assert cli.run(["kpis", str(made), "--format", "json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert given == json.loads(json.dumps(log.kpi_records()))


def test_the_command_says_the_ageing_of_a_day(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.run(["kpis", str(made), "--as-of", "2012-12-31", "--format", "json"]) == 0
    (record,) = [found for found in json.loads(capsys.readouterr().out) if found["id"] == "CC17"]
    assert (record["n"], record["value"]) == (99, 5725.06)


def test_dso_by_balance_days_is_the_time_to_pay_weighted_by_value(log: wb.Log) -> None:
    """All 2,466 are settled: over the whole log the balance-days of each are its amount times its days to pay."""
    whole = Period(date(2012, 1, 1), log.as_of)
    outstanding, to_pay = (figures(log.prepared, [name], period=whole)[0] for name in ("CC09", "CC14.paid"))
    assert outstanding.value == pytest.approx(to_pay.value, rel=1e-12)
    assert rounded(outstanding.value, 4) == 26.7006


@pytest.mark.parametrize(
    ("name", "value"),
    [("CC09", 28.255153), ("CC09.published", 17.253763), ("CC18", 0.116029), ("CC18.cure", 0.883971)],
)
def test_receivables_at_the_end_of_2013(log: wb.Log, name: str, value: float) -> None:
    assert rounded(figure(log, name)["value"], 6) == value


def test_dso_explained_by_country(log: wb.Log) -> None:
    """Nothing but terms and lateness is known here: no reminder, no dispute with a date."""
    assert log.dso_explained().set_index("phase")["days"].round(6).to_dict() == {
        "within_terms": 25.501867, "disputed_in_terms": 0, "before_action": 2.753286, "dunning": 0, "disputed": 0,
        "unposted": 0,
    }  # fmt: skip
    by_country = log.dso_explained(by="country_code").set_index(["phase", "group"])["days"]
    assert by_country["within_terms"].round(3).to_dict() == WITHIN_TERMS
    assert by_country["before_action"].round(3).to_dict() == PAST_DUE


WITHIN_TERMS = {"391": 22.647, "406": 29.202, "770": 26.299, "818": 29.049, "897": 21.389}
PAST_DUE = {"391": 2.052, "406": 2.649, "770": 2.249, "818": 4.097, "897": 4.124}
