"""Several figures of one request at a time: one is answered by the engine while another is put into words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from workbench.log.prepared import PreparedLog

__all__ = ["Once", "each"]

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Once:
    """Who works out what: what two threads ask for is worked out by one of them, and the other waits for it."""

    _own: dict[Hashable, threading.RLock] = field(default_factory=dict)
    _all: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, memo: MutableMapping[Any, Any], key: Hashable, work: Callable[[], _T]) -> _T:
        """What the memo has under a key, worked out where it has nothing."""
        with self._all:
            own = self._own.setdefault(key, threading.RLock())
        with own:
            if key not in memo:
                memo[key] = work()
            result: _T = memo[key]
        return result


def each(log: PreparedLog, work: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
    """The work's results in the order of the items, worked out as many at a time as the log's engine may be asked.

    The first that fails ends the whole, once what is under way is done.
    """
    asked = list(items)
    if len(asked) < 2 or log.engine.askers < 2:
        return [work(item) for item in asked]
    with ThreadPoolExecutor(log.engine.askers, thread_name_prefix="figures") as pool:
        try:
            return list(pool.map(work, asked))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
