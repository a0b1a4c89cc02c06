"""Receivables rebuilt from events held against something independent of them.

A balance rebuilt from events always agrees with itself. What it must agree with is somebody else's figure: the
project's control totals, or the open balance and status that the export states at its extraction date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.errors import Finding
from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ControlTotal
from workbench.measure.context import Context, as_decimal
from workbench.measure.figure import Period
from workbench.measure.rows import Unavailable
from workbench.measure.terms import balance_rows, balances_on
from workbench.messages import Message
from workbench.places import in_project
from workbench.template.words import BalanceTerm

__all__ = ["LIMIT", "Reconciliation", "control_findings", "reconcile"]

LIMIT = 0.01


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The residual (0-1) between rebuilt and stated balances, and what it was held against."""

    residual: float
    against: Message

    @property
    def holds(self) -> bool:
        return self.residual <= LIMIT

    @property
    def reason(self) -> Message:
        return Message(
            "not shown: the rebuilt balance is {residual} off {against}",
            residual=f"{self.residual:.1%}",
            against=self.against,
        )


def reconcile(log: PreparedLog, ledger: str) -> Reconciliation | None:
    """The worst residual over all control totals up to as-of, else over the export's own open balances.

    Some of the cases stand with all of them: a control total is one of the whole ledger, and what makes its balance
    doubtful makes that of any part of it doubtful. None when the log has nothing independent to hold it against.
    """
    if log.memory is None:
        return _held(log.unnarrowed, ledger, log.as_of)
    key = ("reconciled", ledger, log.as_of)
    if key not in log.memory.kept:
        log.memory.kept[key] = _held(log.memory.log, ledger, log.as_of)
    found: Reconciliation | None = log.memory.kept[key]
    return found


def _held(log: PreparedLog, ledger: str, until: date) -> Reconciliation | None:
    totals = [total for total in log.meta.settings.control if total.date <= until]
    if totals:
        rebuilt = _rebuilt(log, ledger, sorted({total.date for total in totals}))
        worst = max(_off(total, rebuilt.get((total.date, total.currency), Decimal(0))) for total in totals)
        return Reconciliation(worst, Message("the control total of the project"))
    return _against_export(log, ledger)


def control_findings(log: PreparedLog) -> list[Finding]:
    """How far the balance rebuilt from events is off the control totals up to as-of, in the data check's words.

    Above one in a hundred the figures that rest on the balance are withheld.
    """
    totals = [total for total in log.meta.settings.control if total.date <= log.as_of]
    return [_held_against(log, name, totals) for name in log.template.ledgers if totals]


def _held_against(log: PreparedLog, name: str, totals: Sequence[ControlTotal]) -> Finding:
    rebuilt = _rebuilt(log, name, sorted({total.date for total in totals}))
    own = [rebuilt.get((total.date, total.currency), Decimal(0)) for total in totals]
    off = [_off(total, one) for total, one in zip(totals, own, strict=True)]
    wrong = sum(one > LIMIT for one in off)
    worst = off.index(max(off))
    message = Message(
        "The balance rebuilt from events agrees with all {count} control totals", count=len(totals)
    )
    remedy = Message("Nothing: the balance is reconciled")
    if wrong:
        message = Message(
            "The balance rebuilt from events is off {wrong} of {count} control totals, most on {day}: {own} {currency} "
            "instead of {stated}, {off} off",
            wrong=wrong,
            count=len(totals),
            day=totals[worst].date,
            own=own[worst],
            stated=totals[worst].amount,
            currency=totals[worst].currency,
            off=f"{off[worst]:.1%}",
        )
        remedy = Message(
            "See whether invoices or payments are missing: the figures that rest on the balance are not shown"
        )
    return Finding(
        rule="control_total",
        severity="warn" if wrong else "note",
        message=message,
        remedy=remedy,
        count=wrong,
        share=wrong / len(totals),
        where=in_project("[[control]]"),
        data={
            "ledger": name,
            "totals": [
                {
                    "date": str(total.date),
                    "currency": total.currency,
                    "rebuilt": str(one),
                    "stated": str(total.amount),
                    "residual": round(away, 6),
                }
                for total, one, away in zip(totals, own, off, strict=True)
            ],
        },
    )


def _rebuilt(log: PreparedLog, ledger: str, days: list[date]) -> dict[tuple[date, str], Decimal]:
    """The gross balance per day and currency at the end of each day, from one statement."""
    rows = balances_on(Context(log), BalanceTerm(balance=ledger), days)
    if isinstance(rows, Unavailable):
        return {}
    table = rows.table
    frame = log.frame(table.group_by(["t_day", "case_currency"]).aggregate(amount=table["t_amount"].sum()))
    found = {}
    for record in frame.to_dict("records"):
        day, currency = as_day(record["t_day"]), str(record["case_currency"])
        assert day is not None
        found[day, currency] = as_decimal(record["amount"]).scaleb(-log.meta.digits(currency))
    return found


def _off(total: ControlTotal, rebuilt: Decimal) -> float:
    """How far a rebuilt balance is off a control total, as a share of it."""
    if total.amount == 0:
        return 0.0 if rebuilt == 0 else 1.0
    return float(abs(rebuilt - total.amount) / abs(total.amount))


def _against_export(log: PreparedLog, ledger: str) -> Reconciliation | None:
    """The last open balance that the export states per case, where it states any."""
    stated = log.template.ledgers[ledger].stated
    if stated is None or log.meta.attribute(stated) is None:
        return None
    rows = balance_rows(Context(log), BalanceTerm(balance=ledger, side="net"), Period(None, log.as_of))
    if isinstance(rows, Unavailable) or stated not in rows.table.columns:
        return None
    table = rows.table
    known = table.filter(table[stated].notnull())
    sums = log.frame(
        known.aggregate(
            off=(known["t_amount"] - known[stated]).abs().sum(),
            whole=known[stated].abs().sum(),
            n=known.count(),
        )
    ).iloc[0]
    if not sums["n"]:
        return None
    whole = as_decimal(sums["whole"])
    off = as_decimal(sums["off"])
    residual = float(off / whole) if whole else (0.0 if not off else 1.0)
    return Reconciliation(residual, Message("the open balances that the export states"))
