"""The figures of the six invoices of `orders_log.py`, worked by hand from `domain.md` 7.2 and 7.3.

Period of the DSO family: April to June, 91 days; sales S02 2,000 + S03 3,000 + S04 4,000 + S05 500 = 9,500.
"""

from __future__ import annotations

from tests.oracle.tables import read_figures

__all__ = ["FIGURES"]

TEXT = """
CC01 = 19/12 (n 3)
    Q1 3, Q2 1.5, Q3 0.25 days; Q4 is open, Q5 was still open on 30 June; 4.75 / 3
    . median = 1.5
    . p90 = 2.7
CC02 = 2/3 (n 3)
    Q1, Q3 approved of Q1, Q2, Q3
CC02.auto = 2/3 (n 3)
    Q2, Q3
CC03 = 1/4 (n 4)
    S02 2,000 over 1,500; S01, S05 under, S03 3,000 is not over 3,000; S04 is not known, S06 cancelled
CC04 = 3/5 (n 5)
    since Q1 of 2 January; the last decision before it was an approval: S01 (Q1), S02 (Q3);
    S04's was Q2's refusal, S03 and S05 had none (an assessment decides nothing)
CC05 = 21/40 (n 5)
    S01 1, S02 0.5, S03 1, S04 0.125, S05 0; 2.625 / 5
    . median = 0.5
    . p90 = 1
CC05.order = 22/3 (n 3)
    S01 7, S02 5, S04 10
    . median = 7
CC05.delivery = 2 (n 2)
    S01 2, S02 2
CC06.paid = 55/2 (n 2)
    S01 29, S04 26
CC25 = 0 (n 2)
    S01 and S04 paid untouched
CC26 = 0 (n 5)
    S02's one and S03's four touches: never the whole amount in dispute, never paid
CC30 = 20 (n 1)
    S03's, 11 June 00:00 to the end of 30 June
CC30.value EUR = 300
    S03
CC31 = 3 (n 1)
    S02: carl, ana, mia, carl
CC31.idle = 1/2
    pauses of 2, 1 and 1 days in 4
CC32 = 1 (n 1)
    S02
CC35 EUR = 1400
    S02 1,000 received, 600 applied; S03 1,000 not at all
CC35.age = 21/2 (n 1)
    S03's payment that nobody posted, 20 June 12:00 to the end of 30 June
CC36 = 3/5 (n 5)
    P1 and P4 were corrected; P2, P3 and S03's were not
CC37 = 2/5 (n 5)
    1 − 3/5
CC37.count = 3
    P1 once, P4 twice
CC42 EUR = 165
    by people: released 2 × 30 minutes at 60 = 60, sent 2 × 6 at 50 = 10, reminders 3 × 10 at 60 = 30, a call 20,
    a credit memo 15, corrections 3 × 12 at 50 = 30
CC43.cost EUR = 10
    P4 was corrected a second time: 12 minutes at 50; reminders and postings are meant to be repeated
CC44 = 0 (n 4, pending 1)
    the log has a credit event and no approval among its events: rule 7 breaks for all; S03's dispute is pending
CC46 EUR = 2000/4 (n 2)
    carl's days: 25 May, 2, 9 and 10 June; S02 1,000 and S03 1,000 came in while he was the last to have reminded
CC46.closed = 0/4 (n 2)
    neither is paid
CC46.touches = 4/4 (n 2)
    the first reminder to S03 was the bot's
CC47 = 2
    open and overdue: S02 (mia escalated it last) and S03 (mia handed it over)
CC47.value EUR = 2500
    500 + 2,000, both hers
CC48 EUR = 2/5
    fell overdue with S02 2,000, S03 3,000; collected after: 1,000 and 1,000
CC50 EUR = -12000/91
    AR on 30 June S02 500 + S03 2,000 + S05 500 = 3,000; 30 days of sales are 30 × 9,500 / 91 = 285,000 / 91
CC51 EUR = 6721/152
    within terms: S02 2,000 × 31 (20 April to 20 May), S03 3,000 × 22 (4 to 25 May), S04 4,000 × 25.375 (11 May to
    5 June 09:00) + 2,000 × 1, S05 500 × 91; 62,000 + 66,000 + 101,500 + 2,000 + 45,500 = 277,000
    - within terms = 277000/9500
    S02 2,000 × 4.375 (21 to 25 May 09:00), S03 3,000 × 0.375 (26 May) = 9,875
    - before first action = 9875/9500
    S02 2,000 × 7 (to 1 June), 1,500 × 3 (5 to 8 June 09:00) and, once posted on 9 June, 500 × 21.625; S03 3,000 ×
    15.625 (26 May 09:00 to 11 June 00:00) = 14,000 + 4,500 + 10,812.5 + 46,875 = 76,187.5
    - dunning = 761875/95000
    S02 2,000 × 2 + 1,500 × 2; S03 3,000 × 9.5 (11 June to 20 June 12:00) = 35,500
    - disputed late = 355/95
    S02 500 × 1 (8 to 9 June); S03 2,000 × 10.5 = 21,500
    - not posted = 215/95
CC09 EUR = 6721/152
    (277,000 + 9,875 + 76,187.5 + 35,500 + 21,500) / 9,500 = 420,062.5 / 9,500
CC09.published EUR = 1697/35
    30 June: S02 71 × 500 / 2,500 (April), S03 57 × 2,000 / 7,000 (May), S05 90 × 500 / 2,500
CC18 EUR = 5/19
    31 May: not due S04 4,000, S05 500; 1–30 late S02 2,000 (11 days), S03 3,000 (6 days). On 30 June S02's 500 are 41
    days late, S03's 2,000 36 days
    - not due = 0
    - 1-30 = 2500/5000
    2,500 / 9,500
CC18.cure EUR = 12/19
    S04 4,000; S02 1,000, S03 1,000
    - not due = 4000/4500
    - 1-30 = 2000/5000
    6,000 / 9,500
CC53 EUR = 4/15
    (1,000 − 200) / 3,000
CC54 = 2/3 (n 3)
    90 days after 5 January is 5 April: K3 (Q3), K2 (Q2: refused, but checked), K5 (never); K6's first is of 1 April
CC55 = 7/4 (n 2)
    S01 2, S02 1.5
    . median = 1.75
CC56 EUR = 1/5
    S02's 500 of 500 + 2,000
"""

FIGURES = read_figures(TEXT)
