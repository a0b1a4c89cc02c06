"""Voilà as this server: bound to this machine, closed without the token, set up here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import voila.app
from jupyter_core.paths import jupyter_path
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler
from traitlets import default
from traitlets.config import Config
from traitlets.config.application import LevelFormatter
from voila.utils import get_voila_labextensions_path

from workbench.escape import terminal_text
from workbench.run import handlers
from workbench.run.forked import ForkedProvisioner, can_fork
from workbench.run.kernel import OwnKernel, OwnSpecs
from workbench.run.pages import Page
from workbench.run.standby import Standby

__all__ = ["ALLOWED_MESSAGES", "PageServer", "ServedKernel", "configuration"]

HOST = "127.0.0.1"
TEMPLATES = Path(__file__).parent / "voila"
TEMPLATE = "workbench"
# What widgets say. A request to execute code, to complete it or to debug it is not among them.
ALLOWED_MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]
# What widgets need in the browser; whatever else a user's JupyterLab has stays out.
_EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
_KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
_MESSAGE_BYTES = 256 * 1024
_IDLE_SECONDS = 120
# A browser that draws several pages on a busy machine answers late: that is no reader who has left.
_PING_MILLISECONDS = 90_000
_CELL_SECONDS = 600
# Of 108 bytes that the name of such a file may have, as much as is left beside what is put behind it.
_LONGEST_SOCKET = 95


class ServedKernel(OwnKernel, ServerKernelManager):
    """A reader's kernel: this very Python; one that dies stays dead, and its page says so."""

    @default("transport")
    def _by_files(self) -> str:
        """Sockets that are files of this user alone, where there are such: no port can be taken or listened to."""
        fits = len(os.fsencode(self.connection_file)) < _LONGEST_SOCKET
        return "ipc" if sys.platform == "linux" and fits else "tcp"

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None and can_fork():
            self.kernel_id = self.kernel_id or options.get("kernel_id", str(uuid4()))
            self.provisioner = ForkedProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**options)


class TokenProvider(IdentityProvider):
    """The token, or the cookie that it gave: signed, out of reach of scripts, not sent along from other sites."""


class _PlainLines(LevelFormatter):
    """One record a line or several, none of which can steer the terminal that shows them."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(terminal_text(line) for line in super().format(record).splitlines())


def configuration(*, token: str, notebooks: Path, idle_minutes: float) -> Config:
    """Everything that Voilà and the server under it are told. No file of a user's Jupyter is read."""
    seconds = max(1, round(idle_minutes * 60))
    return Config(
        {
            "PageServer": {
                "ip": HOST,
                "open_browser": False,
                "root_dir": str(notebooks),
                "token": token,
                "auto_token": False,
                "identity_provider_class": TokenProvider,
                "log_level": logging.WARNING,
                "log_format": "%(asctime)s %(levelname)s %(message)s",
            },
            "VoilaConfiguration": {
                "template": TEMPLATE,
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "preheat_kernel": False,
                "progressive_rendering": False,
                "file_allowlist": [],
                "file_denylist": [".*"],
                "http_header_envs": [],
                "extension_allowlist": _EXTENSIONS,
                "extension_language_mapping": {},
                "kernel_spec_manager_class": OwnSpecs,
            },
            "VoilaExecutor": {"timeout": _CELL_SECONDS},
            "VoilaExporter": {"extra_template_basedirs": [str(TEMPLATES)]},
            "MappingKernelManager": {
                "kernel_manager_class": f"{ServedKernel.__module__}.{ServedKernel.__name__}",
                "cull_idle_timeout": seconds,
                "cull_interval": max(1, min(60, seconds // 2)),
                # A page that is still open somewhere, and that nobody has used, is idle as well.
                "cull_connected": True,
                "cull_busy": False,
                "allow_tracebacks": False,
                # What is said while a connection is broken waits until the page is connected again. Whoever leaves
                # ends the kernel, and with it what waits.
                "buffer_offline_messages": True,
            },
            "ServedKernel": {"autorestart": False},
            "TokenProvider": {"cookie_options": {"httponly": True, "samesite": "Lax"}},
        }
    )


class PageServer(voila.app.Voila):  # type: ignore[misc]
    """Voilà with the pages of one project. `language` is what pages speak where an address names none."""

    # Voilà's command line is not ours, and neither are the files of configuration that it looks for.
    flags: Mapping[str, Any] = {}
    aliases: Mapping[str, Any] = {}

    _log_formatter_cls = _PlainLines

    def make(self, pages: Mapping[str, Page], *, project_name: str, language: str) -> Application:
        """The web application: configured, with its kernel manager; nothing listens yet."""
        self.pages = pages
        self.project_name = project_name
        self.language = language
        # More pages computed at once than there are processors only make all of them late.
        self.room = asyncio.Semaphore(max(2, os.cpu_count() or 2))
        self.renderings: set[asyncio.Task[None]] = set()
        self.config_file_paths: list[str] = []
        self.initialize([])
        self.connection_dir = tempfile.mkdtemp(prefix="workbench-")
        settings = {
            **self.init_settings(),
            "ws_ping_timeout": _PING_MILLISECONDS,
            "ws_ping_interval": _PING_MILLISECONDS,
            "allow_remote_access": False,
            # Each handler asks by itself (`Guarded`), and refuses instead of leading to a form to log in.
            "allow_unauthenticated_access": True,
            "default_handler_class": handlers.LostHandler,
            "headers": handlers.HEADERS,
            "log_function": self._log_request,
            "server_root_dir": self.root_dir,
            "websocket_max_message_size": _MESSAGE_BYTES,
        }
        # Voilà's own list lets a reader shut the kernel down as well.
        self.kernel_manager.allowed_message_types = ALLOWED_MESSAGES
        self.standby = Standby(self.kernel_manager, idle_seconds=float(self.kernel_manager.cull_idle_timeout))
        return Application(self.init_handlers(), **settings)

    def setup_template_dirs(self) -> None:
        """Our own template and nothing else: none that a user installed under the same name."""
        self.template_paths = [str(TEMPLATES / TEMPLATE)]
        self.static_paths = [str(folder) for folder in _voila_assets()]

    def init_handlers(self) -> list[Any]:
        """The pages; what their widgets need only where a page has any. Everything else is not found."""
        rules: list[Any] = [
            ("/", handlers.LandingHandler, {"pages": self.pages}),
            (r"/voila/render/([^/]+)\.ipynb", handlers.PageHandler, {"pages": self.pages, "server": self}),
        ]
        if any(page.interactive for page in self.pages.values()):
            extensions = get_voila_labextensions_path()
            rules += [
                (rf"/api/kernels/{_KERNEL}", handlers.KernelModelHandler),
                (rf"/api/kernels/{_KERNEL}/channels", handlers.ChannelsHandler),
                (rf"/voila/api/shutdown/{_KERNEL}", handlers.LeavingHandler),
                (r"/voila/static/(.*)", handlers.AssetHandler, {"path": self.static_paths}),
                (r"/voila/labextensions/(.*)", handlers.AssetHandler, {"path": extensions}),
                (r"/voila/api/themes/(.*)", handlers.AssetHandler, {"path": [self.themes_dir]}),
            ]
        return rules

    def _log_request(self, handler: RequestHandler) -> None:
        """Requests that failed, without their query: it may hold the token."""
        if handler.get_status() >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("%s %s: %d", handler.request.method, handler.request.path, handler.get_status())

    def begin(self, rendering: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A page that is being rendered, until it is done or the server ends."""
        task = asyncio.create_task(rendering)
        self.renderings.add(task)
        task.add_done_callback(self.renderings.discard)
        return task

    async def run(
        self, application: Application, sockets: Sequence[socket.socket], ended: asyncio.Event
    ) -> None:
        """Answer requests until `ended`, then end every kernel and take away what they left."""
        http = HTTPServer(
            application,
            max_body_size=_MESSAGE_BYTES,
            idle_connection_timeout=_IDLE_SECONDS,
            body_timeout=_IDLE_SECONDS,
        )
        http.add_sockets(sockets)
        self.standby.refill()
        try:
            await ended.wait()
        finally:
            http.stop()
            for rendering in self.renderings:
                rendering.cancel()
            await asyncio.gather(*self.renderings, return_exceptions=True)
            await self.standby.close()
            await self.kernel_manager.shutdown_all(now=True)
            shutil.rmtree(self.connection_dir, ignore_errors=True)


def _voila_assets() -> list[Path]:
    """Voilà's scripts as they were installed with it."""
    return [
        folder / "voila" / "templates" / "base" / "static"
        for folder in (Path(sys.prefix) / "share" / "jupyter", *map(Path, jupyter_path()))
        if (folder / "voila" / "templates" / "base" / "static").is_dir()
    ]
