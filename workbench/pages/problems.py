"""The problems ranked, in the reader's words: what each is, how large, which cases show it, what counts it already."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import details, lead, paragraph
from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.measure import focused_ids
from workbench.measure.problems import PROBLEM_KINDS
from workbench.pages.base import Page

__all__ = ["largest", "problem_evidence", "problem_label", "ranked"]

_SHOWN, _EVIDENCE = 15, 3
# So many problems have the cases that show them listed.
_LISTED = 10


def ranked(page: Page, frame: pd.DataFrame) -> Markup:
    """The rows of `problem_frame` as a table, with a word on how they are ranked and why they do not add up."""
    if frame.empty:
        return lead(page.say("No problem is found on this log."))
    labels = {row["key"]: problem_label(page, row) for row in frame.to_dict("records")}
    shown = frame.assign(
        label=[labels[key] for key in frame["key"]],
        what=[_what(page, row) for row in frame.to_dict("records")],
        basis=objects(page.say(basis) for basis in frame["basis"]),
        counted=objects(labels.get(key) for key in frame["counted_by"]),
        shown_cases=[found[:_EVIDENCE] for found in frame["evidence"]],
    )
    columns = [
        Column("rank", page.say("Rank"), "number"),
        Column("label", page.say("Problem"), "strong", beneath="what", width="18em"),
        Column("cases", page.say("Cases"), "number"),
        Column("days", page.say("Days lost"), "days", places=0, beneath="basis", width="13em"),
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


def problem_evidence(page: Page, frame: pd.DataFrame, cases: pd.DataFrame) -> Markup:
    """For each of the largest problems the cases that weigh most in it, and who else counts them."""
    columns = [
        Column("case_id", page.attribute(page.template.case.id), "strong"),
        Column("days", page.say("Days lost"), "days", places=0, optional=True),
        Column("money", page.say("Money concerned"), "money", currency="currency"),
    ]
    parts = []
    labels = {row["key"]: problem_label(page, row) for row in frame.to_dict("records")}
    for row in frame.head(_LISTED).to_dict("records"):
        own = cases[cases["rank"] == row["rank"]]
        if own.empty:
            continue
        summary = f"{page.speech.number(row['rank'])}. {labels[row['key']]}"
        parts.append(
            details(summary, _twice(page, row, labels) + table(own, columns, page.speech, limit=None))
        )
    return Markup("").join(parts)


def _twice(page: Page, row: dict[Any, Any], labels: dict[Any, str]) -> Markup:
    """How much of a problem those above it count already."""
    if pd.isna(row["cases_counted"]) or not row["cases_counted"]:
        return Markup("")
    said = page.say(
        "{share} of its cases are counted in problems above it, most of them in: {problem}",
        share=page.speech.percent(row["cases_counted"]),
        problem=labels[row["counted_by"]],
    )
    return paragraph(said)


def _what(page: Page, row: dict[Any, Any]) -> str:
    """The kind of a problem, and which ticked challenges or goals it belongs to."""
    kind = page.say(PROBLEM_KINDS[row["kind"]])
    if not row["focused"]:
        return kind
    ticked = [name for name in page.focus if row["id"] in focused_ids(page.template, [name])]
    entries = [page.template.challenges.get(name) or page.template.goals[name] for name in ticked]
    return page.say(
        "{kind}; you ticked: {challenges}",
        kind=kind,
        challenges=page.speech.listing([page.say(entry.name) for entry in entries]),
    )


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
