"""A generated project of each process: every figure of the product is the restated one.

`make test` asks about some thousands of events, `make oracle` about 100,000 of each process.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import workbench as wb
from tests.oracle import plain_all, plain_deals
from tests.oracle.differences import OPEN, differences
from tests.oracle.plain_credit import Policy
from tests.oracle.plain_figures import Figures
from tests.oracle.product import Answers
from tests.oracle.projects import Given, given
from workbench import cli

EVENTS = int(os.environ.get("WORKBENCH_ORACLE_EVENTS", "4000"))
# Events a case, a little under what the generator makes: so that the log has as many as are asked for.
PER_CASE = {"credit-collections": 9, "lead-to-cash": 12}


def generated(folder: Path, process: str) -> Given:
    cases = EVENTS // PER_CASE[process]
    assert cli.run(["demo", str(folder), "--process", process, "--cases", str(cases)]) == 0
    found = given(folder)
    assert len(found.events) >= EVENTS
    return found


def equal(folder: Path, project: Given, plain: Figures) -> None:
    found = differences(Answers(wb.open(folder)), plain, project.known)
    assert {label: text for label, text in found.items() if label.split()[0] not in OPEN} == {}


def test_generated_receivables(tmp_path: Path) -> None:
    project = generated(tmp_path / "project", "credit-collections")
    policy = Policy(terms_approvers=project.settings["policy"]["terms_approvers"], holidays=project.holidays)
    plain = plain_all.credit(
        project.events, project.cases, as_of=project.as_of, policy=policy, rates=project.rates
    )
    equal(tmp_path / "project", project, plain)


def test_generated_sales(tmp_path: Path) -> None:
    project = generated(tmp_path / "project", "lead-to-cash")
    limit = Fraction(str(project.settings["policy"]["discount_limit"]))
    policy = plain_deals.Policy(discount=limit)
    plain = plain_all.sales(
        project.events, project.cases, as_of=project.as_of, policy=policy, rates=project.rates
    )
    equal(tmp_path / "project", project, plain)
