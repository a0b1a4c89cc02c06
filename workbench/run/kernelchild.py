"""What the fork server of kernels loads, and what each of its copies does."""

from __future__ import annotations

import os
from multiprocessing import forkserver
from typing import Any

import duckdb
import ipywidgets
from ipykernel.kernelapp import IPKernelApp

import workbench.pages.warm  # noqa: F401
from workbench.garbage import collect_seldom
from workbench.pages import PAGES

__all__ = ["become_kernel"]

# Each page by its name: what readers share costs none of them anything.
for _step in PAGES:
    PAGES[_step]
# DuckDB has one open from the first import on, with threads that a copy of this process would not have.
duckdb.default_connection().close()
# Loaded outside a kernel, ipywidgets has not said to what it answers; a page would ask for each widget on its own.
ipywidgets.register_comm_target()
collect_seldom()


def become_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be a kernel, in a working folder and an environment, until it is ended."""
    os.setsid()
    _let_go_of_the_server()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # A kernel ends when its parent does: that is the fork server, and it ends with the server of pages. The one of
    # the environment was looked up when ipykernel was loaded.
    IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _let_go_of_the_server() -> None:
    """The fork server ends when nobody holds this end of its pipe any more: a kernel must not be among those."""
    server: Any = forkserver._forkserver
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = None
