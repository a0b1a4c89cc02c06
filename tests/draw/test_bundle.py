"""The shipped scripts are what their sources say, hold their licences and name no registry."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TILES = "labextension/static/launcher.js"
SHIPPED = ("draw/static/layout.js", TILES, "widgets/static/map.js", "widgets/static/panel.js")
# The tiles fetch the notebooks that are installed beside them, from JupyterLab's own server.
ASKED = {TILES: ["fetch("]}


@pytest.mark.bundle
def test_the_shipped_files_are_built_from_these_sources(root: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; only who changes frontend/ needs it")
    if not (root / "frontend" / "node_modules" / "esbuild").is_dir():
        pytest.skip("the packages of frontend/ are not installed (make bundle-environment)")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=root / "frontend", check=True, timeout=120)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.js")} == set(SHIPPED)
    for name in SHIPPED:
        built, shipped = tmp_path / name, root / "workbench" / name
        assert built.read_bytes() == shipped.read_bytes(), f"{name}: make bundle, and commit what it builds"


def test_they_hold_the_licences_of_what_they_are_made_from(root: Path) -> None:
    text = "".join((root / "workbench" / name).read_text(encoding="utf-8") for name in SHIPPED)
    wanted = json.loads((root / "frontend" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in wanted.items():
        assert f"{name} {version} (" in text
    assert "Permission is hereby granted, free of charge" in text


@pytest.mark.parametrize("name", SHIPPED)
def test_it_asks_nobody(root: Path, name: str) -> None:
    text = (root / "workbench" / name).read_text(encoding="utf-8")
    found = re.findall(
        r"https?://[^\s\"')]+|\bfetch\(|XMLHttpRequest|importScripts|\beval\(|Math\.random", text
    )
    # Names of what SVG and XHTML are, which nobody asks for.
    assert [place for place in found if not place.startswith("http://www.w3.org/")] == ASKED.get(name, [])


def test_versions_are_exact_and_no_registry_is_named(root: Path) -> None:
    package = json.loads((root / "frontend" / "package.json").read_text(encoding="utf-8"))
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock = (root / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
