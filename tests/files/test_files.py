"""Hashes and atomic writes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from workbench import files


def test_sha256_is_that_of_the_whole_file_however_large(tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    path = tmp_path / "log.csv"
    path.write_bytes(data)
    assert files.sha256(path) == hashlib.sha256(data).hexdigest()


def test_an_atomic_write_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "project.toml"
    path.write_text("old", encoding="utf-8")
    files.write_text(path, "né\r\n")
    assert path.read_bytes() == "né\r\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["project.toml"]


def test_a_write_that_fails_keeps_the_old_file_and_no_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "project.toml"
    path.write_text("old", encoding="utf-8")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["project.toml"]


def test_json_is_real_json(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a.json", {"name": "é", "value": None})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"name": "é", "value": None}
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "b.json", {"value": float("nan")})
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize(("setting", "expected"), [(None, True), ("1", True), ("0", False)])
def test_one_variable_turns_caches_off(
    setting: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if setting is None:
        monkeypatch.delenv("WORKBENCH_CACHE", raising=False)
    else:
        monkeypatch.setenv("WORKBENCH_CACHE", setting)
    assert files.caching() is expected
