"""Step 6, Monitor: baseline, now and target; how the figures went from run to run."""

from __future__ import annotations

from workbench.monitor.history import History, history_frame, record_runs
from workbench.monitor.progress import progress_frame

__all__ = ["History", "history_frame", "progress_frame", "record_runs"]
