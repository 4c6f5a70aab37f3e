"""The solver against trying everything, and what it says of its plans."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from service.fairs.plans import Plan, Problem, Solution, violations, worth
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(problem=problems())
def test_no_plan_is_better_on_any_level(problem: Problem) -> None:
    _is_the_best(problem, solve(problem, seconds=120))
