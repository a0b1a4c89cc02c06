"""Commands run in this process, on a log that answers with given records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import workbench
from workbench import cli


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


@dataclass
class FakeLog:
    """Answers every question of the command line with records given by the test, and notes the options."""

    answers: dict[str, Any]
    asked: list[tuple[str, dict[str, Any]]]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(**options: Any) -> Any:
            self.asked.append((name, options))
            return self.answers[name]

        return answer


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*arguments: str | Path) -> Said:
        code = cli.run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> FakeLog:
    """The log that every folder opens as."""
    fake = FakeLog({}, [])

    def opened(folder: Path, **options: Any) -> FakeLog:
        fake.asked.append((str(folder), {key: value for key, value in options.items() if key != "progress"}))
        return fake

    monkeypatch.setitem(vars(workbench), "open", opened)
    return fake
