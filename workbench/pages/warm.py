"""Loads, once in a kernel, what pages need before they can say anything; what only step 1 needs is left to it."""

from __future__ import annotations

import anywidget  # noqa: F401
import duckdb  # noqa: F401
import ipywidgets  # noqa: F401

import workbench.pages.discover
import workbench.pages.measure
import workbench.pages.opened
import workbench.widgets.mapwidget  # noqa: F401
from workbench.garbage import collect_seldom

__all__ = []

collect_seldom()
