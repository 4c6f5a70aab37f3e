"""The solver against trying everything, and what it says of its plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.searching import Progress
from service.fairs.plans import (
    Booth,
    Level,
    Party,
    Plan,
    Problem,
    Rule,
    Solution,
    Zone,
    better,
    engines,
    first_fit,
    violations,
    worth,
)  # fmt: skip
from service.fairs.plans.solver import solve
from tests.fairs.plans.small import best, problems


def _is_the_best(problem: Problem, solution: Solution) -> None:
    known = best(problem)
    if known is None:
        assert solution.status == "infeasible"
        assert solution.violations
        assert solution.plan == Plan()
        return
    assert violations(problem, solution.plan) == ()
    reached, wanted = worth(problem, solution.plan), worth(problem, known)
    assert [(each.level, each.value, each.bound, each.proven) for each in solution.levels] == [
        (level, wanted[level], wanted[level], True) for level in problem.asked
    ]
    assert [reached[level] for level in problem.asked] == [wanted[level] for level in problem.asked]
    assert solution.status == "optimal"


@pytest.fixture(scope="module", params=["as it is", "as if it were large"])
def size(request: pytest.FixtureRequest) -> Iterator[None]:
    """Few choices are looked at before all of them in large fairs only; the same little fairs go through that, too."""
    with pytest.MonkeyPatch.context() as changed:
        if request.param != "as it is":
            changed.setattr(engines, "MANY", 0)
        yield


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems())
@pytest.mark.usefixtures("size")
def test_no_plan_is_better_on_any_level(problem: Problem) -> None:
    _is_the_best(problem, solve(problem, seconds=120))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems(6, 6), lost=st.integers(0, 5))
def test_after_a_change_as_few_move_as_can_be(problem: Problem, lost: int) -> None:
    first = solve(replace(problem, previous={}, levels=tuple(Level)), seconds=120)
    if first.status == "infeasible" or not first.plan.booths:
        return
    booths = tuple(replace(booth, closed=booth.closed or at == lost) for at, booth in enumerate(problem.booths))
    again = replace(
        problem, booths=booths, locked={}, previous=dict(first.plan.booths), levels=(Level.PLACED, Level.MOVED)
    )  # fmt: skip
    _is_the_best(again, solve(again, seconds=120))


def _fair(booths: int = 30, parties: int = 36) -> Problem:
    """A fair that is too small for all, with likes beside each other."""
    row = tuple(
        Booth(f"b{at:02}", "h", "standard", "C" if at % 10 in {0, 9} else "S", 900, at % 10 * 30, at // 10 * 60,
              zone="ab"[at % 2], power=3 if at % 5 == 0 else 1)
        for at in range(booths)
    )  # fmt: skip
    beside = frozenset((f"b{at:02}", f"b{at + 1:02}") for at in range(booths - 1) if at % 10 != 9)
    crowd = tuple(
        Party(
            f"p{at:02}", 0, 1, booths=1 + (at % 9 == 4), weight=parties - at, classes=(("C", "S") if at % 3 else ("S",)),
            power=3 if at % 7 == 0 else 1, zones=("b", "a") if at % 2 else (), commodity=("tea", "rice", "honey")[at % 3],
            near=(f"p{at + 1:02}",) if at % 5 == 0 and at + 1 < parties else (), luck=at % 4,
        )
        for at in range(parties)
    )  # fmt: skip
    return Problem(2, row, crowd, (Zone("a"), Zone("b")), beside)


def test_the_same_seed_gives_the_same_plan() -> None:
    one, other, alone = (solve(_fair(), seed=7, seconds=60, workers=workers) for workers in (2, 2, 1))
    assert one.status == "optimal"
    assert violations(_fair(), one.plan) == ()
    assert one.plan == other.plan == alone.plan
    assert [(each.value, each.bound) for each in one.levels] == [(each.value, each.bound) for each in alone.levels]


def test_locks_that_contradict_are_named() -> None:
    problem = replace(_fair(), locked={"p04": ("b00", "b05"), "p01": ("b00",)})
    found = solve(problem)
    assert found.status == "infeasible"
    assert {each.rule for each in found.violations} == {Rule.APART, Rule.TWICE, Rule.KIND} & {
        each.rule for each in violations(problem, Plan(problem.locked))
    }
    stranger = solve(replace(_fair(), locked={"nobody": ("b00",)}))
    assert [each.rule for each in stranger.violations][:1] == [Rule.UNKNOWN]


def test_who_stops_it_keeps_the_best() -> None:
    problem = _fair()
    stopped = solve(problem, cancelled=lambda: True)
    assert stopped.status == "stopped"
    assert violations(problem, stopped.plan) == ()
    assert not better(problem, first_fit(problem), stopped.plan)
    assert [each.level for each in stopped.levels] == list(problem.asked)


def test_it_tells_how_it_goes_and_never_more_than_is_true() -> None:
    told: list[Progress] = []
    calls = iter(range(10_000))
    found = solve(_fair(), progress=told.append, cancelled=lambda: next(calls) > 9_000)
    values = {each.level: each.value for each in found.levels}
    for word in told:
        assert word.level in values
        if word.level is Level.PLACED and word.bound is not None:
            assert word.bound >= values[Level.PLACED] >= (word.value or 0)
