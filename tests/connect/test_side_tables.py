"""Tables of a process beside its log: found by plain names in four languages, told apart, and joined as of a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.connect.conftest import Reading
from workbench.connect import propose, read_project
from workbench.connect.projectfile import project_text
from workbench.connect.proposal import Proposal, SourceProposal
from workbench.project import load_project
from workbench.template import load_template

EVENTS = "Opportunity ID,Activity,Timestamp,Sales Rep\n" + "".join(
    f"O{case},{activity},2024-0{month}-0{case} 10:00,{rep}\n"
    for case, rep in ((1, "Ann"), (2, "Bob"), (3, "Ann"))
    for activity, month in (("Opportunity Created", 1), ("Opportunity Won", 2))
)
DEALS = (
    "Opportunity ID,Account,Amount,Lead ID,Lead Source,Lead Created At\n"
    "O1,A,100,L1,Web,2024-01-01 08:00\nO2,B,200,L2,Web,2024-01-01 09:00\nO3,C,300,L3,Trade Fair,2024-01-02 09:00\n"
)
LEADS = (
    "Lead ID,Lead Created At,Lead Source,Lead Status,Opportunity ID\n"
    "L1,2024-01-01 08:00,Web,Converted,O1\nL2,2024-01-01 09:00,Web,Converted,O2\n"
    "L3,2024-01-02 09:00,Trade Fair,Converted,O3\nL4,2024-01-02 09:30,Trade Fair,New,\n"
)
INVOICES = (
    "Invoice Number,Customer,Invoice Date,Due Date,Settlement Date,Invoice Amount\n"
    "I1,C1,2024-01-05,2024-02-05,2024-02-01,10\nI2,C1,2024-03-01,2024-03-25,2024-03-20,20\n"
    "I3,C2,2024-03-01,2024-03-25,2024-03-20,20\nI4,C3,2024-03-31,2024-04-25,2024-04-20,20\n"
)


@pytest.fixture
def proposed(tmp_path: Path) -> Callable[..., Proposal]:
    """The proposal for some files, in their order."""

    def proposing(files: Mapping[str, str], process: str = "lead-to-cash") -> Proposal:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return propose([tmp_path / name for name in files], load_template(process))

    return proposing


@pytest.fixture
def loaded(tmp_path: Path, proposed: Callable[..., Proposal]) -> Callable[..., Reading]:
    """The log that a proposal gives as it stands; `accept` uncomments the spellings that it asks about."""

    def loading(files: Mapping[str, str], process: str = "lead-to-cash", *, accept: bool = False) -> Reading:
        text = project_text(proposed(files, process), name="test")
        text = text.replace("# TODO same =", "same =") if accept else text
        (tmp_path / "project.toml").write_text(text, encoding="utf-8")
        return Reading(read_project(load_project(tmp_path), load_template(process)))

    return loading


def source(proposal: Proposal, name: str) -> SourceProposal:
    return next(one for one in proposal.sources if one.name == name)


def columns(found: SourceProposal) -> dict[str, str]:
    assert all(0.9 <= one.score <= 1 and one.reason for one in found.choices), found.choices
    return {one.name: one.column for one in found.choices}


@pytest.mark.parametrize(
    ("header", "target"),
    [
        (("Month", "Channel", "Spend"), ("Quarter", "Sales Rep", "Quota")),
        (("Mois", "Source du prospect", "Dépenses"), ("Trimestre", "Représentant commercial", "Objectif")),
        (("Mes", "Origen", "Gasto"), ("Período", "Representante de ventas", "Meta")),
        (("月份", "渠道", "支出"), ("季度", "销售代表", "目标金额")),
    ],
)
def test_spend_and_targets_are_known_in_four_languages(
    proposed: Callable[..., Proposal], header: tuple[str, ...], target: tuple[str, ...]
) -> None:
    found = proposed(
        {
            "events.csv": EVENTS,
            "a.csv": ",".join(header) + "\n2024-01-01,Web,100.5\n2024-02-01,Web,90\n",
            "b.csv": ",".join(target) + "\n2024-01-01,Ann,1000\n2024-01-01,Bob,2000\n",
        }
    )
    spend, targets = source(found, "spend"), source(found, "targets")
    assert (spend.kind, targets.kind) == ("table", "table")
    assert columns(spend) == dict(zip(("period_start", "lead_source", "spend_amount"), header, strict=True))
    assert columns(targets) == dict(zip(("period_start", "sales_rep", "target_amount"), target, strict=True))


@pytest.mark.parametrize("written", ["{y}-{m}", "{m}/{y}", "{m}.{y}", "{y}{m}", "{y}年{m}月"])
def test_a_month_is_read_as_its_first_day(loaded: Callable[..., Reading], written: str) -> None:
    rows = "".join(f"{written.format(y=2024, m=month)},Web,{month}00.5\n" for month in ("01", "02", "11"))
    found = loaded({"events.csv": EVENTS, "cost.csv": f"Month,Channel,Spend\n{rows}"})
    days = found.rows(
        f"SELECT period_start, spend_amount FROM {found.log.side['spend'].get_name()} ORDER BY 1"
    )
    assert days == [(date(2024, month, 1), Decimal(f"{month:02}00.5")) for month in (1, 2, 11)]


def test_a_target_of_the_whole_team_is_a_target(loaded: Callable[..., Reading]) -> None:
    found = loaded(
        {"events.csv": EVENTS, "plan.csv": "Month,Target\n2024-01-01,5000\n2024-02-01,6000\n,7000\n"}
    )
    assert sorted(found.side("targets")) == [
        (Decimal(5000), date(2024, 1, 1)),
        (Decimal(6000), date(2024, 2, 1)),
    ]
    assert found.log.accounting[1].dropped == {"missing_key": 1}


def test_what_only_shares_a_month_and_a_source_is_no_spend(proposed: Callable[..., Proposal]) -> None:
    found = proposed({"events.csv": EVENTS, "visits.csv": "Month,Channel,Visitors\n2024-01-01,Web,100\n"})
    assert [(one.name, one.kind) for one in found.sources] == [("events", "events"), ("visits", "table")]


# -------------------------------------------------- leads
@pytest.mark.parametrize(
    "deals",
    [
        DEALS,
        # The state of the lead stands in the deal, and one deal came without a lead.
        (
            "Opportunity ID,Created Date,Amount,Lead ID,Lead Source,Lead Status\nO1,2024-01-03,1,L1,Web,Converted\n"
            "O2,2024-01-03,2,L2,Web,Converted\nO3,2024-01-04,3,,,\n"
        ),
        # One lead, two deals.
        (
            "Opportunity ID,Amount,Lead ID,Lead Source,Lead Created At\nO1,1,L1,Web,2024-01-01 08:00\n"
            "O2,2,L1,Web,2024-01-01 08:00\nO3,3,L3,Web,2024-01-02 09:00\n"
        ),
    ],
)
def test_deals_that_name_their_lead_are_not_the_leads(proposed: Callable[..., Proposal], deals: str) -> None:
    for files in (
        {"events.csv": EVENTS, "deals.csv": deals, "leads.csv": LEADS},
        {"leads.csv": LEADS, "deals.csv": deals},
    ):
        found = proposed(files)
        assert source(found, "leads").kind == "leads"
        assert source(found, "leads").rows == 4
        assert source(found, "deals").kind in ("cases", "lookup")


def test_leads_also_tell_when_they_came(loaded: Callable[..., Reading]) -> None:
    found = loaded({"events.csv": EVENTS, "leads.csv": LEADS})
    assert [(one.source, one.kind, one.rows_kept) for one in found.log.accounting] == [
        ("events", "events", 6),
        ("leads_2", "cases", 3),
        ("leads", "leads", 4),
    ]
    events = found.log.events.get_name()
    assert found.rows(f"SELECT count(*) FROM {events} WHERE activity = 'lead_created'") == [(3,)]
    assert len(found.side("leads")) == 4


def test_deals_in_a_file_called_leads_give_way(loaded: Callable[..., Reading]) -> None:
    found = loaded({"events.csv": EVENTS, "leads.csv": DEALS, "prospects.csv": LEADS})
    assert len(found.side("leads")) == 4
    assert {one.source for one in found.log.accounting} == {"events", "leads_2", "leads"}


def test_of_two_files_of_leads_one_is_taken_and_the_other_asked_about(
    proposed: Callable[..., Proposal],
) -> None:
    old = LEADS.replace("L", "K").replace("Kead", "Lead").replace(",O", ",P")
    found = proposed({"events.csv": EVENTS, "new.csv": LEADS, "old.csv": old})
    assert [one.kind for one in found.sources].count("leads") == 1
    assert source(found, "old").kind != "leads"
    assert any("'leads'" in gap and "'new" in gap for gap in source(found, "old").gaps)


def test_leads_that_all_converted_are_leads(proposed: Callable[..., Proposal]) -> None:
    converted = "".join(line + "\n" for line in LEADS.splitlines() if "New" not in line)
    found = proposed({"events.csv": EVENTS, "deals.csv": DEALS, "prospects.csv": converted})
    assert source(found, "leads").rows == 3


# -------------------------------------------------- ratings
RATINGS = (
    "customer_id,rating_date,external_rating,rating_source\nC1,2024-03-01,B,X\nC1,2023-12-31,A,X\n"
    "C1,2024-04-01,D,X\nC2,2024-03-02,AA,X\n"
)


def test_an_invoice_has_the_last_rating_on_or_before_its_date(loaded: Callable[..., Reading]) -> None:
    found = loaded({"inv.csv": INVOICES, "agency.csv": RATINGS}, "credit-collections")
    # I2 on the day of a new rating; I3 a day before the first; C3 has none.
    assert found.cases("case_id", "external_rating", "rating_source") == [
        ("I1", "A", "X"),
        ("I2", "B", "X"),
        ("I3", None, None),
        ("I4", None, None),
    ]
    assert len(found.side("ratings")) == 4


def test_ratings_of_one_row_each_are_dated_all_the_same(loaded: Callable[..., Reading]) -> None:
    text = "Customer,Rated On,Score\nC1,2024-02-01,700\nC2,2024-01-01,650\nC3,2024-01-01,600\n"
    found = loaded({"inv.csv": INVOICES, "agency.csv": text}, "credit-collections")
    ratings = [rating for (rating,) in found.cases("external_rating")]
    assert ratings == [None, "700", "650", "600"]


def test_ratings_without_a_day_join_by_the_customer(loaded: Callable[..., Reading]) -> None:
    text = "Customer,external_rating\nC1,A\nC2,B\nC3,C\n"
    found = loaded({"inv.csv": INVOICES, "agency.csv": text}, "credit-collections")
    assert [rating for (rating,) in found.cases("external_rating")] == ["A", "A", "B", "C"]
    assert found.log.side == {}


LOG = """
[[sources]]
name = "log"
path = "log.csv"
kind = "events"
case = "no"
activity = "what"
time = "at"
[sources.attributes]
customer_id = "who"
[[sources]]
name = "ratings"
path = "ratings.csv"
kind = "table"
[sources.attributes]
customer_id = "who"
rating_date = "day"
external_rating = "mark"
"""


def test_without_an_invoice_date_the_first_event_counts_by_its_local_day(
    read: Callable[..., Reading],
) -> None:
    files = {
        "log.csv": "no,what,at,who\n1,invoice_generated,2024-03-01T23:30:00Z,C1\n"
        "1,invoice_settled,2024-05-01T10:00:00Z,C1\n",
        "ratings.csv": "who,day,mark\nC1,2024-03-01,A\nC1,2024-03-02,B\nC1,2024-04-01,C\n",
    }
    toml = 'time_zone = "Europe/Paris"\n' + LOG
    assert read(files, toml, process="credit-collections").cases("external_rating") == [("B",)]


def test_two_ratings_on_one_day_are_said(read: Callable[..., Reading]) -> None:
    files = {
        "log.csv": "no,what,at,who\n1,invoice_generated,2024-03-01 10:00:00,C1\n",
        "ratings.csv": "who,day,mark\nC1,2024-03-01,B\nC1,2024-03-01,A\nC1,2024-02-01,C\nC1,2024-02-01,C\n",
    }
    found = read(files, LOG, process="credit-collections")
    assert found.cases("external_rating") == [("A",)]
    assert (found.finding("contradictory_rows").count, found.finding("contradictory_rows").severity) == (
        1,
        "warn",
    )


# -------------------------------------------------- joins that leave out something
def near(found: Reading) -> Any:
    return found.finding("orphan_keys").data["values"]


def test_a_source_that_is_nearly_one_of_the_log_is_shown_and_accepted(loaded: Callable[..., Reading]) -> None:
    files = {
        "events.csv": EVENTS,
        "deals.csv": DEALS,
        "cost.csv": "Month,Channel,Spend\n2024-01-01,Web,100\n2024-01-01,Tradefair,200\n",
    }
    found = loaded(files)
    assert near(found) == [{"value": "Tradefair", "near": "Trade Fair"}]
    assert 'same = { "Trade Fair" = "Tradefair" }' in found.finding("orphan_keys").remedy
    accepted = loaded(files, accept=True)
    table = accepted.log.side["spend"].get_name()
    assert accepted.rows(f"SELECT lead_source, spend_amount FROM {table} ORDER BY 1") == [
        ("Trade Fair", Decimal(200)),
        ("Web", Decimal(100)),
    ]
    assert "orphan_keys" not in accepted.rules()


def test_an_accepted_customer_has_its_rating(loaded: Callable[..., Reading]) -> None:
    files = {"inv.csv": INVOICES, "agency.csv": RATINGS + "C-3,2024-01-01,CC,X\n"}
    assert near(loaded(files, "credit-collections")) == [{"value": "C-3", "near": "C3"}]
    accepted = loaded(files, "credit-collections", accept=True)
    assert accepted.cases("external_rating")[-1] == ("CC",)


def test_another_number_is_no_other_spelling(loaded: Callable[..., Reading]) -> None:
    files = {
        "inv.csv": INVOICES.replace("C3", "C3000001"),
        "agency.csv": RATINGS + "C3000002,2024-01-01,CC,X\n",
    }
    assert "orphan_keys" not in loaded(files, "credit-collections").rules()


@pytest.mark.parametrize(("partners", "sure"), [(10, True), (9, True), (8, False)])
def test_a_join_below_nine_tenths_is_a_question(
    proposed: Callable[..., Proposal], partners: int, sure: bool
) -> None:
    invoices = "Invoice Number,Customer,Invoice Date\n" + "".join(
        f"I{n},C{n},2024-01-05\n" for n in range(10)
    )
    segments = "Customer,Segment\n" + "".join(f"C{n},S{n % 2}\n" for n in range(partners))
    found = proposed({"inv.csv": invoices, "seg.csv": segments}, "credit-collections")
    keys = [one for one in source(found, "seg").choices if one.what == "key"]
    assert [one.applied for one in keys] == [sure, sure]
    assert ("# TODO is this the key?" in project_text(found, name="test")) is not sure


def test_an_accepted_spelling_of_a_pseudonym_is_accepted(
    read: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_PRIVACY_KEY", "a key that nobody guesses, 0123456789")
    files = {
        "log.csv": "no,what,at,who\n1,invoice_generated,2024-03-01 10:00:00,C3\n",
        "ratings.csv": "who,day,mark\nC-3,2024-02-01,CC\nC-4,2024-02-01,D\n",
    }
    toml = LOG.replace('kind = "table"', 'kind = "table"\nsame = { C3 = "C-3" }')
    found = read(
        files, toml + '[privacy.columns]\ncustomer_id = "pseudonymise"\n', process="credit-collections"
    )
    assert found.cases("external_rating") == [("CC",)]
    assert "C3" not in str(found.cases())
