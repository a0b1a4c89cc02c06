"""Sales that hypothesis draws, with leads, spend, targets and costs: every figure is the restated one."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.oracle import plain_all
from tests.oracle.deal_strategies import LEAD_DAYS, Sales, sales
from tests.oracle.product import DEALS, Setting
from tests.oracle.test_drawn import drawing, same_each_time, unequal

__all__ = ["same_each_time"]  # of this module too

# A failing log is long to print; the blob beside it brings it back.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@drawing
@given(sales(least=14, most=24))
def test_drawn_sales(drawn: Sales) -> None:
    plain = plain_all.sales(
        drawn.events, drawn.cases, as_of=drawn.as_of, rates=drawn.rates, beside=drawn.beside
    )
    setting = Setting(
        DEALS,
        drawn.zone,
        drawn.as_of,
        policy={"lead_days": LEAD_DAYS},
        rates=drawn.rates,
        order=True,
        tables=drawn.beside.tables(),
    )
    assert unequal(drawn, setting, plain) == {}
