"""Step 5, Improve: where hand work is."""

from __future__ import annotations

from workbench.improve.manual import manual_frame

__all__ = ["manual_frame"]
