"""What formats a single value could be written in, by the order of day, month and year."""

from __future__ import annotations

import re

__all__ = ["ANY_ORDER", "ORDERS", "SHORT_YEAR_FIRST", "formats_of"]

ORDERS = ("year first", "day first", "month first")
SHORT_YEAR_FIRST = "two-digit year first"
ANY_ORDER = "any"

_OFFSET = r"(?P<offset> ?(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?"
_HALF = r"(?P<half> ?[AaPp][.]? ?[Mm][.]?)?"
_TIME = re.compile(
    r"(?P<before>T|[ ,]+)(?P<hour>\d{1,2})(?P<colon>:?)(?P<minute>\d{2})(?P<seconds>:?\d{2})?"
    rf"(?P<fraction>[.,]\d+)?{_HALF}{_OFFSET}$"
)
_COMPACT = re.compile(r"(\d{8})(\d{4}|\d{6})?")
_NUMERIC = re.compile(r"(\d{1,4})([-/.] ?|年| )(\d{1,2})([-/.] ?|月| )(\d{1,4})(日|[.])?")
# Month names have been made English and three letters long before a value comes here.
_WORDED = (
    (re.compile(r"(\d{1,2})([-/., ]*)([A-Za-z]{3})([-/., ]*)(\d{4}|\d{2})"), "%d{}%b{}%y"),
    (re.compile(r"([A-Za-z]{3})([-/., ]+)(\d{1,2})([-/., ]+)(\d{4}|\d{2})"), "%b{}%d{}%y"),
    (re.compile(r"(\d{4})([-/., ]*)([A-Za-z]{3})([-/., ]*)(\d{1,2})"), "%Y{}%b{}%d"),
)
_CLOCKS = {None: "", 4: "%H%M", 6: "%H%M%S"}


def formats_of(example: str) -> dict[str, str]:
    """The formats that a value's shape allows, by the order of its parts; an empty dict for no date.

    >>> formats_of("9.3.10 8:05")
    {'day first': '%d.%m.%y %H:%M', 'month first': '%m.%d.%y %H:%M'}
    >>> formats_of("12-Mar-2010")
    {'any': '%d-%b-%Y'}
    >>> formats_of("611365")
    {}
    """
    found = _TIME.search(example)
    # Without a colon 2010 is a year, unless it stands behind T or a date of eight digits.
    if found is None or not (found["colon"] or found["before"] == "T" or found.start() == 8):
        return _dates(example)
    clock = _clock(found)
    return {order: fmt + clock for order, fmt in _dates(example[: found.start()]).items()}


def _dates(date: str) -> dict[str, str]:
    if found := _COMPACT.fullmatch(date):
        clock = _CLOCKS[len(found[2]) if found[2] else None]
        return {order: fmt + clock for order, fmt in zip(ORDERS, ("%Y%m%d", "%d%m%Y", "%m%d%Y"), strict=True)}
    if found := _NUMERIC.fullmatch(date):
        return _numeric(found)
    for pattern, fmt in _WORDED:
        if found := pattern.fullmatch(date):
            if len(found[5]) == 4:
                fmt = fmt.replace("%y", "%Y")
            return {ANY_ORDER: fmt.format(found[2], found[4])}
    return {}


def _numeric(found: re.Match[str]) -> dict[str, str]:
    first, one, second, two, third, end = found.groups(default="")
    if len(first) == 4 and len(third) <= 2:
        return {ANY_ORDER: f"%Y{one}%m{two}%d{end}"}
    if len(first) > 2 or len(third) not in (2, 4):
        return {}
    year = "%Y" if len(third) == 4 else "%y"
    orders = {ORDERS[1]: f"%d{one}%m{two}{year}{end}", ORDERS[2]: f"%m{one}%d{two}{year}{end}"}
    # 9.3.10: nobody writes the year 2009 as 9.
    if len(first) == len(second) == len(third) == 2:
        orders[SHORT_YEAR_FIRST] = f"%y{one}%m{two}%d{end}"
    return orders


def _clock(found: re.Match[str]) -> str:
    colon, half = found["colon"], found["half"] or ""
    fmt = found["before"] + ("%I" if half else "%H") + colon + "%M"
    if found["seconds"]:
        fmt += colon + "%S"
    if found["fraction"]:
        fmt += found["fraction"][0] + "%f"
    if half:
        fmt += (" " if half.startswith(" ") else "") + "%p"
    return fmt + ("%z" if found["offset"] else "")
