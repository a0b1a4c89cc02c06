"""Logs that hypothesis draws: every figure of the product is the restated one.

Each example prepares a whole log and asks for everything, so a few examples of many cases say more than many of few;
`make oracle` draws more of them.
"""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import workbench as wb
from tests.oracle import plain_all, strategies
from tests.oracle.differences import OPEN, differences
from tests.oracle.plain_credit import Policy
from tests.oracle.product import CREDIT, DEALS, Answers, Setting, project
from tests.oracle.strategies import Drawn

EXAMPLES = int(os.environ.get("WORKBENCH_ORACLE_EXAMPLES", "3"))
# What comes out is told whole, so there is nothing to shrink, and a log of some seconds is no slow example.
drawing = settings(
    max_examples=EXAMPLES,
    # make test asks the same few each time, make oracle new ones.
    derandomize="WORKBENCH_ORACLE_EXAMPLES" not in os.environ,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
APPROVERS = ["ana"]
# A failing log is long to print; the blob beside it brings it back.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def asked(drawn: Drawn, setting: Setting) -> Answers:
    with tempfile.TemporaryDirectory() as folder:
        return Answers(wb.open(project(Path(folder), drawn.events, drawn.cases, setting=setting)))


def unequal(drawn: Drawn, setting: Setting, plain: Any) -> dict[str, str]:
    known = [event for event in drawn.events if event.day <= date.fromisoformat(drawn.as_of)]
    found = differences(asked(drawn, setting), plain, known)
    return {label: text for label, text in found.items() if label.split()[0] not in OPEN}


@drawing
@given(strategies.invoices(least=12, most=20))
def test_drawn_invoices(drawn: Drawn) -> None:
    policy = Policy(terms_approvers=APPROVERS)
    plain = plain_all.credit(drawn.events, drawn.cases, as_of=drawn.as_of, policy=policy, rates=drawn.rates)
    setting = Setting(
        CREDIT, drawn.zone, drawn.as_of, policy={"terms_approvers": APPROVERS}, rates=drawn.rates, order=True
    )
    assert unequal(drawn, setting, plain) == {}


@drawing
@given(strategies.deals(least=12, most=20))
def test_drawn_deals(drawn: Drawn) -> None:
    plain = plain_all.sales(drawn.events, drawn.cases, as_of=drawn.as_of)
    assert unequal(drawn, Setting(DEALS, drawn.zone, drawn.as_of, order=True), plain) == {}
