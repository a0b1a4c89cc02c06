"""The closer look at one KPI as a part of page 3: what a run's parameters choose, or what a reader chooses."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from workbench.draw.view import View
from workbench.measure.compare import segment_values
from workbench.pages.base import Page
from workbench.pages.onekpi import EVERY, breakdowns, group_name, question_of, steps
from workbench.widgets.closer import CloserLook

__all__ = ["closer_view"]

_BACK = (6, 12, 24, 36, 60)


def closer_view(page: Page, kpi: str, by: str, **asked: Any) -> CloserLook:
    """The answer to what is asked, and the controls to ask for another where somebody looks on."""
    question = question_of(page, kpi, by, **asked)
    views = [make() for _, make in steps(page, question)]
    body = Markup("").join(view.html for view in views)
    title = page.say("A closer look at one KPI")
    view = page.view("closer", title, body, views[0].frame)
    return _look(page, view, {**asked, "kpi": question.kpi, "by": question.by})


def _look(page: Page, view: View, chosen: dict[str, Any]) -> CloserLook:
    def named(name: str) -> list[tuple[str, Any]]:
        return [(group_name(page, name, value), value) for value in segment_values(page.prepared, name)]

    months = sorted({*_BACK, chosen["months"]})
    return CloserLook(
        options={
            "kpi": [(f"{name} {page.kpi_name(name)}", name) for name in page.template.kpis],
            "by": [
                (page.say("All together"), None),
                *((page.attribute(name), name) for name in breakdowns(page)),
            ],
            "every": [(page.say(words), word) for word, words in EVERY.items()],
            "months": [(page.say("{n} months", n=n), n) for n in months],
        },
        chosen=chosen,
        days=(None, page.log.as_of),
        steps=lambda choice: steps(page, question_of(page, **{**choice, "by": choice["by"] or "-"})),
        values=named,
        speech=page.speech,
        view=view,
    )
