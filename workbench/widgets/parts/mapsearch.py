"""What the slider of activities leaves out of the map, so that a search finds it all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from workbench.draw.names import Names

__all__ = ["left_out"]


def left_out(nodes: pd.DataFrame, shown: pd.DataFrame, names: Names) -> list[dict[str, Any]]:
    """Of all `nodes` those that are not `shown`, most frequent first: key, label, and how far to slide for it.

    `nodes` is `activity_frame`, in the order in which activities come in as the slider goes up.
    """
    keys = [str(name) for name in nodes["activity"]]
    known = set(shown["activity"])
    return [
        {"key": key, "label": names.activity(key), "share": 100 * place // len(keys) + 1}
        for place, key in enumerate(keys)
        if key not in known
    ]
