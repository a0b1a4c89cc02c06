"""The six notebooks: where they are, and which of them were asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["Step", "all_steps", "choose_steps"]

_NAME = re.compile(r"(\d)_[a-z]+\.ipynb")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the improvement path and its notebook."""

    number: int
    notebook: Path

    @property
    def name(self) -> str:
        """As in `3_measure`."""
        return self.notebook.stem


def all_steps() -> tuple[Step, ...]:
    """Every step, in order, from the source tree or from the installed package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "notebooks", package / "_notebooks"):
        found = [path for path in sorted(folder.glob("*.ipynb")) if _NAME.fullmatch(path.name)]
        if found:
            return tuple(Step(int(path.name[0]), path) for path in found)
    raise WorkbenchError(
        Message("The notebooks are not where they belong"),
        where=str(package.parent / "notebooks"),
        remedy=Message("Install the workbench again"),
    )


def choose_steps(text: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that a text such as `3`, `1-4` or `1,3-5` asks for, in the order of the path.

    >>> [step.number for step in choose_steps("5,1-2", all_steps())]
    [1, 2, 5]
    """
    known = {step.number for step in steps}
    wanted: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part)
        numbers = set(range(int(match[1]), int(match[2] or match[1]) + 1)) if match else set()
        if not numbers or not numbers <= known:
            raise WorkbenchError(
                Message("{text!r} names no steps", text=part.strip()),
                where="--steps",
                remedy=Message(
                    "Write numbers from {first} to {last}, as in 3, 1-4 or 1,3-5",
                    first=min(known),
                    last=max(known),
                ),
            )
        wanted |= numbers
    return tuple(step for step in steps if step.number in wanted)
