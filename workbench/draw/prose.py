"""The words around the figures: what opens a step, a notice, headline numbers, ticks, the way through the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup

from workbench.draw.signs import sign, tone_of
from workbench.draw.words import attribute, data_text, said, words
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = [
    "boxes",
    "checklist",
    "columns",
    "details",
    "entries",
    "facts",
    "lead",
    "navigation",
    "notice",
    "paragraph",
]

_SEVERITIES = ("block", "warn", "note")
# A count and what it counts stand on one line: "lignes lues : 8 769".
_BEFORE_COUNT = re.compile(r"(?<=:) (?=\d)")


def boxes(items: Iterable[tuple[Any, Any, Any]], speech: Speech) -> Markup:
    """What to do, why it matters, expected outcome: the three short texts that open a step.

    An item is (heading, text, fact): the fact is what this very log has to say to it.
    """
    drawn = Markup("").join(
        Markup('<div class="wb-box"><h2>{}</h2><p>{}</p><p class="wb-box-fact">{}</p></div>').format(
            words(said(heading, speech)),
            words(said(text, speech)),
            words(_BEFORE_COUNT.sub("\u00a0", said(fact, speech))),
        )
        for heading, text, fact in items
    )
    return Markup('<div class="wb-boxes">{}</div>').format(drawn)


def lead(text: str) -> Markup:
    """The sentence that a reader takes home, before any picture."""
    return Markup('<p class="wb-lead">{}</p>').format(words(text))


def paragraph(text: str) -> Markup:
    """Plain running text."""
    return Markup('<p class="wb-text">{}</p>').format(words(text))


def notice(text: str, severity: str = "note") -> Markup:
    """Something to know before reading on: `block`, `warn` or `note`, told apart by shape as well as colour."""
    if severity not in _SEVERITIES:
        raise unknown_name("severity", severity, _SEVERITIES)
    tone = tone_of(severity)
    return Markup('<div class="wb-notice wb-is-{tone}" role="note">{sign}<p>{text}</p></div>').format(
        tone=tone, sign=sign("note" if severity == "note" else tone), text=words(text)
    )


def facts(items: Iterable[tuple[Any, Any]]) -> Markup:
    """Headline numbers in a row, each below its name; both are said already."""
    drawn = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(words(label), words(value))
        for label, value in items
    )
    return Markup('<dl class="wb-facts">{}</dl>').format(drawn)


def entries(items: Iterable[tuple[Any, Any]]) -> Markup:
    """Small facts to look up, each beside its name where there is room; both are said already."""
    drawn = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(words(label), words(value))
        for label, value in items
    )
    return Markup('<dl class="wb-entries">{}</dl>').format(drawn)


def details(summary: str, body: Markup) -> Markup:
    """Something folded away under its summary. The body is Markup of our own making."""
    return Markup('<details class="wb-details"><summary>{}</summary>{}</details>').format(
        words(summary), words(body)
    )


def columns(*parts: Markup) -> Markup:
    """Parts side by side where there is room, one below the other where there is not."""
    return Markup('<div class="wb-columns">{}</div>').format(
        Markup("").join(Markup("<div>{}</div>").format(words(part)) for part in parts)
    )


def checklist(items: Iterable[tuple[Any, bool]], speech: Speech) -> Markup:
    """Challenges or goals, those that were chosen ticked; to read, not to click."""
    drawn = Markup("").join(
        Markup('<li class="{state}">{sign}<span class="wb-unseen">{word}: </span>{text}</li>').format(
            state="wb-ticked" if ticked else "wb-unticked",
            sign=sign("good" if ticked else "open"),
            word=words(speech.say("chosen") if ticked else speech.say("not chosen")),
            text=data_text(text, speech),
        )
        for text, ticked in items
    )
    return Markup('<ul class="wb-checklist">{}</ul>').format(drawn)


def navigation(
    items: Sequence[tuple[Any, str, bool]],
    languages: Sequence[tuple[str, str, str, bool]] = (),
    *,
    label: str,
) -> Markup:
    """The bar over every page: the overview, then the steps with their numbers; the languages at its end.

    An item is (label, address, whether it is this page), a language (code, its own name, address, whether it is
    this page's). `label` names the bar to a screen reader. Raises WorkbenchError for an address that would run
    something instead of leading somewhere.
    """
    steps = Markup("").join(
        Markup("<li>{}</li>").format(_step(place, said_label, href, here))
        for place, (said_label, href, here) in enumerate(items)
    )
    tongues = Markup("").join(
        Markup('<li><a href="{href}" lang="{code}" hreflang="{code}"{here}>{name}</a></li>').format(
            href=_address(href), code=attribute(code), here=_current(here, "true"), name=words(name)
        )
        for code, name, href, here in languages
    )
    return Markup(
        '<nav class="wb-nav" aria-label="{label}"><ol class="wb-nav-steps">{steps}</ol>{tongues}</nav>'
    ).format(
        label=attribute(label),
        steps=steps,
        tongues=Markup('<ul class="wb-nav-languages">{}</ul>').format(tongues) if tongues else Markup(""),
    )


def _step(place: int, label: Any, href: str, here: bool) -> Markup:
    number = Markup('<span class="wb-nav-number">{}</span>').format(place) if place else Markup("")
    return Markup('<a href="{}"{}>{}<span>{}</span></a>').format(
        _address(href), _current(here, "page"), number, words(label)
    )


def _current(here: bool, kind: str) -> Markup:
    return Markup(' aria-current="{}"').format(kind) if here else Markup("")


def _address(href: str) -> str:
    """The address, if it is one that leads to a page."""
    clean = attribute(href)
    if clean != href or urlsplit(href).scheme not in ("", "http", "https"):
        raise WorkbenchError(
            Message("{address!r} is no address of a page", address=href),
            where=Message("the navigation"),
            remedy=Message("Give a relative one or one of http(s)"),
        )
    return clean
