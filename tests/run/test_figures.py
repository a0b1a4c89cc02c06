"""The figures of a run come from a process of their own, and it ends with the run."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.files import read_manifest
from workbench.run import figures
from workbench.run.figures import computing

EVENTS = "order,step,at\n1,a,2026-01-01 08:00\n1,b,2026-01-02 08:00\n2,a,2026-01-03 08:00\n"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    source = tmp_path / "orders.csv"
    source.write_text(EVENTS, encoding="utf-8")
    folder = tmp_path / "orders"
    wb.new(folder, process="any-process", sources=[source], case="order", activity="step", time="at")
    return folder


def test_the_figures_are_those_of_the_log_and_say_what_they_are_of(orders: Path, tmp_path: Path) -> None:
    target = tmp_path / "kpis.json"
    with computing(orders, target, as_of=date(2026, 1, 2)) as under_way:
        done = under_way.wait(None)
    assert (done.status, done.message, done.as_of) == ("done", "", date(2026, 1, 2))
    log = wb.open(orders, as_of="2026-01-02")
    assert json.loads(target.read_text(encoding="utf-8")) == json.loads(json.dumps(log.kpi_records()))
    manifest = read_manifest(orders / "store")
    assert manifest is not None
    assert done.fingerprint == manifest["fingerprint"]


def outcome(code: int, said: Any = None, complained: str = "") -> Any:
    return figures._outcome(code, json.dumps(said), complained)


def test_every_way_to_end_is_told_apart() -> None:
    assert outcome(0, {"error": "A finding blocks."}).message == "A finding blocks."
    failed = outcome(1, None, "Traceback ...\nMemoryError: no more\n")
    assert (failed.status, failed.message) == ("error", "MemoryError: no more")
    killed = outcome(-signal.SIGKILL)
    assert (killed.status, killed.message.partition(":")[0]) == ("kernel-died", "The process died")
    with pytest.raises(OSError, match="No space left") as caught:
        outcome(0, {"errno": errno.ENOSPC, "what": "No space left on device", "file": "kpis.json"})
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "kpis.json")


def test_nothing_is_begun_unless_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(figures, "_PROGRAM", "raise SystemExit(7)")
    with computing(tmp_path, tmp_path / "kpis.json", as_of=None) as never:
        assert never._process is None
    with computing(tmp_path, tmp_path / "kpis.json", as_of=None) as under_way:
        assert under_way.start() is under_way.start()
        assert under_way.wait(None).message == "no reason was given"


def computed(monkeypatch: pytest.MonkeyPatch, failure: Exception, target: Path) -> dict[str, Any]:
    def fails(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setitem(vars(wb), "open", fails)
    return figures._compute(target.parent, target, "")


def test_what_goes_wrong_is_said_as_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "kpis.json"
    assert computed(monkeypatch, WorkbenchError("A finding blocks"), target) == {"error": "A finding blocks."}
    full = OSError(errno.ENOSPC, "No space left on device", str(target))
    assert computed(monkeypatch, full, target) == {
        "errno": errno.ENOSPC, "what": "No space left on device", "file": str(target),
    }  # fmt: skip


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("how", ["stopped", "its run is gone", "too slow"])
def test_the_process_ends_with_its_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> None:
    program = "import threading, time\nfrom workbench.run import figures\n"
    program += "threading.Thread(target=figures._end_with_the_run, daemon=True).start()\ntime.sleep(60)"
    monkeypatch.setattr(figures, "_PROGRAM", program)
    begun = time.monotonic()
    with computing(tmp_path, tmp_path / "kpis.json", as_of=None) as under_way:
        process = under_way.start()
        if how == "too slow":
            assert under_way.wait(0.1).status == "timed-out"
        elif how == "its run is gone":
            assert under_way._lifeline is not None
            under_way._lifeline.close()
            process.wait(timeout=30)
    assert gone(process.pid)
    assert time.monotonic() - begun < 30
