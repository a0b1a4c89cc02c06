"""The line of project.toml that reads a column the other way round: its days as months, its months as days."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.connect.checks.sums import Checked
from workbench.connect.times import TimeReading
from workbench.escape import toml_text
from workbench.messages import Message
from workbench.project import AnySource, CasesSource, EventsSource

__all__ = ["exchange_remedy"]

_ISO_DAY = "%Y-%m-%d"


def exchange_remedy(log: Checked, name: str) -> Message:
    """What to do where day and month are exchanged in an attribute or in the times of an event.

    A format holds for a whole column. Where all its days can be months, the line that reads it the other way round is
    said as it must be written; else only some of its values are exchanged, and these can only be mended at home.
    """
    for source, column in _columns_of(log, name):
        line = _line(log, source, column)
        if line is not None:
            return Message(
                "Mend them in the source, or if the whole column is meant that way write {line} under "
                "[sources.formats] of the source {source!r}",
                line=line,
                source=source.name,
            )
    return Message("Mend them in the source: a format would exchange the others of the column, too")


def _columns_of(log: Checked, name: str) -> Iterator[tuple[AnySource, str]]:
    for source in log.log.project.sources:
        attribute = source.attributes.get(name)
        if attribute is not None:
            yield source, attribute.column
        elif isinstance(source, EventsSource) and name == "time":
            yield source, source.time
        elif isinstance(source, CasesSource):
            yield from ((source, event.column) for event in source.events.get(name, ()))


def _line(log: Checked, source: AnySource, name: str) -> str | None:
    table, readings = log.log.tables.get(source.name), log.log.readings.get(source.name)
    reading = readings.times.get(name) if readings is not None else None
    written = _exchanged(reading) if reading is not None else None
    if table is None or reading is None or written is None:
        return None
    column = next(column for column in table.columns if column.name == name)
    beyond = f"SELECT count(*) FROM {table.relation} WHERE day({reading.wall(column.sql)}) > 12"
    if log.stage.row(beyond)[0]:
        return None
    return f"{toml_text(name)} = {toml_text(written)}"


def _exchanged(reading: TimeReading) -> str | None:
    """The one format of a column with day and month exchanged; None where it has several, or none of its own."""
    if reading.kind == "iso" and reading.date_only:
        written = _ISO_DAY
    elif reading.kind == "strptime" and len(reading.formats) == 1:
        written = reading.formats[0]
    else:
        return None
    if "%d" not in written or "%m" not in written:
        return None
    return written.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
