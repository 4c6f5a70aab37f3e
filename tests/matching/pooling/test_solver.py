"""The solver against trying everything, and what it says of its plans."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings

from service.core.searching import Progress
from service.matching.pooling import Level, Plan, Problem, Relaxation, Rule, Solution, Supplier, short, violations, worth
from service.matching.pooling import solver as solving
from service.matching.pooling.solver import solve
from tests.matching.pooling.small import best, problems


def _is_the_best(problem: Problem, solution: Solution) -> None:
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
    # The bound meets the best and never passes it.
    assert [(each.level, each.value, each.bound, each.proven) for each in solution.levels] == [
        (level, wanted[level], wanted[level], True) for level in asked
    ]


@pytest.mark.parametrize("workers", [1, 2])
@settings(max_examples=100)
@given(problem=problems())
def test_no_plan_is_better_on_any_level(workers: int, problem: Problem) -> None:
    _is_the_best(problem, solve(problem, workers=workers, seconds=120, advise=False))


@settings(max_examples=60)
@given(problem=problems())
def test_looking_at_the_most_promising_first_changes_nothing_of_the_result(problem: Problem) -> None:
    usual = solving.KERNEL
    solving.KERNEL = 1
    try:
        _is_the_best(problem, solve(problem, seconds=120, advise=False))
    finally:
        solving.KERNEL = usual


@settings(max_examples=40)
@given(problem=problems())
def test_stand_ins_and_remedies_do_what_they_say(problem: Problem) -> None:
    solution = solve(problem, seconds=120, relaxations=(Relaxation("one more", (Supplier("z", (3, 3), 9),)),))
    if solution.status == "infeasible":
        return
    plan, known = solution.plan, problem.by_id
    free = replace(problem, pinned={}, required=frozenset())
    for leaving, others in solution.stand_ins.items():
        for each in others:
            has = plan.of(each.supplier, problem.months)
            shares = {name: share for name, share in plan.kg.items() if name != leaving}
            shares[each.supplier] = tuple(a + b for a, b in zip(has, each.kg, strict=True))
            assert violations(free, Plan(shares)) == ()
            assert all(kg <= share for kg, share in zip(each.kg, plan.kg[leaving], strict=True))
    before = sum(short(problem, plan))
    plain = replace(problem, previous=None, levels=(Level.COVERAGE, Level.COST))
    for remedy in solution.remedies:
        assert remedy.gained_kg == before - sum(remedy.short_kg) > 0
        assert remedy.proven
        if remedy.kind == "ceiling":
            assert problem.ceiling is not None
            assert _missing(replace(plain, ceiling=problem.ceiling + remedy.amount)) == before - remedy.gained_kg
            # The next smaller step brings less, and no larger one brings more.
            assert _missing(replace(plain, ceiling=problem.ceiling + remedy.amount - 1)) > before - remedy.gained_kg
            assert _missing(replace(plain, ceiling=None)) == before - remedy.gained_kg
        elif remedy.kind == "suppliers":
            assert problem.max_suppliers is not None
            assert _missing(replace(plain, max_suppliers=problem.max_suppliers + remedy.amount)) == before - remedy.gained_kg
            assert _missing(replace(plain, max_suppliers=problem.max_suppliers + remedy.amount - 1)) > before - remedy.gained_kg
        elif remedy.kind == "one more":
            assert "z" not in known
            assert "z" in remedy.joining


def _missing(problem: Problem) -> int:
    known = best(problem)
    assert known is not None
    return sum(short(problem, known))


def _hard(many: int = 60, months: int = 12) -> Problem:
    """Opening costs that follow capacity, no limit on the number: minutes for a proof."""
    suppliers = tuple(
        Supplier(
            f"s{at:02}",
            tuple(50 + (at * 37 + month * 61) % 101 for month in range(months)),
            tuple(10 + (at * 13 + month * 7) % 6 for month in range(months)),
            engagement_cost=int((months * 100) * (5 + (at * 17 % 100) / 100)),
        )
        for at in range(many)
    )
    return Problem(months, (many * 33,) * months, suppliers, levels=(Level.COVERAGE, Level.COST))


def _plain() -> Problem:
    months = 6
    suppliers = tuple(
        Supplier(f"s{at}", (100 + 20 * at,) * months, 60_000 + 500 * (at * 7 % 5), engagement_cost=300_000, multiple_kg=5)
        for at in range(12)
    )
    return Problem(months, (700,) * months, suppliers, max_suppliers=5)


def test_the_same_seed_gives_the_same_plan() -> None:
    one, other = (solve(_plain(), seed=7, workers=1, effort=5.0, seconds=60) for _ in range(2))
    assert one.plan == other.plan
    assert (one.seed, one.effort) == (7, pytest.approx(other.effort, rel=1e-9))
    assert one.status == "optimal"


def test_whoever_stops_it_keeps_the_best_so_far() -> None:
    asked = threading.Event()
    told: list[Progress] = []

    def heard(progress: Progress) -> None:
        told.append(progress)
        if progress.value is not None:
            asked.set()

    began = time.monotonic()
    solution = solve(_hard(), seconds=120, progress=heard, cancelled=asked.is_set)
    assert time.monotonic() - began < 60
    assert solution.status == "stopped"
    assert solution.plan.chosen
    assert violations(_hard(), solution.plan) == ()
    assert 0 < solution.gap < 0.5
    assert told


def test_when_the_time_is_up_the_plan_comes_with_its_gap() -> None:
    solution = solve(_hard(), seconds=5, advise=False)
    assert solution.status == "feasible"
    assert violations(_hard(), solution.plan) == ()
    cost = solution.reached(Level.COST)
    assert cost is not None
    assert not cost.proven
    assert cost.bound < cost.value == worth(_hard(), solution.plan)[Level.COST]
    assert solution.gap == pytest.approx((cost.value - cost.bound) / cost.value)


def test_after_a_refusal_few_are_asked_again() -> None:
    problem = _plain()
    first = solve(problem, seconds=120, advise=False).plan
    gone = min(first.chosen)
    again = replace(problem, excluded=frozenset({gone}), previous=first)
    mended = solve(again, seconds=120, advise=False)
    moved = mended.reached(Level.MOVED)
    assert moved is not None
    assert moved.proven
    # The one who left, and one who takes over all of it: nobody else hears of it.
    assert moved.value == 2
    assert sum(mended.plan.of(each.id, 6) != first.of(each.id, 6) for each in problem.suppliers) == 2
    assert short(again, mended.plan) == short(problem, first)


def test_wishes_that_exclude_each_other_are_told_apart() -> None:
    problem = replace(_plain(), required=frozenset({"s0", "s1"}), max_suppliers=1)
    solution = solve(problem)
    assert (solution.status, solution.plan) == ("infeasible", Plan())
    assert {(each.kind, each.supplier) for each in solution.reasons} == {
        (Rule.MAX_SUPPLIERS, None), (Rule.REQUIRED, "s0"), (Rule.REQUIRED, "s1"),
    }  # fmt: skip
    pinned = replace(_plain(), pinned={"s0": (7, *[None] * 5)})
    assert {each.kind for each in solve(pinned).reasons} == {Rule.MULTIPLE}
