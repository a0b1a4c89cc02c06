"""Files that are known and hold no table: refused with what they are and what to export instead."""

from __future__ import annotations

import bz2
from pathlib import Path

import pytest

from workbench.connect.readers import open_file
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError


@pytest.mark.parametrize(
    ("content", "name", "told", "remedy"),
    [
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>", "list.csv", "PDF", "spreadsheet"),
        (bz2.compress(b"a,b\n1,2\n"), "list.csv", "compressed", ".gz"),
        (b'[{"id": 1}, {"id": 2}]', "list.json", "records of JSON", "CSV"),
        (b'\xef\xbb\xbf{"id": 1}\r\n{"id": 2}\r\n', "list.jsonl", "records of JSON", "CSV"),
        (b"\n \r\n\n", "list.csv", "empty", "again"),
    ],
    ids=["pdf", "bz2", "json", "jsonl", "blanks"],
)
def test_what_holds_no_table_is_refused_as_what_it_is(
    stage: Stage, tmp_path: Path, content: bytes, name: str, told: str, remedy: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbenchError) as error:
        open_file(stage, tmp_path / name)
    assert told in str(error.value.message)
    assert remedy in str(error.value.remedy)
