"""How wide a text will be, and a text in a few lines: an SVG neither measures nor wraps.

Which font a reader has is not known. Widths are those of a wide one (DejaVu Sans), so that a text that fits here
fits in the narrower fonts of other machines as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["FONTS", "shortened", "width_of", "wrapped"]

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', 'PingFang SC', "
    "'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
_ELLIPSIS = "…"
# Nobody reads more of a name in a picture, and a name of a megabyte must not take minutes.
_LONGEST = 400
_BOLD = 1.1
_CLASSES = {
    "'ijlIJ": 0.29,
    " ,./:;\\|f": 0.34,
    '-()[]t!r"': 0.41,
    "*_`sz?c": 0.53,
    "LFkvxyPTYaoe": 0.61,
    "ESbdghnpqu$0123456789{}": 0.64,
    "KAVBRXZC": 0.69,
    "UHNDGOQ&w": 0.78,
    "#+<=>^~M": 0.85,
    "%mW@…": 1.0,
}
_ASCII = {letter: width for letters, width in _CLASSES.items() for letter in letters}
_FULL, _EMOJI, _CAPITAL, _OTHER = 1.0, 1.35, 0.78, 0.66
# After these a name that has no spaces may go on in the next line.
_BREAKS = "_-/.:,;|"
# These do not begin a line.
_CLOSING = "，。、；：！？）」』】》〉…)]}"


@lru_cache(maxsize=4096)
def _em(letter: str) -> float:
    if letter in _ASCII:
        return _ASCII[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _EMOJI if category == "So" else _FULL
    return _CAPITAL if category == "Lu" else _OTHER


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how many pixels wide a text is at a size of font; rather too much than too little.

    >>> width_of("付款", 10), width_of("", 10)
    (20.0, 0.0)
    """
    return sum(_em(letter) for letter in text) * size * (_BOLD if bold else 1.0)


def shortened(text: str, length: int = _LONGEST) -> str:
    """A text of at most so many characters, with an ellipsis where something was left out.

    >>> shortened("a long name", 7)
    'a long…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + _ELLIPSIS


def wrapped(text: str, size: float, *, width: float, lines: int, bold: bool = False) -> list[str]:
    """A text in at most so many lines of at most that width, of about the same length each.

    It breaks at spaces, after marks such as `_`, between characters of Chinese, Japanese and Korean, and inside a
    word that is too long by itself. What does not fit gives way to an ellipsis.

    >>> wrapped("what is too long for one line", 10, width=130, lines=2)
    ['what is too long', 'for one line']
    """
    pieces = list(_pieces(" ".join(shortened(text).split())))
    room = width / (size * (_BOLD if bold else 1.0))
    found = _filled(pieces, room)
    if len(found) > lines:
        rest = " ".join(found[lines - 1 :])
        return [*found[: lines - 1], _cut(rest, room)]
    # The narrowest room that needs no further line and breaks no further word.
    low, high = max((min(_ems(piece.strip()), room) for piece in pieces), default=0.0), room
    for _ in range(12):
        middle = (low + high) / 2
        tried = _filled(pieces, middle)
        if len(tried) <= len(found):
            high, found = middle, tried
        else:
            low = middle
    return found


def _ems(text: str) -> float:
    return sum(_em(letter) for letter in text)


def _clusters(text: str) -> Iterator[str]:
    """Letters, each with the marks that belong to it."""
    cluster = ""
    for letter in text:
        if cluster and _em(letter) > 0:
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _pieces(text: str) -> Iterator[str]:
    """What stays together in a line; a piece keeps the space before it."""
    piece = ""
    for cluster in _clusters(text):
        is_wide = unicodedata.east_asian_width(cluster[0]) in "WF" and cluster not in _CLOSING
        if piece and (cluster == " " or is_wide or (piece[-1] in _BREAKS and cluster not in _CLOSING)):
            # A space stays with what comes after it; a mark of its own stays with what comes before.
            if not (piece == " " and is_wide) and not (piece[-1] in _BREAKS and cluster in _BREAKS):
                yield piece
                piece = ""
        elif piece and unicodedata.east_asian_width(piece[-1]) in "WF" and cluster not in _CLOSING:
            yield piece
            piece = ""
        piece += cluster
    if piece:
        yield piece


def _filled(pieces: list[str], room: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        joined = lines[-1] + piece if lines[-1] else piece.lstrip()
        if _ems(joined) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for cluster in _clusters(piece.lstrip()):
            if lines[-1] and _ems(lines[-1] + cluster) > room:
                lines.append("")
            lines[-1] += cluster
    return lines


def _cut(text: str, room: float) -> str:
    """As much of a text as fits before an ellipsis."""
    kept = ""
    for cluster in _clusters(text):
        if _ems(kept + cluster + _ELLIPSIS) > room:
            break
        kept += cluster
    return kept.rstrip() + _ELLIPSIS
