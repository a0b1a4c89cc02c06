"""The command line `workbench`: figures and notebooks of a project without opening one.

Results go to stdout, everything else to stderr. Exit codes: 0 well; 1 something a user can mend, said in one
line with its remedy; 2 the command was not understood; 3 a fault of the workbench itself; 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from workbench import cli_figures, cli_history, cli_project, cli_serve
from workbench.cli_output import complain
from workbench.errors import WorkbenchError
from workbench.garbage import collect_seldom

__all__ = ["app", "main", "run"]

_INTERRUPTED = 130

app = typer.Typer(
    name="workbench",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)

app.command("templates")(cli_project.templates)
app.command("template")(cli_project.template)
app.command("new")(cli_project.new)
app.command("demo")(cli_project.demo)
app.command("check")(cli_figures.check)
app.command("kpis")(cli_figures.kpis)
app.command("compare")(cli_figures.compare)
app.command("problems")(cli_figures.problems)
app.command("map")(cli_figures.map_)
app.command("variants")(cli_figures.variants)
app.command("cases")(cli_figures.cases)
app.command("rules")(cli_figures.rules)
app.command("run")(cli_project.run)
app.command("history")(cli_history.history)
app.command("serve")(cli_serve.serve)


@app.callback(invoke_without_command=True)
def workbench(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """An open process-mining workbench: from event data to figures one can trust.

    Begin with `workbench demo DIR`, or with `workbench new DIR --process ID --source FILE`.
    """
    if version:
        from workbench import __version__

        typer.echo(f"workbench {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    collect_seldom()
    code = run(arguments)
    # What is left goes with the process: to look through it for cycles takes a third of a second.
    gc.freeze()
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is said in one line on stderr."""
    try:
        outcome = app(args=arguments, prog_name="workbench", standalone_mode=False)
    except typer.TyperException as error:
        message = error.format_message()
        complain(f"{message}{'' if message.endswith(('.', '?')) else '.'} See: {_help_command(error)}")
        return error.exit_code
    except WorkbenchError as error:
        complain(str(error))
        return 1
    except OSError as error:
        complain(_of_the_system(error))
        return 1
    except Exception as error:  # noqa: BLE001 - the last door: no user ever sees a traceback unasked
        complain(_of_ours(error))
        return 3
    if outcome == _INTERRUPTED:
        complain("Interrupted. Nothing was left half done.")
    return outcome if isinstance(outcome, int) else 0


def _help_command(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'workbench'} --help"


def _of_the_system(error: OSError) -> str:
    what = (error.strerror or type(error).__name__).rstrip(".")
    remedy = (
        "Free some space and try again"
        if error.errno == errno.ENOSPC
        else "See whether it is there and yours to use"
    )
    return str(WorkbenchError(what, where=str(error.filename) if error.filename else None, remedy=remedy))


def _of_ours(error: Exception) -> str:
    if os.environ.get("WORKBENCH_DEBUG") == "1":
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return (
        f"A fault of the workbench itself: {type(error).__name__}: {error} ({place}). "
        "Set WORKBENCH_DEBUG=1, run it again and report what it prints."
    )
