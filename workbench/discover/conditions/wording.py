"""How a condition tells ranges and lengths of time."""

from __future__ import annotations

from typing import Any

from workbench.messages import Message

__all__ = ["ranging", "span", "spans"]

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def span(seconds: float) -> Message:
    """A length of time in the largest unit of which it is a whole number; nought in days.

    >>> span(2 * 86400), span(5400), span(0)
    ('2 d', '90 min', '0 d')
    """
    if seconds % _DAY == 0:
        return Message("{n} d", n=int(seconds // _DAY))
    if seconds % _HOUR == 0:
        return Message("{n} h", n=int(seconds // _HOUR))
    if seconds % _MINUTE == 0:
        return Message("{n} min", n=int(seconds // _MINUTE))
    return Message("{n} s", n=seconds)


def ranging(low: Any, high: Any) -> Message:
    """From one value to another, either of which may lack."""
    if high is None:
        return Message("at least {low}", low=low)
    if low is None:
        return Message("at most {high}", high=high)
    return Message("{low}", low=low) if low == high else Message("{low} to {high}", low=low, high=high)


def spans(least: float | None, most: float | None) -> Message:
    """From one length of time to another."""
    return ranging(None if least is None else span(least), None if most is None else span(most))
