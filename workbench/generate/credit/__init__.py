"""Receivables: from the order's credit check to the last cent, paid, credited, written off or still open."""

from __future__ import annotations

from workbench.generate.credit.project import write_project

__all__ = ["write_project"]
