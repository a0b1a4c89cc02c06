"""A proposal as project.toml: commented, with every question as a marked line that a person can answer."""

from __future__ import annotations

from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from workbench.connect.proposal import Choice, Proposal, SourceProposal
from workbench.escape import toml_text

__all__ = ["project_text"]

_KINDS = {
    "events": "one row per event",
    "cases": "one row per case: date columns become events",
    "lookup": "joined to the main source by key",
    "rates": "dated exchange rates",
    "requests": "a table beside the log",
    "leads": "a table beside the log",
    "table": "a table beside the log",
}


def project_text(
    proposal: Proposal,
    *,
    name: str,
    currency: str = "XXX",
    time_zone: str | None = None,
    language: str = "en",
) -> str:
    """The text of a project.toml for a proposal.

    Lines that begin with `# TODO` are questions: what was too unsure to be applied, or could not be found.
    """
    document = tomlkit.document()
    document.add(
        tomlkit.comment(f"What {name} is made of. Lines marked TODO are questions to you; the rest was")
    )
    document.add(tomlkit.comment("proposed from names and values, and every line of it is yours to change."))
    document.add("format", tomlkit.item(1))
    document.add("process", tomlkit.item(proposal.process))
    document.add("name", tomlkit.item(name))
    document.add("language", tomlkit.item(language))
    zone = tomlkit.item(time_zone or proposal.time_zone)
    document.add("time_zone", zone.comment("times without an offset are of this zone; so are days"))
    money = tomlkit.item(currency)
    document.add("currency", money.comment("of the reports, and of amounts without a currency of their own"))
    document.add(
        "tie_order", tomlkit.item("source").comment('"activities": equal times in the process\'s order')
    )
    document.add(tomlkit.nl())
    sources = tomlkit.aot()
    for source in proposal.sources:
        sources.append(_source(source))
    document.add("sources", sources)
    return tomlkit.dumps(document)


def _source(source: SourceProposal) -> Table:
    table = tomlkit.table()
    table.add("name", source.name)
    table.add("url" if "://" in source.path else "path", source.path)
    table.add("kind", tomlkit.item(source.kind).comment(_KINDS[source.kind]))
    for key, value in source.settings.items():
        table.add(key, value)
    for one in source.choices:
        if one.what in ("role", "key"):
            _role(table, one)
    _clocks(table, source)
    if source.same:
        pairs = ", ".join(f"{toml_text(main)} = {toml_text(own)}" for main, own in source.same.items())
        _todo(table, f"same = {{ {pairs} }}", "keys that find no partner, and those nearly like them")
    for gap in source.gaps:
        _todo(table, "", gap)
    _also(table, source)
    _attributes(table, source)
    _events(table, source)
    _labels(table, source)
    if source.formats:
        formats = tomlkit.table()
        for column, fmt in source.formats.items():
            formats.add(column, fmt)
        table.add("formats", formats)
    return table


def _clocks(table: Table, source: SourceProposal) -> None:
    """Which columns hold the time of day of which dates."""
    chosen = [one for one in source.choices if one.what == "clock"]
    applied = {one.name: one.column for one in chosen if one.applied}
    if applied:
        table.add("time_of_day", _inline(dict(applied)))
    for one in chosen:
        if not one.applied:
            pairs = ", ".join(
                f"{toml_text(day)} = {toml_text(clock)}"
                for day, clock in {**applied, one.name: one.column}.items()
            )
            _todo(table, f"time_of_day = {{ {pairs} }}", one.reason)


def _role(table: Table, one: Choice) -> None:
    item = tomlkit.item(one.column)
    if one.applied:
        table.add(one.name, item)
    else:
        # A log needs these: the guess is written, and marked.
        table.add(one.name, item.comment(f"TODO is this the {one.name}? {one.reason}"))


def _attributes(table: Table, source: SourceProposal) -> None:
    chosen = [one for one in source.choices if one.what in ("attribute", "kept")]
    if not chosen:
        return
    attributes = tomlkit.table()
    for one in chosen:
        if one.applied:
            attributes.add(one.name, _attribute(one))
        else:
            _todo(attributes, f"{one.name} = {toml_text(one.column)}", one.reason)
    table.add("attributes", attributes)


def _attribute(one: Choice) -> Any:
    if one.type is None:
        return tomlkit.item(one.column)
    return _inline({"column": one.column, "type": one.type, "level": one.level or "case"})


def _events(table: Table, source: SourceProposal) -> None:
    chosen = [one for one in source.choices if one.what == "event"]
    if source.kind != "cases":
        return
    events = tomlkit.table()
    for name in dict.fromkeys(one.name for one in chosen if one.applied):
        columns = [_event(one) for one in chosen if one.name == name and one.applied]
        if len(columns) == 1:
            events.add(name, columns[0])
        else:
            several = tomlkit.array()
            several.extend(columns)
            events.add(name, several)
    for one in chosen:
        if not one.applied:
            _todo(events, f"{one.name} = {toml_text(one.column)}", one.reason)
    dates = [one for one in source.choices if one.what == "kept" and one.type in ("date", "ts")]
    if dates:
        named = ", ".join(toml_text(one.column) for one in dates)
        events.add(
            tomlkit.comment(f"Other dates, kept as attributes; name the activity if one records it: {named}")
        )
    table.add("events", events)


def _event(one: Choice) -> Any:
    if not one.when:
        return tomlkit.item(one.column)
    when = {name: values[0] if len(values) == 1 else list(values) for name, values in one.when.items()}
    return _inline({"column": one.column, "when": when})


def _labels(table: Table, source: SourceProposal) -> None:
    chosen = [one for one in source.choices if one.what == "activity"]
    if not chosen:
        return
    activities = tomlkit.table()
    for one in chosen:
        if one.applied and one.sets:
            activities.add(one.column, _inline({"activity": one.name, "set": dict(one.sets)}))
        elif one.applied:
            activities.add(one.column, one.name)
        else:
            _todo(activities, f"{toml_text(one.column)} = {toml_text(one.name)}", one.reason)
    table.add("activities", activities)


def _also(table: Table, source: SourceProposal) -> None:
    """Second events that a row may tell: never applied, since only its owner knows what a date in a row is of."""
    for one in source.choices:
        if one.what == "also":
            line = f"also.{one.name} = {{ of = {toml_text(one.of or '')}, column = {toml_text(one.column)} }}"
            _todo(table, line, one.reason)


def _inline(values: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for name, value in values.items():
        table.add(name, _inline(value) if isinstance(value, dict) else value)
    return table


def _todo(table: Table, line: str, reason: str) -> None:
    """A question as a comment: the line to uncomment, if there is one, and why it is asked."""
    text = f"TODO {line}  # {reason}" if line else f"TODO {reason}"
    # A line break in a name from a file must not become a line of the project.
    table.add(tomlkit.comment("".join(letter if letter.isprintable() else " " for letter in text)))
