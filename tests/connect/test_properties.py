"""What must not change the log: the order of rows, the names of cases, the file's dialect, its size."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from workbench.connect import csvfile, stage

TOML = (
    '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\ncase = "case"\nactivity = "activity"\n'
    'time = "time"\nresource = "who"\n[sources.attributes]\n'
    'amount = { column = "amount", type = "money", level = "event" }\n'
    'segment = { column = "segment", type = "cat", level = "case" }\n'
)


def rows(seed: int = 1) -> list[tuple[str, ...]]:
    """Sixty events of twelve cases at different minutes; dates say the day by themselves."""
    dice = random.Random(seed)
    made = []
    for number in range(60):
        case = number % 12
        day, minute = 13 + dice.randrange(15), number
        amount = f"{dice.randrange(100_000) / 100:.2f}"
        made.append(
            (
                f"C{case:03d}",
                dice.choice("abcd"),
                f"{day:02d}/03/2024 10:{minute:02d}",
                "Zoë",
                amount,
                f"S{case % 3}",
            )
        )
    return made


HEADER = ("case", "activity", "time", "who", "amount", "segment")


def csv(lines: list[tuple[str, ...]], *, delimiter: str = ",", ends: str = "\n") -> str:
    return ends.join(delimiter.join(f'"{cell}"' for cell in line) for line in [HEADER, *lines]) + ends


def content(found) -> tuple[list, list]:
    """Events and cases without the places that rows had in the file."""
    events = found.events("case_id", "activity", "time", "day", "resource", "amount")
    return sorted(events, key=repr), found.cases()


def test_shuffled_rows_give_the_same_log(read: Callable) -> None:
    lines = rows()
    straight = content(read({"log.csv": csv(lines)}, TOML))
    random.Random(7).shuffle(lines)
    assert content(read({"log.csv": csv(lines)}, TOML)) == straight


def test_renamed_cases_keep_their_events(read: Callable) -> None:
    lines = rows()
    events, cases = content(read({"log.csv": csv(lines)}, TOML))
    renamed = [(f"X-{line[0]}", *line[1:]) for line in lines]
    other_events, other_cases = content(read({"log.csv": csv(renamed)}, TOML))
    assert [(f"X-{event[0]}", *event[1:]) for event in events] == other_events
    assert [(f"X-{case[0]}", *case[1:]) for case in cases] == other_cases


def test_a_log_split_in_two_adds_up(read: Callable) -> None:
    lines = rows()
    events, _ = content(read({"log.csv": csv(lines)}, TOML))
    halves = [content(read({"log.csv": csv(half)}, TOML))[0] for half in (lines[:29], lines[29:])]
    assert sorted(halves[0] + halves[1], key=repr) == events


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("dates", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"])
@pytest.mark.parametrize("comma", [False, True], ids=["point", "comma"])
def test_any_dialect_gives_the_same_log(
    read: Callable, delimiter: str, encoding: str, dates: str, comma: bool
) -> None:
    from datetime import datetime

    plain = content(read({"log.csv": csv(rows())}, TOML))
    lines = [
        (
            *line[:2],
            datetime.strptime(line[2], "%d/%m/%Y %H:%M").strftime(dates),
            line[3],
            line[4].replace(".", ",") if comma else line[4],
            line[5],
        )
        for line in rows()
    ]
    file = csv(lines, delimiter=delimiter, ends="\r\n").encode(encoding)
    assert content(read({"log.csv": file}, TOML)) == plain


@pytest.mark.parametrize("few", [40, 0], ids=["kept whole", "wide"])
def test_a_large_file_is_read_like_a_small_one(
    read: Callable, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Above a size, what is read goes to files instead of memory: another way, the same log."""
    monkeypatch.setattr(csvfile, "_FEW_COLUMNS", few)
    small = read({"log.csv": csv(rows())}, TOML)
    for module in (stage, csvfile):
        monkeypatch.setattr(module, "LARGE", 0)
    large = read({"log.csv": csv(rows())}, TOML)
    assert large.events() == small.events()
    assert large.cases() == small.cases()
    assert large.log.findings == small.log.findings
    assert large.log.accounting == small.log.accounting


@pytest.mark.parametrize("declared", [False, True], ids=["proven", "declared"])
@pytest.mark.parametrize("odd", ["", "2024-03-20T10:00:00+05:00", "2024-3-20 10:00", "soon"])
def test_times_of_a_large_file_are_those_of_a_small_one(
    read: Callable, monkeypatch: pytest.MonkeyPatch, declared: bool, odd: str
) -> None:
    """In nights with a summer-time change and on a day that a zone leaves out, with a value of another form or none."""
    toml = TOML + ('[sources.formats]\ntime = "iso"\n' if declared else "")
    written = [
        "2011-12-29 23:30:00",
        "2011-12-30 12:00:00",
        "2024-04-07 03:15:00",
        "1985-06-01 00:00:00",
        odd,
    ]
    lines = [(*line[:2], time, *line[3:]) for line, time in zip(rows(), written * 12, strict=True)]
    head = 'time_zone = "Pacific/Apia"\n'
    small = read({"log.csv": csv(lines)}, head + toml)
    for module in (stage, csvfile):
        monkeypatch.setattr(module, "LARGE", 0)
    large = read({"log.csv": csv(lines)}, head + toml)
    assert large.events() == small.events()
    assert large.log.findings == small.log.findings


def test_reading_twice_gives_the_same_log_and_findings(read: Callable) -> None:
    one, other = read({"log.csv": csv(rows())}, TOML), read({"log.csv": csv(rows())}, TOML)
    assert one.events() == other.events()
    assert one.log.findings == other.log.findings


def test_what_is_read_stands_in_the_callers_folder(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ibis

    from workbench.connect import read_project
    from workbench.project import parse_project
    from workbench.template import load_template

    monkeypatch.setattr(csvfile, "LARGE", 0)
    (tmp_path / "log.csv").write_text(csv(rows()), encoding="utf-8")
    import tomllib

    project = parse_project(tomllib.loads('process = "any-process"\n' + TOML), folder=tmp_path)
    log = read_project(
        project, load_template("any-process"), backend=ibis.duckdb.connect(), scratch=tmp_path / "spill"
    )
    assert list((tmp_path / "spill").glob("*.parquet"))
    assert log.backend.con.execute(f"SELECT count(*) FROM {log.events.get_name()}").fetchall() == [(60,)]
