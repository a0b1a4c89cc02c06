"""Workbooks opened by calamine, and never before it is known that they may be: what they hold is looked at first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from workbench.connect.headers import Range
from workbench.connect.readers import slices
from workbench.connect.readers.archive import OLE, content_of, members, unbloated
from workbench.connect.readers.cells import as_text
from workbench.connect.readers.sheetbinary import look_through_xls, look_through_xlsb
from workbench.connect.readers.sheetods import look_through_ods
from workbench.connect.readers.sheetxml import SheetFacts, look_through, padded_styles, sheet_parts
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message

__all__ = ["Sheet", "Workbook"]


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet: its first column's place, how many columns there are, and the rows in one piece or more.

    `first` is the first of the pieces. Its head may be looked at before the rows are read, which can be done once.
    """

    first_column: int
    width: int
    first: CalamineSheet
    others: Iterator[CalamineSheet]

    def merged(self) -> list[Range]:
        """Which cells are one, by row and by column from the first."""
        left = self.first_column
        return [
            ((top, begin - left), (bottom, end - left))
            for (top, begin), (bottom, end) in self.first.merged_cell_ranges or ()
        ]

    def head(self, rows: int) -> list[list[str]]:
        """The first rows as texts, blank ones included."""
        found = islice(self._of(self.first), rows)
        texts = {number: [as_text(cell) for cell in cells] for number, cells in found if number <= rows}
        return [texts.get(number, [""] * self.width) for number in range(1, max(texts, default=0) + 1)]

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """All rows with their numbers, each as wide as the sheet."""
        yield from self._of(self.first)
        # A piece is let go of before the next takes its room.
        del self.first
        while (piece := next(self.others, None)) is not None:
            yield from self._of(piece)
            del piece

    def _of(self, piece: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
        if piece.start is None:
            return
        above, left = piece.start
        before = [""] * (left - self.first_column)
        for number, cells in enumerate(piece.iter_rows(), start=1):
            if number <= above:
                continue
            if len(cells) != self.width:
                cells = [*before, *cells, *[""] * (self.width - len(cells))][: self.width]
            yield number, cells


@dataclass(slots=True)
class Workbook:
    """A workbook: its sheets of cells in order, the hidden ones apart, each opened when it is asked for."""

    stage: Stage
    path: Path
    book: CalamineWorkbook
    infos: dict[str, ZipInfo]
    visible: list[str]
    hidden: list[str]
    parts: dict[str, ZipInfo] = field(default_factory=dict)
    styles: dict[int, int] = field(default_factory=dict)
    facts: dict[str, SheetFacts] = field(default_factory=dict)

    @classmethod
    def open(cls, stage: Stage, path: Path) -> Workbook:
        """WorkbenchError where it is damaged, locked, or more than it seems."""
        with open(path, "rb") as file:
            is_old = file.read(8) == OLE
        suffix = ".xls" if is_old else f".{content_of(path)}"
        infos: dict[str, ZipInfo] = {}
        parts: dict[str, ZipInfo] = {}
        styles: dict[int, int] = {}
        facts: dict[str, SheetFacts] = {}
        if is_old:
            facts = look_through_xls(path)
        else:
            infos = {info.filename: info for info in members(path)}
            if suffix == ".ods":
                facts = look_through_ods(path, infos["content.xml"])
            elif suffix == ".xlsb":
                facts = look_through_xlsb(path, infos)
            elif suffix == ".xlsx":
                parts, styles = sheet_parts(path, infos), padded_styles(path, infos)
            sheets = {part.filename for part in parts.values()}
            read = (".xml", ".rels", ".bin")
            unbloated(
                path,
                [info for name, info in infos.items() if name.lower().endswith(read) and name not in sheets],
            )
        with _told(path):
            book = CalamineWorkbook.from_path(_suffixed(stage, path, suffix))
            cells = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        visible = [one.name for one in cells if one.visible == SheetVisibleEnum.Visible]
        hidden = [one.name for one in cells if one.visible != SheetVisibleEnum.Visible]
        return cls(stage, path, book, infos, visible, hidden, parts, styles, facts)

    def sheet(self, name: str) -> Sheet:
        """A sheet, hidden or not. WorkbenchError where there is none of that name."""
        if name not in self.visible and name not in self.hidden:
            raise unknown_name("sheet", name, [*self.visible, *self.hidden], where=str(self.path))
        if name in self.parts and name not in self.facts:
            self.facts[name] = look_through(self.path, self.parts[name], self.styles)
        part, facts = self.parts.get(name), self.told(name)
        if part is not None and facts.tail and part.file_size > slices.LARGE_SHEET:
            found = self._slices(name, facts)
            return Sheet(0, facts.width, next(found), found)
        with _told(self.path):
            whole = self.book.get_sheet_by_name(name)
        start, end = whole.start or (0, 0), whole.end or (0, -1)
        return Sheet(start[1], end[1] - start[1] + 1, whole, iter(()))

    def _slices(self, name: str, facts: SheetFacts) -> Iterator[CalamineSheet]:
        for path in slices.sliced(self.stage, self.path, self.infos, self.parts[name], facts.tail):
            with _told(self.path):
                book = CalamineWorkbook.from_path(path)
                sheet = [book.get_sheet_by_name(name)]
                book.close()
            yield sheet.pop()  # held by who reads it, and by nobody when the next is made

    def told(self, name: str) -> SheetFacts:
        """What is known of a sheet that was opened, beyond its values."""
        return self.facts.get(name, SheetFacts())


def _suffixed(stage: Stage, path: Path, suffix: str) -> Path:
    """The file under a name that says what it is: calamine goes by it."""
    if path.suffix.lower() == suffix:
        return path
    alias = stage.file("book", suffix)
    try:
        alias.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, alias)
    return alias


def _locked(path: Path) -> WorkbenchError:
    return WorkbenchError(
        Message("The workbook is protected by a password"),
        where=str(path),
        remedy=Message("Save it without a password"),
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What calamine cannot read, as an error that says so; a panic in it is one, too."""
    try:
        yield
    except PasswordError:
        raise _locked(path) from None
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: BaseException) -> WorkbenchError:
    fault = " ".join(str(error).split())[:200].rstrip(".")
    return WorkbenchError(
        Message("The workbook cannot be read: {fault}", fault=fault or type(error).__name__),
        where=str(path),
        remedy=Message("Save it again in the spreadsheet program, or as CSV (UTF-8)"),
    )
