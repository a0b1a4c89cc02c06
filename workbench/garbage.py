"""How often a process of ours looks for cycles among its objects, and what it keeps of memory that it had: little."""

from __future__ import annotations

import ctypes
import gc
import sys

__all__ = ["SPARING", "collect_seldom", "give_back"]

SPARING = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""What the environment of a process says that mostly waits, so that it gives back what it no longer needs: threads that
share the C library's arenas leave fewer holes in them, and Arrow has no pool of its own."""

# Python's own are 700, 10 and 10: made for programs that keep little.
_MADE, _YOUNG, _OLD = 50_000, 20, 20


def collect_seldom() -> None:
    """Look for cycles after 50,000 new objects, and never again among those that are there now.

    To put one question to the engine makes tens of thousands of objects that live until it is answered, beside a
    million of the libraries that stay: to look through them over and over takes a tenth to a fifth of all work on a
    small log. Only for processes that are ours alone: a command, a served page, a notebook of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE, _YOUNG, _OLD)


def give_back() -> None:
    """Give the machine back what was only needed while an answer was worked out.

    Whoever answered keeps it for the next time: Arrow in a pool, the C library in the arena of each thread. A reader's
    page waits most of the time, and there are others.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
    if trim is not None:
        trim(0)
