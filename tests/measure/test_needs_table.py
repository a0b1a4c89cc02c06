"""A log that has everything, less one thing: the figures and rules that cannot be told without it say so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from tests.measure.needs_table import CREDIT, CREDIT_RULES, SALES, SALES_RULES, Need, read_needs
from workbench.generate import generate_project
from workbench.log.meta import LogAttribute
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.readiness import readiness_frame
from workbench.rules import checkable
from workbench.template import Template
from workbench.template.kpis import LaterKPI
from workbench.template.model import Derived

KPIS = {"credit-collections": read_needs(CREDIT), "lead-to-cash": read_needs(SALES)}
RULES = {"credit-collections": read_needs(CREDIT_RULES), "lead-to-cash": read_needs(SALES_RULES)}
# Of which invoices some are written off, escalated, handed to an agency and cancelled.
SEEDS = {"credit-collections": 5, "lead-to-cash": 7}
# What no generated log has: an activity that becomes another in one event, and whether an invoice is disputed.
RENAMED = {
    "credit-collections": ("Credit Limit Approved", "Credit Limit Rejected", "credit_limit_rejected"),
    "lead-to-cash": ("Lead Converted", "Quote Requested", "quote_requested"),
}
LACKS = "the log has no "
Whole = Callable[[str], PreparedLog]


def generated(folder: Path, process: str) -> PreparedLog:
    """A log that has all that its process knows."""
    generate_project(folder, process=process, cases=60, seed=SEEDS[process])
    project, path = folder / "project.toml", folder / "data" / "events.parquet"
    old, new, activity = RENAMED[process]
    text = project.read_text(encoding="utf-8")
    text = text.replace("[sources.activities]\n", f'[sources.activities]\n"{new}" = "{activity}"\n')
    events = pd.read_parquet(path)
    events.loc[events.index[events["activity_name"] == old][-1], "activity_name"] = new
    events.to_parquet(path)
    if process == "credit-collections":
        text = text.replace("risk_class =", 'is_disputed = "is_disputed"\nrisk_class =')
        invoices = folder / "data" / "invoices.parquet"
        pd.read_parquet(invoices).assign(is_disputed=False).to_parquet(invoices)
    project.write_text(text, encoding="utf-8")
    return replace(wb.open(folder).prepared, answers=None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The log of a process that has everything, prepared when it is first asked for."""
    return cache(lambda process: generated(tmp_path_factory.mktemp("needs") / "demo", process))


# ------------------------------------------------------------------------------------------ taking away


def without(log: PreparedLog, names: Iterable[str], kept: Collection[str] = ()) -> PreparedLog:
    """The log as it would tell of itself had nobody recorded these activities, attributes, columns or tables.

    Its rows stay, for a figure that lacks something does not look at them. With an activity goes the balance that
    it opens, and with these go the derived events that rest on them; one that is `kept` stays, as if the source
    had recorded it itself.
    """
    template, meta = log.template, log.meta
    gone = {*names, *template.expand(tuple(names))} - set(kept)
    recorded = meta.recorded - gone
    attributes = tuple(found for found in meta.attributes if found.name not in gone)
    ledgers = {
        name: table
        for name, table in log.ledgers.items()
        if any(entry.of in recorded for entry in template.ledgers[name].plus)
    }
    lost = {
        name
        for name, derived in template.derived.items()
        if name not in kept and not _derivable(template, derived, recorded, ledgers, attributes)
    }
    tables = {name: table for name, table in log.tables.items() if name not in gone}
    columns = {
        name: tuple(found for found in meta.tables[name] if not _names(template, name, found) & gone)
        for name in tables
    }
    # Whose work an event is stands in a column of its own, not among the attributes.
    filled = meta.filled - {"resource"} if template.case.resource in gone else meta.filled
    less = replace(meta, recorded=recorded - lost, attributes=attributes, tables=columns, filled=filled)
    return replace(log, meta=less, tables=tables, ledgers=ledgers, answers=None)


def _derivable(
    template: Template,
    derived: Derived,
    recorded: Collection[str],
    ledgers: Collection[str],
    attributes: Iterable[LogAttribute],
) -> bool:
    """As preparing a log has it: a due date goes by where there is one, and a balance that could be open then."""
    levels = {(found.name, found.level) for found in attributes}
    if derived.derive == "date_passed":
        return (derived.date, "case") in levels and (derived.while_ is None or derived.while_ in ledgers)
    if derived.derive == "ledger_zero":
        return derived.ledger in ledgers
    if derived.derive == "deadline_missed":
        return any(name in recorded for name in template.expand(template.pairs[str(derived.pair)].opens))
    # A value changes where events carry it.
    return (derived.attribute, "event") in levels


def _names(template: Template, table: str, column: LogAttribute) -> set[str]:
    """By what names a column of a table beside the log is asked for: its own, if the table gives it to the log."""
    return {f"{table}.{column.name}", *({column.name} & set(template.tables[table].gives))}


# ------------------------------------------------------------------------------------------ the answers


def lacked(log: PreparedLog, name: str) -> list[str]:
    """Of what the answer to a figure says that the log has none; nothing if it says no such thing."""
    found, *_ = figures(log, [name])
    said = str(found.reason or "")
    if not said.startswith(LACKS):
        return []
    assert found.value is None
    return said.removeprefix(LACKS).split(" or ")


def wanting(log: PreparedLog, name: str) -> list[list[str]]:
    """What readiness lists as missing for a figure or a rule; where one of several would do, their labels."""
    frame = readiness_frame(log, found=[])
    listed = dict(zip(frame["id"], frame["missing"], strict=True))[name]
    return [sorted(str(missing).split(" or ")) for missing in listed]


def labels(template: Template, told: tuple[str, ...]) -> list[str]:
    """A need as readiness has it: by its name, or by the labels of all things of which one would do."""
    names = template.expand(told)
    if len(names) == 1:
        return [*names]
    known = {name: found.name for name, found in template.attributes.items()}
    known |= {name: found.name for name, found in template.derived.items()}
    known |= {name: found.name for name, found in template.activities.items()}
    return sorted(known[name].en if name in known else name for name in names)


def process_of(name: str) -> str:
    return "lead-to-cash" if name.startswith("L") else "credit-collections"


def every(tables: dict[str, dict[str, list[Need]]]) -> list[Need]:
    return [need for rows in tables.values() for needs in rows.values() for need in needs]


def alone(tables: dict[str, dict[str, list[Need]]]) -> list[tuple[Need, str]]:
    """Each of the things of which one is enough."""
    return [(need, name) for need in every(tables) if len(need.names) > 1 for name in need.names]


def said(value: object) -> str:
    """How a row of the tables stands in the name of a test."""
    return str(value)


@pytest.mark.parametrize("process", KPIS)
def test_every_figure_and_every_rule_has_its_row(whole: Whole, process: str) -> None:
    template = whole(process).template
    assert set(KPIS[process]) == set(template.kpis)
    assert set(RULES[process]) == set(template.rules)


@pytest.mark.parametrize("process", KPIS)
def test_where_everything_is_there_no_figure_lacks_anything(whole: Whole, process: str) -> None:
    found = figures(whole(process))
    assert {one.id: str(one.reason) for one in found if LACKS in str(one.reason)} == {}
    assert all(whole(process).knows(name) for need in every({process: KPIS[process]}) for name in need.names)


@pytest.mark.parametrize("process", RULES)
def test_where_everything_is_there_every_rule_is_checkable(whole: Whole, process: str) -> None:
    log = whole(process)
    assert {name: checkable(log, rule) for name, rule in log.template.rules.items()} == dict.fromkeys(
        RULES[process]
    )
    assert all(log.knows(name) for need in every({process: RULES[process]}) for name in need.names)


@pytest.mark.parametrize("need", every(KPIS), ids=said)
def test_without_what_it_needs_a_figure_says_what_is_lacking(whole: Whole, need: Need) -> None:
    log = without(whole(process_of(need.id)), need.names)
    assert labels(log.template, need.told) in wanting(log, need.id)
    # What a later step works out is answered with that step.
    if not isinstance(log.template.kpi(need.id), LaterKPI):
        assert sorted(lacked(log, need.id)) == sorted(need.told)


@pytest.mark.parametrize(("need", "name"), alone(KPIS), ids=said)
def test_where_one_is_enough_a_figure_does_not_ask_for_the_others(
    whole: Whole, need: Need, name: str
) -> None:
    log = without(whole(process_of(need.id)), need.names, kept=whole_of(whole, need, name))
    assert log.knows(name)
    assert labels(log.template, need.told) not in wanting(log, need.id)
    assert lacked(log, need.id) == []


@pytest.mark.parametrize("need", every(RULES), ids=said)
def test_without_what_it_needs_a_rule_is_not_checkable(whole: Whole, need: Need) -> None:
    log = without(whole(process_of(need.id)), need.names)
    missing = checkable(log, log.template.rules[need.id])
    assert sorted((missing or "").split(" or ")) == sorted(need.told)
    assert labels(log.template, need.told) in wanting(log, need.id)


@pytest.mark.parametrize(("need", "name"), alone(RULES), ids=said)
def test_where_one_is_enough_a_rule_does_not_ask_for_the_others(whole: Whole, need: Need, name: str) -> None:
    log = without(whole(process_of(need.id)), need.names, kept=whole_of(whole, need, name))
    assert log.knows(name)
    assert checkable(log, log.template.rules[need.id]) is None


def whole_of(whole: Whole, need: Need, name: str) -> tuple[str, ...]:
    """What is left of a need when but one of its things is: a group with all its members."""
    return (name, *whole(process_of(need.id)).template.expand((name,)))
