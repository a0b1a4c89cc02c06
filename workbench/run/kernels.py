"""A kernel for each notebook of a run, the next one getting ready while the present one works.

A kernel takes some seconds to start and to import what every notebook imports, and does it on one core. One
kernel ahead hides that; more would only take memory. One that ends before it has said a word, a port taken by
somebody else in the same moment for instance, has done nothing yet: another one starts in its place.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

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
_STARTS = 3
_LONGEST_WORDS = 4_000


class Kernels:
    """The kernels of one run, all in the working folder `folder`. Each is taken once, and ended by its taker."""

    def __init__(self, folder: Path, said: IO[bytes]) -> None:
        """`said` is the file for what their processes say by themselves: why one did not start."""
        self._folder = folder
        self._said = said
        self._ahead: OwnKernel | None = None

    def take(self, *, another: bool) -> OwnKernel:
        """The kernel for a notebook; `another` has one more begin to start, for the notebook after it."""
        kernel = self._ahead or self._start()
        self._ahead = None
        if another:
            self._ahead = self._start(_IMPORTS)
        return kernel

    async def another(self) -> OwnKernel:
        """A kernel in place of one that did not start."""
        return await self._started()

    def _start(self, *arguments: str) -> OwnKernel:
        return run_sync(self._started)(*arguments)

    async def _started(self, *arguments: str) -> OwnKernel:
        kernel = OwnKernel(kernel_name="python3")
        await kernel.start_kernel(
            cwd=str(self._folder),
            extra_arguments=list(arguments),
            env={**os.environ, "WORKBENCH_UNATTENDED": "1"},
            stderr=self._said,
        )
        return kernel

    def last_words(self) -> str:
        """The last line that the process of a kernel wrote by itself; empty when there is none."""
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - _LONGEST_WORDS))
        lines = self._said.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """End the kernel that nobody took."""
        if self._ahead is not None:
            run_sync(self._ahead.shutdown_kernel)(now=True)
            self._ahead = None


@contextmanager
def kernels(folder: Path) -> Iterator[Kernels]:
    """Kernels for as long as the block lasts."""
    with tempfile.TemporaryFile() as said:
        found = Kernels(folder, said)
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


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's own client, for kernels that may not start."""

    def __init__(self, notebook: Any, *, kernels: Kernels, **options: Any) -> None:
        super().__init__(notebook, **options)
        self._kernels = kernels

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to a kernel that answers: the one that was given, or one that is started in its place."""
        for _ in range(_STARTS - 1):
            try:
                return await super().async_start_new_kernel_client()
            except RuntimeError:
                # It is gone, and so is all that it was told: nothing.
                self.km = await self._kernels.another()
        return await super().async_start_new_kernel_client()

    start_new_kernel_client = run_sync(async_start_new_kernel_client)


class _WithKernel(Engine):  # type: ignore[misc]
    """papermill's own way to execute a notebook, in a kernel that is there already."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernel: OwnKernel,
        kernels: Kernels,
        timeout: float | None,
        **_: Any,
    ) -> Any:
        client = _Client(
            nb_man,
            kernels=kernels,
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
