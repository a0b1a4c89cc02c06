"""What a call of a page answers: something to look at, and the frame behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.words import words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LiveView", "View"]

# JupyterLab and nbconvert typeset formulas in whatever a cell shows: $9 and $12 would become one.
_NO_FORMULA = "mathjax_ignore tex2jax_ignore"


@dataclass(frozen=True, eq=False)
class View:
    """One part of a page: a title that says what was found, a picture or table of it, and the frame behind it.

    In a notebook it shows itself; `frame` is plain pandas to go on with. `body` is HTML without any script, made by
    escaping, so that it can stand in JupyterLab, on a Voilà page and in a report alike. `language` is what it is
    said in, as HTML names languages: JupyterLab around it may speak another.
    """

    name: str
    title: str
    body: Markup
    frame: pd.DataFrame | None = None
    level: int = 2
    language: str = ""

    @property
    def html(self) -> Markup:
        """The whole part: heading and body."""
        heading = (
            Markup("<h{level}>{title}</h{level}>").format(level=self.level, title=words(self.title))
            if self.title
            else Markup("")
        )
        spoken = Markup(' lang="{}"').format(self.language) if self.language else Markup("")
        return Markup(
            '<section class="wb wb-view wb-{name} {plain}"{spoken}>{heading}{body}</section>'
        ).format(name=self.name, plain=_NO_FORMULA, spoken=spoken, heading=heading, body=self.body)

    def __repr__(self) -> str:
        rows = "" if self.frame is None else f", {len(self.frame)} rows"
        return f"<View {self.name}: {self.title}{rows}>"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """For Jupyter: the picture, marked as a view so that the report knows what it may take."""
        return {"text/html": str(self.html), "text/plain": repr(self)}, {"workbench": {"view": self.name}}


@dataclass(frozen=True, eq=False, repr=False)
class LiveView(View):
    """A part that somebody can act on: its widget where there is a browser to show one, else the view as it is."""

    widget: Any = None

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**options)
        alive = self.widget._repr_mimebundle_(**options)
        shown = alive[0] if isinstance(alive, tuple) else alive
        return {**shown, **data}, metadata
