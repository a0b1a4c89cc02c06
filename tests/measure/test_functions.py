"""The KPI functions are listed with the reason why no words say them; a template names none that is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import loaded


def test_the_page_of_functions_is_what_they_say(root: Path) -> None:
    """Renew it with tools/functions. In a process of its own: KPIs of a project's code are functions as well."""
    checked = subprocess.run([sys.executable, root / "tools" / "functions", "--check"], check=False, cwd=root)
    assert checked.returncode == 0


def test_every_function_serves_a_kpi(root: Path) -> None:
    assert "KPIs: none" not in (root / "docs" / "functions.md").read_text("utf-8")


def test_a_function_without_a_reason_is_refused(root: Path) -> None:
    tool = loaded(root, "functions")
    assert tool._parts("f", "What.\n\nMore. No words say\nit. And more.") == (
        "What.",
        "More. And more.",
        "No words say it.",
    )
    with pytest.raises(SystemExit, match="No words"):
        tool._parts("f", "What.\n\nMore.")
