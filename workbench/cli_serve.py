"""The command that serves a project's pages."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli_options import Folder
from workbench.cli_output import say, watching

__all__ = ["serve"]


def serve(
    folder: Folder,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, metavar="N", help="Any free one otherwise.", show_default=False),
    ] = None,
    idle_minutes: Annotated[
        float,
        typer.Option(min=1, metavar="N", help="After so long without use a page's kernel is ended."),
    ] = 10.0,
) -> None:
    """Show the notebooks as pages to readers, on this machine only.

    Prints the address on stdout. The token in it opens the pages and nothing else does; WORKBENCH_TOKEN sets
    it, otherwise it is new each time. Ctrl-C ends the server.
    """
    from workbench.run import prepare_serving

    with watching() as progress:
        serving = prepare_serving(folder, port=port, progress=progress)
    serving.run(idle_minutes=idle_minutes, ready=_tell)


def _tell(address: str) -> None:
    typer.echo(address)
    say("Open this address in a browser. Ctrl-C ends the server.")
