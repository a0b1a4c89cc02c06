"""The filters that come with a process: what each means, and why a log cannot answer one."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.errors import WorkbenchError, unknown_name
from workbench.log.conditions import answer_all
from workbench.log.prepared import PreparedLog, lacking
from workbench.log.sheet import sheet_of
from workbench.messages import Message
from workbench.template import Template
from workbench.template.model import Segment

__all__ = ["ready_filter", "ready_keys", "ready_reason"]


def ready_filter(template: Template, name: str) -> Segment:
    """A ready-made filter by its name. Raises WorkbenchError for a name that the process does not have."""
    known = template.ready_filters()
    if name not in known:
        raise unknown_name("ready-made filter", name, known, where="ready")
    return known[name]


def ready_reason(log: PreparedLog, name: str) -> Message | None:
    """Why a log cannot answer a ready-made filter; None where it can."""
    missing = log.missing(ready_filter(log.template, name).needs)
    return None if missing is None else lacking(missing)


def ready_keys(log: PreparedLog, name: str) -> ir.Table:
    """The cases that a ready-made filter means, cancelled ones too; those of which it is not known are not among them.

    Raises WorkbenchError where the log lacks what the filter looks at.
    """
    found, reason = ready_filter(log.template, name), ready_reason(log, name)
    if reason is not None:
        raise WorkbenchError(
            Message("The filter {name!r} cannot be answered: {reason}", name=name, reason=reason),
            where="ready",
            remedy=Message("Leave out this filter, or map what is missing"),
        )
    sheet = sheet_of(log, ("cases",), found, include_neutral=True)
    assert sheet is not None
    passes = answer_all(sheet, found.where).value.fill_null(False)
    return sheet.table.filter(passes).select("case_key")
