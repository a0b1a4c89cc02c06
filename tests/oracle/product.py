"""The product as a user drives it: a project folder with two CSV files, and the figures it answers with.

The tests of this folder say what a figure must be; this module is the only one that knows how to ask for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import tomlkit

from tests.oracle.notation import CaseTable, Event, case_rows, event_rows
from tests.oracle.tables import Line

__all__ = ["CREDIT", "DEALS", "Answers", "Process", "Setting", "answer", "compare", "project", "verdicts"]

# Figures are rounded for JSON: money to 2 decimals, days and ratios to 6.
TOLERANCE = {"money": Fraction(1, 200), "money_per_day": Fraction(1, 200)}
FINE = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Process:
    """What the columns of the two files are called, and the ids of the rules."""

    id: str
    case: str
    user: str
    facts: Sequence[str]
    rules: Mapping[str, str]


@dataclass(frozen=True)
class Setting:
    """What stands in `project.toml` beside the files."""

    process: Process
    zone: str
    as_of: str | None
    currency: str = "EUR"
    policy: Mapping[str, Any] = field(default_factory=dict)
    rates: Sequence[tuple[str, str, str]] = ()
    order: bool = False  # the file has a column that orders equal times
    absolute: bool = False  # the file's times carry their offset from UTC
    tables: Mapping[str, CaseTable] = field(
        default_factory=dict
    )  # what stands beside the log, by the table's name
    targets: Mapping[str, Any] = field(default_factory=dict)


CREDIT = Process(
    id="credit-collections",
    case="invoice_number",
    user="user_or_collector",
    facts=[
        "credit_amount",
        "dispute_id",
        "disputed_amount",
        "dunning_level",
        "payment_amount",
        "payment_id",
        "promise_amount",
        "promise_date",
        "write_off_amount",
    ],
    rules={
        **{str(number): f"R{number:02}" for number in range(1, 12) if number != 8},
        **{f"8{part}": f"R08{part}" for part in "abc"},
    },
)
DEALS = Process(
    id="lead-to-cash",
    case="opportunity_id",
    user="user",
    facts=[
        "discount_pct",
        "expected_close_date",
        "invoice_amount",
        "opportunity_value",
        "order_amount",
        "paid_amount",
        "sales_rep",
        "stage",
    ],
    rules={
        name: f"L{number:02}"
        for number, name in enumerate(
            [
                "qualified before quote",
                "quote before won",
                "approval before discounted quote",
                "contract before order",
                "order before invoice",
                "invoice after fulfilment",
                "no stage backwards",
                "close date pushes",
                "owner changes",
                "amount not reduced after proposal",
            ],
            start=1,
        )
    },
)


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def project(folder: Path, events: Iterable[Event], cases: CaseTable, *, setting: Setting) -> Path:
    """A project folder: the long file of events as they come, the case table joined by the case id."""
    process = setting.process
    events = list(events)
    rare = sorted({name for event in events for name in event.facts} - set(process.facts))
    rows = event_rows(events, case=process.case, user=process.user, names=[*process.facts, *rare])
    if setting.absolute:
        rows = [
            {**row, "event_time": event.time.isoformat()} for row, event in zip(rows, events, strict=True)
        ]
    if setting.order:
        rows = [{**row, "line": str(event.row)} for row, event in zip(rows, events, strict=True)]
    table = case_rows(cases)
    _write(folder / "events.csv", rows)
    _write(folder / "cases.csv", table)
    roles = {process.case, "activity_name", "event_time", process.user, "line"}
    sources: list[dict[str, Any]] = [
        {
            "name": "events",
            "path": "events.csv",
            "kind": "events",
            "case": process.case,
            "activity": "activity_name",
            "time": "event_time",
            "resource": process.user,
            **({"order": "line"} if setting.order else {}),
            "attributes": {name: name for name in rows[0] if name not in roles},
        },
        {
            "name": "cases",
            "path": "cases.csv",
            "kind": "lookup",
            "key": process.case,
            "to": process.case,
            "attributes": {name: name for name in table[0] if name != process.case},
        },
    ]
    if setting.rates:
        _write(
            folder / "rates.csv",
            [{"date": day, "from": code, "rate": rate} for day, code, rate in setting.rates],
        )
        sources.append(
            {
                "name": "rates",
                "path": "rates.csv",
                "kind": "rates",
                "date": "date",
                "from": "from",
                "rate": "rate",
            }
        )
    for name, beside in setting.tables.items():
        _write(folder / f"{name}.csv", case_rows(beside))
        columns = {column: column for column in next(iter(beside.values()))}
        kind = name if name in ("requests", "leads") else "table"
        sources.append({"name": name, "path": f"{name}.csv", "kind": kind, "attributes": columns})
    settings: dict[str, Any] = {
        "format": 1,
        "process": process.id,
        "name": "oracle",
        "time_zone": setting.zone,
        "currency": setting.currency,
        **({"as_of": setting.as_of} if setting.as_of else {}),
        "policy": dict(setting.policy),
        "targets": dict(setting.targets),
        # Logs of a few cases are compared part by part.
        "privacy": {"least": 1},
        "sources": sources,
    }
    (folder / "project.toml").write_text(tomlkit.dumps(settings), encoding="utf-8")
    return folder


class Answers:
    """All that the product says about a log, asked once."""

    def __init__(self, log: Any) -> None:
        self.records: list[dict[str, Any]] = log.kpi_records()
        self.ids = {str(record["id"]) for record in self.records}

    def kpi_records(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return [record for record in self.records if record["id"] in ids]


def answer(log: Any, id: str, currency: str | None) -> dict[str, Any]:  # noqa: A002
    """The one record of a figure; the one in that currency where there are several."""
    found: list[dict[str, Any]] = log.kpi_records([id])
    assert found, f"no figure {id}"
    if currency and len(found) > 1:
        found = [record for record in found if record.get("currency") == currency]
    assert len(found) == 1, f"{id} {currency or ''}: {len(found)} records"
    if currency:
        assert found[0].get("currency") in (currency, None), f"{id} is in {found[0].get('currency')}"
    return found[0]


def _near(given: object, expected: Fraction | None, *, unit: object) -> bool:
    if given is None or expected is None:
        return given is None and expected is None
    scaled = expected * 24 if unit == "hours" else expected
    return abs(Fraction(str(given)) - scaled) <= TOLERANCE.get(str(unit), FINE)


def _band(key: object) -> str:
    """`1–30 days`, `d1_30`, `1-30` are one band."""
    text = str(key).lower()
    digits = "".join(letter if letter.isdigit() else " " for letter in text).split()
    if len(digits) == 2:
        return "-".join(digits)
    return f">{digits[0]}" if digits and digits[0] == "120" else "not due"


# A log says its stages twice, as activities and in `stage`: how far a deal came may be told by either.
STAGES = {
    "Prospecting": "opportunity_created",
    "Qualified": "opportunity_qualified",
    "Proposal": "quote_issued",
    "Contract": "contract_signed",
}
PHASES = {
    "within terms": "within_terms",
    "disputed": "disputed_in_terms",
    "disputed late": "disputed",
    "not posted": "unposted",
    "before first action": "before_action",
}
OTHER_NAMES: Mapping[str, Mapping[str, str]] = {"LC06": STAGES, "CC51": PHASES}
BANDED = ("CC17", "CC18")


def _part_name(key: object, line: Line) -> str:
    """What the table calls the product's part: a band by its edges, anything else by its very name."""
    if line.id.startswith(BANDED):
        return _band(key)
    known = {other: name for name, other in OTHER_NAMES.get(line.id, {}).items()}
    return known.get(str(key), str(key))


def _parts_agree(record: Mapping[str, Any], line: Line) -> bool:
    """Each part under its name. A part that the table does not name may only be empty."""
    given = {_part_name(part["key"], line): part["value"] for part in record["parts"]}
    if len(given) != len(record["parts"]):
        return False
    names = set(given) | set(line.parts)
    return all(
        _near(given.get(name) or 0, line.parts.get(name, Fraction(0)), unit=record["unit"]) for name in names
    )


def compare(log: Any, line: Line) -> None:
    """Fail with the arithmetic beside what the product says."""
    record = answer(log, line.id, line.currency)
    unit = record["unit"]
    shown = {name: value for name, value in record.items() if name not in ("definition", "parts")}
    because = (
        f"\n  by hand: {line} = {line.value} (n {line.n}, pending {line.pending})\n    {line.arithmetic}"
    )
    because += f"\n  product: {shown}"
    value = None if line.value is None else float(line.value)
    assert _near(record["value"], line.value, unit=unit), f"value: expected {value}{because}"
    if line.n is not None:
        assert record["n"] == line.n, f"n{because}"
    if line.pending is not None:
        assert record["pending"] == line.pending, f"pending{because}"
    for name, expected in line.stats.items():
        if name in record:
            assert _near(record[name], expected, unit=unit), f"{name}: expected {float(expected)}{because}"
    if line.parts:
        assert _parts_agree(record, line), f"parts: {record['parts']}{because}"


def verdicts(log: Any, rule: str) -> dict[str, list[str]]:
    """Case → the sorted verdicts of its rows under a rule of the product."""
    found: dict[str, list[str]] = {}
    for row in log.rows(rule).to_dict("records"):
        found.setdefault(str(row["case_id"]), []).append(str(row["verdict"]))
    return {case: sorted(rows) for case, rows in found.items()}
