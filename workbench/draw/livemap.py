"""The process map as its widget takes it: every box and line with its words, its size and its tone, as JSON.

The same sizes and tones as the picture of `processmap`; the widget places and draws them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.draw.lettering import shortened, width_of
from workbench.draw.mapparts import Mark, Step
from workbench.draw.mapstyle import line_width

if TYPE_CHECKING:
    import pandas as pd

    from workbench.draw.names import Names

__all__ = ["END", "START", "Overlay", "by_log", "by_root", "edge_key", "live_scene", "tone", "whole_map"]

# Where cases start and end, as keys: no activity is called so.
START, END = "\x00start", "\x00end"
_LONGEST_NAME = 200
_LABEL, _NARROWEST_LABEL, _NARROWEST_BADGE = 11.5, 30.0, 20.0
_MAIN = 0.4
_MARK_STROKE = 1.4
_TONES = {"frequency": 6, "line": 5, "wait": 5, "one": 4, "other": 4}

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Overlay:
    """What boxes and lines say, by key: a text, and a tone of the stylesheet (`frequency-3`, `wait-5`, `more-2`)."""

    texts: Mapping[str, str]
    tones: Mapping[str, str]
    facts: dict[str, Facts] = field(default_factory=dict)


def edge_key(source: str, target: str) -> str:
    """The key of a line, the same as the browser makes it.

    >>> edge_key("a", "b")
    '["a","b"]'
    """
    return json.dumps([source, target], ensure_ascii=False, separators=(",", ":"))


def tone(kind: str, share: float) -> str:
    """A step of a row of tones, from pale (0) to dark (1).

    >>> tone("frequency", 1.0), tone("wait", 0.0)
    ('frequency-6', 'wait-1')
    """
    steps = _TONES[kind]
    return f"{kind}-{min(steps, 1 + int(max(0.0, share) * steps))}"


def by_root(values: Mapping[str, float], kind: str) -> dict[str, str]:
    """Tones of counts and sums, by the root of their share of the largest."""
    most = max(values.values(), default=0.0)
    return {key: tone(kind, math.sqrt(value / most) if most > 0 else 0.0) for key, value in values.items()}


def by_log(values: Mapping[str, float], kind: str) -> dict[str, str]:
    """Tones of times, on a logarithmic scale from a thousandth of the longest."""
    longest = max(values.values(), default=0.0)
    return {
        key: tone(kind, 1 + math.log10(value / longest) / 3 if value > 0 and longest > 0 else 0.0)
        for key, value in values.items()
    }


def whole_map(nodes: pd.DataFrame, edges: pd.DataFrame, names: Names) -> dict[str, Any]:
    """The nodes and main edges of a whole map, for the order in which all its parts will stand."""
    return live_scene(nodes, edges, names, Overlay({}, {}), title="", description="", caption="", file="")


def live_scene(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    names: Names,
    overlay: Overlay,
    *,
    title: str,
    description: str,
    caption: str,
    file: str,
    head: str = "",
    cases: int | None = None,
    ideal: Collection[str] = (),
    breaches: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What the widget shows. `nodes` and `edges` are a `ReadableMap`'s; all texts are the reader's.

    `cases` is how many begin and end, whatever of that is drawn (None: what is drawn). `ideal` are the
    keys of what is marked as such, `breaches` how often rules are broken, by activity; `head` is Markup over the map,
    `file` a name to save under.
    """
    builder = _Builder(names, overlay, frozenset(ideal), breaches or {})
    shown = builder.steps(nodes)
    known = {part["key"]: part for part in shown}
    lines = builder.lines(edges, known)
    for kind, column, mark in (("start", "starts", "is_start"), ("end", "ends", "is_end")):
        at = nodes[(nodes[column] > 0) & nodes.get(mark, True)]
        if len(at):
            shown.append(builder.sign(kind, int(at[column].sum()) if cases is None else cases))
            lines += [
                builder.mark(kind, str(name), int(count), known)
                for name, count in zip(at["activity"], at[column], strict=True)
            ]
    return {
        "nodes": shown,
        "edges": lines,
        "title": title,
        "description": description,
        "caption": caption,
        "head": head,
        "file": file,
    }


@dataclass(frozen=True)
class _Builder:
    names: Names
    overlay: Overlay
    ideal: frozenset[str]
    breaches: Mapping[str, int]

    def steps(self, nodes: pd.DataFrame) -> list[dict[str, Any]]:
        found = []
        for row in nodes.to_dict("records"):
            key = str(row["activity"])
            label = shortened(self.names.activity(key), _LONGEST_NAME)
            text = self.overlay.texts.get(key, "")
            step = Step(label, text, "", "", "", bool(row.get("is_derived", False)))
            box = step.box
            found.append(
                {
                    "key": key,
                    "kind": "step",
                    "label": label,
                    "lines": step.lines,
                    "width": round(box.width, 1),
                    "height": box.height,
                    "side": box.side,
                    "text": text,
                    "tone": self.overlay.tones.get(key, "frequency-1"),
                    "derived": step.is_derived,
                    **self._told(key, label, text),
                }
            )
        return found

    def lines(self, edges: pd.DataFrame, known: Mapping[str, Any]) -> list[dict[str, Any]]:
        most = float(edges["count"].max()) if len(edges) else 0.0
        found = []
        for row in edges.to_dict("records"):
            source, target = str(row["source"]), str(row["target"])
            if source not in known or target not in known:
                continue
            key, count = edge_key(source, target), float(row["count"])
            text, is_main = self.overlay.texts.get(key, ""), count >= _MAIN * most
            title = f"{known[source]['label']} → {known[target]['label']}"
            found.append(
                {
                    "key": key,
                    "source": source,
                    "target": target,
                    "weight": count,
                    "width": self._wide(text, bold=is_main),
                    "height": 17,
                    "text": text,
                    "tone": self.overlay.tones.get(key, "line-1"),
                    "stroke": round(line_width(count, most), 2),
                    "main": is_main,
                    "mark": False,
                    **self._told(key, title, text),
                }
            )
        return found

    def sign(self, kind: str, cases: int) -> dict[str, Any]:
        say = self.names.say
        text = say("1 case") if cases == 1 else say("{n} cases", n=cases)
        box = Mark("start" if kind == "start" else "end", text).box
        label = say("Start") if kind == "start" else say("End")
        return {
            "key": START if kind == "start" else END,
            "kind": kind,
            "label": label,
            "lines": [],
            "width": round(box.width, 1),
            "height": box.height,
            "side": 0,
            "text": text,
            "tone": "",
            "derived": False,
            "ideal": False,
            "breaches": None,
            "title": label,
            "facts": [],
            "said": self.names.say("{name}: {value}", name=label, value=text),
        }

    def mark(self, kind: str, name: str, count: int, known: Mapping[str, Any]) -> dict[str, Any]:
        """A line from the start or to the end: thin and broken, since nothing happens on it."""
        source, target = (START, name) if kind == "start" else (name, END)
        key, text = edge_key(source, target), self.names.speech.number(count)
        label = known[name]["label"]
        title = (
            self.names.say("{activity} starts cases", activity=label)
            if kind == "start"
            else self.names.say("{activity} ends cases", activity=label)
        )
        facts = [(self.names.say("Cases"), text)]
        return {
            "key": key,
            "source": source,
            "target": target,
            "weight": float(count),
            "width": self._wide(text, bold=False),
            "height": 17,
            "text": text,
            "tone": "line-1",
            "stroke": _MARK_STROKE,
            "main": False,
            "mark": True,
            "ideal": False,
            "breaches": None,
            "title": title,
            "facts": facts,
            "said": self.names.say("{name}: {value}", name=title, value=text),
        }

    def _told(self, key: str, title: str, text: str) -> dict[str, Any]:
        """What is shown and read out of a part."""
        facts = [list(fact) for fact in self.overlay.facts.get(key, ())]
        said = self.names.speech.listing(
            [self.names.say("{name}: {value}", name=name, value=value) for name, value in facts]
        )
        return {
            "title": title,
            "facts": facts,
            "said": f"{title} – {said or text}",
            "ideal": key in self.ideal,
            "breaches": self._badge(self.breaches.get(key, 0)),
        }

    def _badge(self, times: int) -> dict[str, Any] | None:
        text = self.names.speech.number(times)
        width = max(_NARROWEST_BADGE, width_of(text, _LABEL, bold=True) + 12)
        return {"text": text, "width": round(width, 1)} if times else None

    def _wide(self, text: str, *, bold: bool) -> float:
        return round(max(_NARROWEST_LABEL, width_of(text, _LABEL, bold=bold) + 10), 1) if text else 1.0
