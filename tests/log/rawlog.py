"""A raw log written as text, for tests of what comes after reading.

Events are lines `case | activity | time | resource | robot/human/- | name=value, ...` in the order of the source;
cases are a table with a header. Times are local in the zone given.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pandas as pd

from workbench.log.engine import DuckDBEngine
from workbench.log.raw import RawAttribute, RawLog
from workbench.template import Template

_SQL = {"money": "decimal(24, 6)", "num": "float64", "pct": "float64", "bool": "boolean", "date": "date"}


def raw_log(
    template: Template, events: str, cases: str, *, zone: str = "UTC", last_update: date | None = None
) -> tuple[RawLog, DuckDBEngine]:
    """The raw log of two texts, and the engine that holds it."""
    engine = DuckDBEngine()
    case_frame = _cases(cases)
    rows = [_event(line, order) for order, line in enumerate(_lines(events))]
    event_frame = pd.DataFrame(rows)
    local = pd.to_datetime(event_frame["time"], format="ISO8601").dt.tz_localize(ZoneInfo(zone))
    event_frame["day"] = local.dt.date
    event_frame["time"] = local.dt.tz_convert("UTC").dt.tz_localize(None)
    known = {"case_id", "activity", "time", "day", "src_order", "resource", "lifecycle", template.case.id}
    attributes = [
        RawAttribute(name, level, template.attributes[name].type, name)
        for level, frame in (("event", event_frame), ("case", case_frame))
        for name in frame.columns
        if name not in known
    ]
    base = {
        "case_id": "string", "activity": "string", "time": "timestamp(6)", "day": "date", "src_order": "int64",
        "resource": "string", "lifecycle": "string",
    }  # fmt: skip
    raw = RawLog(
        backend=engine.backend,
        events=_table(engine, event_frame, base, attributes, "event"),
        cases=_table(engine, case_frame, {"case_id": "string"}, attributes, "case"),
        attributes=tuple(attributes),
        accounting=(),
        findings=(),
        rates=(),
        zone=zone,
        last_update=last_update,
        side={},
    )
    return raw, engine


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _cases(text: str) -> pd.DataFrame:
    header, *lines = [[part.strip() for part in line.split("|")] for line in _lines(text)]
    frame = pd.DataFrame(lines, columns=header)
    return frame.rename(columns={header[0]: "case_id"}).replace("", None)


def _event(line: str, order: int) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    row: dict[str, Any] = {"case_id": parts[0], "activity": parts[1], "time": parts[2], "src_order": order}
    row["resource"] = parts[3] if len(parts) > 3 and parts[3] != "-" else None
    row["lifecycle"] = None
    robot = parts[4] if len(parts) > 4 else "-"
    row["is_automated"] = {"robot": True, "human": False}.get(robot)
    for item in parts[5].split(",") if len(parts) > 5 else ():
        name, _, value = item.strip().partition("=")
        row[name] = value
    return row


def _table(
    engine: DuckDBEngine,
    frame: pd.DataFrame,
    base: dict[str, str],
    attributes: list[RawAttribute],
    level: str,
) -> Any:
    kinds = base | {
        found.name: _SQL.get(found.type, "string") for found in attributes if found.level == level
    }
    text = frame.astype(object).where(frame.notna(), None)
    texts = {name: [None if value is None else str(value) for value in text[name]] for name in kinds}
    table = ibis.memtable(texts, schema=dict.fromkeys(kinds, "string"))
    return engine.keep(table.select(**{name: table[name].cast(kind) for name, kind in kinds.items()}), "raw")
