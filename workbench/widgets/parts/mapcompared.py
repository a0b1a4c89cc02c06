"""Two populations on one map: what each box and line says of both, and which of them has more of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.discover import ReadableMap, activity_frame, log_size, map_frame, passing_frame
from workbench.draw.livemap import Overlay, edge_key, tone
from workbench.draw.names import Names
from workbench.log.prepared import PreparedLog
from workbench.widgets.parts.mapfigures import OVERLAYS
from workbench.widgets.populations import BY_DAY

if TYPE_CHECKING:
    from workbench.widgets.explorer import Explorer

__all__ = ["COMPARABLE", "compared_caption", "compared_figures", "day_chosen"]

COMPARABLE = ("cases", "mean", "median", "p90")
"""What the map says of two populations side by side: shares of each one's cases, and times."""

# A difference in shares of this many points, or of times by this factor, has the darkest tone.
_POINTS, _FACTOR = 0.4, 3.0
# Less than this is no difference to a reader.
_LEAST = 0.005

Values = dict[str, float]
Sides = tuple[Values, Values]


def day_chosen(explorer: Explorer) -> dict[str, str] | None:
    """The day that parts before from after, and between which days another can; None where they are not compared."""
    state, days = explorer.state, explorer.days
    if days is None or state.compared != BY_DAY:
        return None
    between = explorer.names.say("Choose a day between {first} and {last}", first=days.first, last=days.last)
    chosen = {"day": state.since or days.middle, "first": days.first, "last": days.last}
    return {**{name: day.isoformat() for name, day in chosen.items()}, "between": between}


def compared_caption(explorer: Explorer) -> list[str]:
    """Which population has which colour, and how many cases it has; nothing where none are compared."""
    pair = explorer.populations()
    if pair is None:
        return []
    sides, one, other = pair
    return [
        explorer.names.say(
            "Blue: more of {one} ({n}). Orange: more of {other} ({m}).",
            one=sides.one.name,
            other=sides.other.name,
            n=explorer.counted(one),
            m=explorer.counted(other),
        ),
        explorer.names.say(
            "Boxes and lines say which share of the cases of each passes, or how long these take."
        ),
    ]


def compared_figures(
    logs: tuple[PreparedLog, PreparedLog],
    labels: tuple[str, str],
    readable: ReadableMap,
    overlay: str,
    names: Names,
) -> Overlay:
    """Of each box and line the share of cases that pass, one population beside the other; of times the times.

    Shares are of each population's own cases, so that sizes do not matter. Under an overlay of times lines say these.
    """
    shares = _shares(logs)
    keys = [str(name) for name in readable.nodes["activity"]]
    keys += [
        edge_key(source, target)
        for source, target in zip(readable.edges["source"], readable.edges["target"], strict=True)
    ]
    speech = names.speech
    said: dict[str, str] = {}
    tones: dict[str, str] = {}
    facts: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        one, other = (side.get(key, 0.0) for side in shares)
        said[key] = f"{speech.percent(one, places=0)} · {speech.percent(other, places=0)}"
        tones[key] = _tone(one - other, _POINTS, _LEAST)
        facts[key] = [
            (label, speech.percent(share)) for label, share in zip(labels, (one, other), strict=True)
        ]
    statistics = OVERLAYS[overlay][1]
    if statistics:
        _say_times(_times(logs, statistics[0]), labels, speech.duration, said, tones, facts)
    return Overlay(said, tones, facts)


def _say_times(
    times: Sides,
    labels: tuple[str, str],
    say: Callable[[float], str],
    said: dict[str, str],
    tones: dict[str, str],
    facts: dict[str, list[tuple[str, str]]],
) -> None:
    """Lines say times instead; a line that one population never takes keeps its shares."""
    for key in said:
        one, other = (side.get(key) for side in times)
        if one is None or other is None:
            continue
        said[key] = f"{say(one)} · {say(other)}"
        larger = max(one, other)
        tones[key] = _tone((one - other) / larger if larger else 0.0, 1 - 1 / _FACTOR, 0.02)
        facts[key] += [(label, say(time)) for label, time in zip(labels, (one, other), strict=True)]


def _tone(difference: float, most: float, least: float) -> str:
    if abs(difference) < least:
        return "same"
    return tone("one" if difference > 0 else "other", min(1.0, abs(difference) / most))


def _shares(logs: tuple[PreparedLog, PreparedLog]) -> Sides:
    found = []
    for log in logs:
        total = max(1, log_size(log).cases)
        nodes, links = activity_frame(log), passing_frame(log)
        shares = {
            str(name): int(cases) / total
            for name, cases in zip(nodes["activity"], nodes["cases"], strict=True)
        }
        shares |= {
            edge_key(source, target): int(cases) / total
            for source, target, cases in zip(links["source"], links["target"], links["cases"], strict=True)
        }
        found.append(shares)
    return found[0], found[1]


def _times(logs: tuple[PreparedLog, PreparedLog], statistic: str) -> Sides:
    found = []
    for log in logs:
        frame = map_frame(log, statistics=(statistic,))
        found.append(
            {
                edge_key(source, target): float(seconds)
                for source, target, seconds in zip(
                    frame["source"], frame["target"], frame[f"{statistic}_seconds"], strict=True
                )
            }
        )
    return found[0], found[1]
