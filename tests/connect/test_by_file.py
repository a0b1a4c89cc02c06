"""Files of one folder that write dates or numbers otherwise: each as it proves, else a question with an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.connect.new import new_project
from workbench.connect.read import read_project
from workbench.errors import Finding
from workbench.project import load_project
from workbench.template import load_template

HEAD = "Invoice No;Invoice Date;Invoice Amount\n"
AMERICAN = HEAD + "A1;01/25/2026;1,234.50\nA2;02/03/2026;10.25\n"
EUROPEAN = HEAD + "B1;25/01/2026;1.234,50\nB2;03/02/2026;10,25\n"
UNDECIDED = HEAD + "B1;05/01/2026;7,00\nB2;03/02/2026;8,00\n"


@pytest.fixture
def figures(tmp_path: Path) -> Callable[..., tuple[list[tuple], list[Finding], Path]]:
    def made(*files: str, formats: str = "") -> tuple[list[tuple], list[Finding], Path]:
        folder = tmp_path / "months"
        folder.mkdir()
        for number, text in enumerate(files):
            (folder / f"{number}.csv").write_text(text, encoding="utf-8")
        new_project(tmp_path / "p", process="credit-collections", sources=[folder])
        if formats:
            with open(tmp_path / "p" / "project.toml", "a", encoding="utf-8") as file:
                file.write(formats)
        log = read_project(load_project(tmp_path / "p"), load_template("credit-collections"))
        rows = log.backend.con.execute(
            f"SELECT e.case_id, strftime(time, '%Y-%m-%d'), CAST(invoice_amount AS DOUBLE) "
            f"FROM {log.events.get_name()} e JOIN {log.cases.get_name()} c USING (case_id) ORDER BY 1"
        )
        return rows.fetchall(), list(log.findings), tmp_path / "p"

    return made


EXACT = [
    ("A1", "2026-01-25", 1234.5),
    ("A2", "2026-02-03", 10.25),
    ("B1", "2026-01-25", 1234.5),
    ("B2", "2026-02-03", 10.25),
]


def test_each_file_is_read_as_it_proves(figures: Callable) -> None:
    rows, findings, _ = figures(AMERICAN, EUROPEAN)
    assert rows == EXACT
    told = {one.data["column"]: one.data["files"] for one in findings if one.rule == "formats_by_file"}
    assert told == {
        "Invoice Date": {"0.csv": "month first", "1.csv": "day first"},
        "Invoice Amount": {"0.csv": ".", "1.csv": ","},
    }
    assert not [one for one in findings if one.severity == "block"]


def test_files_that_write_alike_are_left_as_they_are(figures: Callable) -> None:
    rows, findings, _ = figures(EUROPEAN, EUROPEAN.replace("B1", "C1").replace("B2", "C2"))
    assert [row[1] for row in rows] == ["2026-01-25", "2026-02-03"] * 2
    assert not [one for one in findings if one.rule == "formats_by_file"]


def test_whole_numbers_in_one_file_are_no_other_way(figures: Callable) -> None:
    whole = HEAD + "A1;25/01/2026;1234\nA2;03/02/2026;10\n"
    rows, findings, _ = figures(whole, EUROPEAN)
    assert [row[2] for row in rows] == [1234, 10, 1234.5, 10.25]
    assert not [one for one in findings if one.rule == "formats_by_file"]


def test_a_file_that_is_not_certain_leaves_a_question_that_can_be_answered(figures: Callable) -> None:
    _, findings, _ = figures(AMERICAN, EUROPEAN.replace("B", "C"), UNDECIDED)
    asked = [one for one in findings if one.rule == "mixed_dates"]
    assert len(asked) == 1
    assert "make each a source of its own" in str(asked[0].remedy)
