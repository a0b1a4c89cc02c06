"""Compressed files (.gz), read a piece at a time and never further than an honest file would go."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["GZIP", "beginning", "chunks", "unpacked"]

GZIP = b"\x1f\x8b"
_CHUNK = 2**16
# Event logs shrink to a thirtieth at most; zeros to a thousandth. What is small may be as repetitive as it likes.
_RATIO = 120
_SMALL = 16 * 2**20
_MOST = 2**35


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces, unpacked where it is compressed.

    Raises WorkbenchError where the packing is damaged, or hides more than a file can honestly hold.
    """
    with open(path, "rb") as file:
        if file.read(2) != GZIP:
            file.seek(0)
            while chunk := file.read(_CHUNK):
                yield chunk
            return
        file.seek(0)
        total = 0
        with gzip.GzipFile(fileobj=file) as packed:
            while chunk := _next(packed, path):
                total += len(chunk)
                if total > _MOST or (total > _SMALL and total > _RATIO * file.tell()):
                    raise WorkbenchError(
                        Message(
                            "The compressed file grows to more than {times} times its size, and was not read further",
                            times=_RATIO,
                        ),
                        where=str(path),
                        remedy=Message(
                            "If it is what it should be, unpack it yourself and name the unpacked file"
                        ),
                    )
                yield chunk


def _next(packed: gzip.GzipFile, path: Path) -> bytes:
    try:
        return packed.read(_CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise WorkbenchError(
            Message("The compressed file is damaged: {fault}", fault=str(error).rstrip(".")),
            where=str(path),
            remedy=Message("Fetch or export it again; it may be cut off"),
        ) from error


def beginning(path: Path) -> bytes:
    """The first bytes of a file's contents."""
    return next(chunks(path), b"")


def unpacked(stage: Stage, path: Path) -> Path:
    """The contents of a compressed file as a file of their own, in the working space."""
    inner = Path(path.stem)
    target = stage.file("unpacked", inner.suffix)
    with open(target, "wb") as file:
        file.writelines(chunks(path))
    return target
