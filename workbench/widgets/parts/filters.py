"""What is chosen now, in words, each with the way to take it back; undo, redo, what is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.discover.conditions import Condition, condition_of, delete_filter, save_filter
from workbench.draw.acting import button, choice, field_of, form, toolbar
from workbench.draw.prose import notice
from workbench.draw.view import View
from workbench.draw.words import words
from workbench.errors import WorkbenchError
from workbench.widgets.act import Act
from workbench.widgets.parts.base import Part
from workbench.widgets.parts.editor import KINDS, form_of, record_of, ticked_values
from workbench.widgets.state import State

__all__ = ["FiltersPart"]


class FiltersPart(Part):
    """How many cases are looked at, and why these."""

    name = "filters"
    always = True
    at_once = True
    # What the address was told last.
    _told = ""

    @property
    def depends(self) -> Any:
        past = self.explorer.past
        trouble = self.explorer.trouble and repr(self.explorer.trouble)
        return past.can_undo, past.can_redo, trouble, past.now.hash(), tuple(self.explorer.saved)

    def view(self) -> View:
        explorer = self.explorer
        now, whole = explorer.count(self.log), explorer.count(explorer.whole)
        said = self.say("{cases} of {all} cases", cases=now, all=whole)
        body = Markup('<p class="wb-count" role="status"><strong>{}</strong></p>').format(words(said))
        body += self._chosen()
        if self.live:
            body += self._buttons() + self._editor() + self._saving()
        if self.explorer.trouble is not None:
            body += notice(self.say(self.explorer.trouble), "warn")
        return self.drawn(self.say("Filters"), body)

    def _chosen(self) -> Markup:
        """Each condition, and each hidden activity, with the button that takes it away."""
        state = self.explorer.state
        chips = [
            self._chip(self.say(condition.said(self.explorer.whole.prepared)), "drop", place)
            for place, condition in enumerate(state.conditions)
        ]
        chips += [
            self._chip(self.say("hidden: {activity}", activity=self.names.activity(name)), "show", name)
            for name in state.hidden
        ]
        if not chips:
            return Markup('<p class="wb-more">{}</p>').format(
                words(self.say("All cases; nothing is filtered."))
            )
        return Markup('<ul class="wb-chips">{}</ul>').format(Markup("").join(chips))

    def _chip(self, said: str, name: str, given: Any) -> Markup:
        gone = self.say("Take away: {what}", what=said)
        away = button("×", name, given, hint=gone, look="away") if self.live else Markup("")
        return Markup("<li>{}{}</li>").format(words(said), away)

    def _buttons(self) -> Markup:
        past, state = self.explorer.past, self.explorer.state
        return toolbar(
            button(self.say("Undo"), "undo", disabled=not past.can_undo),
            button(self.say("Redo"), "redo", disabled=not past.can_redo),
            button(self.say("Clear all filters"), "reset", disabled=not (state.conditions or state.hidden)),
            choice(
                self.say("Add a filter"),
                [("", self.say("choose …")), *((kind, self.say(name)) for kind, name in KINDS.items())],
                self._adding,
                "option",
                "adding",
            ),
            *self._kept(),
            label=self.say("Filters"),
        )

    def _kept(self) -> list[Markup]:
        """The filters that the project keeps, to be taken up again; the present one can be given up."""
        saved = self.explorer.saved
        if not saved:
            return []
        now = next((name for name, found in saved.items() if found == self.explorer.state.conditions), "")
        names = [("", self.say("choose …")), *((name, name) for name in saved)]
        found = [choice(self.say("Saved filters"), names, now, "saved")]
        if now and self.explorer.folder is not None:
            found.append(button(self.say("Delete this saved filter"), "forget", now))
        return found

    def _saving(self) -> Markup:
        """Keep the present choice in the project, where that is somebody's own."""
        explorer = self.explorer
        conditions = explorer.state.conditions
        if explorer.folder is None or not conditions or conditions in explorer.saved.values():
            return Markup("")
        name = field_of(self.say("Save these filters as"), "text", "name")
        return form(name, "keep", label=self.say("Save these filters as"), go=self.say("Save"))

    @property
    def _adding(self) -> str:
        """The kind of filter whose form is open; empty when none is."""
        return self.chosen("adding", KINDS, "")

    def _editor(self) -> Markup:
        return form_of(self, self._adding, self.text("attribute")) if self._adding else Markup("")

    def act(self, act: Act) -> None:
        explorer = self.explorer
        if act.name == "saved" and isinstance(act.value, str) and act.value in explorer.saved:
            explorer.choose(replace(explorer.state, conditions=explorer.saved[act.value]))
        elif act.name == "keep" and isinstance(act.value, dict):
            name = str(act.value.get("name", ""))
            self._change(lambda folder: save_filter(folder, name, explorer.state.conditions))
        elif act.name == "forget" and isinstance(act.given, str) and act.given in explorer.saved:
            name = act.given
            self._change(lambda folder: delete_filter(folder, name))
        elif act.name == "filter" and act.given in KINDS and isinstance(act.value, dict):
            kind, attribute, typed = str(act.given), self.text("attribute"), act.value
            explorer.compose(
                lambda state: state.adding(condition_of(record_of(self, kind, attribute, typed))).telling(
                    self.name, adding=None, attribute=None, values=None, ticked=None
                )
            )
        elif act.name == "attribute":
            explorer.tell(self.name, attribute=act.value, values=None, ticked=None)
        elif act.name == "values":
            explorer.tell(self.name, values=act.value or None)
        elif act.name == "ticked" and isinstance(act.given, str):
            others = [one for one in ticked_values(self) if one != act.given]
            explorer.tell(self.name, ticked=[*others, act.given] if act.value is True else others or None)

    def _change(self, change: Callable[[Path], Mapping[str, tuple[Condition, ...]]]) -> None:
        """Write to the project what is kept there, and show it; what is wrong with it is said."""
        explorer = self.explorer
        if explorer.folder is None:
            return
        try:
            explorer.saved = dict(change(explorer.folder))
            explorer.tell_trouble(None)
        except WorkbenchError as error:
            explorer.tell_trouble(error.sentence)

    # ------------------------------------------------------------------ the address
    def panel(self, take: Callable[[Act], None], drawn: View | None = None) -> Any:
        panel = super().panel(take, drawn)
        panel.follows_address = self.explorer.served
        self._tell_address(panel)
        panel.observe(lambda change: self._came(change["new"]), names="hash")
        return panel

    def refresh(self, panel: Any) -> None:
        super().refresh(panel)
        self._tell_address(panel)

    def _tell_address(self, panel: Any) -> None:
        self._told = self.explorer.state.hash()
        panel.hash = self._told

    def _came(self, text: str) -> None:
        """What a reader wrote into the address. What we told it is nothing new, even where a click came meanwhile:
        it would take the click back."""
        if text in (self._told, self.explorer.state.hash()):
            return
        try:
            state = State.of_hash(text)
        except WorkbenchError as error:
            self.explorer.tell_trouble(error.sentence)
            return
        self.explorer.choose(state)
