"""Pairs: each opening event with what became of it - a dispute, a payment until posted, a reminder until paid.

Outcomes: *closed*, *stopped* (an event of `stops` came first), *ended* (the case ended without it) and *open*
(still waiting, censored at as-of).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.log.draft import Draft
from workbench.log.keys import in_case
from workbench.log.ledgers import balance_at
from workbench.log.links import LINKS
from workbench.template.model import Pair

__all__ = ["build_pair"]

# Columns of the closing event that a pair row carries.
_CLOSING = ("pos", "time", "day", "activity", "resource")

# What says where the opening event stands among all events, and nothing of the pair.
_OF_THE_EVENT = ("rank", "sub", "is_shown", *LINKS, "occurrence")

# What is known of an opening event only until the sum that closes it is found.
_OF_A_SUM = ("wanted", "balance_open", "needed", "last_day")


def build_pair(draft: Draft, pair: Pair, ends: ir.Table, ledgers: dict[str, ir.Table]) -> ir.Table | None:
    """One row per opening event: its own columns, opened/closed/stopped, deadline, became (its outcome), matched_by.

    `draft.events` must be numbered (`pos`); `ends` has case_key, ended_pos and ended of ended cases. None when
    the log can show no opening event. Closing attributes carry the prefix `closing_`.
    """
    opens, closes = _open_close(draft, pair)
    if opens is None:
        return None
    rows = _numbered(opens)
    if closes is None:
        matched = rows.mutate(
            closed_pos=ibis.null("int64"), matched_by=ibis.literal("none"), sum_then=ibis.null("int64")
        )
    elif pair.match == "in_order":
        matched = _in_order(draft, pair, rows, closes)
    elif pair.match == "next":
        matched = _next(rows, closes)
    else:
        matched = _by_sum(draft, pair, rows, closes, ledgers)
    matched = draft.engine.keep(matched, f"matched_{pair.id}")
    return draft.engine.keep(_finished(draft, pair, matched, ends), f"pair_{pair.id}")


def _open_close(draft: Draft, pair: Pair) -> tuple[ir.Table | None, ir.Table | None]:
    """Opening and closing events; for a pair that follows a state, the events at which the state changes."""
    wanted = (pair.key, pair.sum, *_of_the_sum(pair))
    opens, closes = draft.events_of(pair.opens, *wanted), _closes(draft, pair, *wanted)
    events = draft.with_details(draft.events, pair.state, *wanted)
    state = draft.column(events, pair.state) if pair.state else None
    if state is None:
        return _narrow(pair, opens), _narrow(pair, closes)
    rows = events.mutate(state_value=state)
    rows = rows.filter(rows["state_value"].notnull())
    before = rows["state_value"].lag(1).over(in_case(rows, "pos"))
    rows = rows.mutate(state_before=before)
    changes = rows.filter(rows["state_before"].isnull() | (rows["state_before"] != rows["state_value"]))
    changes = draft.engine.keep(_narrow(pair, changes), f"changes_{pair.id}")
    final = draft.meta.codes(
        name for name in draft.template.expand(pair.closes) if name not in draft.template.expand(pair.opens)
    )
    ending = _narrow(pair, events.filter(events["activity"].isin(final)))
    return changes.filter(~changes["activity"].isin(final)), ibis.union(changes, ending, distinct=True)


def _closes(draft: Draft, pair: Pair, *wanted: str | None) -> ir.Table | None:
    """What closes the pair: in a case without any such event, what stands for it there."""
    events = draft.events_of((*pair.closes, *pair.otherwise), *wanted)
    if events is None or not pair.otherwise:
        return events
    chief = events["activity"].isin(draft.meta.codes(draft.template.expand(pair.closes)))
    # A column first: a filter by a window names its table where Spark no longer knows it.
    marked = events.mutate(
        is_chief=chief, has_chief=chief.any().over(ibis.window(group_by=events["case_key"]))
    )
    return marked.filter(marked["is_chief"] | ~marked["has_chief"]).drop("is_chief", "has_chief")


def _narrow(pair: Pair, events: ir.Table | None) -> ir.Table | None:
    """What matching looks at; the other columns of the opening event join once it is matched."""
    if events is None:
        return None
    wanted = {"case_key", "pos", "time", "activity", pair.key, pair.sum, *_of_the_sum(pair)}
    if pair.reaches is not None:
        wanted.add("day")
    return events.select(*[name for name in events.columns if name in wanted])


def _of_the_sum(pair: Pair) -> list[str]:
    """The attributes that say how much must come in and until when, for a pair that a sum closes."""
    found = (pair.reaches and pair.reaches.attribute, pair.deadline and pair.deadline.attribute)
    return [name for name in found if name] if pair.reaches is not None else []


def _numbered(opens: ir.Table) -> ir.Table:
    return opens.mutate(k=ibis.row_number().over(in_case(opens, "pos")) + 1)


def _in_order(draft: Draft, pair: Pair, opens: ir.Table, closes: ir.Table) -> ir.Table:
    """k-th with k-th once orphans are removed: with +1/-1 running sum s, orphans so far = max(0, -min s)."""
    key = pair.key if _has_key(draft, pair) else None
    empty = ibis.literal("")
    sides = [
        table.select(
            "case_key",
            "pos",
            key=table[key].cast("string") if key else ibis.null("string"),
            step=ibis.literal(step),
        )
        for table, step in ((opens, 1), (closes, -1))
    ]
    both = ibis.union(*sides)
    if key:
        # An identifier that only one side of the case carries pairs nothing: those rows fall back to order.
        per_key = ibis.window(group_by=[both["case_key"], both["key"]])
        shared = both["key"].notnull() & (both["step"].min().over(per_key) < both["step"].max().over(per_key))
        both = both.mutate(key=ibis.ifelse(shared, both["key"], ibis.null("string")))
    both = both.mutate(lane=ibis.coalesce(both["key"], empty))
    lane = ibis.window(
        group_by=[both["case_key"], both["lane"]],
        order_by=[both["pos"], both["step"].desc()],
        preceding=(None, 0),
    )
    both = both.mutate(
        running=both["step"].sum().over(lane),
        opened_so_far=(both["step"] == 1).cast("int64").sum().over(lane),
        closed_so_far=(both["step"] == -1).cast("int64").sum().over(lane),
    )
    lane = ibis.window(
        group_by=[both["case_key"], both["lane"]],
        order_by=[both["pos"], both["step"].desc()],
        preceding=(None, 0),
    )
    lowest = both["running"].min().over(lane)
    both = both.mutate(orphans=ibis.greatest(-lowest, 0))
    both = both.mutate(
        before=both["orphans"]
        .lag(1)
        .over(
            ibis.window(
                group_by=[both["case_key"], both["lane"]], order_by=[both["pos"], both["step"].desc()]
            )
        )
        .fill_null(0)
    )
    open_rows = both.filter(both["step"] == 1).select(
        "case_key", "lane", "pos", turn=lambda t: t["opened_so_far"], keyed=lambda t: t["key"].notnull()
    )
    close_rows = both.filter((both["step"] == -1) & (both["orphans"] == both["before"]))
    close_rows = close_rows.select(
        "case_key",
        "lane",
        closed_pos=close_rows["pos"],
        turn=close_rows["closed_so_far"] - close_rows["orphans"],
    )
    found = open_rows.left_join(close_rows, ["case_key", "lane", "turn"]).select(
        "case_key", "pos", "closed_pos", "keyed"
    )
    joined = opens.join(found, ["case_key", "pos"])
    return joined.mutate(
        matched_by=ibis.ifelse(joined["keyed"], "key", "order"), sum_then=ibis.null("int64")
    ).drop("keyed")


def _next(opens: ir.Table, closes: ir.Table) -> ir.Table:
    """The first close after the open; several opens may share it."""
    later = _first_after(opens, closes, "closed_pos")
    return later.mutate(matched_by=ibis.literal("next"), sum_then=ibis.null("int64"))


def _first_after(opens: ir.Table, others: ir.Table, name: str) -> ir.Table:
    """Opening rows with the position of the first other event that comes later in the case."""
    marks = ibis.union(
        opens.select("case_key", "pos", other=ibis.null("int64"), opening=ibis.literal(True)),
        others.select("case_key", "pos", other=others["pos"].cast("int64"), opening=ibis.literal(False)),
    )
    after = in_case(marks, "pos", following=(1, None))
    # An event that is both (a reminder stopped by the next reminder) stands at one position twice: the other
    # at the same position is its own mark and is left out by asking for a strictly later one.
    marks = marks.mutate(
        **{
            name: marks["other"].min().over(after),
            "second": marks["other"].min().over(in_case(marks, "pos", following=(2, None))),
        }
    )
    marks = marks.mutate(**{name: ibis.ifelse(marks[name] == marks["pos"], marks["second"], marks[name])})
    return opens.join(marks.filter(marks["opening"]).select("case_key", "pos", name), ["case_key", "pos"])


def _by_sum(
    draft: Draft, pair: Pair, opens: ir.Table, closes: ir.Table, ledgers: dict[str, ir.Table]
) -> ir.Table:
    """The first close at which what has come in since the open reaches its share of the promised amount.

    With a deadline, what counts until then is the sum at its end: money that came in time and was taken back in time
    closes nothing.
    """
    assert pair.sum is not None
    assert pair.reaches is not None
    wanted = draft.column(opens, pair.reaches.attribute)
    target: ir.Value = wanted if wanted is not None else ibis.null("int64")
    ledger = ledgers.get(str(pair.reaches.missing))
    if ledger is not None:  # a log that shows no invoice has no balance either
        opens = balance_at(ledger, opens.mutate(wanted=target), "time", name="balance_open")
        target = ibis.coalesce(opens["wanted"], opens["balance_open"])
    share = float(str(draft.policy(pair.reaches.share)))
    opens = opens.mutate(target_sum=target, needed=target * share, last_day=_deadline(draft, pair, opens))
    amount = draft.column(closes, pair.sum)
    paid = closes.select(
        "case_key",
        close_pos=closes["pos"],
        close_day=closes["day"],
        amount=(amount if amount is not None else ibis.null("int64")).fill_null(0),
    )
    ahead = opens.select("case_key", "pos", "needed", "last_day").join(paid, "case_key")
    ahead = ahead.filter(ahead["close_pos"] > ahead["pos"])
    of_one = [ahead["case_key"], ahead["pos"]]
    so_far = ibis.window(group_by=of_one, order_by=ahead["close_pos"], preceding=(None, 0))
    too_late = (ahead["close_day"] > ahead["last_day"]).fill_null(False)
    ahead = ahead.mutate(
        too_late=too_late,
        running=ahead["amount"].sum().over(so_far),
        in_time=ibis.ifelse(too_late, 0, ahead["amount"]).sum().over(ibis.window(group_by=of_one)),
    )
    enough = ahead["needed"] - 1e-9
    stays = ahead["last_day"].isnull() | ahead["too_late"] | (ahead["in_time"] >= enough)
    reached = ahead.filter((ahead["running"] >= enough) & stays)
    first = reached.group_by("case_key", "pos").aggregate(closed_pos=reached["close_pos"].min())
    kept = [name for name in opens.columns if name not in _OF_A_SUM]
    joined = opens.select(*kept).left_join(first, ["case_key", "pos"])
    return joined.select(
        *[joined[name] for name in kept if name != "target_sum"],
        closed_pos=joined["closed_pos"],
        matched_by=ibis.literal("sum"),
        sum_then=joined["target_sum"].cast("int64"),
    )


def _has_key(draft: Draft, pair: Pair) -> bool:
    """Whether any opening and any closing events of the log carry the key by which they are paired."""
    return pair.key in draft.carried and all(
        any(pair.key in draft.filled.get(code, ()) for code in draft.meta.codes(draft.template.expand(side)))
        for side in (pair.opens, pair.closes)
    )


def _finished(draft: Draft, pair: Pair, matched: ir.Table, ends: ir.Table) -> ir.Table:
    """Stops, the closing event's columns, the deadline and the outcome."""
    stops = draft.events_of(pair.stops) if pair.stops else None
    if stops is not None:
        matched = _first_after(matched, stops, "stopped_pos")
    else:
        matched = matched.mutate(stopped_pos=ibis.null("int64"))
    stopped = matched["stopped_pos"].notnull() & (
        matched["closed_pos"].isnull() | (matched["stopped_pos"] < matched["closed_pos"])
    )
    matched = matched.select(
        "case_key", "pos", "k", "matched_by", "sum_then", "closed_pos", "stopped_pos", was_stopped=stopped
    )
    rows = _with_opening(draft, pair, matched)
    closing = _closing(draft, pair)
    rows = rows.left_join(
        closing,
        [rows["case_key"] == closing["close_case"], rows["closed_pos"] == closing["closing_pos"]],
    ).drop("close_case", "closing_pos")
    if stops is None:
        rows = rows.mutate(stopped=ibis.null("timestamp(6)"), stopped_by=ibis.null("int32"))
    else:
        halting = stops.select(stop_case="case_key", stop_pos="pos", stopped="time", stopped_by="activity")
        rows = rows.left_join(
            halting, [rows["case_key"] == halting["stop_case"], rows["stopped_pos"] == halting["stop_pos"]]
        ).drop("stop_case", "stop_pos")
    rows = rows.left_join(ends.select("case_key", "ended"), "case_key").drop("case_key_right")
    closed = rows["closed_pos"].notnull() & ~rows["was_stopped"]
    gone = ibis.literal(False) if pair.outlives_case else rows["ended"].notnull()
    rows = rows.mutate(
        opened=rows["time"],
        opened_day=rows["day"],
        opened_ord=rows["ord"],
        closed=ibis.ifelse(closed, rows["closing_time"], ibis.null("timestamp(6)")),
        closed_day=ibis.ifelse(closed, rows["closing_day"], ibis.null("date")),
        closed_by=ibis.ifelse(closed, rows["closing_activity"], ibis.null("int32")),
        deadline=_deadline(draft, pair, rows),
        became=ibis.cases(
            (closed, "closed"), (rows["was_stopped"], "stopped"), (gone, "ended"), else_="open"
        ),
    )
    unwanted = ("was_stopped", "closing_time", "closing_day", "closing_activity", *_OF_THE_EVENT)
    return rows.drop(*[name for name in unwanted if name in rows.columns]).order_by("case_key", "pos")


def _with_opening(draft: Draft, pair: Pair, matched: ir.Table) -> ir.Table:
    """Matched pairs with all that their opening events carry.

    Attributes that no opening event fills are put in as what they are, empty, instead of being joined: few of the
    attributes of a log belong to the activities of one pair.
    """
    names = draft.template.expand(pair.opens)
    codes = draft.meta.codes(names)
    # A state changes at any event; what a derived event carries stands in no source.
    known = not pair.state and not any(name in draft.template.derived for name in names)
    opens = draft.events if pair.state else draft.events.filter(draft.events["activity"].isin(codes))
    opens = draft.with_all_details(opens)
    filled = {name for code in codes for name in draft.filled.get(code, ())}
    attributes = {found.name for found in draft.meta.attributes} if known else set()
    empty = attributes.intersection(opens.columns) - filled
    rows = matched.join(
        opens.select(*[name for name in opens.columns if name not in empty]), ["case_key", "pos"]
    )
    order = [*matched.columns, *[name for name in opens.columns if name not in matched.columns]]
    return rows.mutate(**{name: ibis.null(opens[name].type()) for name in empty}).select(*order)


def _closing(draft: Draft, pair: Pair) -> ir.Table:
    """What a pair's row says of the event that closed it, by close_case and closing_pos."""
    extra = [name for name in _closing_attributes(draft) if name not in _CLOSING]
    # A state changes at any event; otherwise only those that can close are looked through.
    events = None if pair.state else draft.events_of((*pair.closes, *pair.otherwise))
    events = draft.with_details(draft.events if events is None else events, "resource", *extra)
    return events.select(
        close_case="case_key", **{f"closing_{name}": events[name] for name in (*_CLOSING, *extra)}
    )


def _closing_attributes(draft: Draft) -> list[str]:
    """Event attributes that the template asks of closing events."""
    asked = draft.template.closing_attributes()
    return [name for name in draft.carried if name in asked]


def _deadline(draft: Draft, pair: Pair, rows: ir.Table) -> ir.Value:
    if pair.deadline is None or pair.deadline.attribute not in rows.columns:
        return ibis.null("date")
    days = int(str(draft.policy(pair.deadline.days)))
    return rows[pair.deadline.attribute] + ibis.interval(days=days)
