"""Where everything of a process map stands: dagre, run by an embedded JavaScript engine.

The shipped script is built from `frontend/` (`make bundle`). It is given numbers only, as one JSON text handed
over as a value: no name from a log ever reaches the engine, and nothing is pasted into a script.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.messages import Message

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

__all__ = ["Box", "Frame", "Line", "Placed", "Way", "laid_out"]

_SCRIPT = files("workbench.draw").joinpath("static", "layout.js")
_ENTRY = "workbenchLayout"
_SECONDS = 20.0
_BYTES = 512 * 1024**2
# How much longer than the engine's own clock an answer may take, and how long its thread may take to end.
_PATIENCE = 10.0
_WHERE = Message("the process map")


@dataclass(frozen=True, slots=True)
class Box:
    """A node before it is placed: its size in pixels, and how much of its side lines may use (None: all)."""

    width: float
    height: float
    side: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An edge before it is placed: from and to which box (by number), its weight, and the size of its label."""

    source: int
    target: int
    weight: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """The centre of a box, and its width: where many lines end it has become wider."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Way:
    """A placed edge: the centre of its label, its line as an SVG path, and where its arrow ends and points."""

    x: float
    y: float
    path: str
    tip: tuple[float, float]
    direction: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole map, placed: the rectangle around it, and boxes and ways in the order in which they were given."""

    left: float
    top: float
    width: float
    height: float
    boxes: tuple[Placed, ...]
    ways: tuple[Way, ...]


def laid_out(boxes: Sequence[Box], lines: Sequence[Line]) -> Frame:
    """Place boxes and lines, heavy ways straight from top to bottom; the same input gives the same places.

    Some 0.1 s for 14 boxes; what was placed lately is remembered. Raises WorkbenchError when the engine cannot
    be loaded, fails, or takes more than 20 s or 512 MB.

    >>> frame = laid_out([Box(80, 40), Box(80, 40)], [Line(0, 1, 5, 20, 16)])
    >>> frame.boxes[0].x == frame.boxes[1].x, frame.boxes[0].y < frame.boxes[1].y
    (True, True)
    """
    return _remembered(tuple(boxes), tuple(lines))


@lru_cache(maxsize=64)
def _remembered(boxes: tuple[Box, ...], lines: tuple[Line, ...]) -> Frame:
    question = {
        "nodes": [{"width": box.width, "height": box.height, "side": box.side} for box in boxes],
        "edges": [
            {
                "source": line.source,
                "target": line.target,
                "weight": line.weight,
                "width": line.width,
                "height": line.height,
            }
            for line in lines
        ],
    }
    answer = json.loads(_ENGINE.ask(json.dumps(question)))
    return Frame(
        left=answer["left"],
        top=answer["top"],
        width=answer["width"],
        height=answer["height"],
        boxes=tuple(Placed(node["x"], node["y"], node["width"]) for node in answer["nodes"]),
        ways=tuple(_way(edge) for edge in answer["edges"]),
    )


def _way(edge: dict[str, Any]) -> Way:
    tip = edge["tip"]
    return Way(edge["x"], edge["y"], edge["path"], (tip["x"], tip["y"]), (tip["dx"], tip["dy"]))


class _Engine:
    """A JavaScript context that is made when it is first needed and lives in a thread of its own.

    The engine may be entered by any thread, but wants to be made, used and ended by threads that descend from
    the one that made it; and a context made where an event loop runs, as in a notebook, could not be stopped by
    the clock. One thread that answers questions satisfies both, and answers them one at a time.
    """

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._questions: SimpleQueue[_Question | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ask(self, question: str) -> str:
        """What the layout answers to a question, both JSON; raises WorkbenchError when it does not."""
        with self._starting:
            if self._thread is None:
                self._thread = _thread(self._answer_all)
        asked = _Question(question)
        self._questions.put(asked)
        try:
            answer = asked.answer.get(timeout=_SECONDS + _PATIENCE)
        except Empty:
            raise _failed(Message("the engine does not answer")) from None
        if isinstance(answer, WorkbenchError):
            raise answer
        return answer

    def _answer_all(self) -> None:
        context: MiniRacer | None = None
        while (asked := self._questions.get()) is not None:
            try:
                context = context or _new_context()
                lay_out: Any = context.eval(_ENTRY)
                asked.answer.put(str(lay_out(asked.text, timeout_sec=_SECONDS)))
            except Exception as error:  # noqa: BLE001 - whoever asked waits in another thread, and gets it
                is_full = context is not None and context.was_hard_memory_limit_reached()
                asked.answer.put(_as_ours(error, is_full=is_full))
                if context is not None and is_full:
                    context.close()
                    context = None
        if context is not None:
            context.close()

    def close(self) -> None:
        """At the end of the process: an engine that is still there when Python clears its modules may hang it."""
        if self._thread is not None:
            self._questions.put(None)
            self._thread.join(_PATIENCE)


class _Question:
    """A question and the place where its answer arrives."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.answer: SimpleQueue[str | WorkbenchError] = SimpleQueue()


def _thread(work: Callable[[], None]) -> threading.Thread:
    try:
        from py_mini_racer import init_mini_racer

        init_mini_racer(ignore_duplicate_init=True)
    except (ImportError, OSError, RuntimeError) as error:
        raise WorkbenchError(
            Message("The engine that lays out the map cannot be loaded: {reason}", reason=str(error)),
            where=_WHERE,
            remedy=Message("Install the package mini-racer anew, or do without the picture"),
        ) from error
    thread = threading.Thread(target=work, name="workbench-layout", daemon=True)
    thread.start()
    return thread


def _new_context() -> MiniRacer:
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    context.set_hard_memory_limit(_BYTES)
    context.eval(_SCRIPT.read_text(encoding="utf-8"), timeout_sec=_SECONDS)
    return context


def _as_ours(error: Exception, *, is_full: bool) -> WorkbenchError:
    from py_mini_racer import JSTimeoutException

    if isinstance(error, JSTimeoutException):
        return _too_large(Message("Laying out the map took more than {n} seconds", n=_SECONDS))
    if is_full:
        return _too_large(Message("Laying out the map took more than {n} MB of memory", n=_BYTES // 1024**2))
    lines = str(error).strip().splitlines()
    return _failed(lines[0] if lines else type(error).__name__)


def _too_large(message: Message) -> WorkbenchError:
    return WorkbenchError(message, where=_WHERE, remedy=Message("Show fewer activities and paths"))


def _failed(reason: str) -> WorkbenchError:
    return WorkbenchError(
        Message("The map could not be laid out: {reason}", reason=reason),
        where=_WHERE,
        remedy=Message("Do without the picture, and report this"),
    )


_ENGINE = _Engine()
atexit.register(_ENGINE.close)
