"""Loads, once in a kernel, what every page needs before it can say anything."""

from __future__ import annotations

import anywidget  # noqa: F401
import duckdb  # noqa: F401
import ipywidgets  # noqa: F401

import workbench.pages.opened
import workbench.widgets.mapwidget  # noqa: F401
from workbench.garbage import collect_seldom

__all__ = []

collect_seldom()
