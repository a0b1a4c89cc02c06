"""Step 5, Improve: where hand work is, and what could take it over."""

from __future__ import annotations

from workbench.improve.automation import AutomationGoal, automation_frame, automation_goal
from workbench.improve.manual import manual_frame

__all__ = ["AutomationGoal", "automation_frame", "automation_goal", "manual_frame"]
