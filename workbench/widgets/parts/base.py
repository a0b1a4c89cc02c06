"""What all parts of a page have in common: one view of the shared choice, drawn in Python, alive in a browser."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from markupsafe import Markup

from workbench.draw.names import Names
from workbench.draw.view import View
from workbench.i18n import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.api import Log
    from workbench.log.prepared import PreparedLog
    from workbench.widgets.act import Act
    from workbench.widgets.explorer import Explorer

__all__ = ["Part"]

T = TypeVar("T")
_NO_EVENT = Message("The log has no event.")


class Part(ABC):
    """One view of what an explorer's reader has chosen.

    `view` draws it for the log as it is narrowed now; where somebody can act (`live`) with what acts. `act` does what
    concerns this part alone; whatever changes the shared choice goes to the explorer. Nothing is computed here: a
    part asks the log for frames.
    """

    name: str
    # Whether it is drawn anew also while nobody looks at it.
    always: ClassVar[bool] = False
    # Whether a served page waits for it; the others come while its reader reads.
    at_once: ClassVar[bool] = False

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer

    @property
    def log(self) -> Log:
        """The log as narrowed now."""
        return self.explorer.log

    @property
    def prepared(self) -> PreparedLog:
        return self.log.prepared

    @property
    def names(self) -> Names:
        return self.explorer.names

    @property
    def live(self) -> bool:
        """Whether somebody can act on what is drawn: not in a run, not in a report."""
        return self.explorer.live

    def say(self, text: Any, /, **values: object) -> str:
        return self.names.say(text, **values)

    def nothing(self, otherwise: Message = _NO_EVENT) -> str:
        """Why there is nothing to show, in a sentence; `otherwise` where the filters are not why."""
        return self.say(self.explorer.nothing(otherwise))

    @abstractmethod
    def view(self) -> View:
        """The part, drawn."""

    def panel(self, take: Callable[[Act], None], drawn: View | None = None) -> Any:
        """The widget that shows this part (as it is drawn already, if it is), and hands over what is done in it."""
        from workbench.widgets.panel import Panel

        if drawn is None:
            drawn = self.explorer.drawing(self)
        return Panel(take, name=self.name, language=self.names.speech.tag, html=str(drawn.html))

    @property
    def to_come(self) -> View:
        """The room for what will be drawn here."""
        return View(self.name, "", Markup('<div class="wb-to-come"></div>'), language=self.names.speech.tag)

    def refresh(self, panel: Any) -> Callable[[], None] | None:
        """Have a widget of this part show the log as it is narrowed now.

        What can wait until all that is looked at is shown may be left: it is answered, to be done then.
        """
        panel.html = str(self.explorer.drawing(self).html)
        return None

    def act(self, act: Act) -> None:  # noqa: B027 - most parts have nothing of their own to do
        """What a reader did to this part, other than what the explorer answers for all of them."""

    @property
    def depends(self) -> Any:
        """What the drawing depends on besides the cases that are looked at: this part's own options."""
        return tuple(sorted((name, repr(value)) for name, value in self._options.items()))

    # ------------------------------------------------------------------ options, which come from anybody
    @property
    def _options(self) -> dict[str, Any]:
        return dict(self.explorer.state.options.get(self.name, {}))

    def chosen(self, name: str, among: Collection[T], default: T) -> T:
        """An option, if it is one of those that there are."""
        found = self._options.get(name)
        return next((known for known in among if known == found), default)

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """An option that is a number within bounds."""
        found = self._options.get(name)
        try:
            number = float(found) if found is not None else default
        except (TypeError, ValueError):
            return default
        return min(most, max(least, number)) if number == number else default

    def text(self, name: str) -> str:
        """An option that is a text, of a length that somebody types."""
        found = self._options.get(name)
        return found[:200] if isinstance(found, str) else ""

    def texts(self, name: str) -> list[str]:
        """An option that is a list of texts."""
        found = self._options.get(name)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    # ------------------------------------------------------------------ drawing
    def drawn(self, title: str, body: Markup, frame: pd.DataFrame | None = None, *, level: int = 2) -> View:
        return View(self.name, title, body, frame, level=level, language=self.names.speech.tag)
