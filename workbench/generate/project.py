"""A project folder in the making: Parquet written chunk by chunk, small tables as CSV, project.toml last."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["ProjectWriter", "writing"]

_UNFINISHED = ".unfinished"


class ProjectWriter:
    """Writes everything under another name first; `finish` gives all files their names, project.toml last.

    So a folder with a project.toml holds a whole project, whatever ended the generator before.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._streams: dict[str, pq.ParquetWriter] = {}
        self._written: list[Path] = []

    def append(self, name: str, batch: pa.RecordBatch) -> None:
        """Add a batch of rows to a Parquet file, as one row group."""
        if name not in self._streams:
            self._streams[name] = _stream(self._unfinished(name), batch.schema)
            self.rows[name] = 0
        self._streams[name].write_batch(batch, row_group_size=max(batch.num_rows, 1))
        self.rows[name] += batch.num_rows

    def table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a small table as CSV, for people to look at."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        self.text(name, text.getvalue())

    def json(self, name: str, value: Any) -> None:
        """Write a JSON file, indented for people."""
        self.text(name, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def text(self, name: str, text: str) -> None:
        """Write a text file as UTF-8, with line ends as given on every system."""
        self._unfinished(name).write_text(text, encoding="utf-8", newline="\n")

    def finish(self) -> None:
        """Close the streams and give every file its name, project.toml the last."""
        self._close()
        for path in sorted(self._written, key=lambda path: path.name.startswith("project.toml")):
            path.replace(path.with_name(path.name.removesuffix(_UNFINISHED)))

    def abandon(self) -> None:
        """Close the streams and take everything unfinished away."""
        self._close()
        for path in self._written:
            path.unlink(missing_ok=True)

    def _unfinished(self, name: str) -> Path:
        path = self.folder / (name + _UNFINISHED)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._written.append(path)
        return path

    def _close(self) -> None:
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()


@contextmanager
def writing(directory: Path) -> Iterator[ProjectWriter]:
    """A writer for a new project in a folder that is empty or not there yet; nothing remains of a failure."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        taken = sorted(path.name for path in directory.iterdir() if not path.name.endswith(_UNFINISHED))
    except (FileExistsError, NotADirectoryError) as error:
        raise WorkbenchError(
            Message("A file stands where the project folder should be"),
            where=str(directory),
            remedy=Message("Name another folder"),
        ) from error
    except OSError as error:
        raise _cannot_write(error, directory) from error
    if taken:
        # `data` may be an empty folder that an interrupted run has left.
        leftover = taken == ["data"] and not any(_finished(directory / "data"))
        if not leftover:
            raise WorkbenchError(
                Message("The folder for the new project is not empty"),
                where=f"{directory}: {', '.join(taken[:3])}{', …' if len(taken) > 3 else ''}",
                remedy=Message("Name a new folder, or remove this one first"),
            )
    writer = ProjectWriter(directory)
    try:
        yield writer
        writer.finish()
    except OSError as error:
        writer.abandon()
        raise _cannot_write(error, directory) from error
    except BaseException:
        writer.abandon()
        raise


def _finished(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.endswith(_UNFINISHED))


def _cannot_write(error: OSError, directory: Path) -> WorkbenchError:
    return WorkbenchError(
        Message("The project cannot be written: {fault}", fault=str(error.strerror or error).rstrip(".")),
        where=str(directory),
        remedy=Message("See whether the disk has room and the folder may be written, then try again"),
    )


def _stream(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    labels = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        # Text by code is stored as a dictionary but read as plain text: without the Arrow schema no reader
        # sees more than a column of strings.
        use_dictionary=labels,
        store_schema=False,
        store_decimal_as_integer=True,
    )
