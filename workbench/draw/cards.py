"""KPI cards: a figure, what it is held against, how sure it is, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from workbench.draw.prose import details, paragraph
from workbench.draw.signs import sign, tone_of
from workbench.draw.words import said, words

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["Card", "cards"]


@dataclass(frozen=True, kw_only=True)
class Card:
    """One figure for a reader who decides.

    `value` and `target` are figures already said ("43.2 days"); `value` is None where there is none, and `reason`
    says why. `facts` are short lines below ("n = 1,204"), `trend` a sparkline, `note` what stands behind the figure,
    a sentence or Markup of ours, folded away.
    """

    label: Any
    value: str | None
    target: str | None = None
    verdict: Literal["met", "missed", "none"] | None = None
    facts: tuple[Any, ...] = ()
    trend: Markup | None = None
    note: Any = None
    reason: Any = None


def cards(items: Iterable[Card], speech: Speech) -> Markup:
    """Cards in a grid that fits its page: four across a screen, one on a telephone."""
    drawn = [_card(item, speech) for item in items]
    if not drawn:
        return Markup("")
    return Markup('<div class="wb-cards">{}</div>').format(Markup("").join(drawn))


def _card(card: Card, speech: Speech) -> Markup:
    return Markup(
        '<article class="wb-card{state}"><h3 class="wb-card-label">{label}</h3>{body}{note}</article>'
    ).format(
        state="" if card.value is not None else " wb-card-empty",
        label=words(said(card.label, speech)),
        body=_figure(card, speech) if card.value is not None else _no_figure(card, speech),
        note=_note(card, speech),
    )


def _figure(card: Card, speech: Speech) -> Markup:
    trend = Markup('<span class="wb-card-trend">{}</span>').format(card.trend) if card.trend else Markup("")
    return Markup(
        '<div class="wb-card-row"><p class="wb-card-value">{value}</p>{trend}</div>{target}{facts}'
    ).format(value=words(card.value), trend=trend, target=_target(card, speech), facts=_facts(card, speech))


def _no_figure(card: Card, speech: Speech) -> Markup:
    reason = card.reason if card.reason is not None else speech.say("There is no value yet")
    return Markup('<p class="wb-card-value">–</p><p class="wb-card-reason">{}</p>{}').format(
        words(said(reason, speech)), _facts(card, speech)
    )


def _target(card: Card, speech: Speech) -> Markup:
    if card.target is None:
        return Markup("")
    mark = Markup("")
    if card.verdict in ("met", "missed"):
        word = speech.say("met") if card.verdict == "met" else speech.say("missed")
        tone = tone_of(card.verdict)
        mark = Markup(' <span class="wb-mark wb-is-{tone}">{sign}{word}</span>').format(
            tone=tone, sign=sign(tone), word=words(word)
        )
    text = speech.say("target {value}", value=card.target)
    return Markup('<p class="wb-card-target">{}{}</p>').format(words(text), mark)


def _facts(card: Card, speech: Speech) -> Markup:
    if not card.facts:
        return Markup("")
    lines = Markup("").join(Markup("<li>{}</li>").format(words(said(fact, speech))) for fact in card.facts)
    return Markup('<ul class="wb-card-facts">{}</ul>').format(lines)


def _note(card: Card, speech: Speech) -> Markup:
    if card.note is None:
        return Markup("")
    note = card.note if isinstance(card.note, Markup) else paragraph(said(card.note, speech))
    return details(speech.say("Behind the figure"), note)
