"""A data template that comes back filled in: recognised by what it says of itself, loaded without a mapping."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.connect.datatemplate.marks import HEADER_ROW, IDENTITY, IDENTITY_HEADER
from workbench.connect.datatemplate.plan import CASES, EVENTS, RATES, Plan, SheetPlan, plan_of
from workbench.connect.draft import Draft
from workbench.connect.keeping import keep_others
from workbench.connect.labels import map_labels
from workbench.connect.profile import profile
from workbench.connect.proposal import Choice, Proposal, SourceProposal
from workbench.connect.proven import prove_formats
from workbench.connect.readers import Options, open_file
from workbench.connect.readers.workbook import Workbook
from workbench.connect.stage import Stage, told_plainly
from workbench.errors import Finding, WorkbenchError
from workbench.i18n import Speech
from workbench.messages import Message
from workbench.places import in_sheet
from workbench.template import Template

__all__ = ["FilledTemplate", "filled_template", "propose_filled"]

_BOOK = "xl/workbook.xml"
# The list of sheets of an honest workbook is far shorter.
_MOST = 1_000_000
_SURE = 1.0
_OWN_COLUMN = Message("it is the data template's own column")


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """What a filled template says of itself: its process and language, and the sheet of each table.

    `empty` are the tables whose sheet holds nothing below its headers.
    """

    path: Path
    process: str
    language: str
    sheets: Mapping[str, str]
    empty: frozenset[str]


def filled_template(stage: Stage, path: str | Path) -> FilledTemplate | None:
    """What a file says of itself where it is a data template; None for every other file.

    Raises WorkbenchError where the workbook cannot be read, or its hidden sheet no longer says what it is.
    """
    path = Path(path)
    if IDENTITY not in _sheet_names(path):
        return None
    book = Workbook.open(stage, path)
    said: dict[str, str] = {}
    titles: dict[str, str] = {}
    known = {*book.visible, *book.hidden}
    for _, row in book.sheet(IDENTITY).rows():
        what, name, value = (str(cell) for cell in (*row, "", "", "")[: len(IDENTITY_HEADER)])
        if what != "sheet":
            said[what] = name
        elif value in known:
            titles[name] = value
    if not {"process", "language"} <= said.keys():
        raise WorkbenchError(
            Message("The workbook no longer says of which process it is"),
            where=in_sheet(path.name, IDENTITY),
            remedy=Message("Copy the rows into a new data template: workbench template ID --xlsx FILE"),
        )
    empty = frozenset(table for table, title in titles.items() if not _is_filled(book, title))
    return FilledTemplate(path, said["process"], said["language"], titles, empty)


def _is_filled(book: Workbook, title: str) -> bool:
    """Whether anything stands below a sheet's headers."""
    rows = book.sheet(title).rows()
    return any(number > HEADER_ROW and cell != "" for number, cells in rows for cell in cells)


def _sheet_names(path: Path) -> frozenset[str]:
    """The names of a workbook's sheets, hidden ones too; none for what is no workbook."""
    from lxml import etree

    if not zipfile.is_zipfile(path):
        return frozenset()
    try:
        with zipfile.ZipFile(path) as book, book.open(_BOOK) as file:
            text = file.read(_MOST)
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, etree.XMLSyntaxError):
        return frozenset()  # whatever is wrong with the file, its reader says it
    return frozenset(node.get("name", "") for node in root.iter("{*}sheet"))


def propose_filled(stage: Stage, filled: FilledTemplate, template: Template) -> Proposal:
    """The mapping of a filled template: its sheets that hold rows, each column by its header.

    Raises WorkbenchError where there are no events, or a column is missing that every row needs.
    """
    plan = plan_of(template)
    with told_plainly(str(filled.path)):
        drafts = _opened(stage, filled, plan)
        if EVENTS not in drafts:
            raise WorkbenchError(
                Message("The data template holds no event yet"),
                where=_where(filled, EVENTS),
                remedy=Message("Fill in this sheet: one row for each event"),
            )
        taken: set[str] = set()
        sources, findings = [], list[Finding]()
        for name, draft in drafts.items():
            sheet = plan.sheet(name)
            assert sheet is not None
            sources.append(_source(stage, filled, template, draft, sheet, drafts, taken))
            taken |= {one.name for one in draft.choices if one.what in ("attribute", "kept")}
            findings += draft.table.findings
    return Proposal(template.process, tuple(sources), findings=tuple(findings))


def _opened(stage: Stage, filled: FilledTemplate, plan: Plan) -> dict[str, Draft]:
    """The sheets that hold rows."""
    drafts = {}
    for sheet in plan.sheets:
        title = filled.sheets.get(sheet.id)
        if title is None or sheet.id in filled.empty:
            continue
        table = open_file(stage, filled.path, Options(sheet=title, skip=HEADER_ROW - 1))
        rows = int(stage.row(f"SELECT count(*) FROM {table.relation}")[0])
        drafts[sheet.id] = Draft(sheet.id, table, profile(stage, table), rows)
    return drafts


def _where(filled: FilledTemplate, table: str) -> str:
    return in_sheet(filled.path.name, filled.sheets.get(table, table))


def _source(
    stage: Stage,
    filled: FilledTemplate,
    template: Template,
    draft: Draft,
    sheet: SheetPlan,
    drafts: Mapping[str, Draft],
    taken: set[str],
) -> SourceProposal:
    """One sheet as a source: its columns by their headers, further columns kept as the user's own."""
    meant = _columns(filled, draft, sheet)
    kind = {EVENTS: "events", CASES: "lookup", RATES: "rates"}.get(sheet.id, "table")
    if kind == "table" and sheet.id in ("requests", "leads"):
        kind = sheet.id
    roles = _roles(sheet, template)
    for name, column in meant.items():
        if name in roles:
            what = "role" if kind == "events" else "key"
            draft.add(Choice(what, roles[name], column, _SURE, _OWN_COLUMN))  # type: ignore[arg-type]
        elif draft.columns[column].kind != "empty":
            draft.add(Choice("attribute", name, column, _SURE, _OWN_COLUMN))
    if kind == "lookup":
        to = drafts[EVENTS].role("case")
        assert to is not None
        draft.add(Choice("key", "to", to, _SURE, _OWN_COLUMN))
    if kind == "events":
        map_labels(stage, draft, template, [])
    if kind != "rates":
        keep_others(stage, draft, "events" if kind == "events" else "cases", template, taken=taken)
    formats, _ = prove_formats(stage, draft, template)
    return SourceProposal(
        name=sheet.id,
        path=str(filled.path.resolve()),
        kind=kind,  # type: ignore[arg-type]
        rows=draft.rows,
        choices=tuple(draft.choices),
        formats=formats,
        gaps=tuple(draft.gaps),
        settings={**draft.table.settings, "sheet": filled.sheets[sheet.id], "skip": HEADER_ROW - 1},
    )


def _columns(filled: FilledTemplate, draft: Draft, sheet: SheetPlan) -> dict[str, str]:
    """The template's columns by what they mean; those that every row needs must be there and hold something."""
    meant: dict[str, str] = {}
    for name in draft.columns:
        found = sheet.meant_by(name)
        if found is not None and found not in meant:
            meant[found] = name
    for column in sheet.columns:
        held = column.id in meant and draft.columns[meant[column.id]].kind != "empty"
        if column.tier == "required" and not held:
            raise WorkbenchError(
                Message(
                    "The column {name!r} is missing or empty", name=Speech(filled.language).say(column.name)
                ),
                where=_where(filled, sheet.id),
                remedy=Message("It is needed in every row: fill it in, under its own header"),
            )
    return meant


def _roles(sheet: SheetPlan, template: Template) -> dict[str, str]:
    """The columns of a sheet that are no attributes but parts of the log's frame."""
    roles = template.case
    if sheet.id == EVENTS:
        return {roles.id: "case", roles.activity: "activity", roles.time: "time", roles.resource: "resource"}
    if sheet.id == CASES:
        return {roles.id: "key"}
    if sheet.id == RATES:
        return {column.id: column.id for column in sheet.columns}
    return {}
