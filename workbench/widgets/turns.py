"""Work that a reader waits for, one step at a time: whatever was asked for later overtakes what is left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

__all__ = ["Turns"]

Step = Callable[[], None]
_log = logging.getLogger(__name__)


class Turns:
    """A thread that does the steps of what is to be done, and asks anew what these are whenever it is woken.

    So whoever wakes it never waits, and of two wishes in a row the steps that the second makes needless are not done.
    """

    def __init__(self, steps: Callable[[], Iterable[Step]]) -> None:
        self._steps = steps
        self._changed = threading.Condition()
        self._wanted = 0
        self._done = 0
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There may be something to do."""
        with self._changed:
            self._wanted += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="workbench-explorer", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def settle(self, seconds: float) -> None:
        """Wait until all is done. Raises TimeoutError when it takes longer."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._done < self._wanted:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"not done within {seconds} s")
                self._changed.wait(left)

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._done == self._wanted:
                    self._changed.wait()
                turn = self._wanted
            self._do(turn)
            with self._changed:
                self._done = max(self._done, turn)
                self._changed.notify_all()

    def _do(self, turn: int) -> None:
        steps = iter(self._steps())
        while self._wanted == turn:
            try:
                step = next(steps, None)
                if step is None:
                    return
                step()
            except Exception:  # noqa: BLE001 - the thread must outlive it, in finding a step too; it stands in the log
                _log.exception("a step of the explorer failed")
