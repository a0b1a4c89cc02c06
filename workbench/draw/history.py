"""A case's history: what happened, when, by whom, and how long the case waited before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.words import as_moment, data_text, is_missing, said, words
from workbench.errors import unknown_name
from workbench.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Precision, Speech

__all__ = ["timeline"]

_NEEDED = ("time", "activity")
# A wait stands out when it is a good part of all the time that the case took.
_LONG = 0.25


def timeline(frame: pd.DataFrame, speech: Speech, *, limit: int = 200, empty: Any = None) -> Markup:
    """One case's events, from the first to the last, along a vertical line.

    `frame` has a row per event in order: `time` (naive UTC), `activity` (its name to the reader), and, where
    known, `resource`, `since_seconds` (since the event before), `is_derived` (computed, not recorded) and `facts`
    (a list of short texts, such as an amount). Waits of a quarter of the whole and more stand out.
    """
    for name in _NEEDED:
        if name not in frame.columns:
            raise unknown_name(
                "column", name, [str(known) for known in frame.columns], where=Message("a case's history")
            )
    if frame.empty:
        sentence = speech.say("There is nothing to show here") if empty is None else said(empty, speech)
        return Markup('<p class="wb-empty">{}</p>').format(words(sentence))
    waits = _column(frame, "since_seconds")
    total = sum(float(wait) for wait in waits if not is_missing(wait))
    shown = frame.head(limit)
    rows = zip(
        shown["time"],
        shown["activity"],
        _column(shown, "resource"),
        # The wait after an event is what its successor says of the time since.
        [*waits[1 : len(shown)], None],
        _column(shown, "is_derived"),
        _column(shown, "facts"),
        strict=True,
    )
    finest = speech.precision(filter(None, map(as_moment, shown["time"])))
    events = Markup("").join(_event(row, speech, total=total, finest=finest) for row in rows)
    left = len(frame) - len(shown)
    more = Markup("")
    if left > 0:
        text = speech.say("… 1 more event") if left == 1 else speech.say("… {n} more events", n=left)
        more = Markup('<p class="wb-more">{}</p>').format(words(text))
    return Markup('<ol class="wb-timeline">{}</ol>{}').format(events, more)


def _column(frame: pd.DataFrame, name: str) -> list[Any]:
    return list(frame[name]) if name in frame.columns else [None] * len(frame)


def _event(row: tuple[Any, ...], speech: Speech, *, total: float, finest: Precision) -> Markup:
    time, activity, resource, wait, derived, facts = row
    by = (
        Markup("")
        if is_missing(resource)
        else Markup(' <span class="wb-by">{}</span>').format(data_text(resource, speech))
    )
    mark = Markup("")
    if not is_missing(derived) and derived:
        mark = Markup(' <span class="wb-tag">{}</span>').format(words(speech.say("derived")))
    lines = Markup("")
    if isinstance(facts, list | tuple) and facts:
        lines = Markup('<ul class="wb-event-facts">{}</ul>').format(
            Markup("").join(Markup("<li>{}</li>").format(data_text(fact, speech)) for fact in facts)
        )
    return Markup(
        '<li class="wb-event{state}"><time>{time}</time>'
        '<div class="wb-event-what"><strong>{activity}</strong>{mark}{by}{lines}</div>{wait}</li>'
    ).format(
        state=" wb-event-derived" if mark else "",
        wait=Markup("") if is_missing(wait) else _wait(float(wait), speech, total=total),
        time=words(speech.moment(as_moment(time), to=finest)),
        activity=data_text(activity, speech),
        mark=mark,
        by=by,
        lines=lines,
    )


def _wait(seconds: float, speech: Speech, *, total: float) -> Markup:
    long = total > 0 and seconds / total >= _LONG
    return Markup('<span class="wb-wait{}">{}</span>').format(
        " wb-wait-long" if long else "", words(speech.duration(seconds))
    )
