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


def assert_fresh(tool: ModuleType) -> None:
    """The pages that a tool writes stand as it would write them now, and no others beside them."""
    wanted = tool.pages()
    stale = [
        page.name for page, text in wanted.items() if not page.exists() or page.read_text("utf-8") != text
    ]
    assert stale == []
    assert {path.name for path in tool.FOLDER.glob("*.md")} == {page.name for page in wanted}
