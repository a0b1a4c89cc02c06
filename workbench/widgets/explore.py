"""The parts of step 2 in any notebook: one alone, or several that share a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import unknown_name
from workbench.i18n import Speech
from workbench.widgets.explorer import Explorer
from workbench.widgets.parts.cases import CasesPart
from workbench.widgets.parts.dotted import DottedPart
from workbench.widgets.parts.filters import FiltersPart
from workbench.widgets.parts.map import MapPart
from workbench.widgets.parts.matrices import HandoversPart, ReworkPart
from workbench.widgets.parts.spectrum import SpectrumPart
from workbench.widgets.parts.variants import VariantsPart

if TYPE_CHECKING:
    from workbench.api import Log
    from workbench.widgets.parts.base import Part

__all__ = ["PARTS", "Exploration", "explore"]

PARTS: tuple[type[Part], ...] = (
    FiltersPart,
    MapPart,
    VariantsPart,
    CasesPart,
    DottedPart,
    SpectrumPart,
    ReworkPart,
    HandoversPart,
)
"""What can be explored, in the order in which it is shown."""


class Exploration:
    """What `explore` answers: shows itself in a notebook. `part(name)` is one of its parts for another cell.

    `log` is the log as it is narrowed now: what was clicked goes on as frames.
    """

    def __init__(self, explorer: Explorer, names: tuple[str, ...]) -> None:
        self.explorer = explorer
        self.names = names

    def __repr__(self) -> str:
        return f"<Exploration of {self.explorer.whole!r}: {', '.join(self.names)}>"

    @property
    def log(self) -> Log:
        """The log of the cases that are chosen now."""
        return self.explorer.log

    def part(self, name: str) -> Any:
        """One part as a widget. Raises WorkbenchError for one that there is not."""
        if name not in self.explorer.parts:
            raise unknown_name("part", name, self.explorer.parts)
        return self.explorer.panel(name)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        from ipywidgets import VBox

        shown = VBox([self.part(name) for name in self.names])
        return shown._repr_mimebundle_(**options), {"workbench": {"view": "controls"}}


def explore(log: Log, *parts: str, language: str = "en") -> Exploration:
    """The log to be seen, touched and questioned: filters, map, variants, cases, dotted chart and more, all linked.

    `parts` says which and in which order: filters, map, variants, cases, dotted, spectrum, rework, handovers (none: all
    of them). Of one alone its own filters still work. Raises WorkbenchError for a part or a language that there is not.

    >>> import workbench as wb
    >>> seen = wb.explore(wb.open("demo"), "map", "variants")            # doctest: +SKIP
    >>> seen                                                             # doctest: +SKIP
    >>> seen.log.kpis()         # of the cases that were clicked         # doctest: +SKIP
    """
    speech = Speech(language, zone=log.prepared.meta.settings.zone)
    explorer = Explorer(log, speech, parts=PARTS, live=True)
    for name in parts:
        if name not in explorer.parts:
            raise unknown_name("part", name, explorer.parts)
    return Exploration(explorer, parts or tuple(explorer.parts))
