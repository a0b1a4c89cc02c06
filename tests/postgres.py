"""A PostgreSQL of the tests' own, in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def binaries() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian keeps them."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own, in a folder that goes with it, reached by a socket only."""
    place = binaries()
    if place is None:
        pytest.skip("PostgreSQL's server is not installed (initdb, pg_ctl)")
    # A server refuses to run as root; and a socket's path must be short.
    user = "postgres" if os.geteuid() == 0 else None
    prefix = ["runuser", "-u", user, "--"] if user else []
    with tempfile.TemporaryDirectory(prefix="pg") as text:
        folder = Path(text)
        if user:
            shutil.chown(folder, user)

        def call(*command: str | Path) -> None:
            subprocess.run([*prefix, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)

        data, log = folder / "data", folder / "log"
        call(place / "initdb", "--pgdata", data, "--auth", "trust", "--username", "workbench", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        call(place / "pg_ctl", "--pgdata", data, "--log", log, "--wait", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://workbench:${{NO_PASSWORD}}@/postgres?host={folder}"
        finally:
            call(place / "pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")
