"""What a reader can act on: buttons, lists, fields. In a report, where nobody can, none of them is drawn.

Each carries the name of what is asked and what goes along with it; a panel of the workbench sends both to Python.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from workbench.draw.words import attribute, data_text, words

__all__ = [
    "asking",
    "button",
    "choice",
    "field_of",
    "form",
    "search",
    "slider",
    "ticks",
    "toolbar",
    "value_button",
]


def asking(name: str, given: Any = None) -> Markup:
    """The attributes of an element that asks Python for something: `name`, with `given` as JSON."""
    if given is None:
        return Markup(' data-wb-do="{}"').format(attribute(name))
    along = json.dumps(given, ensure_ascii=True, separators=(",", ":"), default=str)
    return Markup(' data-wb-do="{}" data-wb-with="{}"').format(attribute(name), attribute(along))


def button(
    label: Any,
    name: str,
    given: Any = None,
    *,
    pressed: bool | None = None,
    disabled: bool = False,
    hint: str = "",
    look: str = "",
) -> Markup:
    """A button; `pressed` makes it one that stays in or out, `hint` says more than its label.

    What is only a sign is called by its hint; what has words or a figure is called by these.
    """
    return Markup(
        '<button type="button" class="wb-button{look}"{asked}{pressed}{disabled}{hint}>{label}</button>'
    ).format(
        look=f" wb-{look}" if look else "",
        asked=asking(name, given),
        pressed=Markup("") if pressed is None else Markup(' aria-pressed="{}"').format(str(pressed).lower()),
        disabled=Markup(" disabled") if disabled else Markup(""),
        hint=_hinted(hint, is_sign=isinstance(label, str) and not any(map(str.isalnum, label))),
        label=words(label),
    )


def _hinted(hint: str, *, is_sign: bool) -> Markup:
    if not hint:
        return Markup("")
    pattern = ' title="{0}" aria-label="{0}"' if is_sign else ' title="{0}"'
    return Markup(pattern).format(attribute(hint))


def choice(
    label: str,
    options: Mapping[Any, str] | Iterable[tuple[Any, str]],
    chosen: Any,
    name: str,
    given: Any = None,
    *,
    field: str = "",
) -> Markup:
    """A list of which one is chosen, under its label. In a form `field` is its name, and it asks nothing itself."""
    pairs = options.items() if isinstance(options, Mapping) else options
    drawn = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            attribute(value), Markup(" selected") if value == chosen else Markup(""), words(said)
        )
        for value, said in pairs
    )
    asked = Markup(' name="{}"').format(attribute(field)) if field else asking(name, given)
    return Markup('<label class="wb-field"><span>{}</span><select{}>{}</select></label>').format(
        words(label), asked, drawn
    )


def search(label: str, typed: str, name: str, given: Any = None) -> Markup:
    """A field to search with: it asks while somebody types. It belongs to no form, wherever it stands: the key that
    ends a search sends none."""
    return Markup(
        '<label class="wb-field wb-search"><span>{}</span>'
        '<input type="search" form="" value="{}" autocomplete="off"{}></label>'
    ).format(words(label), attribute(typed), asking(name, given))


def slider(
    label: str, value: float, shown: str, name: str, given: Any = None, *, most: float = 100
) -> Markup:
    """A value between nought and `most`, to be slid; `shown` says what it is now."""
    return Markup(
        '<label class="wb-field wb-slider"><span>{} <span>{}</span></span>'
        '<input type="range" min="0" max="{}" value="{}"{}></label>'
    ).format(words(label), words(shown), most, value, asking(name, given))


def field_of(label: str, kind: str, name: str, value: Any = "") -> Markup:
    """A field of a form: `kind` is an input's type in HTML (date, number, text)."""
    return Markup(
        '<label class="wb-field"><span>{}</span><input type="{}" name="{}" value="{}"{}></label>'
    ).format(
        words(label),
        attribute(kind),
        attribute(name),
        attribute("" if value is None else value),
        Markup(' step="any"') if kind == "number" else Markup(""),
    )


def form(body: Markup, name: str, given: Any = None, *, label: str, go: str) -> Markup:
    """Fields that are sent together by their button `go`; `label` names the whole."""
    return Markup(
        '<form class="wb-form" aria-label="{}"{}>{}'
        '<button type="submit" class="wb-button wb-primary">{}</button></form>'
    ).format(attribute(label), asking(name, given), words(body), words(go))


def ticks(
    label: str,
    values: Iterable[tuple[str, str, str]],
    *,
    field: str,
    more: str = "",
    ticked: Collection[str] = (),
    name: str = "",
) -> Markup:
    """Values of a form to tick, each (value, what is read, what stands beside it); all share the name `field`.

    `ticked` are those that are; with a `name` each asks for this with its value as soon as it is ticked or not.
    """
    drawn = Markup("").join(
        Markup(
            '<li><label><input type="checkbox" name="{}" value="{}"{}{}>'
            '<bdi dir="auto">{}</bdi> <small>{}</small></label></li>'
        ).format(
            attribute(field),
            attribute(value),
            Markup(" checked") if value in ticked else Markup(""),
            asking(name, value) if name else Markup(""),
            words(said),
            words(beside),
        )
        for value, said, beside in values
    )
    rest = Markup('<p class="wb-more">{}</p>').format(words(more)) if more else Markup("")
    return Markup('<fieldset class="wb-choices"><legend>{}</legend><ul>{}</ul>{}</fieldset>').format(
        words(label), drawn, rest
    )


def toolbar(*parts: Markup, label: str) -> Markup:
    """What acts on a part, in a row over it."""
    return Markup('<div class="wb-tools" role="group" aria-label="{}">{}</div>').format(
        attribute(label), Markup("").join(parts)
    )


def value_button(value: Any, speech: Any, name: str, given: Any, *, hint: str = "") -> Markup:
    """A value from the log that can be clicked, escaped, in an element of its own."""
    return button(data_text(value, speech), name, given, hint=hint, look="value")
