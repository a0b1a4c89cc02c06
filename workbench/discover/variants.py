"""Variants: the different ways through the process, the most travelled first."""

from __future__ import annotations

import pandas as pd

from workbench.discover.shown import shown_events, whole_ways
from workbench.log.answered import answered
from workbench.log.cases import case_paths, variant_numbers
from workbench.log.prepared import PreparedLog

__all__ = ["variant_frame"]


@answered
def variant_frame(log: PreparedLog, *, derived: bool = True, durations: bool = True) -> pd.DataFrame:
    """One row per variant: variant (1 = most cases), activities (list), cases, share, mean and median duration.

    Cases without any event follow no variant; shares are of cases with events. Durations run from the first to
    the last recorded event, in seconds; without `durations` there are no such columns, and the answer comes sooner.
    """
    cases = log.cases
    if whole_ways(log, derived=derived):
        ways = cases.filter(cases["variant"].notnull()).select("case_key", "variant", "start", "end")
        paths = log.variants
    else:
        taken = log.engine.keep(case_paths(shown_events(log, derived=derived)), "paths")
        found = variant_numbers(taken, log.engine)
        ways = cases.select("case_key", "start", "end").join(found.select("case_key", "variant"), "case_key")
        paths = found.drop("case_key").distinct()
    span = ways["end"].delta(ways["start"], unit="microsecond")
    times = {"total": span.sum(), "median": span.quantile(0.5)} if durations else {}
    counts = ways.group_by("variant").aggregate(cases=ways.count(), **times)
    frame = log.frame(counts.join(paths, "variant"))
    steps = [[log.meta.activities[int(code)] for code in path.split(",")] for path in frame["path"]]
    result = pd.DataFrame(
        {
            "variant": frame["variant"].astype("int64"),
            "activities": steps,
            "cases": frame["cases"].astype("int64"),
            "share": frame["cases"] / frame["cases"].sum(),
        }
    )
    if durations:
        result["mean_seconds"] = frame["total"].astype("float64") / frame["cases"] / 1e6
        result["median_seconds"] = frame["median"].astype("float64") / 1e6
    return result.sort_values(["cases", "variant"], ascending=[False, True], ignore_index=True)
