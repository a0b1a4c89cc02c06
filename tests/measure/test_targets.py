"""Targets and the periods they are held against, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.measure.periods import baseline_period, last_full_month, named_period, now_period
from workbench.measure.targets import bounds, target_of
from workbench.template.kpis import Target


@pytest.mark.parametrize(
    ("target", "base", "good", "expected"),
    [
        ({"at_most": 0.05}, None, "low", (None, 0.05)),
        ({"at_least": 0.95}, None, "high", (0.95, None)),
        ({"between": (1.0, 2.0)}, None, "low", (1.0, 2.0)),
        ({"change_pct": -30}, 40.0, "low", (None, 28.0)),
        ({"change_pct": (-30.0, -20.0)}, 40.0, "low", (None, 32.0)),
        ({"change_pct": (10.0, 20.0)}, 0.5, "high", (0.55, None)),
        ({"change_points": 0.1}, 0.5, "high", (0.6, None)),
        ({"change_points": -0.1}, 0.5, "low", (None, 0.4)),
        ({"change_pct": 10}, 10.0, "context", (11.0, None)),
        ({"change_pct": -10}, 10.0, "context", (None, 9.0)),
        ({"change_pct": 10}, 10.0, "low", (None, 11.0)),
        ({"change_pct": -30}, None, "low", (None, None)),
    ],
    ids=str,
)
def test_values_that_meet_a_target(
    target: dict[str, object], base: float | None, good: str, expected: tuple[float | None, float | None]
) -> None:
    """A range of changes is met by its nearer end; a change needs a baseline."""
    assert bounds(Target.model_validate(target), base, good) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first_day", "expected"),
    [
        (date(2026, 1, 1), ("2026-01-01", "2026-03-31")),
        (date(2026, 1, 2), ("2026-02-01", "2026-04-30")),
        (date(2025, 11, 30), ("2025-12-01", "2026-02-28")),
    ],
)
def test_the_baseline_is_the_first_three_full_months(first_day: date, expected: tuple[str, str]) -> None:
    assert tuple(baseline_period(None, first_day).as_dict().values()) == expected


def test_the_baseline_of_the_project_comes_first() -> None:
    given = (date(2026, 5, 2), date(2026, 5, 9))
    assert tuple(baseline_period(given, date(2026, 1, 1)).as_dict().values()) == ("2026-05-02", "2026-05-09")


@pytest.mark.parametrize(
    ("as_of", "month", "window"),
    [
        (date(2026, 3, 31), ("2026-03-01", "2026-03-31"), ("2026-01-01", "2026-03-31")),
        (date(2026, 3, 30), ("2026-02-01", "2026-02-28"), ("2025-12-01", "2026-02-28")),
        (date(2026, 1, 1), ("2025-12-01", "2025-12-31"), ("2025-10-01", "2025-12-31")),
    ],
)
def test_a_month_is_full_when_its_last_day_has_come(
    as_of: date, month: tuple[str, str], window: tuple[str, str]
) -> None:
    assert tuple(last_full_month(as_of).as_dict().values()) == month
    assert tuple(named_period("month", as_of).as_dict().values()) == month
    assert tuple(now_period(as_of).as_dict().values()) == window
    assert named_period("all", as_of).as_dict() == {"from": None, "to": as_of.isoformat()}


def test_the_projects_target_goes_before_the_templates() -> None:
    given = {"CC15": {"at_least": 0.99}, "CC16": {"at_mots": 0.1}}
    log = prepared(
        "a | invoice_generated | 2026-01-02 09:00", "invoice_number\na", as_of="2026-03-31", targets=given
    )
    late = target_of(log, log.template.kpi("CC15"))
    assert late is not None
    assert late.at_least == 0.99
    assert target_of(log, log.template.kpi("CC06")) == log.template.kpi("CC06").target
    with pytest.raises(WorkbenchError, match="CC16"):
        target_of(log, log.template.kpi("CC16"))


@pytest.mark.parametrize(
    ("target", "base", "good", "expected"),
    [
        ({"change_pct": 10}, 0.95, "high", (1.0, None)),
        ({"change_pct": 10}, 0.5, "high", (0.55, None)),
        ({"change_points": -0.1}, 0.04, "low", (None, 0.0)),
    ],
)
def test_nobody_is_asked_for_more_than_all(
    target: dict[str, object], base: float, good: str, expected: tuple[float | None, float | None]
) -> None:
    assert bounds(Target.model_validate(target), base, good, share=True) == pytest.approx(expected)
