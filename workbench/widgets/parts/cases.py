"""Single cases: searched for, put in order, and one of them in full – all its attributes and what happened to it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import CASE_ORDERS, case_page, history_frame
from workbench.draw.acting import button, choice, search, toolbar, value_button
from workbench.draw.history import timeline
from workbench.draw.prose import facts
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.draw.words import is_missing, words
from workbench.i18n import Message
from workbench.log.frames import objects
from workbench.widgets.act import Act
from workbench.widgets.parts.base import Part

__all__ = ["CasesPart"]

_AT_A_TIME = 15
_COLUMNS = 5
_ORDERS = {
    "case_id": Message("Case id"),
    "start": Message("First event"),
    "end": Message("Last event"),
    "duration": Message("Duration"),
    "events": Message("Events"),
    "amount": Message("Amount"),
}
_OF_PAGE = {"case_id", "start", "end", "duration_seconds", "events", "status", "variant", "currency_of_case"}


class CasesPart(Part):
    """The list of cases, and the one that was picked."""

    name = "cases"

    @property
    def _order(self) -> str:
        return self.chosen("order", CASE_ORDERS, "duration")

    @property
    def _ascending(self) -> bool:
        return self.chosen("ascending", (True, False), self._order in ("case_id", "start"))

    def view(self) -> View:
        first = int(self.number("first", 0, least=0, most=10_000_000))
        page = case_page(
            self.prepared,
            search=self.text("search"),
            order=self._order,
            ascending=self._ascending,
            first=first,
            most=_AT_A_TIME,
        )
        title = self.say("1 case") if page.cases == 1 else self.say("{n} cases", n=page.cases)
        body = Markup("")
        if self.live:
            body += self._tools()
        body += self._list(page.frame)
        if self.live:
            body += self._further(first, page.cases) + self._picked()
        return self.drawn(title, body, page.frame)

    def _tools(self) -> Markup:
        orders = {name: self.say(label) for name, label in _ORDERS.items()}
        return toolbar(
            search(self.say("Search by case id"), self.text("search"), "search"),
            choice(self.say("Order by"), orders, self._order, "order"),
            button(
                self.say("ascending") if self._ascending else self.say("descending"),
                "options",
                {"ascending": not self._ascending, "first": 0},
                hint=self.say("Turn the order round"),
            ),
            label=self.say("Cases"),
        )

    def _list(self, frame: pd.DataFrame) -> Markup:
        speech = self.names.speech
        shown = frame
        columns = [Column("case_id", self.say("Case"), "strong")]
        if self.live:
            shown = shown.assign(
                case_id=objects(
                    value_button(case, speech, "options", {"picked": str(case)}) for case in frame["case_id"]
                )
            )
            columns = [Column("case_id", self.say("Case"), "html")]
        columns += [
            Column("start", self.say("First event"), "day"),
            Column("end", self.say("Last event"), "day"),
            Column("duration_seconds", self.say("Duration"), "duration"),
            Column("events", self.say("Events"), "number"),
            Column("variant", self.say("Variant"), "number"),
        ]
        attributes = [name for name in frame.columns if name not in _OF_PAGE][:_COLUMNS]
        return table(
            shown, [*columns, *(self._column(name) for name in attributes)], speech, limit=_AT_A_TIME
        )

    def _column(self, name: str) -> Column:
        found = self.prepared.meta.attribute(name)
        if found is not None and found.type == "money":
            return Column(
                name, self.names.attribute(name), "money", currency="currency_of_case", optional=True
            )
        return Column(name, self.names.attribute(name), optional=True)

    def _further(self, first: int, cases: int) -> Markup:
        if cases <= _AT_A_TIME:
            return Markup("")
        shown = self.say(
            "{first} to {last} of {n}", first=first + 1, last=min(cases, first + _AT_A_TIME), n=cases
        )
        return toolbar(
            button(
                self.say("Earlier"), "options", {"first": max(0, first - _AT_A_TIME)}, disabled=first == 0
            ),
            button(
                self.say("Further"),
                "options",
                {"first": first + _AT_A_TIME},
                disabled=first + _AT_A_TIME >= cases,
            ),
            Markup('<span class="wb-more">{}</span>').format(words(shown)),
            label=self.say("Cases"),
        )

    # ------------------------------------------------------------------ one case
    def _picked(self) -> Markup:
        case = self.text("picked")
        if not case:
            return Markup("")
        whole = case_page(self.explorer.whole.prepared, search=case, order="case_id", ascending=True, most=50)
        own = whole.frame[whole.frame["case_id"] == case]
        if own.empty:
            return Markup("")
        history = history_frame(self.explorer.whole.prepared, case)
        told = history.assign(
            activity=self.names.activities(history["activity"]),
            since_seconds=history["seconds_since_previous"],
        )
        record = {str(name): value for name, value in own.iloc[0].to_dict().items()}
        close = toolbar(
            button(self.say("Only this case"), "add", {"kind": "case", "ids": [case]}),
            button(self.say("Close"), "options", {"picked": None}, look="quiet"),
            label=case,
        )
        return Markup('<section class="wb-picked"><h3>{}</h3>{}{}{}</section>').format(
            words(self.say("Case {case}", case=case)),
            facts(self._facts(record)),
            close,
            timeline(told, self.names.speech),
        )

    def _facts(self, record: dict[str, Any]) -> list[tuple[str, str]]:
        speech = self.names.speech
        said = [
            (self.say("Duration"), speech.duration(record["duration_seconds"])),
            (self.say("Events"), speech.number(record["events"])),
        ]
        for name, value in record.items():
            if name in _OF_PAGE or is_missing(value):
                continue
            found = self.prepared.meta.attribute(name)
            if found is not None and found.type == "money":
                text = speech.money(value, record["currency_of_case"])
            elif isinstance(value, pd.Timestamp):
                text = speech.day(value.date())
            elif isinstance(value, bool):
                text = speech.yes_no(value)
            elif isinstance(value, int | float):
                text = speech.number(value, places=0 if float(value).is_integer() else 2)
            else:
                text = str(value)
            said.append((self.names.attribute(name), text))
        return said

    def act(self, act: Act) -> None:
        if act.name in ("search", "order"):
            self.explorer.tell(self.name, **{act.name: act.value, "first": None, "ascending": None})
