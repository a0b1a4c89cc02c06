"""Verdicts of policy rules: for every event that triggers a rule, whether the policy was kept."""

from __future__ import annotations

from workbench.rules.judge import VERDICTS, checkable, judge, needs_of_rule
from workbench.rules.reasons import REASONS, VERDICT_NAMES, why_broken

__all__ = ["REASONS", "VERDICTS", "VERDICT_NAMES", "checkable", "judge", "needs_of_rule", "why_broken"]
