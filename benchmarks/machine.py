"""What was measured on: the machine and the versions, without any name or path of either."""

from __future__ import annotations

import os
import platform
import resource
import sys
from importlib.metadata import version

__all__ = ["RSS_UNIT", "machine", "peak_memory", "versions"]

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What getrusage counts the resident size in: macOS in bytes, Linux in KiB."""

_PACKAGES = ("duckdb", "ibis-framework", "numpy", "pandas", "pm4py", "pyarrow")


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


def machine() -> dict[str, int | str]:
    """Cores this process may use, bytes of memory, operating system and kind of processor."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "cores": usable,
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.system(),
        "processor": platform.machine(),
    }


def versions() -> dict[str, str]:
    """Of Python, of the workbench and of all that figures come from."""
    from workbench import __version__

    return {
        "python": platform.python_version(),
        "workbench": __version__,
        **{name: version(name) for name in _PACKAGES},
    }
