"""KPIs month by month: one statement for all months says what twelve would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest

from tests.log.small import prepared
from tests.oracle import credit_log, deal_log
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import Period, figures
from workbench.measure.periods import months_back
from workbench.measure.trend import trend_frame

WORKED = {"credit-collections": credit_log, "lead-to-cash": deal_log}


def worked(process: str) -> PreparedLog:
    log: ModuleType = WORKED[process]
    return prepared(log.EVENTS, log.CASES, as_of=log.AS_OF, process=process, zone=log.ZONE, policy=log.POLICY)


@pytest.fixture(scope="module")
def credit() -> PreparedLog:
    return worked("credit-collections")


CASES = """
invoice_number | invoice_amount | due_date
a | 100.00 | 2026-01-20
b | 100.00 | 2026-01-25
c | 100.00 | 2026-03-10
"""
# Due in January: one paid in time, one late; nothing was due in February; what was due in March is late.
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received | 2026-01-10 09:00 | - | - | payment_amount=100.00
b | invoice_generated | 2026-01-05 09:00
b | payment_received | 2026-02-10 09:00 | - | - | payment_amount=100.00
c | invoice_generated | 2026-02-05 09:00
"""


def test_one_row_per_month_by_hand() -> None:
    frame = trend_frame(prepared(EVENTS, CASES, as_of="2026-04-15"), ["CC15", "CC15.late"])
    shares = frame[frame["id"] == "CC15"]
    assert shares["month"].tolist() == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert shares["value"].fillna(-1).tolist() == [0.5, -1, 0.0]
    assert shares["n"].tolist() == [2, 0, 1]
    assert shares["reason"].tolist() == [None, "nothing of the kind in this period", None]
    # What is combined of it follows it.
    assert frame.loc[frame["id"] == "CC15.late", "value"].fillna(-1).tolist() == [0.5, -1, 1.0]


@pytest.mark.parametrize("process", WORKED)
def test_every_month_is_the_figure_of_that_month(process: str) -> None:
    log = worked(process)
    kinds = {kpi.kind: name for name, kpi in log.template.kpis.items() if kpi.kind != "later"}
    windowed = [name for name, kpi in log.template.kpis.items() if kpi.period == "window"][:1]
    targets = [name for name, kpi in log.template.kpis.items() if kpi.kind in ("share", "duration")][:3]
    names = list(dict.fromkeys([*kinds.values(), *windowed, *targets]))
    frame = trend_frame(log, names, months=2)
    assert set(frame["id"]) == set(names)
    for month in frame["month"].unique():
        plain = Period(month, _end(month))
        for name in names:
            period = months_back(plain, 3) if log.template.kpis[name].period == "window" else plain
            expected = [
                (f.currency, f.value, f.n, f.pending, f.reason) for f in figures(log, [name], period=period)
            ]
            own = frame[(frame["id"] == name) & (frame["month"] == month)]
            found = [
                (
                    row["currency"],
                    None if row["value"] != row["value"] else row["value"],
                    row["n"],
                    row["pending"],
                    row["reason"],
                )
                for row in own.to_dict("records")
            ]
            assert found == expected, (name, month)


def _end(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def test_the_last_point_is_the_figure(credit: PreparedLog) -> None:
    monthly = [name for name, kpi in credit.template.kpis.items() if kpi.period in ("month", "window")][:4]
    frame = trend_frame(credit, monthly)
    for figure in figures(credit, monthly):
        own = frame[frame["id"] == figure.id]
        own = own[own["currency"].isna() if figure.currency is None else own["currency"] == figure.currency]
        last = own["value"].iloc[-1]
        assert (None if last != last else last) == figure.value


def test_no_month_before_the_log(credit: PreparedLog) -> None:
    frame = trend_frame(credit, ["CC15"], months=24)
    assert frame["month"].iloc[0] == date(2026, 1, 1)
    assert frame["month"].iloc[-1] == date(2026, 4, 1)


def test_an_unknown_kpi_and_no_case(
    credit: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]
) -> None:
    with pytest.raises(WorkbenchError, match="CC15"):
        trend_frame(credit, ["CC15x"])
    empty = trend_frame(within_nothing(credit), ["CC15"])
    assert empty.empty
    assert list(empty.columns) == ["id", "currency", "month", "value", "n", "pending", "reason"]
