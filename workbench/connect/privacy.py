"""Privacy at the door: what a project does to columns, done before any value is kept, quoted or joined.

Nothing after this module sees an original value of a column that is dropped, pseudonymised or cut to its first
letters; dates and numbers that are told less finely are read here, and handed on so. A value has the same pseudonym
wherever it stands: what joins to a pseudonymised column, or has its name in another source, is pseudonymised with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from workbench.connect.fields import stripped
from workbench.connect.labelled import also_columns, label_columns
from workbench.connect.privacynotes import what_was_done, without_quotes
from workbench.connect.reading import Reading
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.places import in_column, in_project
from workbench.project import (
    CasesSource,
    EventsSource,
    LookupSource,
    Privacy,
    PrivacyKey,
    RatesSource,
    Source,
    TableSource,
    Treatment,
    privacy_key,
)
from workbench.sql import literal
from workbench.template import Template

__all__ = ["protect", "treatments"]

_INNER, _OUTER = "workbench_inner", "workbench_outer"
_TEXTS = ("id", "cat", "str")
_FITTING = {
    "month": ("date", "ts"),
    "quarter": ("date", "ts"),
    "year": ("date", "ts"),
    "range": ("num", "pct", "money"),
    "letters": _TEXTS,
    "pseudonymise": _TEXTS,
}

# A column of a source, by the two names.
Place = tuple[str, str]


def protect(run: Reading) -> None:
    """Do to the columns of a reading what its project says; what was done stands in `run.privacy`."""
    privacy = run.project.privacy
    wanted = treatments(run)
    for (name, column), treatment in wanted.items():
        _check(run, name, column, treatment)
    if not any(treatment.how != "keep" for treatment in wanted.values()):
        return
    key = privacy_key(privacy, run.project.folder)
    if key is not None:
        for name, pad in zip((_INNER, _OUTER), key.pads, strict=True):
            run.stage.con.execute(f"SET VARIABLE {name} = unhex('{pad.hex()}')")
    sources = []
    for source in run.project.sources:
        own = {
            column: how for (name, column), how in wanted.items() if name == source.name and how.how != "keep"
        }
        sources.append(_treated(run, source, own, key) if own else source)
    run.project = run.project.model_copy(update={"sources": tuple(sources)})


# ---------------------------------------------------------------------- which columns
def treatments(run: Reading) -> dict[Place, Treatment]:
    """What is done to which column of which source: as the project says, and to all that holds the same values.

    Raises WorkbenchError where the project names a column that is not there, or contradicts itself.
    """
    return _spread(run, _declared(run, run.project.privacy))


def _names(source: Source, template: Template) -> Iterator[tuple[str, str, str]]:
    """What a source's columns are called in the log: (name, column, the key of the project that asks for it)."""
    for name, spec in source.attributes.items():
        yield name, spec.column, f"{source.name}.attributes.{name}"
    if isinstance(source, EventsSource | CasesSource):
        yield template.case.id, source.case, f"{source.name}.case"
    if isinstance(source, EventsSource) and source.resource:
        yield template.case.resource, source.resource, f"{source.name}.resource"


def _declared(run: Reading, privacy: Privacy) -> dict[Place, Treatment]:
    """The columns that the project names, by their names in the log or in their source."""
    found: dict[Place, Treatment] = {}
    known: set[str] = set()
    for name, treatment in privacy.columns.items():
        places = []
        for source in run.project.sources:
            columns = [column.name for column in run.tables[source.name].columns]
            named = {own for own, _, _ in _names(source, run.template)}
            known |= {*named, *columns}
            same = [column for column in columns if column.casefold() == name.casefold()]
            used = [column for own, column, _ in _names(source, run.template) if own == name]
            places += [
                (source.name, run.tables[source.name].column(column).name) for column in (*same, *used)
            ]
        if not places:
            raise unknown_name("column", name, known, where=in_project(f"[privacy.columns] {name}"))
        for place in places:
            _give(found, place, treatment)
    if privacy.resources == "pseudonymise":
        for source in run.of(EventsSource):
            if source.resource:
                column = run.tables[source.name].column(source.resource, key=f"{source.name}.resource").name
                found.setdefault((source.name, column), Treatment(how="pseudonymise"))
    return found


def _give(found: dict[Place, Treatment], place: Place, treatment: Treatment) -> bool:
    """Whether a column is newly given a treatment. Two of them for one column are a contradiction."""
    known = found.setdefault(place, treatment)
    if known != treatment:
        raise WorkbenchError(
            Message(
                "{column!r} is to be {one} and {other}",
                column=place[1],
                one=known.written,
                other=treatment.written,
            ),
            where=in_project("[privacy.columns]"),
            remedy=Message("Name it once"),
        )
    return known is treatment


def _spread(run: Reading, found: dict[Place, Treatment]) -> dict[Place, Treatment]:
    """The treatments of all columns that hold the same values: of that name in the log, or joined."""
    pairs: list[tuple[Place, Place]] = []
    by_name: dict[str, Place] = {}
    for source in run.project.sources:
        for name, column, asked in _names(source, run.template):
            place = (source.name, run.tables[source.name].column(column, key=asked).name)
            pairs.append((by_name.setdefault(name, place), place))
    for spec in run.of(LookupSource):
        key = (spec.name, run.tables[spec.name].column(spec.key).name)
        for main in run.of(EventsSource, CasesSource):
            table = run.tables[main.name]
            if spec.to in {column.name for column in table.columns}:
                pairs.append((key, (main.name, table.column(spec.to).name)))
    spread = dict(found)
    changed = True
    while changed:
        changed = False
        for one, other in pairs:
            for here, there in ((one, other), (other, one)):
                if here in spread and there not in spread:
                    spread[there] = spread[here]
                    changed = True
                elif here in spread and spread[here] != spread[there]:
                    _give(spread, there, spread[here])
    return spread


# ---------------------------------------------------------------------- what may be done
def _check(run: Reading, source_name: str, column: str, treatment: Treatment) -> None:
    """Refuse what would leave the log without its order or the treatment without a sense."""
    if treatment.how == "keep":
        return
    source = next(one for one in run.project.sources if one.name == source_name)
    where = in_column(source_name, column)
    if column in _needed(run, source):
        raise WorkbenchError(
            Message("{column!r} says what happens and when: it can only be kept", column=column),
            where=where,
            remedy=Message("Take it out of [privacy.columns], or give the source another column"),
        )
    if treatment.how != "pseudonymise" and column in _joining(run, source):
        raise WorkbenchError(
            Message(
                "{column!r} tells cases apart or joins tables: it can be kept or pseudonymised", column=column
            ),
            where=where,
            remedy=Message('Write "pseudonymise": the same value then has the same pseudonym everywhere'),
        )
    fitting = _FITTING.get(treatment.how)
    for name, spec in source.attributes.items():
        known = run.template.attributes.get(name)
        kind = spec.type or (known.type if known else None)
        if (
            spec.column.casefold() == column.casefold()
            and fitting
            and kind is not None
            and kind not in fitting
        ):
            raise WorkbenchError(
                Message(
                    "{name!r} is of type {type}, to which {treatment} cannot be done",
                    name=name,
                    type=kind,
                    treatment=repr(treatment.written),
                ),
                where=where,
                remedy=Message(
                    "Dates are told by month, quarter or year, numbers by range, texts by letters or pseudonyms"
                ),
            )


def _needed(run: Reading, source: Source) -> set[str]:
    """The columns without whose true values there are no events, or no rates."""
    table = run.tables[source.name]
    names: list[str | None] = []
    if isinstance(source, EventsSource):
        names = [source.activity, source.time, source.order, source.lifecycle]
        names += [column.name for column in (*label_columns(source, table), *also_columns(source, table))]
    elif isinstance(source, CasesSource):
        names = [
            name
            for columns in source.events.values()
            for item in columns
            for name in (item.column, *item.when)
        ]
    elif isinstance(source, RatesSource):
        names = [source.date, source.from_, source.rate]
    return {table.column(name).name for name in names if name}


def _joining(run: Reading, source: Source) -> set[str]:
    """The columns by which rows find what belongs to them."""
    table = run.tables[source.name]
    names: list[str] = []
    if isinstance(source, EventsSource | CasesSource):
        columns = {column.name for column in table.columns}
        names = [source.case, *(spec.to for spec in run.of(LookupSource) if spec.to in columns)]
    elif isinstance(source, LookupSource):
        names = [source.key]
    return {table.column(name).name for name in names}


# ---------------------------------------------------------------------- doing it
def _treated(run: Reading, source: Source, own: Mapping[str, Treatment], key: PrivacyKey | None) -> Source:
    """A source's table with its columns treated, and what is left of what the source says."""
    table = run.tables[source.name]
    columns = {column.name: column for column in table.columns}
    findings = without_quotes(run.stage, table, [columns[name] for name in own])
    values: dict[SourceColumn, SourceColumn] = {}
    expressions: dict[str, str] = {}
    for name, treatment in own.items():
        column = columns[name]
        made = _expression(run, source, column, treatment, key)
        if made is not None:
            expressions[column.sql], kind = made
            values[column] = replace(column, type=kind)
        run.privacy.setdefault(source.name, {})[name] = treatment.written
    findings += (what_was_done(source.name, own),)
    run.tables[source.name] = _with_values(run.stage, table, values, expressions, findings)
    dropped = {name for name, treatment in own.items() if treatment.how == "drop"}
    update: dict[str, object] = {
        "attributes": {
            name: spec
            for name, spec in source.attributes.items()
            if table.column(spec.column).name not in dropped
        },
        "formats": {name: how for name, how in source.formats.items() if table.column(name).name not in own},
    }
    if isinstance(source, EventsSource) and source.resource and table.column(source.resource).name in dropped:
        update["resource"] = None
    if isinstance(source, LookupSource) and key is not None and table.column(source.key).name in own:
        update["same"] = _hidden_spellings(source.same, key)
    if isinstance(source, TableSource) and key is not None:
        # Which column a spelling is of is not said: of those that are kept it stands as it is.
        update["same"] = {**source.same, **_hidden_spellings(source.same, key)}
    return source.model_copy(update=update)


def _hidden_spellings(same: Mapping[str, str], key: PrivacyKey) -> dict[str, str]:
    return {key.pseudonym(one): key.pseudonym(other) for one, other in same.items()}


def _expression(
    run: Reading, source: Source, column: SourceColumn, treatment: Treatment, key: PrivacyKey | None
) -> tuple[str, str] | None:
    """What stands in a column's place in SQL, with its type; None for a column that goes."""
    if treatment.how == "drop":
        return "CAST(NULL AS VARCHAR)", "VARCHAR"
    if treatment.how == "pseudonymise":
        assert key is not None
        return key.sql(stripped(column), f"getvariable('{_INNER}')", f"getvariable('{_OUTER}')"), "VARCHAR"
    if treatment.how == "letters":
        return f"left({stripped(column)}, {treatment.size:.0f})", "VARCHAR"
    return _coarse(run, source, column, treatment)


def _coarse(run: Reading, source: Source, column: SourceColumn, treatment: Treatment) -> tuple[str, str]:
    """A date's first day of month, quarter or year; a number's lower end of its range."""
    from workbench.connect.fields import Field, read_columns

    table = run.tables[source.name]
    dated = treatment.how != "range"
    field = Field(column.name, "date" if dated else "money", "case", column)
    formats = {name: how for name, how in source.formats.items() if table.column(name).name == column.name}
    readings = read_columns(run.stage, table, (field,), formats=formats, source=source.name)
    known: Mapping[str, object] = readings.times if dated else readings.numbers
    if column.name not in known:
        raise WorkbenchError(
            Message(
                "How {column!r} is written is not certain, so it cannot be told less finely",
                column=column.name,
            ),
            where=in_column(source.name, column.name),
            remedy=Message("Declare its format under [sources.formats], or drop the column"),
        )
    value = readings.value(field, run.project.time_zone or "UTC")
    if dated:
        return f"CAST(date_trunc({literal(treatment.how)}, {value}) AS DATE)", "DATE"
    return f"CAST(floor({value} / {treatment.size!r}) * {treatment.size!r} AS DOUBLE)", "DOUBLE"


def _with_values(
    stage: Stage,
    table: SourceTable,
    values: Mapping[SourceColumn, SourceColumn],
    expressions: Mapping[str, str],
    findings: tuple[Finding, ...],
) -> SourceTable:
    """The table with other values in some columns: as text lines where it is kept from these, else computed once."""
    replaced = ", ".join(f"{made} AS {name}" for name, made in expressions.items())
    columns = tuple(values.get(column, column) for column in table.columns)
    lines = table.lines
    if lines is not None and all(column.type == "VARCHAR" for column in values.values()):
        lines = f"SELECT * REPLACE ({replaced}) FROM ({lines})"
    elif lines is not None:
        lines = None  # the line of the header would have to be a date or a number as well
    return replace(
        table,
        relation=f"(SELECT * REPLACE ({replaced}) FROM {table.relation})",
        columns=columns,
        lines=lines,
        quick=False,
        findings=findings,
    )
