"""Text files in any encoding, handed on as UTF-8.

UTF-8 is proven by decoding the whole file; anything else is recognised by its mark (BOM), by the zero bytes
of UTF-16, or by charset-normalizer on the lines that are not ASCII, and rewritten in the scratch folder.
"""

from __future__ import annotations

import codecs
import re
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


_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile(r"[\u0250-\uffff]")


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
            if not _decodes(path, name):
                raise _no_text(path)
            return Decoded(_transcode(stage, path, name), name, guessed=False)
    if head.count(0) > len(head) // 5:
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        if _decodes(path, name):
            return Decoded(_transcode(stage, path, name), name, guessed=True)
        raise _no_text(path)
    if _decodes(path, "utf-8"):
        return Decoded(path, "utf-8", guessed=False)
    for name in _candidates(path):
        try:
            return Decoded(_transcode(stage, path, name), name, guessed=True)
        except UnicodeDecodeError:
            continue
    raise _no_text(path)


def _no_text(path: Path) -> WorkbenchError:
    return WorkbenchError(
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
        if name == "utf-8" and _decodes(path, name):
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


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
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
    # A dozen accented words are too few for frequencies to tell, but not for what a word is made of.
    matches.sort(key=lambda match: _is_odd(str(match)))
    if not matches:
        return [name for name in _LIKELY if _reads_well(bytes(sample), name)]
    best = matches[0]
    # Several encodings that read the same bytes alike come as one match; near ties are decided by custom.
    near = [
        name
        for match in matches
        if match.chaos <= best.chaos + 0.01
        and match.coherence >= best.coherence - 0.1
        and _is_odd(str(match)) == _is_odd(str(best))
        for name in match.could_be_from_charset
    ]
    rest = [name for match in matches for name in match.could_be_from_charset if name not in near]
    return sorted({name for name in near if name in _LIKELY}, key=_LIKELY.index) + rest


def _is_odd(text: str) -> bool:
    """Whether most words beyond ASCII are made as no language makes them.

    Latin letters and those of another script do not stand in one word, a word of accented letters only is none, and
    half-width kana are what Chinese looks like when it is taken for Japanese.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    odd = sum(
        _mixed(word) if _OTHER_SCRIPT.search(word) else len(word) > 2 and _accents_only(word)
        for word in words
    )
    return 2 * odd > len(words)


def _reads_well(sample: bytes, encoding: str) -> bool:
    """Whether a sample that is too short for any statistics is printable in an encoding, and not odd."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\r\n\t" for letter in text) and not _is_odd(text)


def _mixed(word: str) -> bool:
    return any(letter < "\u0250" or "\uff61" <= letter <= "\uff9f" for letter in word)


def _accents_only(word: str) -> bool:
    return not any(letter.isascii() for letter in word)


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
