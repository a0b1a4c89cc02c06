"""Whatever an analyst's system exports, opened as a table; what holds no data table is refused, with the reason."""

from __future__ import annotations

from pathlib import Path

from workbench.connect.readers.frames import open_frame
from workbench.connect.readers.kinds import reader_of
from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.ocelcsv import is_ocel_table, read_ocel_table
from workbench.connect.readers.options import Options
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.project import Project, Source
from workbench.template import Template

__all__ = ["Options", "open_file", "open_frame", "open_source"]

_FOUND_OUT = Options()


def open_file(stage: Stage, path: Path, options: Options = _FOUND_OUT) -> SourceTable:
    """A file as a table, read by what knows its kind.

    Raises WorkbenchError when the file is missing, is of a kind that nothing here reads, or holds no data table.
    """
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


def open_source(stage: Stage, project: Project, source: Source, template: Template) -> SourceTable:
    """A source of a project as a table; see `open_file`."""
    return open_file(stage, project.path_of(source), Options.of(source, template))
