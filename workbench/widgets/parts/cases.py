"""Single cases: searched for, put in order, and one of them in full – all its attributes and what happened to it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import CasePage, case_page, history_frame, one_case
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
from workbench.widgets.parts.paging import AT_A_TIME, page_start, paging

__all__ = ["CasesPart"]

_COLUMNS = 5
_ORDERS = {
    "case_id": Message("Case id"),
    "start": Message("First event"),
    "end": Message("Last event"),
    "duration": Message("Duration"),
    "events": Message("Events"),
    "amount": Message("Amount"),
}
_STATUS = {"open": Message("open"), "ended": Message("ended")}
_OF_PAGE = {"case_id", "start", "end", "duration_seconds", "events", "status", "variant", "currency_of_case"}


class CasesPart(Part):
    """The list of cases, and the one that was picked."""

    name = "cases"

    @property
    def _order(self) -> str:
        return self.chosen("order", self._orders, "duration")

    @property
    def _orders(self) -> list[str]:
        """What the list can be ordered by: by amounts where the log has any."""
        return [name for name in _ORDERS if name != "amount" or self._amount is not None]

    @property
    def _amount(self) -> str | None:
        """The attribute that says what a case is worth."""
        role = self.prepared.template.case.amount
        return role if role in self.prepared.attributes_in(self.prepared.cases) else None

    @property
    def _ascending(self) -> bool:
        return self.chosen("ascending", (True, False), self._order in ("case_id", "start"))

    def view(self) -> View:
        first = page_start(self)
        page = self._page(first)
        if page.frame.empty and page.cases:
            first = page_start(self, page.cases)
            page = self._page(first)
        title = self.say("1 case") if page.cases == 1 else self.say("{n} cases", n=page.cases)
        body = Markup("")
        if self.live:
            body += self._tools()
        body += self._list(page.frame)
        if self.live:
            body += paging(self, first, page.cases, label=self.say("Cases")) + self._picked()
        return self.drawn(title, body, page.frame)

    def _page(self, first: int) -> CasePage:
        return case_page(
            self.prepared,
            search=self.text("search"),
            order=self._order,
            ascending=self._ascending,
            first=first,
            most=AT_A_TIME,
        )

    def _tools(self) -> Markup:
        orders = {name: self.say(label) for name, label in _ORDERS.items() if name in self._orders}
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
        shown = shown.assign(
            status=objects(
                None if is_missing(status) else self.say(_STATUS[status]) for status in frame["status"]
            )
        )
        columns.append(Column("status", self.say("Status"), optional=True))
        empty = None if self.text("search") else self.nothing()
        # What a case is worth comes first: the list can be ordered by it.
        attributes = sorted(
            (name for name in frame.columns if name not in _OF_PAGE), key=lambda name: name != self._amount
        )[:_COLUMNS]
        return table(shown, [*columns, *map(self._column, attributes)], speech, limit=AT_A_TIME, empty=empty)

    def _column(self, name: str) -> Column:
        found = self.prepared.meta.attribute(name)
        if found is None or found.type != "money":
            return Column(name, self.names.attribute(name), optional=True)
        optional = self._order != "amount" or name != self._amount
        return Column(
            name, self.names.attribute(name), "money", currency="currency_of_case", optional=optional
        )

    # ------------------------------------------------------------------ one case
    def _picked(self) -> Markup:
        case = self.text("picked")
        if not case:
            return Markup("")
        own = one_case(self.explorer.whole.prepared, case)
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
