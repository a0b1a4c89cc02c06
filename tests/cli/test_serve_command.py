"""`workbench serve`: one line on stdout, and an end that is no error."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil

from tests.cli.conftest import Said

Command = Callable[..., Said]


def generated(folder: Path) -> Path:
    from workbench.generate import generate_project

    generate_project(folder / "project", process="any-process", cases=20, seed=1)
    return folder / "project"


def test_no_project(command: Command, tmp_path: Path) -> None:
    said = command("serve", tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "There is no project here" in said.err


def test_a_taken_port(command: Command, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = command("serve", generated(tmp_path), "--port", port)
    assert (said.code, said.out) == (1, "")
    assert f"Port {port} is taken" in said.err
    assert "Name another" in said.err


def test_a_port_that_is_none(command: Command, tmp_path: Path) -> None:
    assert command("serve", tmp_path, "--port", "70000").code == 2


def test_the_address_is_the_one_line_of_stdout_and_the_token_no_argument(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "WORKBENCH_TOKEN"}
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "serve", str(generated(tmp_path))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    address = urlsplit(process.stdout.readline().strip())
    (token,) = parse_qs(address.query)["token"]
    with socket.create_connection(("127.0.0.1", int(address.netloc.rpartition(":")[2]))):
        arguments = psutil.Process(process.pid).cmdline()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert address.netloc.startswith("127.0.0.1:")
    assert not any(token in argument for argument in arguments)
    assert token not in err
    assert "Traceback" not in err
