"""The two collectors of `collectors_log.py` by hand, from `domain.md` 7.2; the readings stand in `plain_people.py`.

Each acted on 10 and 11 February and 5 March: three days each, six in all. B1's first 30 came before anybody chased it;
the bot's reminder takes A2 from nobody.

What an invoice of each kind brought, whoever had it:

    small,  1-30 days late    A1 100, A2 60, A3 0, B1 40, B2 0: 40 each       paid in full 1 of 5
    large,  1-30 days late    A4 100, A5 50, X 20 (Ben's part): 170/3         1 of 3
    small, 31-60 days late    B3 30, B4 0, B5 0: 10                           0 of 3
    large, 31-60 days late    X 80 (Ana's part)                               1 of 1
"""

from __future__ import annotations

from fractions import Fraction

__all__ = ["BY_COLLECTOR", "FIGURES", "HELD"]

# How often an invoice came into their hands: A1 to A5 and X; B1 to B5 and X.
HELD = {"ana": 6, "ben": 6}

# Ana 100 + 60 + 100 + 50 + 80 = 390, Ben 40 + 30 + 20 = 90; paid in full A1, A4, X; one promise; one touch each.
FIGURES = {
    "CC46": Fraction(480, 6),
    "CC46.closed": Fraction(3, 6),
    "CC46.promises": Fraction(1, 6),
    "CC46.touches": Fraction(12, 6),
}

# Collector → what a day brought, and what it let expect.
BY_COLLECTOR = {
    # Ana 3 × 40 + 2 × 170/3 + 80 = 940/3; Ben 2 × 40 + 3 × 10 + 170/3 = 500/3; together 480
    "CC46": {"ana": (Fraction(390, 3), Fraction(940, 9)), "ben": (Fraction(90, 3), Fraction(500, 9))},
    # Ana 3/5 + 2/3 + 1 = 34/15; Ben 2/5 + 0 + 1/3 = 11/15; together 3
    "CC46.closed": {"ana": (Fraction(3, 3), Fraction(34, 45)), "ben": (Fraction(0), Fraction(11, 45))},
    "CC46.promises": {"ana": (Fraction(1, 3), Fraction(1, 3)), "ben": (Fraction(0), Fraction(0))},
    "CC46.touches": {"ana": (Fraction(6, 3), Fraction(2)), "ben": (Fraction(6, 3), Fraction(2))},
}
