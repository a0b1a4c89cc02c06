"""The sources of a project as `project.toml` declares them: where each lies, how it is read, what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from workbench.historyplace import holds_secret
from workbench.messages import Message
from workbench.project.parts import Part, doubled, refusal

__all__ = [
    "SOURCE_KINDS",
    "Also",
    "AnySource",
    "CasesSource",
    "Column",
    "EventColumn",
    "EventsSource",
    "Label",
    "LookupSource",
    "RatesSource",
    "Source",
    "TableSource",
]

_NAME = re.compile(r"[^\W\d_]\w*")
# Words that the log itself uses; an attribute of that name would hide them.
RESERVED = frozenset({"case_id", "activity", "time", "day", "src_order", "resource", "lifecycle"})


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _as_column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _as_label(value: Any) -> Any:
    return {"activity": value} if isinstance(value, str) else value


def _text_values(value: Any) -> Any:
    """Values as a source shows them: true is `true`, 1 is `1`."""
    return [str(item).lower() if isinstance(item, int | float) else item for item in _as_list(value)]


def _attribute_name(value: Any) -> Any:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value.lower() in RESERVED:
        hint = Message("Use letters, digits and underscores, beginning with a letter")
        if isinstance(value, str) and value.lower() in RESERVED:
            hint = Message("The log itself uses this word; choose another, or set it as a role of the source")
        raise refusal(Message("{value} cannot name an attribute", value=repr(value)), hint)
    return value


def _address(value: Any) -> Any:
    """An address without a password in it: project files are mailed, copied and committed."""
    if not isinstance(value, str) or "://" not in value:
        example = "postgresql://user:${PASSWORD}@host/database"
        raise refusal(
            Message("This is no address of a database"), Message("Write it as {example}", example=example)
        )
    if holds_secret(value):
        raise refusal(
            Message("A password does not belong into a file"),
            Message("Write ${NAME} in its place and set the environment variable NAME"),
        )
    return value


class Column(Part):
    """Where an attribute's values are: a column, and what the template cannot know about it."""

    column: str
    type: Literal["id", "str", "cat", "num", "pct", "money", "bool", "date", "ts"] | None = None
    level: Literal["case", "event"] | None = None
    cumulative: bool = False
    take: Literal["first", "last"] | None = None


Values = Annotated[tuple[str, ...], BeforeValidator(_text_values)]


class EventColumn(Part):
    """A date column of a wide source that becomes an event, always or only where another column says so."""

    column: str
    when: Mapping[str, Values] = Field(default_factory=dict)


AttributeName = Annotated[str, BeforeValidator(_attribute_name)]


class Label(Part):
    """What a text in the column of activities means: an activity, always or only where other columns say so.

    `set` gives attributes a value by the text itself: "RELANCE 2" is a reminder of level 2.
    """

    activity: str
    when: Mapping[str, Values] = Field(default_factory=dict)
    set: Mapping[AttributeName, str | int | float] = Field(default_factory=dict)


class Also(Part):
    """A second event that the rows of an activity tell: a payment's row says when it came in and when it was posted.

    Its time is that of `column`, or with `same` that of the row.
    """

    of: str
    column: str | None = None
    same: bool = False

    @model_validator(mode="after")
    def _timed(self) -> Also:
        if (self.column is None) != self.same:
            message = Message("When it happens is said by `column` or by `same = true`, and by one of them")
            raise refusal(message, Message("Name the column of its date"))
        return self


Labels = Annotated[
    tuple[Annotated[Label, BeforeValidator(_as_label)], ...],
    BeforeValidator(_as_list),
    Field(min_length=1),
]
Attributes = Mapping[AttributeName, Annotated[Column, BeforeValidator(_as_column)]]
EventColumns = Annotated[
    tuple[Annotated[EventColumn, BeforeValidator(_as_column)], ...],
    BeforeValidator(_as_list),
    Field(min_length=1),
]
Formats = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]


class AnySource(Part):
    """What every source says: where it lies, a file or a database, and how it is read.

    Of a database `table` or `query` (with `parameters` bound to its `:names`) gives the rows, at most `rows` of them
    in at most `timeout` seconds. `time_of_day` names for columns of dates the column that holds their time of day; none
    at all says that there are no such pairs.
    """

    name: str = Field(min_length=1)
    path: str = ""
    url: Annotated[str, BeforeValidator(_address)] = ""
    table: str | None = Field(default=None, min_length=1)
    query: str | None = Field(default=None, min_length=1)
    parameters: Mapping[str, str | bool | int | float | date] = Field(default_factory=dict)
    rows: int = Field(default=10_000_000, ge=1)
    timeout: float = Field(default=600, gt=0)
    attributes: Attributes = Field(default_factory=dict)
    formats: Mapping[str, Formats] = Field(default_factory=dict)
    time_of_day: Mapping[str, str] | None = None
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    skip: int = Field(default=0, ge=0)
    object: str | None = Field(default=None, min_length=1)
    sheet: str | None = Field(default=None, min_length=1)
    header_rows: int = Field(default=1, ge=1, le=2)
    totals: Literal["drop", "keep"] = "drop"
    replaces: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()

    @model_validator(mode="after")
    def _one_place(self) -> AnySource:
        if not self.path and not self.url:
            message = Message("The key {name!r} is missing", name="path")
            raise refusal(message, Message("Add it, or the `url` of a database"))
        if self.path and self.url:
            raise refusal(Message("A source has a `path` or a `url`"), Message("Take one of them away"))
        if (self.query or self.parameters) and not self.url:
            message = Message("A query is put to a database, by its `url`")
            raise refusal(message, Message("Name a file's `table` instead"))
        if self.query and self.table:
            raise refusal(Message("A source has a `table` or a `query`"), Message("Take one of them away"))
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> AnySource:
        name = doubled(map(str.casefold, self.attributes))
        if name is not None:
            message = Message("Two attributes are called {name!r} but for capitals", name=name)
            raise refusal(message, Message("Rename one of them"))
        return self


class EventsSource(AnySource):
    """One row per event: case, activity and time are columns."""

    kind: Literal["events"]
    case: str
    activity: str
    time: str
    resource: str | None = None
    lifecycle: str | None = None
    order: str | None = None
    activities: Mapping[str, Labels] = Field(default_factory=dict)
    also: Mapping[str, Also] = Field(default_factory=dict)
    duplicates: Literal["keep", "drop"] = "keep"
    steps: Literal["keep", "pair", "complete"] = "keep"


class CasesSource(AnySource):
    """One row per case: several date columns become events, in the order given."""

    kind: Literal["cases"]
    case: str
    events: Mapping[str, EventColumns] = Field(default_factory=dict)


class LookupSource(AnySource):
    """A related table: its columns join to the main sources by `key` = their column `to`."""

    kind: Literal["lookup"]
    key: str
    to: str
    same: Mapping[str, str] = Field(default_factory=dict)


class RatesSource(AnySource):
    """Dated exchange rates: one unit of `from` is `rate` units of the project's currency."""

    kind: Literal["rates"]
    date: str
    from_: str = Field(alias="from")
    rate: str


class TableSource(AnySource):
    """A table beside the log: credit requests, leads, targets. `same` gives the log's spelling of its values."""

    kind: Literal["requests", "leads", "table"]
    same: Mapping[str, str] = Field(default_factory=dict)


Source = Annotated[
    EventsSource | CasesSource | LookupSource | RatesSource | TableSource, Field(discriminator="kind")
]

SOURCE_KINDS: dict[str, type[BaseModel]] = {
    "events": EventsSource,
    "cases": CasesSource,
    "lookup": LookupSource,
    "rates": RatesSource,
    "requests": TableSource,
    "leads": TableSource,
    "table": TableSource,
}
"""The model of each kind of source."""
