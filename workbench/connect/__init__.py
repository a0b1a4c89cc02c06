"""Step 1, Connect: any export in, with an account of every row and a verdict before any chart."""

from __future__ import annotations

from workbench.connect.read import read_project

__all__ = ["read_project"]
