"""The shipped layout is what its sources say, holds its licence and names no registry."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SHIPPED = Path("workbench/draw/static/layout.js")


@pytest.mark.bundle
def test_the_shipped_file_is_built_from_these_sources(root: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; only who changes frontend/ needs it")
    if not (root / "frontend" / "node_modules" / "esbuild").is_dir():
        pytest.skip("the packages of frontend/ are not installed (make bundle-environment)")
    built = tmp_path / "layout.js"
    subprocess.run([node, "build.mjs", str(built)], cwd=root / "frontend", check=True, timeout=120)
    assert built.read_bytes() == (root / SHIPPED).read_bytes(), "make bundle, and commit what it builds"


def test_it_holds_the_licence_of_what_it_is_made_from(root: Path) -> None:
    text = (root / SHIPPED).read_text(encoding="utf-8")
    wanted = json.loads((root / "frontend" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in wanted.items():
        assert f"{name} {version} (MIT)" in text
    assert "Permission is hereby granted, free of charge" in text


def test_it_asks_nobody(root: Path) -> None:
    text = (root / SHIPPED).read_text(encoding="utf-8")
    found = re.findall(
        r"https?://[^\s\"')]+|\bfetch\(|XMLHttpRequest|importScripts|\beval\(|Math\.random", text
    )
    assert found == []


def test_versions_are_exact_and_no_registry_is_named(root: Path) -> None:
    package = json.loads((root / "frontend" / "package.json").read_text(encoding="utf-8"))
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock = (root / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
