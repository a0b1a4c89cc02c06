"""Loads what every notebook of a run imports, in a kernel that gets ready while the one before it works."""

from __future__ import annotations

import workbench
from workbench.garbage import collect_seldom

__all__ = []

# The name loads its module.
workbench.page  # noqa: B018
collect_seldom()
