"""No page shows a reader what only a template's files say: every id has a name in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import html

import workbench as wb
from tests.pages.conftest import STEPS, html_of, views_of
from workbench.generate import generate_project
from workbench.i18n import catalogue
from workbench.template import Template, load_template

_WORDS = re.compile(r"[\w.]*\w")
# A log that knows next to nothing: every reason that a page can give is then given by one of its KPIs and rules.
BARE = [
    ("credit-collections", "invoice_generated"),
    ("credit-collections", "payment_received"),
    ("credit-collections-netsuite", "payment_terms_changed"),
    ("lead-to-cash", "opportunity_created"),
    ("lead-to-cash", "payment_received"),
    ("any-process", "asked"),
]


def ids_of(template: Template, *, mapped: bool = True) -> set[str]:
    """Every id of a template that a reader may meet, but those that are words of its French texts, too.

    `mapped` ones are what a project.toml maps: fields and activities.
    """
    named = {*template.unnamed(), *(f"policy.{name}" for name in template.policy)}
    for table in ("challenges", "goals", "segments", "levers"):
        named |= set(getattr(template, table))
    if mapped:
        named |= {*template.activities, *template.derived, *template.attributes}
    said = [*catalogue("fr").values(), *_french(template.model_dump())]
    return named - {word for text in said for word in _WORDS.findall(text)}


def _french(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if set(value) >= {"en", "fr"}:
            yield str(value["fr"])
            return
        for part in value.values():
            yield from _french(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _french(part)


def shown_ids(project: Path, template: Template) -> list[tuple[str, str, str]]:
    """(page, view, id) of every id among the words of a project's pages; what is marked as code is a file's own.

    Findings are read by whoever mends project.toml, and call fields and activities as they are called there.
    """
    found = []
    for step in STEPS:
        for name, view in views_of(project, step, "fr").items():
            root = html.fromstring(f"<div>{html_of(view)}</div>")
            for element in list(root.iter("code", "style")):
                element.drop_tree()
            words = set(_WORDS.findall(" ".join(str(text) for text in root.itertext())))
            known = ids_of(template, mapped=name != "findings")
            found += [(step, name, word) for word in sorted(words & known)]
    return found


@pytest.mark.parametrize("process", ["credit-collections", "lead-to-cash", "any-process"])
def test_a_generated_project_shows_no_id(process: str, tmp_path: Path) -> None:
    generate_project(tmp_path / "project", process=process, cases=40, seed=5)
    assert shown_ids(tmp_path / "project", load_template(process)) == []


@pytest.mark.parametrize(("process", "activity"), BARE)
def test_a_log_that_lacks_nearly_everything_says_so_without_an_id(
    process: str, activity: str, tmp_path: Path
) -> None:
    rows = "".join(f"c{case},{activity},2026-01-0{case} 09:00\n" for case in range(1, 6))
    (tmp_path / "log.csv").write_text("Nr,Schritt,Zeit\n" + rows, encoding="utf-8")
    template = load_template(process)
    project = tmp_path / "project"
    project.mkdir()
    (project / "project.toml").write_text(
        f"""
format = 1
process = "{process}"
name = "Bare"
time_zone = "UTC"
currency = "EUR"

[[sources]]
name = "log"
path = "../log.csv"
kind = "events"
case = "Nr"
activity = "Schritt"
time = "Zeit"
""",
        encoding="utf-8",
    )
    said = wb.page("connect", project=str(project), language="fr").readiness().html
    assert said.count("<tr>") > len(template.kpis)
    assert shown_ids(project, template) == []


def test_the_probe_finds_an_id() -> None:
    template = load_template("credit-collections")
    known = ids_of(template)
    assert {
        "touches",
        "collection_events",
        "policy.terms_approvers",
        "due_date_passed",
        "receivable",
    } <= known
    assert "actions" not in known, "a French word is no id"
    assert "due_date_passed" not in ids_of(template, mapped=False)
