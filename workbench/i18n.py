"""What the workbench says, in the reader's language, with numbers, money and dates in its manner.

Computing makes `Message`s: English sentences that remember their pattern and values. Drawing says them through
a `Speech`. The catalogues stand in `locale/<language>/LC_MESSAGES/workbench.po`, the format that translators'
tools read; a template brings its own names in all languages (`Text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from workbench.errors import Finding, WorkbenchError, did_you_mean
from workbench.messages import LANGUAGES, Message

__all__ = ["LANGUAGES", "PSEUDO", "Message", "Precision", "Speech", "catalogue", "pseudo"]

# Not a language: English with accents, a third longer, in brackets. What shows no brackets is hard-coded, what
# shows only one of them is clipped.
PSEUDO = "pseudo"
_LOCALES = {"en": "en", "fr": "fr", "es": "es", "zh": "zh_Hans", PSEUDO: "en"}
_HOME = Path(__file__).parent / "locale"
_NO_CURRENCY = "XXX"
# Around a name from the data, where a pattern says {name!r}; English keeps Python's marks, as JSON shows them.
_QUOTES = {"fr": "«\u00a0{}\u00a0»", "es": "«{}»", "zh": "“{}”"}


Precision = Literal["day", "minute", "second"]


class _InLanguages(Protocol):
    """A text that brings its own translations, as templates have them."""

    def in_language(self, language: str) -> str: ...


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """English pattern → pattern in a language; empty for English itself. Fuzzy entries are not used."""
    if language in ("en", PSEUDO):
        return {}
    from babel.messages.pofile import read_po

    path = _HOME / language / "LC_MESSAGES" / "workbench.po"
    with open(path, "rb") as file:
        entries = read_po(file, locale=_LOCALES[language])
    return {
        str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string and not entry.fuzzy
    }


_ACCENTED = str.maketrans("aceginosuyzACEGINOSUYZ", "àçéĝîñöšüýžÀÇÉĜÎÑÖŠÜÝŽ")


def pseudo(text: str) -> str:
    """A text in no language at all, still readable, longer, between brackets; its placeholders stay.

    >>> pseudo("{n} cases")
    '⟦{n} çàšéš~~~⟧'
    """
    parts = re.split(r"(\{\w*(?:!r)?\})", text)
    accented = "".join(part if part.startswith("{") else part.translate(_ACCENTED) for part in parts)
    return f"⟦{accented}{'~' * max(1, len(text) // 3)}⟧"


class Speech:
    """One language's words and its manner of writing numbers, money and dates.

    `zone` is the project's time zone: times of the log are naive UTC and are shown in it. Raises WorkbenchError
    for a language that there is not.
    """

    def __init__(self, language: str = "en", *, zone: str = "UTC") -> None:
        if language not in _LOCALES:
            hint = did_you_mean(language, LANGUAGES)
            raise WorkbenchError(
                Message("There is no language {language!r}", language=language),
                where="language",
                remedy=hint or Message("Use one of: {names}", names=LANGUAGES),
            )
        self.language = language
        self.locale = _LOCALES[language]
        self.zone = zone

    def __repr__(self) -> str:
        return f"Speech({self.language!r}, zone={self.zone!r})"

    @property
    def tag(self) -> str:
        """The language as HTML names it: en, fr, es, zh-Hans."""
        return self.locale.replace("_", "-")

    # ------------------------------------------------------------------ words
    def say(self, text: str | _InLanguages, /, **values: Any) -> str:
        """A pattern, a message or a template's text in this language, its values written in its manner.

        A text that stands in no catalogue is said as it is: names from the data have no translation.
        """
        if isinstance(text, Message):
            values = {**text.values, **values}
            text = text.pattern
        if not isinstance(text, str):
            own = text.in_language("en" if self.language == PSEUDO else self.language)
            return pseudo(own) if self.language == PSEUDO else own
        pattern = pseudo(text) if self.language == PSEUDO else catalogue(self.language).get(text, text)
        if not values:
            return pattern
        quotes = _QUOTES.get(self.language)
        return pattern.format_map(
            {name: _Shown(self._value(value), quotes) for name, value in values.items()}
        )

    def finding(self, finding: Finding) -> tuple[str, str]:
        """What a finding of the data check says, and its remedy (empty where there is none)."""
        return self.say(finding.message), self.say(finding.remedy)

    def error(self, error: WorkbenchError) -> str:
        """An error in one line: what happened, where, and the remedy.

        >>> Speech("fr").error(WorkbenchError(Message("There is no such file"), where="a.csv"))
        'Ce fichier n’existe pas (a.csv).'
        """
        return self.say(error.sentence)

    def _value(self, value: Any) -> str:
        if isinstance(value, Message) or hasattr(value, "in_language"):
            return self.say(value)
        if isinstance(value, bool) or value is None:
            return self.yes_no(value)
        if isinstance(value, int | float | Decimal):
            return self.number(value, places=0 if float(value).is_integer() else 2)
        if isinstance(value, datetime):
            return self.moment(value, to="second" if value.second else "minute")
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, list | tuple):
            return self.listing(value)
        return str(value)

    def listing(self, items: Any) -> str:
        """Items one after another, with the language's own comma."""
        return ("、" if self.language == "zh" else ", ").join(self._value(item) for item in items)

    def yes_no(self, value: bool | None) -> str:
        """A yes, a no, or a dash where it is not known."""
        if value is None:
            return "–"
        return self.say("yes") if value else self.say("no")

    # ------------------------------------------------------------------ numbers
    def number(self, value: float | Decimal, *, places: int = 0) -> str:
        """A number with its language's marks and exactly `places` decimals.

        >>> Speech("es").number(1234567.5, places=1)
        '1.234.567,5'
        """
        from babel.numbers import format_decimal

        shown = _unsigned_nought(value, places)
        return format_decimal(shown, format=f"#,##0{_decimals(places)}", locale=self.locale)

    def percent(self, value: float | None, *, places: int = 1) -> str:
        """A share 0–1 as per cent.

        >>> Speech("en").percent(0.6443)
        '64.4%'
        """
        from babel import Locale
        from babel.numbers import format_percent

        if value is None:
            return "–"
        own = str(Locale.parse(self.locale).percent_formats[None].pattern)
        value = _unsigned_nought(value, places + 2)
        return format_percent(value, format=own.replace("##0", f"##0{_decimals(places)}"), locale=self.locale)

    def money(self, value: float | Decimal | None, currency: str | None, *, places: int | None = None) -> str:
        """An amount in its currency, to the minor unit unless `places` says otherwise.

        An unspecified currency (XXX) has no sign.

        >>> Speech("en").money(8502, "EUR", places=0), Speech("fr").money(8502, "CHF", places=0)
        ('€8,502', '8\u202f502\xa0CHF')
        """
        from babel.numbers import format_currency

        if value is None:
            return "–"
        if currency is None or currency == _NO_CURRENCY:
            return self.number(value, places=2 if places is None else places)
        if places is None:
            return _apart(format_currency(value, currency, locale=self.locale))
        pattern, value = self._money_pattern(places), _unsigned_nought(value, places)
        return _apart(
            format_currency(value, currency, format=pattern, locale=self.locale, currency_digits=False)
        )

    def compact_money(self, value: float, currency: str | None) -> str:
        """An amount in thousands, millions or more, as an axis has room for it."""
        from babel.numbers import format_compact_currency, format_compact_decimal

        if currency is None or currency == _NO_CURRENCY:
            return format_compact_decimal(value, locale=self.locale, fraction_digits=1)
        return _apart(format_compact_currency(value, currency, locale=self.locale, fraction_digits=1))

    def _money_pattern(self, places: int) -> str:
        from babel import Locale

        own = str(Locale.parse(self.locale).currency_formats["standard"].pattern)
        return own.replace("0.00", f"0{_decimals(places)}")

    def days(self, seconds: float) -> str:
        """A length of time in days, whatever its size."""
        return self._unit(seconds / 86400, "day", places=1)

    def duration(self, seconds: float | None) -> str:
        """A length of time in the largest unit that fits: days, hours, minutes or seconds.

        >>> Speech("en").duration(3 * 86400), Speech("zh").duration(5400)
        ('3\xa0days', '1.5小时')
        """
        if seconds is None or seconds != seconds:
            return "–"
        size = abs(seconds)
        for unit, length in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
            if size >= length:
                return self._unit(seconds / length, unit, places=1)
        return self._unit(seconds, "second", places=0)

    def _unit(self, value: float, unit: str, *, places: int) -> str:
        from babel.units import format_unit

        number = _unsigned_nought(round(value, places), places)
        form = "#,##0" if float(number).is_integer() else f"#,##0{_decimals(places)}"
        said = format_unit(number, unit, length="short", format=form, locale=self.locale)
        # A line does not end between a number and its unit.
        return self._own(said.replace(" ", "\u00a0"))

    def _own(self, text: str) -> str:
        """What the language's own data wrote (days, months): marked in the pseudo-language like all that is said."""
        return f"⟦{text}⟧" if self.language == PSEUDO else text

    def figure(
        self, value: float | None, unit: str, currency: str | None = None, *, exact: bool = False
    ) -> str:
        """A KPI's value with its unit, in as many decimals as a reader takes in; `exact` for one who compares."""
        if value is None:
            return "–"
        places = 2 if exact else 1
        if unit == "ratio":
            return self.percent(value, places=places)
        if unit == "days":
            return self._unit(value, "day", places=places)
        if unit == "hours":
            return self._unit(value, "hour", places=places)
        if unit == "money":
            return self.money(value, currency, places=0 if abs(value) >= 10_000 and not exact else None)
        if unit == "money_per_day":
            return self.say("{amount} a day", amount=self.money(value, currency, places=None if exact else 0))
        return self.number(value, places=0 if float(value).is_integer() else 2)

    # ------------------------------------------------------------------ days and times
    def day(self, value: date | None) -> str:
        """A calendar day.

        >>> Speech("fr").day(date(2026, 3, 9))
        '9 mars 2026'
        """
        from babel.dates import format_date

        return "–" if value is None else self._own(format_date(value, "medium", locale=self.locale))

    def weekday(self, value: date) -> str:
        """The day of the week, short.

        >>> Speech("fr").weekday(date(2026, 3, 9))
        'lun.'
        """
        from babel.dates import format_date

        return self._own(format_date(value, "ccc", locale=self.locale))

    def month(self, value: date) -> str:
        """A calendar month."""
        from babel.dates import format_skeleton

        return self._own(format_skeleton("yMMM", value, locale=self.locale))

    def quarter(self, value: date) -> str:
        """The calendar quarter of a day.

        >>> Speech("fr").quarter(date(2026, 3, 9))
        'T1 2026'
        """
        from babel.dates import format_skeleton

        return self._own(format_skeleton("yQQQ", value, locale=self.locale))

    def moment(self, value: datetime | None, *, to: Precision = "minute") -> str:
        """A moment of the log (naive UTC) as the clocks of the project's zone showed it, to the day, minute or second.

        >>> Speech("zh", zone="America/Bogota").moment(datetime(2026, 3, 9, 8, 5))
        '2026年3月9日 03:05'
        """
        from babel.dates import format_date, format_time, get_datetime_format

        if value is None or value != value:
            return "–"
        here = self._here(value)
        if to == "day":
            return self.day(here.date())
        # The day as it stands elsewhere, with a shorter time than the locale's own form of both would have.
        form = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        clock = format_time(here, "medium" if to == "second" else "short", locale=self.locale)
        return self._own(form.format(clock, format_date(here, "medium", locale=self.locale)))

    def precision(self, values: Iterable[datetime]) -> Precision:
        """How finely moments that stand together are to be said.

        To the day where all are at midnight, as in a log that knows only days; to the second where two of them
        are in the same minute and differ; else to the minute.
        """
        here = {self._here(value) for value in values if value == value}
        if all(value.time() == time.min for value in here):
            return "day"
        return (
            "second"
            if len({value.replace(second=0, microsecond=0) for value in here}) < len(here)
            else "minute"
        )

    def _here(self, value: datetime) -> datetime:
        aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC"))
        return aware.astimezone(ZoneInfo(self.zone))


def _apart(amount: str) -> str:
    """A currency that is written in letters does not touch its number: CHF 8,502 beside €8,502."""
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", amount)


def _unsigned_nought(value: Any, places: int) -> Any:
    """A number that shows as nought has no minus before it."""
    return abs(value) if round(value, places) == 0 else value


def _decimals(places: int) -> str:
    return "." + "0" * places if places else ""


class _Shown(str):
    """A value as it is put into a pattern: `{name!r}` writes it in the language's own quotation marks."""

    __slots__ = ("quotes",)
    quotes: str | None

    def __new__(cls, text: str, quotes: str | None) -> _Shown:
        self = super().__new__(cls, text)
        self.quotes = quotes
        return self

    def __repr__(self) -> str:
        # The escapes of Python keep a name with a line break in it on one line.
        plain = repr(str(self))
        return plain if self.quotes is None else self.quotes.format(plain[1:-1].replace("\\'", "'"))
