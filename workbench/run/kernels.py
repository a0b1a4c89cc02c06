"""A kernel for each notebook of a run, the next one getting ready while the present one works.

A kernel takes some seconds to start and to import what every notebook imports, and does it on one core. One
kernel ahead hides that; more would only take memory.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_event_loop, run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.log import logger

from workbench.run.kernel import OwnKernel

__all__ = ["ENGINE", "Kernels", "kernels", "with_own_loop"]


ENGINE = "workbench"
# Loads what a page needs and binds no name: a notebook finds the kernel as empty as any other.
_IMPORTS = "--IPKernelApp.exec_lines=__import__('workbench.run.ahead')"
_STARTING_SECONDS = 60


class Kernels:
    """The kernels of one run, all in the working folder `folder`. Each is taken once, and ended by its taker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead: OwnKernel | None = None

    def take(self, *, another: bool) -> OwnKernel:
        """The kernel for a notebook; `another` has one more begin to start, for the notebook after it."""
        kernel = self._ahead or self._start()
        self._ahead = None
        if another:
            self._ahead = self._start(_IMPORTS)
        return kernel

    def _start(self, *arguments: str) -> OwnKernel:
        kernel = OwnKernel(kernel_name="python3")
        run_sync(kernel.start_kernel)(
            cwd=str(self._folder),
            extra_arguments=list(arguments),
            env={**os.environ, "WORKBENCH_UNATTENDED": "1"},
        )
        return kernel

    def close(self) -> None:
        """End the kernel that nobody took."""
        if self._ahead is not None:
            run_sync(self._ahead.shutdown_kernel)(now=True)
            self._ahead = None


@contextmanager
def kernels(folder: Path) -> Iterator[Kernels]:
    """Kernels for as long as the block lasts."""
    found = Kernels(folder)
    try:
        yield found
    finally:
        found.close()


def with_own_loop(work: Callable[[], None]) -> None:
    """Do work that talks to kernels, where a loop may run already: in a notebook, beside a driver of a browser.

    Kernels need a loop that is theirs from start to end. In a thread in which another one runs there is no room
    for it, so the work is then done in a thread of its own.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # The one in which the notebooks before it ran; somebody's asyncio.run may have put it away since.
        asyncio.set_event_loop(ensure_event_loop())
        work()
        return

    def alone() -> None:
        loop = ensure_event_loop()
        try:
            work()
        finally:
            loop.close()

    with ThreadPoolExecutor(1, thread_name_prefix="kernels") as threads:
        threads.submit(alone).result()


class _WithKernel(Engine):  # type: ignore[misc]
    """papermill's own way to execute a notebook, in a kernel that is there already."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, kernel: OwnKernel, timeout: float | None, **_: Any
    ) -> Any:
        client = PapermillNotebookClient(
            nb_man,
            km=kernel,
            kernel_name=kernel_name,
            timeout=timeout,
            startup_timeout=_STARTING_SECONDS,
            log=logger,
        )
        try:
            return client.execute(cleanup_kc=False)
        finally:
            _forget_what_is_awaited()
            # None where the kernel did not even start.
            if client.km is not None:
                client._cleanup_kernel()


def _forget_what_is_awaited() -> None:
    """An interrupt leaves answers of the kernel awaited; once it is gone, each would complain on stderr."""
    loop = ensure_event_loop()
    awaited = asyncio.all_tasks(loop)
    for task in awaited:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*awaited, return_exceptions=True))


papermill_engines.register(ENGINE, _WithKernel)
