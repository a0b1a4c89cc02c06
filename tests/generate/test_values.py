"""Draws, exact money and Arrow columns."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from workbench.generate.columns import DATE, MONEY, SHARE, Label, Serial, serials, to_arrow
from workbench.generate.dice import Dice, chance_of
from workbench.generate.money import part_of, rate_rows, to_cents
from workbench.generate.truth import Tally, as_decimal, sums_by


def test_decimals_are_exact_whatever_their_sign_and_size() -> None:
    cents = np.array([0, 1, -1, 123_45, -9_999_999_999_999_999, 9_999_999_999_999_999])
    missing = np.array([False, False, False, True, False, False])
    assert to_arrow(MONEY, cents, missing).to_pylist() == [
        Decimal("0.00"),
        Decimal("0.01"),
        Decimal("-0.01"),
        None,
        Decimal("-99999999999999.99"),
        Decimal("99999999999999.99"),
    ]


def test_labels_serials_dates_and_shares() -> None:
    missing = np.array([False, True])
    assert to_arrow(Label(["a", "b"]), np.array([1, 0]), missing).to_pylist() == ["b", None]
    assert to_arrow(Serial("X-"), np.array([7, 8]), missing).to_pylist() == ["X-00000007", None]
    assert to_arrow(DATE, np.array([0, 1]), missing).cast(pa.string()).to_pylist() == ["1970-01-01", None]
    assert to_arrow(SHARE, np.array([1_500, 0]), missing).to_pylist() == [0.15, None]
    assert serials("X-", np.array([123_456_789])).to_pylist() == ["X-123456789"]


def test_a_part_is_never_nothing_and_never_all() -> None:
    cents = np.array([2, 1_000, 1_000, 1_000])
    assert list(part_of(cents, np.array([0.5, 0.0, 1.0, 0.25]))) == [1, 1, 999, 250]
    assert list(part_of(cents, np.full(4, 0.5), np.array([True, False, False, True]))) == [1, 0, 0, 500]
    assert list(to_cents(np.array([12.344, 0.0]), at_least=1.0)) == [1_234, 100]


def test_picks_come_as_often_as_their_shares_say() -> None:
    dice = Dice([1], 100_000)
    found = np.bincount(dice.pick([1.0, 0.0, 3.0]), minlength=3) / dice.n
    assert found[1] == 0
    assert abs(found[0] - 0.25) < 0.01
    by_row = dice.pick_by([[1.0, 0.0], [0.2, 0.8]], np.arange(dice.n) % 2)
    assert by_row[::2].max() == 0
    assert abs(by_row[1::2].mean() - 0.8) < 0.01
    assert abs(dice.chance(chance_of(0.0)).mean() - 0.5) < 0.01


def test_sums_are_exact_and_add_up_over_chunks() -> None:
    huge = 2**53 + 1
    assert sums_by(np.array([0, 1, 0]), np.array([huge, 5, 1]), 3) == [huge + 1, 5, 0]
    tally = Tally()
    for _ in range(2):
        tally.count("things", seen=np.array([True, False, True]), made=3)
        tally.add(("sums", "paid", "EUR"), 150)
    assert tally.section("things") == {"seen": 4, "made": 6}
    assert tally.section("sums", "paid") == {"EUR": 300}
    assert [as_decimal(cents) for cents in (0, 5, -5, 123_456)] == ["0.00", "0.05", "-0.05", "1234.56"]


def test_rates_have_a_row_for_every_day_and_currency_and_depend_on_the_seed() -> None:
    entries = {"USD": {"rate": 0.9, "daily": 0.004}, "GBP": {"rate": 1.2, "daily": 0.003}}
    rows = rate_rows(entries, first_day=0, last_day=9, seed=1)
    assert [row[:2] for row in rows[:3]] == [
        ["1970-01-01", "USD"],
        ["1970-01-01", "GBP"],
        ["1970-01-02", "USD"],
    ]
    assert len(rows) == 20
    assert all(0.8 < float(rate) < 1.3 for *_, rate in rows)
    assert rows == rate_rows(entries, first_day=0, last_day=9, seed=1)
    assert rows != rate_rows(entries, first_day=0, last_day=9, seed=2)
