"""A workbook of a million rows read: ours with all its checks and the mapping proposed, calamine alone cell by cell."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.work import Data, Measured, Side, Target, Work, timed

__all__ = ["WORK", "write_workbook"]

_COLUMNS = (
    "Order",
    "Customer",
    "Activity",
    "Time",
    "Amount",
    "Currency",
    "Resource",
    "Team",
    "Count",
    "Note",
)
_ACTIVITIES = ("received", "checked", "approved", "sent", "paid")
_PER_CASE = 5
_GB = 10**9


def _ours(data: Data) -> Measured:
    from workbench.connect import read_frame
    from workbench.template import load_template

    said = {"case": "Order", "activity": "Activity", "time": "Time"}
    process = load_template("any-process")
    log, seconds, cpu = timed(lambda: read_frame(data.workbook, process, mapping=said, time_zone="UTC"))
    counts = log.backend.con.execute(
        f"SELECT activity, count(*) FROM {log.events.get_name()} GROUP BY activity"
    ).fetchall()
    return Measured(seconds, cpu, dict(counts), {"bytes": float(data.workbook.stat().st_size)})


def _calamine(data: Data) -> Measured:
    from python_calamine import CalamineWorkbook

    place = _COLUMNS.index("Activity")

    def read() -> Counter[str]:
        rows = CalamineWorkbook.from_path(data.workbook).get_sheet_by_index(0).iter_rows()
        next(rows)
        return Counter(str(row[place]) for row in rows)

    counts, seconds, cpu = timed(read)
    return Measured(seconds, cpu, dict(counts))


WORK = Work(
    "workbook",
    "A workbook of ten columns read, with its mapping proposed and all checks",
    ("workbook",),
    Side("`read_frame`", _ours),
    Side("calamine's `iter_rows` alone", _calamine),
    (Target("memory", 1.0 * _GB),),
)


def write_workbook(target: Path, rows: int) -> None:
    """Orders as a spreadsheet program would save them: texts, dates with a format, numbers, leading zeros, gaps."""
    import xlsxwriter

    random, start = Random(1), datetime(2024, 1, 1)
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    sheet = book.add_worksheet("Orders")
    day, zeros = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "00000"})
    sheet.write_row(0, 0, _COLUMNS)
    for row in range(1, rows + 1):
        order = (row - 1) // _PER_CASE
        sheet.write_string(row, 0, f"O-{order:07}")
        sheet.write_number(row, 1, order % 5000, zeros)
        sheet.write_string(row, 2, _ACTIVITIES[(row - 1) % _PER_CASE])
        sheet.write_datetime(row, 3, start + timedelta(minutes=3 * row), day)
        sheet.write_number(row, 4, round(random.random() * 1000, 2))
        sheet.write_string(row, 5, "EUR")
        sheet.write_string(row, 6, f"user{row % 40}")
        sheet.write_string(row, 7, f"team{row % 7}")
        sheet.write_number(row, 8, row % 9)
        if row % 3 == 0:
            sheet.write_string(row, 9, f"note {row}")
    book.close()
