"""The hand-worked logs of a process, side by side, show all of it: what is compared on them is compared whole.

A KPI without a value there, or a rule without a verdict, would be compared with nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workbench as wb
from tests.log import golden
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.template import load_template

# NetSuite's process is judged and measured as the one that it extends, and stands for both.
LOGS: dict[str, Callable[[], PreparedLog]] = {
    "credit-collections-netsuite": lambda: golden.credit("credit-collections-netsuite"),
    "lead-to-cash": golden.sales,
}
SAME = {"credit-collections": "credit-collections-netsuite"}
# Of any process there is nothing to show but its few KPIs, which every log has.
ANY = "any-process"
# Steps 4 and 6 work them out; a log alone has no answer.
LATER_STEPS = {"CC23", "CC44.fitness", "CC49"}


@pytest.mark.parametrize("process", LOGS)
def test_every_kpi_has_a_value_and_every_rule_a_verdict(process: str) -> None:
    log = LOGS[process]()
    shown = {figure.id for figure in figures(log) if figure.value is not None}
    assert set(log.template.kpis) - shown == LATER_STEPS & set(log.template.kpis)
    verdicts = log.frame(log.verdicts)
    assert set(verdicts["rule"]) == set(log.template.rules)
    assert {"ok", "broken", "tie", "pending"} <= set(verdicts["verdict"])
    assert len(log.meta.currencies) > 1


def test_no_process_is_left_out() -> None:
    processes = {summary.id: load_template(summary.id) for summary in wb.templates()}
    assert {*LOGS, *SAME, ANY} == set(processes)
    for name, other in SAME.items():
        assert processes[name].kpis == processes[other].kpis
        assert processes[name].rules == processes[other].rules
    assert not processes[ANY].rules
