"""What a case is as a whole: when it began and ended, how, which way it went."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.log.draft import Draft
from workbench.log.engine import Engine
from workbench.log.keys import count_of, first_of, firstday_of, in_case, last_of, lastday_of
from workbench.log.links import LINKS, linked
from workbench.template.model import END_KINDS, Activity, Derived

__all__ = ["build_cases", "build_ends", "case_paths", "link_events", "variant_numbers"]


def _end_activities(draft: Draft) -> list[Activity | Derived]:
    """Activities that end a case in this log; an end may be called off by what else the log records."""
    return [
        declared
        for declared in draft.template.events()
        if declared.kind in END_KINDS
        and not draft.meta.recorded & set(draft.template.expand(declared.unless_log_has))
    ]


def build_ends(draft: Draft) -> ir.Table:
    """Columns case_key, ended, ended_day, ended_pos, ended_by, ended_kind: the end of each ended case.

    A neutral end (cancelled, voided) is the end wherever it stands: it says that the case should not have been, also
    of one that was paid before. Else the first of its ends.
    """
    ending = _end_activities(draft)
    codes = {code: declared for declared in ending if (code := draft.meta.code(declared.id)) is not None}
    kinds = [(code, declared.kind) for code, declared in codes.items()]
    events = draft.events.filter(draft.events["activity"].isin(list(codes)))
    for code, declared in codes.items():
        others = draft.meta.codes(draft.template.expand(declared.unless_case_has))
        if others:
            spoiled = draft.events.filter(draft.events["activity"].isin(others)).select("case_key").distinct()
            kept = events.filter(events["activity"] != code)
            own = events.filter(events["activity"] == code).anti_join(spoiled, "case_key")
            events = ibis.union(kept, own)
    events = events.select("case_key", "pos", "time", "day", "activity")
    neutral = [code for code, kind in kinds if kind == "end"]
    events = events.mutate(after=ibis.ifelse(events["activity"].isin(neutral), 0, 1) if neutral else 1)
    first = events.mutate(turn=ibis.row_number().over(in_case(events, "after", "pos")))
    first = first.filter(first["turn"] == 0)
    kind = (
        ibis.cases(*[(first["activity"] == code, kind) for code, kind in kinds])
        if kinds
        else ibis.null("string")
    )
    return draft.engine.keep(
        first.select(
            "case_key",
            ended="time",
            ended_day="day",
            ended_pos="pos",
            ended_by="activity",
            ended_kind=kind,
        ),
        "ends",
    )


def link_events(draft: Draft) -> ir.Table:
    """The spine with what came before and next among the events that are shown."""
    hidden = draft.meta.codes(
        declared.id for declared in draft.template.derived.values() if not declared.shown
    )
    events = draft.events
    if hidden:
        events = draft.engine.keep(events, "events_numbered")
    events = events.drop("rank", "sub")
    events = events.mutate(is_shown=~events["activity"].isin(hidden) if hidden else ibis.literal(True))
    shown = linked(events.filter(events["is_shown"]))
    if not hidden:
        return shown
    none = {name: ibis.null(shown[name].type()) for name in (*LINKS, "occurrence")}
    rest = events.filter(~events["is_shown"]).mutate(**none)
    return ibis.union(shown, rest.select(*shown.columns))


def case_paths(events: ir.Table) -> ir.Table:
    """Columns case_key, path (activity codes in order, joined)."""
    steps = events.group_by("case_key").aggregate(
        steps=ibis.struct({"pos": events["pos"], "activity": events["activity"]}).collect()
    )
    return steps.select(
        "case_key", path=steps["steps"].sort().map(lambda step: step["activity"].cast("string")).join(",")
    )


def variant_numbers(paths: ir.Table, engine: Engine) -> ir.Table:
    """Columns case_key, path and variant (1 = most cases, ties by path)."""
    counts = paths.group_by("path").aggregate(cases=paths.count())
    counts = counts.mutate(
        variant=ibis.row_number().over(ibis.window(order_by=[counts["cases"].desc(), counts["path"]])) + 1
    )
    joined = paths.join(counts.select("path", "variant"), "path")
    return engine.keep(joined.select("case_key", "path", "variant"), "variants")


def build_cases(draft: Draft, ends: ir.Table, variants: ir.Table, *, shown: frozenset[str]) -> ir.Table:
    """Case attributes with start, end, status, variant and the first and last time of every activity in `shown`."""
    events = draft.events
    recorded = ~events["is_derived"]
    summary = events.group_by("case_key").aggregate(
        start=events["time"].min(where=recorded),
        end=events["time"].max(where=recorded),
        start_day=events["day"].min(where=recorded),
        end_day=events["day"].max(where=recorded),
        n_events=events.count(where=recorded),
    )
    shared = {name: f"last_value__{name}" for name in _shared_attributes(draft)}
    joined = draft.cases.left_join(ends, "case_key").drop("case_key_right")
    joined = joined.left_join(variants, "case_key").drop("case_key_right")
    # A process without any end knows neither: nothing is censored there.
    unended = ibis.literal("open") if _end_activities(draft) else ibis.null("string")
    joined = joined.mutate(status=ibis.ifelse(joined["ended"].notnull(), "ended", unended))
    # Counts of cases without any event stay null: nothing was seen of them.
    joined = joined.left_join(summary, "case_key").drop("case_key_right")
    joined = _with_moments(draft, joined, shown)
    if shared:
        joined = joined.left_join(_last_values(draft, shared), "case_key").drop("case_key_right")
    values = {
        name: ibis.coalesce(joined[column], joined[name]) if name in joined.columns else joined[column]
        for name, column in shared.items()
    }
    return joined.mutate(**values).drop(*shared.values()).order_by("case_key")


def _with_moments(draft: Draft, cases: ir.Table, shown: frozenset[str]) -> ir.Table:
    """Cases with the first and last time and day, and the number, of each activity that the template names.

    Each case's activities come as lists, in which each activity is looked up. Asking each event for each activity
    costs ten times as much, joining a table an activity twice.
    """
    named = _named_activities(draft, shown)
    if not named:
        return cases
    events = draft.events.filter(draft.events["activity"].isin(list(named.values())))
    moments = events.group_by("case_key", "activity").aggregate(
        first=events["time"].min(),
        last=events["time"].max(),
        firstday=events["day"].min(),
        lastday=events["day"].max(),
        n=events.count(),
    )
    lists = {f"all_{name}": moments[name].collect() for name in moments.columns if name != "case_key"}
    found = moments.group_by("case_key").aggregate(**lists)
    joined = cases.left_join(found, "case_key").drop("case_key_right")
    # Spark takes no other places than of 32 bits.
    places = {f"at__{name}": joined["all_activity"].index(code).cast("int32") for name, code in named.items()}
    joined = joined.mutate(**places)
    columns: dict[str, ir.Value] = {name: joined[name] for name in cases.columns}
    for name in named:
        place = joined[f"at__{name}"]

        def told(values: str, place: ir.IntegerColumn = place) -> ir.Value:
            column = joined[f"all_{values}"]
            return ibis.ifelse(place >= 0, column[place], ibis.null(column.type().value_type))

        columns |= {
            first_of(name): told("first"),
            last_of(name): told("last"),
            firstday_of(name): told("firstday"),
            lastday_of(name): told("lastday"),
            # A case with events has none of these, or some; of a case without any, nothing was seen.
            count_of(name): ibis.ifelse(
                joined["n_events"].notnull(), told("n").fill_null(0), ibis.null("int64")
            ),
        }
    return joined.select(**columns)


def _last_values(draft: Draft, shared: dict[str, str]) -> ir.Table:
    """For each case the last value that an event gave of each attribute that cases and events share."""
    events = draft.with_details(draft.events, *shared)
    columns = {}
    for name, column in shared.items():
        value = events[name]
        known = value > 0 if value.type().is_integer() else value.notnull()
        columns[column] = value.argmax(events["pos"], where=known.fill_null(False))
    return events.group_by("case_key").aggregate(**columns)


def _shared_attributes(draft: Draft) -> list[str]:
    """Attributes that the process has of cases and of events: a case takes the last value that an event gave."""
    return [
        name
        for name, declared in draft.template.attributes.items()
        if declared.level == "both" and name in draft.carried
    ]


def _named_activities(draft: Draft, shown: frozenset[str]) -> dict[str, int]:
    """Activities that the template names and this log can show: each gets columns of its own in `cases`."""
    return {
        declared.id: code
        for declared in draft.template.events()
        if declared.id in shown and (code := draft.meta.code(declared.id)) is not None
    }
