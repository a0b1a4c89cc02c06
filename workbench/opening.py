"""From a project folder or a frame to a prepared log: what is read, what is prepared, what is reused."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from workbench import __version__
from workbench.discover.conditions import Condition, saved_filters
from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.files import Held, caching, hold, publishing, sweep
from workbench.filesets import fileset, fingerprint
from workbench.log.answers import Answers
from workbench.log.derive import derive
from workbench.log.engine import DuckDBEngine, Engine, Progress, silent
from workbench.log.prepared import PreparedLog
from workbench.log.raw import RawLog
from workbench.log.recorded import record
from workbench.log.settings import ControlTotal, ExchangeRate, Settings
from workbench.log.store import FORMAT, read_store, write_store
from workbench.messages import Message
from workbench.places import in_project
from workbench.project import MissingKeyError, Project, load_project, privacy_key
from workbench.project.kpis import with_own_kpis
from workbench.rules import judge
from workbench.template import Template, load_template

__all__ = ["Opened", "open_frame", "open_project"]

# What preparing may hold in memory before it spills (WORKBENCH_MEMORY says otherwise).
_MEMORY = "3GB"
_MEGABYTES = {"M": 1, "G": 1000, "T": 1_000_000}
_LEAST_MEGABYTES = 1000


@dataclass(frozen=True)
class Opened:
    """A log with what was found on the way to it. `log` is None while a finding blocks.

    `held` keeps the store's generation from being removed by somebody who prepares a newer one.
    """

    template: Template
    log: PreparedLog | None
    findings: tuple[Finding, ...]
    accounting: tuple[Mapping[str, Any], ...]
    held: Held | None = None
    # The challenges and goals that concern the project.
    focus: tuple[str, ...] = ()
    # The KPIs that are the project's own.
    own_kpis: tuple[str, ...] = ()
    # The filters that the project keeps under names.
    filters: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)

    def with_log(self, log: PreparedLog) -> Opened:
        return replace(self, log=log)

    @staticmethod
    def at(log: PreparedLog, day: date) -> PreparedLog:
        """The same recorded events as they were known at the end of another day; what is hidden stays so."""
        known = derive(log.recorded, log.template, log.engine, judge=judge, as_of=day)
        known = replace(known, whole=log.whole)
        trims = (trim.again(known) for trim in log.trims)
        return known.hiding(log.hidden).trimmed(trim for trim in trims if trim is not None)


def open_project(
    folder: Path, *, as_of: date | None = None, refresh: bool = False, progress: Progress | None = None
) -> Opened:
    """Open a project, preparing its store first when anything that it rests on has changed.

    What a database gives is asked for anew only where there is no store that fits, or with `refresh`.
    """
    project = load_project(folder)
    filters = saved_filters(project.filters, where=str(project.folder / "project.toml"))
    plain = load_template(project.process)
    template = with_own_kpis(plain, project.kpis)
    settings = _settings(project, template)
    store = project.folder / "store"
    sweep(store)
    held = hold(store)
    wanted = _fingerprint(project, plain, {} if held is None or refresh else held.manifest["sources"])
    if held is None or not _fits(held.manifest, wanted, project):
        held = None  # nobody keeps the older generation from being removed
        blocked = _prepare(project, plain, settings, store, wanted, progress or silent)
        if blocked is not None:
            return replace(blocked, template=template, filters=filters)
        held = hold(store)
        assert held is not None
        wanted = held.manifest["fingerprint"]
    engine = DuckDBEngine()
    zone = str(held.manifest["meta"]["zone"])
    settings = replace(settings, zone=zone, rates=_rates(held.manifest["rates"]))
    log = read_store(held.folder, held.manifest, template, settings, engine)
    if as_of is not None and as_of != log.as_of:
        log = Opened.at(log, as_of)
    log = replace(log, answers=Answers(store / "answers.db", f"{wanted} {_own(project)} {log.as_of}"))
    focus = (*project.focus.challenges, *project.focus.goals)
    own = tuple(project.kpis)
    return Opened(template, log, log.meta.findings, log.meta.accounting, held, focus, own, filters)


def open_frame(
    source: Any,
    *,
    process: str,
    mapping: Mapping[str, str],
    time_zone: str | None,
    currency: str | None,
    as_of: date | None,
    policy: Mapping[str, Any],
    privacy: Mapping[str, Any] | None = None,
) -> Opened:
    """A log from a file or frame, in memory."""
    from workbench.connect import read_frame

    template = load_template(process)
    _check_policy(policy, template)
    engine = DuckDBEngine()
    raw = read_frame(
        source,
        template,
        mapping=mapping,
        time_zone=time_zone,
        currency=currency,
        privacy=privacy,
        backend=engine.backend,
    )
    settings = Settings(zone=raw.zone, currency=currency or "XXX", as_of=as_of, policy=policy)
    if privacy is not None and "least" in privacy:
        settings = replace(settings, least=int(privacy["least"]))
    log = _derived(raw, template, settings, engine, silent)
    accounting = tuple(asdict(source) for source in raw.accounting)
    return Opened(template, log, tuple(raw.findings), accounting)


def _derived(
    raw: RawLog, template: Template, settings: Settings, engine: Engine, progress: Progress
) -> PreparedLog | None:
    """The prepared log of a raw one; None while a finding blocks."""
    if any(finding.severity == "block" for finding in raw.findings):
        return None
    settings = replace(
        settings,
        zone=raw.zone,
        rates=tuple(ExchangeRate(day, currency, rate) for day, currency, rate in raw.rates),
    )
    recorded = record(raw, template, settings, engine, progress=progress)
    return derive(recorded, template, engine, judge=judge, progress=progress)


def _prepare(
    project: Project, template: Template, settings: Settings, store: Path, wanted: str, progress: Progress
) -> Opened | None:
    """Prepare the store aside and publish it; answers the blocked log when a finding blocks."""
    from workbench.connect import read_project  # whoever finds a store ready does without it

    limit = _memory()
    with _enough_room(limit, store), publishing(store) as generation:
        if generation.previous is not None and _fits(generation.previous, wanted, project):
            return None
        engine = DuckDBEngine(spill=generation.spill, memory_limit=limit)
        raw = read_project(
            project, template, backend=engine.backend, scratch=generation.spill, progress=progress
        )
        log = _derived(raw, template, settings, engine, progress)
        if log is None:
            accounting = tuple(asdict(source) for source in raw.accounting)
            return Opened(template, None, tuple(raw.findings), accounting)
        sources = _sources(project, raw.fetched)
        progress("writing", 0.0)
        log = _with_control(log)
        contents = write_store(log, generation.folder)
        key = privacy_key(project.privacy, project.folder)
        generation.manifest = {
            "format": FORMAT,
            "fingerprint": _fingerprint(project, template, raw.fetched),
            "version": __version__,
            "process": template.process,
            "sources": sources,
            **({} if key is None else {"privacy_key": key.id}),
            "rates": [[str(rate.date), rate.currency, str(rate.rate)] for rate in log.meta.settings.rates],
            **contents,
        }
        progress("writing", 1.0)
    return None


def _with_control(log: PreparedLog) -> PreparedLog:
    """The log with a finding for each control total of the project: how far the rebuilt balance is off."""
    if not log.meta.settings.control:
        return log
    from workbench.measure.reconcile import control_findings

    return replace(log, meta=replace(log.meta, findings=(*log.meta.findings, *control_findings(log))))


def _memory() -> str:
    """What preparing may hold in memory, as the engine is told."""
    text = os.environ.get("WORKBENCH_MEMORY", _MEMORY).strip()
    said = re.fullmatch(r"(\d+(?:\.\d+)?) *([MGT])i?B", text)
    if said is None or float(said[1]) * _MEGABYTES[said[2]] < _LEAST_MEGABYTES:
        raise WorkbenchError(
            Message("{text} is not enough memory to prepare a log", text=repr(text)),
            where="WORKBENCH_MEMORY",
            remedy=Message("Write 1GB or more, for example {example}", example=_MEMORY),
        )
    return text


@contextmanager
def _enough_room(limit: str, store: Path) -> Iterator[None]:
    """What did not fit into memory or on the disk is said as such."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise WorkbenchError(
            Message("Preparing the log takes more memory than {limit}", limit=limit),
            where="WORKBENCH_MEMORY",
            remedy=Message("Allow it more, or close what else needs the machine's memory"),
        ) from error
    except duckdb.IOException as error:
        if os.strerror(errno.ENOSPC) not in str(error):
            raise
        raise WorkbenchError(
            Message("The disk is full"), where=str(store), remedy=Message("Free some space and try again")
        ) from error


def _fits(manifest: Mapping[str, Any], wanted: str, project: Project) -> bool:
    """Whether a store is of what is wanted; where every cache is off (WORKBENCH_CACHE=0) none is."""
    return caching() and manifest.get("fingerprint") == wanted and _same_key(manifest, project)


def _same_key(manifest: Mapping[str, Any], project: Project) -> bool:
    """Whether a store's pseudonyms are of the project's key; who has no key takes them as they are."""
    try:
        key = privacy_key(project.privacy, project.folder)
    except MissingKeyError:
        return "privacy_key" in manifest
    return key is None or manifest.get("privacy_key") == key.id


def _sources(project: Project, fetched: Mapping[str, str]) -> dict[str, str]:
    """Each source's file with the SHA-256 of its bytes; of a database that of the rows that it gave, once known."""
    found = {}
    for source in project.sources:
        if source.url:
            found[source.name] = fetched.get(source.name, "")
            continue
        path = project.path_of(source)
        files = fileset(path)
        if not files:
            raise WorkbenchError(
                Message("The source is not there"),
                where=str(path),
                remedy=Message("Put the file there or mend `path` in project.toml"),
            )
        found[source.name] = fingerprint(files)
    return found


def _fingerprint(project: Project, template: Template, fetched: Mapping[str, str]) -> str:
    """A hash of all that the prepared log rests on: sources, mapping, policy, template and the store's format."""
    whole = {
        "format": FORMAT,
        "version": __version__,
        "project": project.model_dump(mode="json", exclude=_OF_THE_READER),
        "template": template.model_dump(mode="json"),
        # Another release of the package that knows public holidays may know others.
        "holidays": [day.isoformat() for day in project.calendar.days_off],
        "sources": _sources(project, fetched),
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


# What a project says to its readers; no row depends on it.
_OF_THE_READER = {"name", "language", "focus", "history", "kpis", "kpi_modules", "filters"}


def _own(project: Project) -> str:
    """A hash of the project's own KPIs: answers rest on them, the store does not."""
    return hashlib.sha256(json.dumps(project.kpis, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _check_policy(policy: Mapping[str, Any], template: Template) -> None:
    """Refuse a policy value that the template does not have, or that is of another kind than its default."""
    for name, value in policy.items():
        where = in_project(f"[policy] {name}")
        if name not in template.policy:
            raise unknown_name("policy value", name, template.policy, where=where)
        default = template.policy[name]
        if isinstance(default, int | float) and not isinstance(default, bool):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise WorkbenchError(
                    Message("{value} is no number", value=repr(value)),
                    where=where,
                    remedy=Message("The default is {value}", value=default),
                )
            if 0 < default <= 1 and isinstance(default, float) and not 0 <= value <= 1:
                raise WorkbenchError(
                    Message("{value} is no share", value=value),
                    where=where,
                    remedy=Message("Write 95 % as 0.95"),
                )
        elif isinstance(default, list | tuple) and not isinstance(value, list | tuple):
            raise WorkbenchError(
                Message("{value} is no list", value=repr(value)),
                where=where,
                remedy=Message('Write it as ["name", "name"]'),
            )


def _amount(text: str, where: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise WorkbenchError(
            Message("{text!r} is no amount", text=text), where=where, remedy=Message("Write it as 123456.78")
        ) from None


def _settings(project: Project, template: Template) -> Settings:
    _check_policy(project.policy, template)
    for name in project.targets:
        template.kpi(name)
    for kind, names, known in (
        ("challenge", project.focus.challenges, template.challenges),
        ("goal", project.focus.goals, template.goals),
    ):
        for name in names:
            if name not in known:
                raise unknown_name(kind, name, known, where=in_project(f"[focus] {kind}s"))
    return Settings(
        zone=project.time_zone or "UTC",
        currency=project.currency,
        as_of=project.as_of,
        tie_order=project.tie_order,
        policy=dict(project.policy),
        weekend=project.calendar.weekend,
        holidays=project.calendar.days_off,
        control=tuple(
            ControlTotal(
                found.date,
                _amount(found.ar, in_project("[[control]] ar")),
                found.currency or project.currency,
            )
            for found in project.control
        ),
        baseline=None if project.baseline is None else (project.baseline.from_, project.baseline.to),
        targets=dict(project.targets),
        least=project.privacy.least,
    )


def _rates(stored: list[list[str]]) -> tuple[ExchangeRate, ...]:
    return tuple(
        ExchangeRate(date.fromisoformat(day), currency, Decimal(rate)) for day, currency, rate in stored
    )
