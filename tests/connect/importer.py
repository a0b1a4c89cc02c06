"""What becomes of each file of the XES importer folder, by the kind of thing that it tries.

    python -m tests.connect.importer FOLDER > docs/xes-importer-files.md

writes the page that a test holds to be true.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import ibis

from workbench.connect.readers import open_file
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError

__all__ = ["outcome", "page"]

_HEAD = """# XES files of an importer's tests, and what becomes of each

Some seventy tiny files, most of them broken in one way, are read by a test as a user would read them. Each gives a log,
findings on it, or one clear error with the line; none gives a traceback. None of them has a time, so none gives a
process map. `python -m tests.connect.importer FOLDER > docs/xes-importer-files.md` writes this page.

| outcome | files |
|---|---|
"""


def outcome(path: Path) -> str:
    """What becomes of a file: the error, or the findings on its log."""
    backend = ibis.duckdb.connect()
    try:
        stage = Stage(backend)
        table = open_file(stage, path)
        rows = int(stage.row(f"SELECT count(*) FROM {table.relation}")[0])
    except WorkbenchError as error:
        return "error: " + _plain(str(error), path)
    finally:
        backend.disconnect()
    told = "; ".join(_plain(f"{one.message} ({one.where})", path) for one in table.findings)
    return f"a log of {rows} events; {told}" if told else f"a log of {rows} events"


def _plain(text: str, path: Path) -> str:
    return text.replace(str(path), "FILE").replace(path.name, "FILE")


def page(folder: Path) -> str:
    """The page for a folder of files."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.xes")):
        found[outcome(path)].append(path.stem)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return _HEAD + "".join(
        f"| {told.replace('|', '&#124;')} | {len(names)}: {', '.join(names)} |\n" for told, names in ordered
    )


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1])))
