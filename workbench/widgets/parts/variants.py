"""The ways through the process, most travelled first: how many cases, how long, how much money; two populations."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import way_worth_frame
from workbench.draw.acting import button, choice, toolbar
from workbench.draw.prose import paragraph
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.log.frames import objects
from workbench.widgets.parts.base import Part

__all__ = ["VariantsPart"]

_AT_A_TIME = 15
_ORDERS = {
    "cases": Message("Cases"),
    "median_seconds": Message("Median time"),
    "steps": Message("Number of events"),
}


class VariantsPart(Part):
    """The variants, each to be kept or left out."""

    name = "variants"

    def view(self) -> View:
        frame = self.log.variants()
        shown = frame.assign(cumulative=frame["share"].cumsum(), steps=frame["activities"].map(len))
        order = self.chosen("order", tuple(_ORDERS), "cases")
        if order != "cases":
            shown = shown.sort_values([order, "variant"], ascending=[False, True], kind="stable")
        few = shown.head(_AT_A_TIME).reset_index(drop=True)
        few = few.assign(path=objects(self.names.activities(way) for way in few["activities"]))
        few, money = self._worth(few)
        columns = [
            Column("variant", self.say("Variant"), "number"),
            Column("path", self.say("Activities in order"), "path"),
            Column("cases", self.say("Cases"), "number"),
            Column("share", self.say("Share"), "bar"),
            Column("cumulative", self.say("Cumulative"), "percent"),
            *money,
            Column("median_seconds", self.say("Median time"), "duration"),
        ]
        body = Markup("")
        if self.live:
            body += self._tools(order)
            few = few.assign(keep=objects(self._acts(way) for way in few["activities"]))
        few, compared, told = self._compared(few)
        columns[4:4] = compared
        if self.live:
            columns.append(Column("keep", self.say("Filter"), "html"))
        rest = len(frame) - len(few)
        body += told + table(few, columns, self.names.speech, limit=_AT_A_TIME)
        if rest > 0:
            body += Markup('<p class="wb-more">{}</p>').format(
                self.say("… 1 more row") if rest == 1 else self.say("… {n} more rows", n=rest)
            )
        half = int((frame["share"].cumsum() < 0.5).sum()) + 1 if len(frame) else 0
        title = self.say("Variants that hold half of the cases: {n} of {total}", n=half, total=len(frame))
        return self.drawn(title, body, frame)

    def _tools(self, order: str) -> Markup:
        orders = {name: self.say(label) for name, label in _ORDERS.items()}
        return toolbar(
            choice(self.say("Order by"), orders, order, "option", "order"), label=self.say("Variants")
        )

    def _acts(self, way: Any) -> Markup:
        record = {"kind": "variant", "ways": [list(way)]}
        return button(self.say("Keep only these"), "add", record) + button(
            self.say("Leave out"), "add", {**record, "exclude": True}
        )

    def _worth(self, few: pd.DataFrame) -> tuple[pd.DataFrame, list[Column]]:
        """What these ways are worth in the currency that most of their cases have, never summed across currencies."""
        worth = way_worth_frame(self.prepared)
        worth = worth[worth["variant"].isin(list(few["variant"]))]
        if worth.empty:
            return few, []
        cases = worth.groupby("currency")["cases"].sum().sort_values(ascending=False, kind="stable")
        currency = str(cases.index[0])
        own = worth[worth["currency"] == currency].set_index("variant")["amount"]
        few = few.assign(worth=few["variant"].map(own))
        label = self.say("Value") if len(cases) == 1 else self.say("Value in {currency}", currency=currency)
        return few, [Column("worth", label, "money", currency=currency)]

    def _compared(self, few: pd.DataFrame) -> tuple[pd.DataFrame, list[Column], Markup]:
        """The share of each way among the one population and the other, where two are compared."""
        pair = self.explorer.populations()
        if pair is None:
            return few, [], Markup("")
        sides, *logs = pair
        columns = []
        for place, (side, log) in enumerate(zip((sides.one, sides.other), logs, strict=True)):
            ways = log.variants(durations=False)
            shares = {tuple(way): share for way, share in zip(ways["activities"], ways["share"], strict=True)}
            name = f"side_{place}"
            few = few.assign(**{name: [shares.get(tuple(way), 0.0) for way in few["activities"]]})
            columns.append(Column(name, self.say("Share: {who}", who=side.name), "percent"))
        told = paragraph(self.say("Compared: {what}.", what=sides.name))
        return few, columns, told
