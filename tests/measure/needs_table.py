"""What no figure and no rule can be told without, restated by hand from `domain.md` (3, 6, 7.2, 7.3, 7.4).

A row is an id and what it needs, parted by commas:

    CC13     due_date, payment_received | invoice_settled, invoice_generated > paid_in_full
             each of these; `a | b`: one of them is enough; `a > b`: without a the answer names b, which rests
             on it
    CC43     nothing: told of any log

Names are those of `domain.md`; groups as in 7: touches = overdue reminder or collection call, collection_events =
these, dunning started, escalation or hand-over, credit_events = what is asked, assessed and decided of a limit.
What rests on what is 7.3: a balance (receivable) is opened by an invoice, paid in full is told by a balance. Where
`domain.md` and the product are of two minds, the row has the product's answer, and above it stands what
`domain.md` says. What the policy has to say (a limit, who may change terms) is no matter of the log and does not
stand here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CREDIT", "CREDIT_RULES", "SALES", "SALES_RULES", "Need", "read_needs"]

CREDIT = """
# requests, limits, orders
CC01            requests, requests.requested_at, requests.decided_at
# domain.md says "approved / decided": that needs requests.decision; the product answers "no decided row"
CC02            requests, requests.decided_at
# domain.md says "decided automatically / decided": that needs requests.is_automated; "no decided row" again
CC02.auto       requests, requests.decided_at
CC03            credit_exposure, credit_limit, invoice_generated
CC04            requests | credit_limit_approved, customer_id, invoice_generated
CC05            invoice_generated, invoice_sent
CC05.order      order_received, invoice_generated
CC05.delivery   goods_delivered, invoice_generated
CC54            requests | credit_events, customer_id, invoice_generated
CC55            order_on_hold, order_released

# receivables in days of sales: a balance and amounts, and what is due where overdue and current are told apart
CC07            invoice_amount, invoice_generated > receivable
CC08            invoice_amount, invoice_generated > receivable
CC09            invoice_amount, invoice_generated > receivable
CC09.published  invoice_amount, invoice_generated > receivable
CC10            invoice_amount, due_date, invoice_generated > receivable
CC11            invoice_amount, due_date, invoice_generated > receivable
CC12            invoice_amount, due_date, invoice_generated > receivable
CC12.raw        invoice_amount, due_date, invoice_generated > receivable
CC16            invoice_amount, due_date, invoice_generated > receivable
CC17            invoice_amount, due_date, invoice_generated > receivable
CC18            invoice_amount, due_date, invoice_generated > receivable
CC18.cure       invoice_amount, due_date, invoice_generated > receivable
CC50            invoice_amount, invoice_generated > receivable
CC51            invoice_amount, due_date, invoice_generated > receivable
CC56            invoice_amount, due_date, guarantee_type, invoice_generated > receivable

# when invoices are paid: by payments, or by the settlement where there is no payment data (7.3, wide rows)
CC06            invoice_generated, invoice_settled
CC06.paid       invoice_generated, payment_received | invoice_settled
CC11.invoice    due_date, payment_received | invoice_settled, invoice_generated > paid_in_full
CC11.late       due_date, payment_received | invoice_settled, invoice_generated > paid_in_full
CC13            due_date, invoice_amount, payment_received | invoice_settled, invoice_generated > paid_in_full
CC14            invoice_date, due_date, invoice_amount
CC14.paid       invoice_date, invoice_amount, payment_received | invoice_settled, invoice_generated > paid_in_full
CC15            due_date, payment_received | invoice_settled, paid_in_full | invoice_generated
CC15.value      due_date, invoice_amount, payment_received | invoice_settled, paid_in_full | invoice_generated
CC15.late       due_date, payment_received | invoice_settled, paid_in_full | invoice_generated
CC24            due_date, payment_received | invoice_settled, invoice_generated > due_date_passed
# domain.md says "by segment": that needs customer_segment; without it the product tells the whole alone
CC48            invoice_amount, due_date, payment_received | invoice_settled, invoice_generated > receivable
CC49            invoice_amount, due_date, payment_received | invoice_settled

# dunning
CC19            due_date, collection_events, invoice_generated > due_date_passed
CC20            due_date, collection_events, invoice_generated > due_date_passed
CC21            overdue_reminder_sent, dunning_level
CC21.order      overdue_reminder_sent, dunning_level
CC22            overdue_reminder_sent, payment_received | invoice_settled
CC22.7          overdue_reminder_sent, payment_received | invoice_settled
CC22.30         overdue_reminder_sent, payment_received | invoice_settled
# domain.md says "balance at the reminder": that needs invoice_generated; "the log shows no such event or balance"
CC22.value      overdue_reminder_sent, payment_received, payment_amount, invoice_amount
CC23            overdue_reminder_sent, dunning_level, payment_received
# domain.md says "per collected invoice": that needs invoice_generated; "nothing of the kind in this period"
CC25            touches, payment_received | invoice_settled
CC26            touches, payment_received | invoice_settled, invoice_generated > paid_in_full
CC27            promise_recorded, promise_date, payment_received, payment_amount
CC27.rate       collection_call_made, promise_recorded
CC52            due_date, collection_events, invoice_generated > due_date_passed
CC53            handed_to_agency, payment_received, payment_amount, agency_fee, invoice_generated > receivable

# disputes
CC28            dispute_registered | is_disputed, invoice_generated
CC28.value      dispute_registered | is_disputed, invoice_generated, invoice_amount
CC29            dispute_registered, dispute_resolved
CC30            dispute_registered
CC30.value      dispute_registered, disputed_amount
# domain.md says "inside dispute": that needs dispute_resolved; "nothing of the kind in this period"
CC31            dispute_registered, user_or_collector
# domain.md says "largest gaps / duration": that needs dispute_resolved; "the period holds nothing to divide by"
CC31.idle       dispute_registered
CC32            dispute_registered, dispute_resolved, credit_memo_issued

# payments and where they are applied
CC33            payment_received, payment_posted
CC34            payment_received, payment_posted
CC35            payment_received, payment_posted, payment_amount
CC35.age        payment_received, payment_posted
CC36            payment_received, payment_application_corrected
CC37            payment_received, payment_application_corrected
CC37.count      payment_application_corrected

# bad debt
CC38            invoice_written_off
CC38.value      invoice_written_off, invoice_amount
CC38.sales      invoice_written_off, invoice_amount, invoice_generated > receivable
CC39            due_date, invoice_written_off
CC39.touches    invoice_written_off, touches
CC40            due_date, invoice_written_off, collection_events

# work, people, conformance
CC41            is_automated
CC41.touchless  is_automated
CC42            activity_minutes, cost_rate_per_hour, is_automated
CC43            nothing
CC43.cost       activity_minutes, cost_rate_per_hour, is_automated
CC44            nothing
CC44.fitness    nothing
CC45            payment_terms_changed
CC46            touches, payment_received, payment_amount, user_or_collector
CC46.closed     touches, invoice_generated > paid_in_full, user_or_collector
CC46.promises   touches, promise_recorded, user_or_collector
CC46.touches    touches, user_or_collector
CC47            invoice_amount, due_date, collection_events, user_or_collector, invoice_generated > receivable
CC47.value      invoice_amount, due_date, collection_events, user_or_collector, invoice_generated > receivable
"""

CREDIT_RULES = """
R01     overdue_reminder_sent, due_date, invoice_generated > due_date_passed
R02     overdue_reminder_sent, dunning_level
R03     due_date, touches
R04     overdue_reminder_sent, dispute_registered
R05     overdue_reminder_sent, invoice_generated > paid_in_full
R06     payment_received, payment_posted
R07     invoice_generated, credit_limit_requested | credit_assessed | credit_limit_approved | credit_limit_rejected
R08a    invoice_written_off, overdue_reminder_sent, dunning_level
R08b    invoice_written_off, collection_call_made
R08c    invoice_written_off, user_or_collector
# domain.md says "after Invoice Generated by an unauthorised user": without invoice_generated the product has no
# verdict, without user_or_collector it is unknown
R09     payment_terms_changed
R10     dispute_registered, dispute_resolved
R11     promise_recorded, promise_date
"""

SALES = """
# from the lead to the decision
LC01                opportunity_created, opportunity_won
LC01.lost           opportunity_created, opportunity_lost
LC02                payment_received, lead_created | opportunity_created, invoice_created
LC03                stages > opportunity_created | opportunity_qualified | stage_changed
                    | quote_issued | contract_signed
LC03.stalled        stages > opportunity_created | opportunity_qualified | stage_changed
                    | quote_issued | contract_signed,
                    opportunity_won
LC03.stalled_value  stages > opportunity_created | opportunity_qualified | stage_changed
                    | quote_issued | contract_signed,
                    opportunity_won, opportunity_value
LC04                leads > leads.lead_converted_at, leads.lead_created_at, leads.lead_converted_at
LC05                lead_created | opportunity_created, opportunity_qualified
LC06                opportunity_created,
                    opportunity_qualified | quote_issued | contract_signed | opportunity_won | stage_changed
LC07                opportunity_won, opportunity_lost
LC07.value          opportunity_won, opportunity_lost, opportunity_value
LC08                opportunity_created, opportunity_won, opportunity_lost, opportunity_value
LC09                opportunity_won, opportunity_value
LC30                opportunity_lost, opportunity_value, stages
LC30.reason         opportunity_lost, opportunity_value, loss_reason
LC31                opportunity_won, opportunity_value,
                    spend > spend.spend_amount, spend.lead_source, spend.spend_amount
LC31.win            opportunity_won, opportunity_lost, lead_source
LC31.cycle          opportunity_created, opportunity_won, lead_source
# domain.md says "open value": that needs won or lost, as for LC34.ageing; where nothing is decided yet, all is open
LC34                opportunity_value,
                    targets > targets.period_start, targets.target_amount, targets.period_start
# domain.md says "by age": that needs lead_created or opportunity_created; the product says that no age is known
LC34.ageing         opportunity_value

# quotes and discounts
LC10                opportunity_qualified | quote_requested, quote_issued
LC11                quote_issued, contract_signed
LC12                quote_approval_requested, quote_approved
LC12.loops          quote_approval_requested
LC13                quote_revised | quote_issued
LC14                list_price, discount_pct
LC14.mean           discount_pct
LC15                opportunity_won, discount_pct, quote_approved
# domain.md says nothing of quotes for either of LC16
LC16                opportunity_won, opportunity_lost, quote_issued, discount_pct
LC16.cycle          opportunity_created, opportunity_won, quote_issued, discount_pct
LC35                quote_issued, decided

# from the order to the money
LC17                opportunity_won, sales_order_created
LC18                sales_order_created, order_fulfilled
LC19                sales_order_created, invoice_created
LC19.fulfilment     order_fulfilled, invoice_created
LC20                invoice_created, payment_received
LC21                opportunity_won, invoice_created, payment_received
LC22                invoice_created, invoice_corrected
LC33                sales_order_created, order_amount, invoice_created, invoice_amount, payment_received,
                    paid_amount, due_date, opportunity_won, list_price, discount_pct
LC33.unbilled       sales_order_created, order_amount, invoice_created, invoice_amount
LC33.unpaid         invoice_created, invoice_amount, payment_received, paid_amount, due_date
LC33.discount       opportunity_won, list_price, discount_pct

# work, people, forecasts, conformance
LC23                decided
LC24                opportunity_created, opportunity_qualified, quote_issued, contract_signed, opportunity_won
LC24.back           opportunity_created, opportunity_qualified | quote_issued | contract_signed | stage
LC25                expected_close_date, close_date_pushed
LC25.pushes         expected_close_date, close_date_pushed
# domain.md says "by stage": that needs a stage, as for LC26.value; "no deal was decided in the period"
LC26                opportunity_won, opportunity_lost, probability
LC26.value          opportunity_won, opportunity_lost, probability, opportunity_value
LC27                nothing
LC27.cost           activity_minutes, cost_rate_per_hour, is_automated
LC28                is_automated
LC28.touchless      is_automated, decided
LC29                sales_rep, owner_changed
LC32                opportunity_won, opportunity_lost, sales_rep
LC32.cycle          opportunity_created, opportunity_won, sales_rep
LC32.value          opportunity_won, opportunity_value, sales_rep
LC32.discount       discount_pct, sales_rep
LC32.conformance    decided, sales_rep
"""

SALES_RULES = """
L01     quotes, opportunity_qualified
L02     opportunity_won, quotes
L03     quote_issued, discount_pct, quote_approved
L04     sales_order_created, contract_signed
L05     invoice_created, sales_order_created
L06     order_fulfilled, invoice_created
L07     opportunity_qualified | quote_issued | contract_signed
L08     expected_close_date, close_date_pushed
L09     sales_rep, owner_changed
L10     opportunity_value, quote_issued, amount_reduced
"""


@dataclass(frozen=True)
class Need:
    """One thing that a figure or rule cannot be told without: any of `names`, and what the answer then says."""

    id: str
    names: tuple[str, ...]
    told: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id}-{'|'.join(self.names)}"


def _need(name: str, text: str) -> Need:
    taken, _, told = text.partition(">")
    names = tuple(part.strip() for part in taken.split("|"))
    return Need(name, names, tuple(part.strip() for part in told.split("|")) if told else names)


def read_needs(table: str) -> dict[str, list[Need]]:
    """Every id of a table with what it needs; a line that begins with a blank goes on with the row above."""
    rows: dict[str, str] = {}
    last = ""
    for line in table.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, rest = line.partition(" ")
        assert not head or head not in rows, f"{head} stands twice"
        last = head or last
        rows[last] = rows.get(last, "") + rest
    return {
        name: [] if text.strip() == "nothing" else [_need(name, part.strip()) for part in text.split(",")]
        for name, text in rows.items()
    }
