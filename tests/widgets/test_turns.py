"""The thread that draws: steps in their order, overtaken by later wishes, and outliving whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from workbench.widgets.turns import Turns

Step = Callable[[], None]


def test_a_step_that_fails_and_steps_that_cannot_be_told_end_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    broken = [True]

    def fails() -> None:
        raise RuntimeError("a step")

    def steps() -> Iterator[Step]:
        yield fails
        yield lambda: done.append("after a step")
        if broken.pop():
            raise RuntimeError("no more steps")
        yield lambda: done.append("the last")

    turns = Turns(steps)
    turns.wake()
    turns.settle(10)
    assert done == ["after a step"]
    broken.append(False)
    turns.wake()
    turns.settle(10)
    assert done == ["after a step", "after a step", "the last"]
    assert len(caplog.records) == 3


def test_a_later_wish_overtakes_what_is_left() -> None:
    done: list[str] = []
    begun, go_on = threading.Event(), threading.Event()
    wishes = iter(["first", "second"])

    def steps() -> Iterator[Step]:
        wish = next(wishes)

        def one() -> None:
            done.append(f"{wish} one")
            begun.set()
            go_on.wait(10)

        yield one
        yield lambda: done.append(f"{wish} two")

    turns = Turns(steps)
    turns.wake()
    assert begun.wait(10)
    turns.wake()
    go_on.set()
    turns.settle(10)
    assert done == ["first one", "second one", "second two"]
