"""Choosing a KPI, a field, a period and two populations: what comes of it is shown below, part by part."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.prose import notice, paragraph
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.i18n import Speech

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CloserLook"]

# One thing to work out, and what a reader who waits for it is told.
Step = tuple[str, Callable[[], View]]
Options = Sequence[tuple[str, Any]]
_log = logging.getLogger(__name__)
_PLAIN, _DAY, _VALUES = "baseline", "day", "values"


class CloserLook:
    """The choices above, the answer below; nothing is worked out before the button is pressed.

    `options` has what can be chosen as `kpi`, `by`, `every` and `months`, each with its words, `chosen` what is chosen
    now. `steps` gives what is to be done for a choice, `values` the values of a field that can be held against each
    other. Work goes on in a thread of its own, so that nothing else waits for it, and an error is a sentence. In a run,
    where nobody can choose, and in a report it is `view`, the answer to what is chosen.
    """

    def __init__(
        self,
        *,
        options: Mapping[str, Options],
        chosen: Mapping[str, Any],
        days: tuple[date | None, date | None],
        steps: Callable[[dict[str, Any]], Sequence[Step]],
        values: Callable[[str], Options],
        speech: Speech,
        view: View,
    ) -> None:
        from ipywidgets import HTML, Button, DatePicker, Dropdown, HBox, IntProgress, VBox

        say = speech.say
        self._speech, self._make, self._values = speech, steps, values
        self._work: threading.Thread | None = None
        self.view = view
        words = {
            "kpi": say("KPI"),
            "by": say("By"),
            "every": say("Points in time"),
            "months": say("How far back"),
        }
        self.controls: dict[str, Any] = {
            name: Dropdown(options=list(options[name]), value=chosen[name], description=word)
            for name, word in words.items()
        }
        ways = [
            (say("the baseline and now"), _PLAIN),
            (say("before and after a day"), _DAY),
            (say("two values of the field"), _VALUES),
        ]
        self.controls["against"] = Dropdown(options=ways, value=_PLAIN, description=say("Compare"))
        first, last = days
        self.controls["since"] = DatePicker(description=say("Day"), min=first, max=last)
        for name, word in (("first", say("First value")), ("second", say("Second value"))):
            self.controls[name] = Dropdown(options=[("–", "")], value="", description=word)
        self.button = Button(description=say("Show"), button_style="primary")
        self.bar = IntProgress(value=0, min=0, max=1)
        self.status = HTML()
        self.answer = HTML(value=str(view.body))
        self._waiting = HBox([self.bar, self.status])
        self._waiting.layout.display = "none"
        self.widget = VBox([HBox([*self.controls.values(), self.button]), self._waiting, self.answer])
        for name in ("wb", "wb-focus", "wb-closer"):
            self.widget.add_class(name)
        self.controls["by"].observe(self._refill, names="value")
        self.controls["against"].observe(self._refill, names="value")
        self.button.on_click(lambda _: self.show())
        self._refill()

    @property
    def title(self) -> str:
        """What the part is called."""
        return self.view.title

    @property
    def frame(self) -> pd.DataFrame | None:
        """What the picture is drawn from, to go on with."""
        return self.view.frame

    @property
    def html(self) -> Markup:
        """The part as it stands where there are no controls."""
        return self.view.html

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """For Jupyter: the live widget, and the view where nothing can be live; the report takes the view."""
        data, metadata = self.view._repr_mimebundle_()
        alive = self.widget._repr_mimebundle_(**options)
        return {**(alive[0] if isinstance(alive, tuple) else alive), **data}, metadata

    @property
    def choice(self) -> dict[str, Any]:
        """What is chosen now; of the ways to compare only the one that is chosen."""
        found = {name: control.value for name, control in self.controls.items()}
        against = found.pop("against")
        if against != _DAY:
            found["since"] = None
        if against != _VALUES:
            found["first"] = found["second"] = ""
        return found

    def show(self) -> None:
        """Work out what is chosen, and show it part by part as it comes; what is being worked out comes first."""
        if self._work is not None and self._work.is_alive():
            return
        self._work = threading.Thread(
            target=self._answer, args=(self.choice,), name="workbench-closer", daemon=True
        )
        self._work.start()

    def settle(self, seconds: float = 60) -> None:
        """Wait until all is shown."""
        if self._work is not None:
            self._work.join(seconds)

    # ------------------------------------------------------------------ what is done
    def _refill(self, _: Any = None) -> None:
        """Only what the way to compare needs is there to be filled in."""
        against, by = self.controls["against"].value, self.controls["by"].value
        self.controls["since"].layout.display = "" if against == _DAY else "none"
        wanted = against == _VALUES
        found = list(self._values(by)) if wanted and by else []
        for place, name in enumerate(("first", "second")):
            control = self.controls[name]
            control.layout.display = "" if wanted else "none"
            if wanted:
                control.options = found or [("–", "")]
                control.value = found[min(place, len(found) - 1)][1] if found else ""

    def _answer(self, choice: dict[str, Any]) -> None:
        shown: list[Markup] = []
        missing = self._missing(choice)
        self.button.disabled = True
        try:
            if missing is not None:
                shown.append(notice(missing, "block"))
                return
            steps = self._make(choice)
            self.bar.max = len(steps)
            for place, (said, make) in enumerate(steps):
                self.bar.value = place
                self.status.value = str(paragraph(said))
                self._waiting.layout.display = ""
                shown.append(make().html)
                self.answer.value = str(Markup("").join(shown))
        except Exception as error:  # noqa: BLE001 - said to whoever waits, and logged
            shown.append(self._wrong(error))
        finally:
            self.answer.value = str(Markup("").join(shown))
            self._waiting.layout.display = "none"
            self.button.disabled = False

    def _missing(self, choice: Mapping[str, Any]) -> str | None:
        """What is still to be filled in, if anything."""
        against = self.controls["against"].value
        if against == _DAY and choice["since"] is None:
            return self._speech.say("Choose the day that parts before from after.")
        if against == _VALUES and (not choice["first"] or choice["first"] == choice["second"]):
            return self._speech.say("Choose a field and two different values of it.")
        return None

    def _wrong(self, error: Exception) -> Markup:
        """What a reader is told of an error: what is wrong and what to do, or where its reason stands."""
        if isinstance(error, WorkbenchError):
            return notice(self._speech.error(error), "block")
        _log.error("a part of the closer look failed", exc_info=error)
        return notice(
            self._speech.say("This could not be worked out. Its reason stands in the log."),
            "block",
        )
