"""The map as tables: all that its boxes and lines say, for whoever does not see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from workbench.draw.livemap import edge_key
from workbench.draw.prose import details
from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.widgets.parts.mapfigures import OVERLAYS

if TYPE_CHECKING:
    from workbench.widgets.parts.base import Part

__all__ = ["map_table"]

_ROWS = 100
_TIMES = {f"{name}_seconds": OVERLAYS[name][0] for name in ("median", "mean", "p90")}


def map_table(
    part: Part,
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    texts: Mapping[str, str] | None = None,
    meaning: str = "",
) -> Markup:
    """Activities and paths, folded away, the most frequent first; all of them, not only those that are drawn.

    `texts` are what boxes and lines say, by key, and `meaning` what that is; where the counts say it already there are
    none.
    """
    activities = nodes.assign(activity=part.names.activities(nodes["activity"]))
    columns = [
        Column("activity", part.say("Activity")),
        Column("events", part.say("Events"), "number"),
        Column("cases", part.say("Cases"), "number"),
        Column("starts", part.say("Cases that begin with it"), "number"),
        Column("ends", part.say("Cases with it last"), "number"),
    ]
    paths = edges.assign(
        source=part.names.activities(edges["source"]), target=part.names.activities(edges["target"])
    )
    ways = [
        Column("source", part.say("From")),
        Column("target", part.say("To")),
        Column("count", part.say("Times"), "number"),
        *(
            Column(name, part.say(label), "duration")
            for name, label in _TIMES.items()
            if name in paths.columns
        ),
    ]
    if texts is not None:
        hidden = part.say("not drawn")
        activities["said"] = objects(texts.get(key, hidden) for key in nodes["activity"])
        paths["said"] = objects(
            texts.get(edge_key(source, target), hidden)
            for source, target in zip(edges["source"], edges["target"], strict=True)
        )
        columns.append(Column("said", meaning))
        ways.append(Column("said", meaning))
    activities = activities.sort_values("cases", ascending=False, kind="stable")
    speech = part.names.speech
    return details(
        part.say("The map as a table"),
        table(activities, columns, speech, limit=_ROWS) + table(paths, ways, speech, limit=_ROWS),
    )
