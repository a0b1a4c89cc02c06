"""What must hold in every log: what changes nothing, what adds up, what scales.

Each property takes small logs drawn by chance, lets the product answer twice and compares whole answers: every KPI,
the map, the variants, every rule's verdicts. What is said of a log as it was drawn is asked once for all properties.
"""

from __future__ import annotations

import copy
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.oracle import credit_log, deal_log
from tests.oracle.generated import AS_OF, Book, drawn, everything, joined, renamed, scaled
from tests.oracle.notation import Event, read_cases, read_events
from tests.oracle.product import CREDIT, DEALS, Setting, project, verdicts

SEEDS = [1, 2]
every_book = pytest.mark.parametrize("seed", SEEDS)
PLAIN = Setting(process=CREDIT, zone="UTC", as_of=AS_OF)
Answer = dict[str, Any]
KNOWN: dict[str, Answer] = {}


def _opened(book: Book, setting: Setting, ids: Sequence[str] | None = None) -> Answer:
    """What the product says about a log; asked once for each log, setting and choice of figures."""
    key = f"{book} {setting} {ids}"
    if key not in KNOWN:
        with tempfile.TemporaryDirectory() as folder:
            log = wb.open(project(Path(folder), book.events, book.cases, setting=setting))
            KNOWN[key] = _answer(log, setting, ids)
    return copy.deepcopy(KNOWN[key])


def _answer(log: Any, setting: Setting, ids: Sequence[str] | None = None) -> Answer:
    """Everything the product says about a log (or only some figures), without the order it says it in."""
    return {
        "kpis": {(record["id"], record.get("currency")): record for record in log.kpi_records(ids)},
        "map": log.map_record(),
        "variants": {tuple(record["activities"]): record["cases"] for record in log.variant_records()},
        "rules": {rule: verdicts(log, rule) for rule in setting.process.rules.values()},
    }


def _edges(answer: Answer) -> dict[tuple[str, str], dict[str, Any]]:
    return {(edge["source"], edge["target"]): edge for edge in answer["map"]["edges"]}


def _nodes(answer: Answer) -> dict[str, dict[str, Any]]:
    return {node["activity"]: node for node in answer["map"]["nodes"]}


def _known(setting: Setting, log: Any) -> Book:
    return Book(read_events(log.EVENTS, zone=setting.zone), read_cases(log.CASES))


HAND_MADE = {
    "credit": (credit_log, Setting(CREDIT, credit_log.ZONE, credit_log.AS_OF, policy=credit_log.POLICY)),
    "deals": (deal_log, Setting(DEALS, deal_log.ZONE, deal_log.AS_OF)),
}


@every_book
def test_shuffled_rows_change_nothing(seed: int) -> None:
    book = drawn(seed)
    shuffled = list(book.events)
    random.Random(seed).shuffle(shuffled)
    assert _opened(replace(book, events=shuffled), PLAIN) == _opened(book, PLAIN)


@pytest.mark.parametrize("name", HAND_MADE)
def test_shuffled_rows_change_nothing_where_a_column_orders_equal_times(name: str) -> None:
    """The hand-made logs have equal times whose order matters."""
    log, setting = HAND_MADE[name]
    ordered = replace(setting, order=True)
    book = _known(setting, log)
    shuffled = list(book.events)
    random.Random(1).shuffle(shuffled)
    assert _opened(replace(book, events=shuffled), ordered) == _opened(book, setting)


@every_book
def test_renamed_cases_change_no_figure(seed: int) -> None:
    book = drawn(seed)
    numbers = random.Random(seed).sample(range(1000), len(book.cases))
    names = {case: f"zz-{number}" for case, number in zip(book.cases, numbers, strict=True)}
    before, after = _opened(book, PLAIN), _opened(renamed(book, names), PLAIN)
    rules = before.pop("rules")
    assert after.pop("rules") == {
        rule: {names[case]: rows for case, rows in found.items()} for rule, found in rules.items()
    }
    assert after == before


@pytest.mark.parametrize(("seed", "zone"), list(zip(SEEDS, ["Asia/Shanghai", "America/Bogota"], strict=True)))
def test_another_zone_changes_no_elapsed_time(seed: int, zone: str) -> None:
    """The file says its offsets; what moves is the local day (and with it a due date's midnight), never the time
    between two recorded events."""
    book = drawn(seed)
    here = replace(PLAIN, absolute=True, as_of="2026-12-31")
    assert _elapsed(book, replace(here, zone=zone)) == _elapsed(book, here)


def _elapsed(book: Book, setting: Setting) -> Answer:
    """What is said of the time between recorded events."""
    with tempfile.TemporaryDirectory() as folder:
        log = wb.open(project(Path(folder), book.events, book.cases, setting=setting))
        return {
            "kpis": log.kpi_records(["CC06", "CC29", "CC33"]),
            "map": log.map_record(derived=False),
            "variants": log.variant_records(derived=False),
        }


def _halves(book: Book, seed: int) -> tuple[Book, Book]:
    cases = sorted(book.cases)
    random.Random(seed).shuffle(cases)
    left = set(cases[: random.Random(seed).randint(1, len(cases) - 1)])
    return tuple(  # type: ignore[return-value]
        Book(
            [event for event in book.events if (event.case in left) is side],
            {case: row for case, row in book.cases.items() if (case in left) is side},
        )
        for side in (True, False)
    )


COUNTED = [
    "CC06",
    "CC11.invoice",
    "CC11.late",
    "CC15",
    "CC19",
    "CC20",
    "CC21",
    "CC21.order",
    "CC22",
    "CC22.7",
    "CC22.30",
    "CC24",
    "CC28",
    "CC29",
    "CC33",
    "CC34",
    "CC38",
    "CC41",
    "CC41.touchless",
    "CC43",
]


def _sum_of(answer: Answer, name: str) -> tuple[float, int, int]:
    """Σ, n and pending of a figure: a mean or a share times its n."""
    record = answer["kpis"].get((name, None), {})
    n = record.get("n") or 0
    return (record.get("value") or 0) * n, n, record.get("pending") or 0


def _money(answer: Answer, currency: str) -> float:
    return answer["kpis"].get(("CC17", currency), {}).get("value") or 0


@every_book
def test_two_halves_add_up(seed: int) -> None:
    """Whole + common = left + right, where two common invoices that show every activity stand in all four.

    Without them a half that knows no dispute at all would rightly say that it cannot tell its dispute rate.
    """
    book = drawn(seed)
    left, right = _halves(book, seed)
    logs = [joined(book, everything()), everything(), joined(left, everything()), joined(right, everything())]
    whole, common, one, other = [_opened(log, PLAIN, [*COUNTED, "CC17"]) for log in logs]
    for name in COUNTED:
        sums = [_sum_of(answer, name) for answer in (whole, common, one, other)]
        for what in range(3):
            total, shared, part, rest = (found[what] for found in sums)
            assert total + shared == pytest.approx(part + rest, abs=1e-4), f"{name} {what}"
    for currency in ["EUR", "USD"]:
        total, shared, part, rest = (_money(answer, currency) for answer in (whole, common, one, other))
        assert total + shared == pytest.approx(part + rest), f"CC17 {currency}"
    _counts_add_up(whole, common, one, other)
    for rule, rows in whole["rules"].items():
        assert rows == {**one["rules"][rule], **other["rules"][rule]}, rule


def _counts_add_up(whole: Answer, common: Answer, one: Answer, other: Answer) -> None:
    """Map and variants: every count of the whole and the common is that of the two parts."""

    def counts(answer: Answer) -> list[Counter[Any]]:
        nodes = _nodes(answer)
        by_node = [
            Counter({n: f[what] for n, f in nodes.items()}) for what in ("events", "cases", "starts", "ends")
        ]
        by_edge: Counter[Any] = Counter({edge: found["count"] for edge, found in _edges(answer).items()})
        return [*by_node, by_edge, Counter(answer["variants"])]

    for total, shared, part, rest in zip(*map(counts, (whole, common, one, other)), strict=True):
        assert total + shared == part + rest


@every_book
def test_ten_times_the_money_is_ten_times_the_money_and_the_same_ratios(seed: int) -> None:
    book = drawn(seed)
    one, ten = _opened(book, PLAIN), _opened(scaled(book, 10), PLAIN)
    assert set(ten["kpis"]) == set(one["kpis"])
    for key, record in one["kpis"].items():
        value, factor = record["value"], 10 if record["unit"] == "money" else 1
        expected = None if value is None else pytest.approx(value * factor, abs=2e-6)
        assert ten["kpis"][key]["value"] == expected, key
        assert ten["kpis"][key]["n"] == record["n"], key
    assert ten["rules"] == one["rules"]
    assert ten["map"] == one["map"]


def _later(book: Book, seed: int) -> Book:
    """Events after as-of: more of the same for known cases, and a case of its own."""
    chance = random.Random(seed)
    day = date.fromisoformat(AS_OF)
    later: list[Event] = []
    for event in chance.sample(book.events, min(5, len(book.events))):
        moved = event.time.replace(year=day.year, month=day.month, day=day.day) + timedelta(
            days=chance.randint(1, 40)
        )
        row = len(book.events) + len(later)
        later.append(replace(event, time=moved + timedelta(hours=4, minutes=row), row=row))
    first = book.events[1]
    late_case = {
        **book.cases[first.case],
        "invoice_number": "late",
        "invoice_date": "2026-06-20",
        "due_date": "2026-07-20",
    }
    row = len(book.events) + len(later)
    later.append(replace(first, case="late", time=first.time.replace(month=6, day=20), row=row))
    return Book([*book.events, *later], {**book.cases, "late": late_case})


@every_book
def test_what_comes_after_as_of_changes_nothing(seed: int) -> None:
    book = drawn(seed)
    assert _opened(_later(book, seed), PLAIN) == _opened(book, PLAIN)


def _cut(book: Book, day: str) -> Book:
    """The log as it was known at the end of a day, cut by hand."""
    events = [event for event in book.events if event.day <= date.fromisoformat(day)]
    return Book(events, {case: book.cases[case] for case in {event.case for event in events}})


@pytest.mark.parametrize(("seed", "after"), list(zip(SEEDS, [33, 80], strict=True)))
def test_as_of_is_the_log_cut_by_hand(seed: int, after: int) -> None:
    book = drawn(seed)
    first = min(event.day for event in book.events)
    day = (first + timedelta(days=after)).isoformat()
    setting = replace(PLAIN, as_of=day)
    assert _opened(book, setting) == _opened(_cut(book, day), setting)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """The hand-made logs, opened once each."""
    known: dict[str, Any] = {}

    def opened(name: str) -> Any:
        if name not in known:
            log, setting = HAND_MADE[name]
            book = _known(setting, log)
            folder = tmp_path_factory.mktemp(name)
            known[name] = wb.open(project(folder, book.events, book.cases, setting=setting))
        return known[name]

    return opened


@pytest.mark.parametrize(
    ("name", "days_earlier"), [("credit", 1), ("credit", 40), ("deals", 1), ("deals", 40)]
)
def test_as_of_is_the_hand_made_log_cut_by_hand(
    name: str, days_earlier: int, whole: Callable[[str], Any]
) -> None:
    """Three ways to the same day: asked for in the project, asked of an open log, and a shorter file."""
    log, setting = HAND_MADE[name]
    day = (date.fromisoformat(log.AS_OF) - timedelta(days=days_earlier)).isoformat()
    book = _known(setting, log)
    then = replace(setting, as_of=day)
    by_hand = _opened(_cut(book, day), then)
    assert _answer(whole(name).at(day), then) == by_hand
    if days_earlier > 1:
        assert _opened(book, then) == by_hand
