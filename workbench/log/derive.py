"""From recorded events to a prepared log: balances, derived events, pairs, case columns, variants.

Everything here is a function of the recorded events up to as-of. An earlier as-of date runs it again on fewer
events, so that nothing later than the date can leak into a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.beside import known_at
from workbench.log.cases import build_cases, build_ends, case_paths, link_events, variant_numbers
from workbench.log.days import FIRST_DAY, LAST_DAY, day_table
from workbench.log.derived import date_passed, deadline_missed, ledger_zero, value_changed
from workbench.log.draft import SPINE, Draft
from workbench.log.engine import Engine, Progress, silent
from workbench.log.keys import ORDER, in_case
from workbench.log.ledgers import build_ledger
from workbench.log.meta import LogMeta
from workbench.log.overview import Overview, overview
from workbench.log.pairs import build_pair
from workbench.log.prepared import PreparedLog
from workbench.log.ranges import Tables, ranges_of
from workbench.log.recorded import Recorded
from workbench.template import Template
from workbench.template.model import Derived

__all__ = ["derive"]

# What judges the rules of a derived log; handed in, since rules stand on the log and not the other way round.
Judge = Callable[[PreparedLog], ir.Table]

# How often derived events are put in: those of dates, balances and values, then missed deadlines.
_BATCHES = 2


def derive(
    recorded: Recorded,
    template: Template,
    engine: Engine,
    *,
    judge: Judge,
    as_of: date | None = None,
    progress: Progress = silent,
) -> PreparedLog:
    """The prepared log as it was known at the end of `as_of` (default: the log's own as-of date)."""
    events, cases = _known_at(recorded, as_of or recorded.meta.as_of)
    cases = _with_due_dates(cases, events, template, recorded.meta)
    seen = overview(events, cases, [found.name for found in recorded.meta.attributes], engine)
    meta = replace(
        recorded.meta,
        as_of=as_of or recorded.meta.as_of,
        recorded=frozenset(recorded.meta.activities[code] for code in seen.activities),
        currencies=seen.currencies,
    )
    ranges = ranges_of(engine, events, total=seen.events)
    if ranges.bounds:
        cases = engine.set_aside(cases, "cases")
    draft = Draft(
        engine=engine,
        template=template,
        meta=meta,
        events=events,
        details=None,
        cases=cases,
        days=engine.keep(_days(seen, meta), "days"),
        filled=seen.filled,
    )
    inputs = {"events": events, "cases": cases}
    ordered = ranges.work(inputs, partial(_ordered, draft), progress=partial(progress, "balances"))
    paths = variant_numbers(ordered["paths"], engine)
    log = PreparedLog(
        engine=engine,
        template=template,
        meta=replace(meta, recorded=meta.recorded | _derivable(template, draft)),
        events=ordered["events"],
        cases=cases,
        pairs={},
        ledgers=_of_kind("ledger", ordered),
        verdicts=engine.keep(_no_verdicts(), "verdicts"),
        variants=paths.select("path", "variant").distinct(),
        days=draft.days,
        recorded=recorded,
        tables=known_at(recorded.tables, template, meta.as_of),
    )
    inputs = {
        "events": log.events,
        "cases": cases,
        "variants": paths.select("case_key", "variant"),
        **_by_kind("ledger", log.ledgers),
    }
    judged = ranges.work(inputs, partial(_judged, draft, log, judge), progress=partial(progress, "rules"))
    progress("rules", 1.0)
    return replace(log, cases=judged["cases"], pairs=_of_kind("pair", judged), verdicts=judged["verdicts"])


def _by_kind(kind: str, tables: Tables) -> dict[str, ir.Table]:
    """Tables of one kind (ledgers, pairs) under names that tell them from all others."""
    return {f"{kind} {name}": table for name, table in tables.items()}


def _of_kind(kind: str, tables: Tables) -> dict[str, ir.Table]:
    """The tables of one kind under their own names again."""
    prefix = f"{kind} "
    return {name.removeprefix(prefix): table for name, table in tables.items() if name.startswith(prefix)}


def _ordered(base: Draft, tables: Tables) -> Tables:
    """Balances and derived events; all events in their order, linked; and which way each case went."""
    events, engine, template = tables["events"], base.engine, base.template
    draft = replace(
        base,
        events=events.select(*SPINE),
        details=events.select("src_order", *[name for name in events.columns if name not in SPINE]),
        cases=tables["cases"],
    )
    ledgers = {
        name: build_ledger(draft, ledger) for name, ledger in template.ledgers.items() if _opens(draft, name)
    }
    made = []
    for declared in _to_derive(template, draft):
        if declared.derive == "date_passed" and (declared.while_ is None or declared.while_ in ledgers):
            made.append(date_passed(draft, declared, ledgers))
        elif declared.derive == "ledger_zero" and declared.ledger in ledgers:
            made.append(ledger_zero(draft, declared, ledgers))
        elif declared.derive == "value_changed":
            made.append(value_changed(draft, declared))
    draft = _with_events(draft, [found for found in made if found is not None])
    draft = _with_missed_deadlines(draft, ledgers)
    links = engine.keep(link_events(draft), "links")
    return {
        "events": draft.with_all_details(links).order_by("case_key", "pos"),
        "paths": case_paths(links.filter(links["is_shown"])),
        **_by_kind("ledger", ledgers),
    }


def _with_missed_deadlines(draft: Draft, ledgers: dict[str, ir.Table]) -> Draft:
    """The draft with the events that follow from pairs of the events so far."""
    missed = [
        (declared, draft.template.pairs[str(declared.pair)])
        for declared in _to_derive(draft.template, draft)
        if declared.derive == "deadline_missed"
    ]
    if not missed:
        return draft
    draft = replace(draft, events=draft.engine.keep(draft.events, "events_numbered"))
    ends = build_ends(draft)
    built = [(declared, build_pair(draft, pair, ends, ledgers)) for declared, pair in missed]
    made = [deadline_missed(draft, declared, rows) for declared, rows in built if rows is not None]
    return _with_events(draft, made) if made else draft


def _judged(base: Draft, log: PreparedLog, judge: Judge, tables: Tables) -> Tables:
    """Pairs, cases and verdicts of events in their order."""
    engine, template = base.engine, base.template
    draft = replace(base, events=tables["events"], cases=tables["cases"])
    ledgers = _of_kind("ledger", tables)
    ends = build_ends(draft)
    built = {name: build_pair(draft, pair, ends, ledgers) for name, pair in template.pairs.items()}
    pairs = {name: table for name, table in built.items() if table is not None}
    # What ends a case may depend on what the log records, its columns on what the log can show.
    cases = engine.keep(build_cases(draft, ends, tables["variants"], shown=log.meta.recorded), "cases")
    verdicts = judge(replace(log, events=draft.events, cases=cases, pairs=pairs, ledgers=ledgers))
    return {
        "cases": cases,
        "verdicts": verdicts,
        **_by_kind("pair", pairs),
    }


def _to_derive(template: Template, draft: Draft) -> list[Derived]:
    """Derived events that the source did not record itself: what a system wrote down is not derived again."""
    return [declared for declared in template.derived.values() if declared.id not in draft.meta.recorded]


def _opens(draft: Draft, name: str) -> bool:
    """A ledger exists where the log can show an event that opens it."""
    return any(entry.of in draft.meta.recorded for entry in draft.template.ledgers[name].plus)


def _derivable(template: Template, draft: Draft) -> frozenset[str]:
    """Derived events that this log's data allows, whether or not one has happened yet."""
    found = set()
    for declared in template.derived.values():
        if declared.derive == "date_passed":
            known = declared.date in draft.cases.columns and (
                declared.while_ is None or _opens(draft, declared.while_)
            )
        elif declared.derive == "ledger_zero":
            known = _opens(draft, str(declared.ledger))
        elif declared.derive == "deadline_missed":
            known = any(
                name in draft.meta.recorded
                for name in template.expand(template.pairs[str(declared.pair)].opens)
            )
        else:
            # A fact of the whole case never changes: nobody recorded what it was before.
            known = draft.find(str(declared.attribute)) == "event"
        if known:
            found.add(declared.id)
    return frozenset(found)


def _known_at(recorded: Recorded, as_of: date) -> tuple[ir.Table, ir.Table]:
    """Events up to the end of a day, and cases begun by then or never dated as they were known then."""
    known = recorded.events["day"] <= ibis.literal(as_of)
    events = recorded.events.filter(known)
    begun = events.select("case_key").distinct()
    later = recorded.events.filter(~known).select("case_key").distinct()
    cases = recorded.cases.anti_join(later.anti_join(begun, "case_key"), "case_key")
    if recorded.history is not None:
        cases = _with_values_at(cases, recorded.history, as_of)
    events = events.mutate(
        rank=ibis.literal(0, type="int32"), sub=ibis.literal(0, type="int32"), is_derived=ibis.literal(False)
    )
    return events, cases


def _with_due_dates(cases: ir.Table, events: ir.Table, template: Template, meta: LogMeta) -> ir.Table:
    """Cases with the day on which a balance is due, where what opens it says it and not the case: the last one's."""
    for ledger in template.ledgers.values():
        due = ledger.due
        if due is None or due in cases.columns or due not in events.columns:
            continue
        codes = list(meta.codes(template.expand(tuple(entry.of for entry in ledger.plus))))
        rows = events.filter(events["activity"].isin(codes) & events[due].notnull())
        order = ibis.window(group_by=rows["case_key"], order_by=[rows["time"], rows["src_order"]])
        rows = rows.mutate(turn=ibis.row_number().over(order))
        last = rows.group_by("case_key").aggregate(**{due: rows[due].argmax(rows["turn"])})
        cases = cases.left_join(last, "case_key").drop("case_key_right")
    return cases


def _with_values_at(cases: ir.Table, history: ir.Table, as_of: date) -> ir.Table:
    """Cases with the values that their events had given by a day, where that is known to have changed."""
    names = [name for name in history.columns if name not in ("case_key", "day", "turn")]
    known = history["day"].isnull() | (history["day"] <= ibis.literal(as_of))
    values = {
        f"then__{name}": history[name].argmax(history["turn"], where=known & history[name].notnull())
        for name in names
    }
    then = history.group_by("case_key").aggregate(last_turn=history["turn"].max(), **values)
    joined = cases.left_join(then, "case_key").drop("case_key_right")
    changed = {
        name: ibis.ifelse(joined["last_turn"].notnull(), joined[f"then__{name}"], joined[name])
        for name in names
    }
    return joined.mutate(**changed).drop("last_turn", *values)


def _days(seen: Overview, meta: LogMeta) -> ir.Table:
    """A calendar wide enough for every date of the log and a margin for limits that run on."""
    known = (*seen.days, meta.as_of)
    margin = timedelta(days=400)
    first, last = max(min(known), FIRST_DAY + margin), min(max(known), LAST_DAY - margin)
    return day_table(first - margin, last + margin, meta.settings)


def _with_events(draft: Draft, made: list[ir.Table]) -> Draft:
    """The draft with derived events put in and every case numbered anew."""
    if made:
        draft = _put_in(draft, made)
    events = draft.events.select(*SPINE)
    return replace(draft, events=events.mutate(pos=ibis.row_number().over(in_case(events)).cast("int64")))


def _put_in(draft: Draft, made: list[ir.Table]) -> Draft:
    """The draft with more events, not numbered yet; no two of all batches have one name."""
    assert draft.details is not None
    assert draft.batches < _BATCHES
    details = draft.details.schema()
    details |= {
        name: kind
        for table in made
        for name, kind in table.schema().items()
        if name not in (*SPINE, *details)
    }
    fixed = {"is_derived": ibis.literal(True), "src_order": ibis.literal(0, type="int64")}
    full = {name: kind for name, kind in (draft.events.schema() | details).items() if name != "pos"}
    rows = ibis.union(*[_in_columns(table.mutate(**fixed), full) for table in made])
    turn = ibis.row_number().over(
        ibis.window(order_by=[rows[name] for name in ("case_key", *ORDER, "activity")])
    )
    rows = draft.engine.keep(rows.mutate(src_order=-1 - draft.batches - _BATCHES * turn), "events_derived")
    return replace(
        draft,
        batches=draft.batches + 1,
        events=ibis.union(draft.events.select(*SPINE), rows.select(*SPINE)),
        details=ibis.union(_in_columns(draft.details, details), rows.select(*details)),
    )


def _in_columns(table: ir.Table, columns: Mapping[str, Any]) -> ir.Table:
    """A table in these columns, those it lacks empty."""
    return table.select(
        **{
            name: table[name].cast(kind) if name in table.columns else ibis.null(kind)
            for name, kind in columns.items()
        }
    )


def _no_verdicts() -> ir.Table:
    return ibis.memtable(
        [],
        schema={
            "rule": "string", "case_key": "int64", "pos": "int64", "time": "timestamp(6)", "day": "date",
            "activity": "int32", "resource": "string", "verdict": "string", "reason": "string", "limit_day": "date",
        },
    )  # fmt: skip
