"""What is proposed from names, values and keys; what is asked; what is said on the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.connect import ProposalReport, new_project, propose, read_project
from workbench.connect.names import NameIndex, attribute_index, loosely, snake
from workbench.errors import WorkbenchError
from workbench.project import CasesSource, EventsSource, LookupSource, load_project
from workbench.template import load_template

RECEIVABLES = """\
countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate
391,0379-NEVHP,4/6/2013,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013
406,8976-AMJEO,3/3/2012,7900770,1/26/2013,2/25/2013,61.74,Yes,3/3/2013
391,2820-XGXSB,1/26/2012,9231909,7/3/2013,8/2/2013,65.88,No,
"""


@pytest.fixture
def new(tmp_path: Path) -> Callable[..., ProposalReport]:
    def making(files: dict[str, str], process: str, **options) -> ProposalReport:
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        sources = [tmp_path / name for name in files]
        return new_project(tmp_path / "project", process=process, sources=sources, **options)

    return making


def test_names_are_compared_loosely() -> None:
    assert loosely("Numéro de Facture") == loosely("NUMERO_DE_FACTURE") == loosely("numéroDeFacture")
    assert snake("InvoiceDate") == snake("invoice-date") == snake("Invoice Date") == "invoice_date"
    assert snake("HTTPCode") == "http_code"
    assert snake("发票 编号") == "发票_编号"


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("invoiceNumber", "invoice_number"),
        ("Numéro de facture", "invoice_number"),
        ("número_de_factura", "invoice_number"),
        ("发票编号", "invoice_number"),
        ("Weather", None),
        ("CustomerID", "customer_id"),
        ("Fecha de Vencimiento", "due_date"),
        ("到期日", "due_date"),
        ("Issue_Dt", "invoice_date"),
        ("dt_due", "due_date"),
        ("N° facture", "invoice_number"),
        ("Invoice #", "invoice_number"),
        ("Due Date/Receive By", "due_date"),
        ("Date", "event_time"),
        ("Amount (Foreign Currency)", "invoice_amount"),
        ("Montant TTC (€)", "invoice_amount"),
        ("开票金额（元）", "invoice_amount"),
        ("case:invoice_amount", "invoice_amount"),
        ("Due Date (2)", None),
        ("(Invoice Date)", "invoice_date"),
        ("(Weather)", None),
    ],
)
def test_names_in_four_languages_are_known(column: str, attribute: str | None) -> None:
    template = load_template("credit-collections")
    found = attribute_index(template, template.attributes).exact(column)
    assert (found[0].id if found else None) == attribute
    assert all(match.score >= 0.9 for match in found)


def test_what_is_merely_alike_is_never_sure() -> None:
    index = NameIndex([("invoice_amount", [("Invoice Amount", 1.0, "")])])
    match = index.alike("Invoice Amounts")
    assert match is not None
    assert match.score < 0.9
    assert index.alike("Weather") is None


def test_receivables_are_ready_to_run(new: Callable, tmp_path: Path) -> None:
    report = new({"receivables.csv": RECEIVABLES}, "credit-collections")
    project = load_project(tmp_path / "project")
    (source,) = project.sources
    assert isinstance(source, CasesSource)
    assert source.case == "invoiceNumber"
    assert {name: [one.column for one in columns] for name, columns in source.events.items()} == {
        "invoice_generated": ["InvoiceDate"],
        "invoice_settled": ["SettledDate"],
    }
    mapped = {name: column.column for name, column in source.attributes.items()}
    assert mapped["invoice_date"] == "InvoiceDate"
    assert mapped["due_date"] == "DueDate"
    assert mapped["is_disputed"] == "Disputed"
    assert "countryCode" in mapped.values()
    kept = source.attributes["paperless_date"]
    assert (kept.column, kept.type, kept.level) == ("PaperlessDate", "date", "case")
    assert set(source.formats) == {"InvoiceDate", "DueDate", "SettledDate", "PaperlessDate"}
    assert set(source.formats.values()) == {("%m/%d/%Y",)}
    assert report.gaps == 0
    assert (
        "TODO"
        not in (tmp_path / "project" / "project.toml").read_text(encoding="utf-8").split("[[sources]]")[1]
    )
    log = read_project(project, load_template("credit-collections"))
    assert not [one for one in log.findings if one.severity != "note"]
    assert log.accounting[0].events == 5


CRM = {
    "pipeline.csv": "opportunity_id,sales_agent,product,deal_stage,engage_date,close_date,close_value\n"
    "A1,Ann,GTXPro,Won,2016-10-20,2017-03-01,1054\nA2,Ann,GTX Basic,Lost,2016-10-25,2017-03-11,0\n"
    "A3,Bob,GTX Basic,Engaging,2016-10-25,,\nA4,Bob,GTX Basic,Prospecting,,,\n",
    "products.csv": "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n",
    "teams.csv": "sales_agent,manager,regional_office\nAnn,Dustin,Central\nBob,Melvin,West\n",
}


def test_related_files_and_dates_under_a_condition_are_proposed(new: Callable, tmp_path: Path) -> None:
    new(CRM, "lead-to-cash")
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    pipeline, products, teams = load_project(tmp_path / "project").sources
    assert isinstance(pipeline, CasesSource)
    assert pipeline.events["opportunity_won"][0].column == "close_date"
    assert pipeline.events["opportunity_won"][0].when == {"deal_stage": ("Won",)}
    assert pipeline.events["opportunity_lost"][0].when == {"deal_stage": ("Lost",)}
    assert isinstance(products, LookupSource)
    assert (products.key, products.to, products.same) == ("product", "product", {})
    assert '# TODO same = { "GTXPro" = "GTX Pro" }' in text
    assert isinstance(teams, LookupSource)
    assert teams.attributes["region"].column == "regional_office"
    assert teams.attributes["manager"].type == "cat"


def test_a_condition_can_be_said(new: Callable, tmp_path: Path) -> None:
    files = {"d.csv": "deal,opened,ended,how\n1,2024-01-01,2024-02-01,gagné\n2,2024-01-01,2024-02-02,perdu\n"}
    new(
        files,
        "lead-to-cash",
        case="deal",
        mapping={
            "opportunity_created": "opened",
            "opportunity_won": "ended[how=gagné]",
            "opportunity_lost": "ended[how=perdu|abandonné]",
        },
    )
    (source,) = load_project(tmp_path / "project").sources
    assert isinstance(source, CasesSource)
    assert source.events["opportunity_won"][0].when == {"how": ("gagné",)}
    assert source.events["opportunity_lost"][0].when == {"how": ("perdu", "abandonné")}


LOG = """Case ID,Activity,When,Who,Amount,Weird
1,Facture créée,13.01.2024 10:00,Ann,"1.234,50",a
1,Paiement reçu,14.01.2024 11:00,Bob,"1.234,50",b
2,Create Invoice,15.01.2024 12:00,Ann,"10,00",c
2,Something Else,16.01.2024 12:00,Ann,,d
"""


def test_labels_in_any_language_become_activities(new: Callable, tmp_path: Path) -> None:
    new({"log.csv": LOG}, "credit-collections")
    (source,) = load_project(tmp_path / "project").sources
    assert isinstance(source, EventsSource)
    assert (source.case, source.activity, source.time) == ("Case ID", "Activity", "When")
    assert {text: meant.activity for text, (meant,) in source.activities.items()} == {
        "Facture créée": "invoice_generated",
        "Paiement reçu": "payment_received",
        "Create Invoice": "invoice_generated",
    }
    assert source.formats == {"When": ("%d.%m.%Y %H:%M",), "Amount": ("1.234,56",)}
    assert (source.attributes["weird"].type, source.attributes["weird"].level) == ("cat", "event")
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    assert '# TODO "Something Else" = ""' in text


def test_a_label_can_be_said(new: Callable, tmp_path: Path) -> None:
    new({"log.csv": LOG}, "credit-collections", mapping={"escalated": "Something Else", "resource": "Who"})
    (source,) = load_project(tmp_path / "project").sources
    assert isinstance(source, EventsSource)
    assert source.activities["Something Else"][0].activity == "escalated"
    assert source.resource == "Who"


def test_roles_can_be_said(new: Callable, tmp_path: Path) -> None:
    csv = "ref,what,moment\nx,a,2024-01-01\nx,b,2024-01-02\ny,a,2024-01-03\n"
    new({"log.csv": csv}, "any-process", case="ref", activity="what", time="moment")
    (source,) = load_project(tmp_path / "project").sources
    assert isinstance(source, EventsSource)
    assert (source.case, source.activity, source.time) == ("ref", "what", "moment")


def test_a_guess_is_written_and_marked(new: Callable, tmp_path: Path) -> None:
    csv = "Ticket Number,Phase,Modification\nT1,a,2024-01-01\nT1,b,2024-01-02\nT2,a,2024-01-03\nT2,b,2024-01-03\n"
    report = new({"log.csv": csv}, "any-process")
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    assert 'time = "Modification" # TODO is this the time?' in text
    assert report.gaps >= 1


def test_undecided_dates_are_asked_for_with_both_readings(new: Callable, tmp_path: Path) -> None:
    new({"log.csv": "case,activity,time\n1,a,3/4/2013\n1,b,5/6/2013\n"}, "any-process")
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    assert "# TODO the dates of 'time' have two readings" in text
    assert "'3/4/2013' is 3 April 2013" in text
    assert "'3/4/2013' is 4 March 2013" in text
    log = read_project(load_project(tmp_path / "project"), load_template("any-process"))
    assert [one.rule for one in log.findings if one.severity == "block"] == ["ambiguous_date", "no_events"]


def test_an_own_column_of_undecided_dates_blocks_nothing(new: Callable, tmp_path: Path) -> None:
    csv = "case,activity,time,printed\n1,a,2013-04-03,3/4/2013\n1,b,2013-06-05,5/6/2013\n"
    new({"log.csv": csv}, "any-process")
    (source,) = load_project(tmp_path / "project").sources
    assert source.attributes["printed"].type == "cat"


def test_an_existing_project_is_left_alone(new: Callable, tmp_path: Path) -> None:
    new({"receivables.csv": RECEIVABLES}, "credit-collections")
    file = tmp_path / "project" / "project.toml"
    before = file.read_bytes()
    with pytest.raises(WorkbenchError, match="There is a project here already"):
        new({"receivables.csv": RECEIVABLES}, "credit-collections")
    assert file.read_bytes() == before
    new({"receivables.csv": RECEIVABLES}, "credit-collections", force=True, currency="USD")
    assert load_project(tmp_path / "project").currency == "USD"


@pytest.mark.parametrize(
    ("csv", "expected"),
    [
        ("colour,shape\nred,round\nblue,square\n", "No column can be the time of an event"),
        ("colour,2024\n", "header and no rows"),
        ("", "The file is empty"),
    ],
)
def test_nothing_to_propose_leaves_nothing_behind(
    new: Callable, tmp_path: Path, csv: str, expected: str
) -> None:
    with pytest.raises(WorkbenchError, match=expected):
        new({"log.csv": csv}, "any-process")
    assert not (tmp_path / "project").exists()


def test_unknown_names_and_columns_are_told(new: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"'due_dat' is no role.*Did you mean 'due_date'"):
        new({"receivables.csv": RECEIVABLES}, "credit-collections", mapping={"due_dat": "DueDate"})
    with pytest.raises(WorkbenchError, match=r"Unknown column 'DueDat'.*Did you mean 'DueDate'"):
        new({"receivables.csv": RECEIVABLES}, "credit-collections", mapping={"due_date": "DueDat"})
    with pytest.raises(WorkbenchError, match="Unknown process template"):
        new({"receivables.csv": RECEIVABLES}, "credit-colections")


@pytest.mark.parametrize(
    "name",
    ['na"me', "x'); DROP TABLE t; --", "a\\b", "two\nlines", "[sources]", "# comment", "名 称", "type"],
)
def test_hostile_names_come_back_from_the_project_file(new: Callable, tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    csv = f"case,activity,time,{quoted}\n1,{quoted},2024-01-01,v\n1,b,2024-01-02,w\n"
    new({"log.csv": csv}, "credit-collections", case="case", activity="activity", time="time")
    project = load_project(tmp_path / "project")
    (source,) = project.sources
    assert name.strip() in {column.column for column in source.attributes.values()}
    log = read_project(project, load_template("credit-collections"))
    assert log.accounting[0].events == 2


def test_rates_and_requests_are_recognised(new: Callable, tmp_path: Path) -> None:
    files = {
        "receivables.csv": RECEIVABLES,
        "fx.csv": "date,currency,rate\n2024-01-01,USD,0.9\n2024-01-02,USD,0.91\n",
        "req.csv": "request_id,customer_id,requested_at,decided_at,decision\n"
        "R1,0379-NEVHP,2012-01-01,2012-01-02,approved\nR2,X,2012-01-01,2012-01-03,rejected\n",
    }
    new(files, "credit-collections")
    kinds = {source.name: source.kind for source in load_project(tmp_path / "project").sources}
    assert kinds == {"receivables": "cases", "fx": "rates", "requests": "requests"}


def test_every_choice_has_a_score_and_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "receivables.csv"
    file.write_text(RECEIVABLES, encoding="utf-8")
    proposal = propose([file], load_template("credit-collections"))
    choices = proposal.sources[0].choices
    assert choices
    assert all(0 <= one.score <= 1 and one.reason for one in choices)
    shown = str(proposal)
    assert "due_date = DueDate" in shown
    assert all(one.reason in shown for one in choices)


def test_the_project_file_is_toml_that_a_person_reads(new: Callable, tmp_path: Path) -> None:
    new(
        {"receivables.csv": RECEIVABLES},
        "credit-collections",
        name="Our receivables",
        time_zone="Europe/Paris",
    )
    text = (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    assert (found["name"], found["time_zone"], found["format"]) == ("Our receivables", "Europe/Paris", 1)
    assert text.startswith("# What Our receivables is made of.")
    assert max(len(line) for line in text.splitlines()) < 160
