"""The stages of a funnel: when each case reached them, and whether and when it went on to any stage beyond.

Stages are the activities that a template declares. A log of a CRM often has none of them and names its stages in an
attribute instead; they are then the stages, in the order that the template gives its values, else in the order in
which cases come to them.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet
from workbench.template.model import Pair

__all__ = ["stage_rows", "stages_gone_back", "stages_of"]

# Engines type times and what is missing each in their own way; what is put together must be of one type.
_TIME = "timestamp(6)"


def stages_of(log: PreparedLog, declared: tuple[str, ...]) -> tuple[str, ...]:
    """The stages of the log in their order: activities, or the values of the attribute that names stages."""
    pair = _named_by(log, declared)
    return declared if pair is None else (*_values(log, pair, declared[-1]), declared[-1])


def stage_rows(sheet: Sheet, declared: tuple[str, ...], stages: tuple[str, ...]) -> ir.Table:
    """The rows of a sheet of cases, one for each stage reached, all but the last of `stages` (`stages_of`).

    With columns stage, reached (first time), moved (whether any stage beyond was reached later or at the same time),
    went (when that was first; null where none was), waits (may still move on: an open case that has never come to the
    last stage. A deal that is won and not yet paid has left the funnel).
    """
    pair = _named_by(sheet.log, declared)
    arrived = sheet.earliest((declared[-1],)).notnull()
    sheet.table = sheet.table.mutate(undecided=(sheet.table["status"] == "open") & ~arrived)
    if pair is not None:
        joined = sheet.table.join(_moves(sheet, pair, stages), "case_key")
        return _with_waits(joined.select(*joined.columns))
    base, parts = sheet.table, []
    for place, stage in enumerate(stages[:-1]):
        reached, later = sheet.earliest((stage,)), sheet.latest(stages[place + 1 :])
        gone = [
            _gone(reached, sheet.earliest((other,)), sheet.latest((other,))) for other in stages[place + 1 :]
        ]
        rows = base.mutate(
            stage=ibis.literal(stage),
            reached=reached.cast(_TIME),
            moved=(later >= reached).fill_null(False),
            went=(gone[0] if len(gone) == 1 else ibis.least(*gone)).cast(_TIME),
        )
        parts.append(rows.filter(rows["reached"].notnull()))
    return _with_waits(ibis.union(*parts))


def _with_waits(rows: ir.Table) -> ir.Table:
    return rows.mutate(waits=rows["undecided"] & ~rows["moved"]).drop("undecided")


def stages_gone_back(log: PreparedLog, declared: tuple[str, ...]) -> ir.Table | None:
    """Of each case with named stages whether it came to one after it had been in a later one: case_key, went_back.

    None where the log shows the declared stages as activities.
    """
    pair = _named_by(log, declared)
    if pair is None:
        return None
    stages = (*_values(log, pair, declared[-1]), declared[-1])
    visits = _by_state(log, pair, stages)
    own = visits.filter(visits["place"] < len(stages) - 1)
    beyond = own.select(other="case_key", other_place="place", other_first="first")
    both = own.left_join(beyond, [own["case_key"] == beyond["other"], own["place"] < beyond["other_place"]])
    both = both.select("case_key", back=(both["last"] > both["other_first"]).fill_null(False))
    return both.group_by("case_key").aggregate(went_back=both["back"].any())


def _gone(reached: ir.Value, first: ir.Value, last: ir.Value) -> ir.Value:
    """When a stage beyond was gone to: its first time, or its last where it had been reached before as well."""
    return ibis.cases((first >= reached, first), (last >= reached, last), else_=ibis.null("timestamp(6)"))


def _moves(sheet: Sheet, pair: Pair, stages: tuple[str, ...]) -> ir.Table:
    """Of stages that are named: case_key, stage, reached, moved, went."""
    visits = _by_state(sheet.log, pair, stages)
    beyond = visits.select(other="case_key", other_place="place", other_first="first", other_last="last")
    rows = visits.filter(visits["place"] < len(stages) - 1)
    both = rows.left_join(
        beyond, [rows["case_key"] == beyond["other"], rows["place"] < beyond["other_place"]]
    )
    both = both.select("case_key", "stage", "first", "other_first", "other_last")
    later = (both["other_last"] >= both["first"]).fill_null(False)
    return both.group_by("case_key", "stage").aggregate(
        reached=both["first"].min(),
        moved=later.any(),
        went=_gone(both["first"], both["other_first"], both["other_last"]).min(),
    )


def _named_by(log: PreparedLog, declared: tuple[str, ...]) -> Pair | None:
    """The pair whose state names the stages, where no activity between the first and the last stage is known."""
    if any(log.knows(stage) for stage in declared[1:-1]):
        return None
    for pair in log.template.pairs.values():
        visits = log.pairs.get(pair.id)
        if pair.state is not None and visits is not None and pair.state in visits.columns:
            return pair
    return None


def _visits(log: PreparedLog, pair: Pair, last: str) -> ir.Table:
    """First and last time of each named stage of a case, before the case reached the last stage or ended."""
    assert pair.state is not None
    visits = log.pairs[pair.id]
    visits = visits.select("case_key", "opened", stage=visits[pair.state].cast("string"))
    sheet = Sheet(log, "cases", log.cases)
    reached, ended = sheet.earliest((last,)), sheet.table["ended"]
    until = ibis.least(ibis.coalesce(reached, ended), ibis.coalesce(ended, reached))
    ends = sheet.table.select(of="case_key", until=until)
    rows = visits.join(ends, visits["case_key"] == ends["of"])
    rows = rows.filter(rows["stage"].notnull() & (rows["until"].isnull() | (rows["opened"] < rows["until"])))
    return rows.group_by("case_key", "stage").aggregate(first=rows["opened"].min(), last=rows["opened"].max())


def _values(log: PreparedLog, pair: Pair, last: str) -> list[str]:
    """The named stages in order."""
    visits = _visits(log, pair, last)
    rank = ibis.row_number().over(
        ibis.window(group_by=visits["case_key"], order_by=[visits["first"], visits["stage"]])
    )
    ranked = visits.mutate(rank=rank.cast("float64"))
    frame = log.frame(ranked.group_by("stage").aggregate(rank=ranked["rank"].mean()))
    found = {str(stage): float(rank) for stage, rank in zip(frame["stage"], frame["rank"], strict=True)}
    attribute = log.template.attributes.get(str(pair.state))
    known: dict[str, int] = {}
    for place, value in enumerate(attribute.values if attribute is not None else ()):
        texts = [value] if isinstance(value, str) else [value.en, value.fr, value.es, value.zh]
        for text in texts:
            known.setdefault(text.casefold(), place)
    if all(stage.casefold() in known for stage in found):
        return sorted(found, key=lambda stage: (known[stage.casefold()], stage))
    return sorted(found, key=lambda stage: (found[stage], stage))


def _by_state(log: PreparedLog, pair: Pair, stages: tuple[str, ...]) -> ir.Table:
    """case_key, stage, place, first, last of each stage that a case was in, the last one by its activity."""
    visits = _visits(log, pair, stages[-1])
    place = ibis.cases(*[(visits["stage"] == stage, number) for number, stage in enumerate(stages)])
    named = visits.mutate(place=place.cast("int64"))
    final = Sheet(log, "cases", log.cases)
    won = final.table.select(
        "case_key",
        stage=ibis.literal(stages[-1]),
        place=ibis.literal(len(stages) - 1, type="int64"),
        first=final.earliest(stages[-1:]).cast(_TIME),
        last=final.latest(stages[-1:]).cast(_TIME),
    )
    named = named.mutate(first=named["first"].cast(_TIME), last=named["last"].cast(_TIME))
    return ibis.union(
        named.select("case_key", "stage", "place", "first", "last"), won.filter(won["first"].notnull())
    )
