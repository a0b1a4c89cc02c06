"""Chromium as the browser tests and the pictures of the documentation use it: headless, and silent by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    sync_playwright,
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A kernel starts, a log is opened and figures are computed before a page is there, on a machine busy with tests.
PATIENCE = 180_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """All that the tabs of a context ask for, and all that they complain of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> Watch:
        """Begin, before the first tab is opened."""
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("page", self._on_page)
        return self

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_websocket)
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_websocket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    @property
    def foreign(self) -> list[str]:
        """What was asked of any host but this machine; what a page holds itself, and a file, is asked of none."""
        asked = {address: urlsplit(address) for address in self.requests}
        return [address for address, parts in asked.items() if parts.hostname not in (None, "127.0.0.1")]

    def check(self) -> None:
        """Something was asked for, nothing of it elsewhere; nothing was complained of, and no dialog opened."""
        assert self.requests, "nothing was recorded"
        assert not self.foreign, f"a page reached out to another host: {self.foreign}"
        told = "\n".join(self.complaints)
        assert not told, f"a page complained in the browser's console: {told}"
        assert not self.dialogs, "a page opened a dialog"
