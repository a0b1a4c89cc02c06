"""More figures of the fourteen invoices of `credit_log.py`, worked by hand. The readings that were signed:

- as-of: the end of that day: an age runs to the next midnight
- CC09, CC51: an invoice counts from 00:00 of its invoice date; what changed hands inside a day counts from its
  minute. A cancelled invoice had a balance until it was cancelled, and no sales
- CC09.published: an open item's amount is what is open of it
- CC18: a write-off counts with what it took; cure is cash: a credit memo neither rolls nor cures
- CC25, CC26: a touch at the very minute of the last payment, but after it in the file, is not *before* payment,
  and not *after* it either
- CC27: a promise kept on the third day after its date is kept
- CC30: disputes of cases that are not over
- CC31: changes of hands from the registration to the resolution, both included, derived events left out
- CC32: the credit memo stands between registration and resolution
- CC35: a posting without amount applies the whole payment; more applied than received hides no other's cash
- CC40: the first collection event after the due date and before the write-off
- CC44: a case with any rule pending is pending
- CC46: an invoice is with whoever reminded or called last; a day is one on which the collector did; the rest stands in
  `plain_people.py`
- CC47: whoever is known to have taken the last collection step has the invoice; some have nobody
- CC48: no more can be collected of an invoice than stood open when it fell overdue
- CC52: until the 30th day after due; an invoice that was paid by then was never that late
"""

from __future__ import annotations

from tests.oracle.tables import read_figures

__all__ = ["PLAIN"]

ALIKE = """
CC05 = 1/24 (n 13)
    generated → sent: an hour each; the cancelled I08 was never sent
    . median = 1/24
CC06.paid = 4267/112 (n 7)
    generated → paid in full: I01 30 days 11.5 hours, I02 64 days 6 hours, I05 60 days, I06 28 days 1 hour, I07 9
    days, I12 45 days 11 hours, I14 29 days 11 hours: 265 days 40.5 hours / 7
    . median = 1463/48
CC46.closed = 2/12 (n 7)
    carl's days: 10, 24 February, 10, 12, 13, 16, 17, 23 March, 1, 8, 9 April, 1 May (I02 1, I04 2, I05 2, I09 4, I10,
    I11, I13 1 touch each); the bot is no collector. Paid in full in his hands: I02, I05; I12 was the bot's, as I14
CC46.promises = 3/12 (n 7)
    I02's, I11's, I13's
CC46.touches = 12/12 (n 7)
    never two on one day
CC15.late = 8/10 (n 10, pending 2)
    what CC15 leaves: 10 − I01 − I14
CC25 = 8/7 (n 7)
    touches before the last cent: I02 2; I05 2 reminders + 1 call (the third reminder comes after); I12 1 + 1;
    I01, I06, I07 none; I14 1; 8 / 7
CC26 = 2/21 (n 21, pending 0)
    reminders I02 2, I04 3, I05 3, I09 3, I10 1, I11 1, I12 2, I13 1, I14 1 = 17; calls I05, I09, I11, I12 = 4;
    wasted: I05's reminder of 18 March (5,000 of 5,000 disputed) and of 9 April (paid on the 6th)
CC27 = 1/2 (n 2, pending 1)
    I02 1,500 promised, 900 + 600 by 20 March: kept; I13 2,000 by 16 + 3 April, 800 on the 24th: not;
    I11's 8 May is to come
CC27.rate = 1/4 (n 4)
    calls: I05, I09, I11, I12; a promise followed I11's
CC30 = 453/8 (n 1)
    I04's D1 of 10 March 09:00 to the end of 5 May: 56.625 days; I10's was written off with it
CC31 = 2/4 (n 4)
    I04 D2: carl, carl = 0; I05: carl, bot, carl = 2, and carl, carl = 0; I06: carl, carl = 0
CC31.idle = 445/468
    longest pause of each / whole: I04 D2 2 of 2; I05 9 (9 March 09:00 to 18 March 10:00, 9 + 1/24) of 10, 3 of 3;
    I06 4.5 of 4.5; (2 + 9 + 1/24 + 3 + 4.5) / 19.5
CC32 = 0 (n 4)
    I05's credit memo came three days after its dispute had been resolved
CC35.age = 31/12 (n 2)
    I05's second payment 1 May 09:00: 4.625 days; I09's 5 May 11:00: 13 hours; (4.625 + 13/24) / 2
CC39 = 125/2 (n 2)
    due → written off: I09 7 February → 15 April 67; I10 21 February → 20 April 58
    . median = 62.5
CC39.touches = 5/2 (n 2)
    I09 3 reminders + 1 call; I10 1
CC40 = 1/2 (n 2)
    I09 dunned on day 3; I10 on day 19, more than 7
CC44 = 4/9 (n 9, pending 4)
    pending: I04 (10), I09 and I14 (6), I11 (3, 11); broken: I02 (6), I05, I10, I12, I13;
    kept: I01, I03 (tie), I06, I07
CC45 = 1/13 (n 13)
    I14; I02's change was mia's
CC52 = 0/5 (n 5, pending 1)
    more than 30 days late: I02 (paid on day 34), I04, I09, I10, I13; each was reminded by then (19 days at most);
    I05 was paid on day 30, I12 on day 15; I11 may still become so late
CC47 = 3/2
    open and overdue: I04 and I13 (carl touched them last), I11 (bot): 2 and 1
"""

BY_CURRENCY = """
CC13 EUR = 220100/10500 (n 6)
    paid − due: I01 0, I02 34, I05 30, I06 4 May − 6 May −2, I07 25 February − 18 March −21, I12 15;
    (68,000 + 150,000 − 1,200 − 14,700 + 18,000) / (1,000 + 2,000 + 5,000 + 600 + 700 + 1,200)
CC13 USD = 0 (n 1)
    I14 on the due day
CC14 EUR = 30 (n 11)
    every invoice in euros has 30 days
CC14 USD = 74500/2500 (n 2)
    I13 30, I14 29 days: (60,000 + 14,500) / 2,500
CC14.paid EUR = 535100/10500 (n 6)
    30 days more than CC13
CC14.paid USD = 29 (n 1)
    6 April → 5 May
CC30.value EUR = 1000
    D1
CC35 EUR = 400
    I05 300 and I09 100 are not posted
CC35 USD = 0
    all posted
CC46 EUR = 6900/12 (n 6)
    carl's: I02 900 + 600, I04 1,000, I05 4,000 + 300, I09 100, I10 and I11 nothing; his twelve days
CC46 USD = 800/12 (n 1)
    I13; the days are his whole ones
CC47.value EUR = 4100/2
    carl 3,000 (I04), bot 1,100 (I11)
CC47.value USD = 1200
    carl 1,200 (I13)
CC09 EUR = 6523/96
    (480,716 2/3 + 63,925 + 211,108 1/3 + 2,162 1/2 + 299,375 + 2,700) / 15,600 = 1,059,987.5 / 15,600
CC09 USD = 30281/600
    (73,437 1/2 + 12,833 1/3 + 36,350 + 3,550) / 2,500 = 126,170 5/6 / 2,500
CC09.published EUR = 361868/6693
    30 April: I03 10 × 3,000 / 3,600, I04 87 × 3,000 / 9,700, I06 24 × 600 / 3,600, I11 31 × 1,100 / 2,300
CC09.published USD = 546/10
    I13 59 × 1,200 / 2,000, I14 24 × 400 / 500
CC18 EUR = 65/137
    31 March: not due I11 1,100, I12 1,200; 1–30 days late I04 4,000, I05 5,000;
    31–60: I09 900, I10 1,500. On 30 April: I11 one day late, I04's 3,000 57 days late, I09 and I10 written off
    - not due = 1100/2300
    - 1-30 = 3000/9000
    - 31-60 = 1
    (1,100 + 3,000 + 2,400) / 13,700
CC18 USD = 3/5
    I13 2,000 not due, a month later 1,200 29 days late
    - not due = 3/5
CC18.cure EUR = 62/137
    cash of April: I12 1,200; I04 1,000 and I05 4,000 (its other 1,000 is a credit memo)
    - not due = 1200/2300
    - 1-30 = 5000/9000
    - 31-60 = 0
    6,200 / 13,700
CC18.cure USD = 2/5
    800 / 2,000
    - not due = 2/5
CC48 EUR = 86/157
    of what stood open when it fell overdue: I02 2,000 of 2,000, I04 1,000 of 4,000, I05 4,300 of 5,000, I09 100 of
    900, I10 0 of 1,500, I11 0 of 1,100, I12 1,200 of 1,200
CC48 USD = 2/5
    I13 800 of 2,000
CC51 EUR = 6523/96
    1 February to 30 April, amount × days. Within terms: I01 1,000 × 10 41/48, I02 2,000 × 14, I03 3,000 × 11,
    I04 4,000 × 31, I05 5,000 × 31, I06 600 × (4.375 + 16.125), I07 700 × 9.375, I08 800 × 2.375, I09 900 × 7,
    I10 1,500 × 21, I11 1,100 × 31, I12 1,200 × 31 = 480,716 2/3
    - within terms = 28843/936
    before the first touch: I02 2,000 × 4.375, I04 4,000 × 4.375, I05 5,000 × 1.375, I09 900 × 2.375,
    I10 1,500 × 18.375, I11 1,100 × 1 = 63,925 (8,750 + 17,500 + 6,875 + 2,137.5 + 27,562.5 + 1,100)
    - before first action = 2557/624
    since it: I02 2,000 × 14 + 1,500 × 13.75, I04 4,000 × 1, I05 5,000 × (8.125 + 2 23/24) + 4,000 × 3 11/12,
    I09 900 × 64, I10 1,500 × 8, I12 1,200 × 14 5/6 = 211,108 1/3
    - dunning = 25333/1872
    received, not posted: I02 1,500 × 7/24 + 600 × 29/24, I04 3,000 × 8/24 = 2,162 1/2
    - not posted = 173/1248
    disputed after due: I04 4,000 × 34 + 3,000 × 17 7/24, I05 5,000 × (10 + 3), I10 1,500 × 31 = 299,375
    - disputed late = 11975/624
    disputed before due: I06 600 × 4.5 = 2,700
    - disputed = 9/52
CC51 USD = 30281/600
    I13 2,000 × 31 (2 March to 1 April), I14 500 × 14.375 (6 to 20 April 09:00) + 400 × 10.625 = 73,437 1/2
    - within terms = 235/8
    I13 2,000 × 6 5/12 (2 to 8 April 10:00) = 12,833 1/3
    - before first action = 77/15
    I13 2,000 × 16 (8 to 24 April) + 1,200 × 3.625 (27 April 09:00 to the end of the month) = 36,350
    - dunning = 727/50
    I13 1,200 × 71/24 (24 April 10:00 to 27 April 09:00) = 3,550
    - not posted = 71/50
"""

PLAIN = read_figures(ALIKE) + read_figures(BY_CURRENCY)
