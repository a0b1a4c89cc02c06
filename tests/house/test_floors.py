"""The house: a module imports only from floors below its own, and a step never a later step."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# Each floor lists its rooms; a room is a module or a package directly under workbench/. Where a floor has an
# order, a room may also import those before it on the same floor; elsewhere rooms of one floor do not meet.
FLOORS: list[tuple[str, list[str]]] = [
    (
        "ordered",
        [
            "messages",
            "places",
            "errors",
            "faults",
            "_janitor",
            "files",
            "filesets",
            "escape",
            "sql",
            "garbage",
            "i18n",
        ],
    ),
    ("apart", ["generate"]),
    ("ordered", ["template", "historyplace", "project", "log", "rules"]),
    ("ordered", ["connect", "discover", "measure", "diagnose", "improve", "monitor"]),
    ("apart", ["draw"]),
    ("ordered", ["opening", "records", "measured", "ownkpis", "api"]),
    ("ordered", ["widgets", "pages", "run"]),
    (
        "ordered",
        [
            "cli_output",
            "cli_options",
            "cli_project",
            "cli_figures",
            "cli_history",
            "cli_serve",
            "cli",
            "__main__",
        ],
    ),
]
# The generator makes data for the analysis to be judged by: it uses the ground floor, the door uses it.
GENERATOR_MAY_USE = {"messages", "places", "errors", "_janitor", "files", "escape", "i18n"}
GENERATOR_USED_BY_FLOOR = 7


def floor_of(room: str) -> int:
    for number, (_, rooms) in enumerate(FLOORS):
        if room in rooms:
            return number
    raise AssertionError(f"workbench/{room} stands on no floor: give it one in tests/house/test_floors.py")


def may_import(room: str, other: str) -> bool:
    if room == other:
        return True
    if room == "generate":
        return other in GENERATOR_MAY_USE
    if other == "generate":
        return floor_of(room) == GENERATOR_USED_BY_FLOOR
    if floor_of(room) == floor_of(other):
        kind, rooms = FLOORS[floor_of(room)]
        return kind == "ordered" and rooms.index(other) < rooms.index(room)
    return floor_of(other) < floor_of(room)


def imported_rooms(source: str, package: str, rooms: set[str]) -> Iterator[tuple[int, str]]:
    """Every room of workbench that a module's text imports, wherever in the text, as (line, room)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] != "workbench" or name == "workbench.__version__":
                continue
            # A name that is no room comes from the package itself, which stands for the public interface.
            yield node.lineno, parts[1] if len(parts) > 1 and parts[1] in rooms else "api"


def modules(root: Path) -> list[Path]:
    return sorted((root / "workbench").rglob("*.py"))


def room_of(path: Path, root: Path) -> str:
    return path.relative_to(root / "workbench").parts[0].removesuffix(".py")


def test_imports_go_down(root: Path) -> None:
    rooms = {room_of(path, root) for path in modules(root)} - {"__init__"}
    breaches = []
    for path in modules(root):
        room = room_of(path, root)
        if room == "__init__":
            continue  # the door to the public interface: tests/house/test_light.py watches over it
        package = ".".join(path.relative_to(root).parent.parts)
        for line, other in imported_rooms(path.read_text(encoding="utf-8"), package, rooms):
            if not may_import(room, other):
                breaches.append(f"{path.relative_to(root)}:{line} imports {other}")
    assert not breaches


def test_every_room_has_a_floor(root: Path) -> None:
    for path in modules(root):
        if room_of(path, root) != "__init__":
            floor_of(room_of(path, root))


ROOMS = {"errors", "files", "log", "connect", "discover", "api", "cli", "generate"}


@pytest.mark.parametrize(
    ("package", "text", "expected"),
    [
        ("workbench.connect", "from workbench.log.raw import RawLog", ["log"]),
        ("workbench.connect", "def f():\n    import workbench.api", ["api"]),
        ("workbench.connect", "from ..log import raw", ["log"]),
        ("workbench.connect", "from .csv import read", ["connect"]),
        ("workbench.connect", "from .. import cli", ["cli"]),
        ("workbench", "from workbench import files", ["files"]),
        ("workbench.log", "import workbench as wb", ["api"]),
        ("workbench.log", "from workbench import __version__", []),
        ("workbench.log", "from workbench import open", ["api"]),
        ("workbench.log", "import pandas, json\nfrom pathlib import Path", []),
    ],
)
def test_the_reader_of_imports_sees_every_way_of_writing_them(
    package: str, text: str, expected: list[str]
) -> None:
    assert [room for _, room in imported_rooms(text, package, ROOMS)] == expected


@pytest.mark.parametrize(
    ("room", "other", "allowed"),
    [
        ("log", "template", True),
        ("template", "log", False),
        ("measure", "discover", True),
        ("discover", "measure", False),
        ("log", "connect", False),
        ("draw", "api", False),
        ("api", "monitor", True),
        ("generate", "files", True),
        ("generate", "template", False),
        ("measure", "generate", False),
        ("cli_project", "generate", True),
        ("run", "api", True),
        ("files", "errors", True),
        ("errors", "files", False),
    ],
)
def test_the_rules_of_the_house(room: str, other: str, allowed: bool) -> None:
    assert may_import(room, other) is allowed
