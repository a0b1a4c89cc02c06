"""The folder that the generator writes: whole or not there, the same every time, and its project.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import WorkbenchError
from workbench.generate import PROCESSES, generate_project

from .conftest import CASES, Written


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("process", PROCESSES)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, process: str) -> None:
    for name in ("one", "two"):
        generate_project(tmp_path / name, process=process, cases=150, seed=7)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_another_seed_gives_other_events(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate_project(tmp_path / str(seed), cases=50, seed=seed)
    assert files(tmp_path / "1")["data/events.parquet"] != files(tmp_path / "2")["data/events.parquet"]


def test_the_netsuite_variant_has_the_same_data_under_its_own_process(tmp_path: Path) -> None:
    generate_project(tmp_path / "plain", process="credit-collections", cases=60)
    generate_project(tmp_path / "netsuite", process="credit-collections-netsuite", cases=60)
    plain, netsuite = files(tmp_path / "plain"), files(tmp_path / "netsuite")
    assert {name for name in plain if plain[name] != netsuite[name]} == {"project.toml", "truth.json"}
    assert b'process = "credit-collections-netsuite"' in netsuite["project.toml"]


def test_what_is_returned_is_what_was_written(tmp_path: Path) -> None:
    made = generate_project(tmp_path / "p", cases=40, seed=5)
    assert (made.directory, made.process, made.cases, made.seed) == (
        tmp_path / "p",
        "credit-collections",
        40,
        5,
    )
    assert made.events == pq.read_metadata(tmp_path / "p" / "data" / "events.parquet").num_rows


@pytest.mark.parametrize("cases", [1, 2, 9])
@pytest.mark.parametrize("process", PROCESSES)
def test_very_small_projects_are_whole_too(tmp_path: Path, process: str, cases: int) -> None:
    generate_project(tmp_path / "p", process=process, cases=cases)
    written = Written(tmp_path / "p")
    assert sum(written.truth["events"].values()) == len(written.events)
    case = written.project["sources"][0]["case"]
    assert written.events[case].nunique() == cases


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    generate_project(tmp_path / "p", cases=30, progress=lambda what, part: heard.append((what, part)))
    assert [part for _, part in heard] == sorted(part for _, part in heard)
    assert (heard[0][1], heard[-1][1]) == (0.0, 1.0)


def test_an_unknown_process_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        WorkbenchError, match=r"Unknown process 'lead-to-cahs'.*Did you mean 'lead-to-cash'\?"
    ):
        generate_project(tmp_path / "p", process="lead-to-cahs")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(("cases", "seed"), [(0, 1), (-1, 1), (True, 1), (10, -1)])
def test_sizes_and_seeds_that_make_no_sense_are_refused(tmp_path: Path, cases: int, seed: int) -> None:
    with pytest.raises(WorkbenchError, match="must be a whole number of at least"):
        generate_project(tmp_path / "p", cases=cases, seed=seed)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"not empty .*mine\.txt.*new folder"):
        generate_project(tmp_path, cases=10)
    assert files(tmp_path) == {"mine.txt": b"mine"}


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("a file", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="A file stands where the project folder should be"):
        generate_project(tmp_path / "p", cases=10)


def test_an_interrupted_run_leaves_no_file_and_does_not_bar_the_next(tmp_path: Path) -> None:
    def interrupt(_: str, part: float) -> None:
        if part:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_project(tmp_path / "p", cases=20, progress=interrupt)
    assert files(tmp_path / "p") == {}
    generate_project(tmp_path / "p", cases=20)
    assert (tmp_path / "p" / "project.toml").exists()


def test_what_a_killed_run_has_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.parquet.unfinished").write_bytes(b"half a file")
    generate_project(tmp_path, cases=20)
    assert not list(tmp_path.rglob("*.unfinished"))
    assert Written(tmp_path).events["invoice_number"].nunique() == 20


def columns_of(path: Path) -> set[str]:
    if path.suffix == ".parquet":
        return set(pq.read_schema(path).names)
    return set(path.read_text(encoding="utf-8").splitlines()[0].split(","))


def test_the_project_maps_every_column_and_none_that_is_not_there(written: Written) -> None:
    roles = {
        "events": ["case", "activity", "time", "resource"],
        "lookup": ["key"],
        "rates": ["date", "from", "rate"],
    }
    for source in written.project["sources"]:
        attributes = source.get("attributes", {}).values()
        mapped = [column if isinstance(column, str) else column["column"] for column in attributes]
        mapped += [source[role] for role in roles.get(source["kind"], [])]
        assert len(set(mapped)) == len(mapped), source["name"]
        assert set(mapped) == columns_of(written.folder / source["path"]), source["name"]


def test_every_activity_of_the_data_has_its_id_in_the_project(receivables: Written, sales: Written) -> None:
    for written in (receivables, sales):
        mapping = written.project["sources"][0]["activities"]
        assert set(written.events["activity_name"]) == set(mapping)
        assert len(set(mapping.values())) == len(mapping)


def test_money_is_exact_and_times_have_no_zone(written: Written) -> None:
    for source in written.project["sources"]:
        if source["path"].endswith(".parquet"):
            for field in pq.read_schema(written.folder / source["path"]):
                assert not pa.types.is_dictionary(field.type), field
                if field.name.endswith(("amount", "limit", "value", "fee", "price", "exposure")):
                    assert field.type == pa.decimal128(18, 2), field
                if pa.types.is_timestamp(field.type):
                    assert field.type == pa.timestamp("us"), field


def test_every_case_of_the_events_has_its_row_and_the_other_way_round(written: Written) -> None:
    events, cases = written.project["sources"][:2]
    rows = written.table(Path(cases["path"]).stem)[cases["key"]]
    assert rows.is_unique
    assert set(rows) == set(written.events[events["case"]])
    assert len(rows) == CASES


def test_importing_the_generator_loads_nothing_heavy_and_using_it_nothing_of_the_analysis(
    tmp_path: Path,
) -> None:
    code = f"""
import sys
from workbench.generate import generate_project
assert not {{"numpy", "pyarrow", "pandas"}} & set(sys.modules), "heavy import"
generate_project({str(tmp_path / "p")!r}, cases=5)
rooms = {{name.split(".")[1] for name in sys.modules if name.startswith("workbench.")}}
assert rooms <= {{"errors", "generate", "messages"}}, rooms
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
