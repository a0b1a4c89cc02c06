"""A notebook rendered by Voilà for one reader, cell by cell, in a kernel that is started for it.

Voilà's own renderer writes a traceback's place and its own options into the page. Here a cell that fails ends
the page with a sentence, and what happened is told to whoever runs the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters.ansi import strip_ansi
from nbconvert.preprocessors.clearoutput import ClearOutputPreprocessor
from voila.notebook_renderer import NotebookRenderer

from workbench.run.pages import Page
from workbench.run.standby import Standby

__all__ = ["PageRenderer", "ReadersKernel"]


class ReadersKernel:
    """The kernel of one reader's page: taken when there is room to compute, ended with the page.

    `told` is what the page may know of its request. The kernel may have started before there was one, so it is told
    when the page begins.
    """

    def __init__(
        self, manager: Any, room: asyncio.Semaphore, standby: Standby, told: Mapping[str, str]
    ) -> None:
        self._manager = manager
        self._room = room
        self._standby = standby
        self.told = dict(told)
        self._computes = False
        self._id: str | None = None

    async def start(self) -> tuple[str, Any]:
        """Wait for room, take a kernel; answers its id and its manager."""
        await self._room.acquire()
        self._computes = True
        self._id = await self._standby.take()
        return self._id, self._manager.get_kernel(self._id)

    async def finish(self, *, keep: bool) -> None:
        """The page is done or given up: make room for others, and end the kernel unless widgets need it."""
        if self._computes:
            self._computes = False
            self._room.release()
            # The next reader's kernel starts when this page no longer needs the processor.
            self._standby.refill()
        if self._id is not None and not keep and self._id in self._manager:
            await self._manager.shutdown_kernel(self._id, now=True)


class PageRenderer(NotebookRenderer):  # type: ignore[misc]
    """Renders one page. The kernel starts when the head of the page is already on its way to the reader."""

    def __init__(self, page: Page, *, kernel: ReadersKernel, **options: Any) -> None:
        super().__init__(notebook_path=page.notebook.name, **options)
        self.page = page
        self._kernel = kernel

    async def load_notebook(self, path: str) -> Any:
        """The notebook as it is installed, for our own kernel; whether a user's Jupyter trusts it is not asked."""
        notebook = nbformat.read(self.page.notebook, as_version=4)
        notebook.metadata["kernelspec"] = nbformat.from_dict(
            {"name": "python3", "display_name": "Python 3", "language": "python"}
        )
        # A text as Python writes it: nothing that stands in an address becomes code.
        told = f"__import__('os').environ.update({self._kernel.told!r})"
        notebook.cells.insert(0, nbformat.v4.new_code_cell(told))
        return notebook

    async def _jinja_kernel_start(self, nb: Any, kernel_id: Any, kernel_future: Any) -> str:
        started, manager = await self._kernel.start()
        await super()._jinja_kernel_start(nb, started, manager)
        return started

    async def _jinja_cell_generator(self, nb: Any, kernel_id: str) -> AsyncIterator[Any]:
        """Every executed cell, up to the first that fails: that one carries `failed` in its metadata."""
        cleared, _ = ClearOutputPreprocessor().preprocess(nb, {"metadata": {"path": self.cwd}})
        try:
            for index, cell in enumerate(cleared.cells):
                reason = await self._reason_to_stop(cell, index)
                if reason:
                    self.log.error("%s, cell %d: %s", self.page.name, index + 1, reason)
                    cell.outputs = [found for found in cell.outputs if found.output_type != "error"]
                    cell.metadata["failed"] = True
                yield cell
                if reason:
                    break
        finally:
            await self._cleanup_resources()

    async def _reason_to_stop(self, cell: Any, index: int) -> str:
        """Execute one cell; empty when it went well, else what the server's log should say."""
        try:
            await self.executor.execute_cell(cell, None, index, store_history=False)
        except CellExecutionError as error:
            return str(strip_ansi(str(error)))
        except (CellTimeoutError, TimeoutError):
            return f"a call took longer than {self.executor.timeout} seconds"
        except (DeadKernelError, RuntimeError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # nbclient takes a cancelled page, whose reader left, for a kernel that died.
                raise asyncio.CancelledError from None
            return f"the kernel ended: {error}"
        return ""
