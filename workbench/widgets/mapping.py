"""Editing what the columns and texts of a project's files mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.connect.changes import CLOCK, ROLES_OF, Change
from workbench.connect.edit import ColumnLine, LabelLine, SourceLines, lines_of, save
from workbench.connect.proposal import Choice
from workbench.draw.prose import lead, notice, paragraph
from workbench.errors import WorkbenchError
from workbench.files import write_text
from workbench.i18n import Message, Speech
from workbench.project import PROJECT_FILE, load_project
from workbench.template import Template

__all__ = ["MappingEditor"]

_ROLE_NAMES = {
    "case": Message("Case"),
    "activity": Message("Activity"),
    "time": Message("Time"),
    "resource": Message("Resource"),
    "lifecycle": Message("Lifecycle"),
    "order": Message("Order of equal times"),
    "key": Message("Key that joins"),
    "date": Message("Day of the rate"),
    "from": Message("Currency of the rate"),
    "rate": Message("Rate"),
}
_NOTHING = "–"
_LABELS_SHOWN = 80
Options = list[tuple[str, str | None]]


class MappingEditor:
    """What each column and each text means, to be chosen from lists, with what is proposed and why.

    Nothing is read before the reader asks for it. What is saved is written into project.toml at once or not at all,
    and can be taken back.
    """

    def __init__(
        self,
        folder: Path,
        template: Template,
        speech: Speech,
        *,
        attribute: Callable[[str], str],
        activity: Callable[[str], str],
    ) -> None:
        from ipywidgets import HTML, Button, HBox, VBox

        self._folder, self._template, self._speech = folder, template, speech
        self._attribute, self._activity = attribute, activity
        # What can be changed, each with what it is now and how to say that it is another.
        self._controls: list[tuple[Any, Any, Callable[[Any], Change]]] = []
        self._earlier: list[str] = []
        self.status = HTML()
        self.begin = Button(description=speech.say("Edit the mapping"))
        self.save = Button(description=speech.say("Save"), button_style="primary")
        self.undo = Button(description=speech.say("Undo"), disabled=True)
        for button, do in ((self.begin, self._open), (self.save, self._save), (self.undo, self._undo)):
            button.on_click(lambda _, do=do: self._told(do))
        self._body = VBox()
        self._buttons = HBox([self.save, self.undo])
        self._buttons.layout.display = "none"
        self.widget = VBox([self.begin, self._body, self._buttons, self.status])
        for name in ("wb", "wb-focus", "wb-editor"):
            self.widget.add_class(name)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """For Jupyter: the live widget; marked, so that the report leaves it out."""
        return self.widget._repr_mimebundle_(**options), {"workbench": {"view": "controls"}}

    # ------------------------------------------------------------------ what the buttons do
    def _told(self, do: Callable[[], str]) -> None:
        """Do something and say what came of it; what went wrong is said where the reader looks."""
        self.status.value = str(paragraph(self._speech.say("Reading the files …")))
        for button in (self.begin, self.save, self.undo):
            button.disabled = True
        try:
            self.status.value = do()
        except WorkbenchError as error:
            self.status.value = str(notice(self._speech.error(error), "block"))
        finally:
            self.begin.disabled = self.save.disabled = False
            self.undo.disabled = not self._earlier

    def _open(self) -> str:
        from ipywidgets import Accordion

        lines = lines_of(load_project(self._folder), self._template)
        self._controls = []
        parts = Accordion([self._source(source) for source in lines])
        for place, source in enumerate(lines):
            parts.set_title(place, source.name)
        parts.selected_index = 0 if lines else None
        self._body.children = [parts]
        self._buttons.layout.display = ""
        self.begin.description = self._speech.say("Read the files again")
        return ""

    def changes(self) -> list[Change]:
        """What was chosen otherwise than it is in project.toml."""
        return [say(control.value) for control, now, say in self._controls if control.value != now]

    def _save(self) -> str:
        changes = self.changes()
        if not changes:
            return str(paragraph(self._speech.say("Nothing was changed.")))
        self._earlier.append(save(self._folder, changes, self._template))
        self._open()
        done = self._speech.say(
            "Saved to {file}: {n} changes. Run this notebook again to read the data with them.",
            file=PROJECT_FILE,
            n=len(changes),
        )
        return str(notice(done, "note"))

    def _undo(self) -> str:
        path = self._folder / PROJECT_FILE if self._folder.is_dir() else self._folder
        write_text(path, self._earlier.pop())
        self._open()
        return str(
            notice(self._speech.say("The last change to {file} is taken back.", file=PROJECT_FILE), "note")
        )

    # ------------------------------------------------------------------ what is shown
    def _source(self, source: SourceLines) -> Any:
        from ipywidgets import HTML, VBox

        say = self._speech.say
        events = source.kind == "cases"
        heads = [say("Column"), say("First values"), say("Meaning")]
        heads += [say("Event that its dates record")] if events else []
        rows = [self._column(source, line, events=events) for line in source.columns]
        parts = [self._grid([*heads, say("Proposed")], rows)]
        if source.labels:
            heads = [say("Text in the column of activities"), say("Rows"), say("Activity"), say("Proposed")]
            parts += [
                HTML(value=str(lead(say("Which activity each text means")))),
                self._grid(heads, [self._label(source, line) for line in source.labels[:_LABELS_SHOWN]]),
            ]
        if source.pairs:
            parts += [HTML(value=str(lead(say("Keys that find no partner, and those nearly like them"))))]
            parts += [self._pair(source, line.main, line.own, line.accepted) for line in source.pairs]
        return VBox(parts)

    def _column(self, source: SourceLines, line: ColumnLine, *, events: bool) -> list[Any]:
        own = {one.name: one for one in line.proposed if one.what == "kept"}
        fields = self._fields(source, line, own)

        def field(name: str | None) -> Change:
            kept = own.get(name or "")
            given = {} if kept is None else {"type": kept.type or "cat", "level": kept.level or "case"}
            return Change(source.name, "field", line.name, name, given)

        shown = self._speech.say("hidden for privacy") if line.hidden else ", ".join(line.samples)
        cells = [line.name, shown, self._choice(fields, line.field, field)]
        if events:
            activities = self._activities(line.event)
            cells.append(
                self._choice(
                    activities, line.event, lambda name: Change(source.name, "event", line.name, name)
                )
            )
        return [*cells, self._why(line.proposed)]

    def _label(self, source: SourceLines, line: LabelLine) -> list[Any]:
        def say(name: str | None) -> Change:
            return Change(source.name, "label", line.text, name)

        why = self._why(() if line.proposed is None else (line.proposed,))
        rows = self._speech.number(line.rows)
        return [line.text, rows, self._choice(self._activities(line.activity), line.activity, say), why]

    def _pair(self, source: SourceLines, main: str, own: str, accepted: bool) -> Any:
        from ipywidgets import Checkbox

        words = self._speech.say("{main} is {own}", main=repr(main), own=repr(own))
        box = Checkbox(value=accepted, description=words, indent=False)
        self._controls.append(
            (box, accepted, lambda yes: Change(source.name, "same", main, own if yes else None))
        )
        return box

    def _choice(self, options: Options, now: str | None, say: Callable[[Any], Change]) -> Any:
        from ipywidgets import Dropdown, Layout

        control = Dropdown(options=options, value=now, layout=Layout(width="100%"))
        self._controls.append((control, now, say))
        return control

    def _fields(self, source: SourceLines, line: ColumnLine, own: Mapping[str, Choice]) -> Options:
        """All that a column can mean, roles first."""
        say = self._speech.say
        options: Options = [(_NOTHING, None)]
        options += [(say(_ROLE_NAMES[role]), f"role:{role}") for role in ROLES_OF.get(source.kind, ())]
        options += [(self._time_of_day(day), f"{CLOCK}{day}") for day in self._days(source, line)]
        known = sorted((self._attribute(name), name) for name in self._template.attributes)
        options += self._distinct(known)
        others = {*own, *([line.field] if line.field else [])} - {value for _, value in options}
        return options + [
            (say("{name} (a field of your own)", name=name), name)
            for name in sorted(others)
            if not name.startswith("role:")
        ]

    def _days(self, source: SourceLines, line: ColumnLine) -> list[str]:
        """The columns of dates whose time of day another column may hold."""
        known = self._template.attributes
        days = [
            one.name
            for one in source.columns
            if one.event
            or one.field == "role:time"
            or (one.field in known and known[one.field].type in ("date", "ts"))
        ]
        days += [one.name for one in line.proposed if one.what == "clock"]
        days += [line.field.removeprefix(CLOCK)] if line.field and line.field.startswith(CLOCK) else []
        return [day for day in dict.fromkeys(days) if day != line.name]

    def _time_of_day(self, day: str) -> str:
        return self._speech.say("Time of day of {column}", column=day)

    def _activities(self, now: str | None) -> Options:
        known = [(self._activity(name), name) for name in self._template.activities]
        options: Options = [(_NOTHING, None), *self._distinct(known)]
        if now is not None and now not in self._template.activities:
            options.append((now, now))
        return options

    @staticmethod
    def _distinct(named: Sequence[tuple[str, str]]) -> Options:
        """A list in which no two entries read alike: those that would are told apart by their ids."""
        words = [word for word, _ in named]
        return [(word if words.count(word) == 1 else f"{word} ({name})", name) for word, name in named]

    def _why(self, proposed: Sequence[Choice]) -> str:
        """What a column was taken for by itself, how surely, and for what reason."""
        told = []
        for one in proposed:
            if not one.name:
                continue
            name = self._activity(one.name) if one.what in ("event", "activity") else self._meant(one)
            reason = self._speech.say(one.reason)
            told.append(f"{name} ({self._speech.percent(one.score, places=0)}: {reason})")
        return "; ".join(told)

    def _meant(self, one: Choice) -> str:
        if one.what == "clock":
            return self._time_of_day(one.name)
        if one.what in ("role", "key") and one.name in _ROLE_NAMES:
            return self._speech.say(_ROLE_NAMES[one.name])
        return self._attribute(one.name)

    def _grid(self, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
        from ipywidgets import HTML, GridBox, Layout

        def cell(found: Any, kind: str = "wb-cell") -> Any:
            if not isinstance(found, str):
                return found
            return HTML(value=str(Markup('<span class="{}">{}</span>').format(kind, found)))

        widths = {4: "1.2fr 1.4fr 1.4fr 2fr", 5: "1.2fr 1.2fr 1.4fr 1.4fr 2fr"}[len(heads)]
        cells = [cell(head, "wb-cell-head") for head in heads] + [
            cell(found) for row in rows for found in row
        ]
        return GridBox(cells, layout=Layout(grid_template_columns=widths, grid_gap="4px 16px", width="100%"))
