"""The checks of a log in the order in which a reader wants their answers, and how all are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workbench.connect.checks import (
    contents,
    dates,
    identity,
    money,
    openings,
    order,
    outliers,
    times,
    windows,
)
from workbench.connect.checks.sums import Checked
from workbench.connect.logtables import LogTables
from workbench.connect.stage import Stage
from workbench.errors import Finding

__all__ = ["CHECKS", "check_log"]

Check = Callable[[Checked], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    contents.nothing,
    openings.no_start_event,
    openings.repeated_cases,
    contents.without_events,
    order.duplicates,
    order.ties,
    order.lifecycle_steps,
    contents.unmapped,
    contents.never_seen,
    contents.missing_attributes,
    dates.implausible_years,
    dates.sentinels,
    dates.due_before_start,
    order.inversions,
    times.shifted,
    times.midnight_only,
    times.batches,
    windows.gaps,
    windows.begun_before,
    windows.open_at_end,
    money.codes,
    money.mixed,
    money.lost_decimals,
    outliers.amounts,
    outliers.durations,
    identity.variants_of_one_id,
    identity.orphan_keys,
    contents.varying_attributes,
)


def check_log(stage: Stage, log: LogTables) -> list[Finding]:
    """All findings about a log as a whole."""
    checked = Checked(stage, log)
    return [finding for check in CHECKS for finding in check(checked)]
