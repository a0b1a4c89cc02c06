"""What a log has to say about itself before any chart: counted, with what to do about it.

A finding blocks when a figure would be wrong without it being seen; it warns when a figure may be; it is a
note when the user should merely know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.connect.assemble import varying
from workbench.connect.fields import stripped
from workbench.connect.lifecycle import several_steps
from workbench.connect.logtables import LogTables
from workbench.connect.mainsource import TypedSource
from workbench.connect.openings import no_start_event, repeated_cases
from workbench.connect.plausibility import currencies, due_before_start, implausible_years, lost_decimals
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding, did_you_mean
from workbench.log.raw import Level, RawAttribute
from workbench.messages import Message, quoted
from workbench.places import in_column
from workbench.project import CasesSource, EventsSource
from workbench.sql import ident, text_list

__all__ = ["check_log", "unknown_labels", "unmet_conditions"]

_SHOWN = 5
_MANY_TIES = 0.2


def check_log(stage: Stage, log: LogTables) -> list[Finding]:
    """All findings about a log as a whole, in the order in which a reader wants them."""
    events, cases = stage.row(
        f"SELECT (SELECT count(*) FROM {log.events}), (SELECT count(*) FROM {log.cases})"
    )
    times = f"SELECT case_id, time, count(*) AS n FROM {log.events} GROUP BY case_id, time"
    tied = stage.keep("tied", f"{times} HAVING count(*) > 1", large=False)
    found = [
        _nothing(events, cases),
        no_start_event(stage, log, events),
        *repeated_cases(stage, log),
        _without_events(stage, log, cases),
        _duplicates(stage, log, events, tied),
        _ties(stage, log, events, tied),
        several_steps(stage, log, events),
        _unmapped(stage, log, events),
        *_missing_attributes(stage, log, cases, events),
        *implausible_years(stage, log),
        *due_before_start(stage, log),
        *currencies(stage, log),
        *lost_decimals(stage, log),
        _varying(stage, log, cases),
    ]
    return [finding for finding in found if finding is not None]


def _nothing(events: int, cases: int) -> Finding | None:
    if events:
        return None
    return Finding(
        rule="no_events",
        severity="block",
        message=Message("The log has no event ({cases} cases)", cases=int(cases)),
        remedy=Message("See the other findings: a time column is missing, undecided or of another kind"),
    )


def _without_events(stage: Stage, log: LogTables, cases: int) -> Finding | None:
    count = stage.row(
        f"SELECT count(*) FROM {log.cases} WHERE case_id NOT IN (SELECT DISTINCT case_id FROM {log.events})"
    )[0]
    if not count or count == cases:
        return None
    return Finding(
        rule="cases_without_events",
        severity="note",
        message=Message(
            "{count} of {cases} cases have no date at all: they count as cases, but stand in no map",
            count=int(count),
            cases=int(cases),
        ),
        remedy=Message("Nothing, if they have only been planned; else fill their dates"),
        count=count,
        share=count / cases,
    )


def _duplicates(stage: Stage, log: LogTables, events: int, tied: str) -> Finding | None:
    """Rows that are alike in every mapped field: sent twice, or truly two events in the same second.

    They are looked for among the events that share case and time with another.
    """
    repeats, first = 0, None
    for source in log.sources:
        if source.kind != "events":
            continue
        alike = [
            "case_id",
            "_activity",
            "_time",
            "_resource",
            "_lifecycle",
            *(ident(f.name) for f in source.fields),
        ]
        group = f"hash({', '.join(alike)})"
        same_time = f"{tied} AS t ON t.case_id = e.case_id AND t.time = e._time"
        kept = f"FROM {source.typed} AS e SEMI JOIN {same_time} WHERE _reason IS NULL"
        more = int(stage.row(f"SELECT count(*) - count(DISTINCT {group}) {kept}")[0])
        if more and first is None:
            first = stage.rows(
                f"SELECT any_value(case_id), any_value(_activity), min(_row) {kept} GROUP BY {group} "
                "HAVING count(*) > 1 ORDER BY 3 LIMIT 1"
            )[0]
        repeats += more
    if not repeats or first is None:
        return None
    case, activity, _ = first
    return Finding(
        rule="duplicate_events",
        severity="warn",
        message=Message(
            "{count} events repeat another in every mapped field, first {activity!r} of case {case!r}; all are "
            "kept",
            count=repeats,
            activity=str(activity),
            case=str(case),
        ),
        remedy=Message('If they were exported twice, set duplicates = "drop" in the source'),
        count=repeats,
        share=repeats / events if events else None,
    )


def _ties(stage: Stage, log: LogTables, events: int, groups: str) -> Finding | None:
    """Events that share their time with another of the case: only the source's order tells them apart."""
    if not events:
        return None
    tied = int(stage.row(f"SELECT coalesce(sum(n), 0) FROM {groups}")[0])
    if not tied:
        return None
    ordered = all(isinstance(s, EventsSource) and s.order for s in log.project.sources if s.kind == "events")
    if log.project.tie_order == "activities":
        message = Message(
            "{count} of {events} events share their time with another of the same case; the template's order of "
            "activities decides",
            count=tied,
            events=int(events),
        )
    else:
        message = Message(
            "{count} of {events} events share their time with another of the same case; the order of the source "
            "decides",
            count=tied,
            events=int(events),
        )
    remedy = Message("If the file is not in the order of events, name a column with it as `order`")
    if ordered:
        remedy = Message('To order by activity instead, set tie_order = "activities"')
    return Finding(
        rule="tied_times",
        severity="warn" if tied / events >= _MANY_TIES else "note",
        message=message,
        remedy=remedy,
        count=tied,
        share=tied / events,
    )


def _unmapped(stage: Stage, log: LogTables, events: int) -> Finding | None:
    known = {event.id for event in log.template.events()}
    if not known or not events:
        return None
    rows = stage.rows(
        f"SELECT activity, count(*) AS n FROM {log.events} "
        f"WHERE activity NOT IN {text_list(sorted(known))} GROUP BY activity ORDER BY n DESC, activity"
    )
    if not rows:
        return None
    total = sum(int(count) for _, count in rows)
    shown = [
        Message("{name!r} ({count})", name=str(label), count=int(count)) for label, count in rows[:_SHOWN]
    ]
    return Finding(
        rule="unmapped_activities",
        severity="note" if total < events else "warn",
        message=Message(
            "{count} activities are none of the template's and keep their own names: {activities}",
            count=len(rows),
            activities=shown,
        ),
        remedy=Message("Map those that mean the same under [sources.activities]"),
        count=total,
        share=total / events,
        data={"activities": [{"activity": str(label), "events": int(count)} for label, count in rows]},
    )


def _missing_attributes(stage: Stage, log: LogTables, cases: int, events: int) -> list[Finding]:
    """Mapped attributes that hold nothing, and required ones that no column fills."""
    roles = log.template.case
    filled = {attribute.name for attribute in log.attributes}
    filled |= {roles.id, roles.activity, roles.time, roles.resource}
    findings = [
        Finding(
            rule="missing_attribute",
            severity="warn",
            message=Message(
                "No column fills {id!r} ({name}), which the process requires", id=wanted.id, name=wanted.name
            ),
            remedy=Message("Map it under [sources.attributes]"),
        )
        for wanted in log.template.attributes.values()
        if wanted.tier == "required" and wanted.id not in filled and not wanted.table
    ]
    given = _filled(stage, log.cases, log.attributes, "case") | _filled(
        stage, log.events, log.attributes, "event"
    )
    for attribute in log.attributes:
        total = cases if attribute.level == "case" else events
        if total and (attribute.level, attribute.name) not in given:
            findings.append(
                Finding(
                    rule="empty_attribute",
                    severity="warn",
                    message=Message(
                        "{name!r} is mapped to {column!r} and holds no value at all",
                        name=attribute.name,
                        column=attribute.label,
                    ),
                    remedy=Message("See whether it is the right column"),
                    count=total,
                    share=1.0,
                )
            )
    return findings


def _filled(
    stage: Stage, table: str, attributes: Sequence[RawAttribute], level: Level
) -> set[tuple[Level, str]]:
    """The attributes of a level that hold any value."""
    names = [attribute.name for attribute in attributes if attribute.level == level]
    if not names:
        return set()
    counts = stage.row(f"SELECT {', '.join(f'count({ident(name)})' for name in names)} FROM {table}")
    return {(level, name) for name, count in zip(names, counts, strict=True) if count}


def _varying(stage: Stage, log: LogTables, cases: int) -> Finding | None:
    found = varying(stage, log.cases, log.attributes)
    if not found:
        return None
    shown = [
        Message("{name!r} in {count} cases", name=name, count=count)
        for name, count in list(found.items())[:_SHOWN]
    ]
    return Finding(
        rule="varying_attribute",
        severity="note",
        message=Message(
            "Attributes of the case change within it; their first value counts (or last): {attributes}",
            attributes=shown,
        ),
        remedy=Message('Say which value counts: { column = "…", take = "last" }'),
        count=max(found.values()),
        share=max(found.values()) / cases,
        data={"attributes": dict(found)},
    )


def unknown_labels(source: TypedSource, mapped: Mapping[str, str], labels: Sequence[str]) -> Finding | None:
    """Labels that the project maps and the source does not have: a typing mistake would map nothing."""
    missing = [raw for raw in mapped if raw.strip() not in set(labels)]
    if not missing:
        return None
    hint = did_you_mean(missing[0], labels)
    return Finding(
        rule="unseen_label",
        severity="warn",
        message=Message(
            "{count} mapped activities do not occur: {labels}",
            count=len(missing),
            labels=quoted(missing[:_SHOWN]),
        ),
        remedy=hint or Message("Write them as they stand in the source, or take them away"),
        count=len(missing),
        where=source.name,
    )


def unmet_conditions(stage: Stage, source: CasesSource, table: SourceTable) -> list[Finding]:
    """Conditions of wide events whose value the column never has."""
    conditions = [
        (activity, name, value)
        for activity, columns in source.events.items()
        for item in columns
        for name, values in item.when.items()
        for value in values
    ]
    seen: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for _, name, _ in conditions):
        values = f"SELECT DISTINCT {stripped(table.column(name))} AS v FROM {table.relation}"
        rows = stage.rows(f"SELECT v FROM ({values}) WHERE v IS NOT NULL ORDER BY v LIMIT 1000")
        seen[name] = [str(value) for (value,) in rows]
    return [
        Finding(
            rule="unmet_condition",
            severity="warn",
            message=Message(
                "{activity!r} waits for {column} = {value!r}, which never occurs",
                activity=activity,
                column=name,
                value=value,
            ),
            remedy=did_you_mean(value, seen[name])
            or Message("It holds: {values}", values=seen[name][:_SHOWN]),
            where=in_column(source.name, name),
        )
        for activity, name, value in conditions
        if value not in seen[name]
    ]
