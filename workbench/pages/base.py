"""What the pages of all steps share: the log, the language, the opening with its three boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from markupsafe import Markup

from workbench.api import Log
from workbench.draw.names import Names
from workbench.draw.prose import boxes, lead, navigation
from workbench.draw.style import style_tag
from workbench.draw.view import View
from workbench.i18n import LANGUAGES, Message, Speech
from workbench.log.prepared import PreparedLog
from workbench.pages.reader import Reader
from workbench.project import Project

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NOTEBOOKS", "Page"]

# The notebook of each page, and what a reader calls it.
NOTEBOOKS = {
    "overview": ("overview", Message("Overview")),
    "connect": ("1_connect", Message("Connect")),
    "discover": ("2_discover", Message("Discover")),
    "measure": ("3_measure", Message("Measure")),
    "diagnose": ("4_diagnose", Message("Diagnose")),
    "improve": ("5_improve", Message("Improve")),
    "monitor": ("6_monitor", Message("Monitor")),
}
_LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español", "zh": "中文"}


@dataclass(frozen=True)
class Setting:
    """What a page is opened with: the project and its log, the reader, the words."""

    folder: Path
    project: Project
    log: Log
    reader: Reader
    speech: Speech


class Page(Names):
    """One page of the improvement path. Each public method is one call of its notebook and answers a `View`.

    A page computes nothing and draws nothing itself: it asks the log for frames and has them drawn.
    """

    step: ClassVar[str]

    def __init__(self, setting: Setting) -> None:
        log = setting.log
        super().__init__(log.template, None if log.blocked else log.prepared.meta, setting.speech)
        self.setting = setting
        self.log = log

    def __repr__(self) -> str:
        return f"<Page {self.step} of {self.setting.project.name!r} in {self.speech.language}>"

    @property
    def prepared(self) -> PreparedLog:
        return self.log.prepared

    @cached_property
    def focus(self) -> tuple[str, ...]:
        """Challenges and goals that concern the reader: by the address, else by the project."""
        own = self.setting.project.focus
        asked = (
            (*own.challenges, *own.goals) if self.setting.reader.focus is None else self.setting.reader.focus
        )
        return tuple(
            name for name in asked if name in self.template.challenges or name in self.template.goals
        )

    def focused_kpis(self) -> tuple[str, ...]:
        """The KPIs of the ticked challenges and goals, in the order in which they were ticked."""
        entries = [self.template.challenges.get(name) or self.template.goals[name] for name in self.focus]
        return tuple(dict.fromkeys(kpi for entry in entries for kpi in entry.kpis))

    def focused_rules(self) -> tuple[str, ...]:
        entries = [self.template.challenges.get(name) or self.template.goals[name] for name in self.focus]
        named = dict.fromkeys(rule for entry in entries for rule in entry.rules)
        return tuple(dict.fromkeys(member for name in named for member in self.template.rule_members(name)))

    def focused_levers(self) -> tuple[str, ...]:
        entries = [self.template.challenges.get(name) or self.template.goals[name] for name in self.focus]
        return tuple(dict.fromkeys(lever for entry in entries for lever in entry.levers))

    # ------------------------------------------------------------------ the opening
    def navigation(self) -> View:
        """The way to the other pages, and the languages."""
        reader, language = self.setting.reader, self.speech.language
        pages = [
            (self.say(name), reader.address(notebook, language=language, focus=self.focus), step == self.step)
            for step, (notebook, name) in NOTEBOOKS.items()
        ]
        languages = []
        if reader.served:
            here = NOTEBOOKS[self.step][0]
            languages = [
                (
                    code,
                    _LANGUAGE_NAMES[code],
                    reader.address(here, language=code, focus=self.focus),
                    code == language,
                )
                for code in LANGUAGES
            ]
        bar = navigation(pages, languages, label=self.say("Pages"))
        return self.view("navigation", "", Markup("{}{}").format(style_tag(), bar))

    def opening(self) -> View:
        """The step's name, what the log is, and the three boxes: what to do, why it matters, what comes out."""
        name = NOTEBOOKS[self.step][1]
        texts = self.template.steps.get(self.step)  # type: ignore[call-overload]
        facts = self.live()
        body = lead(self.about())
        if texts is not None:
            headings = (self.say("What to do"), self.say("Why it matters"), self.say("Expected outcome"))
            said = (texts.what, texts.why, texts.outcome)
            items = [
                (heading, self.say(text), fact)
                for heading, text, fact in zip(headings, said, facts, strict=True)
            ]
            body += boxes(items, self.speech)
        return self.view("opening", self.say(name), body, level=1)

    def about(self) -> str:
        """Which project this is, of which process, as of when."""
        project, process = self.setting.project.name, self.template.name
        if self.log.blocked:
            return self.say("{project} · {process}", project=project, process=process)
        return self.say(
            "{project} · {process} · as of {day}", project=project, process=process, day=self.log.as_of
        )

    def live(self) -> Sequence[str]:
        """One sentence for each of the three boxes, told by this very log."""
        raise NotImplementedError

    # ------------------------------------------------------------------ drawing
    def view(
        self, name: str, title: str, body: Markup, frame: pd.DataFrame | None = None, *, level: int = 2
    ) -> View:
        return View(name, title, body, frame, level=level, language=self.speech.tag)
