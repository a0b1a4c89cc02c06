"""As-of: the log as it was known at the end of a day is the log of the events up to that day, and no other."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared, values
from tests.oracle import credit_log, deal_log
from workbench.discover import activity_frame, map_frame, variant_frame
from workbench.log.derive import derive
from workbench.log.prepared import PreparedLog
from workbench.rules import judge

LOGS = {"credit-collections": credit_log, "lead-to-cash": deal_log}
DAYS = {"credit-collections": "2026-04-30", "lead-to-cash": "2026-06-15"}


@pytest.fixture(scope="module", params=LOGS)
def both(request: pytest.FixtureRequest) -> tuple[PreparedLog, PreparedLog]:
    """(the whole log looked at from an earlier day, the log of the lines up to that day)."""
    process, day = request.param, DAYS[request.param]
    log = LOGS[process]
    known = {"process": process, "zone": log.ZONE, "currency": log.CURRENCY, "policy": log.POLICY}
    whole = prepared(log.EVENTS, log.CASES, as_of=log.AS_OF, **known)
    earlier = derive(whole.recorded, whole.template, whole.engine, judge=judge, as_of=date.fromisoformat(day))
    # Times are written in the log's own zone, so a line's first ten signs of its time are its day.
    lines = [line for line in log.EVENTS.strip().splitlines() if line.strip()]
    kept = [line for line in lines if line.split("|")[2].strip()[:10] <= day]
    assert 0 < len(kept) < len(lines)
    begun = {line.split("|")[0].strip() for line in kept}
    header, *cases = log.CASES.strip().splitlines()
    cases = [line for line in cases if line.split("|")[0].strip() in begun]
    cut = prepared("\n".join(kept), "\n".join([header, *cases]), as_of=day, **known)
    return earlier, cut


def test_the_figures_are_those_of_the_log_cut_by_hand(both: tuple[PreparedLog, PreparedLog]) -> None:
    earlier, cut = both
    # What the cut log has never seen at all it cannot speak of; the whole log may say nought.
    expected = {key: found for key, found in values(cut).items() if found[0] is not None}
    found = values(earlier)
    assert {key: found[key] for key in expected} == expected
    assert len(expected) > 20


@pytest.mark.parametrize("table", [map_frame, activity_frame, variant_frame])
def test_the_tables_are_those_of_the_log_cut_by_hand(
    both: tuple[PreparedLog, PreparedLog], table: object
) -> None:
    assert callable(table)
    earlier, cut = (table(log).drop(columns="variant", errors="ignore") for log in both)
    assert sorted(map(str, earlier.to_dict("records"))) == sorted(map(str, cut.to_dict("records")))


def test_the_verdicts_are_those_of_the_log_cut_by_hand(both: tuple[PreparedLog, PreparedLog]) -> None:
    def verdicts(log: PreparedLog) -> list[tuple[str, ...]]:
        rows = log.verdicts.join(log.cases.select("case_key", "case_id"), "case_key")
        frame = log.frame(rows.select("rule", "case_id", "time", "verdict", "limit_day"))
        return sorted(tuple(map(str, row)) for row in frame.itertuples(index=False))

    earlier, cut = map(verdicts, both)
    assert set(cut) <= set(earlier)
    spoken_of = {row[0] for row in cut}
    assert [row for row in earlier if row[0] in spoken_of] == cut
