"""When things happen in generated data: office hours, no impossible moments, nothing after the end."""

from __future__ import annotations

import pandas as pd

from .conftest import Written
from .plain import as_of, office_hours


def test_people_work_in_office_hours_only(written: Written) -> None:
    by_hand = ~written.events["is_automated"]
    if "calendar" not in written.project:
        raise AssertionError("the calendar must stand in the project")
    assert by_hand.any()
    assert office_hours(written)[by_hand].all()
    assert not office_hours(written)[~by_hand].all(), "machines work at other times too"


def test_no_moment_is_impossible_or_double_in_the_projects_zone(written: Written) -> None:
    time = written.events["event_time"]
    assert written.project["time_zone"] == "Europe/Paris"
    time.dt.tz_localize("Europe/Paris", ambiguous="raise", nonexistent="raise")


def test_nothing_happens_after_the_cut_off(written: Written) -> None:
    assert written.events["event_time"].max() < as_of(written) + pd.Timedelta(days=1)
    assert written.events["event_time"].max() > as_of(written) - pd.Timedelta(days=2)


def test_the_file_has_the_events_of_a_case_together_and_in_order(written: Written) -> None:
    case = written.project["sources"][0]["case"]
    starts = written.events[case] != written.events[case].shift()
    assert starts.sum() == written.events[case].nunique()
    back = written.events["event_time"] < written.events["event_time"].shift()
    assert not (back & ~starts).any()


def test_machines_are_systems_and_people_are_people(written: Written) -> None:
    user = written.project["sources"][0]["resource"]
    systems = set(written.events.loc[written.events["is_automated"], user])
    people = set(written.events.loc[~written.events["is_automated"], user])
    assert systems.isdisjoint(people)
    assert set(written.events.loc[written.events["is_automated"], "team"]) == {"System"}
