"""One list of packages: pyproject.toml says it, environment.yml and the locks repeat it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

# Where conda-forge names a package otherwise than the Python index.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "ibis-framework": "ibis-duckdb",  # the package that brings ibis-framework and its duckdb backend
    "jupyter-server": "jupyter_server",
    "jupyterlab-widgets": "jupyterlab_widgets",
    "playwright": "playwright-python",
    "tzdata": "python-tzdata",
}


def declared(root: Path, *, extras: tuple[str, ...] = (), base: bool = True) -> dict[str, str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"]) if base else []
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    requirements = [Requirement(line) for line in lines]
    assert len({requirement.name for requirement in requirements}) == len(requirements)
    return {canonicalize_name(item.name): ",".join(sorted(map(str, item.specifier))) for item in requirements}


def test_environment_yml_names_the_same_packages_with_the_same_bounds(root: Path) -> None:
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    lines = [line for line in conda["dependencies"] if isinstance(line, str)]
    (by_pip,) = [line["pip"] for line in conda["dependencies"] if isinstance(line, dict)]
    listed = dict([*line.split(maxsplit=1), ""][:2] for line in lines)
    listed |= {item.name: str(item.specifier) for item in map(Requirement, by_pip)}
    python = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "requires-python"
    ]
    assert listed.pop("python") == python
    assert listed.pop("pip") == ""
    found = {name: ",".join(sorted(bounds.split(","))) for name, bounds in listed.items()}
    expected = {
        CONDA_NAMES.get(name, name): bounds for name, bounds in declared(root, extras=("test",)).items()
    }
    assert found == expected


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ()),
        ("requirements-test.lock", ("test",)),
        ("requirements-spark.lock", ("spark",)),
    ],
)
def test_the_lock_pins_everything_declared_and_names_no_index(
    root: Path, lock: str, extras: tuple[str, ...]
) -> None:
    text = (root / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE)
    pinned: dict[str, list[Version]] = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = Requirement(line)
            (pin,) = requirement.specifier
            assert pin.operator == "==", line
            pinned.setdefault(canonicalize_name(requirement.name), []).append(Version(pin.version))
    # Spark comes on top of what the others pin.
    for name, bounds in declared(root, extras=extras, base="spark" not in extras).items():
        assert name in pinned, f"{name} is declared and not in {lock}: run make lock"
        for version in pinned[name]:
            assert Requirement(f"{name}{bounds}").specifier.contains(version), f"{name} {version} in {lock}"


def test_both_locks_pin_the_same_versions(root: Path) -> None:
    def pins(lock: str) -> set[str]:
        lines = (root / lock).read_text(encoding="utf-8").splitlines()
        return {line.strip() for line in lines if line and not line.lstrip().startswith("#")}

    missing = {line.partition(" ")[0] for line in pins("requirements.lock")}
    missing -= {line.partition(" ")[0] for line in pins("requirements-test.lock")}
    assert not missing
