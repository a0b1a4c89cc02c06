"""The figures of the fourteen deals of `leads_log.py`, worked by hand from `domain.md` 7.4.

The readings that were signed:

- LC04: within 90 calendar days, the last of them included; that day decides
- LC14: the last discount of a deal, over its list price; deals that lack one of the two are left out
- LC16, LC32: like deals are of the same third of size; a row that is worth a cut belongs below it
- LC26: the probability told with the visit of a stage; open deals and visits without a probability are left out
- LC30: the last positive amount; the stage in which the loss came
- LC31: what was spent until as-of, also where it won nothing; a source without spend has no return of its own
- LC32: a range of 95 in 100 about what the like let expect, itself among them, drawn
  without putting back
- LC33: each of the three no less than nought for a deal; the discount over the limit whether or not approved
- LC34: the target of the last period begun, of all representatives; whole days since the deal began
"""

from __future__ import annotations

from tests.oracle.tables import read_figures

__all__ = ["FIGURES"]

TEXT = """
LC04 = 4/5 (n 5, pending 2)
    N1 after 30 days, N2 and N3 on the 90th, N5 of 1 April (decided on 30 June) after 9; not N4, on the 91st;
    N6 and N7 are too young, N8 is not there yet
LC14 = 427/2795
    20 % of 1,250 1,250 2,500 2,500 5,000 5,000 1,250, 10 % of 2,200, 5 % of 2,000 and 4,000, none of 1,000:
    3,750 + 220 + 300 = 4,270 of 27,950; E04 has no list price, E12 and E14 have no discount
LC14.mean = 33/240 (n 12)
    seven of 20, E05 10, E04 E08 E09 5, E03 0: 165 / 12 per cent
LC16 = 1/3 (n 12)
    won of those over 15 % less won of the others: of 1,000 (E01 E02; E03 E04) 1/2 − 1/2, of 2,000 (E06 E07; E05 E08)
    1/2 − 1/2, of 4,000 (E10 E11; E09 E12) 1 − 0; weights 2 × 2 / 4 each; (0 + 0 + 1) / 3
    - 15–20 % = 4/6
    E01 E07 E10 E11 of six with 20; E03 of E03 and E12 with none; none of E05
    - 0 % = 1/2
    E08 of E04 E08 E09
    - 0–5 % = 1/3
    - 5–10 % = 0
LC16.cycle = 7 (n 6)
    won of 1,000: E01 20 − E03 10; of 2,000: E07 30 − E08 26; of 4,000 both are over; weights 1/2; (5 + 2) / 1
    - 15–20 % = 25
    20 30 20 30
    - 0 % = 10
    - 0–5 % = 26
LC22 = 1/4 (n 4)
    E08 of E01 E03 E08 E10
LC26 = 97/275 (n 11)
    told less what came of it, squared: E01 won 0.9² 0.7² 0.4² 0.1² = 1.47; E02 lost 0.1² 0.3² 0.6² = 0.46;
    E03 won 0.8² 0.5² = 0.89; E04 lost 0.5² = 0.25; E05 lost 0.9² = 0.81; 3.88 / 11
    - Prospecting = 146/300
    0.81 0.01 0.64
    - Qualified = 29/100
    0.49 0.09
    - Proposal = 102/400
    0.16 0.36 0.25 0.25
    - Contract = 41/100
    0.01 0.81
LC26.value = 59/60
    E01 1,000 × 1.9, E02 1,000 × 1.0, E03 1,000 × 0.7, E04 1,000 × 0.5, E05 2,000 × 0.9 = 5,900; won at those visits:
    E01 four times 1,000, E03 twice = 6,000
    - Prospecting = 2/10
    - Qualified = 6/10
    - Proposal = 11/10
    - Contract = 27/10
LC27.cost = 45
    E06 qualified again 20 minutes at 60, E11 quoted again 30 at 50; the invoices are a robot's, payments no rework
LC30 = 14000
    E02 1,000, E04 1,000, E09 4,000, E12 4,000 (its last positive amount)
    - Proposal = 10000
    E05
    - Contract = 2000
    E06, back in it
    - Qualified = 2000
LC30.reason = 14000
    E02 1,000, E04 1,000, E06 2,000
    - price = 4000
    E05 2,000, E09 4,000
    - competitor = 6000
    E12, nobody said why
    - unknown = 4000
LC31 = 14/5
    won E01 1,000, E03 1,000, E07 2,000, E08 2,000, E10 4,000, E11 4,000 = 14,000; spent 1,000 + 1,500 + 2,000 + 500
    E01 E10: 5,000 of 2,500
    - fair = 2
    E03 E07 E11: 7,000 of 2,000
    - web = 7/2
    - mail = 0
LC31.win = 6/12 (n 12)
    E01 E10 of E01 E02 E05 E06 E10
    - fair = 2/5
    E03 E07 E11 of E03 E04 E07 E09 E11 E12
    - web = 3/6
    E08
    - partner = 1
LC31.cycle = 136/6 (n 6)
    E01 20, E10 20
    - fair = 20
    E03 10, E07 30, E11 30
    - web = 70/3
    E08 26
    - partner = 26
    . median = 23
LC32 = 0 (n 12)
    every third was won half: 1/2 expected of both, ± 1.96 × √(3 × 2 × 1/4 × 2/3) / 6 = 0.327
    - ana = 2/6
    - ben = 4/6
LC32.conformance = 2 (n 12)
    kept of 1,000 2 of 4, of 2,000 (E06 went back) 1 of 4, of 4,000 2 of 4: 2.5 / 6 expected of both,
    ± 1.96 × √((4 × 1/4 + 2 × 3/16) × 2/3) / 6 = 0.313
    - ana = 5/6
    - ben = 0
LC32.cycle = 0 (n 6)
    E01 20, E03 10; E07 30, E08 26; E10 20, E11 30: of 1,000 15, of 2,000 28, of 4,000 25 is to be expected
    ana 20 of (15 + 25) / 2, ben 24 of (15 + 28 + 28 + 25) / 4
    - ana = 20
    - ben = 24
LC32.discount = 0 (n 12)
    of 1,000 20 20 0 5 20 = 13, of 2,000 10 20 20 5 = 13.75, of 4,000 5 20 20 = 15; ana expects 96.5 / 7, the variances
    are 76, 42.19 and 50: ± 1.96 × √(3 × 76 × 2/4 + 2 × 42.19 × 2/3 + 2 × 50 × 1/2) / 7 = 4.2
    - ana = 115/700
    - ben = 50/500
LC32.value = 0 (n 6)
    2,333.33 expected of both, deviation 1,247: × √(4/5 × 2) and √(2/5 × 4): ± 1,546 for ana's two, ± 773 for ben's four
    - ana = 2500
    - ben = 2250
LC33 = 9975/2
    2,200 + 2,100 + 687.50
LC33.unbilled = 2200
    E03 1,000 − 800, E07 2,000; E08 was billed 200 more than ordered: nought; E01 and E10 all
LC33.unpaid = 2100
    E01 1,000 − 400; E10 2,000 − 500, the other is due in July; E03 is due today; E08 has paid 300 more
LC33.discount = 1375/2
    won with 20: 5 % of E01 1,250, E07 2,500, E10 5,000, E11 5,000 = 5 % of 13,750
LC34 = 1/2
    E13 1,000 and E14 4,000 over 6,000 + 4,000 from April
LC34.ageing = 5000
    E13, 30 days
    - 0-30 = 1000
    E14, 31 days
    - 31-60 = 4000
"""

FIGURES = read_figures(TEXT)
