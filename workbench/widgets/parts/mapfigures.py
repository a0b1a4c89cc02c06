"""What the boxes and lines of the map say: how often, how long, how much money, how much by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.discover import ReadableMap, passing_frame, worth_cases, worth_frame
from workbench.draw.livemap import Overlay, by_log, by_root, edge_key, tone
from workbench.draw.names import Names
from workbench.i18n import Message
from workbench.improve import manual_frame
from workbench.log.prepared import PreparedLog
from workbench.measure import shown_worth

__all__ = ["OVERLAYS", "figures_of", "money_shown"]

# What can be shown, and which of the times between two activities it needs.
OVERLAYS: dict[str, tuple[Message, tuple[str, ...]]] = {
    "frequency": (Message("How often"), ()),
    "cases": (Message("In how many cases"), ()),
    "mean": (Message("Mean time"), ("mean",)),
    "median": (Message("Median time"), ("median",)),
    "p90": (Message("Time that one in ten exceeds"), ("p90",)),
    "money": (Message("Money that passes"), ()),
    "manual": (Message("Share done by hand"), ()),
}
_TIMES = ("mean", "median", "p90")


@dataclass
class _Said:
    """What is collected for the parts that are shown, by key."""

    texts: dict[str, str] = field(default_factory=dict)
    tones: dict[str, str] = field(default_factory=dict)


def figures_of(log: PreparedLog, readable: ReadableMap, overlay: str, names: Names) -> Overlay:
    """What each box and line says under an overlay, and all that is told of it besides."""
    nodes = {str(row["activity"]): row for row in readable.nodes.to_dict("records")}
    edges = {edge_key(row["source"], row["target"]): row for row in readable.edges.to_dict("records")}
    speech = names.speech
    said = _Said()
    events = {key: float(row["events"]) for key, row in nodes.items()}
    counts = {key: float(row["count"]) for key, row in edges.items()}
    said.texts = {key: speech.number(int(count)) for key, count in (events | counts).items()}
    said.tones = by_root(events, "frequency") | by_root(counts, "line")
    facts: dict[str, list[tuple[str, str]]] = {key: _of_node(row, names) for key, row in nodes.items()}
    facts |= {key: _of_edge(row, names) for key, row in edges.items()}
    show = _OF.get(overlay)
    if show is not None:
        show(log, nodes, edges, names, said, facts, overlay)
    return Overlay(said.texts, said.tones, facts)


Facts = dict[str, list[tuple[str, str]]]
Rows = Mapping[str, Mapping[Any, Any]]
_Show = Callable[[PreparedLog, Rows, Rows, Names, _Said, Facts, str], None]


def _cases(
    log: PreparedLog, nodes: Rows, edges: Rows, names: Names, said: _Said, facts: Facts, _: str
) -> None:
    number = names.speech.number
    own = {key: float(row["cases"]) for key, row in nodes.items()}
    frame = passing_frame(log)
    passed = {
        edge_key(source, target): float(cases)
        for source, target, cases in zip(frame["source"], frame["target"], frame["cases"], strict=True)
    }
    passed = {key: passed[key] for key in edges if key in passed}
    said.texts |= {key: number(int(cases)) for key, cases in (own | passed).items()}
    said.tones |= by_root(own, "frequency") | by_root(passed, "line")
    for key, cases in passed.items():
        facts[key].append((names.say("Cases"), number(int(cases))))


def _times(
    log: PreparedLog, nodes: Rows, edges: Rows, names: Names, said: _Said, facts: Facts, overlay: str
) -> None:
    waits = {key: float(row[f"{overlay}_seconds"]) for key, row in edges.items()}
    said.texts |= {key: names.speech.duration(wait) for key, wait in waits.items()}
    said.tones |= by_log(waits, "wait")


def _money(
    log: PreparedLog, nodes: Rows, edges: Rows, names: Names, said: _Said, facts: Facts, _: str
) -> None:
    currency = money_shown(log)[0]
    frame = shown_worth(log, worth_frame(log), ["source", "target"])
    frame = frame[frame["currency"] == currency]
    worth = {
        str(source) if target is None else edge_key(source, target): float(amount)
        for source, target, amount in zip(frame["source"], frame["target"], frame["amount"], strict=True)
    }
    speech = names.speech
    own = {key: worth.get(key, 0.0) for key in nodes}
    passed = {key: worth.get(key, 0.0) for key in edges}
    said.texts |= {key: speech.compact_money(amount, currency) for key, amount in (own | passed).items()}
    said.tones |= by_root(own, "frequency") | by_root(passed, "line")
    for key, amount in (own | passed).items():
        facts[key].append((names.say("Money that passes"), speech.money(amount, currency)))


def money_shown(log: PreparedLog) -> tuple[str | None, int]:
    """The currency in which the map's money is, and how many cases have an amount in it; None where none has any."""
    found = shown_worth(log, worth_cases(log))
    if found.empty:
        return None, 0
    first = found.sort_values(["cases", "currency"], ascending=[False, True]).iloc[0]
    return str(first["currency"]), int(first["cases"])


def _manual(
    log: PreparedLog, nodes: Rows, edges: Rows, names: Names, said: _Said, facts: Facts, _: str
) -> None:
    frame = manual_frame(log)
    for activity, share in zip(frame["activity"], frame["manual_share"], strict=True):
        if activity not in nodes:
            continue
        if share is None or share != share:
            said.texts[activity], said.tones[activity] = names.say("not known"), "frequency-1"
            continue
        said.texts[activity] = names.speech.percent(float(share))
        said.tones[activity] = tone("frequency", float(share))
        facts[activity].append((names.say("Share done by hand"), names.speech.percent(float(share))))
    for activity in nodes:
        if activity not in set(frame["activity"]):
            said.texts[activity], said.tones[activity] = "", "frequency-1"


_OF: dict[str, _Show] = {
    "cases": _cases,
    "money": _money,
    "manual": _manual,
    **dict.fromkeys(_TIMES, _times),
}


def _of_node(row: Mapping[Any, Any], names: Names) -> list[tuple[str, str]]:
    number = names.speech.number
    return [
        (names.say("Events"), number(int(row["events"]))),
        (names.say("Cases"), number(int(row["cases"]))),
        (names.say("Cases that begin with it"), number(int(row["starts"]))),
        (names.say("Cases with it last"), number(int(row["ends"]))),
    ]


def _of_edge(row: Mapping[Any, Any], names: Names) -> list[tuple[str, str]]:
    said = [(names.say("Times"), names.speech.number(int(row["count"])))]
    for name in _TIMES:
        if f"{name}_seconds" in row:
            label = OVERLAYS[name][0]
            said.append((names.say(label), names.speech.duration(float(row[f"{name}_seconds"]))))
    return said
