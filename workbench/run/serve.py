"""Serving a project's pages to readers: checked and prepared first, closed without the token, ended clean."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.project import Project, load_project
from workbench.run.pages import Page, landing, served_pages

if TYPE_CHECKING:
    from workbench.log.engine import Progress

__all__ = ["Serving", "prepare_serving"]

HOST = "127.0.0.1"
IDLE_MINUTES = 10.0
_TOKEN = "WORKBENCH_TOKEN"
_SHORTEST = 16


@dataclass(frozen=True)
class Serving:
    """A project that is ready to be served: checked, prepared, with a socket that listens and a token."""

    project: Project
    pages: Mapping[str, Page]
    listener: socket.socket
    token: str

    @property
    def address(self) -> str:
        """The address to open, with the token in it."""
        return f"http://{HOST}:{self.listener.getsockname()[1]}/?{urlencode({'token': self.token})}"

    def run(
        self, *, idle_minutes: float = IDLE_MINUTES, ready: Callable[[str], None] = lambda address: None
    ) -> None:
        """Answer readers until SIGTERM or Ctrl-C, then end every kernel. `ready` is told the address first.

        A kernel that nobody used for `idle_minutes` is ended.
        """
        from workbench.run.server import PageServer, configuration

        os.environ["WORKBENCH_PROJECT"] = str(self.project.folder.resolve())
        notebooks = landing(self.pages).notebook.parent
        server = PageServer.instance(
            config=configuration(token=self.token, notebooks=notebooks, idle_minutes=idle_minutes)
        )

        async def serving() -> None:
            application = server.make(
                self.pages, project_name=self.project.name, language=self.project.language
            )
            ended = asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, ended.set)
            ready(self.address)
            await server.run(application, [self.listener], ended)

        asyncio.run(serving())


def prepare_serving(
    project: str | Path,
    *,
    port: int | None = None,
    pages: Mapping[str, Page] | None = None,
    progress: Progress = lambda what, fraction: None,
) -> Serving:
    """Check a project, take the port and prepare the store, so that readers only open it.

    The token is WORKBENCH_TOKEN from the environment, or a random one. Raises WorkbenchError when the project
    cannot be read, the token can be guessed or the port cannot be had.
    """
    loaded = load_project(project)
    chosen = served_pages() if pages is None else pages
    token = _own_token()
    listener = _listening(port)
    try:
        _prepare(loaded.folder, progress)
    except BaseException:
        listener.close()
        raise
    return Serving(loaded, chosen, listener, token)


def _own_token() -> str:
    """The token of the environment, which no kernel shall inherit; else a new one that nobody can guess."""
    given = os.environ.pop(_TOKEN, "")
    if given and len(given) < _SHORTEST:
        raise WorkbenchError(
            Message("The token has {n} characters, which can be guessed", n=len(given)),
            where=_TOKEN,
            remedy=Message(
                "Give it at least {n}, or leave it out and let the workbench make one", n=_SHORTEST
            ),
        )
    return given or secrets.token_urlsafe(32)


def _prepare(folder: Path, progress: Progress) -> None:
    """Prepare the store when anything has changed, and work the figures out, which are kept beside it.

    A log that a finding blocks is served all the same: its pages say what blocks.
    """
    import workbench as wb

    log = wb.open(folder, progress=progress)
    if not log.blocked:
        progress("figures", 1.0)
        log.kpi_records()
        log.progress_to_target()


def _listening(port: int | None) -> socket.socket:
    """A listening socket of this machine alone."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind((HOST, port or 0))
        listener.listen(128)
    except OSError as error:
        listener.close()
        why = {
            errno.EADDRINUSE: Message("Port {port} is taken", port=str(port)),
            errno.EACCES: Message("Port {port} is not yours to use", port=str(port)),
        }.get(error.errno or 0)
        if why is None:
            raise
        raise WorkbenchError(
            why,
            where="--port",
            remedy=Message("Name another, or leave --port out for any free one"),
        ) from error
    return listener
