"""Every template, present and future, and the folder that proves a new process needs no Python.

The loader refuses what does not hang together (unknown words, dangling references, a missing language). The
checks here are what a template owes its readers beyond that.
"""

from __future__ import annotations

import re
import shutil
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.template.reading import MINI, ROOT, SHIPPED, texts
from workbench.errors import WorkbenchError
from workbench.measure.bottlenecks import COST_OF_CAPITAL
from workbench.template import Template, load_template, load_template_folder
from workbench.template.base import LANGUAGES
from workbench.template.rules import AbsenceRule, ResponseRule

STEPS = ("connect", "discover", "measure", "diagnose", "improve", "monitor")
# Names of things are words; figures carry the id of their catalogue, dotted for every form but the first.
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
FIGURE = re.compile(r"[A-Z]{2}\d{2}(\.[a-z0-9_]+)?")


@pytest.mark.parametrize("folder", [*SHIPPED, MINI], ids=lambda folder: folder.name)
def test_template_is_complete(folder: Path) -> None:
    template = load_template_folder(folder)
    assert template.process == folder.name
    assert list(_faults(template, folder)) == []


def _faults(template: Template, folder: Path) -> Iterator[str]:
    yield from _texts(template)
    yield from _ids(template)
    yield from _path(template)
    yield from _aims(template)
    yield from _types(template)
    yield from _numbers(template, folder)
    yield from _spellings(template)
    yield from _sources(template)
    yield from _repetitions(template, folder)
    yield from (
        f"{name}: no term says what it is called" for name in template.unnamed() - set(template.terms)
    )
    if folder.parent == ROOT / "templates":
        if tuple(sorted(template.steps)) != tuple(sorted(STEPS)):
            yield f"the boxes of the six steps: {sorted(template.steps)}"
        yield from _dictionary(template)


# -------------------------------------------------- words
def _texts(template: Template) -> Iterator[str]:
    """Four languages, none of them English in silence, and no claim of a review that covers nothing."""
    for place, text in texts(template):
        for language in LANGUAGES:
            if not text.in_language(language).strip():
                yield f"{place}: empty in {language}"
        if not any("\u4e00" <= letter <= "\u9fff" for letter in text.zh):
            yield f"{place}: not Chinese: {text.zh!r}"
        if "en" not in text.reviewed:
            yield f"{place}: the English text is the one written first; `reviewed` must name it"
        if len(set(text.reviewed)) < len(text.reviewed):
            yield f"{place}: a language reviewed twice"


def _ids(template: Template) -> Iterator[str]:
    for table in ("attributes", "activities", "derived", "groups", "pairs", "ledgers", "goals", "challenges"):
        for name in getattr(template, table):
            if not NAME.fullmatch(name):
                yield f"{table}.{name}: not in snake case"
    both = set(template.activities) & set(template.derived)
    if both:
        yield f"recorded and derived at once: {sorted(both)}"
    for name in template.kpis:
        if not FIGURE.fullmatch(name):
            yield f"kpis.{name}: no id of a catalogue"
        if name.split(".")[0] not in template.kpis:
            yield f"kpis.{name}: its first form is missing"


# -------------------------------------------------- what a person who fills it in must know
def _dictionary(template: Template) -> Iterator[str]:
    """No field without what it is, why it matters, where it is found and what it looks like; no event unexplained."""
    for attribute in template.attributes.values():
        place = f"attributes.{attribute.id}"
        yield from (
            f"{place}: no {word}" for word in ("meaning", "why", "where") if getattr(attribute, word) is None
        )
        shown = attribute.type == "bool" or (attribute.id == template.case.activity and template.activities)
        if not (attribute.values or attribute.examples or shown):
            yield f"{place}: no example"
    for activity in template.activities.values():
        for word in ("meaning", "where"):
            if getattr(activity, word) is None:
                yield f"activities.{activity.id}: no {word}"
    used = {found.where for table in (template.attributes, template.activities) for found in table.values()}
    yield from (f"places.{name}: nothing is found there" for name in set(template.places) - used)
    for table in template.tables.values():
        if table.meaning is None:
            yield f"tables.{table.id}: no meaning"
    for table in ("events", *template.tables):
        if not template.example.get(table):
            yield f"example: no rows of {table}"


# -------------------------------------------------- what hangs together
def _path(template: Template) -> Iterator[str]:
    ideal = template.path.ideal
    if template.activities and len(ideal) < 3:
        yield "no ideal path"
    if len(set(ideal)) < len(ideal):
        yield "the ideal path comes back to a step"
    kinds = {declared.kind for declared in template.events()}
    if template.activities and not ("start" in kinds and kinds & {"end+", "end-", "end"}):
        yield f"no start or no end among {sorted(kinds)}"


def _aims(template: Template) -> Iterator[str]:
    for goal in template.goals.values():
        if not goal.kpis:
            yield f"goals.{goal.id}: no KPI measures it"
    for challenge in template.challenges.values():
        if not (challenge.kpis and challenge.levers and challenge.goals):
            yield f"challenges.{challenge.id}: needs KPIs, levers and goals"
    reached = {goal for challenge in template.challenges.values() for goal in challenge.goals}
    for goal in template.goals if template.challenges else ():
        if goal not in reached:
            yield f"goals.{goal}: no challenge leads to it"


def _types(template: Template) -> Iterator[str]:
    """Weights and balances are money, dates are dates: a wrong attribute would be summed all the same."""

    def of_type(place: str, names: Iterable[str | None], *types: str) -> Iterator[str]:
        for name in names:
            if name is not None and template.attributes[name].type not in types:
                yield f"{place}: {name} is {template.attributes[name].type}, not {' or '.join(types)}"

    for kpi in template.kpis.values():
        yield from of_type(f"kpis.{kpi.id}.weight", [kpi.weight], "money")
    for ledger in template.ledgers.values():
        for entry in (*ledger.plus, *ledger.minus):
            yield from of_type(f"ledgers.{ledger.id}.{entry.of}", entry.sum, "money")
            yield from of_type(f"ledgers.{ledger.id}.{entry.of}", [entry.dated], "date")
        yield from of_type(f"ledgers.{ledger.id}.due", [ledger.due], "date")
        yield from of_type(f"ledgers.{ledger.id}.stated", [ledger.stated], "money")
    for derived in template.derived.values():
        yield from of_type(f"derived.{derived.id}", [derived.date], "date")
    for pair in template.pairs.values():
        yield from of_type(f"pairs.{pair.id}.key", [pair.key], "id")
        yield from of_type(f"pairs.{pair.id}.deadline", [pair.deadline and pair.deadline.attribute], "date")


def _numbers(template: Template, folder: Path) -> Iterator[str]:
    """A project changes a number of the policy, not a rule: rules name it, and nothing is named in vain."""
    for rule in template.rules.values():
        limits: list[object] = [rule.at_most] if isinstance(rule, AbsenceRule) else []
        limits += [rule.within.days] if isinstance(rule, ResponseRule) and rule.within else []
        for limit in limits:
            if limit is not None and not str(limit).startswith("policy."):
                yield f"rules.{rule.id}: the limit {limit} is no value of the policy"
    # What every process may say (a cost of capital) is read by the program, not by a rule.
    readers = [*folder.glob("*.toml"), *(ROOT / "workbench").rglob("*.py")]
    written = "".join(path.read_text(encoding="utf-8") for path in readers)
    for name in _raw(folder).get("policy", {}):
        # What waiting money costs is no process's own: the workbench asks every policy for it.
        if f'"policy.{name}"' not in written and f"policy.{name}" != COST_OF_CAPITAL:
            yield f"policy.{name}: nothing uses it"


# -------------------------------------------------- headers and labels
def _spelling(word: str) -> str:
    """As headers are compared: without case, accents, spaces and punctuation."""
    folded = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _spellings(template: Template) -> Iterator[str]:
    """One header or label means one thing; a date column one event, unless another column decides.

    The time of an event may share a header with a date of the case: a long file has the one, a wide file the other.
    """
    attributes = {
        name: (name, *found.name.all(), *found.aliases) for name, found in template.attributes.items()
    }
    # A derived event that is not even shown is never met as a label.
    events = (found for found in template.events() if getattr(found, "shown", True))
    labels = {found.id: (found.id, *found.name.all(), *found.aliases) for found in events}
    columns = {found.id: found.columns for found in template.activities.values()}
    for what, words in (("header", attributes), ("label", labels), ("date column", columns)):
        owners: dict[str, str] = {}
        for owner, spelt in words.items():
            for word in {_spelling(word) for word in spelt}:
                first = owners.setdefault(word, owner)
                if first != owner and template.case.time not in (first, owner):
                    yield f"{what} {word!r} means {first} and {owner}"
    for name, activity in template.activities.items():
        for spelt in (activity.aliases, activity.columns):
            if len({_spelling(word) for word in spelt}) < len(spelt):
                yield f"activities.{name}: a spelling twice"


# -------------------------------------------------- variants of a system
def _sources(template: Template) -> Iterator[str]:
    """Where a system's fields go: to attributes and activities that the process has."""
    known = {
        "attributes": set(template.attributes),
        "values": set(template.attributes),
        "events": set(template.activities),
    }
    for source, tables in template.sources.items():
        for table, names in known.items():
            for name in tables.get(table, {}):
                if name not in names:
                    yield f"sources.{source}.{table}: unknown {name}"
        targets = [
            tables.get("activities", {}),
            tables.get("changes", {}),
            *tables.get("changes_to", {}).values(),
        ]
        for target in targets:
            for activity in target.values():
                if activity not in template.activities:
                    yield f"sources.{source}: unknown activity {activity}"


def _raw(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _repetitions(template: Template, folder: Path) -> Iterator[str]:
    """What extends a template says what differs and repeats nothing."""
    if template.extends is None:
        return
    yield from _same(_raw(folder), _raw(folder.parent / template.extends), ())


def _same(own: Mapping[str, Any], base: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    for key, value in own.items():
        if key == "format" or key not in base:
            continue
        if isinstance(value, Mapping) and isinstance(base[key], Mapping) and "en" not in value:
            yield from _same(value, base[key], (*place, key))
        elif value == base[key]:
            yield f"{'.'.join((*place, key))}: the same as in the template it extends"


# -------------------------------------------------- the checks can fail
REFUSED = {
    "a missing language": (', zh = "付款冻结"', "", "zh"),
    "an unknown word": ('match  = "in_order"', 'match  = "in_order"\nmatches = "x"', "Did you mean 'match'"),
    "an unknown activity": ('each   = ["goods_received"]', 'each   = ["good_received"]', "'goods_received'"),
    "an unknown rule": ('keeps = ["P01",', 'keeps = ["P99",', "Unknown rule 'P99'"),
    "an unknown policy value": ('"policy.approval_days"', '"policy.approval_day"', "'approval_days'"),
    "a goal without its KPI": ('kpis  = ["PP03", "PP08"]', 'kpis  = ["PP33"]', "Unknown KPI 'PP33'"),
    "a term for nothing": (
        "[terms]",
        '[terms]\npayables = { en = "x", fr = "x", es = "x", zh = "x" }',
        "payable",
    ),
    "a KPI said twice": ("[kpis.PP02]", "[kpis.PP01]", "Not readable as TOML"),
    "an empty note": ('note = { en = "Per block, elapsed time."', 'note = { en = ""', "PP08"),
    "a note in English only": ('note = { en = "Per block, elapsed time."', 'note = "Per block." #', "PP08"),
}
INCOMPLETE = {
    "English in silence": ('zh = "付款冻结"', 'zh = "Payment blocked"', "not Chinese"),
    "a review of nothing": (
        'zh = "付款冻结", reviewed = ["en"]',
        'zh = "付款冻结"',
        "`reviewed` must name it",
    ),
    "an ambiguous label": (
        'aliases = ["Clear Invoice"]',
        'aliases = ["Change Price"]',
        "'changeprice' means",
    ),
    "a number in a rule": ('at_most = "policy.max_price_changes"', "at_most = 1", "no value of the policy"),
    "a weight that is no money": ('weight = "order_value"', 'weight = "vendor"', "vendor is id, not money"),
    "a pair without a name": (
        'payable_item      = { en = "Inv',
        '# payable_item = { en = "Inv',
        "payable_item: no term",
    ),
    "a goal without figures": ('kpis  = ["PP03", "PP08"]', "kpis  = []", "no KPI measures it"),
}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('activity_name = "Solved"', 'activty_name = "Solved"', "Did you mean 'activity_name'"),
        ("events = [", "event = [", "Did you mean 'events'"),
        ('where   = "record"', 'where   = "records"', "Did you mean 'record'"),
    ],
)
def test_an_example_and_a_place_name_what_is_there(tmp_path: Path, old: str, new: str, said: str) -> None:
    copy = Path(shutil.copytree(ROOT / "templates" / "any-process", tmp_path / "any-process"))
    for path in copy.glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(WorkbenchError, match=re.escape(said)):
        load_template_folder(copy)


UNEXPLAINED = {
    "a field without its why": ("why", "no why"),
    "a field that is nowhere found": ("where", "no where"),
    "a field without a meaning": ("meaning", "no meaning"),
    "a field without an example": ("examples", "no example"),
}


@pytest.mark.parametrize("fault", UNEXPLAINED)
def test_a_field_that_is_not_explained_is_found(fault: str) -> None:
    word, said = UNEXPLAINED[fault]
    template = load_template("any-process")
    case = template.attributes["case_id"].model_copy(update={word: () if word == "examples" else None})
    attributes = {**template.attributes, "case_id": case}
    poorer = template.model_copy(update={"attributes": attributes})
    assert list(_dictionary(template)) == []
    assert any(said in found for found in _dictionary(poorer))


def _broken(folder: Path, old: str, new: str) -> Path:
    """A copy of the small template with one thing changed."""
    copy = Path(shutil.copytree(MINI, folder / MINI.name))
    files = [path for path in copy.glob("*.toml") if old in path.read_text(encoding="utf-8")]
    assert files, f"nothing to break: {old}"
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize("fault", REFUSED)
def test_loader_refuses(fault: str, tmp_path: Path) -> None:
    old, new, said = REFUSED[fault]
    with pytest.raises(WorkbenchError, match=re.escape(said)):
        load_template_folder(_broken(tmp_path, old, new))


@pytest.mark.parametrize("fault", INCOMPLETE)
def test_incomplete_template_is_found(fault: str, tmp_path: Path) -> None:
    old, new, said = INCOMPLETE[fault]
    folder = _broken(tmp_path, old, new)
    assert any(said in found for found in _faults(load_template_folder(folder), folder))
