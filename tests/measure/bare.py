"""What a bare wide file says of two invoices."""

# A wide file: invoiced, settled, an amount; nothing else.
CASES = """
invoice_number | invoice_amount
a | 100.00
b | 200.00
"""
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | invoice_settled | 2026-02-05 09:00
b | invoice_generated | 2026-01-06 09:00
"""
