"""A kernel that is ready before anybody asks: started, with all loaded that every page needs, and no reader's yet."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

from workbench.garbage import SPARING

__all__ = ["Standby"]

# Loads what a page needs and binds no name: a page finds the kernel as empty as any other.
_IMPORTS = "--IPKernelApp.exec_lines=__import__('workbench.pages.warm')"


class Standby:
    """Keeps one kernel ready for the next reader, whoever that is: what that reader asks for is told when it is taken.

    `idle_seconds` is after which time the server ends kernels that nobody uses: the one that waits is not among them.
    """

    def __init__(self, manager: Any, *, idle_seconds: float) -> None:
        self._manager = manager
        self._idle_seconds = idle_seconds
        self._starting: asyncio.Task[str] | None = None
        self._starts: set[asyncio.Task[str]] = set()
        self._keeping: asyncio.Task[None] | None = None

    def refill(self) -> None:
        """Begin to start one, unless one is there."""
        if self._starting is None:
            self._starting = self._start()
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())

    async def take(self) -> str:
        """The id of a kernel: the one that waits, else a new one."""
        waiting, self._starting = self._starting, None
        if waiting is not None:
            try:
                found = await self._wait(waiting)
            except (RuntimeError, OSError):
                # What kept the one from starting is told where it did; a new one may start all the same.
                found = ""
            if found in self._manager:
                return found
        return await self._wait(self._start())

    async def _wait(self, start: asyncio.Task[str]) -> str:
        """The id of a kernel that starts. Of a reader who leaves meanwhile it is kept for the next."""
        try:
            return await asyncio.shield(start)
        except asyncio.CancelledError:
            if self._starting is None:
                self._starting = start
            raise

    def _start(self) -> asyncio.Task[str]:
        """Begin a start that nobody cuts short: half a kernel is none that could be ended."""
        start = asyncio.create_task(self._started())
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)
        start.add_done_callback(_told)
        return start

    async def _started(self) -> str:
        return str(
            await self._manager.start_kernel(
                kernel_name="python3",
                path="",
                env={**SPARING, **os.environ, "SERVER_SOFTWARE": "voila"},
                extra_arguments=[_IMPORTS],
            )
        )

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._idle_seconds / 4)
            waiting = self._starting
            if waiting is None or not waiting.done() or waiting.cancelled() or waiting.exception():
                continue
            if waiting.result() in self._manager:
                self._manager.get_kernel(waiting.result()).last_activity = datetime.now(UTC)

    async def close(self) -> None:
        """Stop keeping, and wait for what is starting; the server ends all kernels then."""
        if self._keeping is not None:
            self._keeping.cancel()
        await asyncio.gather(*self._starts, return_exceptions=True)


def _told(task: asyncio.Task[str]) -> None:
    """A start that failed is looked at when the kernel is taken; until then it is not complained of."""
    if not task.cancelled():
        task.exception()
