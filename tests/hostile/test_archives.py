"""Archives and workbooks made to do harm: one clear error, nothing unpacked further than needed, nothing written."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.watched import watched

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the peak of memory is Linux's"
)

SECONDS, MEGABYTES = 2, 300
TABLE = "case,activity,time\nA1,x,2024-03-15\nA2,y,2024-03-16\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD, TAIL = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def packed(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook(sheet: str | bytes, **parts: str | bytes) -> bytes:
    """A workbook whose one sheet is this XML; `parts` are further ones by their names without `xl/` and `.xml`."""
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
            f'Type="{LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
            **{f"xl/{name}.xml": content for name, content in parts.items()},
        }
    )


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows(*lines: str) -> str:
    return HEAD + "".join(f'<row r="{n}">{line}</row>' for n, line in enumerate(lines, start=1)) + TAIL


def letters(place: int) -> str:
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def understated(data: bytes) -> bytes:
    """An archive that declares its large parts to be a hundred bytes long."""
    found = bytearray(data)
    place = 0
    while (place := found.find(b"PK\x01\x02", place)) >= 0:
        if struct.unpack_from("<I", found, place + 24)[0] > 2**20:
            struct.pack_into("<I", found, place + 24, 100)
        place += 4
    return bytes(found)


def zeros(size: int = 100_000_000) -> bytes:
    return bytes(size)


def many_rows() -> bytes:
    return packed({"a.csv": b"a,b\n" + b"1,2\n" * 40_000_000})


def wide() -> bytes:
    line = "".join(f'<c r="{letters(n)}{{row}}"><v>{n}</v></c>' for n in range(16_000))
    return workbook(rows(line.replace("{row}", "1"), line.replace("{row}", "2")))


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return workbook(f"<!DOCTYPE x [{entities}]>" + rows(text("A1", "&l9;")))


SMALL = rows(text("A1", "case") + text("B1", "time"), text("A2", "a") + text("B2", "2024-01-01"))
REPEATED = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><o:body><o:spreadsheet><t:table t:name="S">'
    '<t:table-row t:number-rows-repeated="1000000"><t:table-cell o:value-type="float" o:value="1" '
    't:number-columns-repeated="900"/></t:table-row></t:table></o:spreadsheet></o:body></o:document-content>'
)
SECRET = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rows(text("A1", "&a;"))
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.xlsx": (lambda: workbook(zeros()), "far more than its size"),
    "strings.xlsx": (lambda: workbook(SMALL, sharedStrings=zeros()), "far more than its size"),
    "understated.xlsx": (lambda: understated(workbook(zeros())), "far more than its size"),
    "understated_strings.xlsx": (
        lambda: understated(workbook(SMALL, sharedStrings=zeros())),
        "far more than its size",
    ),
    "bomb.zip": (many_rows, "far more than its size"),
    "understated.zip": (lambda: understated(many_rows()), "far more than its size"),
    "far.xlsx": (lambda: workbook(rows(text("A1", "a"), text("XFD1048576", "b"))), "reaches to column 16384"),
    "quoted.xlsx": (
        lambda: workbook(rows(text("A1", "a"), text("ALL900000", "b").replace('"', "'"))),
        "reaches to column 1000",
    ),
    "repeated.ods": (
        lambda: packed(
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": REPEATED}
        ),
        "reaches to column 900 and row 1000000",
    ),
    "wide.xlsx": (wide, "no data table"),
    "entity.xlsx": (lambda: workbook(SECRET), "cannot be read"),
    "laughs.xlsx": (laughs, "cannot be read"),
    "cut.xlsx": (lambda: workbook(SMALL)[:900], "damaged"),
    "noise.xls": (lambda: OLE + os.urandom(50_000), "cannot be read"),
    "noise.zip": (lambda: b"PK\x03\x04" + os.urandom(50_000), "damaged"),
    "several.zip": (lambda: packed({"a.csv": TABLE, "b.csv": TABLE}), "holds 2 files"),
    "program.zip": (lambda: packed({"setup.exe": b"MZ"}), "holds 1 files"),
    "nested.zip": (
        lambda: packed({"a.csv": packed({"b.csv": packed({"x.exe": b"MZ"})})}),
        "holds 1 files",
    ),
    "many.zip": (lambda: packed({f"{n}.csv": "" for n in range(30_000)}), "far more than its size"),
    "noise.feather": (lambda: b"ARROW1\0\0" + os.urandom(50_000) + b"ARROW1", "cannot be read as Arrow"),
    "noise.arrows": (lambda: b"\xff\xff\xff\xff" + os.urandom(50_000), "cannot be read as Arrow"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_made_to_do_harm_is_refused(tmp_path: Path, name: str) -> None:
    make, expected = REFUSED[name]
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(make())
    found = watched(path)
    assert expected in found["error"]
    assert name in found["error"]
    assert (found["opened"], found["sockets"]) == ([], 0)
    assert found["seconds"] < SECONDS, found
    assert found["megabytes"] < MEGABYTES, found
    assert sorted(one.name for one in tmp_path.rglob("*")) == sorted(["in", name])


def test_a_path_out_of_the_archive_is_never_followed(tmp_path: Path) -> None:
    path = tmp_path / "in" / "log.zip"
    path.parent.mkdir()
    path.write_bytes(packed({"../../../evil.csv": TABLE}))
    found = watched(path)
    assert (found["rows"], found["opened"]) == (2, [])
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["in", "log.zip"]


def test_formulas_of_others_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "cells.xlsx"
    line = text("A2", "=cmd|' /C calc'!A0") + text("B2", "2024-01-01")
    path.write_bytes(workbook(rows(text("A1", "case") + text("B1", "time"), line)))
    assert watched(path)["rows"] == 1
