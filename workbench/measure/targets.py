"""What is wished for: the target of a KPI as the project or the template gives it, and the values that meet it."""

from __future__ import annotations

from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.places import in_project
from workbench.template.kpis import KPI, Target

__all__ = ["bounds", "target_of"]


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
