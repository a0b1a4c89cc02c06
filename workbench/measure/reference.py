"""The KPI reference of a template as a page: what each figure says, how it is counted, what it needs."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.i18n import LANGUAGES, Speech
from workbench.messages import Message
from workbench.template import Template
from workbench.template.kpis import KPI, BaseKPI, FunctionKPI, LaterKPI, Target
from workbench.template.words import FirstAfter, Moment

__all__ = ["DIRECTIONS", "MOMENTS", "reference_page"]

_KINDS = {
    "duration": Message("Time between two moments"),
    "share": Message("Share of rows"),
    "average": Message("Number per row"),
    "total": Message("Sum"),
    "ratio": Message("Sum over a sum"),
    "combine": Message("From other figures"),
    "function": Message("Function"),
    "later": Message("Later step"),
}
_UNITS = {
    "days": Message("days"),
    "hours": Message("hours"),
    "ratio": Message("share"),
    "money": Message("money"),
    "count": Message("count"),
    "money_per_day": Message("money a day"),
}
DIRECTIONS = {
    "high": Message("higher is better"),
    "low": Message("lower is better"),
    "balanced": Message("neither too high nor too low"),
    "context": Message("neither: it is to be seen with others"),
}
_PERIODS = {
    "all": Message("the whole log"),
    "asof": Message("at as-of"),
    "window": Message("the last three full months"),
    "month": Message("the last full month"),
}
MOMENTS = {
    "opened": Message("opened"),
    "closed": Message("closed"),
    "deadline": Message("deadline"),
    "time": Message("the event itself"),
    "started": Message("start of the case"),
    "ended": Message("end of the case"),
    "asof": Message("as-of"),
    "first_event": Message("first event"),
    "last_event": Message("last event"),
}


def reference_page(template: Template, language: str) -> str:
    """What each KPI of a process is, in a language, as a page of Markdown.

    >>> from workbench.template import load_template
    >>> print(reference_page(load_template("any-process"), "en").splitlines()[0])
    # KPIs: Any process
    """
    say = Speech(language).say
    others = [f"[{one}]({template.process}.{one}.md)" for one in LANGUAGES if one != language]
    lead = say(
        "Each figure with what it counts. Unless a period is asked for, it is of the period given here; a case falls "
        "into the period of the moment given here."
    )
    heads = (
        say("KPI"), say("What it says"), say("How it is counted"), say("Unit"), say("Period"), say("Moment"),
        say("Target"), say("What it needs"),
    )  # fmt: skip
    rows = [_row(template, kpi, language) for _, kpi in sorted(template.kpis.items())]
    lines = [heads, ["---"] * len(heads), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    title = say("KPIs: {process}", process=template.name)
    return "\n\n".join([f"# {title}", " · ".join(others), lead, table]) + "\n"


def _row(template: Template, kpi: KPI, language: str) -> list[str]:
    speech = Speech(language)
    say = speech.say
    kind = say(_KINDS[kpi.kind])
    if isinstance(kpi, FunctionKPI):
        kind = f"{kind} `{kpi.function}`"
    elif isinstance(kpi, LaterKPI):
        kind = say("computed in step {step}", step=kpi.step)
    return [
        f"**{_cell(say(kpi.name))}**<br>`{kpi.id}`",
        _cell(say(kpi.note)),
        kind,
        f"{say(_UNITS[kpi.unit])}<br>{say(DIRECTIONS[kpi.good])}",
        say(_PERIODS[kpi.period]),
        _cell(_moment(template, kpi.when, speech)),
        "" if kpi.target is None else _target(kpi, kpi.target, speech),
        _cell(_needs(template, kpi, speech)),
    ]


def _moment(template: Template, moment: Moment | None, speech: Speech) -> str:
    if moment is None:
        return ""
    if isinstance(moment, FirstAfter):
        return _either((_named(template, name, speech) for name in moment.first), speech)
    if not isinstance(moment, str):
        return _either((_named(template, name, speech) for name in moment), speech)
    if moment in MOMENTS:
        return speech.say(MOMENTS[moment])
    name = _named(template, moment.removeprefix("last "), speech)
    return speech.say("last {activity}", activity=name) if moment.startswith("last ") else name


def _needs(template: Template, kpi: BaseKPI, speech: Speech) -> str:
    needs = (_either((_named(template, name, speech) for name in need), speech) for need in kpi.needs)
    return " · ".join(dict.fromkeys(needs))


def _either(names: Iterable[str], speech: Speech) -> str:
    first, *others = dict.fromkeys(names)
    if not others:
        return first
    *these, that = (first, *others)
    return speech.say("{these} or {that}", these=speech.listing(these), that=that)


def _named(template: Template, name: str, speech: Speech) -> str:
    """What an activity, group, field, pair, ledger, table or policy value is called."""
    own = name.removeprefix("policy.")
    side, _, field = own.partition(".")
    if side in template.tables and field:
        return f"{_named(template, side, speech)}: {_named(template, field, speech)}"
    declared = template.activities.get(own) or template.derived.get(own)
    found = declared.name if declared is not None else template.terms.get(own)
    if found is None and own in template.attributes:
        found = template.attributes[own].name
    if found is None and own in template.tables:
        found = template.tables[own].name
    return f"`{own}`" if found is None else speech.say(found)


def _target(kpi: BaseKPI, target: Target, speech: Speech) -> str:
    def said(value: float) -> str:
        return speech.figure(value, kpi.unit, None)

    if target.at_most is not None:
        return speech.say("at most {value}", value=said(target.at_most))
    if target.at_least is not None:
        return speech.say("at least {value}", value=said(target.at_least))
    if target.between is not None:
        low, high = map(said, target.between)
        return speech.say("{low} to {high}", low=low, high=high)
    points = target.change_points is not None
    change = target.change_points if points else target.change_pct
    ends = sorted(change) if isinstance(change, tuple) else [change or 0.0]
    parts = [speech.percent(end / 100) if not points else said(end) for end in ends]
    span = parts[0] if len(parts) == 1 else speech.say("{low} to {high}", low=parts[0], high=parts[1])
    return speech.say("{change} against the baseline", change=span)


def _cell(text: str) -> str:
    """A text in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", "<br>")
