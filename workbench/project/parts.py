"""What the tables of `project.toml` share: strictness, and refusals that keep their words."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from workbench.messages import Message

__all__ = ["Part", "doubled", "refusal"]


class Part(BaseModel):
    """What every table of the file shares: unknown keys are errors, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def refusal(message: Message, hint: str) -> PydanticCustomError:
    """A validator's error that keeps its message and its remedy as they are, for `first_fault`."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint})


def doubled(names: Iterable[str]) -> str | None:
    """The first name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
