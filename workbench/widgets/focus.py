"""Ticking the challenges and goals that concern the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from markupsafe import Markup

from workbench import files
from workbench.draw.prose import lead
from workbench.i18n import Speech
from workbench.project import PROJECT_FILE

__all__ = ["FocusPicker", "save_focus"]


def save_focus(folder: Path, *, challenges: tuple[str, ...], goals: tuple[str, ...]) -> None:
    """Write the ticked challenges and goals into project.toml; all else in the file stays as it was written."""
    path = folder / PROJECT_FILE if folder.is_dir() else folder
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    chosen = tomlkit.table()
    chosen["challenges"] = list(challenges)
    chosen["goals"] = list(goals)
    document["focus"] = chosen
    files.write_text(path, tomlkit.dumps(document))


class FocusPicker:
    """Two lists to tick. In JupyterLab the choice is kept in project.toml; on a served page it travels in the address.

    `challenges` and `goals` map ids to what the reader is to read; `chosen` are the ids ticked now. With `folder` a
    change is written there at once; `links` makes the way on to the other pages for a choice.
    """

    def __init__(
        self,
        *,
        challenges: Mapping[str, str],
        goals: Mapping[str, str],
        chosen: tuple[str, ...],
        speech: Speech,
        folder: Path | None = None,
        links: Callable[[tuple[str, ...]], Markup] | None = None,
    ) -> None:
        from ipywidgets import HTML, Checkbox, HBox, VBox

        self._folder = folder
        self._links = links
        self._boxes = {
            part: {
                name: Checkbox(value=name in chosen, description=label, indent=False)
                for name, label in entries.items()
            }
            for part, entries in (("challenges", challenges), ("goals", goals))
        }
        self._onward = HTML(value=str(links(chosen)) if links is not None else "")
        headings = {"challenges": speech.say("Challenges"), "goals": speech.say("Goals")}
        lists = [
            VBox(
                [
                    HTML(value=str(Markup("<h3 class='wb-ticks'>{}</h3>").format(headings[part]))),
                    *boxes.values(),
                ]
            )
            for part, boxes in self._boxes.items()
            if boxes
        ]
        for boxes in self._boxes.values():
            for box in boxes.values():
                box.observe(self._changed, names="value")
        asked = lead(speech.say("Tick what concerns you. The later steps show it first."))
        self.widget = VBox([HTML(value=str(asked)), HBox(lists), self._onward])
        for name in ("wb", "wb-focus"):
            self.widget.add_class(name)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids ticked now, challenges first."""
        return tuple(name for boxes in self._boxes.values() for name, box in boxes.items() if bool(box.value))

    def _changed(self, _: Any) -> None:
        if self._links is not None:
            self._onward.value = str(self._links(self.chosen))
        if self._folder is not None:
            ticked = {
                part: tuple(name for name, box in boxes.items() if box.value)
                for part, boxes in self._boxes.items()
            }
            save_focus(self._folder, challenges=ticked["challenges"], goals=ticked["goals"])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """For Jupyter: the live widget; marked, so that the report leaves it out."""
        return self.widget._repr_mimebundle_(**options), {"workbench": {"view": "controls"}}
