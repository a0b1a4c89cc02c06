"""A store is the old one or the new one: whoever raises, is killed, or comes second."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from workbench import files
from workbench.errors import WorkbenchError


def publish(store: Path, text: str) -> None:
    with files.publishing(store) as generation:
        (generation.folder / "events.parquet").write_text(text, encoding="utf-8")
        generation.manifest = {"text": text}


def content(store: Path) -> dict[str, bytes]:
    return {str(path.relative_to(store)): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def folders(store: Path) -> list[str]:
    return sorted(path.name for path in store.iterdir() if path.is_dir())


def current(store: Path) -> str:
    manifest = files.read_manifest(store)
    assert manifest is not None
    return str(manifest["generation"])


def wait_until(what: str, is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, f"waited 10 s in vain for: {what}"
        time.sleep(0.01)


def test_the_first_and_the_second_generation(tmp_path: Path) -> None:
    store = tmp_path / "store"
    publish(store, "first")
    first = current(store)
    publish(store, "second")
    assert current(store) != first
    assert folders(store) == [current(store)]
    manifest = files.read_manifest(store)
    assert manifest == {"generation": current(store), "text": "second"}
    assert (store / current(store) / "events.parquet").read_text(encoding="utf-8") == "second"
    assert not (store / current(store) / "manifest.json").exists()


def test_nothing_prepared_yet(tmp_path: Path) -> None:
    assert files.read_manifest(tmp_path) is None
    assert files.hold(tmp_path) is None


def test_an_error_while_preparing_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    before = content(tmp_path)

    def fails() -> None:
        with files.publishing(tmp_path) as generation:
            (generation.folder / "events.parquet").write_text("half", encoding="utf-8")
            (generation.spill / "spilt").write_text("half", encoding="utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fails()
    assert content(tmp_path) == before
    assert folders(tmp_path) == [current(tmp_path)]


def test_the_second_preparer_sees_the_work_of_the_first_and_publishes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    before = content(tmp_path)
    with files.publishing(tmp_path) as generation:
        assert generation.previous is not None
        assert generation.previous["text"] == "first"
    assert content(tmp_path) == before


def test_two_preparers_come_one_after_the_other(tmp_path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()
    seen: list[object] = []

    def slow() -> None:
        with files.publishing(tmp_path) as generation:
            inside.set()
            assert go_on.wait(10)
            generation.manifest = {"text": "slow"}

    def waiting() -> None:
        with files.publishing(tmp_path) as generation:
            seen.append(generation.previous)

    threads = [threading.Thread(target=slow), threading.Thread(target=waiting)]
    threads[0].start()
    assert inside.wait(10)
    with (
        pytest.raises(WorkbenchError, match="Another process is writing here"),
        files.publishing(tmp_path, wait=0.05),
    ):
        pass
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert [manifest["text"] for manifest in seen if isinstance(manifest, dict)] == ["slow"]


def test_a_reader_keeps_its_generation_and_a_later_sweep_removes_it(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    held = files.hold(tmp_path)
    assert held is not None
    publish(tmp_path, "second")
    assert (held.folder / "events.parquet").read_text(encoding="utf-8") == "first"
    files.sweep(tmp_path)
    assert held.folder.is_dir()
    held.release()
    files.sweep(tmp_path)
    assert not held.folder.exists()
    assert folders(tmp_path) == [current(tmp_path)]


def test_what_a_power_cut_left_goes_at_the_next_sweep(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    before = content(tmp_path)
    for name in ("gen-0000000000000000", "gen-0000000000000000.spill"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.parquet").write_text("half", encoding="utf-8")
    files.sweep(tmp_path)
    assert content(tmp_path) == before
    assert folders(tmp_path) == [current(tmp_path)]


def test_a_sweep_keeps_out_of_the_way_of_a_preparer(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    with files.publishing(tmp_path) as generation:
        files.sweep(tmp_path)
        assert generation.folder.is_dir()


@pytest.mark.parametrize("damage", ["{", "[]", '{"text": 1}', '{"generation": 3}'])
def test_a_damaged_manifest_is_named_and_nothing_is_removed_on_a_guess(tmp_path: Path, damage: str) -> None:
    publish(tmp_path, "first")
    generation = current(tmp_path)
    (tmp_path / "manifest.json").write_text(damage, encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"manifest.*manifest\.json.*Remove the store folder"):
        files.read_manifest(tmp_path)
    with pytest.raises(WorkbenchError, match="manifest"):
        publish(tmp_path, "second")
    assert (tmp_path / generation / "events.parquet").is_file()


def test_a_manifest_without_its_folder_says_so(tmp_path: Path) -> None:
    files.write_json(tmp_path / "manifest.json", {"generation": "gen-gone"})
    with pytest.raises(WorkbenchError, match="names a folder that is not there"):
        files.hold(tmp_path)


WORKER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from workbench import files

    with files.publishing(Path(sys.argv[1])) as generation:
        print("begun", flush=True)
        for number in range(40):
            (generation.folder / f"part-{number}.parquet").write_bytes(b"n" * 50_000)
            (generation.spill / f"spilt-{number}").write_bytes(b"s" * 50_000)
            time.sleep(0.001)
        generation.manifest = {"text": "new"}
    """
)


def test_kill_9_at_twenty_random_points_leaves_the_old_store_or_the_whole_new_one(
    tmp_path: Path, root: Path
) -> None:
    """The worker is killed between its first write and its end, sometimes amid the publishing itself."""
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    kept_old = 0
    for point in range(20):
        store = tmp_path / f"store-{point}"
        publish(store, "old")
        before = content(store)
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(store)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, 0.1))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        wait_until(f"the janitor (seed {seed})", lambda store=store: folders(store) == [current(store)])
        manifest = files.read_manifest(store)
        assert manifest is not None
        if manifest["text"] == "old":
            kept_old += 1
            assert content(store) == before
        else:
            parts = sorted(name.split("/")[-1] for name in content(store) if "part-" in name)
            assert parts == sorted(f"part-{number}.parquet" for number in range(40))
        assert sorted(path.name for path in store.iterdir()) == sorted(
            [".lock", current(store), "manifest.json"]
        )
    assert kept_old > 0, f"no kill came in time (seed {seed}): the test shows nothing"


def test_a_store_killed_while_it_was_first_made_is_no_store(tmp_path: Path, root: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()
    wait_until("the janitor", lambda: folders(tmp_path) == [])
    assert files.read_manifest(tmp_path) is None
