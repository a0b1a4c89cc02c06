"""What a page shows in a browser: something for each call of its notebook, drawn or alive."""

from __future__ import annotations

from pathlib import Path

import nbformat

__all__ = ["SHOWN", "calls"]

# A part as it is drawn, what can be ticked and chosen, the map that moves.
SHOWN = ":is(.wb-view, .wb-focus, .wb-map)"


def calls(notebook: Path) -> int:
    """How many cells of a notebook ask the page for something to show."""
    cells = nbformat.read(notebook, as_version=4).cells
    return sum(cell.source.startswith("page.") for cell in cells)
