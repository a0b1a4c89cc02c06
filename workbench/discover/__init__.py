"""Step 2, Discover: the process as it is - map, variants, cases."""

from __future__ import annotations

from workbench.discover.cases import case_frame, event_frame
from workbench.discover.map import activity_frame, map_frame
from workbench.discover.variants import variant_frame

__all__ = ["activity_frame", "case_frame", "event_frame", "map_frame", "variant_frame"]
