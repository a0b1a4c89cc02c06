"""The few KPIs that are seen beside the map: what the chosen cases are like, against all of them."""

from __future__ import annotations

from workbench.draw.cards import cards
from workbench.draw.view import View
from workbench.measure import Figure, figures
from workbench.pages.base import Page
from workbench.pages.behind import behind
from workbench.pages.cards import kpi_card

__all__ = ["headline", "headline_kpis"]

_CARDS = 6


def headline(page: Page, names: list[str]) -> View:
    """These KPIs of the cases that are chosen now."""
    if not names:
        return page.view("headline", page.say("No KPI can be computed on this log"), cards([], page.speech))
    found = figures(page.prepared, names)
    largest: dict[str, Figure] = {}
    for figure in found:  # of a sum in several currencies the one with most behind it
        if figure.id not in largest or figure.n > largest[figure.id].n:
            largest[figure.id] = figure
    drawn = [
        kpi_card(page, figure, trend=(), goal=None, behind=behind(page, figure))
        for figure in largest.values()
    ]
    return page.view("headline", page.say("These cases in figures"), cards(drawn, page.speech))


def headline_kpis(page: Page) -> list[str]:
    """The KPIs of what was ticked, else the first of each goal: by the whole log, so that none comes with a filter."""
    of_goals = [goal.kpis for goal in page.template.goals.values()]
    turns = max(map(len, of_goals), default=0)
    in_turn = [kpis[turn] for turn in range(turns) for kpis in of_goals if turn < len(kpis)]
    wanted = dict.fromkeys([*page.focused_kpis(), *page.log.own_kpis, *in_turn, *page.template.kpis])
    valued = {figure.id for figure in figures(page.log.prepared, list(wanted)) if figure.value is not None}
    return [name for name in wanted if name in valued][:_CARDS]
