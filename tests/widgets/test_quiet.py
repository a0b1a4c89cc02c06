"""What an explorer does once its reader waits for nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workbench.widgets.explorer
from workbench.widgets.explorer import Explorer


def test_memory_is_given_back_when_all_is_drawn_and_not_before(
    explorer: Callable[..., Explorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = explorer()
    panel = made.panel("variants")
    busy: list[bool] = []
    monkeypatch.setattr(workbench.widgets.explorer, "give_back", lambda: busy.append(panel.busy))
    panel.visible = True
    made.settle()
    made.tell("variants", rows=5)
    made.settle()
    assert len(busy) >= 2
    assert not any(busy)
