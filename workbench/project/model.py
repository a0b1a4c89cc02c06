"""A user's project: the folder's `project.toml`, read into a frozen model with every name checked.

The file says which process the data is of, where the sources are and which column means what. It is the
user's own file: every mistake in it is told by file, key and the nearest word that would have been right.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from workbench.errors import WorkbenchError, did_you_mean, unknown_name
from workbench.faults import first_fault
from workbench.historyplace import HistoryPlace
from workbench.messages import Message
from workbench.places import in_source
from workbench.project.calendar import Calendar
from workbench.project.parts import Part, doubled, refusal
from workbench.project.privacy import Privacy
from workbench.project.sources import SOURCE_KINDS, AnySource, Column, EventColumn, Source

__all__ = ["Control", "Project", "load_project", "parse_project"]

PROJECT_FILE = "project.toml"


def _zone(value: Any) -> Any:
    """An IANA zone that this machine knows."""
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(str(value), available_timezones())
        raise refusal(
            Message("Unknown time zone {value}", value=repr(value)),
            hint or Message("Use an IANA name such as Europe/Paris"),
        ) from None
    return value


def _currency(value: Any) -> Any:
    if not re.fullmatch(r"[A-Z]{3}", str(value)):
        raise refusal(
            Message("{value} is no currency code", value=repr(value)),
            Message('Use the three capital letters of ISO 4217, or "XXX" when unspecified'),
        )
    return value


class Control(Part):
    """Receivables on a day by another's books, to reconcile with."""

    date: date
    ar: str
    currency: Annotated[str, BeforeValidator(_currency)] | None = None


class Window(Part):
    """A span of days, both ends included."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.to < self.from_:
            raise refusal(Message("It ends before it begins"), Message("Exchange from and to"))
        return self


class Focus(Part):
    """Challenges and goals that concern this project: what has to do with them is shown first."""

    challenges: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


class Period(Part):
    """Years outside are taken for mistakes."""

    from_: int = Field(default=1990, alias="from")
    to: int | None = None


class Project(Part):
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
    kpis: Mapping[str, Any] = Field(default_factory=dict)
    kpi_modules: tuple[str, ...] = ()
    # By name, conditions as records: what they mean is known to `workbench.discover.conditions`.
    filters: Mapping[str, tuple[Mapping[str, Any], ...]] = Field(default_factory=dict)
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
        name = doubled(source.name for source in self.sources)
        if name is not None:
            message = Message("Two sources are called {name!r}", name=name)
            raise refusal(message, Message("Rename one of them"))
        return self

    def path_of(self, source: AnySource) -> Path:
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
        raise first_fault(error, where=where, keys=_owner_keys, kinds=SOURCE_KINDS) from error


def _keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} - {"folder"}


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
            return _keys_of(SOURCE_KINDS[parts[1]])
        return _keys_of(EventColumn if parts[2] == "events" else Column)
    return _keys_of(_TABLES[parts[0]]) if parts[0] in _TABLES else set()
