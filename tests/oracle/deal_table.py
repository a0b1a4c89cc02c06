"""The figures of the fourteen opportunities, worked by hand from `domain.md` 7.4 and section 6.

Won: D01 12,500, D02 8,000, D07 4,000, D09 9,000, D10 15,000, D12 2,000, D14 6,000 = 56,500. Lost, with the
last positive amount: D03 6,000, D08 5,000, D11 18,000, D13 1,000 = 30,000; D04 has none (1 of 5 = 20 %, not
over 20 %). Open: D05, D06. D02's days that cross 29 March are an hour short.
"""

from __future__ import annotations

from tests.oracle.tables import read_figures, read_verdicts

__all__ = ["FIGURES", "VERDICTS"]

TEXT = """
LC01 = 3743/168 (n 7)
    created → won, days: D01 21, D02 30 less an hour, D07 16, D09 20, D10 20, D12 30, D14 19; (156 − 1/24) / 7
    . median = 20
LC01.lost = 142/5 (n 5)
    created → lost: D03 28, D04 14, D08 30, D11 49, D13 21
    . median = 28
LC03 = 7559/984 (n 41)
    created: D01 7, D02 7, D03 7, D04 14, D05 7, D07 7, D08 10, D09 2, D10 4, D11 4, D12 7, D13 3, D14 5 = 84
    - Prospecting = 84/13
    qualified: D01 5, D02 7 less an hour, D03 21, D05 10, D07 7, D09 7, D10 4, D11 10 and 7, D12 7, D13 4,
    D14 2 = 91 − 1/24
    - Qualified = 2183/288
    quote issued: D01 7.5, D02 12, D08 20, D09 11, D10 10, D11 7 and 21, D12 15, D13 14, D14 9.5 = 127
    - Proposal = 127/10
    contract signed: D01 1.5, D02 4, D07 2, D10 2, D12 1, D14 2.5 = 13
    - Contract = 13/6
    all: (84 + 91 − 1/24 + 127 + 13) / (13 + 12 + 10 + 6)
LC06 = 34/39 (n 39, pending 2)
    created: all but D04 (lost) and, apart, D06 (still there)
    - Prospecting = 12/13
    qualified: D01 D02 D03 D05 D07 D09 D10 D11 D12 D13 D14, all but D03 went on
    - Qualified = 10/11
    quote issued: D01 D02 D09 D10 D12 D14 went on, D08 D11 D13 did not; D05 is still there, apart
    - Proposal = 6/9
    contract signed: D01 D02 D07 D10 D12 D14 all won
    - Contract = 1
    all: (12 + 10 + 6 + 6) / (13 + 11 + 9 + 6)
LC07 = 7/12 (n 12)
    won D01 D02 D07 D09 D10 D12 D14; lost D03 D04 D08 D11 D13
LC07.value = 56500/86500
    56,500 / (56,500 + 30,000)
LC09 = 56500/7 (n 7)
    56,500 / 7
LC11 = 54/5 (n 5)
    first quote issued → contract signed: D01 7.5, D02 12, D10 10, D12 15, D14 9.5; D07 has no quote
    . median = 10
LC19 = 15 (n 4)
    order → invoice: D01 13, D02 11, D09 17, D12 19; D10 has no order; 60 / 4
    . median = 15
LC19.fulfilment = 5 (n 4)
    fulfilled → invoice: D01 2, D02 4, D09 5, D12 9; 20 / 4
    . median = 4.5
LC20 = 97/3 (n 3)
    invoice → last payment, fully paid: D01 37, D09 30, D10 30; not D02 (3,000 of 8,000)
    . median = 30
"""

# The worst verdict of each case; cases without a row are left out.
ROWS = """
qualified before quote | D01 ok, D02 ok, D05 ok, D08 broken, D09 ok, D10 ok, D11 ok, D12 ok, D13 ok, D14 ok
quote before won | D01 ok, D02 ok, D07 broken, D09 ok, D10 ok, D12 ok, D14 ok
approval before discounted quote | D01 ok, D09 broken, D10 tie
    discounts of 20, 20 and 25 % against a limit of 15; D02's 15 % is not over it
contract before order | D01 ok, D02 ok, D07 ok, D09 broken, D12 ok, D14 ok
order before invoice | D01 ok, D02 ok, D09 ok, D10 broken, D12 ok
invoice after fulfilment | D01 ok, D02 ok, D07 broken, D09 ok, D12 broken, D14 pending
    days: 2, 4, never, 5, 9; D14's limit is 1 July
no stage backwards | D11 broken
    every other case goes forward only
close date pushes | D05 ok, D11 broken
    three and four against three
owner changes | D05 ok, D11 broken
    two and three against two
amount not reduced after proposal | D03 ok, D05 ok, D11 broken
    D03's reduction knows no proposal, D05's came before it
"""

FIGURES = read_figures(TEXT)
VERDICTS = read_verdicts(ROWS)
