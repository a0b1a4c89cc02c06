"""An XES log read: ours with all its checks and the mapping proposed, pm4py into a frame."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from benchmarks.maps import ACTIVITY, CASE, TIME
from benchmarks.work import Data, Measured, Side, Work, timed

__all__ = ["WORK", "write_xes"]


def _ours(data: Data) -> Measured:
    from workbench.connect import read_frame
    from workbench.template import load_template

    log, seconds, cpu = timed(lambda: read_frame(data.xes, load_template("any-process"), time_zone="UTC"))
    counts = log.backend.con.execute(
        f"SELECT activity, count(*) FROM {log.events.get_name()} GROUP BY activity"
    ).fetchall()
    return Measured(seconds, cpu, dict(counts), {"bytes": float(data.xes.stat().st_size)})


def _pm4py(data: Data) -> Measured:
    import pm4py

    frame, seconds, cpu = timed(lambda: pm4py.read_xes(str(data.xes)))
    counts = frame[ACTIVITY].value_counts()
    return Measured(seconds, cpu, {str(name): int(count) for name, count in counts.items()})


WORK = Work(
    "xes",
    "An XES log read, with its mapping proposed and all checks",
    ("xes",),
    Side("`read_frame`", _ours),
    Side("`read_xes`", _pm4py),
)


def write_xes(engine: Any, frame: Path, target: Path, events: int) -> None:
    """The first events of a Parquet file with pm4py's names as an XES log; the last case ends where they do."""
    found = engine.execute(
        f'SELECT "{CASE}", "{ACTIVITY}", strftime("{TIME}"::TIMESTAMP, \'%Y-%m-%dT%H:%M:%S.%g+00:00\'), '
        f"COLUMNS('case:.*') FROM read_parquet('{frame}', file_row_number = true) "
        f"WHERE file_row_number < {events} ORDER BY file_row_number"
    )
    names = [name.removeprefix("case:") for name, *_ in found.description[3:]]
    with open(target, "w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016">\n')
        last = None
        while rows := found.fetchmany(10_000):
            for case, activity, time, *attributes in rows:
                if case != last:
                    file.write("</trace>\n" if last is not None else "")
                    _trace(file, dict(zip(names, attributes, strict=True)))
                    last = case
                file.write(
                    f'<event><string key="concept:name" value={quoteattr(activity)}/>'
                    f'<date key="time:timestamp" value="{time}"/>'
                    '<string key="lifecycle:transition" value="complete"/></event>\n'
                )
        file.write("</trace>\n</log>\n")


def _trace(file: IO[str], attributes: dict[str, Any]) -> None:
    file.write("<trace>\n")
    for name, value in attributes.items():
        file.write(f"<string key={quoteattr(name)} value={quoteattr(str(value))}/>\n")
