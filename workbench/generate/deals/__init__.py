"""Sales: from the lead to the last payment of a deal that was won, or to its loss."""

from __future__ import annotations

from workbench.generate.deals.project import write_project

__all__ = ["write_project"]
