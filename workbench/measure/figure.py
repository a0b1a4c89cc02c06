"""A figure: a KPI's value with everything that a reader needs in order to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workbench.measure.targets import Aim
from workbench.messages import Message
from workbench.template.base import Text
from workbench.template.kpis import Target

__all__ = ["Figure", "Part", "Period", "rounded"]

_DECIMALS = {"days": 6, "hours": 6, "ratio": 6, "count": 6, "money": 2, "money_per_day": 2}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `start` (None = since the log began) to `end`, both included."""

    start: date | None
    end: date

    @property
    def days(self) -> int:
        """Number of days; only a period with a start has one."""
        assert self.start is not None
        return (self.end - self.start).days + 1

    def as_dict(self) -> dict[str, str | None]:
        return {"from": None if self.start is None else self.start.isoformat(), "to": self.end.isoformat()}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a figure: an ageing band, a stage."""

    key: str
    value: float | None
    n: int
    stats: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI's value over a period, for one group and currency.

    `value` is None with a `reason` where it cannot be computed. `n` counts the rows behind it, `pending` those
    whose time limit still runs, `unknown` those for which the data does not say. Money is in major units. `when` is
    the moment that puts a row into the period. What `figures` adds for the reader: `definition` (a sentence in every
    language), `good` (which direction), `filter` (what the log was narrowed to), `target` with `aim` (it in the KPI's
    unit, and the distance), and of a figure that counts verdicts the `rules` that took part and those `left_out`,
    each with the reason.
    """

    id: str
    unit: str
    value: float | None
    n: int
    period: Period
    pending: int = 0
    unknown: int = 0
    when: str | None = None
    currency: str | None = None
    group: str | None = None
    reason: Message | None = None
    stats: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    definition: Text | None = None
    good: str | None = None
    filter: tuple[Message, ...] = ()
    target: Target | None = None
    aim: Aim | None = None
    rules: tuple[str, ...] = ()
    left_out: Mapping[str, Message] = field(default_factory=dict)

    @property
    def merged(self) -> bool:
        """Whether the group is all those that are too small to be shown by name."""
        return isinstance(self.group, Message)

    def as_dict(self, *, grouped: bool) -> dict[str, Any]:
        """The figure as it stands in `workbench kpis --format json`: rounded, keys in a fixed order."""
        result: dict[str, Any] = {"id": self.id}
        if grouped:
            result["group"] = self.group
            result |= {"merged": True} if self.merged else {}
        result |= {
            "value": rounded(self.value, self.unit, self.currency),
            "unit": self.unit,
            "n": self.n,
            "pending": self.pending,
            "unknown": self.unknown,
            "period": self.period.as_dict(),
            "when": self.when,
        }
        if self.currency is not None:
            result["currency"] = self.currency
        if self.reason is not None:
            result["reason"] = self.reason
        result |= self._told()
        for name, value in self.stats.items():
            result[name] = (
                rounded(value, self._unit_of(name), self.currency) if isinstance(value, float) else value
            )
        if self.parts:
            result["parts"] = [
                {
                    "key": part.key,
                    "value": rounded(part.value, self.unit, self.currency),
                    "n": part.n,
                    **{
                        name: rounded(value, self._unit_of(name), self.currency)
                        if isinstance(value, float)
                        else value
                        for name, value in part.stats.items()
                    },
                }
                for part in self.parts
            ]
        return result

    def _unit_of(self, name: str) -> str:
        """What a statistic beside the value is counted in: the value's own unit unless its name says otherwise."""
        if name in _RATIO_STATS:
            return "ratio"
        return "money" if name in _MONEY_STATS else "days" if name.endswith("_days") else self.unit

    def _told(self) -> dict[str, Any]:
        """What stands beside the figure for its reader."""
        result: dict[str, Any] = {"filter": list(self.filter)}
        if self.definition is not None:
            result |= {"definition": self.definition.en, "good": self.good}
        if self.target is not None:
            held = self.aim or Aim()
            result["target"] = self.target.model_dump(mode="json", exclude_none=True)
            for name, value in (("target_low", held.low), ("target_high", held.high)):
                result[name] = rounded(value, self.unit, self.currency)
            result["met"] = held.met
            result["distance"] = rounded(held.distance, self.unit, self.currency)
        if self.rules or self.left_out:
            result["rules"] = list(self.rules)
            result["left_out"] = [{"rule": name, "reason": reason} for name, reason in self.left_out.items()]
        return result


_MONEY_STATS = frozenset({"stalled_value"})
_RATIO_STATS = frozenset({"share"})


def rounded(value: float | None, unit: str, currency: str | None = None) -> float | int | None:
    """Money to its currency's minor unit (2 decimals), days and ratios to 6: stable from run to run.

    >>> rounded(0.6443633414, "ratio"), rounded(5725.0600000001, "money")
    (0.644363, 5725.06)
    """
    if value is None:
        return None
    if isinstance(value, int) or (unit == "count" and float(value).is_integer()):
        return int(value)
    places = Decimal(1).scaleb(-_DECIMALS.get(unit, 6))
    number = Decimal(repr(float(value))).quantize(places, rounding=ROUND_HALF_UP)
    return float(number) + 0.0
