"""The rules of a process over a whole log: what the product says of each, and where the restatement says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.oracle.product import Process

__all__ = ["Verdicts", "rule_differences"]

VERDICTS = ("ok", "tie", "broken", "pending", "excused", "unknown")
# Rule → case → the verdicts of its rows.
Verdicts = Mapping[str, Mapping[str, Sequence[str]]]


def rule_differences(log: Any, process: Process, plain: Verdicts) -> dict[str, str]:
    """Rule → what is not the same: how many rows have each verdict, and which cases break it.

    A rule that the product says it cannot check may have no row on the other side either.
    """
    records = {str(record["rule"]): record for record in log.rule_records()}
    breaches = log.breaches()
    found = {}
    for name, rule in process.rules.items():
        record = records[rule]
        counted = {verdict: record[verdict] for verdict in VERDICTS}
        rows = plain.get(name, {})
        counts = Counter(verdict for verdicts in rows.values() for verdict in verdicts)
        expected = {verdict: counts[verdict] for verdict in VERDICTS}
        mine = {case for case, verdicts in rows.items() if "broken" in verdicts}
        theirs = set(breaches.loc[breaches["rule"] == rule, "case_id"].astype(str))
        if counted != expected or mine != theirs:
            odd = sorted(mine ^ theirs)
            found[rule] = f"expected {expected}, product {counted} ({record['reason']}); broken cases {odd}"
    return found
