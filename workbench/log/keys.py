"""Column names and orderings that the whole prepared log shares."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

__all__ = [
    "ORDER",
    "RESERVED",
    "count_of",
    "first_of",
    "firstday_of",
    "in_case",
    "last_of",
    "lastday_of",
    "log_name",
]

# Where an event stands in its case: by time; at equal times a derived event that comes before recorded ones
# (rank -1), then the source's order, then a derived event directly after its cause (sub 1). Never by a stored
# position: deriving an event shifts positions, but not these.
ORDER = ("time", "rank", "ord", "sub")

# Names of the log's own columns; an attribute called so is kept with an underscore behind (`log_name`).
RESERVED = frozenset(
    {
        "case_key",
        "case_id",
        "activity",
        "time",
        "day",
        "pos",
        "rank",
        "ord",
        "sub",
        "src_order",
        "resource",
        "lifecycle",
        "is_derived",
        "is_shown",
        "next_activity",
        "previous_activity",
        "occurrence",
        "to_next",
        "start",
        "end",
        "start_day",
        "end_day",
        "n_events",
        "variant",
        "status",
        "ended",
        "ended_day",
        "ended_pos",
        "ended_by",
        "ended_kind",
        "case_currency",
        "verdict",
        "k",
        "opened",
        "opened_day",
        "opened_ord",
        "closed",
        "closed_day",
        "closed_by",
        "closed_pos",
        "stopped",
        "stopped_by",
        "stopped_pos",
        "deadline",
        "became",
        "matched_by",
        "sum_then",
        "balance",
        "path",
    }
)


def log_name(attribute: str) -> str:
    """The column that carries an attribute: its name, with an underscore behind where the log uses it itself."""
    return f"{attribute}_" if attribute in RESERVED or "__" in attribute else attribute


def first_of(activity: str) -> str:
    """The case column that holds the first time of an activity."""
    return f"first__{activity}"


def last_of(activity: str) -> str:
    """The case column that holds the last time of an activity."""
    return f"last__{activity}"


def firstday_of(activity: str) -> str:
    """The case column that holds the local day of the first time of an activity."""
    return f"firstday__{activity}"


def lastday_of(activity: str) -> str:
    """The case column that holds the local day of the last time of an activity."""
    return f"lastday__{activity}"


def count_of(activity: str) -> str:
    """The case column that counts an activity."""
    return f"n__{activity}"


def in_case(table: ir.Table, *by: str, preceding: object = None, following: object = None) -> object:
    """A window over the events of one case in their order (or in the order of the columns named)."""
    # Two events derived from one cause (a date moved and an amount lowered) stand at the same place but for their
    # activity, which decides last.
    order = [table[column] for column in (by or (*ORDER, "activity"))]
    bounds = {}
    if preceding is not None:
        bounds["preceding"] = preceding
    if following is not None:
        bounds["following"] = following
    return ibis.window(group_by=table["case_key"], order_by=order, **bounds)
