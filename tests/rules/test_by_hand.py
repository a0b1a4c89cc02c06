"""Verdicts and their reasons where the sequence of a few events decides, worked by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.rules.reasons import REASONS, why_broken
from workbench.template import load_template


def _reminders(case: str, *levels: int) -> str:
    lines = [f"{case} | invoice_generated | 2026-01-02 09:00"]
    lines += [
        f"{case} | overdue_reminder_sent | 2026-02-{3 + 7 * place:02} 09:00 | ana | human | dunning_level={level}"
        for place, level in enumerate(levels)
    ]
    return "\n".join(lines) + "\n"


SEQUENCES = {
    "up": (1, 2, 3),
    "late first": (2, 1),
    "again": (1, 1),
    "gap": (1, 3),
    "high": (3, 3),
    "no due date": (1,),
}
CASES = "invoice_number | invoice_amount | currency | invoice_date | due_date\n" + "".join(
    f"{case} | 100 | EUR | 2026-01-02 | {'' if case == 'no due date' else '2026-02-01'}\n"
    for case in SEQUENCES
)


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    """Reminders a week apart from two days after the due date on; no dispute anywhere."""
    events = "".join(_reminders(case, *levels) for case, levels in SEQUENCES.items())
    return prepared(events, CASES, as_of="2026-03-31")


def said(log: PreparedLog, rule: str) -> dict[str, list[tuple[str, str | None]]]:
    rows = log.verdicts.join(log.cases.select("case_key", "case_id"), "case_key")
    frame = log.frame(rows.filter(rows["rule"] == rule).order_by("case_id", "pos"))
    found: dict[str, list[tuple[str, str | None]]] = {}
    for row in frame.to_dict("records"):
        reason = row["reason"] if isinstance(row["reason"], str) else None
        found.setdefault(str(row["case_id"]), []).append((str(row["verdict"]), reason))
    return found


def test_levels_one_after_the_other(log: PreparedLog) -> None:
    """Skipped: a lower level was never sent; early: it was sent only afterwards; 3-3 without 1 and 2 skips twice."""
    ok, broken = ("ok", None), "broken"
    assert said(log, "R02") == {
        "up": [ok, ok, ok],
        "late first": [(broken, "early"), (broken, "backwards")],
        "again": [ok, (broken, "repeated")],
        "gap": [ok, (broken, "skipped")],
        "high": [(broken, "skipped"), (broken, "skipped")],
        "no due date": [ok],
    }


def test_a_reminder_of_an_invoice_without_a_due_date_is_not_known_to_be_too_early(log: PreparedLog) -> None:
    found = said(log, "R01")
    assert found.pop("no due date") == [("unknown", None)]
    assert {verdict for rows in found.values() for verdict, _ in rows} == {"ok"}


def test_what_would_excuse_may_never_have_been_recorded(log: PreparedLog) -> None:
    """The first reminder came two days after the due date; a log without disputes excuses nobody."""
    assert said(log, "R03") == {case: [("ok", None)] for case in SEQUENCES if case != "no due date"}


def test_equal_times_are_no_step_back() -> None:
    """Quoted and qualified in the same minute: which came first is not known. X was qualified a day too late."""
    events = (
        "T | opportunity_created | 2026-01-01 09:00\nT | quote_issued | 2026-01-05 09:00\n"
        "T | opportunity_qualified | 2026-01-05 09:00\n"
        "X | opportunity_created | 2026-01-01 09:00\nX | quote_issued | 2026-01-05 09:00\n"
        "X | opportunity_qualified | 2026-01-06 09:00\n"
    )
    cases = "opportunity_id | opportunity_value | currency\nT | 1 | EUR\nX | 1 | EUR\n"
    log = prepared(events, cases, as_of="2026-03-31", process="lead-to-cash")
    found = said(log, "L07")
    assert {case: sorted(verdict for verdict, _ in rows) for case, rows in found.items()} == {
        "T": ["ok", "ok", "tie"],
        "X": ["broken", "ok", "ok"],
    }


@pytest.mark.parametrize(
    ("rule", "reason", "said"),
    [
        ("R03", "late", "it was done after the limit"),
        ("R02", "skipped", "a lower level was skipped"),
        ("R01", None, "what must come before it did not"),
        ("R08c", None, "the same person did both"),
        ("R09", None, "it was done by somebody who may not"),
        ("R05", None, "it came after what rules it out"),
        ("R04", None, "it came while it must not"),
        ("R03", "unheard of", "the rule is broken"),
    ],
)
def test_why_a_rule_is_broken(rule: str, reason: str | None, said: str) -> None:
    assert why_broken(load_template("credit-collections").rules[rule], reason) == said
    assert reason not in REASONS or REASONS[str(reason)] == said
