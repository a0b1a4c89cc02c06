"""Kernels forked from one process that has loaded all that pages need: each is there at once, and shares that.

What a page imports takes a process two seconds and 200 MB. Here one process, the fork server of Python's own
multiprocessing, does it for all readers: a kernel is a copy of it, and takes memory of its own only for what it
changes. The fork server runs one thread, nothing of a project is in it, and it ends with the server of pages.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from workbench.garbage import SPARING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

__all__ = ["ForkedProvisioner", "can_fork"]

_PRELOAD = ["workbench.run.kernelchild"]
# One thread in the process that is copied: what a thread holds while there is a copy made, the copy holds for ever.
_ALONE = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONSAFEPATH": "1",
}


def can_fork() -> bool:
    """Whether kernels are forked here: on Linux. Elsewhere they are started, each by itself."""
    return sys.platform == "linux"


class _Process:
    """A forked kernel with the calls of a started one."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid: int = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Has the fork server make the process of a kernel, and looks after it as after any other of this machine."""

    # One after the other, away from the server's loop: the first waits until all is loaded.
    _starts = ThreadPoolExecutor(1, thread_name_prefix="fork")

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """The kernel as a copy of the fork server, told what the command tells a started one."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        folder = Path(options.get("cwd") or Path.cwd())
        process = await asyncio.get_running_loop().run_in_executor(
            self._starts, _started, arguments, str(folder), dict(options["env"])
        )
        self.process: Any = process
        self.pid = process.pid
        # The child leads a group of its own before it does anything else.
        self.pgid = self.pid
        self.cwd = folder
        return self.connection_info


def _started(arguments: list[str], folder: str, environment: dict[str, str]) -> _Process:
    from workbench.run.kernelchild import become_kernel

    _ensure_running()
    process = get_context("forkserver").Process(
        target=become_kernel, args=(arguments, folder, environment), daemon=True
    )
    process.start()
    return _Process(process)


def _ensure_running() -> None:
    """Start the fork server, if it is not there, with what must stand in its environment from the first moment."""
    forkserver.set_forkserver_preload(_PRELOAD)
    wanted = {**SPARING, **_ALONE}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
