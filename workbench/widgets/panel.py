"""A part of a page that Python draws and a reader can act upon: HTML there, what was done there back here."""

from __future__ import annotations

import traitlets

from workbench.widgets.live import STATIC, LiveWidget

__all__ = ["Panel"]


class Panel(LiveWidget):
    """Shows `html`, which is Markup of ours, and hands over what is done in it.

    With `follows_address`, `hash` is what stands behind the # of the page's address, both ways.
    """

    _esm = (STATIC / "panel.js").read_text(encoding="utf-8")

    html = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    follows_address = traitlets.Bool(default_value=False).tag(sync=True)
    hash = traitlets.Unicode().tag(sync=True)
