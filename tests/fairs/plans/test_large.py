"""A large fair: bounds that nothing beats, and a plan that grows better piece by piece."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, assume, given, settings

from service.fairs.plans import Booth, Level, Party, Plan, Problem, Zone, better, bounds, engines, first_fit, violations, worth
from service.fairs.plans.engines import Limits
from service.fairs.plans.levels import telling
from service.fairs.plans.places import Places
from service.fairs.plans.regions import Regions
from service.fairs.plans.solver import solve
from tests.fairs.plans.small import best, problems


def _limits(seconds: float) -> Limits:
    engines.load()
    return Limits(time.monotonic() + seconds)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems())
def test_no_plan_beats_a_bound(problem: Problem) -> None:
    known = best(problem)
    assume(known is not None)
    assert known is not None
    figures, places = worth(problem, known), Places(problem)
    placed = bounds.placed(places, _limits(20))
    wishes = bounds.wishes(places, figures[Level.PLACED], _limits(20))
    assert placed is not None
    assert wishes is not None
    assert placed >= figures[Level.PLACED]
    assert wishes >= figures[Level.WISHES]
    assert bounds.neighbours(places) >= figures[Level.NEIGHBOURS]


def _halls(booths: int, parties: int) -> Problem:
    """Rows of ten, corners at their ends, more parties than booths; who comes first in line asks for the least."""
    floor = tuple(
        Booth(f"b{at:03}", f"h{at // 100}", "standard", "C" if at % 10 in {0, 9} else "S", 900, at % 10 * 30, at // 10 * 60,
              zone="ab"[at // 10 % 2], power=3 if at % 5 == 0 else 1)
        for at in range(booths)
    )  # fmt: skip
    beside = frozenset((f"b{at:03}", f"b{at + 1:03}") for at in range(booths - 1) if at % 10 != 9)
    crowd = tuple(
        Party(
            f"p{at:03}", 0, 1, booths=1 + (at % 9 == 4), weight=parties - at, classes=() if at % 3 else ("C", "S"),
            power=3 if at % 4 == 3 else 1, zones=("b",) if at % 2 else (), smell=at % 11 == 5, takes_smell=at % 11 == 6,
            commodity=("tea", "rice", "honey")[at % 3], near=(f"p{at + 1:03}",) if at % 15 == 0 else (),
        )
        for at in range(parties)
    )  # fmt: skip
    return Problem(2, floor, crowd, (Zone("a"), Zone("b")), beside)


def test_every_piece_leaves_a_better_plan_that_may_stand() -> None:
    problem = _halls(160, 190)
    first, seen = first_fit(problem), list[Plan]()
    walk = Regions(
        Places(problem),
        first,
        telling(problem),
        _limits(4),
        lambda _level, plan: seen.append(plan),
        lambda _level, _value: False,
    )  # fmt: skip
    last = walk.improve()
    assert seen
    assert seen[-1] == last
    for before, after in zip([first, *seen], seen, strict=False):
        assert violations(problem, after) == ()
        assert better(problem, after, before)


def test_a_fair_too_large_for_exact_rows_is_not_left_as_the_order_of_choice_gives_it() -> None:
    problem = _halls(420, 500)
    found = solve(problem, seconds=6)
    assert violations(problem, found.plan) == ()
    assert better(problem, found.plan, first_fit(problem))
    placed = found.levels[0]
    assert worth(problem, first_fit(problem))[Level.PLACED] <= placed.value <= placed.bound
    assert placed.gap < 0.05
    assert found.seconds < 12
