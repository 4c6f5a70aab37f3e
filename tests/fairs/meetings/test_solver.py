"""The solver against trying everything, and what it says of its timetables."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings

from service.core.searching import Progress
from service.fairs.meetings.gaps import made_even
from service.fairs.meetings.narrowing import narrowed
from service.fairs.meetings.problem import Level, Meeting, Participant, Problem, Rule, Solution, Timetable, Violation
from service.fairs.meetings.solver import solve
from service.fairs.meetings.timetable import moved, worth
from service.fairs.meetings.violations import violations
from tests.fairs.meetings.trying import all_that_stand, gaps_of, problems, worth_of


@settings(max_examples=60)
@given(problems())
def test_the_fewest_gaps_are_found_and_proven(problem: Problem) -> None:
    best = min((gaps_of(problem, held) for held in all_that_stand(problem)), default=None)
    found = solve(problem, seconds=20)
    if best is None:
        assert found.status == "infeasible"
        _is_a_clash(problem, found)
        return
    assert found.status == "optimal"
    assert violations(problem, found.timetable) == ()
    reached = found.reached(Level.GAPS)
    assert reached is not None
    assert (reached.value, reached.bound, reached.proven) == (best, best, True)


def _is_a_clash(problem: Problem, found: Solution) -> None:
    """Nothing keeps the named rules; and without any one of them something does."""
    assert found.reasons
    assert not any(_kept(problem, found.reasons))
    for each in found.reasons:
        assert any(_kept(problem, tuple(other for other in found.reasons if other is not each))), each


def _kept(problem: Problem, rules: tuple[Violation, ...]) -> list[bool]:
    """Whether some timetable keeps just these rules. Nobody is everywhere: to be in two places counts where it is named."""
    busy = {each.participant for each in rules if each.rule is Rule.BUSY}
    away = {each.participant for each in rules if each.rule is Rule.UNAVAILABLE}
    limited = {each.meeting for each in rules if each.rule is Rule.SLOT}
    fixed = {each.meeting for each in rules if each.rule is Rule.FIXED}
    kinds = {each.rule for each in rules}
    loose = replace(
        problem,
        tables=problem.tables if Rule.TABLES in kinds else None,
        tables_in=problem.tables_in if Rule.TABLES in kinds else {},
        participants=tuple(
            each if each.id in away else replace(each, unavailable=frozenset[int]()) for each in problem.participants
        ),
        meetings=tuple(
            replace(each, slots=each.slots if each.id in limited else None, fixed=each.fixed if each.id in fixed else None)
            for each in problem.meetings
        ),
        before=tuple((each.meeting or "", each.other or "") for each in rules if each.rule is Rule.BEFORE),
        max_gap_difference=problem.max_gap_difference if Rule.GAP_DIFFERENCE in kinds else None,
    )
    return [
        all(each.rule is Rule.BUSY and each.participant not in busy for each in violations(loose, way)) for way in _ways(loose)
    ]


def _ways(problem: Problem) -> list[Timetable]:
    ways: list[dict[str, tuple[int, int | None]]] = [{}]
    for meeting in problem.meetings:
        ways = [{**way, meeting.id: (slot, None)} for way in ways for slot in range(1, problem.slots + 1)]
    return [Timetable(way) for way in ways]


@settings(max_examples=40)
@given(problems(optional=True))
def test_the_most_valued_meetings_come_first_then_gaps(problem: Problem) -> None:
    best = max(((worth_of(problem, held), -gaps_of(problem, held)) for held in all_that_stand(problem)), default=None)
    found = solve(problem, seconds=20)
    if best is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert violations(problem, found.timetable) == ()
    held = {name: slot for name, (slot, _table) in found.timetable.held.items()}
    assert (worth_of(problem, held), -gaps_of(problem, held)) == best
    assert set(found.dropped) == {meeting.id for meeting in problem.meetings} - held.keys()


def drawn(seed: int, people: int, meetings: int, slots: int, tables: int) -> Problem:
    """Suppliers and buyers, everybody free all day."""
    draw = random.Random(seed)
    sides = [(a, b) for a in range(people // 2) for b in range(people // 2, people)]
    many = [0] * people
    pairs: list[tuple[int, int]] = []
    for a, b in draw.sample(sides, len(sides)):
        if len(pairs) < meetings and max(many[a], many[b]) < slots - 1:
            pairs.append((a, b))
            many[a] += 1
            many[b] += 1
    return Problem(
        slots, tables, tuple(Participant(f"p{at}") for at in range(people)),
        tuple(Meeting(f"m{at}", f"p{a}", f"p{b}") for at, (a, b) in enumerate(pairs)),
    )  # fmt: skip


def test_after_a_cancellation_nobody_is_moved_without_need() -> None:
    problem = replace(drawn(1, 20, 60, 10, 8), levels=(Level.MOVED, Level.GAPS))
    before = solve(replace(problem, levels=(Level.GAPS,)), seconds=5).timetable
    gone = problem.meetings[0]
    left = replace(
        problem, meetings=problem.meetings[1:], previous=before.held,
        participants=tuple(
            replace(each, unavailable=frozenset({before.held[problem.meetings[1].id][0]})) if each.id == problem.meetings[1].a
            else each for each in problem.participants
        ),
    )  # fmt: skip
    after = solve(left, seconds=10)
    assert violations(left, after.timetable) == ()
    assert gone.id not in after.timetable.held
    changed = after.reached(Level.MOVED)
    assert changed is not None
    assert changed.proven
    assert 1 <= changed.value == len(moved(left, after.timetable)) <= 3
    # The old timetable as a starting point alone does not keep it.
    again = solve(replace(left, levels=(Level.GAPS,)), seconds=2).timetable
    assert len(moved(left, again)) > changed.value


def test_a_move_may_be_worth_its_gaps() -> None:
    people = tuple(Participant(name) for name in "abcde")
    meetings = tuple(Meeting(f"a{name}", "a", name) for name in "bcd")
    problem = Problem(
        6,
        None,
        people,
        meetings,
        previous={"ab": (1, None), "ac": (3, None), "ad": (5, None)},
        levels=(Level.MOVED, Level.GAPS),
    )
    stays, goes = solve(problem, seconds=5), solve(replace(problem, gaps_per_move=1), seconds=5)
    assert worth(problem, stays.timetable)[Level.MOVED] == 0
    assert worth(problem, stays.timetable)[Level.GAPS] == 2
    told = worth(problem, goes.timetable)
    assert (told[Level.MOVED], told[Level.GAPS]) == (1, 0)


def test_all_levels_and_less_walking_at_the_spots() -> None:
    base = drawn(3, 14, 30, 8, 4)
    people = tuple(
        replace(each, spot=("A", 40 * at, 0)) if at < 7 else each for at, each in enumerate(base.participants)
    )  # fmt: skip
    problem = replace(
        base, participants=people, meetings=tuple(replace(meeting, at=meeting.a) for meeting in base.meetings), tables=0
    )
    found = solve(problem, seconds=3)
    assert found.status in {"optimal", "feasible"}
    assert violations(problem, found.timetable) == ()
    assert [each.level for each in found.levels] == [Level.GAPS, Level.DIFFERENCE, Level.TABLES, Level.WALKING]
    figures = worth(problem, found.timetable)
    for each in found.levels:
        assert each.bound <= each.value == figures[each.level]
    before = worth(problem, solve(replace(problem, levels=(Level.GAPS,)), seconds=3).timetable)
    assert figures[Level.GAPS] <= before[Level.GAPS] + 1
    assert figures[Level.WALKING] < before[Level.WALKING]


def test_two_days_have_no_gap_between_them() -> None:
    people = tuple(Participant(name) for name in "abc")
    meetings = (Meeting("ab", "a", "b", fixed=1), Meeting("ac", "a", "c", fixed=6))
    problem = Problem(6, 1, people, meetings, levels=(Level.GAPS,))
    assert worth(problem, solve(problem, seconds=2).timetable)[Level.GAPS] == 1
    days = replace(problem, breaks=frozenset({4}))
    found = solve(days, seconds=2)
    assert found.status == "optimal"
    assert worth(days, found.timetable)[Level.GAPS] == 0


def test_everybody_may_have_a_gap_where_nobody_can_do_without() -> None:
    away = frozenset({2, 4})
    people = tuple(Participant(name, away) for name in "abc")
    meetings = (Meeting("ab", "a", "b"), Meeting("bc", "b", "c"), Meeting("ac", "a", "c"))
    problem = Problem(5, None, people, meetings, max_gap_difference=0, levels=(Level.GAPS,))
    found = solve(problem, seconds=10)
    assert found.status == "optimal"
    reached = found.reached(Level.GAPS)
    assert reached is not None
    assert reached.value == reached.bound == 3


def test_wished_meetings_are_left_out_where_the_difference_asks_for_it() -> None:
    people = tuple(Participant(name) for name in "abcd")
    meetings = (
        Meeting("ab", "a", "b", fixed=1),
        Meeting("ac", "a", "c", fixed=3, required=False),
        Meeting("ad", "a", "d", fixed=5, required=False),
    )
    problem = Problem(5, None, people, meetings, max_gap_difference=1, levels=(Level.VALUE, Level.GAPS))
    found = solve(problem, seconds=5)
    assert found.status == "optimal"
    assert violations(problem, found.timetable) == ()
    assert len(found.timetable.held) == 2
    begun = made_even(narrowed(problem), {0: 1, 1: 3, 2: 5}, time.monotonic() + 0.1, 1, lambda: False)
    assert begun is not None
    assert len(begun) == 2
    must = replace(problem, meetings=tuple(replace(each, required=True) for each in meetings))
    assert solve(must, seconds=5).status == "infeasible"


def test_a_move_is_made_where_the_difference_asks_for_it() -> None:
    people = tuple(Participant(name) for name in "abcd")
    meetings = tuple(Meeting(f"a{name}", "a", name) for name in "bcd")
    previous = {"ab": (1, None), "ac": (3, None), "ad": (5, None)}
    problem = Problem(5, None, people, meetings, max_gap_difference=1, previous=previous, levels=(Level.MOVED, Level.GAPS))
    found = solve(problem, seconds=5)
    assert found.status == "optimal"
    assert (worth(problem, found.timetable)[Level.MOVED], worth(problem, found.timetable)[Level.GAPS]) == (1, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_time_that_is_up_costs_the_proof_only(seed: int) -> None:
    problem = replace(drawn(seed, 90, 380, 20, 22), levels=(Level.GAPS,))
    began = time.monotonic()
    found = solve(problem, seconds=1.0, seed=seed)
    assert time.monotonic() - began < 30  # It gave up in time, on whatever machine.
    assert found.status == "feasible"
    assert violations(problem, found.timetable) == ()
    reached = found.reached(Level.GAPS)
    assert reached is not None
    assert 0 <= reached.bound < reached.value == worth(problem, found.timetable)[Level.GAPS]


def test_who_stops_it_keeps_the_best_so_far() -> None:
    problem = replace(drawn(5, 90, 380, 20, 22), levels=(Level.GAPS, Level.WALKING))
    told: list[Progress] = []
    began = time.monotonic()
    found = solve(problem, seconds=60, progress=told.append, cancelled=lambda: len(told) > 5)
    assert time.monotonic() - began < 50
    assert found.status == "feasible"
    assert violations(problem, found.timetable) == ()
    assert told[-1].level is Level.GAPS
    assert told[-1].bound is not None


def test_too_few_tables_for_all_are_the_only_reason() -> None:
    base = drawn(2, 46, 180, 10, 17)
    found = solve(replace(base, max_gap_difference=2), seconds=60)
    assert (found.status, found.reasons) == ("infeasible", (Violation(Rule.TABLES),))


def test_one_core_is_enough_and_strangers_are_named() -> None:
    problem = replace(drawn(7, 12, 20, 6, 4), levels=(Level.GAPS,))
    assert solve(problem, seconds=20, workers=1).status == "optimal"
    wrong = replace(problem, meetings=(*problem.meetings, Meeting("m", "p1", "nobody")))
    found = solve(wrong, seconds=1)
    assert found.status == "infeasible"
    assert found.reasons == (Violation(Rule.UNKNOWN, "m", participant="nobody"),)
