"""The countback that `domain.md` 7.3 works out: AR 200 at the end of June; sales June 90, May 80, April 100."""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "EVENTS"]

AS_OF = "2026-06-30"

CASES = """
invoice_number | invoice_amount | currency | invoice_date | due_date
A | 100 | EUR | 2026-04-01 | 2026-05-01
B |  80 | EUR | 2026-05-01 | 2026-06-01
C |  90 | EUR | 2026-06-01 | 2026-07-01
"""

EVENTS = """
A | invoice_generated | 2026-04-01 09:00 | - | -
A | payment_received | 2026-04-02 09:00 | - | - | payment_amount=70
B | invoice_generated | 2026-05-01 09:00 | - | -
C | invoice_generated | 2026-06-01 09:00 | - | -
"""
