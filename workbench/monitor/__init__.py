"""Step 6, Monitor: baseline, now and target."""

from __future__ import annotations

from workbench.monitor.progress import progress_frame

__all__ = ["progress_frame"]
