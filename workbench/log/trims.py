"""Events that a filter takes out of their cases: the map and all that is seen like it show the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.log.engine import Narrowing

if TYPE_CHECKING:
    from workbench.log.prepared import PreparedLog

__all__ = ["Trim"]


@dataclass(frozen=True, slots=True)
class Trim:
    """Which events stay. `said` tells it in full, for the answers that are kept.

    `narrowed` takes all events of the log in their stored order and leaves those that stay, in that order; `again`
    makes the same of the log as it was known on another day.
    """

    said: str
    narrowed: Narrowing
    again: Callable[[PreparedLog], Trim | None]
