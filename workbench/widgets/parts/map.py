"""The process map over the shared choice: what is shown of it, what each part says, what was picked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import (
    Condition,
    activity_frame,
    broken_frame,
    condition_of,
    longest_frame,
    map_frame,
    simplified,
    worth_currency,
)
from workbench.discover.conditions import Activity
from workbench.discover.simplify import ReadableMap
from workbench.draw.acting import button, toolbar, value_button
from workbench.draw.livemap import Overlay, edge_key, live_scene, whole_map
from workbench.draw.processmap import map_picture
from workbench.draw.prose import details, facts, notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.draw.words import words
from workbench.log.prepared import PreparedLog
from workbench.widgets.act import Act
from workbench.widgets.parts.animation import coloured_by, travelling
from workbench.widgets.parts.base import Part
from workbench.widgets.parts.mapcompared import compared_figures
from workbench.widgets.parts.mapfigures import OVERLAYS, figures_of

__all__ = ["MapPart"]

_TABLE_ROWS = 100
_EXAMPLES = 5


class MapPart(Part):
    """Activities and which directly follows which; sliders say how many of each are shown."""

    name = "map"
    at_once = True

    # ------------------------------------------------------------------ what is chosen
    @property
    def _overlay(self) -> str:
        return self.chosen("overlay", self._overlays, "frequency")

    @cached_property
    def _overlays(self) -> list[str]:
        """What this log can show."""
        whole = self.explorer.whole.prepared
        lacking = {"money": worth_currency(whole) is None, "manual": not _knows_hands(whole)}
        return [name for name in OVERLAYS if not lacking.get(name)]

    def _share(self, name: str) -> float | None:
        return self.number(name, 0, least=0, most=100) / 100 if name in self._options else None

    # ------------------------------------------------------------------ frames
    def _frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        statistics = OVERLAYS[self._overlay][1]
        return activity_frame(self.prepared), map_frame(self.prepared, statistics=statistics)

    @cached_property
    def _whole(self) -> dict[str, Any]:
        """The order of the whole log's map, in which every part of it will stand."""
        whole = self.explorer.whole.prepared
        nodes, edges = activity_frame(whole), map_frame(whole, statistics=())
        readable = simplified(nodes, edges, activities=1.0)
        return whole_map(readable.nodes, readable.edges, self.names)

    def _readable(self, nodes: pd.DataFrame, edges: pd.DataFrame) -> ReadableMap:
        return simplified(nodes, edges, activities=self._share("activities"), paths=self._share("paths"))

    # ------------------------------------------------------------------ drawn once, without a browser
    def view(self) -> View:
        nodes, edges = activity_frame(self.prepared), map_frame(self.prepared)
        if nodes.empty:
            return self.drawn(self._title(nodes, edges), notice(self.say("The log has no event."), "note"))
        nodes = nodes.assign(label=self.names.activities(nodes["activity"]))
        readable = self._readable(nodes, edges)
        picture = map_picture(
            readable.nodes,
            readable.edges,
            self.names.speech,
            title=self._title(nodes, edges),
            description=self._described(edges),
            all_activities=len(nodes),
            all_paths=len(edges),
        )
        return self.drawn(self._title(nodes, edges), picture + self._table(edges), edges)

    def _title(self, nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
        if nodes.empty:
            return self.say("The process map")
        return self.say(
            "The process as it is: {activities} activities and {paths} paths",
            activities=len(nodes),
            paths=len(edges),
        )

    def _described(self, edges: pd.DataFrame) -> str:
        if edges.empty:
            return self.say("No activity follows another.")
        busiest = edges.iloc[0]
        return self.say(
            "Most often {source} is followed by {target}: {n} times.",
            source=self.names.activity(busiest["source"]),
            target=self.names.activity(busiest["target"]),
            n=int(busiest["count"]),
        )

    def _table(self, edges: pd.DataFrame) -> Markup:
        shown = edges.assign(
            source=self.names.activities(edges["source"]), target=self.names.activities(edges["target"])
        )
        columns = [
            Column("source", self.say("From")),
            Column("target", self.say("To")),
            Column("count", self.say("Times"), "number"),
        ]
        said = {
            "median_seconds": self.say("Median time"),
            "mean_seconds": self.say("Mean time"),
            "p90_seconds": self.say("Time that one in ten exceeds"),
        }
        columns += [Column(name, label, "duration") for name, label in said.items() if name in shown.columns]
        body = table(shown, columns, self.names.speech, limit=_TABLE_ROWS)
        return details(self.say("The map as a table"), body)

    # ------------------------------------------------------------------ alive
    def panel(self, take: Callable[[Act], None], drawn: View | None = None) -> Any:
        from workbench.widgets.mapwidget import MapWidget

        shown, readable, overlay, edges = self._shown()
        speech = self.names.speech
        return MapWidget(
            take,
            words=self._words(),
            whole=self._whole,
            language=speech.tag,
            zone=speech.zone,
            detail=self._detail(readable, overlay),
            table=str(self._table(edges)),
            **shown,
        )

    def refresh(self, panel: Any) -> Callable[[], None]:
        shown, readable, overlay, edges = self._shown()
        with panel.hold_sync():
            for name, value in shown.items():
                setattr(panel, name, value)

        def rest() -> None:
            # Examples of what was picked are looked for, and a hundred rows are written that are seen when opened.
            panel.detail = self._detail(readable, overlay)
            panel.table = str(self._table(edges))

        return rest

    def _shown(self) -> tuple[dict[str, Any], ReadableMap, Overlay, pd.DataFrame]:
        nodes, edges = self._frames()
        readable = self._readable(nodes, edges)
        overlay = self._said(readable)
        broken = self._broken()
        for activity, rules in broken.items():
            if activity in overlay.facts:
                overlay.facts[activity].extend(
                    (
                        self.say("Broken: {rule}", rule=self.names.rule_name(rule)),
                        self.names.speech.number(times),
                    )
                    for rule, times in rules[:3]
                )
        scene = live_scene(
            readable.nodes,
            readable.edges,
            self.names,
            overlay,
            title=self._title(nodes, edges),
            description=self._described(edges),
            caption=self._caption(readable, nodes, edges),
            head=str(self._head(nodes, edges)),
            file=self.say("process map"),
            ideal=self._ideal(),
            breaches=broken,
        )
        shown = {
            "scene": scene,
            "controls": self._controls(readable, nodes, edges),
            "animation": self._animation(),
        }
        return shown, readable, overlay, edges

    def _animation(self) -> dict[str, Any]:
        """The cases that travel, once a reader wants to see them."""
        if not self.chosen("animated", (True,), False):
            return {}
        colours = coloured_by(self)
        colour = self.chosen("colour", tuple(colours), next(iter(colours), None))
        return travelling(self, colour, colours)

    def _head(self, nodes: pd.DataFrame, edges: pd.DataFrame) -> Markup:
        return Markup("<h2>{}</h2>").format(words(self._title(nodes, edges)))

    def _caption(self, readable: ReadableMap, nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
        pair = self.explorer.populations()
        told = []
        if pair is not None:
            sides, one, other = pair
            told = [
                self.say(
                    "Blue: more of {one} ({n} cases). Orange: more of {other} ({m} cases).",
                    one=sides.one.name,
                    other=sides.other.name,
                    n=one.size().cases,
                    m=other.size().cases,
                )
            ]
        shown = self.say(
            "{activities} of {all_activities} activities, {paths} of {all_paths} paths shown.",
            activities=len(readable.nodes),
            all_activities=len(nodes),
            paths=len(readable.edges),
            all_paths=len(edges),
        )
        return " ".join([*told, shown])

    def _controls(self, readable: ReadableMap, nodes: pd.DataFrame, edges: pd.DataFrame) -> dict[str, Any]:
        def share(name: str, shown: int, total: int) -> dict[str, Any]:
            percent = round(100 * shown / total) if total else 100
            chosen = self._share(name)
            return {"value": percent if chosen is None else round(100 * chosen), "said": f"{shown} / {total}"}

        return {
            "overlay": self._overlay,
            "overlays": [[name, self.say(OVERLAYS[name][0])] for name in self._overlays],
            "activities": share("activities", len(readable.nodes), len(nodes)),
            "paths": share("paths", len(readable.edges), len(edges)),
            "comparisons": [
                ["", self.say("nothing")],
                *([name, self.say(pair.name)] for name, pair in self.explorer.comparisons().items()),
            ],
            "compared": self.explorer.state.compared or "",
            "ideal": self.chosen("ideal", (True, False), False) if self._way() else None,
            "breaches": self.chosen("breaches", (True, False), False)
            if self.explorer.whole.template.rules
            else None,
        }

    def _said(self, readable: ReadableMap) -> Overlay:
        """What each box and line says now, and all that can be said of it."""
        pair = self.explorer.populations()
        if pair is not None:
            sides, one, other = pair
            labels = (self.say(sides.one.name), self.say(sides.other.name))
            return compared_figures(
                (one.prepared, other.prepared), labels, readable, self._overlay, self.names
            )
        return figures_of(self.prepared, readable, self._overlay, self.names)

    def _ideal(self) -> set[str]:
        """The keys of what lies on the ideal path, where a reader wants it marked."""
        if not self.chosen("ideal", (True, False), False):
            return set()
        way = self._way()
        return {*way, *(edge_key(one, other) for one, other in pairwise(way))}

    def _way(self) -> list[str]:
        log = self.explorer.whole.prepared
        return [name for name in log.template.path.ideal if name in log.meta.recorded]

    def _broken(self) -> dict[str, list[tuple[str, int]]]:
        """By activity, which rules are broken there and how often, where a reader wants it marked."""
        if not self.chosen("breaches", (True, False), False):
            return {}
        found: dict[str, list[tuple[str, int]]] = {}
        frame = broken_frame(self.prepared)
        for activity, rule, times in zip(frame["activity"], frame["rule"], frame["times"], strict=True):
            found.setdefault(str(activity), []).append((str(rule), int(times)))
        return found

    # ------------------------------------------------------------------ what was picked
    def act(self, act: Act) -> None:
        if act.name == "pick":
            self.explorer.tell(self.name, picked=act.given if isinstance(act.given, str) else None)
        elif act.name == "animate":
            colour = act.given if isinstance(act.given, str) else self.text("colour")
            self.explorer.tell(self.name, animated=True, colour=colour or None)
        elif act.name == "still":
            self.explorer.tell(self.name, animated=None)

    def _detail(self, readable: ReadableMap, overlay: Overlay) -> dict[str, Any]:
        key = self.text("picked")
        nodes = set(readable.nodes["activity"])
        links = {
            edge_key(source, target): (source, target)
            for source, target in zip(readable.edges["source"], readable.edges["target"], strict=True)
        }
        if key in nodes:
            title = self.names.activity(key)
            acts = [
                button(self.say("Only cases with it"), "add", {"kind": "activity", "any": [key]}),
                button(
                    self.say("Only cases without it"),
                    "add",
                    {"kind": "activity", "any": [key], "exclude": True},
                ),
                button(self.say("Hide on the map"), "hide", key),
            ]
            record: dict[str, Any] = {}
        elif key in links:
            source, target = links[key]
            title = f"{self.names.activity(source)} → {self.names.activity(target)}"
            record = {"kind": "follows", "source": [source], "target": [target], "how": "directly"}
            acts = [
                button(self.say("Only cases with it"), "add", record),
                button(self.say("Only cases without it"), "add", {**record, "exclude": True}),
            ]
        else:
            return {"key": None, "html": ""}
        body = Markup("<h3>{}</h3>{}{}{}{}").format(
            words(title),
            facts(overlay.facts.get(key, ())),
            toolbar(*acts, label=title),
            self._examples(Activity(any=(key,)) if key in nodes else condition_of(record)),
            button(self.say("Close"), "pick", look="quiet"),
        )
        return {"key": key, "html": str(body)}

    def _examples(self, condition: Condition) -> Markup:
        """Some cases that pass here, the longest first."""
        longest = longest_frame(self.prepared, condition, most=_EXAMPLES)
        drawn = Markup("").join(
            Markup("<li>{} <small>{}</small></li>").format(
                value_button(case, self.names.speech, "look", str(case)),
                words(self.names.speech.duration(float(seconds))),
            )
            for case, seconds in zip(longest["case_id"], longest["duration_seconds"], strict=True)
        )
        return Markup('<h4>{}</h4><ul class="wb-examples">{}</ul>').format(
            words(self.say("Cases that pass here, the longest first")), drawn
        )

    # ------------------------------------------------------------------ its words
    def _words(self) -> dict[str, str]:
        say = self.say
        return {
            "map": say("The process map"),
            "overlay": say("Show"),
            "activities": say("Activities"),
            "paths": say("Paths"),
            "compare": say("Compare"),
            "search": say("Find an activity"),
            "ideal": say("Ideal path"),
            "breaches": say("Broken rules"),
            "zoomIn": say("Larger"),
            "zoomOut": say("Smaller"),
            "fit": say("Whole map"),
            "full": say("Full screen"),
            "play": say("Play"),
            "pause": say("Pause"),
            "close": say("Close"),
            "animation": say("Cases travelling over the map"),
            "moment": say("Moment"),
            "speed": say("Speed"),
            "colour": say("Colour by"),
            "moving": say("On the way now: {n}."),
            "saveSvg": say("Save as SVG"),
            "savePng": say("Save as PNG"),
            "keys": say(
                "Arrow keys go from box to box, Enter tells more, plus and minus change the size, "
                "0 shows all, / searches."
            ),
        }


def _knows_hands(log: PreparedLog) -> bool:
    """Whether the log says of any event that it was done by hand or by a machine."""
    role = log.template.case.automated
    return role is not None and role in log.events.columns
