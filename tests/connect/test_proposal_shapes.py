"""Shapes of real exports: events in several files, histories of stages, lists whose ids repeat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.connect import ProposalReport, new_project, read_project
from workbench.errors import WorkbenchError
from workbench.log.raw import RawLog
from workbench.template import load_template

INVOICES = """\
Invoice Number,Customer,Invoice Date,Due Date,Invoice Amount
A1,C1,2024-01-02,2024-02-01,100
A2,C1,2024-01-03,2024-02-02,200
A3,C2,2024-01-04,2024-02-03,300
"""
PAYMENTS = """\
Payment ID,Invoice Number,Payment Date,Payment Amount
P1,A1,2024-01-20,40
P2,A1,2024-01-25,60
P3,A2,2024-02-05,200
"""
REMINDERS = """\
Invoice Number,Reminder Date,Dunning Level
A2,2024-02-03,1
A3,2024-02-05,1
A3,2024-02-15,2
"""
HISTORY = """\
Id,OpportunityId,StageName,Amount,Probability,CloseDate,CreatedDate,CreatedById
h1,o1,Prospecting,100,10,2024-03-01,2024-01-02T08:00:00.000+0000,u1
h2,o1,Proposal/Price Quote,120,60,2024-03-15,2024-01-09T08:00:00.000+0000,u1
h3,o1,Closed Won,120,100,2024-03-15,2024-03-10T08:00:00.000+0000,u2
h4,o2,Prospecting,50,10,2024-04-01,2024-02-02T08:00:00.000+0000,u2
h5,o2,Closed Lost,50,0,2024-04-01,2024-03-03T08:00:00.000+0000,u2
"""
SEARCH = """\
Document Number,Name,Date,Due Date,Amount,Status,Date Closed
INV1,C-1 Acme,10/14/2023,11/13/2023,35.79,Paid In Full,11/21/2023
INV2,C-2 Brill,6/24/2023,7/24/2023,85.45,Open,
"""


@pytest.fixture
def new(tmp_path: Path) -> Callable[..., ProposalReport]:
    def making(files: dict[str, str], process: str = "credit-collections", **options: bool) -> ProposalReport:
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        sources = [tmp_path / name for name in files]
        return new_project(tmp_path / "project", process=process, sources=sources, **options)

    return making


def read(report: ProposalReport) -> RawLog:
    return read_project(report.project, load_template(report.project.process))


def rows(log: RawLog, query: str) -> list[tuple[object, ...]]:
    text = query.format(events=log.events.get_name(), cases=log.cases.get_name())
    return [tuple(row) for row in log.backend.con.execute(text).fetchall()]


def kinds(report: ProposalReport) -> list[tuple[str, str]]:
    return [(one.name, one.kind) for one in report.proposal.sources]


def rules(log: RawLog) -> dict[str, str]:
    return {one.rule: one.severity for one in log.findings}


@pytest.mark.parametrize("turned", [False, True])
def test_payments_and_reminders_in_files_of_their_own_give_events(new: Callable, turned: bool) -> None:
    files = {"invoices.csv": INVOICES, "payments.csv": PAYMENTS, "reminders.csv": REMINDERS}
    report = new(dict(reversed(files.items())) if turned else files)
    assert kinds(report)[0] == ("invoices", "cases")
    assert {kind for _, kind in kinds(report)} == {"cases"}
    log = read(report)
    found = rows(
        log, "SELECT activity, count(*), sum(payment_amount), max(dunning_level) FROM {events} GROUP BY 1"
    )
    assert {(name, count, None if paid is None else int(paid)) for name, count, paid, _ in found} == {
        ("invoice_generated", 3, None),
        ("payment_received", 3, 300),
        ("overdue_reminder_sent", 3, None),
    }
    assert rows(log, "SELECT count(*) FROM {cases}") == [(3,)]


def test_what_two_files_tell_is_told_once(new: Callable) -> None:
    header = "Payment ID,Invoice Number,Payment Date,Payment Amount,Invoice Date\n"
    dated = header + "\n".join(f"{line},2024-01-02" for line in PAYMENTS.splitlines()[1:]) + "\n"
    log = read(new({"invoices.csv": INVOICES, "payments.csv": dated}))
    found = dict(rows(log, "SELECT activity, count(*) FROM {events} GROUP BY 1"))
    assert found == {"invoice_generated": 3, "payment_received": 3}


def test_an_amount_beside_payments_is_not_the_invoices(new: Callable) -> None:
    report = new({"invoices.csv": INVOICES, "payments.csv": PAYMENTS.replace("Payment Amount", "Amount")})
    assert [
        gap for gap in report.proposal.sources[1].gaps if gap.startswith("'Amount' is not 'invoice_amount'")
    ]
    assert rows(read(report), "SELECT sum(invoice_amount) FROM {cases}") == [(600,)]


def test_a_file_of_other_cases_gives_no_events(new: Callable) -> None:
    other = PAYMENTS.replace(",A", ",B")
    report = new({"invoices.csv": INVOICES, "payments.csv": other})
    assert kinds(report) == [("invoices", "cases"), ("payments", "table")]


def test_a_case_column_without_a_known_name_is_found_by_its_values_and_asked(new: Callable) -> None:
    report = new({"invoices.csv": INVOICES, "payments.csv": PAYMENTS.replace("Invoice Number", "Applied To")})
    payments = report.proposal.sources[1]
    assert payments.kind == "cases"
    assert [(one.column, one.applied) for one in payments.choices if one.name == "case"] == [
        ("Applied To", False)
    ]


def test_a_history_of_stages_is_a_log_of_events(new: Callable) -> None:
    report = new({"history.csv": HISTORY}, "lead-to-cash")
    assert kinds(report) == [("history", "events")]
    filled = {one.name: one.column for one in report.proposal.sources[0].choices if one.applied}
    assert filled["time"] == "CreatedDate"
    assert filled["stage"] == filled["activity"] == "StageName"
    assert filled["expected_close_date"] == "CloseDate"
    assert filled["opportunity_value"] == "Amount"
    log = read(report)
    assert rows(log, "SELECT case_id, activity, stage FROM {events} ORDER BY case_id, time") == [
        ("o1", "opportunity_created", "Prospecting"),
        ("o1", "quote_issued", "Proposal/Price Quote"),
        ("o1", "opportunity_won", "Closed Won"),
        ("o2", "opportunity_created", "Prospecting"),
        ("o2", "opportunity_lost", "Closed Lost"),
    ]


def test_a_list_of_deals_stays_wide_and_its_close_date_is_the_decision(new: Callable) -> None:
    header = "Id,StageName,CreatedDate,CloseDate\n"
    deals = header + "1,Closed Won,2024-01-02,2024-03-01\n2,Prospecting,2024-01-03,2024-05-01\n"
    report = new({"deals.csv": deals}, "lead-to-cash")
    assert kinds(report) == [("deals", "cases")]
    filled = [one.name for one in report.proposal.sources[0].choices if one.column == "CloseDate"]
    assert filled == ["opportunity_won"]


def test_a_saved_search_names_the_date_of_the_document_only_date(new: Callable) -> None:
    report = new({"search.csv": SEARCH}, "credit-collections-netsuite")
    filled = {one.name: one.column for one in report.proposal.sources[0].choices if one.applied}
    assert filled["invoice_generated"] == filled["invoice_date"] == "Date"
    assert (filled["invoice_settled"], filled["customer_id"]) == ("Date Closed", "Name")
    assert "ready to run" in str(report)


def test_a_plain_date_without_a_due_date_is_of_no_known_event(new: Callable) -> None:
    report = new({"search.csv": SEARCH.replace("Due Date", "Later")}, "credit-collections-netsuite")
    filled = [one.name for one in report.proposal.sources[0].choices if one.column == "Date"]
    assert not {"invoice_generated", "invoice_date"} & set(filled)


def test_without_an_opening_event_a_project_is_not_ready(new: Callable) -> None:
    report = new({"paid.csv": "Invoice Number,Due Date,Paid Date\nA1,2024-01-02,2024-01-09\n"})
    assert "ready to run" not in str(report)
    assert "invoice_generated" in "".join(report.proposal.sources[0].gaps)
    assert "# TODO nothing opens the process" in (report.folder / "project.toml").read_text(encoding="utf-8")


def test_dates_without_a_known_name_are_asked_about(new: Callable) -> None:
    """Each row is a case and has dates: what they record is a question, not an error."""
    report = new(
        {"list.csv": "doc_id,buyer_x,begun,over,worth\nA1,x,2024-01-02,2024-01-19,5\nA2,y,2024-01-05,,7\n"}
    )
    (source,) = report.proposal.sources
    assert (source.kind, [one.column for one in source.choices if one.name == "case"]) == (
        "cases",
        ["doc_id"],
    )
    assert "no date column ('begun', 'over') is known to mean invoice_generated" in "".join(source.gaps)
    text = (report.folder / "project.toml").read_text(encoding="utf-8")
    assert "# TODO nothing opens the process" in text


def test_abbreviated_names_in_any_order_are_known(new: Callable) -> None:
    report = new(
        {
            "list.csv": "doc_id,client_code,issue_dt,dt_due,date_closed,gross_amt\n"
            "A1,x,2024-01-02,2024-01-19,2024-01-20,5.00\n"
        }
    )
    filled = {one.name: one.column for one in report.proposal.sources[0].choices if one.applied}
    assert filled.items() >= {
        ("invoice_generated", "issue_dt"), ("invoice_date", "issue_dt"), ("due_date", "dt_due"),
        ("invoice_settled", "date_closed"), ("invoice_amount", "gross_amt"), ("customer_id", "client_code"),
    }  # fmt: skip
    assert "ready to run" in str(report)


def test_the_dates_at_which_a_deal_entered_its_stages_are_events(new: Callable) -> None:
    """One row per deal, as some systems export it: a column for each stage, named after it."""
    header = (
        'Record ID,Create Date,"Date entered ""Qualification (Sales Pipeline)""",hs_v2_date_entered_closedwon'
    )
    report = new({"deals.csv": f"{header}\n7,2024-01-02,2024-01-05,2024-02-01\n"}, "lead-to-cash")
    events = {one.name: one.column for one in report.proposal.sources[0].choices if one.what == "event"}
    assert events == {
        "opportunity_created": "Create Date",
        "opportunity_qualified": 'Date entered "Qualification (Sales Pipeline)"',
        "opportunity_won": "hs_v2_date_entered_closedwon",
    }


def test_what_is_the_case_is_not_the_activity_as_well(new: Callable) -> None:
    rows = "".join(
        f"{case},2024-01-0{day} 08:00,{step}\n" for case in "abab" for day, step in ((1, 8), (2, 9))
    )
    with pytest.raises(WorkbenchError, match="No column can be the case"):
        new({"log.csv": f"case,at,weight\n{rows}"}, "any-process")


def test_names_of_event_logs_may_have_a_prefix(new: Callable) -> None:
    """Prefixed names of event logs are known."""
    rows = "".join(
        f"{case},{step},2024-01-0{day} 08:00\n" for case in "ab" for day, step in ((1, "x"), (2, "y"))
    )
    report = new(
        {"log.csv": f"case concept:name,event concept:name,event time:timestamp\n{rows}"}, "any-process"
    )
    roles = {one.name: one.column for one in report.proposal.sources[0].choices if one.what == "role"}
    assert roles == {
        "case": "case concept:name", "activity": "event concept:name", "time": "event time:timestamp"
    }  # fmt: skip


def test_a_log_without_an_opening_event_says_so(new: Callable) -> None:
    log = read(new({"paid.csv": "Invoice Number,Due Date,Paid Date\nA1,2024-01-02,2024-01-09\n"}))
    assert rules(log)["no_start_event"] == "warn"
    whole = read(new({"invoices.csv": INVOICES, "payments.csv": PAYMENTS}, force=True))
    assert not {"no_start_event", "repeated_case"} & set(rules(whole))


LEDGER = """\
BELNR,BUKRS,KUNNR,BLDAT,NETDT,DMBTR
100,1000,C1,2023-01-15,2023-03-31,1000
100,2000,C9,2023-02-16,2023-04-14,2000
101,1000,C2,2023-03-20,2023-04-19,500
"""


def test_one_number_for_two_documents_blocks_and_names_the_column_that_tells_them_apart(
    new: Callable,
) -> None:
    found = [one for one in read(new({"ledger.csv": LEDGER})).findings if one.rule == "repeated_case"]
    assert [(one.severity, one.count, one.data["cases"]) for one in found] == [("block", 2, 1)]
    assert "'100'" in found[0].message
    assert "'BUKRS'" in found[0].remedy


def test_few_repeated_ids_only_warn(new: Callable) -> None:
    more = "".join(f"{number},1000,C3,2023-03-20,2023-04-19,500\n" for number in range(200, 250))
    found = [one for one in read(new({"ledger.csv": LEDGER + more})).findings if one.rule == "repeated_case"]
    assert [(one.severity, one.count) for one in found] == [("warn", 2)]


def test_without_a_column_that_tells_them_apart_none_is_named(new: Callable) -> None:
    same = LEDGER.replace("2000,C9", "1000,C1")
    found = [one for one in read(new({"ledger.csv": same})).findings if one.rule == "repeated_case"]
    assert found[0].data["unique_with"] is None
