"""What a notebook may be told: names and types from its cell tagged `parameters`, checked before a kernel
starts.

papermill pastes parameters into code. A name that the notebook does not declare would be pasted all the same
and change nothing that anybody sees; a text where a number is due would fail deep inside a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.run.steps import Step

__all__ = ["TYPES", "Declared", "check_parameters", "declared_parameters", "parse_assignment"]

Declared = Mapping[str, Mapping[str, str]]
"""For each step's name: parameter name → the name of its type."""

TYPES = ("bool", "float", "int", "str")
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Set by the runner itself from its own arguments.
_OWN = {
    "project": Message("Name the project's folder as DIR"),
    "as_of": Message("Use --as-of DATE"),
    "language": Message("Use --language LANGUAGE"),
}
_EXPECTED = {
    "bool": Message("Give true or false"),
    "int": Message("Give a whole number"),
    "float": Message("Give a number"),
}


def parse_assignment(text: str) -> tuple[str, str]:
    """NAME=VALUE taken apart at the first equals sign; the value may hold more of them."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise WorkbenchError(
            Message("{text!r} is no parameter", text=text),
            where="-p",
            remedy=Message("Write it as NAME=VALUE"),
        )
    return name.strip(), value


def declared_parameters(steps: Sequence[Step]) -> Declared:
    """The parameters that each notebook declares, with their types."""
    import papermill

    declared: dict[str, Mapping[str, str]] = {}
    for step in steps:
        found = papermill.inspect_notebook(str(step.notebook))
        declared[step.name] = {name: entry["inferred_type_name"] for name, entry in found.items()}
    return declared


def check_parameters(given: Mapping[str, str], declared: Declared) -> dict[str, dict[str, Any]]:
    """The values of each notebook, converted to the declared types.

    Raises WorkbenchError for a name that no chosen notebook declares, with the nearest one, and for a value
    that is not of the declared type.
    """
    known = {name for parameters in declared.values() for name in parameters} - set(_OWN)
    for name in given:
        if name in _OWN:
            raise WorkbenchError(
                Message("The parameter {name!r} is set by the run itself", name=name),
                where="-p",
                remedy=_OWN[name],
            )
        if name not in known:
            raise unknown_name("parameter", name, known, where="-p")
    return {
        step: {
            name: _converted(name, given[name], type_) for name, type_ in parameters.items() if name in given
        }
        for step, parameters in declared.items()
    }


def _converted(name: str, text: str, type_: str) -> Any:
    try:
        if type_ == "bool":
            return _WORDS[text.strip().casefold()]
        if type_ == "int":
            return int(text)
        if type_ == "float":
            return _finite(float(text))
        return text
    except (ValueError, KeyError):
        raise WorkbenchError(
            Message("The parameter {name!r} cannot be {text!r}", name=name, text=text),
            where="-p",
            remedy=_EXPECTED[type_],
        ) from None


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError
    return number
