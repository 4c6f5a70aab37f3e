"""Small rounds drawn for tests, and the exact worth of the best plan by another way: a linear programme over all flows."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from service.matching.rounds.clearing import Fairness, Need, Pairs, Plan, Problem, Supply, floors, steps, worth

MONTHS = 2


@st.composite
def problems(draw: st.DrawFn, most: int = 4, largest: int = 6, months: int = MONTHS) -> Problem:
    """Up to so many requests and products, some without any pair; several products of one group."""
    kg = st.lists(st.integers(0, largest), min_size=months, max_size=months).map(tuple)
    needs = tuple(Need(f"n{place}", each) for place, each in enumerate(draw(st.lists(kg, max_size=most))))
    supplies = tuple(
        Supply(f"s{place}", f"g{draw(st.integers(0, 2))}", each) for place, each in enumerate(draw(st.lists(kg, max_size=most)))
    )
    pairs = Pairs()
    for need, supply in itertools.product(range(len(needs)), range(len(supplies))):
        if draw(st.booleans()):
            pairs.add(need, supply, draw(st.sampled_from((0.0, 0.2, 0.5, 0.51, 0.9, 1.0))))
    return Problem(months, needs, supplies, pairs)


fairnesses = st.builds(Fairness, st.sampled_from((0, 10, 34, 50, 100)), st.integers(0, 9))


def best_levels(problem: Problem, fairness: Fairness) -> tuple[float, float]:
    """Both levels of the best plan, one linear programme after the other; kilograms need not be whole here."""
    first = _programme(problem, fairness, None)
    return first, _programme(problem, fairness, first)


def _programme(problem: Problem, fairness: Fairness, floor_points: float | None) -> float:
    solver = pywraplp.Solver.CreateSolver("GLOP")
    need_floor, group_floor = floors(problem, fairness)
    flows = {
        (need, supply, month): solver.NumVar(0, min(problem.needs[need].kg[month], problem.supplies[supply].kg[month]), "")
        for need, supply, _points in problem.pairs
        for month in range(problem.months)
    }
    for place, need in enumerate(problem.needs):
        for month in range(problem.months):
            solver.Add(sum(x for (n, _s, m), x in flows.items() if (n, m) == (place, month)) <= need.kg[month])
    for place, supply in enumerate(problem.supplies):
        for month in range(problem.months):
            solver.Add(sum(x for (_n, s, m), x in flows.items() if (s, m) == (place, month)) <= supply.kg[month])
    lifted = []
    sides = [
        (need_floor[problem.needs[n].id], [x for (m, _s, _m), x in flows.items() if m == n]) for n in set(problem.pairs.need)
    ]
    sides += [
        (floor, [x for (_n, s, _m), x in flows.items() if problem.supplies[s].group == group])
        for group, floor in group_floor.items()
    ]
    for floor, through in sides:
        parts = [(solver.NumVar(0, width, ""), points) for width, points in steps(floor)]
        solver.Add(sum(part for part, _points in parts) <= sum(through))
        lifted.append(sum(points * part for part, points in parts))
    points = {(n, s): each for n, s, each in problem.pairs}
    fit = sum(points[n, s] * x for (n, s, _m), x in flows.items())
    if floor_points is None:
        solver.Maximize(sum(lifted))
    else:
        solver.Add(sum(lifted) >= floor_points - 1e-6)
        solver.Maximize(fit)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return float(solver.Objective().Value())


def best_whole_plan(problem: Problem, fairness: Fairness) -> tuple[int, int]:
    """The levels of the best of all plans in whole kilograms, every one of them looked at: for the tiniest problems."""
    pairs = [(problem.needs[n], problem.supplies[s]) for n, s, _points in problem.pairs]
    cells = [(pair, month) for pair in pairs for month in range(problem.months)]
    best = (0, 0)
    for amounts in itertools.product(*(range(min(n.kg[m], s.kg[m]) + 1) for (n, s), m in cells)):
        kg: dict[tuple[str, str], list[int]] = {}
        for ((need, supply), month), each in zip(cells, amounts, strict=True):
            kg.setdefault((need.id, supply.id), [0] * problem.months)[month] = each
        if _fits(problem, kg):
            best = max(best, worth(problem, Plan({key: tuple(each) for key, each in kg.items()}), fairness).levels)
    return best


def _fits(problem: Problem, kg: dict[tuple[str, str], list[int]]) -> bool:
    for month in range(problem.months):
        for need in problem.needs:
            if sum(each[month] for (n, _s), each in kg.items() if n == need.id) > need.kg[month]:
                return False
        for supply in problem.supplies:
            if sum(each[month] for (_n, s), each in kg.items() if s == supply.id) > supply.kg[month]:
                return False
    return True
