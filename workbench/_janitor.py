"""The janitor: a tiny process that outlives its worker and takes away what the worker left unfinished.

Nobody can tidy up after kill -9 except somebody else. A worker that writes a store or a run therefore starts
this file as a process of its own and holds the other end of its standard input. When the worker is gone,
whether it ended well, raised, or was killed, the pipe closes and the janitor removes every folder it was told
of, except the one that the manifest names and those that somebody still reads. It imports nothing but the
standard library, so that it starts within a few hundredths of a second and can never fail on the packages of
a project.

    python -I -S _janitor.py MANIFEST FOLDER [FOLDER ...]

MANIFEST may be a file that does not exist: then nothing is kept.
"""

from __future__ import annotations

import json
import os
import sys

__all__ = ["kept_generation", "main", "remove_unfinished"]


def kept_generation(manifest: str) -> str | None:
    """The name of the folder that a manifest publishes, or None where there is no manifest."""
    try:
        with open(manifest, encoding="utf-8") as file:
            name = json.load(file)["generation"]
    except FileNotFoundError:
        return None
    return str(name)


def remove_unfinished(manifest: str, folders: list[str]) -> None:
    """Remove the folders, except the one that the manifest names and those in use.

    A manifest that cannot be read keeps everything: to remove on a guess could remove the store itself.
    """
    import shutil

    try:
        kept = kept_generation(manifest)
    except (OSError, ValueError, KeyError, TypeError):
        return
    for folder in folders:
        if os.path.basename(folder) != kept and not _in_use(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: str) -> bool:
    """Whether a reader holds the folder by a shared lock (`workbench.files.hold`)."""
    try:
        import fcntl
    except ImportError:
        # Windows: a file that is open there cannot be removed in any case.
        return False
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        # A file system without locks: readers could not hold it either.
        return False
    finally:
        os.close(descriptor)
    return False


def main(arguments: list[str]) -> None:
    """Say that the watch has begun, wait for the worker's end, then clean."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.buffer.read(1)
    remove_unfinished(arguments[0], arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
