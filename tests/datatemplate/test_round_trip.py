"""A filled template loads without a mapping, in every language, and gives the same log as the same data by CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import workbench as wb
from tests.datatemplate.conftest import Tables
from tests.datatemplate.filling import as_csv, fill, titles_of
from workbench.cli import run
from workbench.connect import new_project, read_project
from workbench.connect.datatemplate.marks import HEADER_ROW
from workbench.errors import WorkbenchError
from workbench.messages import LANGUAGES
from workbench.project import Project, parse_project
from workbench.template import load_template

PROCESSES = ("any-process", "credit-collections", "credit-collections-netsuite", "lead-to-cash")


def frames(project: Any) -> dict[str, pd.DataFrame]:
    """Events, cases and tables beside the log, in an order of their own."""
    log = read_project(project, load_template(project.process))
    tables = {"events": log.events, "cases": log.cases, **log.side}
    made = {}
    for name, table in tables.items():
        frame = table.to_pandas()
        columns = sorted(frame.columns)
        order = ["case_id", "src_order"] if name == "events" else columns
        made[name] = frame[columns].sort_values(order, ignore_index=True)
    made["rates"] = pd.DataFrame(log.rates, columns=["day", "currency", "rate"])
    return made


def declared(folder: Path, process: str, sources: Iterable[Path]) -> Project:
    """A project of CSV files whose columns are called as the attributes, each mapped by hand."""
    roles = load_template(process).case
    frame = (roles.id, roles.activity, roles.time, roles.resource)
    entries = []
    for path in sources:
        with open(path, encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        entry: dict[str, Any] = {"name": path.stem, "path": str(path), "attributes": {}}
        if path.stem == "events":
            entry |= {"kind": "events", "case": frame[0], "activity": frame[1], "time": frame[2]}
            entry |= {"resource": frame[3]} if frame[3] in names else {}
            entry["attributes"] = {name: name for name in names if name not in frame}
        elif path.stem == "cases":
            entry |= {"kind": "lookup", "key": roles.id, "to": roles.id}
            entry["attributes"] = {name: name for name in names if name != roles.id}
        elif path.stem == "rates":
            entry |= {"kind": "rates", **{name: name for name in names}}
        else:
            entry |= {"kind": path.stem if path.stem in ("requests", "leads") else "table"}
            entry["attributes"] = {name: name for name in names}
        entries.append(entry)
    return parse_project({"process": process, "time_zone": "UTC", "sources": entries}, folder=folder)


@pytest.fixture(scope="module")
def by_csv(
    generated: Callable[[str], Tables], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, pd.DataFrame]]:
    """What the same data gives as CSV."""
    read: dict[str, dict[str, pd.DataFrame]] = {}

    def log(process: str) -> dict[str, pd.DataFrame]:
        if process not in read:
            folder = tmp_path_factory.mktemp("csv")
            read[process] = frames(declared(folder, process, as_csv(folder, generated(process))))
        return read[process]

    return log


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_a_filled_template_gives_the_log_of_the_same_data_by_csv(
    generated: Callable[[str], Tables],
    by_csv: Callable[[str], dict[str, pd.DataFrame]],
    tmp_path: Path,
    process: str,
    language: str,
) -> None:
    book = fill(load_template(process), tmp_path / "filled.xlsx", language, generated(process))
    report = new_project(tmp_path / "project", sources=[book])
    assert report.project.process == process
    assert report.project.language == language
    assert report.gaps == 0, str(report)
    found, wanted = frames(report.project), by_csv(process)
    assert found.keys() == wanted.keys()
    assert all(len(frame) for name, frame in wanted.items() if name != "rates" or process != "any-process")
    for name, frame in wanted.items():
        pd.testing.assert_frame_equal(found[name], frame, check_dtype=False, obj=name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_the_worked_example_loads(tmp_path: Path, process: str, language: str) -> None:
    template = load_template(process)
    book = fill(template, tmp_path / "filled.xlsx", language, template.example)
    wb.new(tmp_path / "project", sources=[book])
    log = wb.open(tmp_path / "project")
    assert not log.blocked, log.findings()
    events = template.example["events"]
    assert log.size().events == len(events)
    assert log.size().cases == len({row[template.case.id] for row in events})
    if template.activities:
        assert set(log.to_pandas(derived=False)["activity"]) == {row["activity_name"] for row in events}


def test_what_the_example_of_the_receivables_says(tmp_path: Path) -> None:
    """Four invoices: 1,250.00 paid two days early, 18,400.50 late, 2,600.00 less 320.00 late, 7,900.00 open."""
    template = load_template("credit-collections")
    book = fill(template, tmp_path / "filled.xlsx", "fr", template.example)
    wb.new(tmp_path / "project", sources=[book])
    cases = wb.open(tmp_path / "project").cases().set_index("case_id")
    assert cases["invoice_amount"].astype(float).to_dict() == {
        "INV-1001": 1250.00,
        "INV-1002": 18400.50,
        "INV-1003": 2600.00,
        "INV-1004": 7900.00,
    }
    assert cases["customer_id"].tolist() == ["C-0042", "C-0107", "C-0042", "C-0230"]
    assert cases.loc["INV-1004", "status"] == "open"


def test_columns_may_go_and_own_ones_may_come(tmp_path: Path) -> None:
    template = load_template("any-process")
    path = fill(template, tmp_path / "filled.xlsx", "en", template.example)
    book = openpyxl.load_workbook(path)
    page = book[titles_of(book)["events"]]
    page.delete_cols(4)
    page.cell(HEADER_ROW, 4).value = "Site"
    for row in range(HEADER_ROW + 1, page.max_row + 1):
        page.cell(row, 4).value = "00123"
    book.save(path)
    report = new_project(tmp_path / "project", sources=[path])
    (source,) = report.project.sources
    assert source.resource is None
    assert source.attributes["site"].column == "Site"


def test_a_header_is_known_in_every_language(tmp_path: Path) -> None:
    """Sheets that several people filled in may be put together: each header counts in whatever language."""
    template = load_template("credit-collections")
    path = fill(template, tmp_path / "filled.xlsx", "fr", template.example)
    book = openpyxl.load_workbook(path)
    page = book[titles_of(book)["events"]]
    names = [cell.value for cell in page[HEADER_ROW]]
    for place, language in enumerate(LANGUAGES, start=1):
        wanted = next(found for found in template.attributes.values() if found.name.fr == names[place - 1])
        page.cell(HEADER_ROW, place).value = wanted.name.in_language(language)
    book.save(path)
    report = new_project(tmp_path / "project", sources=[path])
    source = next(one for one in report.project.sources if one.name == "events")
    assert (source.case, source.activity, source.time, source.resource) == (
        "Invoice Number",
        "Nom de l’activité",
        "Marca de tiempo",
        "催收员",
    )
    assert report.gaps == 0


def test_the_command_writes_it_and_loads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vide.xlsx"
    assert run(["template", "lead-to-cash", "--xlsx", str(path), "--language", "fr"]) == 0
    assert "workbench new DIR --source" in capsys.readouterr().err
    assert run(["template", "lead-to-cash", "--xlsx", str(path)]) == 1
    assert "may be filled in" in capsys.readouterr().err
    assert run(["template", "lead-to-cash", "--xlsx", str(tmp_path / "b.xlsx"), "--language", "pt"]) == 1
    assert "no language 'pt'" in capsys.readouterr().err
    template = load_template("lead-to-cash")
    filled = fill(template, tmp_path / "rempli.xlsx", "fr", template.example)
    assert run(["new", str(tmp_path / "project"), "--source", str(filled)]) == 0
    text = (tmp_path / "project" / "project.toml").read_text("utf-8")
    assert 'process = "lead-to-cash"' in text
    assert 'language = "fr"' in text
    assert "TODO" not in text.split("format =")[1]


def test_an_empty_template_says_where_to_begin(tmp_path: Path) -> None:
    path = wb.data_template("credit-collections", tmp_path / "empty.xlsx", language="es")
    with pytest.raises(WorkbenchError, match=r"no event yet .*Lista de eventos.*one row for each event"):
        new_project(tmp_path / "project", sources=[path])
    assert not (tmp_path / "project").exists()


def test_a_needed_column_that_is_empty_is_named_in_its_language(tmp_path: Path) -> None:
    template = load_template("any-process")
    rows = [
        {name: value for name, value in row.items() if name != "event_time"}
        for row in template.example["events"]
    ]
    path = fill(template, tmp_path / "filled.xlsx", "fr", {"events": rows})
    with pytest.raises(WorkbenchError, match=r"'Horodatage' is missing or empty"):
        new_project(tmp_path / "project", sources=[path])


def test_a_template_is_loaded_alone_and_without_a_mapping(tmp_path: Path) -> None:
    template = load_template("any-process")
    path = fill(template, tmp_path / "filled.xlsx", "en", template.example)
    with pytest.raises(WorkbenchError, match="says itself what its columns are"):
        new_project(tmp_path / "project", sources=[path], case="Case")
    with pytest.raises(WorkbenchError, match="loaded alone"):
        new_project(tmp_path / "project", sources=[path, path])


def test_of_any_other_file_the_process_has_to_be_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("case,activity,time\na,b,2026-01-01\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="--process ID"):
        new_project(tmp_path / "project", sources=[tmp_path / "log.csv"])
