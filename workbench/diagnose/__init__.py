"""Step 4, Diagnose: rules kept and broken, with their evidence."""

from __future__ import annotations

from workbench.diagnose.breaches import breach_frame, rule_frame, verdict_frame

__all__ = ["breach_frame", "rule_frame", "verdict_frame"]
