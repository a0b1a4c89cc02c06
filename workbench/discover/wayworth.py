"""What the ways through the process are worth: the amounts of their cases, currency by currency."""

from __future__ import annotations

import pandas as pd

from workbench.discover.shown import whole_ways
from workbench.log.answered import answered
from workbench.log.frames import amount_in, in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["way_worth_frame"]


@answered
def way_worth_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per variant and currency: variant (as `variant_frame` numbers them), currency, cases, amount.

    `amount` is the sum in major units, never across currencies; cases without an amount or a currency are left out.
    Empty where the process has no amount, and where activities are hidden or events trimmed, since the ways are others
    then.
    """
    columns = ["variant", "currency", "cases", "amount"]
    if not whole_ways(log, derived=True):
        return pd.DataFrame({name: [] for name in columns})
    cases = log.cases.select("variant", currency=log.cases["case_currency"], amount=amount_in(log, log.cases))
    cases = cases.filter(cases["variant"].notnull() & cases["amount"].notnull() & cases["currency"].notnull())
    summed = cases.group_by(["variant", "currency"]).aggregate(
        cases=cases.count(), amount=cases["amount"].sum()
    )
    frame = in_major_units(log, log.frame(summed), ["amount"])
    frame["variant"] = frame["variant"].astype("int64")
    frame["cases"] = frame["cases"].astype("int64")
    return frame[columns].sort_values(["variant", "currency"], ignore_index=True)
