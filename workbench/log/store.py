"""The prepared log on disk: Parquet tables of one generation and what the manifest says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.errors import Finding
from workbench.log.beside import ROW, known_at
from workbench.log.engine import Engine
from workbench.log.meta import LogAttribute, LogMeta
from workbench.log.prepared import PreparedLog
from workbench.log.recorded import Recorded
from workbench.log.settings import Settings
from workbench.messages import Message
from workbench.template import Template

__all__ = ["FORMAT", "read_store", "write_store"]

# Raised whenever the tables or their meaning change, so that an older store is prepared anew.
FORMAT = 7

_SAID = ("message", "remedy", "where")
_SINGLE = ("events", "cases", "verdicts", "variants", "days")


def write_store(log: PreparedLog, folder: Path) -> dict[str, Any]:
    """Write all tables into an empty folder; answers what the manifest must say of them.

    Events later than the log's as-of date go into a file of their own, so that a later date can be asked for.
    """
    recorded = log.recorded
    beside = sorted(recorded.tables)
    later = recorded.events.filter(recorded.events["day"] > ibis.literal(log.as_of))
    tables = {
        **{name: getattr(log, name) for name in _SINGLE},
        **{f"pair-{name}": table for name, table in log.pairs.items()},
        **{f"ledger-{name}": table for name, table in log.ledgers.items()},
        "later": later.order_by("case_key", "time", "ord"),
        "cases-recorded": recorded.cases.order_by("case_key"),
        # By number: a project may call its tables as it likes.
        **{f"table-{at}": recorded.tables[name].order_by(ROW) for at, name in enumerate(beside)},
    }
    if recorded.history is not None:
        tables["history"] = recorded.history.order_by("case_key", "turn")
    files = {name: _write(log.engine, table, folder, name) for name, table in tables.items()}
    return {
        "files": files,
        "pairs": sorted(log.pairs),
        "history": recorded.history is not None,
        "ledgers": sorted(log.ledgers),
        "tables": beside,
        "meta": _meta_as_dict(log.meta),
        "recorded_meta": _meta_as_dict(recorded.meta),
    }


def _write(engine: Engine, table: ir.Table, folder: Path, name: str) -> list[str]:
    """The files of a table: those that it lies in already, moved here, or a new one."""
    written = engine.files_of(table)
    if not written:
        engine.write_parquet(table, folder / f"{name}.parquet")
        return [f"{name}.parquet"]
    files = [f"{name}-{number:06}.parquet" for number in range(len(written))]
    for path, file in zip(written, files, strict=True):
        path.rename(folder / file)
    return files


def read_store(
    folder: Path, manifest: Mapping[str, Any], template: Template, settings: Settings, engine: Engine
) -> PreparedLog:
    """The prepared log over a generation's files; nothing is read before a question needs it."""

    def table(name: str) -> Any:
        return engine.read_parquet(*[folder / file for file in manifest["files"][name]])

    single = {name: table(name) for name in _SINGLE}
    later = table("later")
    own = [name for name in single["events"].columns if name in later.columns]
    earlier = single["events"].filter(~single["events"]["is_derived"]).select(*own)
    recorded = Recorded(
        ibis.union(earlier, later.select(*own)),
        table("cases-recorded"),
        _meta_from_dict(manifest["recorded_meta"], settings),
        table("history") if manifest["history"] else None,
        {name: table(f"table-{at}") for at, name in enumerate(manifest["tables"])},
    )
    meta = _meta_from_dict(manifest["meta"], settings)
    return PreparedLog(
        engine=engine,
        template=template,
        meta=meta,
        pairs={name: table(f"pair-{name}") for name in manifest["pairs"]},
        ledgers={name: table(f"ledger-{name}") for name in manifest["ledgers"]},
        recorded=recorded,
        tables=known_at(recorded.tables, template, meta.as_of),
        **single,
    )


def _meta_as_dict(meta: LogMeta) -> dict[str, Any]:
    """What of a log's knowledge does not follow from the project: settings are read from there again."""
    return {
        "as_of": meta.as_of.isoformat(),
        "zone": meta.settings.zone,
        "activities": list(meta.activities),
        "attributes": [asdict(attribute) for attribute in meta.attributes],
        "currencies": list(meta.currencies),
        "recorded": sorted(meta.recorded),
        "filled": sorted(meta.filled),
        "tables": {name: [asdict(column) for column in columns] for name, columns in meta.tables.items()},
        "accounting": json.loads(json.dumps(list(meta.accounting), default=_plain)),
        "findings": json.loads(json.dumps([_finding(finding) for finding in meta.findings], default=_plain)),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """A finding whose messages keep their patterns and values, to be said in any language later."""
    said = {name: getattr(finding, name) for name in _SAID}
    return {name: getattr(finding, name) for name in Finding.__dataclass_fields__} | {
        "data": dict(finding.data),
        **{name: text.as_data() if isinstance(text, Message) else text for name, text in said.items()},
    }


def _finding_again(data: Mapping[str, Any]) -> Finding:
    said = {name: data[name] for name in _SAID}
    again = {
        name: Message.from_data(text) if isinstance(text, Mapping) else text for name, text in said.items()
    }
    return Finding(**{**data, **again, "rows": tuple(data["rows"])})


def _plain(value: Any) -> Any:
    """Dates and mappings as JSON has them."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _meta_from_dict(data: Mapping[str, Any], settings: Settings) -> LogMeta:
    return LogMeta(
        settings=settings,
        as_of=date.fromisoformat(data["as_of"]),
        activities=tuple(data["activities"]),
        attributes=tuple(LogAttribute(**attribute) for attribute in data["attributes"]),
        currencies=tuple(data["currencies"]),
        recorded=frozenset(data["recorded"]),
        filled=frozenset(data["filled"]),
        tables={
            name: tuple(LogAttribute(**column) for column in columns)
            for name, columns in data["tables"].items()
        },
        accounting=tuple(data["accounting"]),
        findings=tuple(_finding_again(finding) for finding in data["findings"]),
    )
