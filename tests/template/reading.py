"""Where the templates to be checked stand, and every text in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.template import Template
from workbench.template.base import Declared, Text

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path.parent for path in (ROOT / "templates").glob("*/process.toml"))
MINI = Path(__file__).parent / "procure-to-pay"


def texts(template: Template) -> Iterator[tuple[str, Text]]:
    """Every text of a template, with the place where it stands."""
    yield from _walk(template, template.process)


def _walk(value: Any, place: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, Declared):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _walk(part, f"{place}.{key}")
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _walk(part, f"{place}.{index}")
