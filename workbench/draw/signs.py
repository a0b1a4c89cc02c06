"""Small signs and tags: what a verdict or a severity looks like, always a shape and a word beside the colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from workbench.draw.words import MISSING, attribute, data_text, is_missing
from workbench.i18n import Message

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["Tone", "sign", "tag", "tone_of"]

Tone = Literal["good", "bad", "warn", "plain"]

_PATHS: dict[str, str] = {
    "good": "M2.5 6.5 5 9l4.5-6",
    "bad": "M3 3l6 6M9 3l-6 6",
    "warn": "M6 2v5M6 9.2v.3",
    "plain": "M3 6h6",
    "note": "M6 2.8v.3M6 5.5v4",
    "open": "M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7",
}


@dataclass(frozen=True)
class _Verdict:
    word: Message
    tone: Tone


# The words that computing uses for verdicts, and how they are said.
_VERDICTS: dict[str, _Verdict] = {
    "met": _Verdict(Message("met"), "good"),
    "missed": _Verdict(Message("missed"), "bad"),
    "none": _Verdict(Message("no target"), "plain"),
    "ok": _Verdict(Message("kept"), "good"),
    "kept": _Verdict(Message("kept"), "good"),
    "broken": _Verdict(Message("broken"), "bad"),
    "pending": _Verdict(Message("limit still runs"), "warn"),
    "excused": _Verdict(Message("excused"), "plain"),
    "unknown": _Verdict(Message("not known"), "plain"),
    "tie": _Verdict(Message("kept, at equal times"), "good"),
    "block": _Verdict(Message("blocks"), "bad"),
    "warn": _Verdict(Message("warning"), "warn"),
    "note": _Verdict(Message("note"), "plain"),
    "ready": _Verdict(Message("ready"), "good"),
    "partly": _Verdict(Message("partly"), "warn"),
    "not": _Verdict(Message("not possible"), "plain"),
    "open": _Verdict(Message("open"), "plain"),
}

_BY_WORD: dict[str, _Verdict] = {verdict.word.pattern: verdict for verdict in _VERDICTS.values()}


def tone_of(verdict: Any) -> Tone:
    """The tone of a verdict or a severity; a word that is none of them is plain."""
    found = _VERDICTS.get(verdict) if isinstance(verdict, str) else None
    return "plain" if found is None else found.tone


def sign(tone: str) -> Markup:
    """The small shape of a tone: a tick, a cross, an exclamation mark, a dash; `open` is an empty ring.

    It says nothing to a screen reader: a word always stands beside it.
    """
    return Markup(
        '<svg class="wb-sign wb-is-{tone}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" '
        'focusable="false"><path d="{path}" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).format(tone=attribute(tone), path=_PATHS.get(tone, _PATHS["plain"]))


def tag(value: Any, speech: Speech) -> Markup:
    """A verdict as a sign and its word, coloured by what it means; any other value as plain text in a quiet tag."""
    if is_missing(value):
        return Markup(MISSING)
    found = _BY_WORD.get(value.pattern) if isinstance(value, Message) else _VERDICTS.get(str(value))
    if found is None:
        return Markup('<span class="wb-tag">{}</span>').format(data_text(value, speech))
    return Markup('<span class="wb-tag wb-is-{tone}">{sign}{word}</span>').format(
        tone=found.tone, sign=sign(found.tone), word=speech.say(found.word)
    )
