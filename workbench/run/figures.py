"""The figures of a run, computed in a process of their own while the notebooks run.

Beside the notebooks they cost a run no time on a second core; and a process can be ended when a notebook has
failed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from workbench import files
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.run.execute import Status

if TYPE_CHECKING:
    from workbench.api import Log

__all__ = ["Computed", "Computing", "computing", "main"]

_PROGRAM = "from workbench.run.figures import main; main()"


@dataclass(frozen=True, slots=True)
class Computed:
    """What became of the figures: the day that they are of, what the prepared log was made from (a hash), and what
    was done to which column for privacy.
    """

    status: Status
    message: str = ""
    as_of: date | None = None
    fingerprint: str = ""
    privacy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Computing:
    """The figures of a run: to be started, waited for, and stopped however far they are."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self._lifeline: IO[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        """Begin, unless that is done already; the process."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                # A session of its own: Ctrl-C reaches the run, and the run ends this.
                start_new_session=True,
            )
            # Held open for as long as the run lives; `communicate` would close it at once.
            self._lifeline, self._process.stdin = self._process.stdin, None
        return self._process

    def wait(self, timeout: float | None) -> Computed:
        """What became of them, after at most `timeout` seconds more.

        Raises OSError where they could not be written.
        """
        process = self.start()
        try:
            said, complained = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            return Computed(
                "timed-out", Message("The figures took longer than {seconds} seconds", seconds=f"{timeout:g}")
            )
        return _outcome(process.returncode, said, complained)

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._lifeline is not None:
            self._lifeline.close()


def _outcome(code: int, said: str, complained: str) -> Computed:
    """What a process that has ended says of its figures; a signal ends it with a negative code."""
    if code < 0:
        return Computed("kernel-died", Message("The process died: killed from outside, or out of memory"))
    if code > 0:
        lines = complained.strip().splitlines() or ["no reason was given"]
        return Computed("error", lines[-1])
    answer: dict[str, Any] = json.loads(said)
    if "errno" in answer:
        raise OSError(answer["errno"], answer["what"], answer["file"])
    if "error" in answer:
        return Computed("error", answer["error"])
    return Computed("done", "", date.fromisoformat(answer["as_of"]), answer["fingerprint"], answer["privacy"])


@contextmanager
def computing(project: Path, target: Path, *, as_of: date | None) -> Iterator[Computing]:
    """Compute all figures of a project into `target`, once started; what is not done when the block ends is ended."""
    figures = Computing(str(project), str(target), as_of.isoformat() if as_of else "")
    try:
        yield figures
    finally:
        figures.stop()


def main() -> None:
    """Compute the figures of the project in `argv`, and say in one line of JSON what became of them."""
    project, target, as_of = sys.argv[1:]
    # When the run is gone, however it went, its end of the pipe closes.
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    sys.stdout.write(json.dumps(_compute(Path(project), Path(target), as_of)) + "\n")


def _end_with_the_run() -> None:
    # Not by sys.stdin: its lock, held by a waiting thread, would abort the interpreter at its own end.
    os.read(0, 1)
    os._exit(1)


def _privacy(log: Log) -> dict[str, dict[str, str]]:
    """What was done to which column, by source: nothing, for most."""
    told = [finding.data for finding in log.finding_list() if finding.rule == "row_accounting"]
    return {str(one["source"]): dict(one["privacy"]) for one in told if one.get("privacy")}


def _compute(project: Path, target: Path, as_of: str) -> dict[str, Any]:
    import workbench as wb

    try:
        log = wb.open(project, as_of=as_of or None)
        files.write_json(target, log.kpi_records())
        manifest = files.read_manifest(project / "store") or {}
        return {
            "as_of": log.as_of.isoformat(),
            "fingerprint": str(manifest.get("fingerprint", "")),
            "privacy": _privacy(log),
        }
    except WorkbenchError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"errno": error.errno, "what": error.strerror, "file": error.filename and str(error.filename)}
