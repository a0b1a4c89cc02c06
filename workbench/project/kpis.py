"""An analyst's own KPIs: `[kpis.X]` in project.toml, in the words that templates use, laid over the template's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import LANGUAGES, Message
from workbench.places import in_project
from workbench.template import Template
from workbench.template.load import with_kpis

__all__ = ["with_own_kpis"]

_ID = re.compile(r"[A-Za-z]\w*(\.\w+)*")
# What an own KPI may leave out: it is then context, and its name says all that is known of it.
_REPLACES = "replaces"


def with_own_kpis(template: Template, own: Mapping[str, Any]) -> Template:
    """The template with a project's own KPIs; the same template where there are none.

    A name or note may be one text instead of one in each language: it is then shown as it is written in all of them.
    An id of the template is refused unless the KPI says `replaces = true`: then what it says is laid over what the
    template says. Raises WorkbenchError naming the file, the key and the nearest word that would have been right.
    """
    if not own:
        return template
    return with_kpis(
        template, {name: _read(template, name, said) for name, said in own.items()}, where="project.toml"
    )


def _read(template: Template, name: str, said: Any) -> dict[str, Any]:
    where = in_project(f"[kpis.{name}]")
    if not isinstance(said, Mapping):
        remedy = Message("Write it as a table: {example}", example=f"[kpis.{name}]")
        raise WorkbenchError(Message("This is no KPI"), where=where, remedy=remedy)
    if not _ID.fullmatch(name):
        raise WorkbenchError(
            Message("{id!r} is no id for a KPI", id=name),
            where=where,
            remedy=Message(
                "Use letters, digits and _ with a letter first, for example {example}", example="X1"
            ),
        )
    entry = dict(said)
    replaces = entry.pop(_REPLACES, False)
    if replaces not in (True, False):
        raise WorkbenchError(
            Message("{value} is neither true nor false", value=repr(replaces)),
            where=in_project(f"[kpis.{name}] {_REPLACES}"),
            remedy=Message("Write true or false"),
        )
    if name in template.kpis and not replaces:
        raise WorkbenchError(
            Message("The template has a KPI {id} already", id=name),
            where=where,
            remedy=Message("Choose another id, or write replaces = true to change the template's"),
        )
    if replaces and name not in template.kpis:
        raise unknown_name("KPI", name, template.kpis, where=in_project(f"[kpis.{name}] {_REPLACES}"))
    for text in ("name", "note"):
        if isinstance(entry.get(text), str):
            entry[text] = _in_every_language(entry[text])
    if not replaces:
        entry.setdefault("good", "context")
        entry.setdefault("note", entry.get("name"))
    return entry


def _in_every_language(text: str) -> dict[str, Any]:
    """What an analyst writes once is said so to every reader, whatever their language; no translation is confirmed."""
    return {**dict.fromkeys(LANGUAGES, text), "reviewed": []}
