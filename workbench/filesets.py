"""Several files that are one source: a folder of monthly exports, or those whose names fit a pattern."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from workbench.files import sha256

__all__ = ["fileset", "fingerprint", "is_set"]

_JOURNALS = ("-wal", ".wal")  # of SQLite and of DuckDB
_DESKTOP = frozenset({"thumbs.db", "desktop.ini"})
_PATTERN = re.compile(r"[*?]|\[.+\]")


def is_set(path: Path) -> bool:
    """Whether a path stands for several files: a file may be called anything, `*` included."""
    return not path.is_file() and (path.is_dir() or _PATTERN.search(str(path)) is not None)


def fileset(path: Path) -> tuple[Path, ...]:
    """The files that a path stands for, in the order of their names, where 2026-2 comes before 2026-10.

    Hidden files, those that a spreadsheet program locks a workbook with, and what a desktop keeps of a folder are none.
    """
    if path.is_file():
        return (path,)
    found = path.iterdir() if path.is_dir() else map(Path, glob.glob(str(path)))  # noqa: PTH207 - an absolute pattern
    files = [one for one in found if one.is_file() and not _is_of_the_system(one.name)]
    return tuple(sorted(files, key=_natural))


def _is_of_the_system(name: str) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in _DESKTOP


def _natural(path: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in parts]


def fingerprint(files: Sequence[Path]) -> str:
    """The SHA-256 of a file's bytes, or of the names and hashes of several.

    What lies in a journal beside a database file counts as well: a database in use keeps its latest rows there.
    """
    journals = [path.with_name(path.name + ending) for path in files for ending in _JOURNALS]
    files = list(
        dict.fromkeys((*files, *(path for path in journals if path.is_file() and path.stat().st_size)))
    )
    if len(files) == 1:
        return sha256(files[0])
    lines = "".join(f"{path.name} {sha256(path)}\n" for path in files)
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()
