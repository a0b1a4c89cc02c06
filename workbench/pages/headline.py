"""The few KPIs that are seen beside the map: what the chosen cases are like, against all of them."""

from __future__ import annotations

from dataclasses import replace

from workbench.api import Log
from workbench.draw.cards import cards
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.measure import Figure, figures
from workbench.pages.base import Page
from workbench.pages.behind import behind
from workbench.pages.cards import kpi_card
from workbench.widgets.populations import Populations

__all__ = ["headline", "headline_kpis"]

Compared = tuple[Populations, Log, Log]
Figures = dict[tuple[str, str | None], Figure]
_CARDS = 6


def headline(page: Page, names: list[str], compared: Compared | None = None) -> View:
    """These KPIs of the cases that are chosen now; of two populations that are `compared`, those of each besides."""
    if not names:
        return page.view("headline", page.say("No KPI can be computed on this log"), cards([], page.speech))
    found = figures(page.prepared, names)
    largest: dict[str, Figure] = {}
    for figure in found:  # of a sum in several currencies the one with most behind it
        if figure.id not in largest or figure.n > largest[figure.id].n:
            largest[figure.id] = figure
    drawn = []
    sides = () if compared is None else _sides(compared, names)
    for figure in largest.values():
        card = kpi_card(page, figure, trend=(), goal=None, behind=behind(page, figure))
        beside = [_beside(page, figure, who, own) for who, own in sides]
        drawn.append(replace(card, facts=(*beside, *card.facts)))
    return page.view("headline", page.say("These cases in figures"), cards(drawn, page.speech))


def _sides(compared: Compared, names: list[str]) -> list[tuple[Message, Figures]]:
    populations, *logs = compared
    return [
        (side.name, {(figure.id, figure.currency): figure for figure in figures(log.prepared, names)})
        for side, log in zip((populations.one, populations.other), logs, strict=True)
    ]


def _beside(page: Page, figure: Figure, who: Message, own: Figures) -> str:
    """What a card's figure is of one population: a dash where there is none."""
    found = own.get((figure.id, figure.currency))
    value = None if found is None else found.value
    said = "–" if value is None else page.speech.figure(value, figure.unit, figure.currency)
    return page.say("{who}: {value}", who=who, value=said)


def headline_kpis(page: Page) -> list[str]:
    """The KPIs of what was ticked, else the first of each goal: by the whole log, so that none comes with a filter."""
    of_goals = [goal.kpis for goal in page.template.goals.values()]
    turns = max(map(len, of_goals), default=0)
    in_turn = [kpis[turn] for turn in range(turns) for kpis in of_goals if turn < len(kpis)]
    wanted = dict.fromkeys([*page.focused_kpis(), *page.log.own_kpis, *in_turn, *page.template.kpis])
    valued = {figure.id for figure in figures(page.log.prepared, list(wanted)) if figure.value is not None}
    return [name for name in wanted if name in valued][:_CARDS]
