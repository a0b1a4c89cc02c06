"""The ways through the process, most travelled first: how many cases, how long, how much money; two populations."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.discover import way_worth_frame
from workbench.draw.acting import button, choice, search, toolbar
from workbench.draw.prose import paragraph
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.i18n import Message
from workbench.log.frames import objects
from workbench.measure import shown_worth
from workbench.widgets.act import Act
from workbench.widgets.parts.base import Part
from workbench.widgets.parts.paging import AT_A_TIME, page_start, paging

__all__ = ["VariantsPart"]

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
        shown = self._found(shown)
        first = page_start(self, len(shown))
        few = shown.iloc[first : first + AT_A_TIME].reset_index(drop=True)
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
            columns.append(Column("keep", self.say("Filter"), "acts"))
        body += told + table(few, columns, self.names.speech, limit=AT_A_TIME, empty=self._none(frame))
        rest = len(shown) - len(few)
        if self.live:
            body += paging(self, first, len(shown), label=self.say("Variants"))
        elif rest > 0:
            body += Markup('<p class="wb-more">{}</p>').format(
                self.say("… 1 more row") if rest == 1 else self.say("… {n} more rows", n=rest)
            )
        half = int((frame["share"].cumsum() < 0.5).sum()) + 1 if len(frame) else 0
        title = self.say("Variants that hold half of the cases: {n} of {total}", n=half, total=len(frame))
        if frame.empty:
            title = self.say("Variants")
        return self.drawn(title, body, frame)

    def _tools(self, order: str) -> Markup:
        orders = {name: self.say(label) for name, label in _ORDERS.items()}
        return toolbar(
            search(self.say("Search by variant number"), self.text("search"), "search"),
            choice(self.say("Order by"), orders, order, "order"),
            label=self.say("Variants"),
        )

    def _none(self, frame: pd.DataFrame) -> str:
        """Why no variant is listed."""
        return self.nothing() if frame.empty else self.say("There is no variant of this number.")

    def _found(self, ways: pd.DataFrame) -> pd.DataFrame:
        """The variant of the number that is searched for; without a number all of them."""
        digits = "".join(sign for sign in self.text("search") if sign.isdecimal())
        return ways[ways["variant"] == int(digits[:12])] if digits else ways

    def _acts(self, way: Any) -> Markup:
        record = {"kind": "variant", "ways": [list(way)]}
        return button(self.say("Keep only these"), "add", record) + button(
            self.say("Leave out"), "add", {**record, "exclude": True}
        )

    def _worth(self, few: pd.DataFrame) -> tuple[pd.DataFrame, list[Column]]:
        """What these ways are worth: in the project's currency where there are rates, else in that of most cases."""
        worth = shown_worth(self.prepared, way_worth_frame(self.prepared), ["variant"])
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
        one, other = (self.explorer.counted(log) for log in logs)
        told = self.say(
            "Compared: {one} ({n}) against {other} ({m}).",
            one=sides.one.name,
            other=sides.other.name,
            n=one,
            m=other,
        )
        return few, columns, paragraph(told)

    def act(self, act: Act) -> None:
        if act.name in ("search", "order"):
            self.explorer.tell(self.name, **{act.name: act.value, "first": None})
