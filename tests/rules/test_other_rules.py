"""Rules that no shipped process says in this way, worked by hand: what is not known stays unknown."""

from __future__ import annotations

from dataclasses import replace

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet
from workbench.rules.absence import judge_absence
from workbench.rules.levels import judge_order
from workbench.rules.response import judge_response
from workbench.template.rules import AbsenceRule, OrderRule, ResponseRule

# In a the dispute is about all of it, in b about half of it, in c nobody wrote down about how much.
DISPUTES = """
a | invoice_generated     | 2026-01-02 09:00
a | dispute_registered    | 2026-02-03 09:00 | ana | human | disputed_amount=100
a | overdue_reminder_sent | 2026-02-06 09:00
b | invoice_generated     | 2026-01-02 09:00
b | dispute_registered    | 2026-02-03 09:00 | ana | human | disputed_amount=50
b | overdue_reminder_sent | 2026-02-06 09:00
c | invoice_generated     | 2026-01-02 09:00
c | dispute_registered    | 2026-02-03 09:00
c | overdue_reminder_sent | 2026-02-06 09:00
d | invoice_generated     | 2026-01-02 09:00
d | overdue_reminder_sent | 2026-02-06 09:00
"""
INVOICES = "invoice_number | invoice_amount | due_date\n" + "".join(
    f"{case} | 100 | 2026-02-01\n" for case in "abcd"
)
ALL_OF_IT = {"attribute": "disputed_amount", "at_least": {"attribute": "invoice_amount"}}


def verdicts(log: PreparedLog, sheet: Sheet | None) -> dict[str, list[str]]:
    """The verdicts of each case in the order of its events."""
    assert sheet is not None
    found: dict[str, list[str]] = {}
    for row in log.frame(sheet.table.order_by("case_id", "pos")).to_dict("records"):
        found.setdefault(str(row["case_id"]), []).append(str(row["verdict"]))
    return found


def test_a_reminder_during_a_dispute_of_unknown_size_is_not_known_to_be_wrong() -> None:
    log = prepared(DISPUTES, INVOICES, as_of="2026-03-31")
    rule = AbsenceRule.model_validate(
        log.template.rules["R04"].model_dump(by_alias=True, exclude_unset=True)
        | {"during_where": [ALL_OF_IT]}
    )
    assert verdicts(log, judge_absence(log, rule)) == {
        "a": ["broken"], "b": ["ok"], "c": ["unknown"], "d": ["ok"]
    }  # fmt: skip


def test_what_may_not_trigger_a_rule_is_not_known_to_keep_it() -> None:
    """Only a dispute of all of it must be resolved: of c nobody knows, b need not be."""
    log = prepared(DISPUTES, INVOICES, as_of="2026-03-31")
    rule = ResponseRule.model_validate(
        {
            "id": "X1", "kind": "response", "each": ["dispute_registered"], "each_where": [ALL_OF_IT],
            "then": ["overdue_reminder_sent"], "name": dict.fromkeys(("en", "fr", "es", "zh"), "A reminder follows"),
        }
    )  # fmt: skip
    assert verdicts(log, judge_response(log, rule)) == {"a": ["ok"], "c": ["unknown"]}


def test_a_stage_that_may_be_repeated_is_reached_once() -> None:
    """Another quote after the contract is no step back where quotes may be repeated; a first one then is."""
    events = """
a | opportunity_created | 2026-01-02 09:00
a | quote_issued        | 2026-01-05 09:00
a | contract_signed     | 2026-01-09 09:00
a | quote_issued        | 2026-01-12 09:00
b | opportunity_created | 2026-01-02 09:00
b | contract_signed     | 2026-01-09 09:00
b | quote_issued        | 2026-01-12 09:00
"""
    cases = "opportunity_id | opportunity_value\na | 100\nb | 100\n"
    log = prepared(events, cases, as_of="2026-03-31", process="lead-to-cash")
    rule = log.template.rules["L07"]
    assert isinstance(rule, OrderRule)
    assert verdicts(log, judge_order(log, rule))["a"] == ["ok", "ok", "ok", "broken"]
    quotes = log.template.activities["quote_issued"].model_copy(update={"iterative": True})
    activities = {**log.template.activities, "quote_issued": quotes}
    repeated = replace(log, template=log.template.model_copy(update={"activities": activities}))
    assert verdicts(repeated, judge_order(repeated, rule)) == {
        "a": ["ok", "ok", "ok", "ok"], "b": ["ok", "ok", "broken"]
    }  # fmt: skip
