"""The solver against trying everything, and what it says of its plans."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from service.matching.pooling import Level, Problem, violations, worth
from service.matching.pooling.solver import solve
from tests.matching.pooling.small import best, problems


@pytest.mark.parametrize("workers", [1, 2])
@settings(max_examples=60)
@given(problem=problems())
def test_no_plan_is_better_on_any_level_and_the_bound_is_never_better_than_the_best(workers: int, problem: Problem) -> None:
    solution = solve(problem, workers=workers, advise=False)
    known = best(problem)
    if known is None:
        assert solution.status == "infeasible"
        assert solution.reasons
        return
    assert solution.status == "optimal"
    assert violations(problem, solution.plan) == ()
    reached, wanted = worth(problem, solution.plan), worth(problem, known)
    asked = [level for level in problem.levels if level is not Level.MOVED or problem.previous is not None]
    assert [reached[level] for level in asked] == [wanted[level] for level in asked]
    assert [(each.level, each.value, each.bound, each.proven) for each in solution.levels] == [
        (level, wanted[level], wanted[level], True) for level in asked
    ]
