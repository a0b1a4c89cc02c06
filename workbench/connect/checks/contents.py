"""What the log consists of: events, activities that the process knows, attributes that hold something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.connect.assemble import varying
from workbench.connect.checks.sums import ENOUGH, Checked, first_cases
from workbench.connect.stage import Stage
from workbench.errors import Finding
from workbench.log.raw import Level, RawAttribute
from workbench.messages import Message
from workbench.places import in_column
from workbench.project import CasesSource
from workbench.sql import ident, literal

__all__ = ["missing_attributes", "never_seen", "nothing", "unmapped", "varying_attributes", "without_events"]

_SHOWN = 5


def nothing(log: Checked) -> Iterator[Finding]:
    """A log without any event: there is nothing to look at."""
    if not log.events:
        yield Finding(
            rule="no_events",
            severity="block",
            message=Message("The log has no event ({cases} cases)", cases=log.cases),
            remedy=Message("See the other findings: a time column is missing, undecided or of another kind"),
        )


def without_events(log: Checked) -> Iterator[Finding]:
    """Cases without any date: planned, or not filled."""
    dated = int(log.stage.row(f"SELECT count(*) FROM {log.by_case}")[0])
    count = log.cases - dated
    if count and dated:
        missing = f"SELECT case_id FROM {log.log.cases} ANTI JOIN {log.by_case} USING (case_id)"
        yield Finding(
            rule="cases_without_events",
            severity="note",
            message=Message(
                "{count} of {cases} cases have no date at all: they count as cases, but stand in no map",
                count=count,
                cases=log.cases,
            ),
            remedy=Message("Nothing, if they have only been planned; else fill their dates"),
            count=count,
            share=count / log.cases,
            rows=first_cases(log.stage, missing),
        )


def unmapped(log: Checked) -> Iterator[Finding]:
    """Activities that are none of the template's: its KPIs and rules do not see them."""
    known = {event.id for event in log.log.template.events()}
    found = [(name, count) for name, count in log.by_activity if name not in known]
    if not known or not found:
        return
    total = sum(count for _, count in found)
    shown = [Message("{name!r} ({count})", name=name, count=count) for name, count in found[:_SHOWN]]
    first = f"SELECT case_id, activity FROM {log.log.events} WHERE activity = {literal(found[0][0])}"
    yield Finding(
        rule="unmapped_activities",
        severity="note" if total < log.events else "warn",
        message=Message(
            "{count} activities are none of the template's and keep their own names: {activities}",
            count=len(found),
            activities=shown,
        ),
        remedy=Message("Map those that mean the same under [sources.activities]"),
        count=total,
        share=total / log.events,
        rows=first_cases(log.stage, first),
        data={"activities": [{"activity": name, "events": count} for name, count in found]},
    )


def never_seen(log: Checked) -> Iterator[Finding]:
    """Activities that the ideal path has and the log never shows, and date columns that give no event at all."""
    for spec in log.log.project.sources:
        if not isinstance(spec, CasesSource):
            continue
        seen = {name for name, _ in log.by_activity}
        for activity in spec.events:
            if activity not in seen:
                column = spec.events[activity][0].column
                yield Finding(
                    rule="empty_activity",
                    severity="warn",
                    message=Message(
                        "{activity!r} is declared to come from {column!r} and no row gives one",
                        activity=activity,
                        column=column,
                    ),
                    remedy=Message(
                        "See whether it is the right column, and whether the condition on it ever holds"
                    ),
                    where=in_column(spec.name, column),
                )
    template = log.log.template
    missing = [name for name in template.path.ideal if name not in log.path]
    if not log.path or not missing or log.events < ENOUGH:
        return
    named = [Message("{id!r} ({name})", id=name, name=template.activities[name].name) for name in missing]
    yield Finding(
        rule="expected_activities",
        severity="note",
        message=Message(
            "{count} of {total} activities of the ideal path never occur: {activities}",
            count=len(missing),
            total=len(template.path.ideal),
            activities=named,
        ),
        remedy=Message(
            "If the system records them, add their source; step 1 says which of them open the most figures"
        ),
        count=len(missing),
        share=len(missing) / len(template.path.ideal),
        data={"activities": missing},
    )


def missing_attributes(log: Checked) -> Iterator[Finding]:
    """Mapped attributes that hold nothing, and required ones that no column fills."""
    template, attributes = log.log.template, log.log.attributes
    roles = template.case
    filled = {attribute.name for attribute in attributes}
    filled |= {roles.id, roles.activity, roles.time, roles.resource}
    for wanted in template.attributes.values():
        if wanted.tier == "required" and wanted.id not in filled and not wanted.table:
            yield Finding(
                rule="missing_attribute",
                severity="warn",
                message=Message(
                    "No column fills {id!r} ({name}), which the process requires",
                    id=wanted.id,
                    name=wanted.name,
                ),
                remedy=Message("Map it under [sources.attributes]"),
            )
    given = _filled(log.stage, log.log.cases, attributes, "case")
    given |= _filled(log.stage, log.log.events, attributes, "event")
    for attribute in attributes:
        total = log.cases if attribute.level == "case" else log.events
        if total and (attribute.level, attribute.name) not in given:
            yield Finding(
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


def _filled(
    stage: Stage, table: str, attributes: Sequence[RawAttribute], level: Level
) -> set[tuple[Level, str]]:
    """The attributes of a level that hold any value."""
    names = [attribute.name for attribute in attributes if attribute.level == level]
    if not names:
        return set()
    counts = stage.row(f"SELECT {', '.join(f'count({ident(name)})' for name in names)} FROM {table}")
    return {(level, name) for name, count in zip(names, counts, strict=True) if count}


def varying_attributes(log: Checked) -> Iterator[Finding]:
    """Attributes of the case that change within it: one of their values counts."""
    found = varying(log.stage, log.log.cases, log.log.attributes)
    if not found:
        return
    shown = [
        Message("{name!r} in {count} cases", name=name, count=count)
        for name, count in list(found.items())[:_SHOWN]
    ]
    most = max(found, key=lambda name: found[name])
    first = f"SELECT case_id FROM {log.log.cases} WHERE {ident('_varies_' + most)}"
    yield Finding(
        rule="varying_attribute",
        severity="note",
        message=Message(
            "Attributes of the case change within it; their first value counts (or last): {attributes}",
            attributes=shown,
        ),
        remedy=Message('Say which value counts: { column = "…", take = "last" }'),
        count=found[most],
        share=found[most] / log.cases,
        rows=first_cases(log.stage, first),
        data={"attributes": dict(found)},
    )
