"""A square of figures, each cell the darker the more it holds: who hands over to whom, what comes back after what."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.words import attribute, data_text, words

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["matrix"]

_TONES = 6

Cell = Callable[[str, str, float], Markup]


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[str, str], float],
    speech: Speech,
    *,
    names: Mapping[str, Any],
    corner: str,
    caption: str,
    said: Callable[[float], str],
    cell: Cell | None = None,
) -> Markup:
    """A table with a head for each row and column; a pair without a value is empty. A table that is wider than its
    place is scrolled below its caption.

    `names` are what rows and columns are called, data from the log; `said` writes a value, `cell` may make something to
    act on of (row, column, value). Tones grow with the root of the value, so that small ones are still told from none.
    """
    most = max(values.values(), default=0.0)
    heads = Markup("").join(
        Markup('<th scope="col"><span>{}</span></th>').format(data_text(names.get(name, name), speech))
        for name in columns
    )
    lines = []
    for row in rows:
        cells = []
        for column in columns:
            value = values.get((row, column))
            if not value:
                cells.append(Markup("<td></td>"))
                continue
            tone = min(_TONES, 1 + int(math.sqrt(value / most) * _TONES))
            content = words(said(value)) if cell is None else cell(row, column, value)
            cells.append(Markup('<td class="wb-shade-{}">{}</td>').format(tone, content))
        head = Markup('<th scope="row">{}</th>').format(data_text(names.get(row, row), speech))
        lines.append(Markup("<tr>{}{}</tr>").format(head, Markup("").join(cells)))
    return Markup(
        '<p class="wb-more">{caption}</p>'
        '<div class="wb-scroll" tabindex="0" role="region" aria-label="{label}">'
        '<table class="wb-matrix" aria-label="{label}"><thead>'
        '<tr><td class="wb-corner">{corner}</td>{heads}</tr></thead>'
        "<tbody>{lines}</tbody></table></div>"
    ).format(
        label=attribute(caption),
        caption=words(caption),
        corner=words(corner),
        heads=heads,
        lines=Markup("").join(lines),
    )
