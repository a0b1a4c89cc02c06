"""The server: nothing without the token, with it the pages and nothing else, and nobody runs code in a kernel."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.serving import Answer, Browser, Server, serving
from workbench.errors import WorkbenchError
from workbench.run import prepare_serving
from workbench.run.forked import can_fork

TOKEN = "a-token-for-these-tests"
PAGES = {
    "shown": [
        "import os\nfrom IPython.display import HTML, display",
        "display(HTML('<p id=q>%s</p>' % os.environ['QUERY_STRING']))",
        "print(os.environ['WORKBENCH_PROJECT'], 'WORKBENCH_TOKEN' in os.environ)",
        "import sys; print('noise', file=sys.stderr)",
    ],
    "failing": ["print('before')", "secret_place = 1 / 0", "print('the-rest')"],
    "sleeping": ["print('begun')", "import time; time.sleep(600)"],
    "widgets": ["import ipywidgets", "ipywidgets.IntSlider(value=3)"],
}
# A user's own Jupyter, set up to be as open as it can be.
OPEN = {
    "Voila": {"token": "", "ip": "0.0.0.0", "open_browser": True},
    "PageServer": {"token": "", "ip": "0.0.0.0"},
    "VoilaConfiguration": {
        "show_tracebacks": True,
        "strip_sources": False,
        "allow_template_override": "YES",
        "allow_theme_override": "YES",
        "template": "lab",
        "file_allowlist": [".*"],
    },
    "IdentityProvider": {"token": ""},
    "TokenProvider": {"token": ""},
    "MappingKernelManager": {"allowed_message_types": []},
}
FORBIDDEN = [
    "/voila/render/shown.ipynb",
    "/voila/render/no-such.ipynb",
    "/voila/render/shown.py",
    "/voila/render/",
    "/voila/render/../../../../../../etc/passwd",
    "/voila/render/..%2f..%2f..%2fetc%2fpasswd.ipynb",
    "/voila/tree",
    "/voila/tree/",
    "/voila/files/shown.ipynb",
    "/voila/files/../project/project.toml",
    "/voila/api/contents/",
    "/voila/api/shutdown/00000000-0000-0000-0000-000000000000",
    "/voila/api/themes/index.css",
    "/voila/static/voila.js",
    "/voila/static/..%2f..%2f..%2fconf.json",
    "/voila/labextensions/x",
    "/voila/templates/lab/static/voila.js",
    "/voila/templates/workbench/index.html.j2",
    "/static/favicon.ico",
    "/files/shown.ipynb",
    "/api/contents",
    "/api/kernels",
    "/api/kernelspecs",
    "/api/sessions",
    "/api/terminals",
    "/api/kernels/00000000-0000-0000-0000-000000000000",
    "/api/kernels/00000000-0000-0000-0000-000000000000/channels",
    "/login",
    "/logout",
    "/lab",
    "/tree",
    "/favicon.ico",
]
# With the token these are answered, because pages with widgets need them.
NEEDED = {"/voila/render/shown.ipynb", "/voila/static/voila.js"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from workbench.generate import generate_project

    folder = tmp_path_factory.mktemp("served") / "project"
    generate_project(folder, process="any-process", cases=20, seed=1)
    return folder


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    for name, cells in PAGES.items():
        content = new_notebook(
            cells=[new_markdown_cell("# Heading"), *(new_code_cell(cell) for cell in cells)],
            metadata={"voila": {"template": "lab"}, "kernelspec": {"name": "other", "display_name": "other"}},
        )
        nbformat.write(content, folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def start(project: Path, notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Starts a server of pages by name, as a user whose own Jupyter is wide open."""
    home = tmp_path_factory.mktemp("home")
    for name in ("voila", "jupyter_server_config", "jupyter_config"):
        (home / f"{name}.json").write_text(json.dumps(OPEN), encoding="utf-8")
    template = home / "data" / "voila" / "templates" / "workbench"
    template.mkdir(parents=True)
    (template / "index.html.j2").write_text("somebody else's template", encoding="utf-8")

    def begin(*names: str, **options: Any) -> Any:
        pages = [f"{notebooks / name}.ipynb" + ("+" if name == "widgets" else "") for name in names]
        return serving(
            project,
            *pages,
            log=tmp_path_factory.mktemp("log") / "stderr",
            JUPYTER_CONFIG_DIR=str(home),
            JUPYTER_DATA_DIR=str(home / "data"),
            WORKBENCH_TOKEN=TOKEN,
            **options,
        )

    return begin


@pytest.fixture(scope="module")
def server(start: Callable[..., Any]) -> Iterator[Server]:
    with start("shown", "failing", "sleeping", "widgets") as running:
        yield running


@pytest.fixture(scope="module")
def shown(server: Server) -> Answer:
    return server.reader().ask("/voila/render/shown.ipynb?language=fr&template=lab&theme=dark&x=1")


def eventually(holds: Callable[[], bool], *, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


# ---------------------------------------------------------------------- the token
@pytest.mark.parametrize("path", ["/", *FORBIDDEN])
def test_without_the_token_there_is_nothing(server: Server, path: str) -> None:
    stranger = server.stranger()
    for answer in (
        stranger.ask(path),
        stranger.ask(path, Authorization="token wrong"),
        stranger.ask(f"{path}?token=wrong"),
        stranger.ask(f"{path}?token="),
        stranger.ask(path, method="POST", data=b"x"),
    ):
        assert answer.status in (403, 405)
        assert "Set-Cookie" not in answer.headers
        assert "any-process" not in answer.body
        assert "Heading" not in answer.body


@pytest.mark.parametrize("path", [path for path in FORBIDDEN if path not in NEEDED])
def test_with_the_token_there_are_the_pages_and_nothing_else(server: Server, path: str) -> None:
    answer = server.reader().ask(path)
    assert answer.status in (404, 405)
    assert "root:" not in answer.body
    assert "process" not in answer.body


def test_the_token_opens_once_and_a_cookie_goes_on(server: Server) -> None:
    reader = server.stranger()
    first = reader.ask(f"/?token={TOKEN}")
    assert (first.status, first.headers["Location"]) == (302, "/voila/render/shown.ipynb")
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert TOKEN not in cookie
    assert reader.ask("/").status == 302
    with_token = reader.ask(f"/voila/render/shown.ipynb?language=fr&token={TOKEN}")
    assert (with_token.status, with_token.headers["Location"]) == (
        302,
        "/voila/render/shown.ipynb?language=fr",
    )


def test_a_cookie_made_by_somebody_else_opens_nothing(server: Server) -> None:
    name = "username-" + server.base.removeprefix("http://").replace(".", "-").replace(":", "-")
    assert (
        server.stranger().ask("/", Cookie=f'{name}="2|1:0|10:1|{len(name)}:{name}|4:e30=|00"').status == 403
    )


def test_only_this_machine_is_answered_by_name(server: Server) -> None:
    assert server.reader().ask("/", Host="workbench.example:80").status == 403
    with socket.create_connection(("127.0.0.1", int(server.base.rpartition(":")[2]))) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


# ---------------------------------------------------------------------- a page
def test_a_page(shown: Answer, project: Path) -> None:
    assert shown.status == 200
    assert '<html lang="fr">' in shown.body
    assert "<title>" in shown.body
    assert "Heading" in shown.body
    assert "language=fr&template=lab&theme=dark&x=1" in shown.body
    assert f"{project.resolve()} False" in shown.body, "the project by environment, and not the token"


def test_sources_and_noise_stay_away_and_no_template_comes_in(shown: Answer) -> None:
    for hidden in ("import os", "QUERY_STRING", "noise", 'class="jp-', "somebody else's template", "<script"):
        assert hidden not in shown.body


def test_a_browser_may_load_nothing_from_elsewhere(shown: Answer) -> None:
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in shown.headers
    for elsewhere in ("https://", "http://", "//cdn"):
        assert elsewhere not in shown.body


@pytest.mark.parametrize(
    ("asked", "language"), [("zh", "zh"), ("pseudo", "en"), ('fr"><script>', "en"), ("de", "en")]
)
def test_the_language_is_one_of_the_four(server: Server, asked: str, language: str) -> None:
    from urllib.parse import quote

    answer = server.reader().ask(f"/voila/render/failing.ipynb?language={quote(asked)}")
    assert f'<html lang="{language}">' in answer.body
    assert "<script" not in answer.body


def test_a_failure_is_a_sentence_to_the_reader_and_a_traceback_in_the_log(server: Server) -> None:
    answer = server.reader().ask("/voila/render/failing.ipynb")
    assert answer.status == 200
    assert "This page could not be finished" in answer.body
    assert "before" in answer.body
    for hidden in ("the-rest", "ZeroDivision", "secret_place", "Traceback"):
        assert hidden not in answer.body
    log = server.log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert "\x1b" not in log
    assert TOKEN not in log


# ---------------------------------------------------------------------- kernels
@contextmanager
def asking(server: Server, page: str, *, until: bytes) -> Iterator[None]:
    """Somebody in the middle of a page: its beginning has come, its end never will."""
    cookie = cookie_of(server.reader())
    host, port = server.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        asked = f"GET /voila/render/{page}.ipynb HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        connection.sendall(asked.encode())
        received = b""
        while until not in received:
            received += connection.recv(65536)
        yield


def waiting(server: Server) -> psutil.Process:
    """The one kernel that is ready for the next reader."""
    assert eventually(lambda: len(server.kernels()) == 1)
    return server.kernels()[0]


def test_a_kernel_is_ready_before_anybody_asks_and_is_told_what_the_reader_asks(
    start: Callable[..., Any],
) -> None:
    with start("shown") as server:
        first = waiting(server)
        # What is told is a text, whatever is asked: no quote in it ends it.
        body = server.reader().ask("/voila/render/shown.ipynb?language=fr&q='%22;import%20os;'").body
        assert "<p id=q>language=fr&q='%22;import%20os;'</p>" in body
        assert eventually(lambda: not first.is_running())
        assert waiting(server).pid != first.pid
        assert "<p id=q>language=zh</p>" in server.reader().ask("/voila/render/shown.ipynb?language=zh").body


def test_a_page_without_widgets_leaves_no_kernel_and_needs_no_script(start: Callable[..., Any]) -> None:
    with start("shown", "sleeping") as server:
        kernel = waiting(server)
        assert server.reader().ask("/voila/render/shown.ipynb").status == 200
        assert eventually(lambda: not kernel.is_running())
        assert waiting(server).pid != kernel.pid
        assert server.reader().ask("/voila/static/voila.js").status == 404
        assert server.end(signal.SIGINT) == 0


def test_a_reader_who_leaves_takes_the_kernel_along(start: Callable[..., Any]) -> None:
    with start("sleeping") as server:
        kernel = waiting(server)
        with asking(server, "sleeping", until=b"begun"):
            assert kernel.is_running()
        assert eventually(lambda: not kernel.is_running())
        assert "sleeping" not in server.log.read_text(encoding="utf-8"), "a reader who leaves is no error"


def test_an_idle_kernel_is_ended_and_the_end_of_the_server_leaves_no_process(
    start: Callable[..., Any],
) -> None:
    with start("widgets", "sleeping", idle_minutes=0.15) as server:
        used = waiting(server)
        assert server.reader().ask("/voila/render/widgets.ipynb").status == 200
        assert eventually(lambda: not used.is_running())
        kernel = waiting(server)
        time.sleep(12)
        assert kernel.is_running(), "the one that waits for a reader is not idle"
        with asking(server, "sleeping", until=b"begun"):
            assert server.end(signal.SIGTERM) == 0
            assert not kernel.is_running()
        assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.mark.skipif(not can_fork(), reason="kernels are not forked here")
def test_readers_share_what_every_page_loads(start: Callable[..., Any]) -> None:
    with start("widgets") as server:
        kernel = waiting(server)
        nursery = kernel.parent()
        assert nursery is not None
        assert nursery.ppid() == server.process.pid
        # A copy has only one of the threads, and all locks as the others held them.
        assert nursery.num_threads() == 1
        own, seen = kernel.memory_full_info().uss, kernel.memory_full_info().rss
        assert own < seen / 2, "most of what it has loaded is not its own"
        assert server.reader().ask("/voila/render/widgets.ipynb").status == 200
        assert eventually(lambda: len(server.kernels()) == 2)
        assert {found.ppid() for found in server.kernels()} == {nursery.pid}


def test_a_server_that_is_killed_leaves_no_process(start: Callable[..., Any]) -> None:
    with start("widgets", "sleeping") as server:
        waiting(server)
        assert server.reader().ask("/voila/render/widgets.ipynb").status == 200
        assert eventually(lambda: len(server.kernels()) == 2)
        processes = psutil.Process(server.process.pid).children(recursive=True)
        server.process.kill()
        assert eventually(lambda: not any(found.is_running() for found in processes))


# ---------------------------------------------------------------------- the widgets' messages
def kernel_of(page: str) -> str:
    marked = page.partition('type="application/json"')[2].partition(">")[2].partition("</script>")[0]
    return str(json.loads(marked)["kernelId"])


def message(kind: str, channel: str, content: dict[str, Any]) -> str:
    header = {"msg_id": f"{kind}-1", "msg_type": kind, "session": "s", "username": "u", "version": "5.3"}
    return json.dumps(
        {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": channel,
            "buffers": [],
        }
    )


CHANNELS = "/api/kernels/{}/channels?session_id=s"


def cookie_of(reader: Browser) -> str:
    return "; ".join(f"{found.name}={found.value}" for found in reader.cookies)


def greeting(server: Server, kernel: str, **headers: str) -> int:
    """The status with which a WebSocket's first request is answered."""
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
        "Sec-WebSocket-Version": "13",
    }
    with closing(HTTPConnection(server.base.removeprefix("http://"), timeout=60)) as connection:
        connection.request("GET", CHANNELS.format(kernel), headers={**handshake, **headers})
        return connection.getresponse().status


def test_a_reader_runs_no_code(server: Server, tmp_path: Path) -> None:
    reader = server.reader()
    kernel = kernel_of(reader.ask("/voila/render/widgets.ipynb").body)
    code = f"open({str(tmp_path / 'run')!r}, 'w')"
    execution = {"code": code, "silent": False, "user_expressions": {"x": code}, "allow_stdin": False}
    refused = [
        ("execute_request", "shell", execution),
        ("execute_request", "control", execution),
        ("debug_request", "control", {"command": "evaluate", "arguments": {"expression": code}}),
        ("complete_request", "shell", {"code": "ipy", "cursor_pos": 3}),
        ("inspect_request", "shell", {"code": "open", "cursor_pos": 4, "detail_level": 1}),
        ("history_request", "shell", {"hist_access_type": "tail", "n": 9, "raw": True, "output": True}),
        ("interrupt_request", "control", {}),
        ("shutdown_request", "control", {"restart": False}),
        ("input_reply", "stdin", {"value": code}),
    ]

    async def talk() -> set[str]:
        heard: set[str] = set()
        url = server.base.replace("http", "ws", 1) + CHANNELS.format(kernel)
        connection = await websocket_connect(HTTPRequest(url, headers={"Cookie": cookie_of(reader)}))
        for kind, channel, content in refused:
            await connection.write_message(message(kind, channel, content))
        await connection.write_message(message("comm_info_request", "shell", {}))
        while "comm_info_reply" not in heard:
            text = await asyncio.wait_for(connection.read_message(), 30)
            assert text is not None
            heard.add(json.loads(text)["header"]["msg_type"])
        connection.close()
        while await asyncio.wait_for(connection.read_message(), 30) is not None:
            continue
        return heard

    heard = asyncio.run(talk())
    assert not {kind.replace("request", "reply") for kind, _, _ in refused} & heard
    assert "execute_input" not in heard
    assert not (tmp_path / "run").exists()
    assert reader.ask(f"/api/kernels/{kernel}").status == 200
    assert reader.ask(f"/api/kernels/{kernel}", method="DELETE").status in (403, 405)
    assert reader.ask(f"/api/kernels/{kernel}/restart", method="POST", data=b"").status in (403, 404, 405)


def test_a_kernel_answers_for_all_its_widgets_at_once(server: Server) -> None:
    reader = server.reader()
    kernel = kernel_of(reader.ask("/voila/render/widgets.ipynb").body)

    async def states() -> dict[str, Any]:
        url = server.base.replace("http", "ws", 1) + CHANNELS.format(kernel)
        connection = await websocket_connect(HTTPRequest(url, headers={"Cookie": cookie_of(reader)}))
        comm = {"comm_id": "all", "target_name": "jupyter.widget.control", "data": {}}
        opening = json.loads(message("comm_open", "shell", comm)) | {"metadata": {"version": "1.0.0"}}
        await connection.write_message(json.dumps(opening))
        asking = {"comm_id": "all", "data": {"method": "request_states"}}
        await connection.write_message(message("comm_msg", "shell", asking))
        while True:
            told = json.loads(await asyncio.wait_for(connection.read_message(), 30))
            assert told["msg_type"] != "comm_close", "nothing answers there"
            if told["msg_type"] == "comm_msg":
                connection.close()
                return dict(told["content"]["data"]["states"])

    sliders = [found for found in asyncio.run(states()).values() if found["model_name"] == "IntSliderModel"]
    assert [slider["state"]["value"] for slider in sliders] == [3]


def test_no_other_site_and_no_stranger_talks_to_a_kernel(server: Server) -> None:
    reader = server.reader()
    kernel = kernel_of(reader.ask("/voila/render/widgets.ipynb").body)
    cookie = cookie_of(reader)
    assert greeting(server, kernel) == 403
    assert greeting(server, kernel, Cookie=cookie, Origin="http://elsewhere.example") == 403
    assert greeting(server, kernel, Cookie=cookie, Origin=server.base) == 101


def test_a_page_that_is_left_says_so_and_its_kernel_ends(start: Callable[..., Any]) -> None:
    with start("widgets") as server:
        process = waiting(server)
        reader = server.reader()
        kernel = kernel_of(reader.ask("/voila/render/widgets.ipynb").body)
        leaving = f"/voila/api/shutdown/{kernel}"
        assert server.stranger().ask(leaving, method="POST", data=b"").status == 403
        assert process.is_running()
        for _ in range(2):
            assert reader.ask(leaving, method="POST", data=b"", Origin="null").status == 204
        assert eventually(lambda: not process.is_running())


def test_a_page_with_widgets_loads_from_this_server_only(server: Server) -> None:
    answer = server.reader().ask("/voila/render/widgets.ipynb")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    for elsewhere in ("https://", "http://", "//cdn"):
        assert elsewhere not in answer.body


# ---------------------------------------------------------------------- before it begins
def test_a_taken_port_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError, match=rf"Port {port} is taken \(--port\)\. Name another"):
            prepare_serving(project, port=port, pages={})


def test_a_token_that_can_be_guessed_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_TOKEN", "short")
    with pytest.raises(WorkbenchError, match="WORKBENCH_TOKEN"):
        prepare_serving(project, pages={})


def test_the_token_is_random_or_taken_out_of_the_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
    tokens = set()
    for _ in range(2):
        prepared = prepare_serving(project, pages={})
        prepared.listener.close()
        tokens.add(prepared.token)
    assert len(tokens) == 2
    assert all(len(token) > 40 for token in tokens)
    monkeypatch.setenv("WORKBENCH_TOKEN", TOKEN)
    prepared = prepare_serving(project, pages={})
    with prepared.listener:
        assert prepared.address.endswith(f"/?token={TOKEN}")
    assert "WORKBENCH_TOKEN" not in os.environ


def test_no_project_no_server(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="There is no project here"):
        prepare_serving(tmp_path, pages={})


def test_a_page_that_stays_open_keeps_its_connection(server: Server) -> None:
    """The first ping goes out after 30 seconds; nobody who answers it is taken for gone."""
    reader = server.reader()
    kernel = kernel_of(reader.ask("/voila/render/widgets.ipynb").body)
    address = server.base.replace("http", "ws", 1) + CHANNELS.format(kernel)
    request = HTTPRequest(address, headers={"Cookie": cookie_of(reader), "Origin": server.base})

    async def ended() -> bool:
        connection = await websocket_connect(request)
        try:
            async with asyncio.timeout(33):
                while await connection.read_message() is not None:
                    pass
        except TimeoutError:
            return False
        finally:
            connection.close()
            await asyncio.sleep(0.5)
        return True

    assert not asyncio.run(ended())
    assert "ping timeout" not in server.log.read_text(encoding="utf-8")
