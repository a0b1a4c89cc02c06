"""What the events of a case say together: what they come to, and whether they agree."""

from __future__ import annotations

from typing import Any

import ibis

from workbench.log.sheet import Sheet, sheet_of
from workbench.template.words import SumTest, VariesTest

__all__ = ["sum_of", "varies"]


def sum_of(sheet: Sheet, attribute: str, of: tuple[str, ...], test: SumTest) -> Any:
    """What an attribute of events of some activities comes to in the row's case; nought where there are none."""
    events = sheet_of(sheet.log, of, test)
    column = None if events is None else events.column(attribute)
    if events is None or column is None:
        return ibis.literal(0, type="int64")
    totals = events.table.group_by("case_key").aggregate(**{(name := sheet.name("sum")): column.sum()})
    sheet.attach(totals, ["case_key"])
    return sheet.table[name].fill_null(0)


def varies(sheet: Sheet, test: VariesTest) -> Any:
    """Whether events of the row's case show more than one value of an attribute, held beside the same other one."""
    events = sheet_of(sheet.log, test.of, test)
    column = None if events is None else events.column(test.varies)
    beside = None if events is None or test.within is None else events.column(test.within)
    if events is None or column is None or (test.within is not None and beside is None):
        return ibis.literal(False)
    rows = events.table.select(
        "case_key", shown=column, beside=ibis.literal("") if beside is None else beside
    )
    rows = rows.filter(rows["shown"].notnull() & rows["beside"].notnull())
    each = rows.group_by(["case_key", "beside"]).aggregate(
        least=rows["shown"].min(), most=rows["shown"].max()
    )
    name = sheet.name("varies")
    told = each.filter(each["least"] != each["most"]).select("case_key").distinct()
    sheet.attach(told.mutate(**{name: ibis.literal(True)}), ["case_key"])
    return sheet.table[name].fill_null(False)
