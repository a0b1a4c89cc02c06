"""The pages that are served: the overview and the six steps, with their titles, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.run.steps import all_steps

__all__ = ["Page", "landing", "served_pages"]

# Where a reader acts and Python answers.
_WITH_WIDGETS = frozenset({"1_connect", "2_discover", "3_measure"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its notebook, its title, and whether it holds widgets.

    A page without widgets is finished once it is rendered: its kernel ends there, and no script is sent. A page
    with widgets keeps its kernel until the reader leaves, and loads Voilà's scripts from this server.
    """

    notebook: Path
    title: str
    interactive: bool = False

    @property
    def name(self) -> str:
        """As it stands in the address: `3_measure`."""
        return self.notebook.stem


def served_pages() -> Mapping[str, Page]:
    """The pages by name, the overview first; a project's own notebooks are not among them."""
    from workbench.pages.base import NOTEBOOKS

    home = all_steps()[0].notebook.parent
    return {
        name: Page(home / f"{name}.ipynb", title, interactive=name in _WITH_WIDGETS)
        for name, title in NOTEBOOKS.values()
    }


def landing(pages: Mapping[str, Page]) -> Page:
    """The page that a reader comes to first."""
    return next(iter(pages.values()))
