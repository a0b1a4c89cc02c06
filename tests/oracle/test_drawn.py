"""Logs that hypothesis draws: every figure of the product is the restated one.

Each example prepares a whole log and asks for everything, so a few examples of many cases say more than many of few;
`make oracle` draws more of them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.internal.conjecture.providers import HypothesisProvider

import workbench as wb
from tests.oracle import plain_all, plain_credit_rules, strategies
from tests.oracle.differences import differences
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.plain_figures import Figures
from tests.oracle.policy import Verdicts, rule_differences
from tests.oracle.product import CREDIT, Answers, Setting, project
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


@pytest.fixture(scope="module", autouse=True)
def same_each_time() -> Iterator[None]:
    """The same logs in every run: hypothesis also draws constants of whatever modules happen to be loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None)
        yield


def unequal(
    drawn: Drawn, setting: Setting, plain: Figures, verdicts: Verdicts | None = None
) -> dict[str, str]:
    """What the product says otherwise than the restatement, of figures and, where they are restated, of rules."""
    known = [event for event in drawn.events if event.day <= date.fromisoformat(drawn.as_of)]
    with tempfile.TemporaryDirectory() as folder:
        log = wb.open(project(Path(folder), drawn.events, drawn.cases, setting=setting))
        found = differences(Answers(log), plain, known)
        if verdicts is not None:
            found |= rule_differences(log, setting.process, verdicts)
    return found


@drawing
@given(strategies.invoices(least=12, most=20))
def test_drawn_invoices(drawn: Drawn) -> None:
    policy = Policy(terms_approvers=APPROVERS)
    plain = plain_all.credit(drawn.events, drawn.cases, as_of=drawn.as_of, policy=policy, rates=drawn.rates)
    setting = Setting(
        CREDIT, drawn.zone, drawn.as_of, policy={"terms_approvers": APPROVERS}, rates=drawn.rates, order=True
    )
    book = Book.at(drawn.events, drawn.cases, as_of=drawn.as_of, policy=policy)
    assert unequal(drawn, setting, plain, plain_credit_rules.verdicts(book)) == {}
