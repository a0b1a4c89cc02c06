"""The problems ranked, in the reader's words: what each is, how large, and what another one counts already."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import lead
from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.measure.problems import PROBLEM_KINDS
from workbench.pages.base import Page

__all__ = ["largest", "problem_label", "ranked"]

_SHOWN, _EVIDENCE = 15, 3


def ranked(page: Page, frame: pd.DataFrame) -> Markup:
    """The rows of `problem_frame` as a table, with a word on how they are ranked and why they do not add up."""
    if frame.empty:
        return lead(page.say("No problem is found on this log."))
    labels = {row["key"]: problem_label(page, row) for row in frame.to_dict("records")}
    shown = frame.assign(
        label=[labels[key] for key in frame["key"]],
        what=[page.say(PROBLEM_KINDS[kind]) for kind in frame["kind"]],
        counted=objects(labels.get(key) for key in frame["counted_by"]),
        shown_cases=[found[:_EVIDENCE] for found in frame["evidence"]],
    )
    columns = [
        Column("rank", page.say("Rank"), "number"),
        Column("label", page.say("Problem"), "strong", beneath="what", width="18em"),
        Column("cases", page.say("Cases"), "number"),
        Column("days", page.say("Days lost"), "days", places=0),
        Column("money", page.say("Money concerned"), "money", currency="currency", places=0),
        Column("cases_counted", page.say("Of these cases counted above"), "bar"),
        Column("counted", page.say("Most of them by")),
        Column("shown_cases", page.say("First cases"), "list"),
    ]
    said = page.say(
        "Ranked by the mean of their shares of all cases, of all money and of all days that cases took; what you "
        "ticked comes first. One case can be in several problems, so the rows must not be added up."
    )
    return lead(said) + table(shown, columns, page.speech, limit=_SHOWN)


def problem_label(page: Page, row: dict[Any, Any]) -> str:
    """What a problem is called: its KPI, its rule, its path or its activity."""
    name = str(row["id"])
    if row["kind"] == "rule":
        return page.rule_name(name)
    if row["kind"] == "wait":
        source, _, target = name.partition(" > ")
        return page.say("{source} to {target}", source=page.activity(source), target=page.activity(target))
    return page.activity(name) if row["kind"] == "rework" else page.kpi_name(name)


def largest(page: Page, frame: pd.DataFrame) -> str:
    """The problem at the top in a sentence."""
    sized = frame[frame["cases"].notna()]
    if sized.empty:
        return page.say("No problem is found on this log.")
    first = sized.iloc[0].to_dict()
    return page.say(
        "First of {n} problems: {problem} ({kind}), {cases} cases.",
        n=len(frame),
        problem=problem_label(page, first),
        kind=page.say(PROBLEM_KINDS[first["kind"]]),
        cases=int(first["cases"]),
    )
