"""Step 6, Monitor: baseline, now and target; how the figures went from run to run; what is due.

What keeps the history of runs is loaded with the first name that needs it: a page without one waits for no database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.measure import progress_frame
from workbench.monitor.worklist import worklist_frame

if TYPE_CHECKING:
    from workbench.monitor.history import History, history_frame, record_runs

__all__ = ["History", "history_frame", "progress_frame", "record_runs", "worklist_frame"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'workbench.monitor' has no attribute {name!r}")
    from workbench.monitor import history

    return getattr(history, name)
