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
        "About half of it is imports (ibis, pandas, DuckDB), nearly all of the rest what loading costs whatever the "
        "log's size: a template read, a mapping proposed, some seventy statements put together."
    ),
    ("first-command", "seconds"): (
        "Every process pays for imports (ibis, pandas, DuckDB) and reads the template; the map of a small log itself "
        "takes milliseconds."
    ),
    ("prepare", "times_slower"): (
        "Beside reading, sorting and writing, every cell's form is proved, cases, pairs, balances and verdicts are "
        "derived, and the sources are hashed."
    ),
}
