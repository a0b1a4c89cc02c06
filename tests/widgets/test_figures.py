"""What is seen of a choice, whatever it is, equals what the plain functions say of the log narrowed by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as markup

import workbench as wb
from tests.widgets.doing import did, looked_at
from workbench.api import Log
from workbench.discover import Condition, conditions_of
from workbench.discover.conditions.ready import ready_reason
from workbench.draw.livemap import edge_key
from workbench.i18n import Speech
from workbench.pages.discover import DiscoverPage
from workbench.widgets.explorer import Explorer
from workbench.widgets.state import State

Make = Callable[..., Explorer]
Record = dict[str, Any]
_SHOWN = 15
_DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31)).map(str)


def _of_events(log: Log) -> dict[str, st.SearchStrategy[Record]]:
    """Filters by what happened in a case."""
    some = st.lists(st.sampled_from(list(log.activities()["activity"])), min_size=1, max_size=3, unique=True)
    ways = st.lists(
        st.sampled_from([list(way) for way in log.variants()["activities"].head(6)]), min_size=1, max_size=4
    )
    numbers = st.tuples(st.integers(1, 9), st.integers(0, 4))
    return {
        "activity": st.fixed_dictionaries({"any": some}),
        "variant": st.fixed_dictionaries({"ways": ways}),
        "ends": st.fixed_dictionaries({"first": some, "last": some, "trim": st.booleans()}),
        "follows": st.one_of(
            st.fixed_dictionaries(
                {"source": some, "target": some, "how": st.sampled_from(["directly", "eventually"])}
            ),
            st.fixed_dictionaries(
                {"source": some, "target": some, "how": st.just("directly"), "again": st.just(True)}
            ),
        ),
        "performance": st.one_of(
            st.builds(
                lambda of, days: {"of": of, "from": 86_400 * days},
                st.sampled_from(["duration", "wait"]),
                st.integers(0, 90),
            ),
            st.builds(
                lambda of, pair: {"of": of, "from": pair[0], "to": sum(pair)},
                st.sampled_from(["events", "activities"]),
                numbers,
            ),
        ),
    }


def _of_cases(log: Log) -> dict[str, st.SearchStrategy[Record]]:
    """Filters by what a case is, when it was, and what the process makes of it."""
    ids = st.lists(st.sampled_from(list(log.cases()["case_id"])), min_size=1, max_size=40)
    amounts = st.integers(0, 20).map(lambda step: 500 * step)
    modes = st.sampled_from(["started", "ended", "contained", "intersecting", "trimmed"])
    segments = st.sampled_from(["Enterprise", "Mid-market", None]).map(lambda name: [name])
    verdicts = st.sampled_from(["breach", "kept", "pending", "unknown"])
    return {
        "range": st.fixed_dictionaries(
            {"name": st.just("invoice_amount"), "from": amounts, "currency": st.just("EUR")}
        ),
        "rule": st.fixed_dictionaries({"rule": st.sampled_from(["R01", "R03"]), "verdict": verdicts}),
        "ready": st.fixed_dictionaries({"name": st.sampled_from(ready_names(log))}),
        "case": st.fixed_dictionaries({"ids": ids}),
        "status": st.sampled_from(["open", "ended"]).map(lambda status: {"is": [status]}),
        "time": st.builds(
            lambda mode, days: {"mode": mode, "from": min(days), "to": max(days)},
            modes,
            st.tuples(_DAYS, _DAYS),
        ),
        "attribute": st.fixed_dictionaries({"name": st.just("customer_segment"), "values": segments}),
    }


def ready_names(log: Log) -> list[str]:
    """The ready-made filters that this log can answer."""
    return [
        name for name in log.prepared.template.ready_filters() if ready_reason(log.prepared, name) is None
    ]


@st.composite
def choices(draw: st.DrawFn, log: Log) -> list[Record]:
    """One to three filters of any kind, for what they name or against it."""
    kinds = _of_events(log) | _of_cases(log)
    found = []
    for kind in draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3)):
        record = {"kind": kind, **draw(kinds[kind])}
        found.append(record | ({"exclude": True} if draw(st.booleans()) else {}))
    return found


def each_once(chosen: list[Record]) -> tuple[Condition, ...]:
    """The filters as conditions: what is set a second time changes nothing."""
    return tuple(dict.fromkeys(conditions_of(chosen)))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_map_and_the_variants_under_any_filter(explorer: Make, log: Log, data: st.DataObject) -> None:
    chosen = data.draw(choices(log))
    overlay = data.draw(st.sampled_from(["frequency", "mean", "median", "p90"]))
    made = explorer("fr")
    memory = made.whole.prepared.memory
    assert memory is not None
    # As of a log of many cases to a way, and as of one of few.
    memory.kept["flow"] = data.draw(st.booleans())
    looked_at(made, "filters", "map", "variants")
    did(made, "map", "options", {"activities": 100, "paths": 100, "overlay": overlay})
    for record in chosen:
        did(made, "filters", "add", record)
    made.settle()
    narrowed, speech = log.where(*each_once(chosen)), Speech("fr")
    nodes, ways = narrowed.activities(), narrowed.variants()
    edges = narrowed.map(statistics=("mean", "median", "p90"))
    scene = made.panel("map").scene
    if overlay == "frequency":
        boxes = {node["key"]: node["text"] for node in scene["nodes"] if node["kind"] == "step"}
        counts = zip(nodes["activity"], nodes["events"], strict=True)
        assert boxes == {name: speech.number(int(count)) for name, count in counts}
    lines = {edge["key"]: edge["text"] for edge in scene["edges"] if not edge["mark"]}
    keys = [edge_key(source, target) for source, target in zip(edges["source"], edges["target"], strict=True)]
    if overlay == "frequency":
        told = [speech.number(int(count)) for count in edges["count"]]
    else:
        told = [speech.duration(float(seconds)) for seconds in edges[f"{overlay}_seconds"]]
    assert lines == dict(zip(keys, told, strict=True))
    listed = re.findall(
        r'<td class="wb-k-number">([^<]*)</td><td class="wb-k-bar">', made.panel("variants").html
    )
    assert listed == [speech.number(int(count)) for count in ways["cases"].head(_SHOWN)]


@pytest.fixture(scope="module")
def page(explored_project: Path) -> DiscoverPage:
    found = wb.page("discover", project=str(explored_project), language="es")
    assert isinstance(found, DiscoverPage)
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_cards_under_any_filter(page: DiscoverPage, log: Log, data: st.DataObject) -> None:
    chosen = data.draw(choices(log))
    page.explorer.choose(State(conditions=each_once(chosen)))
    narrowed, speech = log.where(*each_once(chosen)), Speech("es")
    drawn = markup.fromstring(page.cards().html).xpath('//article[starts-with(@class, "wb-card")]')
    assert len(drawn) > 3
    for card in drawn:
        (name,) = [term.text for term in card.iter("dd") if re.fullmatch(r"CC\d\d\S*", term.text or "")]
        # Of one with several currencies the card shows the one with most behind it.
        figure = max(narrowed.kpi_records([name]), key=lambda row: row["n"])
        value = figure["value"]
        (shown,) = card.xpath('.//p[@class="wb-card-value"]')
        expected = "–" if value is None else speech.figure(value, figure["unit"], figure.get("currency"))
        assert shown.text_content() == expected, name
