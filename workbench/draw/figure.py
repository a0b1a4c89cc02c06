"""What stands around a picture: the finding, what is shown, the legend, what was left out, the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from workbench.draw.palette import class_of
from workbench.draw.picture import picture
from workbench.draw.table import Column, table
from workbench.draw.words import attribute, data_text, words

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["Legend", "empty_figure", "figure", "figure_of"]

# The table behind a picture is to look figures up in, not to scroll for ever.
_TABLE_ROWS = 120


@dataclass(frozen=True)
class Legend:
    """A colour of a picture and what it stands for."""

    label: str
    colour: str
    shape: Literal["block", "line", "dashes"]


def figure(
    specs: Sequence[dict[str, Any]],
    speech: Speech,
    *,
    title: str,
    description: str,
    frame: pd.DataFrame,
    table_columns: Sequence[Column],
    legend: Sequence[Legend] = (),
    left_out: int = 0,
) -> Markup:
    """A picture, drawn wide and narrow (`specs`, in this order), with all that a reader needs beside it."""
    drawn = [
        picture(spec, title=title, description=description, name=name)
        for spec, name in zip(specs, ("wb-wide", "wb-narrow"), strict=True)
    ]
    return figure_of(
        drawn,
        table(frame, table_columns, speech, limit=_TABLE_ROWS),
        speech,
        title=title,
        description=description,
        legend=legend,
        left_out=left_out,
    )


def figure_of(
    drawn: Sequence[Markup],
    behind: Markup,
    speech: Speech,
    *,
    title: str,
    description: str,
    legend: Sequence[Legend] = (),
    left_out: int = 0,
    name: str = "",
) -> Markup:
    """Pictures, wide and narrow, with what stands around them; `behind` is the table, `name` a class."""
    return Markup(
        '<figure class="wb-chart{name}" aria-label="{label}">{caption}{legend}{drawn}{left_out}'
        '<details class="wb-details"><summary>{word}</summary>{table}</details></figure>'
    ).format(
        name=f" {name}" if name else "",
        label=attribute(title),
        caption=_caption(title, description),
        legend=_legend(legend, speech),
        drawn=Markup("").join(drawn),
        left_out=_left_out(left_out, speech),
        word=words(speech.say("Figures as a table")),
        table=behind,
    )


def empty_figure(speech: Speech, *, title: str, description: str) -> Markup:
    """The same place, without a picture: there is nothing to draw, which is said calmly."""
    return Markup(
        '<figure class="wb-chart" aria-label="{label}">{caption}<p class="wb-empty">{text}</p></figure>'
    ).format(
        label=attribute(title),
        caption=_caption(title, description),
        text=words(speech.say("There is nothing to show here")),
    )


def _caption(title: str, description: str) -> Markup:
    about = (
        Markup('<span class="wb-chart-about">{}</span>').format(words(description))
        if description
        else Markup("")
    )
    return Markup('<figcaption><strong class="wb-chart-title">{}</strong>{}</figcaption>').format(
        words(title), about
    )


def _legend(entries: Sequence[Legend], speech: Speech) -> Markup:
    if not entries:
        return Markup("")
    shapes = {
        "block": '<rect class="{name}" fill="{colour}" width="12" height="12" rx="1"/>',
        "line": '<path class="{name}" fill="{colour}" d="M0 5h12v2H0z"/>',
        "dashes": '<path class="{name}" fill="{colour}" d="M0 5h5v1.5H0zM7 5h5v1.5H7z"/>',
    }
    lines = Markup("").join(
        Markup(
            '<li><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{}</svg>{}</li>'
        ).format(
            Markup(shapes[entry.shape]).format(
                name=class_of(entry.colour, "fill") or "", colour=entry.colour
            ),
            data_text(entry.label, speech),
        )
        for entry in entries
    )
    return Markup('<ul class="wb-legend">{}</ul>').format(lines)


def _left_out(count: int, speech: Speech) -> Markup:
    if count <= 0:
        return Markup("")
    text = speech.say("… 1 more group") if count == 1 else speech.say("… {n} more groups", n=count)
    return Markup('<p class="wb-more">{}</p>').format(words(text))
