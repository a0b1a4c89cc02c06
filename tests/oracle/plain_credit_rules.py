"""The eleven default rules of credit & collections (`domain.md` section 3), an invoice at a time.

Each gives the verdicts of an invoice's rows: one for every reminder, payment, promise or dispute in it.
The limits are those of 7.3: pending until the limit has gone by, whatever has already happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from tests.oracle.notation import Event
from tests.oracle.plain_credit import COLLECTION, TOUCHES, Book, Invoice, Policy
from tests.oracle.plain_words import before, business_day_after, business_days, day_after, limited, precedence

__all__ = ["asked", "level_of", "rule_6", "rule_rows", "verdicts"]

CREDIT_EVENTS = (
    "credit_limit_requested",
    "credit_assessed",
    "credit_limit_approved",
    "credit_limit_rejected",
)


def level_of(event: Event) -> int | None:
    return int(event.facts["dunning_level"]) if "dunning_level" in event.facts else None


def levels(reminders: Sequence[Event]) -> list[str]:
    """Strictly 1, 2, 3: each is the highest so far plus one, and none below is missing. Equal times go by level."""
    known = sorted(
        (event for event in reminders if level_of(event)), key=lambda e: (e.time, level_of(e), e.row)
    )
    result = ["unknown" for event in reminders if level_of(event) is None]
    sent: set[int] = set()
    for event in known:
        level = level_of(event) or 0
        complete = max(sent, default=0) == level - 1 and set(range(1, level)) <= sent
        result.append("ok" if complete else "broken")
        sent.add(level)
    return result


def rule_1(inv: Invoice) -> list[str]:
    start = [inv.overdue_at] if inv.overdue_at else []
    reminders = inv.all("overdue_reminder_sent")
    return ["ok" if any(moment <= event.time for moment in start) else "broken" for event in reminders]


def rule_3(inv: Invoice, policy: Policy) -> list[str]:
    if not inv.overdue_at:
        return []
    limit = day_after(inv.due, policy.first_dunning_days)
    first = next((e for e in inv.all(*TOUCHES) if e.time >= inv.overdue_at), None)
    if any(
        opened.time < inv.overdue_at and (end is None or end.time >= inv.overdue_at)
        for opened, end in inv.disputes()
    ):
        return [limited(False, limit, inv.as_of, excused=True)]
    ended = ("invoice_written_off", "invoice_settled", "invoice_cancelled")
    excuses = [e for e in [inv.paid, *inv.all("dispute_registered", *ended)] if e]
    excuses = [e for e in excuses if inv.overdue_at <= e.time and e.day <= limit]
    excused = any(first is None or before(e, first) for e in excuses)
    in_time = first is not None and first.day <= limit and not excused
    return [limited(in_time, limit, inv.as_of, excused=excused)]


def rule_4(inv: Invoice) -> list[str]:
    whole = [
        (opened.time, closed.time if closed else None)
        for opened, closed in inv.disputes()
        if Fraction(opened.facts["disputed_amount"]) >= inv.amount
    ]
    return [
        "broken" if any(start < e.time and (end is None or e.time < end) for start, end in whole) else "ok"
        for e in inv.all("overdue_reminder_sent")
    ]


def rule_5(inv: Invoice) -> list[str]:
    def verdict(event: Event) -> str:
        if inv.paid is None or event.time < inv.paid.time:
            return "ok"
        return "tie" if event.time == inv.paid.time else "broken"

    return [verdict(event) for event in inv.all("overdue_reminder_sent")]


def rule_6(inv: Invoice, policy: Policy) -> list[str]:
    """The limit ends with the days off behind it: posted on the Saturday, no second working day has begun."""
    return [
        limited(
            posted is not None
            and business_days(received.day, posted.day, policy.holidays) <= policy.posting_days,
            day_after(business_day_after(received.day, policy.posting_days + 1, policy.holidays), -1),
            inv.as_of,
        )
        for received, posted in inv.postings()
    ]


def rule_8(inv: Invoice, policy: Policy) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {"8a": [], "8b": [], "8c": []}
    for off in inv.all("invoice_written_off"):
        reminders = inv.all("overdue_reminder_sent")
        high = [e.time for e in reminders if (level_of(e) or 0) >= policy.write_off_level]
        parts["8a"].append(precedence(off, high))
        parts["8b"].append(precedence(off, [e.time for e in inv.all("collection_call_made")]))
        collectors = [e.user for e in inv.all(*TOUCHES) if before(e, off)]
        # Whom nobody chased has no collector; who is known to have done both did both.
        unknown = bool(collectors) and (off.user is None or None in collectors)
        same = off.user is not None and off.user in collectors
        parts["8c"].append("broken" if same else "unknown" if unknown else "ok")
    return parts


def rule_9(inv: Invoice, policy: Policy) -> list[str]:
    start = inv.first("invoice_generated")
    changes = [e for e in inv.all("payment_terms_changed") if start and before(start, e)]
    if policy.terms_approvers is None:
        return ["unknown" for _ in changes]
    return [
        "unknown" if e.user is None else "ok" if e.user in policy.terms_approvers else "broken"
        for e in changes
    ]


def rule_10(inv: Invoice) -> list[str]:
    return ["ok" if closed else "broken" if inv.closed else "pending" for _, closed in inv.disputes()]


def rule_11(inv: Invoice, policy: Policy) -> list[str]:
    """Money or an action; what brought the balance to nought, by a credit memo or a settlement, is an answer too."""
    rows: list[str] = []
    for promise in inv.all("promise_recorded"):
        limit = day_after(date.fromisoformat(promise.facts["promise_date"]), policy.promise_days)
        answers = inv.all("payment_received", "invoice_written_off", *COLLECTION) + [
            e for e in [inv.paid] if e
        ]
        rows.append(limited(any(before(promise, e) and e.day <= limit for e in answers), limit, inv.as_of))
    return rows


# What a log must show, one of each, to be asked about a rule at all: what nobody records is neither kept nor broken.
NEEDS: Mapping[str, Sequence[Sequence[str]]] = {
    "1": [["overdue_reminder_sent"]],
    "2": [["overdue_reminder_sent"], ["dunning_level"]],
    "3": [sorted(TOUCHES)],
    "4": [["overdue_reminder_sent"], ["dispute_registered"]],
    "5": [["overdue_reminder_sent"], ["invoice_generated"]],
    "6": [["payment_received"], ["payment_posted"]],
    "7": [CREDIT_EVENTS],
    "8a": [["invoice_written_off"], ["overdue_reminder_sent"], ["dunning_level"]],
    "8b": [["invoice_written_off"], ["collection_call_made"]],
    "8c": [["invoice_written_off"], ["user"]],
    "9": [["payment_terms_changed"]],
    "10": [["dispute_registered"], ["dispute_resolved"]],
    "11": [["promise_recorded"]],
}


def asked(book: Book) -> list[str]:
    """The rules that the log can be asked about."""
    return [rule for rule, needs in NEEDS.items() if all(book.shown.intersection(one) for one in needs)]


def rule_rows(book: Book, inv: Invoice) -> dict[str, list[str]]:
    """Every default rule of section 3: the verdicts of the rows of one invoice."""
    policy, can = book.policy, asked(book)
    approvals = [e.time for e in inv.all("credit_limit_approved")]
    rows = {
        "1": rule_1(inv),
        "2": levels(inv.all("overdue_reminder_sent")),
        "3": rule_3(inv, policy),
        "4": rule_4(inv),
        "5": rule_5(inv),
        "6": rule_6(inv, policy),
        "7": [precedence(e, approvals) for e in inv.all("invoice_generated")],
        **rule_8(inv, policy),
        "9": rule_9(inv, policy),
        "10": rule_10(inv),
        "11": rule_11(inv, policy),
    }
    return {rule: rows[rule] if rule in can else [] for rule in NEEDS}


def verdicts(book: Book) -> dict[str, dict[str, list[str]]]:
    """Rule → case → the sorted verdicts of its rows; cases without a row are left out."""
    table: dict[str, dict[str, list[str]]] = {}
    for inv in book.invoices:
        for rule, rows in rule_rows(book, inv).items():
            table.setdefault(rule, {})
            if rows:
                table[rule][inv.row["invoice_number"]] = sorted(rows)
    return table
