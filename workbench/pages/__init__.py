"""The pages of the improvement path: what each notebook shows, one call a cell.

>>> import workbench as wb
>>> page = wb.page("measure", project="demo", language="fr")     # doctest: +SKIP
>>> page.kpis()                                                  # doctest: +SKIP
"""

from __future__ import annotations

from workbench.pages.base import Page
from workbench.pages.opened import PAGES, page

__all__ = ["PAGES", "Page", "page"]
