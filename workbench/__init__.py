"""An open process-mining workbench: from a project folder to figures one can trust.

>>> import workbench as wb
>>> log = wb.open("demo")          # doctest: +SKIP
>>> log.kpis()                     # doctest: +SKIP

Importing the package loads nothing heavy: pandas, DuckDB and the rest come with the first name that needs
them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.api import Log, data_template, load, new, open, templates
    from workbench.errors import Finding, WorkbenchError
    from workbench.measure.own import kpi
    from workbench.pages import page
    from workbench.widgets.explore import explore

__all__ = [
    "Finding",
    "Log",
    "WorkbenchError",
    "__version__",
    "data_template",
    "explore",
    "kpi",
    "load",
    "new",
    "open",
    "page",
    "templates",
]

__version__ = "0.1.0"

_HOMES = {
    "Finding": "workbench.errors",
    "Log": "workbench.api",
    "WorkbenchError": "workbench.errors",
    "data_template": "workbench.api",
    "explore": "workbench.widgets.explore",
    "kpi": "workbench.measure.own",
    "load": "workbench.api",
    "new": "workbench.api",
    "open": "workbench.api",
    "page": "workbench.pages",
    "templates": "workbench.api",
}


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}") from None
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
