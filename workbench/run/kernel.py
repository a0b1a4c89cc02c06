"""The kernel of a run or a served page: this very Python, whatever kernels a user has under the same name."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

__all__ = ["OwnKernel", "OwnSpecs"]


class OwnSpecs(KernelSpecManager):
    """Answers every name with the Python that runs the workbench."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            # Frozen modules only trouble the debugger; the history file is shared by every kernel of a user,
            # and a run has no use for it.
            argv=[
                sys.executable,
                "-Xfrozen_modules=off",
                "-m",
                "ipykernel_launcher",
                "--HistoryManager.enabled=False",
                "-f",
                "{connection_file}",
            ],
            display_name="Python 3",
            language="python",
        )

    def get_all_specs(self) -> dict[str, Any]:
        """The one kernel that there is."""
        spec = self.get_kernel_spec("python3").to_dict()
        return {"python3": {"resource_dir": "", "spec": spec}}


class OwnKernel(AsyncKernelManager):
    """Starts the Python that runs the workbench: the one in which it is installed.

    What notebooks print is theirs. What the kernel's process itself says, warnings about its sockets for
    instance, would only get between the one line on stdout and the one line on stderr that monitoring reads.
    """

    @default("kernel_spec_manager")
    def _own_spec(self) -> Any:
        return OwnSpecs(parent=self)

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        return await super()._async_pre_start_kernel(
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
        )
