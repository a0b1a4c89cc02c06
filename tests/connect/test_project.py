"""project.toml: what is read, and how each mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.project import CasesSource, EventsSource, load_project

HEAD = 'format = 1\nprocess = "any-process"\n'
CASES = '[[sources]]\nname = "s"\npath = "s.csv"\nkind = "cases"\ncase = "id"\n'


def project(folder: Path, text: str):
    (folder / "project.toml").write_text(text, encoding="utf-8")
    return load_project(folder)


def test_defaults_are_those_of_the_documentation(tmp_path: Path) -> None:
    found = project(tmp_path, HEAD)
    assert found.name == tmp_path.name
    assert (found.language, found.currency, found.time_zone, found.as_of) == ("en", "XXX", None, None)
    assert (found.tie_order, found.calendar.weekend, found.privacy.resources) == ("source", (6, 7), "keep")
    assert found.period.from_ == 1990
    assert found.folder == tmp_path


def test_columns_may_be_written_short_or_as_tables(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        HEAD + CASES + "[sources.attributes]\n"
        'amount = "Amount"\n'
        'country = { column = "Land", type = "cat", level = "case" }\n'
        "[sources.events]\n"
        'a = "A date"\n'
        'b = { column = "B date", when = { stage = "Won", closed = true } }\n'
        'c = ["C1", "C2"]\n'
        '[sources.formats]\n"A date" = "%d/%m/%Y"\n"B date" = ["%d.%m.%y", "%d.%m.%Y"]\n',
    )
    source = found.sources[0]
    assert isinstance(source, CasesSource)
    assert source.attributes["amount"].column == "Amount"
    assert (source.attributes["country"].type, source.attributes["country"].level) == ("cat", "case")
    assert [one.column for one in source.events["c"]] == ["C1", "C2"]
    assert source.events["b"][0].when == {"stage": ("Won",), "closed": ("true",)}
    assert source.formats["A date"] == ("%d/%m/%Y",)
    assert source.formats["B date"] == ("%d.%m.%y", "%d.%m.%Y")


def test_a_source_of_events_knows_its_roles(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        HEAD + '[[sources]]\nname = "e"\npath = "e.csv"\nkind = "events"\ncase = "c"\nactivity = "a"\n'
        'time = "t"\norder = ".order"\n[sources.activities]\n"Create Fine" = "made"\n',
    )
    source = found.sources[0]
    assert isinstance(source, EventsSource)
    assert (source.order, source.duplicates) == (".order", "keep")
    ((text, (meant,)),) = source.activities.items()
    assert (text, meant.activity) == ("Create Fine", "made")


def test_nothing_of_a_project_can_be_changed(tmp_path: Path) -> None:
    found = project(tmp_path, HEAD)
    with pytest.raises(Exception, match="frozen"):
        found.name = "other"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('procces = "x"', ["Unknown key 'procces'", "Did you mean 'process'?"]),
        ('language = "e"', ["language", "Did you mean 'es'"]),
        ('time_zone = "Europe/Pari"', ["Unknown time zone 'Europe/Pari'", "Did you mean 'Europe/Paris'"]),
        ('currency = "eur"', ["'eur' is no currency code", "three capital letters"]),
        ('as_of = "2013-13-01"', ["as_of", "month"]),
        (CASES + "cas = 1", ["Unknown key 'cas'", "sources[1].cas", "Did you mean 'case'?"]),
        (CASES + 'activity = "a"', ["Unknown key 'activity'", "sources[1]"]),
        (CASES.replace('"cases"', '"case"'), ["Unknown kind 'case'", "Did you mean 'cases'?"]),
        (CASES.replace('kind = "cases"\n', ""), ["The key 'kind' is missing"]),
        (CASES.replace('case = "id"\n', ""), ["The key 'case' is missing", "sources[1].case"]),
        (CASES + CASES, ["Two sources are called 's'"]),
        (
            CASES + '[sources.attributes]\nx = { column = "X", typ = "num" }',
            ["Unknown key 'typ'", "Did you mean 'type'?", "sources[1].attributes.x"],
        ),
        (
            CASES + '[sources.attributes]\nx = { column = "X", type = "nums" }',
            ["'nums' is not possible here", "Did you mean 'num'?"],
        ),
        (CASES + '[sources.attributes]\ntime = "X"', ["'time' cannot name an attribute"]),
        (CASES + '[sources.attributes]\n"a b" = "X"', ["'a b' cannot name an attribute"]),
        (CASES + '[sources.attributes]\nx = "X"\nX = "Y"', ["but for capitals"]),
        ('[baseline]\nfrom = "2025-02-01"\nto = "2025-01-01"', ["It ends before it begins", "baseline"]),
        ("[calendar]\nweekend = [8]", ["calendar.weekend"]),
        ("[privacy]\nresources = 'drp'", ["Did you mean 'drop'?"]),
        ("name = \nx = 1", ["Not readable as TOML", "line 3"]),
    ],
)
def test_mistakes_are_told_by_file_key_and_nearest_word(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    with pytest.raises(WorkbenchError) as error:
        project(tmp_path, HEAD + text)
    told = str(error.value)
    assert str(tmp_path / "project.toml") in told
    assert "\n" not in told
    for part in expected:
        assert part in told


def test_a_folder_without_a_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="workbench new DIR"):
        load_project(tmp_path)


def test_a_path_may_name_an_environment_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = project(tmp_path, HEAD + CASES.replace("s.csv", "${WB_TEST_DATA}/s.csv"))
    monkeypatch.setenv("WB_TEST_DATA", "/elsewhere")
    assert found.path_of(found.sources[0]) == Path("/elsewhere/s.csv")
    monkeypatch.delenv("WB_TEST_DATA")
    with pytest.raises(WorkbenchError, match=r"WB_TEST_DATA, which is not set.*export WB_TEST_DATA="):
        found.path_of(found.sources[0])


def test_a_relative_path_starts_at_the_project(tmp_path: Path) -> None:
    found = project(tmp_path, HEAD + CASES.replace("s.csv", "data/s.csv"))
    assert found.path_of(found.sources[0]) == tmp_path / "data" / "s.csv"


EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/project.toml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_the_examples_are_projects(file: Path) -> None:
    found = load_project(file.parent)
    assert found.sources
    assert all(source.path.startswith("${DATA}/") for source in found.sources)
