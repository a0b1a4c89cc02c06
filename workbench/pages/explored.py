"""Pages whose parts share one choice of cases: each part alive where somebody can act, a picture where nobody can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import ClassVar

from workbench.draw.view import LiveView, View
from workbench.log.prepared import PreparedLog
from workbench.pages.base import Page
from workbench.widgets.explorer import Explorer
from workbench.widgets.parts.base import Part

__all__ = ["Drawn", "ExploredPage"]


class Drawn(Part):
    """A part that a page draws itself, over the shared choice; there is nothing to act on in it."""

    def __init__(self, explorer: Explorer, name: str, draw: Callable[[], View]) -> None:
        super().__init__(explorer)
        self.name = name
        self._draw = draw

    def view(self) -> View:
        return self._draw()


class ExploredPage(Page):
    """A page over what its reader has chosen. `parts` are the explorer's own; `_drawn` those that the page draws."""

    parts: ClassVar[tuple[type[Part], ...]] = ()

    def _drawn(self) -> Mapping[str, Callable[[], View]]:
        """What the page draws itself, by name."""
        return {}

    def _ahead(self) -> Iterable[Callable[[], None]]:
        """Steps that make later choices faster, each to be done while nobody asks for anything."""
        return ()

    @cached_property
    def explorer(self) -> Explorer:
        """The shared choice behind all that can be acted on here."""
        reader = self.setting.reader

        def made(name: str, draw: Callable[[], View]) -> Callable[[Explorer], Part]:
            return lambda explorer: Drawn(explorer, name, draw)

        return Explorer(
            self.log,
            self.speech,
            parts=[*self.parts, *(made(name, draw) for name, draw in self._drawn().items())],
            live=reader.live,
            served=reader.served,
            folder=None if reader.served else self.setting.folder,
            ahead=self._ahead,
        )

    @property
    def prepared(self) -> PreparedLog:
        """The log as narrowed to what is chosen."""
        return self.explorer.log.prepared

    def part(self, name: str) -> View:
        """A part of the explorer: alive where somebody can act on it."""
        explorer = self.explorer
        if not explorer.live:
            return explorer.view(name)
        # Who is served sees the widget alone; a notebook that is saved keeps the view as well.
        view = explorer.parts[name].to_come if explorer.served else explorer.view(name)
        return LiveView(
            view.name,
            view.title,
            view.body,
            view.frame,
            level=view.level,
            language=view.language,
            widget=explorer.panel(name, None if explorer.served else view),
        )
