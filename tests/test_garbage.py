"""What a process of the workbench's own does about its memory: looks seldom for garbage, and gives back what it had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A hundred megabytes in pieces of which every tenth stays: what is free lies between what is used.
HOLES = """
from pathlib import Path
from workbench.garbage import give_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

pieces = [bytes([n % 256]) * 100_000 for n in range(1_000)]
pieces = pieces[::10]
before = held()
give_back()
print(before - held())
"""


def said(program: str, root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is asked to give back")
def test_memory_that_nothing_needs_goes_back_to_the_machine(root: Path) -> None:
    assert int(said(HOLES, root)) > 50_000_000


def test_a_process_that_looks_seldom_still_looks(root: Path) -> None:
    program = """
import gc, weakref
from workbench.garbage import collect_seldom

class Ring:
    pass

collect_seldom()
ring = Ring()
ring.own = ring
gone = weakref.ref(ring)
del ring
kept = [[] for _ in range(60_000)]
print(gone() is None, gc.get_freeze_count() > 0)
"""
    assert said(program, root) == "True True"
