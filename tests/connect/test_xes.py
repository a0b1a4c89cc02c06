"""XES logs: typed columns, exact times, and every fault of the file told by its line."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.connect import read_frame
from workbench.connect.readers import open_file
from workbench.connect.readers.xesvalues import fit
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.template import load_template

Opened = Callable[..., tuple[Any, list[tuple[Any, ...]]]]

EVENT = """<event>
<string key="concept:name" value="{activity}"/>
<date key="time:timestamp" value="{time}"/>
{more}
</event>
"""


def event(activity: str, time: str = "2024-03-01T09:00:00+01:00", more: str = "") -> str:
    return EVENT.format(activity=activity, time=time, more=more)


def trace(*events: str, name: str | None = "1", more: str = "") -> str:
    named = "" if name is None else f'<string key="concept:name" value="{name}"/>\n'
    return f"<trace>\n{named}{more}{''.join(events)}</trace>\n"


def log(*parts: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n' + "".join(parts) + "</log>\n"


def told(table: Any) -> dict[str, Any]:
    return {one.rule: one for one in table.findings}


def test_what_a_trace_says_stands_beside_each_of_its_events(opened: Opened) -> None:
    text = log(
        trace(
            event("ask", more='<int key="cost" value="7"/><boolean key="urgent" value="true"/>'),
            event("answer", more='<float key="hours" value="1.5"/>'),
            name="00123",
            more='<float key="amount" value="20.25"/>\n',
        ),
        trace(event("ask"), name="NA"),
    )
    table, rows = opened(text, "log.xes")
    assert {column.name: column.type for column in table.columns} == {
        "case:concept:name": "VARCHAR", "case:amount": "DOUBLE", "concept:name": "VARCHAR", "time:timestamp": "VARCHAR",
        "cost": "BIGINT", "urgent": "BOOLEAN", "hours": "DOUBLE",
    }  # fmt: skip
    time = "2024-03-01T09:00:00+01:00"
    assert rows == [
        ("00123", 20.25, "ask", time, 7, True, None),
        ("00123", 20.25, "answer", time, None, None, 1.5),
        ("NA", None, "ask", time, None, None, None),
    ]
    assert table.findings == ()


def test_a_log_needs_no_mapping_in_any_process(tmp_path: Path) -> None:
    who = '<string key="org:resource" value="Pete"/><string key="lifecycle:transition" value="complete"/>'
    # The names of other processes' columns must not take the place of what the format itself says.
    odd = '<string key="Activity" value="x"/><string key="case_id" value="y"/>'
    file = tmp_path / "log.xes.gz"
    file.write_bytes(
        gzip.compress(log(trace(event("ask", more=who + odd), event("answer", more=odd))).encode())
    )
    found = read_frame(file, load_template("any-process"))
    rows = found.backend.con.execute(
        f"SELECT case_id, activity, resource, lifecycle, CAST(time AS VARCHAR) FROM {found.events.get_name()} "
        "ORDER BY src_order"
    ).fetchall()
    assert rows == [
        ("1", "ask", "Pete", "complete", "2024-03-01 08:00:00"),
        ("1", "answer", None, None, "2024-03-01 08:00:00"),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("date", "2024-02-29T23:59:59.123456789-05:30", "2024-02-29T23:59:59.123456789-05:30"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "2023-02-29T00:00:00Z", None),
        ("date", "2024-01-01T25:00:00Z", None),
        ("date", "yesterday", None),
        ("int", "-12", "-12"),
        ("int", "9223372036854775808", None),
        ("int", "1_000", None),
        ("float", "1e5", "1e5"),
        ("float", "1,5", None),
        ("float", "NaN", None),
        ("float", "1e999", None),
        ("boolean", "False", "false"),
        ("boolean", "yes", None),
        ("id", "550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    ],
)
def test_values_are_of_their_type(kind: str, value: str, read: str | None) -> None:
    assert fit(kind, value) == read


def test_a_value_of_another_type_is_left_empty_and_told_by_its_line(opened: Opened) -> None:
    more = '<int key="cost" value="7.0"/>'
    table, rows = opened(log(trace(event("a", more=more), event("b", more=more))), "log.xes")
    assert [column.name for column in table.columns][-1] == "time:timestamp"
    assert len(rows) == 2
    fault = told(table)["log_value"]
    assert (fault.count, fault.where) == (2, "log.xes, line 8")
    assert "'7.0' as int" in fault.message


def test_whole_numbers_with_leading_zeros_are_codes(opened: Opened) -> None:
    table, rows = opened(log(trace(event("a", more='<int key="zip" value="01234"/>'))), "log.xes")
    assert table.column("zip").type == "VARCHAR"
    assert rows[0][-1] == "01234"


def test_an_attribute_of_several_types_is_text(opened: Opened) -> None:
    text = log(
        trace(event("a", more='<int key="x" value="1"/>'), event("b", more='<string key="x" value="one"/>'))
    )
    table, rows = opened(text, "log.xes")
    assert [row[-1] for row in rows] == ["1", "one"]
    assert told(table)["log_mixed_types"].message.startswith("'x' is declared as int, string")


def test_what_stands_in_the_wrong_place_is_left_out_and_told(opened: Opened) -> None:
    text = log(
        trace(event("a", more='<text key="k" value="v"/>'), "<trace></trace>\n"),
        event("outside"),
        "<event/>\n",
        "<nonsense/>\n",
    )
    table, rows = opened(text, "log.xes")
    assert [row[1] for row in rows] == ["a"]
    assert (told(table)["log_event_outside"].count, told(table)["log_event_outside"].where) == (
        2,
        "log.xes, line 12",
    )
    assert told(table)["log_out_of_place"].count == 3


def test_missing_and_repeated_attributes_are_told(opened: Opened) -> None:
    more = '<string value="v"/>\n<string key="k"/>\n<string key="concept:name" value="b"/>'
    table, rows = opened(
        log(trace(event("a", more=more), more='<string key="concept:name" value="2"/>')), "log.xes"
    )
    assert rows == [("1", "a", "2024-03-01T09:00:00+01:00")]
    assert (told(table)["log_attribute"].count, told(table)["log_attribute"].where) == (2, "log.xes, line 8")
    assert told(table)["log_repeated"].count == 2


def test_nested_attributes_and_lists_are_columns(opened: Opened) -> None:
    more = (
        '<string key="a" value="1"><string key="b" value="2"><int key="c" value="3"/></string></string>'
        '<list key="items"><values><string key="item" value="x"/><string key="item" value="y"/></values></list>'
        '<container key="box"><int key="w" value="4"/></container>'
    )
    table, rows = opened(log(trace(event("e", more=more))), "log.xes")
    cells = dict(zip([column.name for column in table.columns], rows[0], strict=True))
    assert (cells["a"], cells["a/b"], cells["a/b/c"], cells["box/w"]) == ("1", "2", 3, 4)
    assert cells["items"] == '["x", "y"]'
    assert told(table)["log_nested"].count == 2


def test_empty_traces_and_traces_of_one_name_are_told(opened: Opened) -> None:
    text = log(trace(event("a")), trace(event("b")), trace(name="2"))
    table, rows = opened(text, "log.xes")
    assert [row[0] for row in rows] == ["1", "1"]
    assert told(table)["log_repeated_traces"].count == 1
    assert told(table)["log_empty_trace"].count == 1


def test_traces_without_a_name_are_numbered(opened: Opened) -> None:
    table, rows = opened(log(trace(event("a"), name=None), trace(event("b"), name=None)), "log.xes")
    assert sorted((row[0], row[-1]) for row in rows) == [("a", "1"), ("b", "2")]
    assert told(table)["log_unnamed_traces"].count == 2


def test_a_classifier_names_events_that_have_no_name(opened: Opened) -> None:
    nameless = '<event><string key="task" value="ask"/><string key="step" value="end"/></event>'
    text = log('<classifier name="Step" keys="task \'step\'"/>', trace(nameless))
    table, rows = opened(text, "log.xes")
    assert table.roles["activity"] == "concept:name"
    assert rows[0][-1] == "ask+end"
    assert "'task', 'step'" in told(table)["log_classified"].message


def test_defaults_of_the_log_are_told_and_not_put_in(opened: Opened) -> None:
    declared = '<global scope="event"><string key="who" value="nobody"/></global>'
    some = '<string key="who" value="me"/>'
    table, rows = opened(log(declared, trace(event("a"), event("b", more=some))), "log.xes")
    assert [row[-1] for row in rows] == [None, "me"]
    lacking = told(table)["log_lacks_declared"]
    assert (lacking.count, lacking.share) == (1, 0.5)
    assert "'nobody'" in lacking.message


def test_events_that_repeat_their_trace_do_not_say_it_twice(opened: Opened) -> None:
    same = '<string key="case:concept:name" value="1"/>'
    other = '<string key="case:concept:name" value="2"/>'
    table, _ = opened(log(trace(event("a", more=same))), "log.xes")
    assert [column.name for column in table.columns] == [
        "case:concept:name",
        "concept:name",
        "time:timestamp",
    ]
    table, rows = opened(log(trace(event("a", more=same), event("b", more=other))), "log.xes")
    assert table.columns[-1].name == "event:case:concept:name"
    assert [row[0] for row in rows] == ["1", "1"]
    assert told(table)["log_told_twice"].count == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (log(trace(event("a")))[:-20], r"not well-formed XML: .* \(.*log\.xes, line \d+\)"),
        (log(trace(event("a"))) + log(trace(event("b"))), r"not well-formed XML: .*line 12"),
        ("<chart><body/></chart>", r"no event log: its first element is 'chart'"),
        (log(), r"no trace with an event \(log.xes\)|no trace with an event \(.*log.xes\)"),
        (log(event("a")), r"1 events stand outside a trace"),
    ],
)
def test_what_is_no_log_is_one_clear_error(opened: Opened, text: str, words: str) -> None:
    with pytest.raises(WorkbenchError, match=words):
        opened(text, "log.xes")


def test_encodings_namespaces_and_names_are_no_matter(opened: Opened) -> None:
    text = log(trace(event("réponse"))).replace("<log ", '<log xmlns="http://www.xes-standard.org/" ')
    wide = text.replace("UTF-8", "UTF-16").encode("utf-16")
    for content, name in ((text, "log.csv"), (wide, "log.xes"), (gzip.compress(text.encode()), "log")):
        _, rows = opened(content, name)
        assert rows[0][:2] == ("1", "réponse")


def test_batches_make_one_table(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.connect.readers.textrows._BATCH", 3)
    cases = [
        trace(event("a"), event("b", more=f'<int key="late" value="{n}"/>' if n > 4 else ""), name=str(n))
        for n in range(7)
    ]
    _, rows = opened(log(*cases), "log.xes")
    assert [row[0] for row in rows] == [str(n) for n in range(7) for _ in range(2)]
    assert [row[-1] for row in rows if row[-1] is not None] == [5, 6]


def test_the_first_row_is_the_first_event(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(log(trace(event("a"), event("b"))), encoding="utf-8")
    table = open_file(stage, tmp_path / "log.xes")
    assert stage.rows(f"SELECT row FROM {table.relation} ORDER BY row") == [(0,), (1,)]
    assert table.first_row == 1
