"""A changed program in the place of the one that is imported: a function at a time, or a module as it is imported."""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

__all__ = ["changed_functions", "changed_on_import"]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


@contextmanager
def changed_functions(file: Path, tree: ast.Module, first: int) -> Iterator[None]:
    """The function that begins on a line of a file does what the changed program says, wherever it is held."""
    whole = compile(tree, str(file), "exec", dont_inherit=True)
    (other,) = [code for code in _codes(whole) if code.co_firstlineno == first and code is not whole][:1]
    gc.unfreeze()  # what is frozen is not listed
    held = [
        found
        for found in gc.get_objects()
        if isinstance(found, FunctionType)
        and found.__code__.co_filename == str(file)
        and found.__code__.co_firstlineno == first
        and found.__code__.co_name == other.co_name
    ]
    assert held, f"nothing begins at {file}:{first}"
    before = [found.__code__ for found in held]
    for found in held:
        found.__code__ = other
    try:
        yield
    finally:
        for found, code in zip(held, before, strict=True):
            found.__code__ = code


class changed_on_import(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):  # noqa: N801 - used as a function
    """Gives one module, when it is first imported, as the changed program says."""

    def __init__(
        self, name: str, file: Path, tree: ast.Module, ran: Callable[[int], object] | None = None
    ) -> None:
        self.name, self.file, self.tree, self.ran = name, file, tree, ran
        assert name not in sys.modules, f"{name} was imported too early"
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        package = self.file.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(self.file), is_package=package)
        if package:
            spec.submodule_search_locations = [str(self.file.parent)]
        return spec

    def get_filename(self, _: str) -> str:
        return str(self.file)

    def get_data(self, _: str) -> bytes:
        return self.file.read_bytes()

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__file__"] = str(self.file)
        vars(module)["__ran__"] = self.ran
        exec(compile(self.tree, str(self.file), "exec", dont_inherit=True), vars(module))  # noqa: S102 - our own
