"""Whatever goes wrong is one line with a remedy on stderr, nothing on stdout, and an exit code that tells."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench
from workbench.errors import WorkbenchError

Command = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kpi"], "No such command 'kpi'. Did you mean 'kpis'? See: workbench --help"),
        (["kpis"], "Missing argument 'DIR'. See: workbench kpis --help"),
        (["kpis", "p", "--bye", "x"], "No such option: --bye"),
        (["kpis", "p", "--as-of", "30.6.2026"], "'30.6.2026' is no date. Write it as 2026-06-30."),
        (["kpis", "p", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'json'. See: workbench kpis"),
        (
            ["new", "p", "--process", "x", "--map", "customer"],
            "'customer' is no mapping. Write it as NAME=COLUMN",
        ),
        (["demo", "p", "--cases", "0"], "'--cases': Input should be greater than or equal to 1"),
    ],
)
def test_a_command_that_is_not_understood(command: Command, arguments: list[str], message: str) -> None:
    said = command(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("workbench: ")
    assert said.err.count("\n") == 1
    assert message in said.err


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            WorkbenchError("Unknown attribute 'contry'", remedy="Did you mean 'country'?"),
            1,
            "workbench: Unknown attribute 'contry'. Did you mean 'country'?",
        ),
        (WorkbenchError("Two\nlines\x1b[2J", remedy="Do it"), 1, r"workbench: Two lines\x1b[2J. Do it."),
        (
            PermissionError(13, "Permission denied", "p/store"),
            1,
            "workbench: Permission denied (p/store). See whether it is there and yours to use.",
        ),
        (OSError(28, "No space left on device"), 1, "workbench: No space left on device. Free some space"),
        (KeyError("x"), 3, "workbench: A fault of the workbench itself: KeyError: 'x' (test_errors.py:"),
        (KeyboardInterrupt(), 130, "workbench: Interrupted."),
    ],
    ids=["ours", "hostile", "permission", "full disk", "fault", "interrupt"],
)
def test_an_error_while_answering(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)
    monkeypatch.setitem(vars(workbench), "open", fails)
    said = command("kpis", "p")
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


def test_a_fault_of_ours_shows_its_traceback_on_request(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise KeyError("x")

    monkeypatch.setenv("WORKBENCH_DEBUG", "1")
    monkeypatch.setitem(vars(workbench), "open", fails)
    assert "Traceback (most recent call last)" in command("kpis", "p").err


def test_the_installed_program_gives_the_same(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "workbench", "run", str(tmp_path), "--steps", "9"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "workbench: '9' names no steps (--steps). Write numbers from 1 to 6, as in 3, 1-4 or 1,3-5.\n"
    )


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = "import sys; from workbench.cli_output import show_json; from workbench import cli\n"
    program += "cli.app.command('many')(lambda: show_json(['x' * 99] * 9999))\n"
    program += "cli.main(['many'])"
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.cli_output import watching

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stderr, shown in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stderr)
        monkeypatch.setenv("TERM", "xterm")
        with watching() as progress:
            progress("reading [a]\x1b[2J.csv", 0.5)
        text = stderr.getvalue()
        assert ("reading [a]" in text) is shown
        assert r"\x1b[2J.csv" in text or not shown
