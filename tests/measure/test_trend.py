"""KPIs month by month: one statement for all months says what twelve would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest

from tests.log.small import prepared
from tests.oracle import credit_log, deal_log
from workbench.errors import WorkbenchError
from workbench.log.derive import derive
from workbench.log.prepared import PreparedLog
from workbench.measure import Period, figures
from workbench.measure.periods import months_back
from workbench.measure.trend import trend_frame
from workbench.rules import judge

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


GROUPED = """
invoice_number | invoice_amount | due_date | customer_segment
a | 100.00 | 2026-01-20 | x
b | 100.00 | 2026-01-25 | y
c | 100.00 | 2026-03-10 | x
"""


def test_by_an_attribute_every_value_has_every_month() -> None:
    """a (x) is in time, b (y) late, c (x) late in March; y has nothing in February and March."""
    log = prepared(EVENTS, GROUPED, as_of="2026-04-15", least=1)
    frame = trend_frame(log, ["CC15", "CC16"], by="customer_segment")
    shares = frame[frame["id"] == "CC15"]
    assert shares["group"].tolist() == ["x"] * 3 + ["y"] * 3
    assert shares["month"].tolist() == [date(2026, month, 1) for month in (1, 2, 3)] * 2
    assert shares["value"].fillna(-1).tolist() == [1.0, -1, 0.0, 0.0, -1, -1]
    assert shares["n"].tolist() == [1, 0, 1, 1, 0, 0]
    # A balance is of its month's end: b is overdue at the end of January, c at that of March.
    overdue = frame[frame["id"] == "CC16"].set_index(["group", "month"])["value"].dropna()
    assert overdue.to_dict() == {
        ("y", date(2026, 1, 1)): 1.0,
        ("x", date(2026, 2, 1)): 0.0,
        ("x", date(2026, 3, 1)): 1.0,
    }


def test_small_groups_are_one_here_too() -> None:
    frame = trend_frame(
        prepared(EVENTS, GROUPED, as_of="2026-04-15", least=5), ["CC15"], by="customer_segment"
    )
    assert frame["group"].nunique() == 1
    assert frame["value"].fillna(-1).tolist() == [0.5, -1, 0.0]


def test_a_series_by_an_attribute_is_the_breakdown_of_each_month(credit: PreparedLog) -> None:
    kpis = [kpi for kpi in credit.template.kpis.values() if kpi.period in ("all", "month", "asof")]
    names = list({kpi.kind: kpi.id for kpi in kpis if kpi.kind not in ("later", "function")}.values())
    frame = trend_frame(credit, names, by="customer_segment", months=2)
    for start in frame["month"].unique():
        for figure in figures(credit, names, by="customer_segment", period=Period(start, _end(start))):
            own = frame[(frame["id"] == figure.id) & (frame["month"] == start)]
            keys = zip(own["group"], own["currency"], strict=True)
            same = own[[key == (figure.group, figure.currency) for key in keys]]
            if figure.value is not None:
                assert same["value"].tolist() == [figure.value], (figure.id, start, figure.group)
                assert same["n"].tolist() == [figure.n]


def test_weeks_are_whole_and_begin_on_mondays() -> None:
    frame = trend_frame(prepared(EVENTS, CASES, as_of="2026-04-15"), ["CC15"], months=3, every="week")
    assert [day.weekday() for day in frame["month"]] == [0] * len(frame)
    assert (frame["month"].iloc[0], frame["month"].iloc[-1]) == (date(2026, 1, 5), date(2026, 4, 6))
    valued = frame.dropna(subset=["value"]).set_index("month")["value"]
    # Due on Tuesday 20 January, Sunday 25 January, Tuesday 10 March.
    assert valued.to_dict() == {date(2026, 1, 19): 0.5, date(2026, 3, 9): 0.0}


def test_a_year_that_has_not_gone_by_is_none() -> None:
    log = prepared(EVENTS, CASES, as_of="2026-04-15")
    assert trend_frame(log, ["CC15"], every="year").empty
    assert trend_frame(log, ["CC15"], every="quarter")["value"].tolist() == [pytest.approx(1 / 3)]
    with pytest.raises(WorkbenchError, match=r"Unknown period 'day' \(every\).*month"):
        trend_frame(log, ["CC15"], every="day")  # type: ignore[arg-type]
    with pytest.raises(WorkbenchError, match="Unknown attribute"):
        trend_frame(log, ["CC15"], by="colour")


@pytest.mark.parametrize("by", [None, "customer_segment"])
def test_a_log_without_a_full_month_has_no_series(by: str | None) -> None:
    """Totals, ratios of balances, windows and shares alike: nothing to show, and no fault."""
    log = prepared(
        "a | invoice_generated | 2026-01-05 09:00\n",
        "invoice_number | invoice_amount | due_date | customer_segment\na | 100 | 2026-02-05 | small\n",
        as_of="2026-01-20",
    )
    frame = trend_frame(log, log.template.kpis, by=by)
    assert frame.empty
    assert ("group" in frame.columns) == (by is not None)


DEALS = """
a | opportunity_created | 2026-01-05 09:00
b | opportunity_created | 2026-02-10 09:00
a | opportunity_won     | 2026-03-10 09:00
"""
WORTH = "opportunity_id | opportunity_value\na | 100\nb | 70\n"


def test_what_was_open_is_told_by_the_log_of_that_day() -> None:
    """a is open until March and b from February on: 100, 170, 70. Today's log knows a as won all along."""
    log = prepared(DEALS, WORTH, as_of="2026-03-31", process="lead-to-cash")
    frame = trend_frame(
        log,
        ["LC34.ageing"],
        known_at=lambda day: derive(log.recorded, log.template, log.engine, judge=judge, as_of=day),
    )
    assert frame["value"].tolist() == [100.0, 170.0, 70.0]
    plain = trend_frame(log, ["LC34.ageing", "LC03.stalled"])
    early = plain[plain["month"] < date(2026, 3, 1)]
    assert early["value"].isna().all()
    assert set(early["reason"]) == {"what was open on an earlier day is told by the log as it was known then"}
    (last,) = plain.loc[(plain["id"] == "LC34.ageing") & (plain["month"] == date(2026, 3, 1)), "value"]
    assert last == 70.0


def test_a_figure_of_an_earlier_period_is_not_that_of_today() -> None:
    log = prepared(DEALS, WORTH, as_of="2026-03-31", process="lead-to-cash")
    (found,) = figures(log, ["LC34.ageing"], period=Period(date(2026, 2, 1), date(2026, 2, 28)))
    assert (found.value, found.n) == (None, 0)


def test_a_week_ends_with_its_sunday() -> None:
    """18 and 25 January and 1 February 2026 are Sundays.

    Of a's 100, 40 are paid on the 18th; b's 300 are billed on the 25th and paid on the Monday behind it. Corrections
    are of Sunday the 18th and of the next two Mondays.
    """
    events = """
    a | invoice_generated | 2026-01-05 09:00
    a | payment_received | 2026-01-18 09:00 | - | - | payment_amount=40.00, payment_id=P1
    a | payment_application_corrected | 2026-01-18 10:00 | - | - | payment_id=P1
    a | payment_application_corrected | 2026-01-19 10:00 | - | - | payment_id=P1
    b | invoice_generated | 2026-01-25 09:00
    b | payment_received | 2026-01-26 09:00 | - | - | payment_amount=300.00, payment_id=P2
    b | payment_application_corrected | 2026-01-26 10:00 | - | - | payment_id=P2
    """
    cases = "invoice_number | invoice_amount | due_date\na | 100.00 | 2026-03-01\nb | 300.00 | 2026-03-01\n"
    log = prepared(events, cases, as_of="2026-02-01")
    frame = trend_frame(log, ["CC17", "CC37.count"], months=1, every="week")
    own = {name: frame[frame["id"] == name] for name in ("CC17", "CC37.count")}
    for lines in own.values():
        assert lines["month"].tolist() == [date(2026, 1, day) for day in (5, 12, 19, 26)]
    assert own["CC17"]["value"].tolist() == [100.0, 60.0, 360.0, 60.0]
    assert own["CC37.count"]["value"].tolist() == [0.0, 1.0, 1.0, 1.0]
