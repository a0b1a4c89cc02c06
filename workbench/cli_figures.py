"""The commands that answer without a notebook: check, kpis, compare, problems, map, variants, cases, rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from workbench.cli_options import AsOf, Filters, Folder, Form, Limit
from workbench.cli_output import Record, complain, show_document, show_json, show_records, watching
from workbench.errors import Finding, WorkbenchError

if TYPE_CHECKING:
    from workbench.api import Log

__all__ = ["cases", "check", "compare", "kpis", "map_", "problems", "rules", "variants"]


Derived = Annotated[
    bool, typer.Option("--derived/--no-derived", help="With the events that the workbench derives.")
]


# What a table shows of a record; the other forms hold all of it.
_FINDING = ("rule", "severity", "count", "share", "message", "remedy", "where")
_FIGURE = ("id", "group", "part", "value", "unit", "currency", "n", "pending", "period", "reason")
_PROBLEM = (
    "rank", "key", "name", "cases", "days", "basis", "money", "currency", "cases_counted", "money_counted",
    "counted_by",
)  # fmt: skip
_COMPARED = (
    "id", "statistic", "unit", "currency", "first", "first_n", "second", "second_n", "difference", "low", "high",
    "verdict", "reason",
)  # fmt: skip
_RULE = ("rule", "name", "cases", "cases_broken", "cases_pending", "adherence", "reason")


def _answer(
    folder: Path,
    as_of: date | None,
    question: Callable[[Log], Any],
    *,
    refresh: bool = False,
    filters: Iterable[str] | None = None,
) -> Any:
    import workbench as wb

    with watching() as progress:
        log = wb.open(folder, as_of=as_of, refresh=refresh, progress=progress)
        wanted = [one for text in filters or () for one in _conditions(text)]
        return question(log.where(*wanted) if wanted else log)


def _conditions(text: str) -> Iterable[Any]:
    """A filter as the command line has it: JSON begins with a bracket, all else is a name."""
    from workbench.discover import conditions_of

    return conditions_of(text, where="--filter") if text.lstrip().startswith(("{", "[")) else (text,)


def check(folder: Folder, as_of: AsOf = None, form: Form = "table") -> None:
    """Rows kept and dropped, and what is wrong with the data; databases are asked anew.

    Ends with exit code 1 when a finding blocks. As JSON: one list of findings, whatever the exit code; where
    none blocks, with what the log can answer and what would unlock the most.
    """
    try:
        findings: list[Record] = _answer(folder, as_of, lambda log: _checked(log, form), refresh=True)
    except WorkbenchError as error:
        findings = [_as_finding(error)]
    show_records(findings, form, columns=_FINDING, limit=0)
    blocking = [finding for finding in findings if finding["severity"] == "block"]
    if blocking:
        first = blocking[0]
        complain(str(WorkbenchError(first["message"], where=first["where"], remedy=first["remedy"] or None)))
        raise typer.Exit(1)


def _checked(log: Log, form: str) -> list[Record]:
    findings: list[Record] = [*log.finding_records()]
    return [*findings, *log.readiness_records()] if form == "json" and not log.blocked else findings


def _as_finding(error: WorkbenchError) -> Record:
    return Finding(
        "cannot-load", "block", error.message, remedy=error.remedy or "", where=error.where
    ).as_dict()


def kpis(
    folder: Folder,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE", help="One figure for each value of this attribute.", show_default=False
        ),
    ] = None,
    over: Annotated[
        Literal["week", "month", "quarter", "year"] | None,
        typer.Option(help="One figure for each full week, month, quarter or year.", show_default=False),
    ] = None,
    months: Annotated[
        int, typer.Option(metavar="N", min=1, help="With --over: how many full months back.")
    ] = 12,
    as_of: AsOf = None,
    filters: Filters = None,
    form: Form = "table",
) -> None:
    """The KPIs: value, unit, n, pending, period; with --over as series.

    Where a figure cannot be computed the value is empty and the reason stands beside it.
    """
    if over is not None:
        series = _answer(
            folder, as_of, lambda log: log.trend_records(by=by, every=over, months=months), filters=filters
        )
        show_records(series, form, limit=0)
        return
    records = _answer(folder, as_of, lambda log: log.kpi_records(by=by), filters=filters)
    if form == "json":
        show_json(records)
    elif form == "csv":
        show_records(list(_with_parts(records)), form)
    else:
        show_records([_with_span(row) for row in _with_parts(records)], form, columns=_FIGURE, limit=0)


def _with_parts(records: Iterable[Record]) -> Iterable[Record]:
    """A figure's parts as rows of their own below it, for the two flat forms."""
    for record in records:
        row = dict(record)
        parts = row.pop("parts", None) or []
        yield {"id": row.pop("id"), "part": None, **row}
        shared = {key: value for key, value in row.items() if key in ("group", "unit", "currency")}
        for part in parts:
            own = {key: value for key, value in part.items() if key != "key"}
            yield {"id": record["id"], "part": part["key"], **shared, **own}


def _with_span(row: Record) -> Record:
    """A figure's period as a reader writes it."""
    period = row.get("period")
    return {**row, "period": f"{period['from'] or '…'} – {period['to']}"} if period else row


def compare(
    folder: Folder,
    other: Annotated[
        Path | None, typer.Option("--with", metavar="DIR", help="Another project.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="ATTRIBUTE", help="A case attribute.", show_default=False)
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(metavar="VALUE", help="With --by, twice: the two values.", show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="What came before this day, and since.", show_default=False),
    ] = None,
    kpi: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this KPI; may be given again.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    form: Form = "table",
) -> None:
    """Two populations by KPI with 95 % intervals: two projects, two segments, before and after a day.

    If nothing is said: the project's baseline and now. The difference is second less first.
    """

    def asked(log: Log) -> list[Record]:
        import workbench as wb

        with_ = None if other is None else wb.open(other, as_of=as_of)
        return list(log.comparison_records(with_, by=by, values=value or (), since=since, kpis=kpi))

    show_records(_answer(folder, as_of, asked), form, columns=_COMPARED, limit=0)


def problems(
    folder: Folder,
    focus: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="A challenge or goal whose problems come first; those of the project if not given.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    form: Form = "table",
    limit: Limit = None,
) -> None:
    """The problems: missed targets, broken rules, what is overdue or stands still, slow paths, rework; ranked.

    Each is sized in cases, days (with what they are, or why there are none) and money, with the share of these that
    a problem above it already counts.
    """
    records = _answer(folder, as_of, lambda log: log.problem_records(focus=focus))
    show_records(records, form, columns=_PROBLEM, limit=limit)


def map_(
    folder: Folder,
    derived: Derived = True,
    part: Annotated[
        str, typer.Option(metavar="nodes|edges", help="Which half of the map to print as CSV.")
    ] = "edges",
    language: Annotated[
        Literal["en", "fr", "es", "zh"] | None,
        typer.Option(help="Language of the picture; the project's own if not given.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    filters: Filters = None,
    form: Annotated[
        Literal["table", "csv", "json", "svg"],
        typer.Option("--format", help="How to print the answer on stdout; svg is a picture."),
    ] = "table",
    limit: Limit = None,
) -> None:
    """The map: activities, and which directly follows which.

    As SVG: a picture of its most frequent part, which says what it leaves out.
    """
    if part not in ("nodes", "edges"):
        raise typer.BadParameter("Write --part nodes or --part edges.")
    if form == "svg":
        show_document(
            _answer(folder, as_of, lambda log: _map_picture(log, folder, derived, language), filters=filters)
        )
        return
    record = _answer(folder, as_of, lambda log: _map_record(log, derived, bool(filters)), filters=filters)
    if form == "json":
        show_json(record)
    elif form == "csv":
        show_records(record[part], form)
    else:
        show_records(record["nodes"], form, title="Activities", limit=limit)
        show_records(record["edges"], form, title="Directly follows", limit=limit)


def _map_record(log: Log, derived: bool, is_narrowed: bool) -> Record:
    """The map; of a narrowed log with the filters in words."""
    record = log.map_record(derived=derived)
    if is_narrowed:
        record["filters"] = [str(one) for one in log.prepared.meta.filters]
    return record


def _map_picture(log: Log, folder: Path, derived: bool, language: str | None) -> str:
    """The map as a picture in the reader's language."""
    from workbench.discover import simplified
    from workbench.draw.processmap import map_picture, map_words
    from workbench.i18n import Speech
    from workbench.project import load_project

    speech = Speech(language or load_project(folder).language)
    nodes, edges = log.activities(derived=derived), log.map(derived=derived)
    labels = [log.template.label(name, speech.language) for name in nodes["activity"]]
    shown = simplified(nodes.assign(label=labels), edges)
    title, description = map_words(log.template.name, speech)
    return map_picture(
        shown.nodes,
        shown.edges,
        speech,
        title=title,
        description=description,
        all_activities=len(nodes),
        all_paths=len(edges),
        all_cases=int(nodes["starts"].sum()),
        heading=True,
    )


def variants(
    folder: Folder,
    derived: Derived = True,
    as_of: AsOf = None,
    filters: Filters = None,
    form: Form = "table",
    limit: Limit = None,
) -> None:
    """The ways through the process, the most frequent first."""
    records = _answer(folder, as_of, lambda log: log.variant_records(derived=derived), filters=filters)
    show_records(records, form, limit=limit)


def cases(
    folder: Folder, as_of: AsOf = None, filters: Filters = None, form: Form = "table", limit: Limit = None
) -> None:
    """One row a case: start, end, status and attributes."""
    records = _answer(folder, as_of, lambda log: log.case_records(), filters=filters)
    show_records(records, form, limit=limit)


def rules(folder: Folder, as_of: AsOf = None, form: Form = "table") -> None:
    """The policy rules: cases that keep and that break each."""
    show_records(_answer(folder, as_of, lambda log: log.rule_records()), form, columns=_RULE, limit=0)
