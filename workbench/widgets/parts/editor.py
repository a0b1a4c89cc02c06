"""The forms by which a reader adds a filter: one a kind of condition, and what is typed into them as its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.discover import value_frame
from workbench.discover.conditions import ready_reason
from workbench.draw.acting import choice, field_of, form, search, ticks
from workbench.draw.prose import details, paragraph
from workbench.draw.words import is_missing, words
from workbench.i18n import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.widgets.parts.base import Part

__all__ = ["KINDS", "form_of", "record_of", "ticked_values"]

_DAY = 86_400
_VALUES = 40
# Fewer values than these are seen at a glance: nobody searches among them.
_SEARCHED = 10
_MOST_TICKED = 200
_DATES = ("date", "ts")
# In a page a value stands behind a sign of its own, so that nothing in a log looks like what is not given.
_MISSING, _GIVEN = "-", "="

KINDS: dict[str, Message] = {
    "time": Message("Time frame"),
    "attribute": Message("Attribute"),
    "range": Message("Number, amount or date"),
    "activity": Message("Activities"),
    "follows": Message("What follows what"),
    "ends": Message("First and last activity"),
    "performance": Message("Duration or number of events"),
    "rule": Message("Policy rule"),
    "status": Message("Open or ended"),
    "ready": Message("Ready-made filter"),
    "case": Message("Case ids"),
}
_MODES = {
    "started": Message("cases that started in it"),
    "ended": Message("cases that ended in it"),
    "contained": Message("cases wholly in it"),
    "intersecting": Message("cases under way in it"),
    "trimmed": Message("events in it alone"),
}
_MEASURES = {
    "duration": Message("Days from first to last event"),
    "wait": Message("Days between two events that follow each other"),
    "events": Message("Number of events"),
    "activities": Message("Number of different activities"),
}
_VERDICTS = {
    "breach": Message("broken"),
    "kept": Message("kept"),
    "pending": Message("limit still runs"),
    "unknown": Message("not known"),
}
_STATUS = {
    "open": Message("open"),
    "ended": Message("ended"),
    "succeeded": Message("ended well"),
    "failed": Message("ended badly"),
}


def form_of(part: Part, kind: str, attribute: str) -> Markup:
    """The form of a kind of condition; that of attributes shows the values of `attribute`."""
    fields = _FORMS[kind](part, attribute)
    sides = {"": part.say("Keep these cases"), "exclude": part.say("Leave these cases out")}
    keep = choice(part.say("What becomes of them"), sides, "", "", field="side")
    return form(
        Markup("{}{}").format(fields, keep),
        "filter",
        kind,
        label=part.say(KINDS[kind]),
        go=part.say("Add this filter"),
    )


def attributes(part: Part, *, ranges: bool) -> dict[str, str]:
    """The attributes that a filter can ask for, by name: those with values to tick, or those that have a range."""
    # A number may be one of a few, a level or a mark, or one of many.
    offered = ("num", "pct", "money", *_DATES) if ranges else ("id", "str", "cat", "bool", "num")
    return {
        found.name: part.names.attribute(found.name)
        for found in part.explorer.whole.prepared.meta.attributes
        if found.type in offered
    }


def _said(part: Part, messages: Mapping[str, Message]) -> dict[str, str]:
    return {name: part.say(message) for name, message in messages.items()}


def _bounds(part: Part, kind: str) -> Markup:
    end = part.say("Until") if kind == "date" else part.say("Up to")
    return field_of(part.say("From"), kind, "from") + field_of(end, kind, "to")


def _time(part: Part, _: str) -> Markup:
    modes = choice(part.say("Which"), _said(part, _MODES), "started", "", field="mode")
    return _bounds(part, "date") + modes


def _attribute(part: Part, chosen: str) -> Markup:
    known = attributes(part, ranges=False)
    name = chosen if chosen in known else next(iter(known), "")
    if not name:
        return paragraph(part.say("The log has no attribute to choose values of."))
    log, wanted, ticked = part.explorer.whole.prepared, part.text("values"), ticked_values(part)
    frame = value_frame(log, name, most=_VALUES, search=wanted)
    values = _offered(part, frame)
    # What was ticked stays, and stands first where the search would have taken it away.
    gone = set(ticked) - {value for value, _, _ in values}
    if gone:
        values = [*_offered(part, value_frame(log, name, among=_texts_of(gone), most=_MOST_TICKED)), *values]
        if _MISSING in gone:
            values.insert(0, (_MISSING, part.say("not given"), ""))
    fields = choice(part.say("Attribute"), known, name, "attribute")
    more = int(frame.attrs["left_out"])
    if wanted or len(frame) + more > _SEARCHED:
        fields += search(part.say("Search values"), wanted, "values")
    rest = part.say("{n} further values are not shown.", n=more) if more else ""
    if frame.empty:
        rest = part.say("There is nothing to show here")
    return fields + ticks(
        part.say("Values"), values, field=f"values {name}", more=rest, ticked=ticked, name="ticked"
    )


def _offered(part: Part, frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Values to tick, each with how many cases have it."""
    return [
        (
            _MISSING if is_missing(value) else f"{_GIVEN}{value}",
            part.say("not given") if is_missing(value) else str(value),
            part.names.speech.number(int(cases)),
        )
        for value, cases in zip(frame["value"], frame["cases"], strict=True)
    ]


def ticked_values(part: Part) -> list[str]:
    """The values that are ticked in the form of attributes, as it names them."""
    return part.texts("ticked")[:_MOST_TICKED]


def _texts_of(ticked: Iterable[str]) -> list[str]:
    """The values behind what is ticked, as text; what is not given has none."""
    return [one.removeprefix(_GIVEN) for one in ticked if one.startswith(_GIVEN)]


def _range(part: Part, chosen: str) -> Markup:
    known = attributes(part, ranges=True)
    if not known:
        return paragraph(part.say("The log has no number, amount or date to choose from."))
    name = chosen if chosen in known else next(iter(known))
    found = part.explorer.whole.prepared.meta.attribute(name)
    is_date = found is not None and found.type in _DATES
    fields = choice(part.say("Attribute"), known, name, "option", "attribute")
    fields += _bounds(part, "date" if is_date else "number")
    currencies = part.explorer.whole.prepared.meta.currencies
    if found is not None and found.type == "money" and len(currencies) > 1:
        fields += choice(
            part.say("Currency"), {one: one for one in currencies}, _currency(part), "", field="currency"
        )
    return fields


def _currency(part: Part) -> str:
    """The currency that is most likely meant: the one that the project reports in, else that of most cases."""
    log = part.explorer.whole.prepared
    own = log.meta.settings.currency
    if own in log.meta.currencies:
        return own
    return str(value_frame(log, "case_currency", among=log.meta.currencies, most=1)["value"].iloc[0])


def _activities(part: Part) -> dict[str, str]:
    return {name: part.names.activity(name) for name in part.explorer.whole.activities()["activity"]}


def _several(part: Part, label: str, field: str) -> Markup:
    return ticks(label, [(name, said, "") for name, said in _activities(part).items()], field=field)


def _activity(part: Part, _: str) -> Markup:
    hows = {"any": part.say("at least one of them"), "all": part.say("each of them")}
    return _several(part, part.say("Activities"), "names") + choice(
        part.say("Cases with"), hows, "any", "", field="how"
    )


def _usual_step(part: Part) -> tuple[str | None, str | None]:
    """What most often directly follows something else than itself: what a form begins with."""
    paths = part.explorer.whole.map()
    for source, target in zip(paths["source"], paths["target"], strict=True):
        if source != target:
            return str(source), str(target)
    return None, None


def _follows(part: Part, _: str) -> Markup:
    known = _activities(part)
    first, then = _usual_step(part)
    hows = {"directly": part.say("directly"), "eventually": part.say("at any time later")}
    return (
        choice(part.say("First"), known, first, "", field="source")
        + choice(part.say("Followed by"), known, then, "", field="target")
        + choice(part.say("How"), hows, "directly", "", field="how")
        + field_of(part.say("At least so many days between"), "number", "least")
        + field_of(part.say("At most so many days between"), "number", "most")
    )


def _ends(part: Part, _: str) -> Markup:
    hows = {"": part.say("cases that begin and end so"), "trim": part.say("only the events between")}
    return (
        _several(part, part.say("First activity"), "first")
        + _several(part, part.say("Last activity"), "last")
        + choice(part.say("Which"), hows, "", "", field="trim")
    )


def _performance(part: Part, _: str) -> Markup:
    which = choice(part.say("Which"), _said(part, _MEASURES), "duration", "", field="of")
    return which + _bounds(part, "number")


def _rule(part: Part, _: str) -> Markup:
    rules = {name: part.names.rule_name(name) for name in part.explorer.whole.template.rules}
    return choice(part.say("Rule"), rules, None, "", field="rule") + choice(
        part.say("Verdict"), _said(part, _VERDICTS), "breach", "", field="verdict"
    )


def _status(part: Part, _: str) -> Markup:
    return choice(part.say("Status"), _said(part, _STATUS), "open", "", field="is")


def _ready(part: Part, _: str) -> Markup:
    log = part.explorer.whole.prepared
    known = {name: part.say(found.name) for name, found in log.template.ready_filters().items()}
    reasons = {name: ready_reason(log, name) for name in known}
    able = {name: said for name, said in known.items() if reasons[name] is None}
    unable = [
        part.say("{name}: {value}", name=said, value=part.names.reason(reasons[name]))
        for name, said in known.items()
        if reasons[name] is not None
    ]
    fields = (
        choice(part.say("Ready-made filter"), able, None, "", field="name")
        if able
        else paragraph(part.say("The log cannot answer any of them."))
    )
    if unable:
        drawn = Markup("").join(Markup("<li>{}</li>").format(words(said)) for said in unable)
        fields += details(part.say("What this log cannot answer"), Markup("<ul>{}</ul>").format(drawn))
    return fields


def _case(part: Part, _: str) -> Markup:
    return field_of(part.say("Case ids, one or several with commas between"), "text", "ids")


_FORMS: dict[str, Callable[[Part, str], Markup]] = {
    "time": _time,
    "attribute": _attribute,
    "range": _range,
    "activity": _activity,
    "follows": _follows,
    "ends": _ends,
    "performance": _performance,
    "rule": _rule,
    "status": _status,
    "ready": _ready,
    "case": _case,
}


# ---------------------------------------------------------------------- what was typed, as a record
def record_of(part: Part, kind: str, attribute: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a condition out of a form; whether it is right is seen when the condition is made of it."""
    record: dict[str, Any] = {"kind": kind, **_RECORDS[kind](part, attribute, typed)}
    if typed.get("side") == "exclude":
        record["exclude"] = True
    return {name: value for name, value in record.items() if value not in (None, "")}


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _number(value: Any, times: float = 1) -> float | int | str | None:
    """What was typed as a number; what is none stays, so that the error names it."""
    if value in (None, ""):
        return None
    try:
        number = float(value) * times
    except (TypeError, ValueError):
        return str(value)
    return int(number) if number.is_integer() else number


def _of_attribute(part: Part, attribute: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    known = attributes(part, ranges=False)
    name = attribute if attribute in known else next(iter(known), "")
    ticked = _texts(typed.get(f"values {name}"))[:_MOST_TICKED]
    frame = value_frame(part.explorer.whole.prepared, name, among=_texts_of(ticked), most=_MOST_TICKED)
    return {"name": name, "values": [*frame["value"].tolist(), *([None] if _MISSING in ticked else [])]}


def _of_range(part: Part, attribute: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    known = attributes(part, ranges=True)
    name = attribute if attribute in known else next(iter(known), "")
    found = part.explorer.whole.prepared.meta.attribute(name)
    is_date = found is not None and found.type in _DATES
    ends = {end: typed.get(end) if is_date else _number(typed.get(end)) for end in ("from", "to")}
    return {"name": name, **ends, "currency": typed.get("currency")}


def _of_activity(_: Part, __: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"all" if typed.get("how") == "all" else "any": _texts(typed.get("names"))}


def _of_follows(_: Part, __: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": [str(typed.get("source"))],
        "target": [str(typed.get("target"))],
        "how": typed.get("how"),
        "least_seconds": _number(typed.get("least"), _DAY),
        "most_seconds": _number(typed.get("most"), _DAY),
    }


def _of_ends(_: Part, __: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {side: _texts(typed.get(side)) or None for side in ("first", "last")}
    return {**found, "trim": True if typed.get("trim") == "trim" else None}


def _of_performance(_: Part, __: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    times = _DAY if typed.get("of") in ("duration", "wait") else 1
    return {"of": typed.get("of"), **{end: _number(typed.get(end), times) for end in ("from", "to")}}


def _same(*names: str) -> Callable[[Part, str, Mapping[str, Any]], dict[str, Any]]:
    return lambda _part, _attribute, typed: {name: typed.get(name) for name in names}


def _ids(typed: Any) -> Iterable[str]:
    return (one.strip() for one in str(typed or "").split(",") if one.strip())


_RECORDS: dict[str, Callable[[Part, str, Mapping[str, Any]], dict[str, Any]]] = {
    "time": _same("mode", "from", "to"),
    "attribute": _of_attribute,
    "range": _of_range,
    "activity": _of_activity,
    "follows": _of_follows,
    "ends": _of_ends,
    "performance": _of_performance,
    "rule": _same("rule", "verdict"),
    "status": lambda _part, _attribute, typed: {"is": [str(typed.get("is"))]},
    "ready": _same("name"),
    "case": lambda _part, _attribute, typed: {"ids": list(_ids(typed.get("ids")))},
}
