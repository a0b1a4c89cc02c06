"""A generated project of each process: every figure of the product is the restated one.

`make test` asks about some thousands of events, `make oracle` about 100,000 of each process.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import workbench as wb
from tests.oracle import beside, plain_all, plain_credit_rules
from tests.oracle.differences import differences
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.plain_figures import Figures
from tests.oracle.policy import Verdicts, rule_differences
from tests.oracle.product import CREDIT, Answers
from tests.oracle.projects import Given, given
from workbench import cli

EVENTS = int(os.environ.get("WORKBENCH_ORACLE_EVENTS", "4000"))
# Events a case, a little under what the generator makes: so that the log has as many as are asked for.
PER_CASE = {"credit-collections": 9, "lead-to-cash": 12}


def generated(folder: Path, process: str) -> Given:
    cases = EVENTS // PER_CASE[process]
    assert cli.run(["demo", str(folder), "--process", process, "--cases", str(cases)]) == 0
    written = folder / "project.toml"
    # A part of a few cases is compared too.
    written.write_text(written.read_text(encoding="utf-8") + "\n[privacy]\nleast = 1\n", encoding="utf-8")
    found = given(folder)
    assert len(found.events) >= EVENTS
    return found


def equal(folder: Path, project: Given, plain: Figures, verdicts: Verdicts | None = None) -> None:
    log = wb.open(folder)
    found = differences(Answers(log), plain, project.known)
    if verdicts is not None:
        found |= rule_differences(log, CREDIT, verdicts)
    assert found == {}


def test_generated_receivables(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    project = generated(folder, "credit-collections")
    settings = project.settings
    policy = Policy(terms_approvers=settings["policy"]["terms_approvers"], holidays=project.holidays)
    target = Fraction(str(settings["targets"]["CC07"]["at_most"]))
    rates, known = project.rates, (project.events, project.cases)
    plain = plain_all.credit(*known, as_of=project.as_of, policy=policy, rates=rates, target=target)
    plain |= plain_all.beside(
        *known,
        as_of=project.as_of,
        zone=settings["time_zone"],
        requests=beside.requests(folder, settings),
        costs=beside.costs(folder, settings),
        rates=rates,
    )
    book = Book.at(*known, as_of=project.as_of, policy=policy)
    equal(folder, project, plain, plain_credit_rules.verdicts(book))
