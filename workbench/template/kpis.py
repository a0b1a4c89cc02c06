"""The kinds of KPI: a table of rows and one fixed aggregate over it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from workbench.messages import Message
from workbench.template.base import Declared, Text, Value, Words, as_list
from workbench.template.words import Moment, SignedTerm, Tests

__all__ = [
    "KPI",
    "AverageKPI",
    "BaseKPI",
    "CombineKPI",
    "DurationKPI",
    "FunctionKPI",
    "LaterKPI",
    "RatioKPI",
    "ShareKPI",
    "Target",
    "TotalKPI",
]

Unit = Literal["days", "hours", "ratio", "money", "count", "money_per_day"]
Period = Literal["all", "asof", "window", "month"]


class Target(Declared):
    """What is wished for: a bound in the KPI's unit, or a change against the project's baseline."""

    at_most: float | None = None
    at_least: float | None = None
    between: tuple[float, float] | None = None
    change_pct: float | tuple[float, float] | None = None
    change_points: float | tuple[float, float] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Target:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                Message("a target has exactly one form, not {forms}", forms=str(given or "none"))
            )
        return self


# A need is a name that the log must know, or a list of alternatives of which it must know one.
Need = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class BaseKPI(Declared):
    """What every KPI carries; see `vocabulary` in the guide for the words."""

    id: str
    name: Text
    note: Text
    unit: Unit
    good: Literal["high", "low", "context", "balanced"]
    of: Words = ("cases",)
    where: Tests = ()
    when: Moment | None = None
    period: Period = "all"
    weight: str | None = None
    parts: str | None = None
    needs: tuple[Need, ...] = ()
    target: Target | None = None
    include_neutral: bool = False
    # The ledger that must agree with something independent before this figure is shown.
    reconciled: str | None = None
    # Withheld when more than this share of the rows that fail have no positive weight.
    weight_gap: float | None = None


class DurationKPI(BaseKPI):
    """Time between two moments of a row: n, mean, median, P90, value-weighted mean, censoring-aware median."""

    kind: Literal["duration"]
    from_: Moment | None = Field(default=None, alias="from")
    to: Moment | None = None
    negative: Literal["drop", "keep", "zero"] = "drop"
    headline: Literal["mean", "median", "p90", "weighted_mean", "km_median"] = "mean"


class ShareKPI(BaseKPI):
    """Decided rows that pass all of `that`, over decided rows; with `stages`, a funnel."""

    kind: Literal["share"]
    that: Tests = ()
    stages: tuple[str, ...] = ()
    headline: Literal["share", "weighted"] = "share"

    @model_validator(mode="after")
    def _that_or_stages(self) -> ShareKPI:
        if bool(self.that) == bool(self.stages):
            raise ValueError(Message("a share has either `that` or `stages`"))
        return self


class AverageKPI(BaseKPI):
    """A number per row (a count of events, an attribute, or what lies inside a pair): mean, median, P90, total."""

    kind: Literal["average"]
    count: Words = ()
    value: str | None = None
    inside: Literal["events", "resource_changes"] | None = None
    until: str | None = None
    headline: Literal["mean", "median", "p90", "total"] = "mean"

    @model_validator(mode="after")
    def _count_or_value(self) -> AverageKPI:
        if [bool(self.count), bool(self.value), bool(self.inside)].count(True) != 1:
            raise ValueError(Message("an average has one of `count`, `value` and `inside`"))
        return self


class TotalKPI(BaseKPI):
    """A sum of signed terms."""

    kind: Literal["total"]
    top: tuple[SignedTerm, ...] = Field(min_length=1)


class RatioKPI(BaseKPI):
    """A sum of terms over a sum of terms, times the days of the period if asked; never a mean of ratios."""

    kind: Literal["ratio"]
    top: tuple[SignedTerm, ...] = Field(min_length=1)
    bottom: tuple[SignedTerm, ...] = Field(min_length=1)
    times: Literal["days_in_period"] | None = None


class CombineKPI(BaseKPI):
    """Arithmetic of finished figures of the same period and currency."""

    kind: Literal["combine"]
    op: Literal["complement", "difference", "product", "quotient"]
    figures: Words


class FunctionKPI(BaseKPI):
    """A registered function for what no words say."""

    kind: Literal["function"]
    function: str
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")


class LaterKPI(BaseKPI):
    """Declared here, computed by a later step of the path; until then null with that reason."""

    kind: Literal["later"]
    step: int = Field(ge=1, le=6)


KPI = Annotated[
    DurationKPI | ShareKPI | AverageKPI | TotalKPI | RatioKPI | CombineKPI | FunctionKPI | LaterKPI,
    Field(discriminator="kind"),
]

PolicyValue = Value | tuple[str, ...]
