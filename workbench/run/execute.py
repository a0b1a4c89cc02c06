"""One notebook executed by papermill, and its outcomes told apart: done, error, dead kernel, time-out."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.messages import Message
from workbench.run.steps import Step

if TYPE_CHECKING:
    from workbench.run.kernels import Kernels

__all__ = ["Outcome", "Status", "execute"]

Status = Literal["done", "error", "kernel-died", "timed-out"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one notebook. `message` says in one line what went wrong, empty when nothing did."""

    status: Status
    seconds: float
    message: str = ""


def execute(
    step: Step,
    output: Path,
    *,
    parameters: Mapping[str, Any],
    folder: Path,
    kernels: Kernels,
    another: bool,
    timeout: float | None,
) -> Outcome:
    """Execute a step's notebook into `output`, in the working folder `folder`, by a kernel that ends with it.

    `another` has one more kernel begin to start, for the notebook after it. The outcome is that of the process,
    never read from the notebook's metadata: a notebook whose kernel was killed looks complete there. `timeout` is
    what a single cell may take, in seconds.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from workbench.run.kernels import ENGINE

    begun = time.perf_counter()
    status: Status = "done"
    message = ""
    try:
        with warnings.catch_warnings():
            # asyncio and zmq on the way out of a kernel that was killed.
            warnings.simplefilter("ignore", ResourceWarning)
            papermill.execute_notebook(
                _literal(step.notebook),
                _literal(output),
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",
                progress_bar=False,
                cwd=str(folder),
                kernel=kernels.take(another=another),
                kernels=kernels,
                timeout=timeout,
            )
    except papermill.PapermillExecutionError as error:
        status, message = "error", _of_cell(error)
    except CellTimeoutError:
        status, message = (
            "timed-out",
            Message("A call took longer than {seconds} seconds", seconds=f"{timeout:g}"),
        )
    except DeadKernelError:
        status, message = "kernel-died", Message("The kernel died: killed from outside, or out of memory")
    except RuntimeError as error:
        if "Kernel died" not in str(error):
            raise
        said = kernels.last_words()
        status = "kernel-died"
        message = (
            Message("The kernel did not start: {what}", what=said)
            if said
            else Message("The kernel did not start")
        )
    return Outcome(status, time.perf_counter() - begun, message)


def _literal(path: Path) -> str:
    """papermill fills in parameters in paths; a folder may have braces in its name."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _of_cell(error: Any) -> str:
    """An error of the workbench by its own words, any other with its class in front."""
    text = " ".join(str(error.evalue).split())
    return text if error.ename == "WorkbenchError" else f"{error.ename}: {text}"
