"""make demo: a project, one finished run, then the pages; a second call does only what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

# Stands for the command: notes how it was called, and leaves what the real one leaves.
WORKBENCH = r"""#!/bin/sh
echo "$*" >> calls
case $1 in
    demo) mkdir demo; touch demo/project.toml ;;
    run)
        folder=demo/runs/$(ls demo/runs 2>/dev/null | wc -l)
        mkdir -p $folder
        printf '{\n  "status": "%s",\n  "steps": [\n    {"status": "done"}\n  ]\n}\n' "${STATUS:-done}" \
            > $folder/manifest.json ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    folder: Path

    def demo(self, *arguments: str, **environment: str) -> list[str]:
        """What `make demo` called."""
        calls = self.folder / "calls"
        calls.unlink(missing_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        subprocess.run(
            ["make", "demo", *arguments],
            cwd=self.folder,
            env={**kept, **environment},
            check=True,
            capture_output=True,
        )
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    shutil.copy(root / "Makefile", tmp_path)
    for path, text in {"tools/environment": "#!/bin/sh\n", ".venv/bin/workbench": WORKBENCH}.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)
    return Checkout(tmp_path)


def test_a_second_call_serves_what_is_there(checkout: Checkout) -> None:
    assert checkout.demo() == ["demo demo", "run demo", "serve demo"]
    assert checkout.demo() == ["serve demo"]


def test_serve_0_stops_before_serving(checkout: Checkout) -> None:
    assert checkout.demo("SERVE=0") == ["demo demo", "run demo"]
    assert checkout.demo(SERVE="0") == []


def test_a_run_that_did_not_end_well_is_run_again(checkout: Checkout) -> None:
    assert checkout.demo("SERVE=0", STATUS="error") == ["demo demo", "run demo"]
    assert checkout.demo("SERVE=0") == ["run demo"]
    assert checkout.demo("SERVE=0") == []
