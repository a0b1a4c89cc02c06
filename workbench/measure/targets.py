"""What is wished for: the target of a KPI as the project or the template gives it, and the values that meet it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.places import in_project
from workbench.template.kpis import KPI, Target

__all__ = ["Aim", "aim", "bounds", "target_of"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a value is held against: the lowest and highest that meet the target, in the KPI's unit; None = no bound.

    `distance` is what is missing to the nearest value that meets it, 0 where it is met. Both are None without a
    value, or where a relative target has no baseline.
    """

    low: float | None = None
    high: float | None = None
    met: bool | None = None
    distance: float | None = None


def aim(kpi: KPI, target: Target, value: float | None, base: float | None) -> Aim:
    """A target in the KPI's unit, whether a value meets it, and how far it is from doing so.

    `base` is the KPI's figure in the baseline, for a target that is a change.
    """
    low, high = bounds(target, base, kpi.good, share=kpi.kind == "share")
    if value is None or (low is None and high is None):
        return Aim(low, high)
    short = 0.0 if low is None else max(low - value, 0.0)
    beyond = 0.0 if high is None else max(value - high, 0.0)
    return Aim(low, high, not short and not beyond, short or beyond)


def target_of(log: PreparedLog, kpi: KPI) -> Target | None:
    """The project's target for a KPI, else the template's."""
    given = log.meta.settings.targets.get(kpi.id)
    if given is None:
        return kpi.target
    try:
        return Target.model_validate(given)
    except ValueError as error:
        raise WorkbenchError(
            Message("The target of {kpi} cannot be read: {fault}", kpi=kpi.id, fault=str(error).rstrip(".")),
            where=in_project("[targets]"),
            remedy=Message("Give one of at_most, at_least, between, change_pct, change_points"),
        ) from error


def bounds(
    target: Target, base: float | None, good: str, *, share: bool = False
) -> tuple[float | None, float | None]:
    """The lowest and highest value that meet a target; of a range of changes the nearer end is enough.

    A change of a share ends where a share ends: ten per cent more than 95 % is 100 %.
    """
    if target.at_most is not None:
        return None, target.at_most
    if target.at_least is not None:
        return target.at_least, None
    if target.between is not None:
        return target.between
    if base is None:
        return None, None
    points = target.change_points is not None
    change = target.change_points if points else target.change_pct
    nearer = change if isinstance(change, float | int) else min(change or (0.0,), key=abs)
    goal = base + nearer if points else base * (1 + nearer / 100)
    if share:
        goal = min(max(goal, 0.0), 1.0)
    return (goal, None) if good == "high" or (good != "low" and nearer > 0) else (None, goal)
