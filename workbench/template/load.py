"""Reading a template folder: its files as one, what it extends, and every name checked before use."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workbench.errors import WorkbenchError, did_you_mean, unknown_name
from workbench.faults import fault_of
from workbench.messages import Message
from workbench.places import at_key
from workbench.template.check import check_references
from workbench.template.kpis import KPI
from workbench.template.model import Template
from workbench.template.words import TEST_WORDS

__all__ = [
    "TemplateSummary",
    "load_template",
    "load_template_folder",
    "template_folders",
    "template_summaries",
    "with_kpis",
]

# Tables whose entries are named by their key: the key becomes the entry's `id`.
_KEYED = (
    "attributes",
    "activities",
    "pairs",
    "ledgers",
    "derived",
    "tables",
    "rules",
    "kpis",
    "challenges",
    "goals",
    "segments",
    "filters",
    "comparisons",
    "levers",
)
_KPI_OF: TypeAdapter[KPI] = TypeAdapter(KPI)
# Fields of a KPI that another one like it does not inherit: they say what is its own.
_OWN = ("name", "note", "target")


def template_folders() -> dict[str, Path]:
    """Where each template stands: the project's `templates/`, and every folder of WORKBENCH_TEMPLATES."""
    package = Path(__file__).resolve().parent.parent
    roots = [package.parent / "templates", package / "_templates"]
    roots += [Path(part) for part in os.environ.get("WORKBENCH_TEMPLATES", "").split(os.pathsep) if part]
    folders: dict[str, Path] = {}
    for root in roots:
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / "process.toml").is_file():
                    folders[folder.name] = folder
    return folders


def load_template(process: str) -> Template:
    """The template of a process by its id.

    Raises WorkbenchError naming the file, the place and the nearest known word when the id or anything in
    the template is not known.

    >>> load_template("any-process").case.id
    'case_id'
    """
    folders = template_folders()
    if process not in folders:
        raise unknown_name("process template", process, folders)
    return load_template_folder(folders[process])


def load_template_folder(folder: str | Path) -> Template:
    """A template from any folder, for a process of one's own."""
    folder = Path(folder)
    stamp = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.toml")))
    return _load(folder, stamp)


@lru_cache(maxsize=32)
def _load(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Template:
    raw = _resolved(folder, ())
    for table in _KEYED:
        entries = raw.get(table, {})
        if not isinstance(entries, Mapping):
            raise WorkbenchError(
                Message("[{table}] must be a table of named entries", table=table), where=str(folder)
            )
        raw[table] = {
            key: {**value, "id": key} if isinstance(value, Mapping) else value
            for key, value in entries.items()
        }
    raw["kpis"] = {key: _like(key, raw["kpis"], folder, ()) for key in raw["kpis"]}
    try:
        template = Template.model_validate(raw)
    except ValidationError as error:
        raise _readable(error, folder) from error
    check_references(template, where=str(folder))
    return template


def with_kpis(template: Template, own: Mapping[str, Mapping[str, Any]], *, where: str) -> Template:
    """A template with more KPIs, each said as a template's file says it; one of an id at hand is laid over that.

    They may be `like` each other and like the template's. `where` is the file that says them. Raises WorkbenchError
    for an unknown word or name, as for a template.
    """
    said = {key: kpi.model_dump(by_alias=True, exclude_unset=True) for key, kpi in template.kpis.items()}
    raw = {key: {**_merge(said.get(key, {}), entry), "id": key} for key, entry in own.items()}
    whole = {**said, **raw}
    found = {}
    for key in raw:
        entry = _like(key, whole, Path(where), ())
        try:
            found[key] = _KPI_OF.validate_python(entry)
        except ValidationError as error:
            raise _readable(error, Path(where), at=("kpis", key)) from error
    extended = template.model_copy(update={"kpis": {**template.kpis, **found}})
    check_references(extended, where=where)
    return extended


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """A line of `workbench templates`."""

    id: str
    name: str
    extends: str | None
    activities: int
    rules: int
    kpis: int


def template_summaries() -> list[TemplateSummary]:
    """All templates at hand, for `workbench templates`."""
    found = []
    for process in sorted(template_folders()):
        template = load_template(process)
        found.append(
            TemplateSummary(
                id=process,
                name=template.name.en,
                extends=template.extends,
                activities=len(template.activities),
                rules=len({rule.group or rule.id for rule in template.rules.values()}),
                kpis=len(template.kpis),
            )
        )
    return found


def _resolved(folder: Path, chain: tuple[str, ...]) -> dict[str, Any]:
    """The raw tables of a folder, laid over those of the template that it extends."""
    raw = _files_as_one(folder)
    parent = raw.get("extends")
    if parent is None:
        return raw
    if parent in chain:
        circle = " > ".join((*chain, parent))
        raise WorkbenchError(Message("Templates extend each other in a circle: {circle}", circle=circle))
    siblings = {path.name: path for path in folder.parent.iterdir() if (path / "process.toml").is_file()}
    folders = template_folders() | siblings
    if parent not in folders:
        raise unknown_name(
            "process template", parent, folders, where=at_key(folder / "process.toml", "extends")
        )
    return _merge(_resolved(folders[parent], (*chain, parent)), raw)


def _files_as_one(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = Message("Not readable as TOML: {fault}", fault=str(error))
            raise WorkbenchError(message, where=str(path)) from error
        for key, value in tables.items():
            if key in merged and not (isinstance(value, dict) and isinstance(merged[key], dict)):
                raise WorkbenchError(Message("{key!r} is said in two files", key=key), where=str(path))
            both = merged.get(key, {}).keys() & value.keys() if isinstance(value, dict) else ()
            if both:
                table = f"[{key}.{min(both)}]"
                raise WorkbenchError(Message("{table} is said in two files", table=table), where=str(path))
            merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Keyed tables merge by key, so that one line overrides one value; lists and values are replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _like(key: str, kpis: Mapping[str, Any], folder: Path, chain: tuple[str, ...]) -> Any:
    """A KPI with the fields of the one it is like; its own name, note and target are never inherited."""
    own = kpis[key]
    if not isinstance(own, Mapping) or "like" not in own:
        return own
    model = own["like"]
    if model not in kpis or model in chain:
        raise unknown_name("KPI", str(model), set(kpis) - {key}, where=at_key(folder, f"[kpis.{key}] like"))
    base = _like(model, kpis, folder, (*chain, key))
    inherited = {name: value for name, value in base.items() if name not in _OWN}
    return {**inherited, **{name: value for name, value in own.items() if name != "like"}}


def _readable(error: ValidationError, folder: Path, *, at: tuple[str, ...] = ()) -> WorkbenchError:
    """The first fault of a template in a line: where it stands, what is wrong, the nearest known word."""
    first = error.errors(include_url=False)[0]
    loc = (*at, *first["loc"])
    place = ".".join(str(part) for part in loc)
    if first["type"] == "extra_forbidden":
        word = str(first["loc"][-1])
        known = _known_fields(loc) or set(TEST_WORDS)
        hint = did_you_mean(word, known) or Message("Known here: {names}", names=sorted(known))
        message: str = Message("Unknown word {name!r}", name=word)
    elif first["type"] == "union_tag_not_found":
        given = first.get("input")
        word = next(iter(given), "") if isinstance(given, Mapping) else str(given)
        hint = did_you_mean(str(word), TEST_WORDS)
        hint = hint or Message("Known words: {names}", names=sorted(TEST_WORDS))
        message = Message("Unknown test or term {name!r}", name=str(word))
    elif first["type"] == "union_tag_invalid":
        context = first.get("ctx", {})
        expected = str(context.get("expected_tags", "")).replace("'", "").split(", ")
        message = Message("Unknown kind {name}", name=repr(context.get("tag")))
        hint = did_you_mean(str(context.get("tag")), expected) or Message("Known: {names}", names=expected)
    else:
        message = fault_of(first)
        hint = Message("Mend this entry; the vocabulary guide lists what each entry may carry")
    return WorkbenchError(message, where=at_key(folder, f"[{place}]"), remedy=hint)


def _known_fields(loc: tuple[int | str, ...]) -> set[str]:
    """The words that the model at a place of the template knows: followed from the error's own path."""
    from workbench.template import kpis, model, rules

    tables: dict[str, Any] = {
        "attributes": model.Attribute,
        "activities": model.Activity,
        "pairs": model.Pair,
        "ledgers": model.Ledger,
        "derived": model.Derived,
        "challenges": model.Challenge,
        "goals": model.Goal,
        "segments": model.Segment,
        "filters": model.Segment,
        "comparisons": model.ReadyComparison,
        "sections": model.Section,
        "levers": model.Lever,
        "steps": model.StepText,
        "case": model.CaseRoles,
    }
    if len(loc) == 1:
        owner: Any = model.Template
    elif loc[0] in ("kpis", "rules") and len(loc) == 4:
        base: Any = kpis.BaseKPI if loc[0] == "kpis" else rules.BaseRule
        owner = next((kind for kind in base.__subclasses__() if loc[2] in _kind_of(kind)), base)
    else:
        owner = tables.get(str(loc[0])) if len(loc) == 3 else None
    if owner is None:
        return set()
    return {field.alias or name for name, field in owner.model_fields.items()}


def _kind_of(model: Any) -> tuple[str, ...]:
    return tuple(getattr(model.model_fields["kind"].annotation, "__args__", ()))
