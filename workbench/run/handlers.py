"""What answers a request: each handler asks for the token first, and each answer says what a browser may load."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from workbench.i18n import LANGUAGES, PSEUDO, Speech
from workbench.run.pages import Page, landing
from workbench.run.renderer import PageRenderer, ReadersKernel

if TYPE_CHECKING:
    from workbench.run.server import PageServer

__all__ = [
    "HEADERS",
    "AssetHandler",
    "ChannelsHandler",
    "KernelModelHandler",
    "LandingHandler",
    "LeavingHandler",
    "LostHandler",
    "PageHandler",
    "page_policy",
]

# For everything but a page: nothing in it may load or run anything.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_policy(page: Page, nonce: str) -> str:
    """What a browser may load into a page: this server's own things, never another host's.

    A page without widgets runs no script at all. With widgets, Voilà's scripts compile what they check messages
    with ('unsafe-eval'), and widgets bring modules of their own ('blob:').
    """
    scripts = f"'self' 'nonce-{nonce}' 'unsafe-eval' blob:" if page.interactive else "'none'"
    connections = "'self'" if page.interactive else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; connect-src {connections}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


class Guarded(JupyterHandler):
    """Asks for the token, or for the cookie that a token gave, before anything else."""

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        if self.current_user is None:
            raise HTTPError(403)

    def set_cors_headers(self) -> None:
        """No other origin reads an answer, whoever asks."""

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Faults of ours, with the path alone: the query may hold the token."""
        if not isinstance(value, HTTPError):
            self.log.error("%s %s", self.request.method, self.request.path, exc_info=(typ, value, tb))

    def write_error(self, status_code: int, **_: Any) -> None:
        """A calm page in all languages: who has no token has no language, either."""
        template = self.settings["voila_jinja2_env"].get_template("message.html.j2")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(template.render(status=status_code, speeches=[Speech(name) for name in LANGUAGES]))


class LostHandler(Guarded):
    """Every address that is no page."""

    async def prepare(self) -> None:  # type: ignore[override]
        await super().prepare()
        raise HTTPError(404)


class LandingHandler(Guarded):
    """The printed address: takes the token, leaves a cookie, and goes on to the first page."""

    def initialize(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages

    async def get(self) -> None:
        self.redirect(f"/voila/render/{landing(self.pages).notebook.name}")


class AssetHandler(Guarded, FileFindHandler):
    """Voilà's scripts and fonts, for pages with widgets."""


class KernelModelHandler(Guarded, KernelHandler):
    """A page with widgets asks whether its kernel is there; nothing else is answered about kernels."""

    SUPPORTED_METHODS = ("GET",)


class ChannelsHandler(Guarded, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The widgets' messages. Which types may pass is the kernel manager's `allowed_message_types`."""

    async def open(self, kernel_id: str) -> None:
        """Begin. The first ping goes out one interval later: nothing can have answered one before that."""
        await super().open(kernel_id)
        self.last_pong += self.ping_interval / 1000


class LeavingHandler(Guarded):
    """A page with widgets says that its reader leaves it: its kernel is not needed any more."""

    SUPPORTED_METHODS = ("POST",)

    def check_xsrf_cookie(self) -> None:
        """What a page sends on its way out carries no such token; nobody else knows the id of its kernel."""

    async def post(self, kernel_id: str) -> None:
        manager: Any = self.kernel_manager
        if kernel_id in manager:
            await manager.shutdown_kernel(kernel_id, now=True)
        self.set_status(204)


class PageHandler(Guarded):
    """Renders a page for one reader, piece by piece as its cells are executed."""

    def initialize(self, pages: Mapping[str, Page], server: PageServer) -> None:
        self.pages = pages
        self.server = server
        self._rendering: asyncio.Task[None] | None = None

    async def get(self, name: str) -> None:
        page = self.pages.get(name)
        if page is None:
            raise HTTPError(404)
        if self._was_sent_on_without_token():
            return
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", page_policy(page, nonce))
        self._rendering = self.server.begin(self._render(page, nonce))
        await asyncio.wait([self._rendering])
        if not self._rendering.cancelled():
            self._rendering.result()

    def on_connection_close(self) -> None:
        """The reader is gone, and what was being computed is not wanted any more."""
        if self._rendering is not None:
            self._rendering.cancel()

    def _was_sent_on_without_token(self) -> bool:
        """A token that came in the address is in the cookie now, and need not stay in a browser's history."""
        pairs = parse_qsl(self.request.query, keep_blank_values=True)
        kept = [(key, value) for key, value in pairs if key != "token"]
        if len(kept) == len(pairs):
            return False
        self.redirect(f"{self.request.path}?{urlencode(kept)}" if kept else self.request.path)
        return True

    async def _render(self, page: Page, nonce: str) -> None:
        kernel = ReadersKernel(self.kernel_manager, self.server.room, self.server.standby, self._told())
        keep = False
        try:
            renderer = await self._renderer(page, kernel, nonce)
            async for html, _ in renderer.generate_content_generator():
                self.write(html)
                await self.flush()
            keep = page.interactive
        except StreamClosedError:
            self.log.debug("%s: the reader left", page.name)
        finally:
            await asyncio.shield(kernel.finish(keep=keep))

    async def _renderer(self, page: Page, kernel: ReadersKernel, nonce: str) -> PageRenderer:
        server = self.server
        shared = {"base_url": self.base_url, "voila_configuration": server.voila_configuration}
        renderer = PageRenderer(
            page,
            kernel=kernel,
            request_handler=self,
            traitlet_config=server.config,
            template_paths=server.template_paths,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=get_page_config(settings=self.settings, log=self.log, **shared),
            **shared,
        )
        await renderer.initialize()
        speech = Speech(self._language())
        renderer.resources["page"] = {
            "language": "en" if speech.language == PSEUDO else speech.language,
            "speech": speech,
            "title": page.title,
            "project": server.project_name,
            "interactive": page.interactive,
            "nonce": nonce,
        }
        return renderer

    def _language(self) -> str:
        asked = self.get_query_argument("language", "")
        return asked if asked in (*LANGUAGES, PSEUDO) else self.server.language

    def _told(self) -> dict[str, str]:
        """What a page may know of its request, in the words of CGI."""
        return {
            "QUERY_STRING": self.request.query,
            "SCRIPT_NAME": self.request.path,
            "SERVER_PROTOCOL": self.request.version,
            "SERVER_SOFTWARE": "voila",
        }
