"""Text files in any encoding, handed on as UTF-8.

UTF-8 is proven by decoding the whole file; anything else is recognised by its mark (BOM), by the zero bytes
of UTF-16, or by charset-normalizer on the lines that are not ASCII, and rewritten in the scratch folder.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError, did_you_mean
from workbench.messages import Message

__all__ = ["Decoded", "as_utf8", "with_plain_newlines"]

_CHUNK = 2**20
_SAMPLE = 200_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In this order where the bytes fit several equally well: what finance systems write most often first.
_LIKELY = ("cp1252", "gb18030", "cp1250", "cp1251", "big5", "shift_jis", "euc_kr", "cp1253", "cp1254")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A UTF-8 file with the content of a source. `guessed` where the encoding was inferred, not proven."""

    path: Path
    encoding: str
    guessed: bool


def as_utf8(stage: Stage, path: Path, *, encoding: str | None = None) -> Decoded:
    """The file itself when it is UTF-8, else a UTF-8 copy of it.

    Raises WorkbenchError when the declared encoding is unknown or does not fit, or when none fits.
    """
    if encoding is not None:
        return _declared(stage, path, encoding)
    with open(path, "rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Decoded(_transcode(stage, path, name), name, guessed=False)
    if head.count(0) > len(head) // 5:
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return Decoded(_transcode(stage, path, name), name, guessed=True)
    if _is_utf8(path):
        return Decoded(path, "utf-8", guessed=False)
    for name in _candidates(path):
        try:
            return Decoded(_transcode(stage, path, name), name, guessed=True)
        except UnicodeDecodeError:
            continue
    raise WorkbenchError(
        Message("The file is in no text encoding that could be recognised"),
        where=str(path),
        remedy=Message('Save it as UTF-8, or name its encoding in the source: encoding = "cp1252"'),
    )


def _declared(stage: Stage, path: Path, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        known = [*_LIKELY, "utf-8", "utf-16", "latin-1"]
        hint = did_you_mean(encoding, known) or Message("Known: {names}", names=known)
        what = Message("Unknown encoding {name!r}", name=encoding)
        raise WorkbenchError(what, where=str(path), remedy=hint) from None
    try:
        if name == "utf-8" and _is_utf8(path):
            return Decoded(path, name, guessed=False)
        return Decoded(_transcode(stage, path, name), name, guessed=False)
    except UnicodeDecodeError as error:
        raise WorkbenchError(
            Message(
                "The file is not in the declared encoding {encoding!r}: byte {byte} does not fit",
                encoding=encoding,
                byte=str(error.start + 1),
            ),
            where=str(path),
            remedy=Message("Take the line `encoding` away to have it recognised"),
        ) from error


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _candidates(path: Path) -> list[str]:
    """Encodings that make sense of the file's non-ASCII lines, the most plausible first."""
    from charset_normalizer import from_bytes

    sample = bytearray()
    with open(path, "rb") as file:
        for line in file:
            if not line.isascii():
                sample += line[:2000]
            if len(sample) > _SAMPLE:
                break
    matches = list(from_bytes(bytes(sample), cp_isolation=list(_LIKELY)))
    if not matches:
        return []
    best = matches[0]
    # Several encodings that read the same bytes alike come as one match; near ties are decided by custom.
    near = [
        name
        for match in matches
        if match.chaos <= best.chaos + 0.01 and match.coherence >= best.coherence - 0.1
        for name in match.could_be_from_charset
    ]
    rest = [name for match in matches for name in match.could_be_from_charset if name not in near]
    return sorted({name for name in near if name in _LIKELY}, key=_LIKELY.index) + rest


def _transcode(stage: Stage, path: Path, encoding: str) -> Path:
    target = stage.file("text", ".csv")
    with (
        open(path, encoding=encoding, newline="") as source,
        open(target, "w", encoding="utf-8", newline="") as sink,
    ):
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
    return target


def with_plain_newlines(stage: Stage, path: Path) -> Path:
    """A copy of a UTF-8 file whose line ends are all alike: some exports are glued together from several."""
    target = stage.file("lines", ".csv")
    with (
        open(path, encoding="utf-8", newline=None) as source,
        open(target, "w", encoding="utf-8", newline="") as sink,
    ):
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
    return target
