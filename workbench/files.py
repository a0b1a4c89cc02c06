"""Files that are either the old ones or the new ones, never a mixture: hashes, atomic writes, publishing.

What a user has prepared must survive a full disk, a pulled plug and kill -9. Everything is therefore written
beside what it replaces and becomes visible by one rename. A janitor process (`workbench._janitor`) takes away
what a killed worker leaves; the next worker takes away what a power cut leaves.

    store/manifest.json        names the generation that counts, and says what it was made from
    store/gen-3f2a…/           the prepared tables of that generation
    runs/20260630T081500Z-…/   one finished run
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from workbench import _janitor
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = [
    "Generation",
    "Held",
    "Unpublished",
    "caching",
    "hold",
    "publish_run",
    "publishing",
    "read_manifest",
    "sha256",
    "sweep",
    "write_bytes",
    "write_json",
    "write_text",
]

_MANIFEST = "manifest.json"
_LOCK = ".lock"
_PREFIX = "gen-"
_SPILL = ".spill"
_SCRATCH = ".scratch-"
_MAKE_ANEW = Message("Remove the store folder and open the project again: it is made anew")


def caching() -> bool:
    """Whether results may be kept between calls: WORKBENCH_CACHE=0 turns every cache off."""
    return os.environ.get("WORKBENCH_CACHE", "1") != "0"


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file's bytes in hexadecimal, read in pieces: a file larger than memory is fine."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_bytes(path: str | Path, data: bytes) -> None:
    """Replace a file at once: a reader sees the old bytes or the new ones, also after a power cut."""
    target = Path(path)
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(scratch, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def write_text(path: str | Path, text: str) -> None:
    """Replace a text file at once, as UTF-8 with the line ends as given."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | Path, value: Any) -> None:
    """Replace a JSON file at once, indented for human eyes. NaN is refused: it is not JSON."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def read_manifest(store: str | Path) -> dict[str, Any] | None:
    """What the store says of its current generation, or None when nothing was prepared yet.

    The key `generation` names the folder inside the store; the others are the preparer's own.
    Raises WorkbenchError when the file is there but is no manifest.
    """
    path = Path(store) / _MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest["generation"], str):
            raise TypeError
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise WorkbenchError(
            Message("The prepared log has no readable manifest"),
            where=str(path),
            remedy=_MAKE_ANEW,
        ) from error
    return dict(manifest)


class Held:
    """The current generation of a store, kept from removal for as long as this object lives.

    A log that somebody has open goes on answering from its own tables while another process prepares newer
    ones; the older ones are removed by whoever sweeps next. The process's end, however it comes, releases it
    too.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any], descriptor: int) -> None:
        self.folder = folder
        self.manifest = manifest
        self.release = weakref.finalize(self, os.close, descriptor)


def hold(store: str | Path) -> Held | None:
    """The store's current generation, held for reading, or None when nothing was prepared yet."""
    while (manifest := read_manifest(store)) is not None:
        folder = Path(store) / manifest["generation"]
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            if read_manifest(store) == manifest:
                raise WorkbenchError(
                    Message("The prepared log is incomplete: its manifest names a folder that is not there"),
                    where=str(folder),
                    remedy=_MAKE_ANEW,
                ) from None
            continue
        held = Held(folder, manifest, descriptor)
        _share(descriptor)
        # Between the reading and the lock another process may have published and removed: then look again.
        if read_manifest(store) == manifest:
            return held
        held.release()
    return None


def _share(descriptor: int) -> None:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_SH)
    except (ImportError, OSError):
        # No locks on this system or file system: reading works, only nobody can know of it.
        return


@dataclass(slots=True)
class Generation:
    """A new store in the making: write tables into `folder`, let an engine spill into `spill`, set
    `manifest`.

    `previous` is the manifest of the store as it stands, read under the lock: a second preparer finds there
    that the first has already done the work, and leaves `manifest` as None, which publishes nothing.
    """

    folder: Path
    spill: Path
    previous: dict[str, Any] | None
    manifest: Mapping[str, Any] | None = field(default=None)


@contextmanager
def publishing(store: str | Path, *, wait: float = 600.0) -> Iterator[Generation]:
    """Prepare a store aside and let it take the place of the old one by a single rename of its manifest.

    Only one process at a time prepares a store; another waits up to `wait` seconds. When the block ends well
    and has set `manifest`, the new generation counts and the older ones are removed. When it raises, or the
    process is killed at any moment, the store stays as it was and nothing is left behind.

    >>> with publishing(project / "store") as generation:              # doctest: +SKIP
    ...     write_tables(generation.folder)
    ...     generation.manifest = {"sources": hashes}
    """
    store = Path(store)
    store.mkdir(parents=True, exist_ok=True)
    with _locked(store, wait=wait):
        name = _PREFIX + secrets.token_hex(8)
        generation = Generation(store / name, store / (name + _SPILL), read_manifest(store))
        # Only folders known now, under the lock: a later preparer's folder is none of this janitor's
        # business.
        doomed = [*_generations(store), generation.folder, generation.spill]
        with _janitor_watching(store / _MANIFEST, doomed):
            generation.folder.mkdir()
            generation.spill.mkdir()
            yield generation
            if generation.manifest is not None:
                _publish(store, generation.folder, generation.manifest)


def sweep(store: str | Path) -> None:
    """Take away what a power cut left in a store. Never waits: whoever prepares meanwhile sweeps as well."""
    store = Path(store)
    manifest = read_manifest(store)
    kept = manifest["generation"] if manifest else None
    if all(folder.name == kept for folder in _generations(store)):
        return
    with suppress(Timeout), FileLock(store / _LOCK, timeout=0):
        _janitor.remove_unfinished(str(store / _MANIFEST), [str(folder) for folder in _generations(store)])


@dataclass(slots=True)
class Unpublished:
    """A run in the making: everything goes into `folder`, which becomes `target` when the block ends well."""

    folder: Path
    target: Path


@contextmanager
def publish_run(runs: str | Path, name: str) -> Iterator[Unpublished]:
    """Write a run aside and publish it as `runs/<name>` by one rename: a run is whole, or it is not there.

    Several runs may be under way at once. Raises WorkbenchError when a run of that name is there already.
    """
    runs = Path(runs)
    runs.mkdir(parents=True, exist_ok=True)
    run = Unpublished(runs / f"{_SCRATCH}{name}", runs / name)
    alive = FileLock(run.folder / _LOCK)
    nothing = run.folder / "no manifest keeps a scratch folder"
    with _janitor_watching(nothing, [run.folder]):
        with _locked(runs, wait=60.0):
            _refuse_existing(run.target)
            _sweep_runs(runs)
            run.folder.mkdir()
            # Tells the sweep of another process that this folder's writer is alive.
            alive.acquire()
        try:
            yield run
            with _locked(runs, wait=60.0):
                _refuse_existing(run.target)
                Path(alive.lock_file).unlink(missing_ok=True)
                _sync_tree(run.folder)
                run.folder.rename(run.target)
                _sync_folder(runs)
        finally:
            alive.release()


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise WorkbenchError(
            Message("There is a run of that name already"), where=str(target), remedy=Message("Run it again")
        )


def _sweep_runs(runs: Path) -> None:
    """Take away what a power cut left of a run: every scratch folder whose writer is no longer alive."""
    for scratch in runs.glob(f"{_SCRATCH}*"):
        with suppress(Timeout, OSError), FileLock(scratch / _LOCK, timeout=0):
            shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _locked(folder: Path, *, wait: float) -> Iterator[None]:
    lock = FileLock(folder / _LOCK, timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise WorkbenchError(
            Message("Another process is writing here"),
            where=str(folder),
            remedy=Message("Wait until it has ended, or end it"),
        ) from error
    try:
        yield
    finally:
        lock.release()


def _generations(store: Path) -> list[Path]:
    return sorted(folder for folder in store.glob(f"{_PREFIX}*") if folder.is_dir())


def _publish(store: Path, folder: Path, manifest: Mapping[str, Any]) -> None:
    # The new manifest waits inside its own generation, so that no temporary file ever stands in the store
    # itself.
    waiting = folder / _MANIFEST
    write_json(waiting, {"generation": folder.name, **manifest})
    _sync_tree(folder)
    _sync_folder(store)
    waiting.replace(store / _MANIFEST)
    _sync_folder(store)


@contextmanager
def _janitor_watching(manifest: Path, folders: Sequence[Path]) -> Iterator[None]:
    """Have the folders removed when the block or the process ends, all but the one the manifest names."""
    command = [sys.executable, "-I", "-S", str(Path(_janitor.__file__).resolve()), str(manifest.resolve())]
    command += [str(folder.resolve()) for folder in folders]
    janitor = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=manifest.anchor or "/",
        # A session of its own: Ctrl-C and a kill of the whole process group must not reach it.
        start_new_session=True,
    )
    assert janitor.stdin is not None
    assert janitor.stdout is not None
    try:
        # Nothing is written before the watch has begun.
        if janitor.stdout.readline() != b"ready\n":
            raise WorkbenchError(
                Message("The process that cleans up after a crash did not start"),
                where=sys.executable,
                remedy=Message("See whether the machine is out of memory or of processes, then try again"),
            )
        yield
    finally:
        # A word as well as the closing: a forked child of this process may hold the pipe open.
        with suppress(BrokenPipeError):
            janitor.stdin.write(b".")
            janitor.stdin.flush()
        janitor.stdin.close()
        janitor.stdout.close()
        janitor.wait()


def _sync_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:
                os.fsync(file.fileno())
        _sync_folder(Path(parent))


def _sync_folder(folder: Path) -> None:
    """Make renames within a folder lasting. Windows has no such call, and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
