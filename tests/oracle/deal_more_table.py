"""More figures of the fourteen opportunities of `deal_log.py`, worked by hand. The readings that were signed:

- LC02, LC21: fully paid deals; the last payment
- LC03.stalled: longer in its present stage than P90 of the won deals' visits of it; a deal's value is its last
  positive amount, wherever it was told
- LC08: win rate, value and cycle are of deals closed in the last twelve months
- LC12.loops, LC13: of deals that have an approval, a quote; where revisions are recorded, quotes are not counted
- LC24: a stage before one that was reached was never reached
- LC28.touchless: closed is won or lost
- LC35: the last quote before the decision
"""

from __future__ import annotations

from tests.oracle.tables import read_figures

__all__ = ["FIGURES"]

TEXT = """
LC02 = 65 (n 3)
    created → last payment: D01 1 April → 12 June 72, D09 15 April → 22 June 68, D10 16 April → 10 June 55; 195 / 3
    . median = 68
LC03.stalled = 2
    won deals' visits: Prospecting 7 7 7 2 4 7 5, P90 7; Proposal 7.5 12 11 10 15 9.5, P90 13.5
    D05 in Proposal since 28 May: 33.6 days to the end of June
    - Proposal = 1
    D06 in Prospecting since 15 June: 15.6
    - Prospecting = 1
LC03.stalled_value = 10000
    D05's last amount is 7,000 (told when qualified), D06's 3,000
    - Proposal = 7000
    - Prospecting = 3000
LC05 = 60/11 (n 11)
    created → qualified: D01 7, D02 7, D03 7, D05 7, D07 7, D09 2, D10 4, D11 4, D12 7, D13 3, D14 5
    . median = 7
LC08 = 791000/3743
    open and qualified: D05; 1 × 7/12 × (56,500 / 7) / (3,743 / 168)
LC10 = 1343/216 (n 9)
    qualified → first quote: D01 5, D02 7 less an hour, D05 10, D09 7, D10 4, D11 10, D12 7, D13 4, D14 2; D07 has no
    quote, D08 no qualification; (56 − 1/24) / 9
LC12 = 3/2 (n 2)
    D01 1, D10 2
LC12.loops = 1 (n 2)
    D01 1, D10 1
LC13 = 1/10 (n 10)
    D05 1; no revision of D01 D02 D08 D09 D10 D11 D12 D13 D14
LC15 = 1/7 (n 7)
    over 15 %: D01 20 (approved), D09 20 (not), D10 25 (approved); D02's 15 is not over
LC17 = 1 (n 6)
    a day each: D01 D02 D07 D09 D12 D14
LC18 = 34/3 (n 6)
    D01 11, D02 7, D07 11, D09 12, D12 10, D14 17
    . median = 11
LC21 = 134/3 (n 3)
    won → last payment: D01 51, D09 48, D10 35
    . median = 48
LC23 = 5/11 (n 11, pending 1)
    of 7 won and 5 lost; pending D14; kept: D01, D02, D03, D04, D13
LC24 = 3/14 (n 14)
    D07 without a quote, D08 without qualification, D09 without a contract
LC24.back = 1/14 (n 14)
    D11
LC25 = 64
    D05 25 June → 10 July 15, → 20 July 10, → 31 July 11; D11 four times 7
LC25.pushes = 7/14 (n 14)
    D05 3, D11 4
LC27 = 1/14 (n 14)
    D11 qualified and quoted twice
LC28 = 63/86 (n 86)
    human of known: D01 8/14, D02 5/9, D03 3/3, D04 2/2, D05 5/5, D06 1/1, D07 4/6, D08 3/3, D09 4/8, D10 8/10,
    D11 6/6, D12 5/8, D13 4/4, D14 5/7
LC28.touchless = 0 (n 12)
    somebody worked on each
LC29 = 5/14 (n 14)
    D05 ana → ben → ana 2; D11 ana → ben → cleo → ana 3
LC35 = 131/9 (n 9)
    D01 9, D02 16, D08 20, D09 11, D10 12, D11 21, D12 16, D13 14, D14 12
    . median = 14
"""

FIGURES = read_figures(TEXT)
