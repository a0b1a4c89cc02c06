"""Conditions on what happens in a case: activities, ways, end points, what follows what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir

from workbench.discover.conditions.base import Condition, Met, in_order
from workbench.discover.conditions.naming import (
    activities_said,
    activity_label,
    code_text,
    codes_of,
    joined_by,
)
from workbench.discover.conditions.picking import between_ends
from workbench.discover.conditions.reading import RefusedError, chosen, key, names, seconds, ways, yes_no
from workbench.discover.conditions.wording import spans
from workbench.discover.shown import linked_events, shown_events, whole_ways
from workbench.errors import unknown_name
from workbench.log.cases import case_paths
from workbench.log.keys import count_of
from workbench.log.prepared import PreparedLog
from workbench.log.trims import Trim
from workbench.messages import Message

__all__ = ["Activity", "Ends", "Follows", "Variant"]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Activity(Condition):
    """Cases that show at least one of some activities (`any`), or every one of them (`all`).

    >>> Activity(any=("reminded",)).record()
    {'kind': 'activity', 'any': ['reminded']}
    """

    kind: ClassVar[str] = "activity"

    any: tuple[str, ...] = key(names, default=())
    all: tuple[str, ...] = key(names, default=())

    def check(self) -> None:
        if not self.any and not self.all:
            raise RefusedError(Message("It names nothing"), Message("Name at least one"))

    def told(self, log: PreparedLog) -> Message:
        parts = [Message("with {activity}", activity=activity_label(log, name)) for name in self.all]
        if self.any:
            parts.insert(0, Message("with {activity}", activity=activities_said(log, self.any)))
        return parts[0] if len(parts) == 1 else Message("{conditions}", conditions=parts)

    def told_without(self, log: PreparedLog) -> Message:
        if self.all and (self.any or len(self.all) > 1):
            return super().told_without(log)
        return Message("without {activity}", activity=activities_said(log, self.any or self.all))

    def met(self, log: PreparedLog) -> Met:
        wanted = [self.any] if self.any else []
        return _each_met(log, [*wanted, *((name,) for name in self.all)], where="activity")


def _each_met(log: PreparedLog, wanted: list[tuple[str, ...]], *, where: str) -> Met:
    """Cases that show one of each of several lists of activities."""
    asked = [codes_of(log, names, where=where) for names in wanted]
    counted = {code for code in {*sum(asked, ())} if count_of(log.meta.activities[code]) in log.cases.columns}
    if all(code in counted for codes in asked for code in codes):
        met: ir.BooleanValue = ibis.literal(True)
        for codes in asked:
            has: ir.BooleanValue = ibis.literal(False)
            for code in codes:
                has = has | (log.cases[count_of(log.meta.activities[code])] > 0).fill_null(False)
            met = met & has
        return met
    keys = log.cases.select("case_key")
    for codes in asked:
        keys = keys.semi_join(log.events.filter(log.events["activity"].isin(codes)), "case_key")
    return keys


@dataclass(frozen=True, kw_only=True)
class Variant(Condition):
    """Cases that went one of some ways, each the sequence of its activities as the list of variants has it.

    >>> Variant(ways=[["asked", "answered"]]).record()
    {'kind': 'variant', 'ways': [['asked', 'answered']]}
    """

    kind: ClassVar[str] = "variant"

    ways: tuple[tuple[str, ...], ...] = key(ways)
    derived: bool = key(yes_no, default=True)

    def told(self, log: PreparedLog) -> Message:
        if len(self.ways) > 1:
            return Message("one of {n} ways through the process", n=len(self.ways))
        way = joined_by(activity_label(log, step) for step in self.ways[0])
        return Message("the way {way}", way=way)

    def met(self, log: PreparedLog) -> Met:
        for step in {step for way in self.ways for step in way} - set(log.meta.activities):
            raise unknown_name("activity", step, log.meta.activities, where="variant.ways")
        paths = [",".join(str(log.meta.code(step)) for step in way) for way in self.ways]
        return _going(log, lambda path: path.isin(paths), derived=self.derived)


def _going(log: PreparedLog, wanted: object, *, derived: bool) -> Met:
    """Cases whose way, as codes in order, is one that is wanted: asked of each variant, not of each case."""
    if whole_ways(log, derived=derived):
        table = log.variants
        numbers = table.filter(wanted(table["path"])).select("variant")  # type: ignore[operator]
        return log.cases.semi_join(numbers, "variant").select("case_key")
    paths = case_paths(shown_events(log, derived=derived))
    return paths.filter(wanted(paths["path"])).select("case_key")  # type: ignore[operator]


@dataclass(frozen=True, kw_only=True)
class Ends(Condition):
    """Cases that begin with one of some activities and end with one of others.

    With `trim` those that show one of `first` and, not before it, one of `last`; of their events only those from
    the first of the ones to the last of the others are shown. KPIs are those of the whole cases.

    >>> Ends(first=("asked",), trim=True).record()
    {'kind': 'ends', 'first': ['asked'], 'trim': True}
    """

    kind: ClassVar[str] = "ends"

    first: tuple[str, ...] = key(names, default=())
    last: tuple[str, ...] = key(names, default=())
    trim: bool = key(yes_no, default=False)
    derived: bool = key(yes_no, default=True)

    def check(self) -> None:
        if not self.first and not self.last:
            raise RefusedError(
                Message("It names neither a first nor a last activity"), Message("Name at least one")
            )

    def told(self, log: PreparedLog) -> Message:
        first = activities_said(log, self.first) if self.first else None
        last = activities_said(log, self.last) if self.last else None
        if self.trim:
            if last is None:
                return Message("shown from {first} on, figures of the whole cases", first=first)
            if first is None:
                return Message("shown until {last}, figures of the whole cases", last=last)
            return Message("shown from {first} to {last}, figures of the whole cases", first=first, last=last)
        if last is None:
            return Message("beginning with {first}", first=first)
        if first is None:
            return Message("ending with {last}", last=last)
        return Message("beginning with {first} and ending with {last}", first=first, last=last)

    def told_without(self, log: PreparedLog) -> Message:
        if not self.trim:
            return super().told_without(log)
        if not self.last:
            return Message("without {activity}", activity=activities_said(log, self.first))
        if not self.first:
            return Message("without {activity}", activity=activities_said(log, self.last))
        first, last = activities_said(log, self.first), activities_said(log, self.last)
        return Message("never from {first} to {last}", first=first, last=last)

    def met(self, log: PreparedLog) -> Met:
        first = codes_of(log, self.first, where="ends.first")
        last = codes_of(log, self.last, where="ends.last")
        if (self.first and not first) or (self.last and not last):
            return ibis.literal(False)
        begins, ends = code_text(first) or "[0-9]+", code_text(last) or "[0-9]+"

        def wanted(path: ir.StringValue) -> ir.BooleanValue:
            if self.trim:
                return _ever_after(path, begins, ends, or_at_once=True)
            return path.re_search(f"^({begins})(,|$)") & path.re_search(f"(^|,)({ends})$")

        return _going(log, wanted, derived=self.derived)

    def trimming(self, log: PreparedLog) -> Trim | None:
        if not self.trim or self.exclude:
            return None
        first = codes_of(log, self.first, where="ends.first")
        last = codes_of(log, self.last, where="ends.last")
        return Trim(
            f"ends {first} {last} {self.derived}",
            between_ends(log, first, last, derived=self.derived),
            self.trimming,
        )


def _ever_after(
    path: ir.StringValue, source: str, target: str, *, or_at_once: bool = False
) -> ir.BooleanValue:
    """Whether one code comes anywhere behind another one, or (`or_at_once`) is the very same."""
    later = path.re_search(f"(^|,)({source}),([0-9]+,)*({target})(,|$)")
    if not or_at_once:
        return later
    both = sorted(set(source.split("|")) & set(target.split("|"))) if "[" not in source + target else []
    alone = "|".join(both) or (target if source.startswith("[") else source if target.startswith("[") else "")
    return later | path.re_search(f"(^|,)({alone})(,|$)") if alone else later


def _back(source: tuple[int, ...], code: int) -> str:
    """A way on which a code comes directly behind one of some, and not for the first time."""
    back = f"(^|,){code},([0-9]+,)*({code_text(source)}),{code}(,|$)"
    return f"{back}|(^|,){code},{code}(,|$)" if code in source else back


@dataclass(frozen=True, kw_only=True)
class Follows(Condition):
    """Cases in which one of some activities is followed by one of others, at once or at any time later.

    `least_seconds` and `most_seconds` (both included) bound the time between the two events. `again` wants the one
    that follows at once to have happened in the case before: what comes back, and after what.

    >>> Follows(source=["asked"], target=["answered"], how="directly", most_seconds=86400).record()["most_seconds"]
    86400
    """

    kind: ClassVar[str] = "follows"

    source: tuple[str, ...] = key(names)
    target: tuple[str, ...] = key(names)
    how: Literal["directly", "eventually"] = key(chosen("directly", "eventually"), default="eventually")
    least_seconds: int | float | None = key(seconds, default=None)
    most_seconds: int | float | None = key(seconds, default=None)
    again: bool = key(yes_no, default=False)
    derived: bool = key(yes_no, default=True)

    def check(self) -> None:
        if not self.source or not self.target:
            raise RefusedError(Message("It names nothing"), Message("Name at least one"))
        if self.again and self.how != "directly":
            raise RefusedError(
                Message("'again' asks what directly follows"), Message("Say how = 'directly' with it")
            )
        in_order(self.least_seconds, self.most_seconds, needed=False)

    def told(self, log: PreparedLog) -> Message:
        source, target = activities_said(log, self.source), activities_said(log, self.target)
        if self.again:
            said = Message("{target} again, directly after {source}", source=source, target=target)
        elif self.how == "directly":
            said = Message("{source} directly followed by {target}", source=source, target=target)
        else:
            said = Message("{source} followed at any time by {target}", source=source, target=target)
        if self.least_seconds is None and self.most_seconds is None:
            return said
        return Message(
            "{condition}, {time} between", condition=said, time=spans(self.least_seconds, self.most_seconds)
        )

    def met(self, log: PreparedLog) -> Met:
        source = codes_of(log, self.source, where="follows.source")
        target = codes_of(log, self.target, where="follows.target")
        if not source or not target:
            return ibis.literal(False)
        before, behind = code_text(source), code_text(target)

        def wanted(path: ir.StringValue) -> ir.BooleanValue:
            if self.again:
                return path.re_search("|".join(_back(source, code) for code in target))
            if self.how == "directly":
                return path.re_search(f"(^|,)({before}),({behind})(,|$)")
            return _ever_after(path, before, behind)

        if self.least_seconds is None and self.most_seconds is None:
            return _going(log, wanted, derived=self.derived)
        if self.how == "directly":
            events = linked_events(log, derived=self.derived)
            found = events.filter(events["activity"].isin(source), events["next_activity"].isin(target))
            if self.again:
                # Its first event was no later than this one.
                first = events.group_by(["case_key", "activity"]).aggregate(first=events["pos"].min())
                first = first.rename(next_activity="activity")
                found = found.join(first, ["case_key", "next_activity"])
                found = found.filter(found["first"] <= found["pos"])
            return found.filter(self._in_time(found["to_next"])).select("case_key")
        return self._later(shown_events(log, derived=self.derived), source, target)

    def _later(self, events: ir.Table, source: tuple[int, ...], target: tuple[int, ...]) -> ir.Table:
        if self.most_seconds is None:  # the longest time between two of them decides
            is_source, is_target = events["activity"].isin(source), events["activity"].isin(target)
            seen = (
                events.filter(is_source | is_target)
                .group_by("case_key")
                .aggregate(
                    first=events["time"].min(where=is_source),
                    last=events["time"].max(where=is_target),
                    first_pos=events["pos"].min(where=is_source),
                    last_pos=events["pos"].max(where=is_target),
                )
            )
            seen = seen.filter(seen["first_pos"] < seen["last_pos"])
            return seen.filter(self._in_time(seen["last"].delta(seen["first"], unit="microsecond"))).select(
                "case_key"
            )
        before = events.filter(events["activity"].isin(source)).select(
            "case_key", pos_before="pos", begun="time"
        )
        behind = events.filter(events["activity"].isin(target)).select(
            "case_key", pos_behind="pos", done="time"
        )
        pairs = before.join(behind, "case_key")
        pairs = pairs.filter(pairs["pos_before"] < pairs["pos_behind"])
        return pairs.filter(self._in_time(pairs["done"].delta(pairs["begun"], unit="microsecond"))).select(
            "case_key"
        )

    def _in_time(self, waited: ir.IntegerValue) -> ir.BooleanValue:
        met: ir.BooleanValue = waited.notnull()
        if self.least_seconds is not None:
            met = met & (waited >= self.least_seconds * _MICROSECONDS)
        if self.most_seconds is not None:
            met = met & (waited <= self.most_seconds * _MICROSECONDS)
        return met
