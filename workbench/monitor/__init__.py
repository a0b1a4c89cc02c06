"""Step 6, Monitor: baseline, now and target; how the figures went from run to run; what is due."""

from __future__ import annotations

from workbench.measure import progress_frame
from workbench.monitor.history import History, history_frame, record_runs
from workbench.monitor.worklist import worklist_frame

__all__ = ["History", "history_frame", "progress_frame", "record_runs", "worklist_frame"]
