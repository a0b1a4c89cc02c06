"""A file opened in a process of its own that watches what is done: time, memory, files and sockets.

    python -m tests.hostile.watched FILE

prints one line of JSON: `error` or `rows`, `seconds` of the processor, `megabytes` above idle, the files `opened`
besides the one that was named, and how many `sockets` were made.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["watched"]


def watched(path: Path) -> dict[str, Any]:
    """What became of a file."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.watched", str(path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def _main(path: Path) -> dict[str, Any]:
    import ibis

    from workbench.connect.readers import open_file
    from workbench.connect.stage import Stage, told_plainly
    from workbench.errors import WorkbenchError

    with tempfile.TemporaryDirectory() as text:
        scratch = Path(text)
        idle = Stage(ibis.duckdb.connect(), scratch=scratch / "idle")
        for name, content in (
            ("a.csv", "a,b\n1,2\n"),
            ("a.xes", _XES),
        ):  # what is imported late is no cost of a file
            (scratch / name).write_text(content, encoding="utf-8")
            open_file(idle, scratch / name)
        stage = Stage(ibis.duckdb.connect(), scratch=scratch / "scratch")
        opened: list[str] = []
        sockets: list[str] = []

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "open" and isinstance(arguments[0], str | bytes):
                opened.append(os.fsdecode(arguments[0]))
            elif event.startswith("socket."):
                sockets.append(event)

        sys.addaudithook(hook)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, begun = _peak(), time.process_time()
        result: dict[str, Any] = {}
        try:
            with told_plainly(str(path)):
                table = open_file(stage, path)
                result["rows"] = stage.row(f"SELECT count(*) FROM {table.relation}")[0]
        except WorkbenchError as error:
            result["error"] = str(error)
        own = (
            str(path),
            str(scratch),
            "/proc/self",
            sys.prefix,
            sys.base_prefix,
            str(Path(__file__).parents[2]),
        )
        foreign = [one for one in opened if not one.startswith(own)]
        return {
            **result,
            "seconds": time.process_time() - begun,
            "megabytes": _peak() - before,
            "opened": foreign,
            "sockets": len(sockets),
        }


_XES = (
    '<log><trace><event><string key="concept:name" value="a"/><date key="time:timestamp" value="2024-01-01"/></event>'
    "</trace></log>"
)

if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(Path(sys.argv[1]))))
