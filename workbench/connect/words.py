"""Names of months and days in the languages of exports, and what stands for them in a date format."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel.dates import get_day_names, get_month_names

__all__ = ["date_words", "plain"]

_LANGUAGES = ("en", "fr", "es", "de", "it", "pt", "nl")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Between the parts of a written-out date: 3 de marzo de 2012, 1er mars, 2nd March.
_FILLERS = ("de", "del", "of", "er", "st", "nd", "rd", "th", "le", "el")
# Short forms that exports use and the locale data do not.
_EXTRA = {
    "sept": "Sep",
    "set": "Sep",
    "juil": "Jul",
    "jui": "Jul",
    "fev": "Feb",
    "ene": "Jan",
    "dic": "Dec",
    "abr": "Apr",
    "ago": "Aug",
}


def plain(word: str) -> str:
    """A word without accents, capitals and a final dot.

    >>> plain("Févr.")
    'fevr'
    """
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).rstrip(".")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    known = dict(_EXTRA)
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    known[plain(name)] = _MONTHS[number - 1]
                for name in get_day_names(width, context, language).values():
                    known.setdefault(plain(name), "")
    for filler in _FILLERS:
        known.setdefault(filler, "")
    return known


def date_words(words: list[str]) -> dict[str, str] | None:
    """What stands for each word of a column of dates, in English short form; None when one is no such word.

    The marks of half a day, of universal time and of Chinese dates are left alone: formats know them.

    >>> date_words(["mars", "lundi", "pm"])
    {'mars': 'Mar', 'lundi': ''}
    """
    known, found = _known(), {}
    for word in words:
        if word in ("am", "pm", "a", "p", "m", "t", "z", "utc", "gmt", "年", "月", "日"):
            continue
        if plain(word) not in known:
            return None
        found[word] = known[plain(word)]
    return found
