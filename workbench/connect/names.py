"""What a name in an export may mean: the template's ids, names in four languages and aliases.

Names are compared without case, spaces, accents and punctuation; then by their words, whatever their order, common
abbreviations written out. Where a template lists several, the first is the best. Names that are merely alike are
kept apart: they are shown as a question and never applied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.messages import Message
from workbench.template import Template
from workbench.template.model import Activity, Attribute

__all__ = [
    "Match",
    "NameIndex",
    "attribute_index",
    "bare",
    "entered",
    "label_index",
    "loosely",
    "snake",
    "words_of",
]

SURE = 0.9
"""A proposal of at least this score is applied; below, it stands as a marked question."""
_ALIKE = 90
_WORDED = 0.03
"""What a name loses that has the words of a known one, but not its letters."""
_ADDED = 0.02
"""What a name loses that is a known one but for what a system adds to it."""

# Column names of the interchange formats (XES, OCEL) and of plain event tables: they are of no process.
TECHNICAL: Mapping[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "case_id", "case", "case number", "trace id", "case key"),
    "activity": (
        "concept:name", "event concept:name", "activity", "activity name", "ocel:activity", "event name",
    ),
    "time": (
        "time:timestamp", "event time:timestamp", "timestamp", "event time", "ocel:timestamp", "complete timestamp",
    ),
    "resource": ("org:resource", "event org:resource", "resource"),
    "lifecycle": ("lifecycle:transition", "event lifecycle:transition", "lifecycle", "transition"),
    "order": (".order", "event order", "sequence", "sequence number", "event index", "sort order"),
}  # fmt: skip

_SHORT: Mapping[str, str] = {
    "acct": "account", "amt": "amount", "ccy": "currency", "curr": "currency", "cust": "customer", "doc": "document",
    "dt": "date", "n": "number", "nbr": "number", "no": "number", "nr": "number", "nro": "number", "num": "number",
    "numero": "number", "qty": "quantity", "ref": "reference", "ts": "timestamp", "val": "value",
}  # fmt: skip
_SMALL = frozenset(["a", "d", "da", "de", "del", "des", "du", "el", "en", "l", "la", "le", "of", "on", "the"])
"""Words of column names that are written short, and words that say nothing."""

PLAIN_DATES = ("date", "fecha", "日期", "datum", "data")
"""Names of date columns that do not say of what they are the date."""


# The names that a template knows are compared with those of every column: each is taken apart once.
_KEPT = 16_384


@lru_cache(_KEPT)
def loosely(name: str) -> str:
    """A name without case, spaces, accents and punctuation.

    >>> loosely("N° de facture"), loosely("case:concept:name"), loosely("发票 编号")
    ('ndefacture', 'caseconceptname', '发票编号')
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in folded if letter.isalnum())


@lru_cache(_KEPT)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in alphabetical order, abbreviations written out, without small words.

    >>> words_of("Issue_DT") == words_of("Date of issue"), words_of("N° facture") == words_of("Numéro de facture")
    (True, True)
    """
    numbered = re.sub(r"\bn[°º]", "number ", name, flags=re.IGNORECASE).replace("#", " number ")
    words = (_SHORT.get(word, word) for word in snake(numbered).split("_"))
    return tuple(sorted(word for word in words if word and word not in _SMALL))


_ADDITION = re.compile(r"^\s*case:|\s*[(\[（【](?!\s*\d+\s*[)\]）】])[^()\[\]（）【】]*[)\]）】]\s*$")


def bare(name: str) -> str:
    """A name without `case:` in front and without what stands in brackets behind it.

    >>> bare("Amount (Foreign Currency)"), bare("case:invoice_amount"), bare("金额（元）"), bare("(Do Not Modify)")
    ('Amount', 'invoice_amount', '金额', '(Do Not Modify)')
    >>> bare("Date (2)")  # the second of this name
    'Date (2)'
    """
    return _ADDITION.sub("", name) or name


_ENTERED = re.compile(
    r"(?:hs_(?:v2_)?)?date[ _]entered[ _]+\W*(?P<label>.+?)\s*(?:\([^()]*\))?\W*", re.IGNORECASE
)


def entered(name: str) -> str | None:
    """The label of a stage in the name of a column that says when a case entered it; None for other names.

    >>> entered('Date entered "Trial Booked (Sales Pipeline)"'), entered("hs_v2_date_entered_closedwon")
    ('Trial Booked', 'closedwon')
    """
    found = _ENTERED.fullmatch(name.strip())
    return found["label"] if found else None


@lru_cache(_KEPT)
def snake(name: str) -> str:
    """A column's name as an attribute of one's own: lower case words joined by underscores.

    >>> snake("countryCode"), snake("Days to Settle (net)"), snake("2nd Date")
    ('country_code', 'days_to_settle_net', 'column_2nd_date')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    folded = "".join(
        letter for letter in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(letter)
    )
    words = re.sub(r"[\W_]+", "_", folded).strip("_").lower()
    return words if re.match(r"[^\W\d_]", words) else f"column_{words}".rstrip("_")


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that a name may mean, how surely, and why."""

    id: str
    score: float
    reason: str


class NameIndex:
    """Names of things, each with how good it is: answers what a name means."""

    def __init__(self, entries: Iterable[tuple[str, Sequence[tuple[str, float, str]]]]) -> None:
        self._exact: dict[str, list[Match]] = {}
        self._words: dict[tuple[str, ...], list[Match]] = {}
        self._names: dict[str, Match] = {}
        for thing, names in entries:
            for name, score, reason in names:
                key = loosely(name)
                if not key:
                    continue
                match = Match(thing, score, reason)
                self._exact.setdefault(key, []).append(match)
                self._names.setdefault(name, match)
                if len(words := words_of(name)) > 1:
                    reason = Message("its words are those of {name!r}", name=name)
                    self._words.setdefault(words, []).append(Match(thing, score - _WORDED, reason))

    def exact(self, name: str) -> list[Match]:
        """Everything that the name stands for, best first, each thing once.

        Where nothing is called so, the name without what systems add to it: `case:` in front of what a log says of
        a whole case, a unit or a remark in brackets.
        """
        known = self._known(name) or self._known(bare(name), _ADDED)
        found = sorted(known, key=lambda match: -match.score)
        return list({match.id: match for match in reversed(found)}.values())[::-1]

    def _known(self, name: str, lost: float = 0.0) -> list[Match]:
        found = self._exact.get(loosely(name)) or self._words.get(words_of(name), [])
        return [replace(match, score=match.score - lost) for match in found] if lost else found

    def alike(self, name: str) -> Match | None:
        """The thing with the name most alike, as a question: its score stays below what is applied."""
        from rapidfuzz import fuzz, process

        if not self._names:
            return None
        found = process.extractOne(
            name, list(self._names), scorer=fuzz.token_sort_ratio, processor=_words, score_cutoff=_ALIKE
        )
        if found is None:
            return None
        known, ratio, _ = found
        reason = Message("its name is like {name!r}", name=known)
        return Match(self._names[known].id, SURE * ratio / 101, reason)


def _words(name: str) -> str:
    return snake(name).replace("_", " ")


def _graded(thing: Attribute | Activity, aliases: Sequence[str]) -> Iterator[tuple[str, float, str]]:
    yield thing.id, 1.0, Message("it has the name that this process gives it")
    for language, text in zip(("en", "fr", "es", "zh"), thing.name.all(), strict=True):
        yield text, 0.99, Message("it is its name in this process ({language})", language=language)
    for number, alias in enumerate(aliases):
        yield alias, 0.98 - 0.0001 * number, Message("it is known as {alias!r}", alias=alias)


def attribute_index(template: Template, names: Iterable[str]) -> NameIndex:
    """The names of these attributes."""
    chosen = [template.attributes[name] for name in names]
    return NameIndex((item.id, list(_graded(item, item.aliases))) for item in chosen)


def label_index(template: Template) -> NameIndex:
    """The names of activities, as labels in a column of events."""
    return NameIndex((item.id, list(_graded(item, item.aliases))) for item in template.activities.values())
