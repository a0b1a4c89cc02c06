"""A user's project: the folder's `project.toml`, read into a frozen model with every name checked.

The file says which process the data is of, where the sources are and which column means what. It is the
user's own file: every mistake in it is told by file, key and the nearest word that would have been right.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from workbench.errors import WorkbenchError, did_you_mean, unknown_name
from workbench.faults import first_fault
from workbench.historyplace import HistoryPlace
from workbench.messages import Message
from workbench.places import in_source

__all__ = [
    "CasesSource",
    "Column",
    "Control",
    "EventColumn",
    "EventsSource",
    "LookupSource",
    "Project",
    "RatesSource",
    "Source",
    "TableSource",
    "load_project",
    "parse_project",
]

PROJECT_FILE = "project.toml"
_NAME = re.compile(r"[^\W\d_]\w*")
# Words that the log itself uses; an attribute of that name would hide them.
RESERVED = frozenset({"case_id", "activity", "time", "day", "src_order", "resource", "lifecycle"})


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _as_column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _text_values(value: Any) -> Any:
    """Values as a source shows them: true is `true`, 1 is `1`."""
    return [str(item).lower() if isinstance(item, int | float) else item for item in _as_list(value)]


def _zone(value: Any) -> Any:
    """An IANA zone that this machine knows."""
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(str(value), available_timezones())
        raise _refusal(
            Message("Unknown time zone {value}", value=repr(value)),
            hint or Message("Use an IANA name such as Europe/Paris"),
        ) from None
    return value


def _currency(value: Any) -> Any:
    if not re.fullmatch(r"[A-Z]{3}", str(value)):
        raise _refusal(
            Message("{value} is no currency code", value=repr(value)),
            Message('Use the three capital letters of ISO 4217, or "XXX" when unspecified'),
        )
    return value


def _attribute_name(value: Any) -> Any:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value.lower() in RESERVED:
        hint = Message("Use letters, digits and underscores, beginning with a letter")
        if isinstance(value, str) and value.lower() in RESERVED:
            hint = Message("The log itself uses this word; choose another, or set it as a role of the source")
        raise _refusal(Message("{value} cannot name an attribute", value=repr(value)), hint)
    return value


def _refusal(message: Message, hint: str) -> PydanticCustomError:
    """A validator's error that keeps its message and its remedy as they are, for `first_fault`."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint})


def _doubled(names: Iterable[str]) -> str | None:
    """The first name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


class _Part(BaseModel):
    """What every table of the file shares: unknown keys are errors, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Column(_Part):
    """Where an attribute's values are: a column, and what the template cannot know about it."""

    column: str
    type: Literal["id", "str", "cat", "num", "pct", "money", "bool", "date", "ts"] | None = None
    level: Literal["case", "event"] | None = None
    cumulative: bool = False
    take: Literal["first", "last"] | None = None


Values = Annotated[tuple[str, ...], BeforeValidator(_text_values)]


class EventColumn(_Part):
    """A date column of a wide source that becomes an event, always or only where another column says so."""

    column: str
    when: Mapping[str, Annotated[tuple[str, ...], BeforeValidator(_text_values)]] = Field(
        default_factory=dict
    )


AttributeName = Annotated[str, BeforeValidator(_attribute_name)]
Attributes = Mapping[AttributeName, Annotated[Column, BeforeValidator(_as_column)]]
EventColumns = Annotated[
    tuple[Annotated[EventColumn, BeforeValidator(_as_column)], ...],
    BeforeValidator(_as_list),
    Field(min_length=1),
]
Formats = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]


class _AnySource(_Part):
    name: str = Field(min_length=1)
    path: str = Field(min_length=1)
    attributes: Attributes = Field(default_factory=dict)
    formats: Mapping[str, Formats] = Field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    skip: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _names_differ(self) -> _AnySource:
        name = _doubled(map(str.casefold, self.attributes))
        if name is not None:
            message = Message("Two attributes are called {name!r} but for capitals", name=name)
            raise _refusal(message, Message("Rename one of them"))
        return self


class EventsSource(_AnySource):
    """One row per event: case, activity and time are columns."""

    kind: Literal["events"]
    case: str
    activity: str
    time: str
    resource: str | None = None
    lifecycle: str | None = None
    order: str | None = None
    activities: Mapping[str, str] = Field(default_factory=dict)
    duplicates: Literal["keep", "drop"] = "keep"


class CasesSource(_AnySource):
    """One row per case: several date columns become events, in the order given."""

    kind: Literal["cases"]
    case: str
    events: Mapping[str, EventColumns] = Field(default_factory=dict)


class LookupSource(_AnySource):
    """A related table: its columns join to the main sources by `key` = their column `to`."""

    kind: Literal["lookup"]
    key: str
    to: str
    same: Mapping[str, str] = Field(default_factory=dict)


class RatesSource(_AnySource):
    """Dated exchange rates: one unit of `from` is `rate` units of the project's currency."""

    kind: Literal["rates"]
    date: str
    from_: str = Field(alias="from")
    rate: str


class TableSource(_AnySource):
    """A table beside the log: credit requests, leads, targets."""

    kind: Literal["requests", "leads", "table"]


Source = Annotated[
    EventsSource | CasesSource | LookupSource | RatesSource | TableSource, Field(discriminator="kind")
]


class Control(_Part):
    """Receivables on a day by another's books, to reconcile with."""

    date: date
    ar: str
    currency: Annotated[str, BeforeValidator(_currency)] | None = None


class Window(_Part):
    """A span of days, both ends included."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.to < self.from_:
            raise _refusal(Message("It ends before it begins"), Message("Exchange from and to"))
        return self


class Calendar(_Part):
    """Days not worked: ISO weekdays (6 = Saturday) and dates."""

    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (6, 7)
    holidays: tuple[date, ...] = ()


class Privacy(_Part):
    """What is done to people's names when reading."""

    resources: Literal["keep", "drop"] = "keep"


class Focus(_Part):
    """Challenges and goals that concern this project: what has to do with them is shown first."""

    challenges: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


class Period(_Part):
    """Years outside are taken for mistakes."""

    from_: int = Field(default=1990, alias="from")
    to: int | None = None


class Project(_Part):
    """A user's project. Get one with `load_project(folder)`.

    `folder` is where relative paths start; it is not a key of the file.
    """

    format: Literal[1] = 1
    process: str
    name: str = ""
    language: Literal["en", "fr", "es", "zh"] = "en"
    time_zone: Annotated[str, BeforeValidator(_zone)] | None = None
    currency: Annotated[str, BeforeValidator(_currency)] = "XXX"
    as_of: date | None = None
    tie_order: Literal["source", "activities"] = "source"
    sources: tuple[Source, ...] = ()
    policy: Mapping[str, Any] = Field(default_factory=dict)
    targets: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    control: tuple[Control, ...] = ()
    baseline: Window | None = None
    calendar: Calendar = Calendar()
    privacy: Privacy = Privacy()
    period: Period = Period()
    focus: Focus = Focus()
    history: HistoryPlace = HistoryPlace()
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _sources_differ(self) -> Project:
        name = _doubled(source.name for source in self.sources)
        if name is not None:
            message = Message("Two sources are called {name!r}", name=name)
            raise _refusal(message, Message("Rename one of them"))
        return self

    def path_of(self, source: _AnySource) -> Path:
        """A source's file: variables such as ${DATA} filled in, relative to the project's folder."""
        return expand_path(source.path, folder=self.folder, where=in_source(source.name, "path"))


def expand_path(path: str, *, folder: Path, where: str) -> Path:
    """A path as a user writes it: `~` and ${NAME} filled in from the environment, relative to `folder`."""
    for name in re.findall(r"\$\{(\w+)\}", path):
        if not os.environ.get(name):
            message = Message(
                "The path {path!r} needs the environment variable {name}, which is not set",
                path=path,
                name=name,
            )
            example = f"export {name}=/path/to/the/files"
            remedy = Message("Name the folder first, for example: {example}", example=example)
            raise WorkbenchError(message, where=where, remedy=remedy)
    filled = re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], path)
    return folder / Path(filled).expanduser()


def load_project(folder: str | Path) -> Project:
    """The project in a folder (or of a `project.toml` named directly).

    Raises WorkbenchError naming the file, the key and the nearest known word.
    """
    path = Path(folder)
    path = path / PROJECT_FILE if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise WorkbenchError(
            Message("There is no project here"),
            where=str(path),
            remedy=Message("Make one with: workbench new DIR --process ID --source FILE"),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        message = Message("The project file cannot be read: {fault}", fault=str(error).rstrip("."))
        raise WorkbenchError(message, where=str(path)) from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkbenchError(
            Message("Not readable as TOML: {fault}", fault=str(error)),
            where=str(path),
            remedy=Message("Mend the line it names"),
        ) from error
    return parse_project(raw, folder=path.parent, where=str(path))


def parse_project(raw: Mapping[str, Any], *, folder: Path = Path(), where: str = PROJECT_FILE) -> Project:
    """A project from its tables, as TOML gives them; `where` names their file in errors."""
    if "folder" in raw:
        raise unknown_name("key", "folder", _keys_of(Project), where=where)
    try:
        return Project.model_validate({"name": folder.name, **raw, "folder": folder})
    except ValidationError as error:
        raise first_fault(error, where=where, keys=_owner_keys, kinds=_KINDS) from error


def _keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} - {"folder"}


_KINDS: dict[str, type[BaseModel]] = {
    "events": EventsSource,
    "cases": CasesSource,
    "lookup": LookupSource,
    "rates": RatesSource,
    "requests": TableSource,
    "leads": TableSource,
    "table": TableSource,
}
_TABLES: dict[str, type[BaseModel]] = {
    "control": Control,
    "baseline": Window,
    "calendar": Calendar,
    "privacy": Privacy,
    "period": Period,
    "focus": Focus,
    "history": HistoryPlace,
}


def _owner_keys(loc: tuple[int | str, ...]) -> set[str]:
    """The keys that may stand where an unknown one stood."""
    parts = [part for part in loc[:-1] if not isinstance(part, int)]
    if not parts:
        return _keys_of(Project)
    if parts[0] == "sources" and len(parts) >= 2:
        if len(parts) == 2:
            return _keys_of(_KINDS[parts[1]])
        return _keys_of(EventColumn if parts[2] == "events" else Column)
    return _keys_of(_TABLES[parts[0]]) if parts[0] in _TABLES else set()
