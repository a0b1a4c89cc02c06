"""What the map's animation needs: which cases travel when, coloured by what, and how many of all they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.discover import travel_frame, value_frame

if TYPE_CHECKING:
    from workbench.widgets.parts.base import Part

__all__ = ["coloured_by", "travelling"]

_CASES = 800
_GROUPS = 5
_KINDS = ("category", "text", "boolean", "string")


def coloured_by(part: Part) -> dict[str, str]:
    """The case attributes by which dots can be told apart: those of few values."""
    log = part.explorer.whole.prepared
    found = {}
    for name in log.attributes_in(log.cases):
        known = log.meta.attribute(name)
        if known is None or known.type in ("money", "number", "date", "datetime"):
            continue
        frame = value_frame(log, name, most=_GROUPS)
        if len(frame) >= 2 and frame.attrs["left_out"] <= 20:
            found[name] = part.names.attribute(name)
    return found


def travelling(part: Part, colour: str | None, colours: dict[str, str]) -> dict[str, Any]:
    """The animation as the map's widget takes it: times in seconds since 1970, activities and colours by number."""
    found = travel_frame(part.prepared, colour=colour, most=_CASES)
    frame = found.frame
    if frame.empty:
        return {}
    keys = list(dict.fromkeys(frame["activity"]))
    place = {name: number for number, name in enumerate(keys)}
    groups = [str(value) for value in frame["colour"].dropna().value_counts().index[:_GROUPS]]
    number_of = {value: number for number, value in enumerate(groups)}
    rest = len(groups)
    seconds = frame["time"].astype("datetime64[us]").astype("int64") // 1_000_000
    cases = []
    for _, rows in frame.assign(at=seconds).groupby("case_id", sort=False):
        value = rows["colour"].iloc[0]
        cases.append(
            {
                "colour": rest if pd.isna(value) else number_of.get(str(value), rest),
                "at": [place[name] for name in rows["activity"]],
                "times": rows["at"].tolist(),
            }
        )
    said = (
        part.say("{n} of {all} cases travel.", n=found.shown, all=found.cases)
        if found.shown < found.cases
        else part.say("All {n} cases travel.", n=found.cases)
    )
    others = [part.say("all others")] if any(case["colour"] == rest for case in cases) and groups else []
    return {
        "from": int(seconds.min()),
        "to": int(seconds.max()),
        "keys": keys,
        "cases": cases,
        "groups": [*groups, *others],
        "colour": colour,
        "colours": [[name, label] for name, label in colours.items()],
        "said": said,
    }
