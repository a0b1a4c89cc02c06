"""Step 1, Connect: what was read, what is wrong with it, and what it can answer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from workbench.connect.mapping import mapping_frame
from workbench.draw.prose import details, facts, notice, paragraph
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.draw.words import said as spoken
from workbench.i18n import Message
from workbench.log.frames import objects
from workbench.measure import amount_frame
from workbench.measure.analyses import ANALYSES, analysis_frame
from workbench.measure.readiness import readiness_frame, unlocks_frame
from workbench.measure.unlocking import plan_frame
from workbench.pages.base import Page
from workbench.pages.firstrows import row_said
from workbench.pages.size import size_numbers
from workbench.widgets.focus import FocusPicker
from workbench.widgets.mapping import MappingEditor

__all__ = ["ConnectPage"]

_PARTS = {
    "attribute": Message("Field"),
    "event": Message("Event from a date column"),
    "value": Message("Activity from a text"),
    "key": Message("Key that joins"),
}
_SEVERITIES = ("block", "warn", "note")
_VERDICTS = {"ready": Message("ready"), "partly": Message("partly"), "not": Message("not possible")}
_LEVELS = {"case": Message("each case once"), "event": Message("each event")}
_KINDS = {"kpi": Message("KPI"), "rule": Message("rule"), "analysis": Message("analysis")}
_MAPPED = 200
"""How many columns and texts of one source are listed: a wide file has more, its table says how many."""
_JUDGED = 400
_ANALYSES = {analysis.id: analysis.name for analysis in ANALYSES}


class ConnectPage(Page):
    """Mapping, row accounting, what came of it, findings, readiness, and the reader's challenges."""

    step = "connect"

    def live(self) -> Sequence[str]:
        rows = self.log.accounting()
        severities = [finding.severity for finding in self.log.finding_list()]
        read = self.say(
            "{rows} rows were read (files: {files}), {kept} of them kept.",
            rows=int(rows["rows_in"].sum()) if len(rows) else 0,
            files=len(rows),
            kept=int(rows["rows_kept"].sum()) if len(rows) else 0,
        )
        found = self.say(
            "Findings that block: {block}. Findings that warn: {warn}.",
            block=severities.count("block"),
            warn=severities.count("warn"),
        )
        if self.log.blocked:
            return read, found, self.say("No figure is shown while a finding blocks.")
        ready = self._readiness()
        return (
            read,
            found,
            self.say(
                "{ready} of {total} KPIs and rules can be computed.",
                ready=int((ready["verdict"] == "ready").sum()),
                total=len(ready),
            ),
        )

    def _readiness(self) -> pd.DataFrame:
        return readiness_frame(self.prepared)

    def choose_focus(self) -> FocusPicker:
        """Tick the challenges and goals that concern you: the later steps put these first."""
        return FocusPicker(
            challenges={name: self.say(entry.name) for name, entry in self.template.challenges.items()},
            goals={name: self.say(entry.name) for name, entry in self.template.goals.items()},
            chosen=self.focus,
            speech=self.speech,
            folder=None if self.setting.reader.served else self.setting.folder,
            links=self._next_links if self.setting.reader.served else None,
        )

    def _next_links(self, chosen: tuple[str, ...]) -> Markup:
        """The way on from a served page, with what was ticked."""
        from workbench.pages.base import NOTEBOOKS

        reader, language = self.setting.reader, self.speech.language
        links = [
            Markup('<a href="{}">{}</a>').format(
                reader.address(notebook, language=language, focus=chosen), self.say(name)
            )
            for step, (notebook, name) in NOTEBOOKS.items()
            if step != self.step
        ]
        return Markup('<nav class="wb wb-onward">{} {}</nav>').format(
            self.say("Go on with what is ticked here:"), Markup(" · ").join(links)
        )

    def mapping(self) -> View:
        """Which column of which file means what."""
        frame = mapping_frame(self.setting.project, self.template)
        shown = frame.assign(
            meaning=[
                self.activity(name) if part in ("event", "value") else self.attribute(name)
                for name, part in zip(frame["name"], frame["part"], strict=True)
            ],
            part=[self.say(_PARTS[part]) for part in frame["part"]],
        )
        columns = [
            Column("column", self.say("Column or text in the file"), "code"),
            Column("meaning", self.say("Meaning in the log")),
            Column("part", self.say("Used as")),
            Column("format", self.say("Format"), "code", optional=True),
        ]
        title = self.say(
            "{n} columns and texts have a meaning (sources: {sources})",
            n=len(frame),
            sources=frame["source"].nunique(),
        )
        body = Markup("").join(
            details(
                self.say("{source}: columns and texts with a meaning: {n}", source=source, n=len(rows)),
                table(rows, columns, self.speech, limit=_MAPPED),
            )
            for source, rows in shown.groupby("source", sort=False)
        )
        return self.view("mapping", title, body, frame)

    def edit_mapping(self) -> View | MappingEditor:
        """Change what a column or a text means: in JupyterLab, by lists; a served page says who can."""
        if self.setting.reader.served:
            said = self.say(
                "Whoever keeps this project changes its mapping in JupyterLab, or in project.toml."
            )
            return self.view("edit-mapping", "", paragraph(said))
        return MappingEditor(
            self.setting.folder,
            self.template,
            self.speech,
            attribute=self.attribute,
            activity=self.activity,
        )

    def accounting(self) -> View:
        """Rows in = rows kept + rows dropped by reason, for each source."""
        frame = self.log.accounting()
        shown = (
            frame.assign(dropped=[sum(found.values()) for found in frame["dropped"]]) if len(frame) else frame
        )
        columns = [
            Column("source", self.say("Source"), "strong"),
            Column("rows_in", self.say("Rows in"), "number"),
            Column("rows_kept", self.say("Kept"), "number"),
            Column("dropped", self.say("Dropped"), "number"),
            Column("events", self.say("Events"), "number"),
        ]
        rows, kept = int(frame["rows_in"].sum()), int(frame["rows_kept"].sum())
        title = (
            self.say("Every row is accounted for: {rows} in, {kept} kept, none dropped", rows=rows, kept=kept)
            if rows == kept
            else self.say(
                "Every row is accounted for: {rows} in, {kept} kept, {dropped} dropped",
                rows=rows,
                kept=kept,
                dropped=rows - kept,
            )
        )
        return self.view("accounting", title, table(shown, columns, self.speech), frame)

    def contents(self) -> View:
        """What is in the log: how much of what, from when to when, and what its amounts come to."""
        if self.log.blocked:
            return self.view("contents", self.say("What is in the log"), self._nothing_shown())
        size = self.log.size()
        numbers = [
            *size_numbers(self, size),
            (self.say("Activities"), self.speech.number(size.activities)),
            (self.say("First event"), self.speech.day(size.first)),
            (self.say("Last event"), self.speech.day(size.last)),
        ]
        frame = amount_frame(self.prepared)
        shown = frame.assign(
            label=[self.attribute(name) for name in frame["name"]],
            counted=[self.say(_LEVELS[level]) for level in frame["level"]],
        )
        columns = [
            Column("label", self.say("Amount"), "strong"),
            Column("counted", self.say("Counted")),
            Column("n", self.say("With a value"), "number"),
            Column("total", self.say("Sum"), "money", currency="currency", exact=True),
            Column("mean", self.say("Mean"), "money", currency="currency", exact=True),
            Column("median", self.say("Median"), "money", currency="currency", exact=True),
        ]
        title = self.say(
            "{cases} cases with {events} events are in the log", cases=size.cases, events=size.events
        )
        empty = self.say("The log has no amounts.")
        body = facts(numbers) + table(shown, columns, self.speech, limit=40, empty=empty)
        return self.view("contents", title, body, frame)

    def _nothing_shown(self) -> Markup:
        return notice(self.say("No figure is shown while a finding blocks."), "block")

    def findings(self) -> View:
        """What is wrong with the data, how much of it, and what to do."""
        found = [finding for finding in self.log.finding_list() if finding.rule != "row_accounting"]
        said = [self.speech.finding(finding) for finding in found]
        frame = pd.DataFrame(
            {
                "severity": [finding.severity for finding in found],
                "message": [message for message, _ in said],
                "remedy": [remedy for _, remedy in said],
                "count": [finding.count for finding in found],
                "share": pd.Series([finding.share for finding in found], dtype="float64"),
                "where": [finding.where and spoken(finding.where, self.speech) for finding in found],
                "first": objects([self.say(row_said(row)) for row in finding.rows] for finding in found),
            }
        )
        order = {name: rank for rank, name in enumerate(_SEVERITIES)}
        frame = frame.sort_values(
            "severity", key=lambda column: column.map(order), kind="stable", ignore_index=True
        )
        columns = [
            Column("severity", self.say("Weight"), "verdict"),
            Column("message", self.say("What was found")),
            Column("remedy", self.say("What to do")),
            Column("count", self.say("Rows or cases"), "number"),
            Column("share", self.say("Share"), "percent"),
            Column("where", self.say("Where"), "code", optional=True),
            Column("first", self.say("First of them"), "list", optional=True),
        ]
        blocking = int((frame["severity"] == "block").sum())
        warning = int((frame["severity"] == "warn").sum())
        if blocking:
            title = self.say("Findings that block: {n}. No figure could be trusted", n=blocking)
        elif warning:
            title = self.say("Findings that deserve a look: {n}. None blocks", n=warning)
        else:
            title = self.say("Nothing is wrong with the data, as far as it can be checked")
        empty = self.say("No finding.")
        return self.view("findings", title, table(frame, columns, self.speech, limit=60, empty=empty), frame)

    def readiness(self) -> View:
        """Which KPIs, rules and analyses this log can answer, and what is missing for the others."""
        if self.log.blocked:
            return self.view("readiness", self.say("What can be computed"), self._nothing_shown())
        figures = self._readiness()
        frame = pd.concat([figures, analysis_frame(self.prepared)], ignore_index=True)
        shown = frame.assign(
            label=[
                self._ready_name(kind, name) for kind, name in zip(frame["kind"], frame["id"], strict=True)
            ],
            kind=[self.say(_KINDS[kind]) for kind in frame["kind"]],
            lacking=objects([self.known(name) for name in names] for names in frame["missing"]),
            because=[self.reason(reason) for reason in frame["reason"]],
        )
        columns = [
            Column("kind", self.say("Kind")),
            Column("id", self.say("Id"), "code"),
            Column("label", self.say("Name")),
            Column("verdict", self.say("Verdict"), "verdict"),
            Column("n", self.say("Rows behind it"), "number"),
            Column("lacking", self.say("Missing"), "list", optional=True),
            Column("because", self.say("Reason"), optional=True),
        ]
        counts = {verdict: int((figures["verdict"] == verdict).sum()) for verdict in _VERDICTS}
        title = self.say(
            "{ready} of {total} KPIs and rules can be computed", ready=counts["ready"], total=len(figures)
        )
        body = facts(
            [(self.say(_VERDICTS[name]), self.speech.number(count)) for name, count in counts.items()]
        )
        body += self._unlocks()
        lacking = shown[frame["verdict"] != "ready"]
        if len(lacking):
            body += table(lacking, columns, self.speech, limit=_JUDGED)
        ready = table(shown[frame["verdict"] == "ready"], columns, self.speech, limit=_JUDGED)
        body += details(self.say("Ready: {n}", n=len(shown) - len(lacking)), ready)
        return self.view("readiness", title, body, frame)

    def _ready_name(self, kind: str, name: str) -> str:
        if kind == "analysis":
            return self.say(_ANALYSES[name])
        return self.kpi_name(name) if kind == "kpi" else self.rule_name(name)

    def _unlocks(self) -> Markup:
        """The one field that opens the most, and the smallest sets of fields that open the most of what is left."""
        frame = unlocks_frame(self.prepared)
        said = Markup("")
        if not frame.empty:
            best = frame.iloc[0]
            said = notice(
                self.say(
                    "One more field unlocks the most: {field} makes {n} more KPIs and rules possible.",
                    field=self.known(best["missing"]),
                    n=int(best["unlocks"]),
                ),
                "note",
            )
        plan = plan_frame(self.prepared)
        if plan.empty:
            return said
        shown = plan.assign(
            fields=objects([self.known(name) for name in names] for names in plan["fields"]),
            opens=objects(
                [self.say(_ANALYSES[name]) if name in _ANALYSES else name for name in names]
                for names in plan["opens"]
            ),
        )
        columns = [
            Column("step", self.say("In this order"), "number"),
            Column("fields", self.say("Add these fields"), "list"),
            Column("n", self.say("Then possible"), "number"),
            Column("total", self.say("In all"), "number"),
            Column("opens", self.say("What they open"), "list"),
        ]
        return said + table(shown, columns, self.speech, limit=20)
