"""A served page that cannot be shown: the reader gets one sentence, whatever the notebook calls."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from workbench.draw.prose import notice
from workbench.draw.style import style_tag
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.pages.reader import Reader

__all__ = ["ClosedPage"]


class ClosedPage:
    """Stands in for any page: its first call says why nothing can be shown, the others show nothing."""

    def __init__(self, step: str, reader: Reader, speech: Speech, error: WorkbenchError) -> None:
        self.step = step
        self.reader = reader
        self.speech = speech
        self.error = error
        self._said = False

    def __getattr__(self, name: str) -> Callable[..., View]:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._closed

    def _closed(self, *_: object, **__: object) -> View:
        if self._said:
            return View("closed", "", Markup(""))
        self._said = True
        body = notice(self.speech.error(self.error), "block")
        return View(
            "closed",
            self.speech.say("This page cannot be shown"),
            Markup("{}{}").format(style_tag(), body),
            level=1,
            language=self.speech.tag,
        )
