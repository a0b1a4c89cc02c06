"""Figures as the cache keeps them: plain data that gives the very same figure again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.measure.figure import Figure, Part, Period
from workbench.measure.smallgroups import other
from workbench.messages import Message

__all__ = ["figure_from_data", "storable"]


def storable(figure: Figure) -> dict[str, Any] | None:
    """A figure as JSON holds it without loss; None for one that carries anything else than plain values."""
    values = [*figure.stats.values(), *(value for part in figure.parts for value in part.stats.values())]
    if not all(value is None or type(value) in (bool, int, float, str) for value in values):
        return None
    return {
        "id": figure.id,
        "unit": figure.unit,
        "value": figure.value,
        "n": figure.n,
        "period": figure.period.as_dict(),
        "pending": figure.pending,
        "unknown": figure.unknown,
        "when": figure.when,
        "currency": figure.currency,
        "group": None if figure.merged else figure.group,
        "merged": figure.merged,
        "reason": None if figure.reason is None else figure.reason.as_data(),
        "stats": dict(figure.stats),
        "parts": [[part.key, part.value, part.n, dict(part.stats)] for part in figure.parts],
    }


def figure_from_data(data: Mapping[str, Any]) -> Figure:
    """The figure that `storable` described."""
    start, end = data["period"]["from"], data["period"]["to"]
    plain = {name: data[name] for name in data if name not in ("period", "reason", "parts", "merged")}
    if data["merged"]:
        plain["group"] = other()
    return Figure(
        **plain,
        period=Period(None if start is None else date.fromisoformat(start), date.fromisoformat(end)),
        reason=None if data["reason"] is None else Message.from_data(data["reason"]),
        parts=tuple(Part(key, value, n, stats) for key, value, n, stats in data["parts"]),
    )
