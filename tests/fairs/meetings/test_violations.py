"""The judge of timetables, gaps and tables: pure, against the same counted another way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fairs.meetings.problem import Level, Meeting, Participant, Problem, Rule, Timetable, Violation
from service.fairs.meetings.timetable import days, gaps, gaps_in, tables, ways, worth
from service.fairs.meetings.violations import violations
from tests.fairs.meetings.trying import all_that_stand, counted, gaps_of, problems, stands

PEOPLE = (Participant("a", frozenset({4})), Participant("b"), Participant("c", most=1), Participant("d"))
MEETINGS = (
    Meeting("ab", "a", "b"), Meeting("ac", "a", "c", required=False), Meeting("bd", "b", "d", slots=frozenset({2, 3, 6})),
    Meeting("ad", "a", "d", fixed=3),
)  # fmt: skip
PROBLEM = Problem(6, 2, PEOPLE, MEETINGS, before=(("ab", "bd"),), max_gap_difference=0)
GOOD = {"ab": (1, 1), "bd": (2, 1), "ad": (3, 2)}


def _broken(change: dict[str, tuple[int, int | None] | None], problem: Problem = PROBLEM) -> list[Violation]:
    held = {name: place for name, place in {**GOOD, **change}.items() if place is not None}
    return list(violations(problem, Timetable(held)))


def test_a_timetable_that_keeps_all_rules_has_no_violation() -> None:
    loose = replace(PROBLEM, max_gap_difference=1)
    assert _broken({}, loose) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"xy": (1, 2)}, Violation(Rule.UNKNOWN, "xy")),
        ({"ab": None}, Violation(Rule.MISSING, "ab")),
        ({"bd": (4, 1)}, Violation(Rule.SLOT, "bd", slot=4)),
        ({"ab": (7, 1)}, Violation(Rule.SLOT, "ab", slot=7)),
        ({"ab": (0, 1)}, Violation(Rule.SLOT, "ab", slot=0)),
        ({"ad": (5, 1)}, Violation(Rule.FIXED, "ad", slot=5)),
        ({"ab": (4, 1)}, Violation(Rule.UNAVAILABLE, "ab", participant="a", slot=4)),
        ({"ab": (3, 1)}, Violation(Rule.BUSY, "ad", "ab", "a", 3)),
        ({"ab": (2, 2)}, Violation(Rule.BUSY, "bd", "ab", "b", 2)),
        ({"ab": (6, 1)}, Violation(Rule.BEFORE, "ab", "bd", slot=6)),
        ({"bd": (2, 3)}, Violation(Rule.TABLES, "bd", slot=2)),
        ({"bd": (2, 0)}, Violation(Rule.TABLES, "bd", slot=2)),
        ({"ac": (2, 1)}, Violation(Rule.TABLES, "bd", "ac", slot=2)),
        ({}, Violation(Rule.GAP_DIFFERENCE, participant="a", other="b")),
    ],
)  # fmt: skip
def test_each_rule_is_seen_to_be_broken(change: dict[str, tuple[int, int | None] | None], expected: Violation) -> None:
    found = _broken(change)
    assert expected in found or replace(expected, meeting=expected.other, other=expected.meeting) in found


def test_more_meetings_than_somebody_wants_and_more_than_tables() -> None:
    people = tuple(Participant(name, most=1 if name == "a" else None) for name in "abcdef")
    meetings = (Meeting("ab", "a", "b"), Meeting("ac", "a", "c"), Meeting("de", "d", "e"))
    problem = Problem(3, 1, people, meetings)
    found = violations(problem, Timetable({"ab": (1, None), "ac": (2, None), "de": (2, None)}))
    assert found == (Violation(Rule.MOST, participant="a"), Violation(Rule.TABLES, slot=2))
    at_spots = replace(problem, meetings=tuple(replace(meeting, at=meeting.a) for meeting in meetings))
    assert [each.rule for each in violations(at_spots, Timetable({"ab": (1, None), "ac": (2, None), "de": (2, None)}))] == [
        Rule.MOST
    ]


def test_who_is_in_no_list_is_named() -> None:
    problem = Problem(2, None, (Participant("a"),), (Meeting("ax", "a", "x"),))
    assert violations(problem, Timetable({"ax": (1, None)})) == (Violation(Rule.UNKNOWN, "ax", participant="x"),)


@given(st.sets(st.integers(1, 30)))
def test_gaps_are_runs_of_idle_slots_between_meetings(slots: set[int]) -> None:
    assert gaps_in(slots) == counted(slots)
    assert gaps_in({slot + 1 for slot in slots}) == gaps_in(slots)  # Idle slots before the first meeting are none.


@given(st.sets(st.integers(1, 12)), st.sets(st.integers(2, 12), max_size=3))
def test_no_gap_spans_a_long_pause(slots: set[int], breaks: set[int]) -> None:
    problem = Problem(12, None, (), (), breaks=frozenset(breaks))
    by_day = sum(counted({slot for slot in slots if first <= slot <= last}) for first, last in days(problem))
    assert gaps_in(slots, frozenset(breaks)) == by_day


@given(problems(), st.data())
def test_the_judge_agrees_with_the_rules_read_another_way(problem: Problem, data: st.DataObject) -> None:
    slots = st.integers(1, problem.slots)
    held = {meeting.id: data.draw(slots) for meeting in problem.meetings}
    timetable = Timetable({name: (slot, None) for name, slot in held.items()})
    assert (violations(problem, timetable) == ()) == stands(problem, held)
    assert sum(gaps(problem, timetable).values()) == gaps_of(problem, held)


@given(problems(optional=True))
def test_tables_are_given_out_so_that_nothing_breaks(problem: Problem) -> None:
    held = next(all_that_stand(problem), None)
    if held is None:
        return
    seated = tables(problem, held)
    assert {name: slot for name, (slot, _table) in seated.held.items()} == held
    assert all(table is not None for _slot, table in seated.held.values())
    assert violations(problem, seated) == ()


def test_who_stays_keeps_the_table_and_walks_nowhere() -> None:
    people = tuple(Participant(name) for name in "abcd")
    meetings = (Meeting("ab", "a", "b"), Meeting("cd", "c", "d"), Meeting("ac", "a", "c"), Meeting("bd", "b", "d"))
    problem = Problem(2, 3, people, meetings, previous={"ac": (2, 3)})
    seated = tables(problem, {"ab": 1, "cd": 1, "ac": 2, "bd": 2})
    assert seated.held["ac"] == (2, 3)  # Where it was before.
    assert seated.held["bd"][1] in {seated.held["ab"][1], seated.held["cd"][1]}  # One of the two stays.
    assert len(ways(problem, seated)) == 3


def test_walking_is_counted_along_aisles_and_over_the_entrances() -> None:
    people = (
        Participant("buyer"), Participant("x", spot=("A", 10, 20)), Participant("y", spot=("A", 40, 60)),
        Participant("z", spot=("B", 5, 5)),
    )  # fmt: skip
    meetings = tuple(Meeting(name, "buyer", name, at=name) for name in "xyz")
    problem = Problem(3, 1, people, meetings)
    there = worth(problem, Timetable({"x": (1, None), "y": (2, None), "z": (3, None)}))
    assert there[Level.TABLES] == 2
    assert there[Level.WALKING] == 70 + (40 + 60 + 5 + 5 + 300)
