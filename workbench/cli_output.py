"""What the command line says: records as table, CSV or JSON on stdout; progress and errors on stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NoReturn

import typer

from workbench.errors import WorkbenchError
from workbench.escape import spreadsheet_cell, terminal_text

__all__ = [
    "Format",
    "Record",
    "complain",
    "ending_well",
    "say",
    "show_document",
    "show_json",
    "show_records",
    "show_text",
    "watching",
]

Format = Literal["table", "csv", "json"]
Record = Mapping[str, Any]
# Rows of a table that a person reads at once.
_PAGE = 40


def show_records(
    records: Sequence[Record],
    form: Format,
    *,
    title: str = "",
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> None:
    """Print records in the form asked for.

    A table is for human eyes: it shows `limit` rows (0 = all) and says what it left out, and only those of
    `columns` (none given = all) that hold anything. CSV and JSON always hold everything.
    """
    if form == "json":
        show_json(records)
    elif form == "csv":
        _write(_as_csv(records))
    else:
        _show_table(records, title=title, columns=columns, limit=_PAGE if limit is None else limit)


def show_json(value: Any) -> None:
    """Print one JSON document in UTF-8 and nothing else."""
    _write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _show_table(records: Sequence[Record], *, title: str, columns: Sequence[str], limit: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not records:
        say(f"{title}: none." if title else "Nothing to show.")
        return
    shown = records[:limit] if limit else records
    # A pipe has no width: nothing is cut there.
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 10_000, highlight=False)
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    filled = [
        column
        for column in columns or _columns(records)
        if any(_flat(record.get(column)) for record in records)
    ]
    for column in filled:
        is_number = all(isinstance(record.get(column), int | float | None) for record in records)
        table.add_column(
            Text(terminal_text(column)), justify="right" if is_number else "left", overflow="fold"
        )
    for record in shown:
        table.add_row(*(Text(terminal_text(_flat(record.get(column)))) for column in filled))
    with console.capture() as captured:
        console.print(table)
    _write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")
    if len(shown) < len(records):
        say(f"… {len(records) - len(shown)} more; --limit 0 shows all.")


def show_text(text: str) -> None:
    """Print lines of prose."""
    _write("".join(terminal_text(line) + "\n" for line in text.splitlines()))


def show_document(text: str) -> None:
    """Print a document in UTF-8 as it is. Whoever made it has written out its control characters."""
    _write(text if text.endswith("\n") else text + "\n")


def say(line: str) -> None:
    """One line on stderr that is neither a result nor an error."""
    sys.stderr.write(terminal_text(line) + "\n")


def complain(error: str) -> None:
    """One line on stderr about what went wrong."""
    sys.stderr.write(f"workbench: {terminal_text(' '.join(error.split()))}\n")


@contextmanager
def ending_well() -> Iterator[None]:
    """Let a polite request to end (SIGTERM) unwind the block as Ctrl-C does, so that it can tidy up."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def watching() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on stderr while the block runs; nothing at all where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda what, fraction: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=1.0)

        def update(what: str, fraction: float) -> None:
            bar.update(task, description=escape(terminal_text(what)), completed=fraction)

        yield update


def _columns(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


def _flat(value: Any) -> str:
    """One cell's text: a list as its items, a mapping as JSON, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " > ".join(_flat(item) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _as_csv(records: Sequence[Record]) -> str:
    flat = [dict(_dotted(record)) for record in records]
    columns = _columns(flat)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([spreadsheet_cell(column) for column in columns])
    for record in flat:
        cells = (record.get(column) for column in columns)
        plain = (cell if isinstance(cell, int | float) else _flat(cell) for cell in cells)
        writer.writerow([spreadsheet_cell(cell) for cell in plain])
    return text.getvalue()


def _dotted(record: Record) -> Iterator[tuple[str, Any]]:
    """A record's fields, those of a mapping in it as `outer.inner`."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", item) for inner, item in _dotted(value))
        else:
            yield name, value


def _write(text: str) -> None:
    # JSON and CSV are UTF-8 whatever the terminal's locale says.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`), and Python must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None
    except OSError as error:
        raise WorkbenchError(
            f"The output could not be written: {error.strerror}", remedy="See where stdout goes"
        ) from error
