"""What the widgets of an explorer have in common: a language, whether they are looked at, and what is done in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from workbench.draw.style import stylesheet
from workbench.widgets.act import Act

__all__ = ["STATIC", "LiveWidget", "css"]

STATIC = Path(__file__).parent / "static"


@cache
def css() -> str:
    """The stylesheet of all that is drawn, and what only widgets need."""
    return stylesheet() + (STATIC / "widgets.css").read_text(encoding="utf-8")


class LiveWidget(anywidget.AnyWidget):
    """Hands over each `Act` of a reader; `visible` says whether it is looked at, `busy` whether it is being drawn."""

    _css = css()

    language = traitlets.Unicode("en").tag(sync=True)
    # What a sheet of paper says of it while it does not show the present choice.
    earlier = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(default_value=False).tag(sync=True)
    visible = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, take: Callable[[Act], None], **traits: Any) -> None:
        super().__init__(**traits)
        self._take = take
        self.on_msg(lambda _widget, content, _buffers: self._told(content))

    def _told(self, content: Any) -> None:
        act = Act.of(content)
        if act is not None:
            self._take(act)
