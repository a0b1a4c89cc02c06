"""Parameters are checked by name and type before any kernel starts."""

from __future__ import annotations

import pytest

from workbench.errors import WorkbenchError
from workbench.run import Step, all_steps, choose_steps, parse_assignment
from workbench.run.parameters import TYPES, check_parameters, declared_parameters

DECLARED = {
    "1_connect": {"project": "str", "as_of": "str"},
    "3_measure": {
        "project": "str",
        "as_of": "str",
        "limit": "int",
        "share": "float",
        "open": "bool",
        "by": "str",
    },
}


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"limit": "12"}, 12),
        ({"share": "0.5"}, 0.5),
        ({"open": "no"}, False),
        ({"open": "TRUE"}, True),
        ({"by": "a=b"}, "a=b"),
        ({"by": ""}, ""),
    ],
)
def test_a_value_takes_the_declared_type_and_goes_only_where_it_is_declared(
    given: dict[str, str], value: object
) -> None:
    checked = check_parameters(given, DECLARED)
    assert checked == {"1_connect": {}, "3_measure": {next(iter(given)): value}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"limt": "3"}, r"Unknown parameter 'limt' \(-p\)\. Did you mean 'limit'\?"),
        ({"zzz": "3"}, r"Unknown parameter 'zzz' \(-p\)\. Known: by, limit, open, share\."),
        ({"limit": "3.5"}, r"'limit' cannot be '3\.5' \(-p\)\. Give a whole number\."),
        ({"share": "nan"}, r"'share' cannot be 'nan' \(-p\)\. Give a number\."),
        ({"open": "maybe"}, r"'open' cannot be 'maybe' \(-p\)\. Give true or false\."),
        ({"project": "x"}, r"'project' is set by the run itself \(-p\)\. Name the project's folder as DIR\."),
        ({"as_of": "x"}, r"'as_of' is set by the run itself \(-p\)\. Use --as-of DATE\."),
        ({"language": "x"}, r"'language' is set by the run itself \(-p\)\. Use --language LANGUAGE\."),
    ],
)
def test_a_wrong_name_or_value_is_an_error_with_a_remedy(given: dict[str, str], message: str) -> None:
    with pytest.raises(WorkbenchError, match=message):
        check_parameters(given, DECLARED)


def test_a_value_may_hold_equals_signs_and_a_name_must_be_there() -> None:
    assert parse_assignment("by=a=b") == ("by", "a=b")
    for text in ("by", "=1", " =1"):
        with pytest.raises(WorkbenchError, match="NAME=VALUE"):
            parse_assignment(text)


def test_the_notebooks_declare_only_types_that_can_be_checked() -> None:
    declared = declared_parameters(all_steps())
    assert list(declared) == [step.name for step in all_steps()]
    for parameters in declared.values():
        assert {"project", "as_of"} <= set(parameters)
        assert set(parameters.values()) <= set(TYPES)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1-6", [1, 2, 3, 4, 5, 6]), ("3", [3]), ("5,1-2", [1, 2, 5]), (" 2 - 3 ", [2, 3]), ("4,4", [4])],
)
def test_steps_are_chosen_by_number(text: str, numbers: list[int]) -> None:
    assert [step.number for step in choose_steps(text, all_steps())] == numbers


@pytest.mark.parametrize("text", ["", "0", "7", "1-7", "3-1", "x", "1,", "1--2", "-1"])
def test_other_texts_name_no_steps(text: str) -> None:
    with pytest.raises(WorkbenchError, match=r"names no steps .*Write numbers from 1 to 6"):
        choose_steps(text, all_steps())


def test_the_six_steps_are_the_six_notebooks() -> None:
    names = ["1_connect", "2_discover", "3_measure", "4_diagnose", "5_improve", "6_monitor"]
    assert [step.name for step in all_steps()] == names
    assert all(isinstance(step, Step) and step.notebook.is_file() for step in all_steps())
