"""The figures that a template keeps together for page 3: a list, a table across an attribute, the parts of a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.log.prepared import PreparedLog
from workbench.measure.evaluate import figures
from workbench.measure.figure import Figure
from workbench.template.model import Section

__all__ = ["SectionFigures", "section_figures"]


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """A section with the figures that have a value on this log."""

    id: str
    section: Section
    listed: list[Figure] = field(default_factory=list)
    across: list[Figure] = field(default_factory=list)
    parted: list[Figure] = field(default_factory=list)

    @property
    def figures(self) -> list[Figure]:
        """All of them, one that stands in the list and in parts once."""
        listed = {(figure.id, figure.currency) for figure in self.listed}
        parted = [figure for figure in self.parted if (figure.id, figure.currency) not in listed]
        return [*self.listed, *self.across, *parted]

    @property
    def empty(self) -> bool:
        return not (self.listed or self.across or self.parted or self.section.funnel)


def section_figures(log: PreparedLog) -> Iterator[SectionFigures]:
    """The sections of the template in their order, those without any value on this log left out."""
    for name, section in log.template.sections.items():
        wanted = dict.fromkeys((*section.kpis, *section.parts))
        alone = [figure for figure in figures(log, wanted) if figure.value is not None or figure.parts]
        across: list[Figure] = []
        if section.by is not None and log.meta.attribute(section.by) is not None:
            found = figures(log, section.across, by=section.by)
            across = [figure for figure in found if figure.value is not None]
        made = SectionFigures(
            name,
            section,
            [figure for figure in alone if figure.id in section.kpis and figure.value is not None],
            across,
            [figure for figure in alone if figure.id in section.parts and figure.parts],
        )
        if not made.empty:
            yield made
