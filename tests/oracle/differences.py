"""A whole log at once: every figure that both the product and the restatement know, and where they differ.

A figure that the restatement knows and the product does not declare is listed, not passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.oracle.notation import Event
from tests.oracle.plain_figures import Figure, Figures
from tests.oracle.product import Answers, compare
from tests.oracle.tables import Line

__all__ = ["differences", "undeclared"]

ABSENT = "the log has no "


def undeclared(answers: Answers, plain: Figures) -> set[str]:
    return {name for name, _ in plain} - answers.ids


def _absent(record: Mapping[str, Any], events: Iterable[Event]) -> bool:
    """The product says that the log shows no such event at all, and that is so."""
    reason = str(record.get("reason") or "")
    named = {word.strip(",") for word in reason.removeprefix(ABSENT).split()}
    return reason.startswith(ABSENT) and not named & {event.activity for event in events}


def _record(answers: Answers, name: str, currency: str | None, plain: Figures) -> dict[str, Any] | None:
    """The product's answer in a currency. It names none where a ratio or a duration has but one."""
    found = answers.kpi_records([name])
    if currency is None:
        return found[0] if len(found) == 1 else None
    same = [record for record in found if record.get("currency") == currency]
    others = [
        1 for (other, code), figure in plain.items() if other == name and code != currency and figure.value
    ]
    if not same and len(found) == 1 and found[0].get("currency") is None and not others:
        return found[0]
    return same[0] if same else None


def differences(answers: Answers, plain: Figures, known: Iterable[Event]) -> dict[str, str]:
    """Figure → what is not the same, over all figures that both sides know. `known`: the events up to as-of."""
    events, found = list(known), dict[str, str]()
    for (name, currency), figure in plain.items():
        if name not in answers.ids:
            continue
        record = _record(answers, name, currency, plain)
        label = f"{name} {currency or ''}".strip()
        if record is None:
            if figure.value:
                found[label] = f"expected {float(figure.value)}, no answer"
        elif record["value"] is None and (figure.value is None or _absent(record, events)):
            pass
        elif figure.value is None and currency is not None and record.get("currency") is None:
            pass  # a currency in which there is nothing, beside the one that the record is in
        elif text := _differs(record, name, currency, figure):
            found[label] = text
    return found


def _differs(record: dict[str, Any], name: str, currency: str | None, figure: Figure) -> str:
    stats = {stat: value for stat, value in figure.stats.items() if value is not None}
    line = Line(name, currency, figure.value, figure.n, figure.pending, "", figure.parts, stats)
    try:
        compare(_One(record), line)
    except AssertionError as error:
        return str(error)
    return ""


class _One:
    """A log that answers with one record."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    def kpi_records(self, _ids: Iterable[str]) -> list[dict[str, Any]]:
        return [self.record]
