"""The process map, alive: what is shown comes from Python, what is done goes back to it."""

from __future__ import annotations

import traitlets

from workbench.widgets.live import STATIC, LiveWidget

__all__ = ["MapWidget"]


class MapWidget(LiveWidget):
    """Shows a `scene` in the order of the `whole` map, both as `workbench.draw.livemap` makes them.

    `words` are the labels of its controls, `controls` what can be chosen and what is, `detail` what is told of the
    box or line that was picked, `table` the map as a table, `animation` the cases that travel; all are said in
    `language`.
    """

    _esm = (STATIC / "map.js").read_text(encoding="utf-8")

    words = traitlets.Dict().tag(sync=True)
    whole = traitlets.Dict().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)
    controls = traitlets.Dict().tag(sync=True)
    detail = traitlets.Dict({"key": None, "html": ""}).tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    animation = traitlets.Dict().tag(sync=True)
    zone = traitlets.Unicode("UTC").tag(sync=True)
