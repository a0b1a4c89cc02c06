"""Object-centric logs told for one type of object: the same from every carrier; what that does is counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.connect import new_project, read_frame, read_project
from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.template import load_template

# Two orders of three items: both are placed by one event (convergence), the items of the first are picked apart
# (divergence); the last event concerns an object that the log does not have, and a customer.
EVENTS: list[tuple[str, str, str, list[str]]] = [
    ("e1", "place", "2024-03-01T09:00:00+00:00", ["o1", "o2", "i1", "i2", "i3"]),
    ("e2", "pick", "2024-03-01T10:00:00+00:00", ["o1", "i1"]),
    ("e3", "pick", "2024-03-01T11:00:00+00:00", ["o1", "i2"]),
    ("e4", "pick", "2024-03-01T11:00:00+00:00", ["o2", "i3"]),
    ("e5", "restock", "2024-03-01T12:00:00+00:00", ["i1", "i2", "i3"]),
    ("e6", "pay", "2024-03-02T09:00:00+00:00", ["o1", "c1"]),
]
OBJECTS = {"o1": "orders", "o2": "orders", "i1": "items", "i2": "items", "i3": "items", "c1": "customers"}
AS_ORDERS = [
    ("o1", "place"), ("o2", "place"), ("o1", "pick"), ("o1", "pick"), ("o2", "pick"), ("o1", "pay"),
]  # fmt: skip
CARRIERS = ["csv", "jsonocel", "xmlocel", "ocel1.sqlite", "json", "xml", "sqlite"]

Opened = Callable[..., tuple[Any, list[tuple[Any, ...]]]]


def written(folder: Path, carrier: str) -> Path:
    """The log as pm4py writes it."""
    import pandas as pd
    import pm4py
    from pm4py.objects.ocel.obj import OCEL

    # Dates in pandas of several resolutions are another matter, of pm4py's own.
    times = pd.to_datetime([time for _, _, time, _ in EVENTS]).astype("datetime64[ns, UTC]")
    events = pd.DataFrame(
        {
            "ocel:eid": [eid for eid, *_ in EVENTS],
            "ocel:activity": [name for _, name, *_ in EVENTS],
            "ocel:timestamp": times,
        }
    )
    objects = pd.DataFrame({"ocel:oid": list(OBJECTS), "ocel:type": list(OBJECTS.values())})
    links = pd.DataFrame(
        [
            (eid, name, time, oid, OBJECTS[oid])
            for (eid, name, _, oids), time in zip(EVENTS, times, strict=True)
            for oid in oids
        ],
        columns=["ocel:eid", "ocel:activity", "ocel:timestamp", "ocel:oid", "ocel:type"],
    )
    path = folder / f"log.{carrier}"
    log = OCEL(events=events, objects=objects, relations=links)
    write = {
        "csv": pm4py.write_ocel_csv, "jsonocel": pm4py.write_ocel_json, "xmlocel": pm4py.write_ocel_xml,
        "ocel1.sqlite": pm4py.write_ocel_sqlite, "json": pm4py.write_ocel2_json, "xml": pm4py.write_ocel2_xml,
        "sqlite": pm4py.write_ocel2_sqlite,
    }[carrier]  # fmt: skip
    write(log, str(path), *([str(folder / "objects.csv")] if carrier == "csv" else []))
    return path


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_carrier_tells_the_same_log(stage: Stage, tmp_path: Path, carrier: str) -> None:
    table = open_file(stage, written(tmp_path, carrier), Options(object="orders"))
    names = ["ocel:type:orders", "ocel:activity", "ocel:eid", "ocel:type:items", "ocel:type:customers"]
    cells = ", ".join(table.column(name).sql for name in names)
    rows = stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")
    assert [row[:2] for row in rows] == AS_ORDERS
    assert [row[2] for row in rows] == ["e1", "e1", "e2", "e3", "e4", "e6"]
    assert [row[3] for row in rows] == ["i1, i2, i3", "i1, i2, i3", "i1", "i2", "i3", None]
    assert [row[4] for row in rows] == [None] * 5 + ["c1"]
    told = {one.rule: one for one in table.findings}
    assert (told["convergence"].count, told["convergence"].data["repeats"]) == (1, 1)
    assert told["divergence"].count == 1
    assert told["divergence"].data["activities"] == [
        {"activity": "pick", "type": "items", "cases": 1, "events": 2}
    ]
    assert told["object_type"].count == 1  # the restocking concerns no order
    assert table.settings == {"object": "orders"}


@pytest.mark.filterwarnings("ignore")
def test_no_mapping_is_needed_and_the_choice_stands_in_the_project(tmp_path: Path) -> None:
    path = written(tmp_path, "xml")
    report = new_project(tmp_path / "project", process="credit-collections", sources=[path])
    assert 'object = "orders"' in (tmp_path / "project" / "project.toml").read_text(encoding="utf-8")
    found = read_project(report.project, load_template("credit-collections"))
    cases = found.backend.con.execute(f"SELECT case_id FROM {found.cases.get_name()} ORDER BY 1").fetchall()
    assert cases == [("o1",), ("o2",)]


@pytest.mark.parametrize(
    ("alike", "chosen"),
    [
        ((), "customers"),  # what no event concerns several of comes before what most events concern
        (("invoice", "Order"), "orders"),
        (("item",), "items"),
        (("nothing",), "customers"),
    ],
)
def test_the_type_most_like_the_process_makes_the_cases(
    stage: Stage, tmp_path: Path, alike: tuple[str, ...], chosen: str
) -> None:
    assert open_file(stage, as_csv(tmp_path), Options(alike=alike)).settings == {"object": chosen}


def as_csv(folder: Path) -> Path:
    lines = ["ocel:eid;ocel:activity;ocel:timestamp;ocel:type:orders;ocel:type:items;ocel:type:customers"]
    for eid, name, time, oids in EVENTS:
        of = {
            kind: [oid for oid in oids if OBJECTS[oid] == kind] for kind in ("orders", "items", "customers")
        }
        cells = [str(of["orders"]), json.dumps(of["items"]), "".join(of["customers"])]
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        lines.append(";".join([eid, name, time, *quoted]))
    (folder / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "log.csv"


def test_the_case_column_that_a_user_names_is_the_type(tmp_path: Path) -> None:
    mapping = {"case": "ocel:type:items"}
    found = read_frame(as_csv(tmp_path), load_template("any-process"), mapping=mapping)
    rows = found.backend.con.execute(f"SELECT count(*) FROM {found.events.get_name()}").fetchall()
    assert rows == [(9,)]


def test_an_unknown_type_is_one_clear_error(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(
        WorkbenchError, match=r"Unknown object type 'order' \(log.csv\)\. Did you mean 'orders'"
    ):
        open_file(stage, as_csv(tmp_path), Options(object="order"))


def test_ids_in_cells_are_read_however_they_are_listed(opened: Opened) -> None:
    rows = [
        "ocel:eid,ocel:activity,ocel:timestamp,ocel:type:o",
        "1,a,2024-01-01,\"['x', 'y']\"",
        '2,a,2024-01-01,"[""x"",""z, 1""]"',
        "3,a,2024-01-01,x",
        '4,a,2024-01-01,"[x, y]"',
        "5,a,2024-01-01,[]",
        "6,a,2024-01-01, ",
        '7,a,2024-01-01,"[""d\'or""]"',
    ]
    _, found = opened("\n".join(rows), "log.csv")
    assert [(row[1], row[0]) for row in found] == [
        ("1", "x"), ("1", "y"), ("2", "x"), ("2", "z, 1"), ("3", "x"), ("4", "x"), ("4", "y"), ("7", "d'or"),
    ]  # fmt: skip


def two(**changes: Any) -> str:
    """A small log of version 2."""
    event = {"id": "e", "type": "a", "time": "2024-01-01T00:00:00Z", "relationships": [{"objectId": "o"}]}
    one = {
        "id": "o",
        "type": "t",
        "attributes": [
            {"name": "price", "time": "2024-01-02", "value": 2.5},
            {"name": "price", "time": "2024-01-01", "value": 1},
        ],
    }
    return json.dumps({"objectTypes": [], "events": [event], "objects": [one], **changes})


def test_an_objects_last_value_counts_and_its_change_is_told(opened: Opened) -> None:
    table, rows = opened(two(), "log.json")
    assert dict(zip([column.name for column in table.columns], rows[0], strict=True))["case:price"] == "2.5"
    assert "changed" in {one.rule.removeprefix("log_") for one in table.findings}


def test_relations_to_nothing_are_told(opened: Opened) -> None:
    event = {
        "id": "e",
        "type": "a",
        "time": "2024-01-01",
        "relationships": [{"objectId": "o"}, {"objectId": "gone"}],
    }
    table, rows = opened(two(events=[event]), "log.json")
    assert len(rows) == 1
    dangling = next(one for one in table.findings if one.rule == "dangling_object")
    assert (dangling.count, "'gone'" in dangling.message) == (1, True)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("{}", "log.json", "no object-centric log: it has no events"),
        ('{"a": {"events": []}}', "log.json", "no object-centric log: it has no events"),
        ('{"events": []}', "log.json", "has no events, or none that concerns an object"),
        (two()[:-30], "log.json", "not readable as JSON"),
        ("[" * 100_000, "log.jsonocel", "JSON"),
        ("<log><events/></log>", "log.xml", "has no events, or none"),
        ("<log><events><event></log>", "log.xml", "not well-formed XML: .*line 1"),
    ],
)
def test_what_is_no_object_centric_log_is_one_clear_error(
    opened: Opened, text: str, name: str, words: str
) -> None:
    with pytest.raises(WorkbenchError, match=words):
        opened(text, name)
