"""The generated data of the benchmarks: made once into a folder, taken again when it is there.

python -m benchmarks.data '{"folder": "benchmarks/data", "events": 9500000}' desk receivables
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.maps import ACTIVITY, CASE, LARGE, SMALL, TIME
from benchmarks.series import write_series
from benchmarks.work import Data
from benchmarks.workbook import write_workbook
from benchmarks.xes import write_xes

if TYPE_CHECKING:
    import duckdb

__all__ = ["files_of", "main", "make", "place_of"]

_PER_CASE = {"any-process": 6.97, "credit-collections": 10.03, "lead-to-cash": 12.75}
"""Events of a generated case, on average."""


def place_of(data: Data, need: str) -> Path:
    """Where a need of a work lies."""
    sized = re.fullmatch(r"receivables-(\d+)", need)
    if sized:
        return data.receivables(int(sized[1]))
    return data.receivables() if need in ("receivables", "prepared") else Path(getattr(data, need))


def files_of(data: Data, need: str) -> list[Path]:
    """All files of a need."""
    place = place_of(data, need)
    return [place] if place.is_file() else [path for path in sorted(place.rglob("*")) if path.is_file()]


def make(data: Data, need: str) -> None:
    """Make what is not there yet; what is asked over its store gets one that this version of the workbench takes."""
    place = place_of(data, need)
    if not place.exists():
        half = place.with_name(place.name + ".unfinished")
        _remove(half)
        data.folder.mkdir(parents=True, exist_ok=True)
        _MAKERS[need.partition("-")[0]](data, place, half)
        half.rename(place)
    if need in _OPENED:
        import workbench as wb

        wb.open(place)


def _desk(data: Data, place: Path, half: Path) -> None:
    _service_desk(half, data.events)
    _pm4py_parquet(half, half / "peer.parquet")


def _frame(data: Data, place: Path, half: Path) -> None:
    project = half.with_name(half.name + "-project")
    _remove(project)
    _service_desk(project, data.frame_events)
    _pm4py_parquet(project, half)
    _remove(project)


def _xes(data: Data, place: Path, half: Path) -> None:
    make(data, "frame")
    write_xes(_engine(data), data.frame, half, data.xes_events)


def _series(data: Data, place: Path, half: Path) -> None:
    write_series(_engine(data), half, data.frame_events)


def _workbook(data: Data, place: Path, half: Path) -> None:
    write_workbook(half, int(place.stem.rpartition("-")[2]))


def _small_logs(data: Data, place: Path, half: Path) -> None:
    """Files of exactly so many events each; the last case of a file ends where the file does."""
    project = half.with_name(half.name + "-project")
    _remove(project)
    wanted = data.small_logs + 1
    # One more in ten: cases are counted beforehand, events are not.
    _service_desk(project, int(wanted * data.small_events * 1.1) + 100)
    _pm4py_parquet(project, project / "peer.parquet")
    half.mkdir()
    engine = _engine(data)
    for number in range(wanted):
        engine.execute(f"""
            COPY (
                SELECT "{CASE}", "{ACTIVITY}", "{TIME}"
                FROM read_parquet('{project / "peer.parquet"}', file_row_number = true)
                WHERE file_row_number BETWEEN {number * data.small_events}
                    AND {(number + 1) * data.small_events - 1}
                ORDER BY file_row_number
            ) TO '{half / f"log-{number:04}.csv"}' (FORMAT csv, HEADER)
        """)
    _remove(project)


def _receivables(data: Data, place: Path, half: Path) -> None:
    _from_csv(data, "credit-collections", place, half)


def _deals(data: Data, place: Path, half: Path) -> None:
    _from_csv(data, "lead-to-cash", place, half)


def _from_csv(data: Data, process: str, place: Path, half: Path) -> None:
    """A project whose Parquet sources have become CSV files, in the same order."""
    from workbench.generate import generate_project

    events = int(place.name.rpartition("-")[2])
    generate_project(half, process=process, cases=_cases(process, events))
    engine = _engine(data)
    for path in sorted((half / "data").glob("*.parquet")):
        engine.execute(f"COPY (FROM '{path}') TO '{path.with_suffix('.csv')}' (FORMAT csv, HEADER)")
        path.unlink()
    _reword(half, ".parquet", ".csv")


def _service_desk(project: Path, events: int) -> None:
    """Its times are UTC, so that both sides read the same moments out of them."""
    from workbench.generate import generate_project

    generate_project(project, process="any-process", cases=_cases("any-process", events))
    _reword(project, 'time_zone = "Europe/Paris"', 'time_zone = "UTC"')


def _pm4py_parquet(project: Path, written: Path) -> None:
    """The events of a service desk as pm4py wants them: its names, nanoseconds, case attributes beside each event."""
    attributes = ", ".join(f'cases.{name} AS "case:{name}"' for name, _ in (LARGE, SMALL))
    _engine_at(project.parent).execute(f"""
        COPY (
            SELECT events.request AS "{CASE}", activity_name AS "{ACTIVITY}",
                event_time::TIMESTAMP_NS AS "{TIME}", {attributes}
            FROM read_parquet('{project / "data" / "events.parquet"}', file_row_number = true) AS events
            JOIN read_parquet('{project / "data" / "cases.parquet"}') AS cases USING (request)
            ORDER BY events.file_row_number
        ) TO '{written}' (FORMAT parquet, COMPRESSION zstd)
    """)


def _cases(process: str, events: int) -> int:
    return max(1, round(events / _PER_CASE[process]))


def _reword(project: Path, old: str, new: str) -> None:
    path = project / "project.toml"
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"The generated project no longer says {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _engine(data: Data) -> duckdb.DuckDBPyConnection:
    return _engine_at(data.folder)


def _engine_at(folder: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET memory_limit = '3GB'")
    engine.execute(f"SET temp_directory = '{folder / 'spill'}'")
    engine.execute("SET enable_progress_bar = false")
    return engine


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


_OPENED = ("desk", "first", "prepared", "deals")
"""What is asked over its store; where preparing is what is measured, it would be for nothing."""
_MAKERS: dict[str, Callable[[Data, Path, Path], Any]] = {
    "desk": _desk,
    "frame": _frame,
    "logs": _small_logs,
    "xes": _xes,
    "series": _series,
    "workbook": _workbook,
    "first": _receivables,
    "prepared": _receivables,
    "receivables": _receivables,
    "deals": _deals,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Data.from_json, help="what there is to be, as JSON")
    parser.add_argument("needs", nargs="+")
    options = parser.parse_args()
    for need in options.needs:
        make(options.data, need)


if __name__ == "__main__":
    main()
