"""A date and its time of day in two columns: one time, exact to the second; asked where it is not certain."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from workbench.connect.changes import Change
from workbench.connect.edit import lines_of, save
from workbench.connect.new import new_project
from workbench.connect.read import read_project
from workbench.i18n import Speech
from workbench.project import Project, load_project, parse_project
from workbench.template import load_template
from workbench.widgets.mapping import MappingEditor

TEMPLATE = load_template("credit-collections")
# When the four events below happened, however they are written.
TIMES = [
    datetime(2026, 1, 25, 0, 5),
    datetime(2026, 1, 25, 9, 30, 15),
    datetime(2026, 2, 3, 13, 0),
    datetime(2026, 2, 4, 23, 59, 59),
]
STEPS = ["Invoice Generated", "Payment Received", "Invoice Generated", "Payment Received"]


def export(days: list[str], clocks: list[str], names: tuple[str, str]) -> str:
    rows = zip([1, 1, 2, 2], STEPS, days, clocks, strict=True)
    return f"Invoice No;Activity;{names[0]};{names[1]}\n" + "".join(
        ";".join(map(str, row)) + "\n" for row in rows
    )


def made(tmp_path: Path, text: str) -> tuple[dict, Project]:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    new_project(tmp_path / "p", process="credit-collections", sources=[tmp_path / "log.csv"])
    with open(tmp_path / "p" / "project.toml", "rb") as file:
        return tomllib.load(file)["sources"][0], load_project(tmp_path / "p")


def times_of(project: Project) -> list[datetime]:
    log = read_project(project, TEMPLATE)
    rows = log.backend.con.execute(f"SELECT time FROM {log.events.get_name()} ORDER BY case_id, time")
    return [time for (time,) in rows.fetchall()]


WRITTEN = {
    "plain": ("Date", "Time", "%Y-%m-%d", "%H:%M:%S"),
    "sap": ("CPUDT", "CPUTM", "%Y%m%d", "%H%M%S"),
    "points": ("Buchungsdatum", "Uhrzeit", "%d.%m.%Y", "%H:%M:%S"),
    "french": ("Date", "Heure", "%d/%m/%Y", "%H:%M:%S"),
    "halves": ("Posting Date", "Posting Time", "%m/%d/%Y", "%I:%M:%S %p"),
    "chinese": ("日期", "时间", "%Y年%m月%d日", "%H时%M分%S秒"),
    "database": ("EntryDate", "EntryTime", "%Y-%m-%d 00:00:00.000", "1900-01-01 %H:%M:%S.000"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_pair_is_one_time_to_the_second(tmp_path: Path, how: str) -> None:
    date, clock, day_format, clock_format = WRITTEN[how]
    days, clocks = ([time.strftime(fmt) for time in TIMES] for fmt in (day_format, clock_format))
    source, project = made(tmp_path, export(days, clocks, (date, clock)))
    assert source["time_of_day"] == {date: clock}
    assert source["time"] == date
    assert times_of(project) == TIMES


def test_leading_zeros_that_a_spreadsheet_lost_are_known_to_be_missing(tmp_path: Path) -> None:
    days = [f"{time:%Y%m%d}" for time in TIMES]
    clocks = [str(int(f"{time:%H%M%S}")) for time in TIMES]
    _, project = made(tmp_path, export(days, clocks, ("CPUDT", "CPUTM")))
    assert times_of(project) == TIMES


def test_hours_as_the_french_write_them(tmp_path: Path) -> None:
    clocks = [f"{time.hour}h{time:%M}" if time.minute else f"{time.hour} h" for time in TIMES]
    _, project = made(tmp_path, export([f"{time:%d/%m/%Y}" for time in TIMES], clocks, ("Date", "Heure")))
    assert times_of(project) == [time.replace(second=0) for time in TIMES]


def test_dates_without_their_time_of_day_are_counted_and_what_is_none_is_told(tmp_path: Path) -> None:
    text = export([f"{time:%d.%m.%Y}" for time in TIMES], ["00:05", "", "13:00", "25:99"], ("Date", "Time"))
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    source = {
        "name": "log", "kind": "events", "path": "log.csv", "case": "Invoice No", "activity": "Activity",
        "time": "Date", "time_of_day": {"Date": "Time"}, "formats": {"Date": "%d.%m.%Y"},
        "activities": {"Invoice Generated": "invoice_generated", "Payment Received": "payment_received"},
    }  # fmt: skip
    project = parse_project(
        {"format": 1, "process": "credit-collections", "sources": [source]}, folder=tmp_path, where="test"
    )
    found = {one.rule: one for one in read_project(project, TEMPLATE).findings}
    assert found["time_of_day"].severity == "note"
    assert found["time_of_day"].count == 1
    assert "'04.02.2026 25:99' in row 5" in found["unparseable_date"].message
    assert times_of(project) == [datetime(2026, 1, 25), TIMES[0], TIMES[2]]


WIDE = (
    "Invoice No,Invoice Date,Invoice Time,Due Date,Payment Date,Payment Time,Invoice Amount\n"
    "1,15.01.2026,08:30,31.01.2026,20.01.2026,17:45,10.50\n2,16.01.2026,09:00,28.02.2026,,,20.00\n"
)


def test_every_date_of_a_wide_table_has_its_own(tmp_path: Path) -> None:
    source, project = made(tmp_path, WIDE)
    assert source["time_of_day"] == {"Invoice Date": "Invoice Time", "Payment Date": "Payment Time"}
    assert times_of(project) == [
        datetime(2026, 1, 15, 8, 30), datetime(2026, 1, 20, 17, 45), datetime(2026, 1, 16, 9, 0),
    ]  # fmt: skip


def test_what_is_not_certain_is_asked_and_told_until_it_is_answered(tmp_path: Path) -> None:
    text = WIDE.replace("Invoice Time", "Time").replace("Payment Time", "Zone")
    text = text.replace("17:45", "east")
    source, project = made(tmp_path, text)
    assert "time_of_day" not in source
    written = (tmp_path / "p" / "project.toml").read_text(encoding="utf-8")
    assert '# TODO time_of_day = { "Invoice Date" = "Time" }' in written
    told = [one for one in read_project(project, TEMPLATE).findings if one.rule == "time_of_day"]
    assert [one.severity for one in told] == ["warn"]
    assert 'time_of_day = { "Invoice Date" = "Time" }' in str(told[0].remedy)
    answered = written.replace('kind = "cases"', 'time_of_day = {}\nkind = "cases"', 1)
    (tmp_path / "p" / "project.toml").write_text(answered, encoding="utf-8")
    assert not [
        one
        for one in read_project(load_project(tmp_path / "p"), TEMPLATE).findings
        if one.rule == "time_of_day"
    ]


@pytest.mark.parametrize(
    ("names", "clocks"),
    [
        (("Date", "Amount"), ["1000", "2000", "1200", "2300"]),
        (("When", "Duration"), ["00:05", "01:10", "02:00", "00:30"]),
        (("Date", "Score"), ["3:15", "9:88", "55:10", "80:80"]),
    ],
    ids=["numbers", "span", "no_clock"],
)
def test_what_is_no_time_of_day_is_left_alone(
    tmp_path: Path, names: tuple[str, str], clocks: list[str]
) -> None:
    days = [f"{time:%d.%m.%Y}" for time in TIMES]
    made(tmp_path, export(days, clocks, names))
    assert "time_of_day =" not in (tmp_path / "p" / "project.toml").read_text(encoding="utf-8")


def test_a_date_with_a_time_of_day_of_its_own_takes_no_other(tmp_path: Path) -> None:
    days = [f"{time:%d.%m.%Y %H:%M:%S}" for time in TIMES]
    source, project = made(tmp_path, export(days, ["08:00"] * 4, ("Date", "Time")))
    assert "time_of_day" not in source
    assert times_of(project) == TIMES


def test_the_editor_shows_the_pair_with_its_reason_and_takes_it_away(tmp_path: Path) -> None:
    days, clocks = ([f"{time:{fmt}}" for time in TIMES] for fmt in ("%d.%m.%Y", "%H:%M:%S"))
    made(tmp_path, export(days, clocks, ("Date", "Time")))
    folder = tmp_path / "p"

    def columns() -> dict:
        (lines,) = lines_of(load_project(folder), TEMPLATE)
        return {line.name: line for line in lines.columns}

    shown = columns()
    assert (shown["Time"].field, shown["Date"].samples[0]) == ("clock:Date", "25.01.2026")
    assert [(one.what, one.name, one.score > 0.9) for one in shown["Time"].proposed] == [
        ("clock", "Date", True)
    ]
    editor = MappingEditor(folder, TEMPLATE, Speech("en"), attribute=str, activity=str)
    editor.begin.click()
    assert editor.changes() == []
    save(folder, [Change("log", "field", "Time", None)], TEMPLATE)
    assert columns()["Time"].field is None
    save(folder, [Change("log", "field", "Time", "clock:Date")], TEMPLATE)
    assert times_of(load_project(folder)) == TIMES
