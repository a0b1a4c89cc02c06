"""The NetSuite twin says where fields come from and nothing else: on one log its figures and rules are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import workbench as wb
from tests.oracle import credit_log, plain_all, plain_credit_rules
from tests.oracle.differences import differences
from tests.oracle.notation import read_cases, read_events
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.policy import rule_differences
from tests.oracle.product import CREDIT, Answers, Setting, project

NETSUITE = replace(CREDIT, id="credit-collections-netsuite")


def test_the_fourteen_invoices_under_the_twin(tmp_path: Path) -> None:
    """With the policy of `credit_log`, where Mia may change terms; the log whole, as of its day."""
    events, cases = read_events(credit_log.EVENTS, zone=credit_log.ZONE), read_cases(credit_log.CASES)
    policy, as_of = Policy(terms_approvers=["mia"]), credit_log.AS_OF
    plain = plain_all.credit(events, cases, as_of=as_of, policy=policy)
    verdicts = plain_credit_rules.verdicts(Book.at(events, cases, as_of=as_of, policy=policy))
    setting = Setting(NETSUITE, credit_log.ZONE, as_of, policy=credit_log.POLICY)
    log = wb.open(project(tmp_path, events, cases, setting=setting))
    known = [event for event in events if event.day.isoformat() <= as_of]
    assert differences(Answers(log), plain, known) | rule_differences(log, NETSUITE, verdicts) == {}
