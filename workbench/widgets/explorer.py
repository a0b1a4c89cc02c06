"""The views of a page over one shared choice: what is chosen in one is seen in all."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from workbench.discover import PartingDays, parting_days
from workbench.discover.conditions import Condition, condition_of
from workbench.draw.names import Names
from workbench.draw.prose import notice
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.garbage import give_back
from workbench.i18n import Message, Speech
from workbench.measured import as_date
from workbench.widgets.populations import BY_DAY, Populations, comparisons, lasting
from workbench.widgets.state import Past, State
from workbench.widgets.turns import Turns

if TYPE_CHECKING:
    from workbench.api import Log
    from workbench.widgets.act import Act
    from workbench.widgets.parts.base import Part

__all__ = ["Explorer"]

_LOGS = 12
_log = logging.getLogger(__name__)


class Explorer:
    """One choice of cases, and the parts of a page that show what it leaves.

    A change is taken at once and shown part by part: first those that are looked at, in the order in which they
    stand; what nobody looks at waits until somebody does. A later change overtakes an earlier one. `folder` is the
    project, where choices are saved under a name; a reader of a served page has none. Without `live` there are no
    widgets: each part is drawn when it is asked for. `ahead` are steps that make what comes later faster: done once
    all that is looked at is there, and put off by whatever a reader does.
    """

    def __init__(
        self,
        log: Log,
        speech: Speech,
        *,
        parts: Iterable[Callable[[Explorer], Part]],
        live: bool = False,
        served: bool = False,
        folder: Path | None = None,
        ahead: Callable[[], Iterable[Callable[[], None]]] = tuple,
    ) -> None:
        self.whole = log.remembering() if live else log
        self.live = live
        self.served = served
        self.folder = folder
        self.names = Names(log.template, log.prepared.meta, speech)
        self.saved = dict(log.saved_filters)
        self.past = Past(State())
        self.trouble: Message | None = None
        self._logs: OrderedDict[Any, Log] = OrderedDict()
        self._counts: WeakKeyDictionary[Log, int] = WeakKeyDictionary()
        self.parts: dict[str, Part] = {part.name: part for part in (make(self) for make in parts)}
        self._panels: dict[str, Any] = {}
        self._drawn: dict[str, Any] = {}
        self._rests: dict[str, Callable[[], None]] = {}
        self._ahead = ahead
        self._turns = Turns(self._steps)

    def __repr__(self) -> str:
        return f"<Explorer of {self.whole!r}: {len(self.state.conditions)} conditions>"

    # ------------------------------------------------------------------ what is chosen
    @property
    def state(self) -> State:
        return self.past.now

    @property
    def log(self) -> Log:
        """The log narrowed to what is chosen. Raises WorkbenchError where the log cannot answer a condition."""
        return self.narrowed(self.state)

    def narrowed(self, state: State) -> Log:
        """The log of a choice; the latest are kept, so that the way back costs nothing."""
        key = (state.conditions, state.hidden)
        if key not in self._logs:
            found = self.whole.where(*state.conditions) if state.conditions else self.whole
            self._logs[key] = found.hide(*state.hidden) if state.hidden else found
            while len(self._logs) > _LOGS:
                self._logs.popitem(last=False)
        self._logs.move_to_end(key)
        return self._logs[key]

    def count(self, log: Log) -> int:
        """How many cases a log has; counted once for each that is kept."""
        if log not in self._counts:
            prepared = log.prepared
            asked = prepared.alike("cases", lambda: prepared.cases.aggregate(n=prepared.cases.count()))
            self._counts[log] = int(prepared.frame(asked)["n"].iloc[0])
        return self._counts[log]

    def counted(self, log: Log) -> Message:
        """How many cases a log has, in words."""
        cases = self.count(log)
        return Message("1 case") if cases == 1 else Message("{n} cases", n=cases)

    def nothing(self, otherwise: Message) -> Message:
        """Why there is nothing to show: no case meets what is chosen, or what is the reason whatever is chosen."""
        if self.state.conditions and not self.count(self.log) and self.count(self.whole):
            return Message("No case meets these filters.")
        return otherwise

    def comparisons(self) -> Mapping[str, Populations]:
        """The pairs of populations that can be compared now."""
        return comparisons(self.whole, self.state, self._lasting, self.days)

    @cached_property
    def _lasting(self) -> Mapping[str, Populations]:
        return lasting(self.whole)

    @cached_property
    def days(self) -> PartingDays | None:
        """The days that can part the whole log in before and after; None where none can."""
        return parting_days(self.whole.prepared)

    def populations(self) -> tuple[Populations, Log, Log] | None:
        """The two that are compared now, with their logs; None where none are."""
        found = self.comparisons().get(self.state.compared or "")
        if found is None:
            return None
        one, other = (
            self.narrowed(replace(self.state, conditions=side.conditions))
            for side in (found.one, found.other)
        )
        return found, one, other

    def choose(self, state: State) -> None:
        """Look at this choice from now on. Where the log cannot answer it, all stays as it was, and it is said why."""
        self.compose(lambda _: state)

    def compose(self, make: Callable[[State], State]) -> None:
        """Look at what is made of the present choice; whatever is wrong with it is said instead."""
        try:
            state, self.trouble = self._checked(make(self.state))
            self.past.go(state)
        except WorkbenchError as error:
            self.trouble = error.sentence
        self._turns.wake()

    def tell_trouble(self, trouble: Message | None) -> None:
        """Something that a reader asked for could not be done: what is chosen stays. None: all went well."""
        self.trouble = trouble
        self._turns.wake()

    def _checked(self, state: State) -> tuple[State, Message | None]:
        """A choice that the log can answer. A day that parts nothing goes out of it, and it is said: the log that an
        address was made of may have had other days."""
        self.narrowed(state)
        day, days = state.since, self.days
        if day is None or (days is not None and days.holds(day)):
            return state, None
        trouble = Message("{day} parts nothing", day=day)
        if days is not None:
            trouble = Message(
                "{day} parts nothing. Choose a day between {first} and {last}.",
                day=day,
                first=days.first,
                last=days.last,
            )
        return replace(state, since=None), trouble

    def add(self, condition: Condition) -> None:
        """Only those cases of now that meet a condition as well."""
        self.choose(self.state.adding(condition))

    def tell(self, part: str, **options: Any) -> None:
        """An option of one part: nothing but this part is drawn anew."""
        self.choose(self.state.telling(part, **options))

    def undo(self) -> None:
        self.past.undo()
        self.trouble = None
        self._turns.wake()

    def redo(self) -> None:
        self.past.redo()
        self.trouble = None
        self._turns.wake()

    # ------------------------------------------------------------------ what readers do
    def take(self, part: Part, act: Act) -> None:
        """What was done in a part. It is busy from now on, and is told when it is not, whatever comes of the act."""
        panel = self._panels.get(part.name)
        if panel is not None:
            panel.busy = True
        self._do(part, act)
        self._turns.wake()

    def _do(self, part: Part, act: Act) -> None:
        """What all parts share is done here, the rest by the part itself."""
        given, value = act.given, act.value
        if act.name == "undo":
            self.undo()
        elif act.name == "redo":
            self.redo()
        elif act.name == "reset":
            self.choose(replace(self.state, conditions=(), hidden=(), compared=None, since=None))
        elif act.name == "add":
            self.compose(lambda state: state.adding(condition_of(given)))
        elif act.name in ("compare", "since"):
            self._compare(act)
        elif act.name == "drop" and isinstance(given, int):
            self.choose(self.state.without(given))
        elif act.name == "hide" and isinstance(given, str):
            self.choose(replace(self.state, hidden=tuple(dict.fromkeys((*self.state.hidden, given)))))
        elif act.name == "show" and isinstance(given, str):
            self.choose(
                replace(self.state, hidden=tuple(name for name in self.state.hidden if name != given))
            )
        elif act.name == "look" and isinstance(given, str) and "cases" in self.parts:
            self.tell("cases", picked=given)
        elif act.name == "option" and isinstance(given, str):
            self.tell(part.name, **{given: value})
        elif act.name == "options" and isinstance(given, dict):
            self.tell(part.name, **{str(name): found for name, found in given.items()})
        else:
            part.act(act)

    def _compare(self, act: Act) -> None:
        """Two populations are chosen, or the day by which they are; of no day the middle of the log is meant."""
        value = act.value if isinstance(act.value, str) else ""
        if act.name == "compare":
            known = value if value in self.comparisons() else None
            self.choose(replace(self.state, compared=known))
        else:
            self.compose(
                lambda state: replace(
                    state, compared=BY_DAY, since=as_date(value, where="since") if value else None
                )
            )

    # ------------------------------------------------------------------ what is shown
    def view(self, name: str) -> View:
        """A part as it is now, drawn."""
        return self.drawing(self.parts[name])

    def panel(self, name: str, drawn: View | None = None) -> Any:
        """A part alive in a browser, as it is drawn already if it is; the same widget each time it is asked for.

        On a served page what nobody waits for is drawn once the page is there: what is looked at first.
        """
        if name not in self._panels:
            part = self.parts[name]
            comes_later = self.served and not part.at_once
            if not comes_later:
                self._drawn[name] = self._key(part)
            panel = part.panel(lambda act: self.take(part, act), part.to_come if comes_later else drawn)
            panel.busy = comes_later
            panel.earlier = self._earlier(name)
            panel.observe(lambda _: self._turns.wake(), names="visible")
            self._panels[name] = panel
        return self._panels[name]

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until all that is looked at shows the present choice."""
        self._turns.settle(seconds)

    def _key(self, part: Part) -> Any:
        return self.state.cases, part.depends

    def _earlier(self, name: str) -> str:
        """What is said on paper of a part that does not show the present choice."""
        if name in self._drawn:
            return self.names.say("This part shows an earlier choice.")
        return self.names.say("This part is not drawn yet.")

    def _steps(self) -> Iterable[Callable[[], None]]:
        """What is to be drawn anew, one part a step; what was never drawn is, whether it is looked at or not."""
        missing = []
        for name, panel in list(self._panels.items()):
            part = self.parts[name]
            if self._drawn.get(name) == self._key(part):
                # It shows what it should: nothing came of an act, or what came of it was taken back unseen.
                panel.busy = name in self._rests
            elif panel.visible or part.always:
                yield partial(self._redraw, part, panel)
            else:
                panel.busy = True
                if name not in self._drawn:
                    missing.append(partial(self._redraw, part, panel))
        yield from [partial(self._rest, name) for name in self._rests]
        yield from missing
        yield from self._ahead()
        yield give_back

    def _redraw(self, part: Part, panel: Any) -> None:
        panel.busy = True
        key = self._key(part)
        self._rests.pop(part.name, None)
        try:
            rest = part.refresh(panel)
            if rest is not None:
                self._rests[part.name] = rest
        finally:
            panel.busy = part.name in self._rests
        # What was chosen while it was drawn may stand in it already: it then is no picture of either choice.
        self._drawn[part.name] = key if self._key(part) == key else None
        panel.earlier = self._earlier(part.name)

    def _rest(self, name: str) -> None:
        """What of a part could wait until all that is looked at was shown; nothing, once something else is chosen."""
        rest = self._rests.pop(name, None)
        if rest is None or self._drawn.get(name) != self._key(self.parts[name]):
            return
        try:
            rest()
        finally:
            self._panels[name].busy = False

    def drawing(self, part: Part) -> View:
        """A part drawn, or the sentence that says why it cannot be: one part's trouble is not that of all."""
        try:
            return part.view()
        except WorkbenchError as error:
            said = self.names.say(error.sentence)
        except Exception:
            if not self.live:
                raise
            _log.exception("the part %s could not be drawn", part.name)
            said = self.names.say("This part could not be drawn. Its reason stands in the log of the server.")
        return View(part.name, "", notice(said, "warn"), language=self.names.speech.tag)
