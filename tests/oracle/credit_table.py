"""The figures of the fourteen invoices, worked by hand from `domain.md` 7.2 and 7.3, with the arithmetic.

Balances, from which the receivables figures follow:

    31 March     EUR  I04 4000 + I05 5000 + I09 900 + I10 1500 + I11 1100 + I12 1200 = 13,700;  USD  I13 2000
    30 April     EUR  I03 3000 + I04 3000 + I06 600 + I11 1100 = 7,700, not due: I03 + I06 = 3,600
                 USD  I13 1200 + I14 400 = 1,600, not due: I14 = 400
    5 May        EUR  I03 3000 (not due) + I04 3000 (62 days late) + I11 1100 (6 days) = 7,100
                 USD  I13 1200 (34 days late)
                 I05 −300 and I09 −100 are credit balances: shown apart, never netted

Sales by invoice date, the cancelled I08 left out:

    January      EUR  I01 1000 + I02 2000 + I09 900 + I10 1500 = 5,400
    February     EUR  I04 4000 + I05 5000 + I07 700 = 9,700
    March        EUR  I11 1100 + I12 1200 = 2,300;  USD  I13 2000
    April        EUR  I03 3000 + I06 600 = 3,600;   USD  I14 500

The DSO window is February to April: 28 + 31 + 30 = 89 days, sales of 15,600 EUR and 2,500 USD.
"""

from __future__ import annotations

from tests.oracle.tables import read_figures, read_verdicts

__all__ = ["CONVERTED", "PLAIN", "VERDICTS"]

ALIKE = """
CC06 = 43 (n 5)
    generated → settled: I01 30.5, I02 68, I05 61, I07 10, I12 45.5 days; 215 / 5
    . median = 45.5
    . p90 = 65.2
    by value (30,500 + 136,000 + 305,000 + 7,000 + 54,600) / 9,900
    . weighted_mean = 533100/9900
CC11.late = 79/3 (n 3)
    fully paid after the due date: I02 34, I05 30, I12 15 days; 79 / 3
    . median = 30
    by value (68,000 + 150,000 + 18,000) / 8,200
    . weighted_mean = 236000/8200
CC15 = 2/10 (n 10, pending 2)
    due by 5 May, neither cancelled (I08) nor fully credited (I07): I01 I02 I04 I05 I09 I10 I11 I12 I13 I14;
    in time: I01 (20:30 on the due day), I14 (credit 100 + payment 400 on the due day, which is as-of);
    pending: I03, I06 (though I06 is already paid)
CC19 = 57/8 (n 8)
    first collection event after the due date: I02 4 (dunning started), I04 5, I05 11, I09 3, I10 19, I11 2,
    I12 6 (the reminder before due does not count), I13 7; 57 / 8
    . median = 5.5
CC20 = 2/7 (n 7, pending 1)
    overdue: I02 I04 I05 I09 I10 I11 I12 I13; pending: I11 (rules 3 and 11 still run, though rule 2 is
    broken);
    kept: I02, I09; broken: I04 (2), I05 (4, 5), I10 (2, 3, 8), I12 (1, 2), I13 (11)
CC21 = 2/8 (n 8, pending 0)
    with a levelled reminder: I02 I04 I05 I09 I10 I11 I12 I13;
    a lower level never sent: I10 and I11 (2 without
    1); not I04: its 2 came, after its 3
CC21.order = 1/5 (n 5, pending 0)
    two or more: I02 1-2, I04 1-3-2, I05 1-2-3, I09 1-2-3, I12 1-1; out of order: I04
CC22 = 2/14 (n 14, pending 3)
    sent by 21 April: I02 ×2, I04 ×3, I05 ×3, I09 ×3, I10, I12, I13; paid within 14 days and before the next
    action: I02 level 1 (exactly 14 days), level 2 (6 days); pending: I11, I12, I14
CC22.7 = 1/14 (n 14, pending 3)
    sent by 28 April: the same 14; I02 level 2 (6 days)
CC22.30 = 3/11 (n 11, pending 6)
    sent by 5 April: 14 less I05 level 3, I12, I13; I02 levels 1 and 2, I04 level 2 (21 days);
    pending: I05 level 3, I12 ×2, I13 (though paid after 16 days), I11, I14
CC24 = 1/6 (n 6, pending 2)
    fell overdue, due + 30 by 5 May: I02 I04 I05 I09 I10 I13; paid in full within 30 days: I05 (on the 30th);
    pending: I11, I12 (though I12 is paid)
CC28 = 4/13 (n 13)
    all but the cancelled I08; disputed: I04 I05 I06 I10
CC29 = 39/8 (n 4)
    registered → resolved, days: I04 D2 2 (D1 open), I05 10 and 3, I06 4.5 (the earlier resolution is an
    orphan);
    I10 never; 19.5 / 4
    . median = 3.75
    . p90 = 8.35
CC33 = 321/240 (n 10)
    received → posted, hours: I01 0.5, I02 7 + 119 + 66, I04 8, I05 24, I06 24, I12 0.5, I13 71, I14 1;
    321 / 10
    = 32.1 hours, in days:
    . median = 16/24
CC34 = 8/10 (n 10, pending 2)
    limits gone by: I01, I02 ×3, I04, I05 ×2, I06, I12, I13; late: I02 P2 (Thursday to Tuesday), I05's second
    (never posted); pending: I14 (though posted) and I09, both received on 5 May
CC38 = 2/9 (n 9)
    closed: settled or paid in full I01 I02 I05 I06 I07 I12 I14, written off I09 I10
CC41 = 51/109 (n 109)
    human of known: I01 0/8, I02 7/14, I03 1/3, I04 7/11, I05 9/16, I06 6/9, I07 2/5, I08 0/0, I09 6/9, I10
    3/5,
    I11 3/6, I12 0/9, I13 4/7, I14 3/7
CC41.touchless = 2/9 (n 9)
    of the nine closed: I01, I12
CC43 = 4/13 (n 13)
    I04, I05 (disputes repeated), I06 (invoice sent twice), I13 (approval after the invoice);
    not I02: payments
    may repeat
"""

BY_CURRENCY = """
CC07 EUR = 685300/15600
    7,700 / 15,600 × 89
CC07 USD = 142400/2500
    1,600 / 2,500 × 89
CC08 EUR = 61 + 50400/9700
    7,700 − April 3,600 (+30 days) = 4,100 − March 2,300 (+31) = 1,800; 1,800 / 9,700 × 28
CC08 USD = 30 + 34100/2000
    1,600 − April 500 (+30 days) = 1,100; 1,100 / 2,000 × 31
CC10 EUR = 320400/15600
    3,600 / 15,600 × 89
CC10 USD = 35600/2500
    400 / 2,500 × 89
CC11 EUR = 364900/15600
    (7,700 − 3,600) / 15,600 × 89
CC11 USD = 106800/2500
    (1,600 − 400) / 2,500 × 89
CC11.invoice = 79/7 (n 7)
    days late: I01 0, I02 34, I05 30, I06 0 (early), I07 0 (credited), I12 15, I14 0
    . median = 0
CC12 EUR = 6200/13700
    April: end 7,700 + write-offs 900 + 1,500 + credit memo 1,000 = 11,100;
    (13,700 + 3,600 − 11,100) / (13,700 +
    3,600 − 3,600); the cash agrees: 1,000 + 4,000 + 1,200 = 6,200
CC12 USD = 800/2100
    end 1,600 + credit memo 100 = 1,700; (2,000 + 500 − 1,700) / (2,000 + 500 − 400); the cash agrees: 800
CC12.raw EUR = 9600/13700
    (13,700 + 3,600 − 7,700) / 13,700
CC12.raw USD = 900/2100
    (2,000 + 500 − 1,600) / 2,100
CC15.value EUR = 1000/16700 (n 8, pending 2)
    I01 1,000 / (1,000 + 2,000 + 4,000 + 5,000 + 900 + 1,500 + 1,100 + 1,200)
CC15.value USD = 500/2500 (n 2, pending 0)
    I14 500 / (2,000 + 500)
CC16 EUR = 4100/7100
    (3,000 + 1,100) / 7,100
CC16 USD = 1
    1,200 / 1,200
CC17 EUR = 7100
    - not due = 3000
    - 1-30 = 1100
    - 31-60 = 0
    - 61-90 = 3000
    - 91-120 = 0
    - >120 = 0
    I03 not due, I11 6 days late, I04 62 days
CC17 USD = 1200
    - not due = 0
    - 1-30 = 0
    - 31-60 = 1200
    - 61-90 = 0
    - 91-120 = 0
    - >120 = 0
    I13 34 days late
CC22.value EUR = 2000/30900 (n 13, pending 2)
    cash: I02 500, 900 + 600; balances at the reminders: I02 2,000 + 1,500, I04 3 × 4,000, I05 2 × 5,000 + 0,
    I09
    3 × 900, I10 1,500, I12 1,200
CC22.value USD = 0 (n 1, pending 1)
    I13: 0 / 2,000 (paid after 16 days)
CC28.value EUR = 11100/21000 (n 11)
    (4,000 + 5,000 + 600 + 1,500) / (5,400 + 9,700 + 2,300 + 3,600)
CC28.value USD = 0 (n 2)
    0 / 2,500
CC38.value EUR = 2400/12900 (n 8)
    (900 + 1,500) / (1,000 + 2,000 + 5,000 + 600 + 700 + 1,200 + 900 + 1,500)
CC38.value USD = 0 (n 1)
    I14: 0 / 500
CC38.sales EUR = 2400/21000
    (900 + 1,500) / 21,000
CC38.sales USD = 0
    0 / 2,500
"""

# Everything in euros at the rate that holds on 5 May: one dollar is 0.90 euros.
IN_EUROS = """
CC07 EUR = 813460/17850
    (7,700 + 0.9 × 1,600) / (15,600 + 0.9 × 2,500) × 89 = 9,140 / 17,850 × 89
CC08 EUR = 61 + 27720/9700
    9,140 − April 4,050 (+30 days) = 5,090 − March 4,100 (+31) = 990; 990 / 9,700 × 28
CC10 EUR = 352440/17850
    (3,600 + 0.9 × 400) / 17,850 × 89 = 3,960 / 17,850 × 89
CC11 EUR = 461020/17850
    (9,140 − 3,960) / 17,850 × 89
CC11.invoice = 79/7 (n 7)
    days late: I01 0, I02 34, I05 30, I06 0 (early), I07 0 (credited), I12 15, I14 0
    . median = 0
    by value (2,000 × 34 + 5,000 × 30 + 1,200 × 15) / (1,000 + 2,000 + 5,000 + 600 + 700 + 1,200 + 450)
    . weighted_mean = 236000/10950
CC12 EUR = 6920/15590
    begin 13,700 + 0.9 × 2,000 = 15,500, sales 4,050, end 9,140 + 2,400 + 1,000 + 90 = 12,630, current 3,960;
    (15,500 + 4,050 − 12,630) / (15,500 + 4,050 − 3,960); the cash agrees: 6,200 + 0.9 × 800 = 6,920
CC12.raw EUR = 10410/15590
    (15,500 + 4,050 − 9,140) / 15,590
CC15.value EUR = 1450/18950 (n 10, pending 2)
    (1,000 + 450) / (16,700 + 2,250)
CC16 EUR = 5180/8180
    (4,100 + 1,080) / (7,100 + 1,080)
CC17 EUR = 8180
    - not due = 3000
    - 1-30 = 1100
    - 31-60 = 1080
    - 61-90 = 3000
    - 91-120 = 0
    - >120 = 0
    as without rates, I13 being 0.9 × 1,200
CC22.value EUR = 2000/32700 (n 14, pending 3)
    2,000 / (30,900 + 0.9 × 2,000)
CC28.value EUR = 11100/23250 (n 13)
    11,100 / (21,000 + 2,250)
CC38.value EUR = 2400/13350 (n 9)
    2,400 / (12,900 + 450)
CC38.sales EUR = 2400/23250
    2,400 / (21,000 + 2,250)
"""

ROWS = """
1 | I02 ok ok, I04 ok ok ok, I05 ok ok ok, I09 ok ok ok, I10 ok, I11 ok, I12 broken ok, I13 ok, I14 broken
    I12: sent on 14 April, due on the 15th; I14: sent on 4 May, due on the 5th
2 | I02 ok ok, I04 broken broken ok, I05 ok ok ok, I09 ok ok ok, I10 broken, I11 broken, I12 broken ok, I13 ok
2 | I14 unknown
    I04: 3 after 1, then 2 after 3; I10 and I11 begin with 2; I12: 1 once more; I14's reminder has no level
3 | I02 ok, I04 ok, I05 excused, I09 ok, I10 broken, I11 pending, I12 ok, I13 ok
    due + 7: I02 21 Feb (reminder on the 19th), I04 11 March (9th), I05 14 March (disputed on the 9th,
    reminded on the
    18th), I09 14 Feb (10th), I10 28 Feb (12 March), I11 6 May (after as-of), I12 22 April (call on the
    21st), I13
    8 April (on that day)
4 | I02 ok ok, I04 ok ok ok, I05 broken ok ok, I09 ok ok ok, I10 ok, I11 ok, I12 ok ok, I13 ok, I14 ok
    I05's first reminder falls into the dispute of its whole 5,000;
    I04's disputes are of 1,000 and 500 out of 4,000
5 | I02 ok ok, I04 ok ok ok, I05 broken ok ok, I09 ok ok ok, I10 ok, I11 ok, I12 ok tie, I13 ok, I14 ok
    I05's last reminder comes three days after the last cent, I12's at the same minute
6 | I01 ok, I02 broken ok ok, I04 ok, I05 broken ok, I06 ok, I09 pending, I12 ok, I13 ok, I14 pending
    I02 P2: Thursday 19 to Tuesday 24 March; I05's second payment of Friday 1 May: limit Monday 4 May;
    I09, I14: 6 May
7 | I01 ok, I02 ok, I03 tie, I04 ok, I05 ok, I06 ok, I07 ok, I08 ok, I09 ok, I10 broken, I11 ok, I12 ok
7 | I13 broken, I14 ok
    I03: approved at the very minute; I10: never; I13: a day later
8a | I09 ok, I10 broken
    level 3 before; level 2 only
8b | I09 ok, I10 broken
    a call before; none
8c | I09 ok, I10 broken
    boss after carl; carl after carl
9 | I02 ok, I14 broken
    mia may, carl may not
10 | I04 ok pending, I05 ok ok, I06 ok, I10 broken
    I04: D2 resolved, D1 still open in an open case; I10: written off with its dispute open
11 | I02 ok, I11 pending, I13 broken
    promise date + 7: I02 27 March (paid on the 19th), I11 15 May, I13 23 April (paid on the 24th)
"""

PLAIN = read_figures(ALIKE) + read_figures(BY_CURRENCY)
CONVERTED = read_figures(ALIKE) + read_figures(IN_EUROS)
VERDICTS = read_verdicts(ROWS)
