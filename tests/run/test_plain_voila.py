"""The notebooks need no server of ours: plain `voila notebooks/` shows them as well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.serving import asked, free_port


def test_voila_shows_a_page_of_the_named_project_in_the_language_of_the_address(
    tmp_path: Path, root: Path
) -> None:
    from workbench.generate import generate_project

    generate_project(tmp_path / "project", process="any-process", cases=20, seed=1)
    port = free_port()
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "WORKBENCH_PROJECT": str(tmp_path / "project"),
    }
    command = ["-m", "voila", "notebooks/", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=root, env=environment, stdout=log, stderr=log
        )
        try:
            page = asked(f"http://127.0.0.1:{port}/voila/render/6_monitor.ipynb?language=fr", seconds=180)
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert "Surveiller" in page
    assert "6_monitor.ipynb?language=zh" in page, "the other languages are one link away"
    assert "There was an error" not in page
