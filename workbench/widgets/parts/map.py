"""The process map over the shared choice: what is shown of it, what each part says, what was picked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import (
    Condition,
    activity_frame,
    condition_of,
    longest_frame,
    map_frame,
    simplified,
    worth_cases,
)
from workbench.discover.conditions import Activity
from workbench.discover.simplify import ReadableMap
from workbench.draw.acting import button, toolbar, value_button
from workbench.draw.livemap import Overlay, edge_key, live_scene, whole_map
from workbench.draw.processmap import map_picture
from workbench.draw.prose import facts, notice
from workbench.draw.view import View
from workbench.draw.words import words
from workbench.log.prepared import PreparedLog
from workbench.widgets.act import Act
from workbench.widgets.parts.animation import coloured_by, travelling
from workbench.widgets.parts.base import Part
from workbench.widgets.parts.mapcompared import COMPARABLE, compared_caption, compared_figures, day_chosen
from workbench.widgets.parts.mapfigures import OVERLAYS, figures_of, money_shown
from workbench.widgets.parts.mapmarks import mark_controls, marks_of
from workbench.widgets.parts.mapsearch import left_out
from workbench.widgets.parts.maptable import map_table

__all__ = ["MapPart"]

_EXAMPLES = 5


class MapPart(Part):
    """Activities and which directly follows which; sliders say how many of each are shown."""

    name = "map"
    at_once = True

    # ------------------------------------------------------------------ what is chosen
    @property
    def _overlay(self) -> str:
        return self.chosen("overlay", self._offered, self._offered[0])

    @cached_property
    def _overlays(self) -> list[str]:
        """What this log can show."""
        whole = self.explorer.whole.prepared
        lacking = {"money": worth_cases(whole).empty, "manual": not _knows_hands(whole)}
        return [name for name in OVERLAYS if not lacking.get(name)]

    @property
    def _offered(self) -> list[str]:
        """What can be shown now: of two populations that are compared, what does not hang on how large each is."""
        compared = self.explorer.populations() is not None
        return [name for name in self._overlays if not compared or name in COMPARABLE]

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
            return self.drawn(self._title(nodes, edges), notice(self.nothing(), "note"))
        readable = self._readable(nodes.assign(label=self.names.activities(nodes["activity"])), edges)
        picture = map_picture(
            readable.nodes,
            readable.edges,
            self.names.speech,
            title=self._title(nodes, edges),
            description=self._described(edges),
            all_activities=len(nodes),
            all_paths=len(edges),
            all_cases=int(nodes["starts"].sum()),
        )
        return self.drawn(self._title(nodes, edges), picture + map_table(self, nodes, edges), edges)

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

    def _table(self, nodes: pd.DataFrame, edges: pd.DataFrame, overlay: Overlay) -> str:
        """The map as tables, with what it says now where that is not a count or a time of theirs."""
        pair = self.explorer.populations()
        if pair is not None:
            meaning = f"{self.say(pair[0].one.name)} · {self.say(pair[0].other.name)}"
            return str(map_table(self, nodes, edges, overlay.texts, meaning))
        if self._overlay in ("cases", "money", "manual"):
            meaning = self.say(OVERLAYS[self._overlay][0])
            return str(map_table(self, nodes, edges, overlay.texts, meaning))
        return str(map_table(self, nodes, edges))

    # ------------------------------------------------------------------ alive
    def panel(self, take: Callable[[Act], None], drawn: View | None = None) -> Any:
        from workbench.widgets.mapwidget import MapWidget

        shown, readable, overlay, frames = self._shown()
        speech = self.names.speech
        return MapWidget(
            take,
            words=self._words(),
            whole=self._whole,
            language=speech.tag,
            zone=speech.zone,
            detail=self._detail(readable, overlay),
            table=self._table(*frames, overlay),
            **shown,
        )

    def refresh(self, panel: Any) -> Callable[[], None]:
        shown, readable, overlay, frames = self._shown()
        with panel.hold_sync():
            for name, value in shown.items():
                setattr(panel, name, value)

        def rest() -> None:
            # Examples of what was picked are looked for, and a hundred rows are written that are seen when opened.
            panel.detail = self._detail(readable, overlay)
            panel.table = self._table(*frames, overlay)

        return rest

    def _shown(self) -> tuple[dict[str, Any], ReadableMap, Overlay, tuple[pd.DataFrame, pd.DataFrame]]:
        nodes, edges = self._frames()
        readable = self._readable(nodes, edges)
        overlay = self._said(readable)
        marks = marks_of(self)
        marks.tell(overlay.facts, self)
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
            cases=int(nodes["starts"].sum()),
            ideal=marks.ideal or (),
            breaches=marks.breaches,
        )
        scene["legend"] = marks.legend(readable.nodes, self)
        scene["hidden"] = left_out(nodes, readable.nodes, self.names)
        shown = {
            "scene": scene,
            "controls": self._controls(readable, nodes, edges),
            "animation": self._animation(),
        }
        return shown, readable, overlay, (nodes, edges)

    def _animation(self) -> dict[str, Any]:
        """The cases that travel, once a reader wants to see them."""
        if not self.chosen("animated", (True,), False):
            return {}
        colours = coloured_by(self)
        colour = self.chosen("colour", tuple(colours), next(iter(colours), None))
        return travelling(self, colour, colours)

    def _head(self, nodes: pd.DataFrame, edges: pd.DataFrame) -> Markup:
        title = self._title(nodes, edges) if len(nodes) else self.nothing()
        return Markup("<h2>{}</h2>").format(words(title))

    def _caption(self, readable: ReadableMap, nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
        shown = self.say(
            "{activities} of {all_activities} activities, {paths} of {all_paths} paths shown.",
            activities=len(readable.nodes),
            all_activities=len(nodes),
            paths=len(readable.edges),
            all_paths=len(edges),
        )
        return " ".join([*(compared_caption(self.explorer) or self._of_money(nodes)), shown])

    def _of_money(self, nodes: pd.DataFrame) -> list[str]:
        """Of how many cases the money is, where that is not all of them."""
        if self._overlay != "money":
            return []
        currency, cases = money_shown(self.prepared)
        total = int(nodes["starts"].sum())
        if currency is None or cases == total:
            return []
        said = self.say(
            "Money in {currency}: {n} of {all} cases have an amount in it.",
            currency=currency,
            n=cases,
            all=total,
        )
        return [said]

    def _controls(self, readable: ReadableMap, nodes: pd.DataFrame, edges: pd.DataFrame) -> dict[str, Any]:
        def share(name: str, shown: int, total: int) -> dict[str, Any]:
            percent = round(100 * shown / total) if total else 100
            chosen = self._share(name)
            return {"value": percent if chosen is None else round(100 * chosen), "said": f"{shown} / {total}"}

        return {
            "overlay": self._overlay,
            "overlays": [[name, self.say(OVERLAYS[name][0])] for name in self._offered],
            "activities": share("activities", len(readable.nodes), len(nodes)),
            "paths": share("paths", len(readable.edges), len(edges)),
            "comparisons": [
                ["", self.say("nothing")],
                *([name, self.say(pair.name)] for name, pair in self.explorer.comparisons().items()),
            ],
            "compared": self.explorer.state.compared or "",
            "since": day_chosen(self.explorer),
            **mark_controls(self),
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
            "since": say("Day of the change"),
            "search": say("Find an activity"),
            "hidden": say("Hidden by the slider of activities: {names}. Enter shows it."),
            "hiddenMany": say("Hidden by the slider of activities: {names}. Enter shows them."),
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
