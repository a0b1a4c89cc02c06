"""Filters that a project keeps under names, in its project.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from workbench.discover.conditions.base import Condition
from workbench.discover.conditions.kinds import conditions_of
from workbench.errors import WorkbenchError, unknown_name
from workbench.files import write_text
from workbench.messages import Message
from workbench.places import at_key
from workbench.project import load_project

__all__ = ["delete_filter", "rename_filter", "save_filter", "saved_filters"]

Saved = Mapping[str, tuple[Condition, ...]]


def saved_filters(
    tables: Mapping[str, Any], *, where: str = "project.toml"
) -> dict[str, tuple[Condition, ...]]:
    """The filters of `[[filters.NAME]]` by name. WorkbenchError names file, filter and number of the condition."""
    return {name: conditions_of(list(found), where=_place(where, name)) for name, found in tables.items()}


def save_filter(
    folder: str | Path,
    name: str,
    conditions: Iterable[Condition | Mapping[str, Any]],
    *,
    replace: bool = False,
) -> Saved:
    """Keep a filter under a name in the project; answers all that are kept.

    The rest of project.toml stays as its author wrote it, comments included. Raises WorkbenchError for a name that is
    taken (unless `replace`), for a filter without any condition, and for a condition that is none.
    """
    wanted = conditions_of(list(conditions), where=_place("project.toml", name))
    if not name.strip():
        raise WorkbenchError(
            Message("The filter has no name"),
            where="filters",
            remedy=Message("Give it one that says what it keeps"),
        )
    if not wanted:
        raise WorkbenchError(
            Message("The filter has no condition"),
            where=_place("project.toml", name),
            remedy=Message("Add at least one"),
        )

    def change(filters: Any) -> None:
        if name in filters and not replace:
            raise WorkbenchError(
                Message("There is a filter called {name!r} already", name=name),
                where=_place("project.toml", name),
                remedy=Message("Choose another name, or delete that one first"),
            )
        filters[name] = _tables(wanted)

    return _changed(folder, change)


def delete_filter(folder: str | Path, name: str) -> Saved:
    """Take a filter out of the project; answers those that are left. Raises WorkbenchError for an unknown name."""

    def change(filters: Any) -> None:
        _known(filters, name)
        del filters[name]

    return _changed(folder, change)


def rename_filter(folder: str | Path, name: str, to: str) -> Saved:
    """Call a filter of the project otherwise. Raises WorkbenchError for an unknown name, and for one that is taken."""

    def change(filters: Any) -> None:
        _known(filters, name)
        if not to.strip():
            raise WorkbenchError(
                Message("The filter has no name"),
                where="filters",
                remedy=Message("Give it one that says what it keeps"),
            )
        if to in filters and to != name:
            raise WorkbenchError(
                Message("There is a filter called {name!r} already", name=to),
                where=_place("project.toml", to),
                remedy=Message("Choose another name, or delete that one first"),
            )
        # Each in its place: a name is the key of a table, and keys keep their order.
        kept = [(to if key == name else key, conditions_of(filters[key].unwrap())) for key in list(filters)]
        for key in list(filters):
            del filters[key]
        for key, conditions in kept:
            filters[key] = _tables(conditions)

    return _changed(folder, change)


def _known(filters: Any, name: str) -> None:
    if name not in filters:
        raise unknown_name("filter", name, filters, where="project.toml")


def _place(where: str, name: str) -> Message:
    return at_key(where, f"[[filters.{name}]]")


def _tables(conditions: Iterable[Condition]) -> Any:
    """Conditions as project.toml writes them: it has no null, so a missing value is said by `missing = true`."""
    array = tomlkit.aot()
    for condition in conditions:
        table = tomlkit.table()
        for key, value in condition.record().items():
            if isinstance(value, list) and None in value:
                table.add(key, [one for one in value if one is not None])
                table.add("missing", True)
            else:
                table.add(key, value)
        array.append(table)
    return array


def _changed(folder: str | Path, change: Any) -> Saved:
    """Change the filters in project.toml, which is replaced at once or left as it is."""
    path = load_project(folder).folder / "project.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    try:
        filters = document.get("filters")
        if filters is None:
            filters = tomlkit.table(is_super_table=True)
            change(filters)
            document.append("filters", filters)
        else:
            change(filters)
            if not filters:
                del document["filters"]
    except TOMLKitError as error:
        raise WorkbenchError(
            Message("Not readable as TOML: {fault}", fault=str(error)),
            where=str(path),
            remedy=Message("Mend the line it names"),
        ) from error
    text = tomlkit.dumps(document)
    write_text(path, text)
    project = load_project(folder)
    return saved_filters(project.filters, where=str(path))
