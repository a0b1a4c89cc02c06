"""Verdicts and their reasons where the sequence of a few events decides, worked by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.rules.reasons import REASONS, why_broken
from workbench.rules.response import judge_response
from workbench.template import load_template
from workbench.template.rules import ResponseRule


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
    "from nought": (0, 2),
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
        # Level 0 is none of the policy's levels: 2 was sent without 1.
        "from nought": [("unknown", None), (broken, "skipped")],
    }


def test_a_date_goes_by_before_anything_that_happens_then() -> None:
    """The first instant of the day after is no equal time: a source without clock times is not in doubt about it."""
    lines = ["A | invoice_generated | 2026-01-02 00:00", "B | invoice_generated | 2026-01-02 00:00"]
    lines += ["A | overdue_reminder_sent | 2026-02-02 00:00", "B | overdue_reminder_sent | 2026-02-01 00:00"]
    cases = "invoice_number | invoice_amount | invoice_date | due_date\n" + "".join(
        f"{case} | 100 | 2026-01-02 | 2026-02-01\n" for case in "AB"
    )
    found = said(prepared("\n".join(lines), cases, as_of="2026-03-31"), "R01")
    assert {case: rows[0][0] for case, rows in found.items()} == {"A": "ok", "B": "broken"}


def test_a_reminder_of_an_invoice_without_a_due_date_is_not_known_to_be_too_early(log: PreparedLog) -> None:
    found = said(log, "R01")
    assert found.pop("no due date") == [("unknown", None)]
    assert {verdict for rows in found.values() for verdict, _ in rows} == {"ok"}


def test_what_would_excuse_may_never_have_been_recorded(log: PreparedLog) -> None:
    """The first reminder came two days after the due date; a log without disputes excuses nobody."""
    assert said(log, "R03") == {case: [("ok", None)] for case in SEQUENCES if case != "no due date"}


# Disputes of the whole amount and of a part, still open and resolved; write-offs after other reminders.
QUARREL = """\
still open | invoice_generated     | 2026-01-02 09:00
still open | dispute_registered    | 2026-01-20 09:00 | ana | human | disputed_amount=100
resolved   | invoice_generated     | 2026-01-02 09:00
resolved   | dispute_registered    | 2026-01-20 09:00 | ana | human | disputed_amount=100
resolved   | dispute_resolved      | 2026-01-25 09:00
part       | invoice_generated     | 2026-01-02 09:00
part       | dispute_registered    | 2026-02-05 09:00 | ana | human | disputed_amount=40
part       | overdue_reminder_sent | 2026-02-05 09:00 | ana | human | dunning_level=1
whole      | invoice_generated     | 2026-01-02 09:00
whole      | dispute_registered    | 2026-02-05 09:00 | ana | human | disputed_amount=100
whole      | overdue_reminder_sent | 2026-02-05 09:00 | ana | human | dunning_level=1
during     | invoice_generated     | 2026-01-02 09:00
during     | dispute_registered    | 2026-02-05 09:00 | ana | human | disputed_amount=100
during     | overdue_reminder_sent | 2026-02-06 09:00 | ana | human | dunning_level=1
after 3    | invoice_generated     | 2026-01-02 09:00
after 3    | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=3
after 3    | invoice_written_off   | 2026-02-20 09:00 | eva | human | write_off_amount=100
after 3    | overdue_reminder_sent | 2026-02-25 09:00 | ana | human | dunning_level=3
nameless   | invoice_generated     | 2026-01-02 09:00
nameless   | overdue_reminder_sent | 2026-02-10 09:00 | ana | human
nameless   | invoice_written_off   | 2026-02-20 09:00 | eva | human | write_off_amount=100
after 2    | invoice_generated     | 2026-01-02 09:00
after 2    | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=2
after 2    | invoice_written_off   | 2026-02-20 09:00 | eva | human | write_off_amount=100
"""
QUARREL_CASES = "invoice_number | invoice_amount | currency | invoice_date | due_date\n" + "".join(
    f"{case} | 100 | EUR | 2026-01-02 | 2026-02-01\n"
    for case in ("still open", "resolved", "part", "whole", "during", "after 3", "nameless", "after 2")
)


@pytest.fixture(scope="module")
def quarrel() -> PreparedLog:
    return prepared(QUARREL, QUARREL_CASES, as_of="2026-03-31")


def test_a_dispute_open_on_the_due_day_excuses(quarrel: PreparedLog) -> None:
    """One that was resolved before excuses nothing: no reminder ever came."""
    found = said(quarrel, "R03")
    assert found["still open"] == [("excused", None)]
    assert found["resolved"] == [("broken", "never")]


def test_a_reminder_while_all_of_it_is_disputed(quarrel: PreparedLog) -> None:
    """In the same minute as the dispute it is a tie; a dispute of a part forbids nothing."""
    found = {case: rows[0][0] for case, rows in said(quarrel, "R04").items()}
    assert {case: found[case] for case in ("part", "whole", "during", "after 3")} == {
        "part": "ok", "whole": "tie", "during": "broken", "after 3": "ok"
    }  # fmt: skip


def test_a_write_off_needs_the_last_level_before_it(quarrel: PreparedLog) -> None:
    """A reminder whose level nobody wrote down may have been the third."""
    assert said(quarrel, "R08a") == {
        "after 3": [("ok", None)], "nameless": [("unknown", None)], "after 2": [("broken", None)]
    }  # fmt: skip


def test_a_limit_of_elapsed_time_to_the_minute() -> None:
    """Paid within five days: after exactly 120 hours in time, a minute later late. A limit that ends with as-of
    itself, the last instant of March, still runs."""
    events = "".join(
        f"{case} | invoice_generated | {begun}\n" + (f"{case} | payment_received | {paid}\n" if paid else "")
        for case, begun, paid in (
            ("exact", "2026-03-01 09:00", "2026-03-06 09:00"),
            ("late", "2026-03-01 09:00", "2026-03-06 09:01"),
            ("never", "2026-03-01 09:00", None),
            ("over", "2026-03-26 23:59", None),
            ("runs", "2026-03-27 00:00", None),
        )
    )
    cases = "invoice_number | currency\n" + "".join(
        f"{case} | EUR\n" for case in ("exact", "late", "never", "over", "runs")
    )
    log = prepared(events, cases, as_of="2026-03-31")
    rule = ResponseRule.model_validate(
        {
            "id": "X", "kind": "response", "name": {"en": "x", "fr": "x", "es": "x", "zh": "x"},
            "each": ["invoice_generated"], "then": ["payment_received"], "within": {"days": 5},
        }
    )  # fmt: skip
    sheet = judge_response(log, rule)
    assert sheet is not None
    frame = log.frame(sheet.table.select("case_id", "verdict", "reason"))
    assert {row.case_id: (row.verdict, row.reason) for row in frame.fillna("").itertuples()} == {
        "exact": ("ok", ""), "late": ("broken", "late"), "never": ("broken", "never"), "over": ("broken", "never"),
        "runs": ("pending", ""),
    }  # fmt: skip


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


@pytest.mark.parametrize(
    ("registered", "verdict"),
    [("2026-01-31 23:59", "excused"), ("2026-02-02 00:00", "excused"), ("2026-02-12 00:00", "broken")],
)
def test_a_dispute_open_at_the_very_moment_excuses(registered: str, verdict: str) -> None:
    """Due on the 1st, passed with the 2nd: a dispute of that midnight is open when the limit begins to run."""
    events = f"a | invoice_generated | 2026-01-02 09:00\na | dispute_registered | {registered}\n"
    events += "b | invoice_generated | 2026-01-02 09:00\nb | overdue_reminder_sent | 2026-02-03 09:00\n"
    cases = "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-01\nb | 100 | 2026-02-01\n"
    (only,) = said(prepared(events, cases, as_of="2026-03-31"), "R03")["a"]
    assert only[0] == verdict


@pytest.mark.parametrize(
    ("resolved", "verdict"), [("2026-02-02 00:00", "broken"), ("2026-02-02 00:01", "excused")]
)
def test_a_dispute_resolved_at_the_very_moment_excuses_nobody(resolved: str, verdict: str) -> None:
    """Due on the 1st: a dispute resolved with the midnight of the 2nd is over when the limit begins to run."""
    events = "a | invoice_generated | 2026-01-02 09:00\na | dispute_registered | 2026-01-20 09:00\n"
    events += f"a | dispute_resolved | {resolved}\n"
    events += "b | invoice_generated | 2026-01-02 09:00\nb | overdue_reminder_sent | 2026-02-03 09:00\n"
    cases = "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-01\nb | 100 | 2026-02-01\n"
    (only,) = said(prepared(events, cases, as_of="2026-03-31"), "R03")["a"]
    assert only[0] == verdict


def test_terms_changed_before_the_invoice_are_nobodys_breach() -> None:
    """bo may not change terms: on the 1st there is no invoice yet, on the 3rd there is. ana may."""
    events = """
    a | payment_terms_changed | 2026-01-01 09:00 | bo | human
    a | invoice_generated | 2026-01-02 09:00
    a | payment_terms_changed | 2026-01-03 09:00 | bo | human
    a | payment_terms_changed | 2026-01-04 09:00 | ana | human
    """
    cases = "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-01\n"
    lines = "\n".join(line.strip() for line in events.strip().splitlines())
    log = prepared(lines, cases, as_of="2026-03-31", policy={"terms_approvers": ["ana"]})
    assert [verdict for verdict, _ in said(log, "R09")["a"]] == ["broken", "ok"]
