"""What stands in the way of a target that is missed, by work and kind of target; told only where it is missed."""

from __future__ import annotations

__all__ = ["WAYS"]

WAYS: dict[tuple[str, str], str] = {
    ("hundred", "times_faster"): (
        "Loading a log proposes and checks a mapping, proves how every column is written, derives pairs and balances: "
        "some seventy statements, each of which is put together anew. That costs a few tenths of a second whatever "
        "the log's size; pm4py does none of it. What follows on the loaded log takes milliseconds."
    ),
    ("first-map", "seconds"): (
        "Most of it is imports (ibis, pandas, DuckDB) and what loading costs whatever the log's size."
    ),
    ("first-command", "seconds"): (
        "Most of it is imports (ibis, pandas, DuckDB); the map of a small log itself takes milliseconds."
    ),
    ("prepare", "times_slower"): (
        "Beside reading, sorting and writing, every cell's form is proved, cases, pairs, balances and verdicts are "
        "derived, and the sources are hashed."
    ),
}
