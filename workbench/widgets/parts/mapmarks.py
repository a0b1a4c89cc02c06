"""What a reader has marked on the map: the ideal path, where rules are broken; and what the marks mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from workbench.discover import broken_frame
from workbench.draw.livemap import edge_key

if TYPE_CHECKING:
    import pandas as pd

    from workbench.widgets.parts.base import Part

__all__ = ["Marks", "mark_controls", "marks_of"]

# So many broken rules of an activity are named; all of them are counted.
_NAMED = 3


@dataclass(frozen=True)
class Marks:
    """`ideal` are the keys of what lies on the ideal path (None: not asked for), `broken` by activity which rules are
    broken there and how often (None: not asked for)."""

    ideal: frozenset[str] | None = None
    broken: Mapping[str, Sequence[tuple[str, int]]] | None = None

    @property
    def breaches(self) -> dict[str, int]:
        """How often rules are broken, by activity."""
        return {name: sum(times for _, times in rules) for name, rules in (self.broken or {}).items()}

    def tell(self, facts: Mapping[str, list[tuple[str, str]]], part: Part) -> None:
        """Name the rules broken most among the facts of their activities."""
        for activity, rules in (self.broken or {}).items():
            if activity in facts:
                facts[activity].extend(
                    (
                        part.say("Broken: {rule}", rule=part.names.rule_name(rule)),
                        part.names.speech.number(times),
                    )
                    for rule, times in rules[:_NAMED]
                )

    def legend(self, nodes: pd.DataFrame, part: Part) -> list[list[str]]:
        """What the marks that are on mean, each with the kind of its sign; nothing while none is on."""
        said = []
        if self.ideal is not None:
            said.append(["ideal", part.say("On the ideal path")])
        if self.broken is not None:
            said.append(["breach", part.say("How often a rule is broken here")])
        if said and nodes["is_derived"].any():
            said.append(["derived", part.say("Derived from the data, not recorded")])
        return said


def marks_of(part: Part) -> Marks:
    """What is marked now."""
    ideal: frozenset[str] | None = None
    broken: dict[str, list[tuple[str, int]]] | None = None
    if part.chosen("ideal", (True, False), False):
        way = _way(part)
        ideal = frozenset({*way, *(edge_key(one, other) for one, other in pairwise(way))})
    if part.chosen("breaches", (True, False), False):
        broken = {}
        frame = broken_frame(part.prepared)
        for activity, rule, times in zip(frame["activity"], frame["rule"], frame["times"], strict=True):
            broken.setdefault(str(activity), []).append((str(rule), int(times)))
    return Marks(ideal, broken)


def mark_controls(part: Part) -> dict[str, Any]:
    """Whether each mark is on; None where the process has nothing to mark."""
    return {
        "ideal": part.chosen("ideal", (True, False), False) if _way(part) else None,
        "breaches": part.chosen("breaches", (True, False), False)
        if part.explorer.whole.template.rules
        else None,
    }


def _way(part: Part) -> list[str]:
    """The ideal path, of what the log records."""
    log = part.explorer.whole.prepared
    return [name for name in log.template.path.ideal if name in log.meta.recorded]
