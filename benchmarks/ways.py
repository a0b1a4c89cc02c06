"""What stands in the way of a target that is missed, by work and kind of target; told only where it is missed."""

from __future__ import annotations

__all__ = ["WAYS"]

_FILTERED = (
    "pm4py's time shrinks with the cases that are left; ours reads the events of all cases all the same, since the "
    "store is in the order of cases and those of a value lie anywhere in it, and looks each up among the chosen ones: "
    "about twice what the map of the whole log takes, whatever is filtered."
)

_LESS_LEFT = (
    "Two thirds of it are Python, its libraries and the engine itself, whatever is asked; pm4py holds fewer events the "
    "fewer cases are left."
)

_QUESTIONS = (
    "Each KPI is a question of its own, some 170 statements on receivables and 120 on deals: putting them together "
    "takes a sixth of the time, on one processor, and each reads the events or cases that it is about anew: a third of "
    "what the engine does is reading, a quarter joining cases to their events."
)

WAYS: dict[tuple[str, str], str] = {
    ("map", "times_faster"): (
        "Nearly all of it is DuckDB reading and grouping three columns of the store's Parquet files; after "
        "`log.in_memory()` the same question takes less than half."
    ),
    ("filtered-large", "times_faster"): _FILTERED,
    ("filtered-small", "times_faster"): _FILTERED,
    ("filtered-both", "times_faster"): _FILTERED,
    ("filtered-large", "times_less_memory"): _LESS_LEFT,
    ("filtered-small", "times_less_memory"): _LESS_LEFT,
    ("filtered-both", "times_less_memory"): _LESS_LEFT,
    ("map-medians", "times_less_memory"): (
        "Quantiles are exact, so the times between two activities are held until all of them are known."
    ),
    ("hundred", "times_faster"): (
        "Loading a log proposes and checks a mapping, proves how every column is written, derives pairs and balances: "
        "some fifty statements, each of which is put together anew. That costs a quarter of a second whatever the "
        "log's size; pm4py does none of it. What follows on the loaded log takes milliseconds."
    ),
    ("first-map", "seconds"): (
        "About half of it is imports (ibis, pandas, DuckDB), nearly all of the rest what loading costs whatever the "
        "log's size: a template read, a mapping proposed, some fifty statements put together."
    ),
    ("first-command", "seconds"): (
        "Every process pays for imports (ibis, pandas, DuckDB) and reads the template; the map of a small log itself "
        "takes milliseconds."
    ),
    ("kpis", "times_slower"): (
        f"{_QUESTIONS} A fifth of the engine's time goes into four: what was decided on a customer before an invoice "
        "(CC04, CC54), which phase each day of a balance belongs to (CC51), what manual steps cost (CC42)."
    ),
    ("deal-kpis", "times_slower"): (
        f"{_QUESTIONS} The dearest is the time spent in each stage (LC03): nearly three million visits, with exact "
        "quantiles and the censoring-aware median of each stage."
    ),
    ("prepare", "times_slower"): (
        "DuckDB alone reads one file, sorts and writes it. Ours hashes and reads six files and proves the form of each "
        "cell (a quarter of the time), sorts (an eighth), derives balances and what follows from them and puts it in "
        "order (a quarter), and pairs eight kinds of events, tells five things of each of 30 activities a case and "
        "judges all rules (a third)."
    ),
}
