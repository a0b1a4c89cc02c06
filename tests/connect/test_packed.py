"""Compressed text, archives of one file, and Arrow files: read as what is in them, told as what the user named."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, ipc

from workbench.connect.readers import open_file
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError

TABLE = "id;day\n00123;2024-03-15\nNA;2024-03-16\n"
ROWS = [("00123", "2024-03-15"), ("NA", "2024-03-16")]


def zipped(**files: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return data.getvalue()


@pytest.mark.parametrize("name", ["log.csv.gz", "log.gz", "log.csv"])
def test_compressed_text(opened: Callable, name: str) -> None:
    table, rows = opened(gzip.compress(TABLE.encode()), name=name)
    assert (rows, table.where) == (ROWS, name)


@pytest.mark.parametrize("name", ["log.zip", "log.csv"])
def test_an_archive_of_one_file(opened: Callable, name: str) -> None:
    table, rows = opened(zipped(**{"exports/log": TABLE}), name=name)
    assert (rows, table.where) == (ROWS, name)


def test_what_a_spreadsheet_program_adds_to_an_archive_is_no_file(opened: Callable) -> None:
    _, rows = opened(zipped(log=TABLE, **{"__MACOSX/._log": "x"}), name="log.zip")
    assert rows == ROWS


def test_findings_and_errors_name_the_file_that_the_user_knows(opened: Callable) -> None:
    table, _ = opened(gzip.compress("Bericht\n\nid;Größe\n1;2\n2;3\n".encode("cp1252")), name="log.csv.gz")
    assert {one.where for one in table.findings} == {"log.csv.gz"}
    with pytest.raises(WorkbenchError) as error:
        opened(zipped(log="a,b,c\n1,2\n3,4,5\n"), name="log.zip")
    assert "log.zip, row 2" in str(error.value)
    assert "unpacked" not in str(error.value)


def test_an_archive_of_several_files_is_refused_by_their_names(opened: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"holds 2 files: a\.csv, b\.csv"):
        opened(zipped(a=TABLE, b=TABLE), name="log.zip")


@pytest.mark.parametrize("kind", ["file", "stream", "feather"])
def test_arrow_keeps_types_and_names(stage: Stage, tmp_path: Path, kind: str) -> None:
    table = pa.table({"Id": ["00123", None], "n": [1.5, 2.0], 'a"; b': ["x", "y"]})
    path = tmp_path / "log.arrow"
    if kind == "feather":
        feather.write_feather(table, path)
    else:
        write = ipc.new_file if kind == "file" else ipc.new_stream
        with pa.OSFile(str(path), "wb") as sink, write(sink, table.schema) as writer:
            writer.write_table(table)
    found = open_file(stage, path)
    assert [(one.name, one.type) for one in found.columns] == [
        ("Id", "VARCHAR"),
        ("n", "DOUBLE"),
        ('a"; b', "VARCHAR"),
    ]
    assert stage.rows(f"SELECT row, c0, c1, c2 FROM {found.relation} ORDER BY row") == [
        (0, "00123", 1.5, "x"),
        (1, None, 2.0, "y"),
    ]
