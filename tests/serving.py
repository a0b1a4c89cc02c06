"""A server for tests: the real one in a process of its own, on pages that a test writes or on the workbench's own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil

# Serves the pages named after the project: NAME.ipynb, or NAME.ipynb+ for one with widgets.
PROGRAM = """
import sys
from pathlib import Path
from workbench.i18n import Message
from workbench.run import Page, prepare_serving
project, idle, *names = sys.argv[1:]
paths = [Path(name.removesuffix("+")) for name in names]
pages = {path.stem: Page(path, Message("Measure"), interactive=name.endswith("+"))
         for path, name in zip(paths, names, strict=True)}
prepare_serving(project, pages=pages or None).run(
    idle_minutes=float(idle), ready=lambda address: print(address, flush=True)
)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asked(address: str, *, seconds: float) -> str:
    """The page at an address, once somebody answers there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=seconds) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@dataclass(frozen=True)
class Answer:
    """What came back: a redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass
class Browser:
    """Somebody who asks, and keeps cookies."""

    base: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def ask(self, path: str, *, method: str = "GET", data: bytes | None = None, **headers: str) -> Answer:
        request = urllib.request.Request(self.base + path, method=method, data=data, headers=headers)
        opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect(), urllib.request.ProxyHandler({})
        )
        try:
            with opener.open(request, timeout=120) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())


@dataclass
class Server:
    """A running server. `log` is the file that its stderr goes to."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    @property
    def base(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.address).query)["token"][0]

    def stranger(self) -> Browser:
        """Somebody without the token."""
        return Browser(self.base)

    def reader(self) -> Browser:
        """Somebody who opened the printed address."""
        browser = Browser(self.base)
        assert browser.ask(f"/?token={self.token}").status == 302
        return browser

    def kernels(self) -> list[psutil.Process]:
        """Of all processes under the server those that lead a session: not what makes kernels, and looks after them."""
        return [child for child in psutil.Process(self.process.pid).children(recursive=True) if _leads(child)]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def _leads(process: psutil.Process) -> bool:
    try:
        return os.getsid(process.pid) == process.pid
    except ProcessLookupError:
        return False


@contextmanager
def serving(
    project: Path, *pages: Path | str, log: Path, idle_minutes: float = 10, **environment: str
) -> Iterator[Server]:
    """Serve a project's pages, or the given ones, until the block ends."""
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(project), str(idle_minutes), *map(str, pages)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, **environment},
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, log.read_text(encoding="utf-8")
            yield Server(process, address, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=30)
            process.stdout.close()
