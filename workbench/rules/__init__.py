"""Verdicts of policy rules: for every event that triggers a rule, whether the policy was kept."""

from __future__ import annotations

from workbench.rules.judge import VERDICTS, checkable, judge

__all__ = ["VERDICTS", "checkable", "judge"]
