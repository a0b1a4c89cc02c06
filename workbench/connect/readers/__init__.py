"""Whatever an analyst's system exports, opened as a table; what holds no data table is refused, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workbench.connect.readers.database import open_database
from workbench.connect.readers.folder import put_together
from workbench.connect.readers.frames import open_frame
from workbench.connect.readers.kinds import reader_of
from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.ocelcsv import is_ocel_table, read_ocel_table
from workbench.connect.readers.options import Options
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.connect.timeofday import with_time_of_day
from workbench.errors import WorkbenchError
from workbench.filesets import fileset, is_set
from workbench.messages import Message
from workbench.project import Project, Source, parse_project
from workbench.template import Template

__all__ = ["Options", "open_file", "open_frame", "open_place", "open_source", "parted", "shown"]

_FOUND_OUT = Options()


def open_file(stage: Stage, path: Path, options: Options = _FOUND_OUT) -> SourceTable:
    """A file as a table, read by what knows its kind; a folder or a pattern as the table of all its files.

    Raises WorkbenchError when the file is missing, is of a kind that nothing here reads, or holds no data table.
    """
    return with_time_of_day(stage, _open(stage, path, options), options.time_of_day)


def _open(stage: Stage, path: Path, options: Options) -> SourceTable:
    if is_set(path):
        return _open_set(stage, path, options)
    if not path.is_file():
        raise WorkbenchError(
            Message("There is no such file"),
            where=str(path),
            remedy=Message("Mend the source's path in project.toml"),
        )
    if path.stat().st_size == 0:
        raise WorkbenchError(Message("The file is empty"), where=str(path), remedy=Message("Export it again"))
    table = reader_of(path)(stage, path, options)
    if is_ocel_table(table):
        return flattened(stage, read_ocel_table(stage, table, path), options)
    return table


def _open_set(stage: Stage, path: Path, options: Options) -> SourceTable:
    files = fileset(path)
    if not files:
        raise WorkbenchError(
            Message("There is no file in the folder, or none whose name fits the pattern"),
            where=str(path),
            remedy=Message("Mend the source's path in project.toml"),
        )
    return put_together(stage, path, [_open_one(stage, path, one, files, options) for one in files], options)


def _open_one(stage: Stage, path: Path, one: Path, files: Sequence[Path], options: Options) -> SourceTable:
    """A file of several. In a folder lie other things, too, a note on the export: how to leave it out is told."""
    try:
        return _open(stage, one, options)
    except WorkbenchError as error:
        ending, _ = (
            Counter(other.suffix for other in files if other != one).most_common(1)[0]
            if len(files) > 1
            else ("", 0)
        )
        if not path.is_dir() or ending == one.suffix:
            raise
        raise WorkbenchError(
            error.message,
            where=error.where,
            remedy=Message(
                "Mend the file; if it is none of the exports, name those: {pattern}",
                pattern=f"{path / '*'}{ending}",
            ),
        ) from error


def open_source(stage: Stage, project: Project, source: Source, template: Template) -> SourceTable:
    """A source of a project as a table: a file, see `open_file`, or what a database gives."""
    if source.url:
        found = open_database(stage, source, folder=project.folder)
        return with_time_of_day(stage, found, source.time_of_day or {})
    return open_file(stage, project.path_of(source), Options.of(source, template))


def open_place(
    stage: Stage, place: str, options: Options, *, table: str | None = None
) -> tuple[SourceTable, str]:
    """What a user names before there is a project: a file or the address of a database, and how a project writes it."""
    if "://" not in place:
        chosen = options if table is None else replace(options, table=table)
        return open_file(stage, Path(place), chosen), str(Path(place).resolve())
    source = {"kind": "table", "name": table or "database", "url": place, "table": table}
    project = parse_project({"process": "any-process", "sources": [source]}, folder=Path(), where="--source")
    found = open_database(stage, project.sources[0], folder=Path())
    return replace(found, settings={**found.settings, **({"table": table} if table else {})}), place


def parted(source: str | Path) -> tuple[str, str | None]:
    """A place and the table that is named behind a #, of an address or of a database file."""
    text = str(source)
    place, mark, table = text.rpartition("#")
    if mark and table and ("://" in place or (not Path(text).exists() and Path(place).is_file())):
        return place, table
    return text, None


def shown(source: str | Path) -> str:
    """Where a source lies, as a finding may say it: an address without who connects."""
    place, _ = parted(source)
    if "://" not in place:
        return str(Path(place).resolve())
    head, _, rest = place.partition("://")
    return f"{head}://{rest.rpartition('@')[2].partition('?')[0]}"
