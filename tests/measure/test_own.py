"""An analyst's own KPI: in the words of templates or as a function, refused with a remedy, run only where allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.measure.own import OwnKPI
from workbench.project.kpis import with_own_kpis
from workbench.template import load_template
from workbench.template.load import with_kpis

GUIDE = (Path(__file__).parents[2] / "docs" / "analyst.md").read_text(encoding="utf-8")
TABLES, REPLACED = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
CODE = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generate_project(tmp_path / "demo", process="credit-collections", cases=60, seed=3)
    return tmp_path / "demo"


def say(folder: Path, text: str, *, first: str = "") -> None:
    """Add to a project's file: tables at its end, keys at its beginning."""
    file = folder / "project.toml"
    file.write_text(f"{first}\n{file.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def value(log: wb.Log, name: str) -> Any:
    return log.kpi_records([name])[0]["value"]


@pytest.mark.parametrize("process", ["credit-collections", "lead-to-cash", "any-process"])
def test_every_kpi_of_a_template_can_be_said_in_a_project(process: str) -> None:
    template = load_template(process)
    said = {name: kpi.model_dump(by_alias=True, exclude_unset=True) for name, kpi in template.kpis.items()}
    assert with_kpis(template, said, where="project.toml").kpis == template.kpis


def test_the_guides_tables_are_kpis_like_any_other(folder: Path) -> None:
    """They ask for no new preparing of the log."""
    plain = wb.open(folder)
    tables, target = TABLES.split("[targets.X1]")
    store = {path.name for path in (folder / "store").iterdir()}
    say(folder, tables)
    wb.open(folder)
    assert {path.name for path in (folder / "store").iterdir()} - {"answers.db"} == store - {"answers.db"}
    say(folder, f"[targets.X1]{target}")
    log = wb.open(folder)
    assert log.own_kpis == ("X1", "X2")
    rows = plain.rows("CC15")
    assert value(log, "X1") >= value(plain, "CC15")
    assert set(rows["case_id"]) <= set(log.rows("X1")["case_id"])
    large = log.cases()
    assert log.kpi_records(["X2"])[0]["n"] <= (large["invoice_amount"] >= 10000).sum()
    assert set(log.kpis(["X1"], by="customer_segment")["group"].dropna())
    goal = log.progress_to_target().set_index("id").loc["X1"]
    assert goal["target_low"] == 0.9
    assert log.template.kpi("X2").name.fr == "Encaissement des grandes factures"
    page = wb.page("measure", project=str(folder), language="fr")
    assert "Encaissement des grandes factures" in page.kpis().html
    assert "X1" in set(page.kpis().frame["id"])


def test_a_changed_kpi_is_not_answered_from_what_was_kept(folder: Path) -> None:
    say(folder, '[kpis.X1]\nlike = "CC06"\nname = "a"\n')
    before = value(wb.open(folder), "X1")
    file = folder / "project.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('like = "CC06"', 'like = "CC29"'), encoding="utf-8"
    )
    assert value(wb.open(folder), "X1") != before


def test_a_kpi_of_the_template_is_replaced_only_on_purpose() -> None:
    template = load_template("credit-collections")
    own = tomllib.loads(REPLACED)["kpis"]
    replaced = with_own_kpis(template, own).kpi("CC24")
    assert replaced.note.zh == "Paid in full within 45 days of the due date, as our board counts it."
    assert (replaced.name, replaced.when) == (template.kpi("CC24").name, template.kpi("CC24").when)
    own["CC24"].pop("replaces")
    with pytest.raises(
        WorkbenchError, match=r"has a KPI CC24 already \(project.toml, \[kpis.CC24\]\).*replaces = true"
    ):
        with_own_kpis(template, own)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kind": "shares"}, r"Unknown kind 'shares' \(project.toml, \[kpis.X1\]\)\. Did you mean 'share'\?"),
        (
            {"kind": "share", "unit": "ratio", "tht": []},
            r"word 'tht' \(project.toml, \[kpis.X1.share.tht\]\).*'that'",
        ),
        ({"like": "CC155"}, r"Unknown KPI 'CC155' \(project.toml, \[kpis.X1\] like\).*CC15"),
        (
            {"like": "CC15", "where": [{"has": ["paid"]}]},
            r"Unknown activity 'paid' \(project.toml, \[kpis.X1.where",
        ),
        ({"replaces": True}, r"Unknown KPI 'X1' \(project.toml, \[kpis.X1\] replaces\)"),
        ({"replaces": "yes"}, "neither true nor false.*Write true or false"),
        ({"kind": "share", "that": [{"has": ["touches"]}]}, r"\[kpis.X1.share.unit\]"),
    ],
)
def test_what_is_wrong_is_told_by_file_key_and_remedy(said: dict[str, Any], told: str) -> None:
    with pytest.raises(WorkbenchError, match=told):
        with_own_kpis(load_template("credit-collections"), {"X1": {"name": "own", **said}})


def test_an_id_is_a_word() -> None:
    with pytest.raises(WorkbenchError, match="is no id for a KPI"):
        with_own_kpis(load_template("any-process"), {"<b>": {"name": "own"}})


# ------------------------------------------------------------------ functions
def made(**words: Any) -> OwnKPI:
    """A KPI whose value is how many events a case has."""

    @wb.kpi("X9", **{"name": "Events", "unit": "count", **words})
    def own(log: wb.Log) -> pd.DataFrame:
        """Events a case."""
        cases = log.cases()
        return cases.assign(value=cases["events"], day=cases["start"].dt.date)

    return own


def test_a_function_is_a_kpi_with_rows_groups_and_months(folder: Path) -> None:
    plain = wb.open(folder)
    log = plain.with_kpis(made())
    cases = log.cases()
    found = log.kpi_records(["X9"])[0]
    assert (found["value"], found["n"]) == (pytest.approx(cases["events"].mean(), abs=1e-6), len(cases))
    assert found["median"] == cases["events"].median()
    assert log.rows("X9")["value"].sum() == cases["events"].sum()
    groups = log.kpis(["X9"], by="customer_segment").set_index("group")
    assert groups["n"].sum() == len(cases)
    name = groups.index[0]
    part = log.filter(customer_segment=name)
    assert groups.loc[name, "value"] == pytest.approx(part.kpis(["X9"])["value"].iloc[0])
    assert "X9" not in plain.template.kpis
    assert log.kpis(["CC15"])["value"].iloc[0] == plain.kpis(["CC15"])["value"].iloc[0]


def test_yes_and_no_is_a_share_and_time_is_in_days() -> None:
    events = pd.DataFrame(
        [
            ("a", "x", "2026-01-01"),
            ("a", "y", "2026-01-04"),
            ("b", "x", "2026-01-01"),
            ("b", "y", "2026-01-02"),
        ],
        columns=["case", "activity", "time"],
    ).assign(time=lambda frame: pd.to_datetime(frame["time"]))

    @wb.kpi("LONG", name="Long", unit="ratio")
    def long(log: wb.Log) -> pd.DataFrame:
        cases = log.cases()
        return cases.assign(value=cases["end"] - cases["start"] > pd.Timedelta(days=2))

    @wb.kpi("SPAN", name="Span", unit="days", aggregate="median")
    def span(log: wb.Log) -> pd.DataFrame:
        cases = log.cases()
        return cases.assign(value=(cases["end"] - cases["start"]).where(cases["case_id"] != "b"))

    log = wb.load(events).with_kpis(long, span)
    assert value(log, "LONG") == 0.5
    found = log.kpi_records(["SPAN"])[0]
    assert (found["value"], found["n"], found["unknown"]) == (3.0, 1, 1)


def test_a_function_that_fails_takes_no_other_figure_with_it(folder: Path) -> None:
    @wb.kpi("X9", name="Broken", unit="count")
    def broken(log: wb.Log) -> pd.DataFrame:
        raise ZeroDivisionError("nobody")

    log = wb.open(folder).with_kpis(broken)
    assert re.match(
        r"its function failed: ZeroDivisionError: nobody \(line \d+\)", log.kpi_records(["X9"])[0]["reason"]
    )
    assert value(log, "CC15") is not None


def test_what_a_function_must_give_is_said(folder: Path) -> None:
    @wb.kpi("X9", name="Nothing", unit="count")
    def nothing(log: wb.Log) -> pd.DataFrame:
        return log.cases()

    log = wb.open(folder)
    with pytest.raises(
        WorkbenchError, match=r"gives no value for each case \(.*test_own.py, .*nothing\).*case_id"
    ):
        log.with_kpis(nothing).kpis(["X9"])
    with pytest.raises(WorkbenchError, match="There is a KPI CC15 already"):
        log.with_kpis(OwnKPI("CC15", "a", "b", "count", "low", "mean", None, nothing.function))
    with pytest.raises(WorkbenchError, match=r"Unknown value of unit 'day'.*'days'"):
        made(unit="day")


def test_code_of_a_project_runs_only_where_it_is_allowed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = folder / "ran"
    (folder / "kpis.py").write_text(f"{CODE}\nopen({str(mark)!r}, 'w').close()\n", encoding="utf-8")
    say(folder, "", first='kpi_modules = ["kpis.py"]')
    log = wb.open(folder)
    assert not mark.exists()
    assert "X3" not in log.template.kpis
    told = next(found for found in log.finding_list() if found.rule == "kpi_modules")
    assert "WORKBENCH_RUN_CODE_OF" in told.remedy
    monkeypatch.setenv("WORKBENCH_RUN_CODE_OF", str(folder.parent))
    assert "X3" not in wb.open(folder).template.kpis
    monkeypatch.setenv("WORKBENCH_RUN_CODE_OF", f"{folder.parent / 'else'}:{folder}")
    allowed = wb.open(folder)
    assert mark.exists()
    assert allowed.own_kpis == ("X3",)
    assert value(allowed, "X3") == pytest.approx(allowed.cases()["events"].mean(), abs=1e-6)
    monkeypatch.delenv("WORKBENCH_RUN_CODE_OF")
    assert value(wb.open(folder, run_code=True), "X3") == value(allowed, "X3")


def test_code_that_fails_or_lies_elsewhere_is_told(folder: Path) -> None:
    (folder / "kpis.py").write_text("x = 1\ny = x / 0\n", encoding="utf-8")
    say(folder, "", first='kpi_modules = ["kpis.py"]')
    with pytest.raises(WorkbenchError, match=r"own code fails: ZeroDivisionError.*\(kpis.py, line 2\)"):
        wb.open(folder, run_code=True)
    (folder / "kpis.py").write_text("x = (\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"SyntaxError.*\(kpis.py, line 1\)"):
        wb.open(folder, run_code=True)
    file = folder / "project.toml"
    (folder.parent / "out.py").write_text("", encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("kpis.py", "../out.py"), encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"no file '../out.py' in the project's folder"):
        wb.open(folder, run_code=True)
