"""The project's tools, which are commands without a suffix, as modules."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType


def loaded(root: Path, name: str) -> ModuleType:
    """The tool of that name."""
    loader = importlib.machinery.SourceFileLoader(name, str(root / "tools" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
