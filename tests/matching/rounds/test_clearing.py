"""Clearing as plain data: what is found is best, whole and fair; the judge of plans sees every broken rule."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.rounds import network, solver
from service.matching.rounds.clearing import (
    FAIRNESS,
    Fairness,
    Need,
    Pairs,
    Plan,
    Problem,
    Rule,
    Supply,
    difference,
    floor_points,
    floors,
    steps,
    totals,
    violations,
    worth,
)
from tests.matching.rounds.problems import best_levels, best_whole_plan, fairnesses, problems

NO_FLOORS = FAIRNESS["free"]


def made(
    needs: dict[str, tuple[int, ...]], supplies: dict[str, tuple[str, tuple[int, ...]]], fits: dict[tuple[str, str], float]
):
    """A problem by names."""
    pairs = Pairs()
    for (need, supply), fit in fits.items():
        pairs.add(list(needs).index(need), list(supplies).index(supply), fit)
    months = len(next(iter(needs.values()), (0,)))
    return Problem(
        months, tuple(Need(*each) for each in needs.items()),
        tuple(Supply(name, group, kg) for name, (group, kg) in supplies.items()), pairs,
    )  # fmt: skip


@given(problems(), fairnesses)
def test_the_plan_is_as_good_as_the_best_flow_and_breaks_no_rule(problem: Problem, fairness: Fairness) -> None:
    solution = solver.solve(problem, fairness)
    assert violations(problem, solution.plan) == ()
    assert all(isinstance(kg, int) for months in solution.plan.kg.values() for kg in months)
    floor, fit = best_levels(problem, fairness)
    assert solution.worth.floor_points == pytest.approx(floor, abs=1e-4)
    assert solution.worth.fit_points == pytest.approx(fit, abs=1e-2)
    assert solution.proven
    assert solution.gap == 0
    assert solution.bound == solution.worth.fit_points


@settings(max_examples=25)
@given(problems(most=2, largest=2, months=1), fairnesses)
def test_no_plan_in_whole_kilograms_is_better(problem: Problem, fairness: Fairness) -> None:
    assert solver.solve(problem, fairness).worth.levels == best_whole_plan(problem, fairness)


@given(problems(), fairnesses, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(problem: Problem, fairness: Fairness, draw: random.Random) -> None:
    needs, supplies = list(range(len(problem.needs))), list(range(len(problem.supplies)))
    draw.shuffle(needs)
    draw.shuffle(supplies)
    pairs = Pairs()
    rows = list(problem.pairs)
    draw.shuffle(rows)
    for need, supply, points in rows:
        pairs.add(needs.index(need), supplies.index(supply), points / 10_000)
    other = Problem(
        problem.months,
        tuple(problem.needs[place] for place in needs),
        tuple(problem.supplies[place] for place in supplies),
        pairs,
    )
    assert solver.solve(other, fairness).plan.kg == solver.solve(problem, fairness).plan.kg


@given(problems(), fairnesses, st.integers(1, 6))
def test_leaving_pairs_out_for_want_of_room_never_claims_more_than_is_true(
    problem: Problem, fairness: Fairness, room: int
) -> None:
    whole, partly = solver.solve(problem, fairness), solver.solve(problem, fairness, most_arcs=room)
    assert violations(problem, partly.plan) == ()
    assert partly.worth.levels <= whole.worth.levels
    # The bound holds for every pair, those included that were left out: it is never below what can be had.
    if partly.proven:
        assert partly.worth.levels == whole.worth.levels
    else:
        assert partly.gap > 0


def test_pairs_join_until_none_would_help() -> None:
    """Ten requests and ten products of one kind, room for a third of the pairs at once: the same worth, proven."""
    draw = random.Random(3)
    needs = {f"n{place}": (draw.randint(1, 9), draw.randint(1, 9)) for place in range(10)}
    supplies = {f"s{place}": (f"g{place}", (draw.randint(0, 9), draw.randint(1, 9))) for place in range(10)}
    problem = made(needs, supplies, {(need, supply): draw.uniform(0.3, 1) for need in needs for supply in supplies})
    whole, partly = solver.solve(problem, NO_FLOORS), solver.solve(problem, NO_FLOORS, most_arcs=90)
    assert partly.proven
    assert partly.worth.levels == whole.worth.levels


@given(problems(), fairnesses, st.randoms(use_true_random=False))
def test_the_bound_is_true_of_any_prices_and_only_the_right_ones_reach_the_value(
    problem: Problem, fairness: Fairness, draw: random.Random
) -> None:
    """The negative control of the proof: prices that have nothing to do with the flow never claim less than can be had."""
    need_floor, group_floor = floors(problem, fairness)
    for part in solver.parts_of(problem, 1):
        lifts = solver._need_floors(problem, part, need_floor), solver._group_floors(problem, part, group_floor)
        nodes = network._nodes(part)
        frame = network._frame(part, nodes, *lifts, network._price_of_a_floor(part, nodes))
        every = network._between(part, nodes, *network._months_of_pairs(part))
        found = network.flow(part, *lifts)
        prices = np.array([draw.randint(-20_000, 20_000) for _node in range(nodes.sink + 1)])
        loose = network._bound([frame, every], prices, nodes.sink, network._most(part))
        assert loose >= found.bound == found.value


def test_prices_of_nothing_leave_a_gap() -> None:
    problem = made({"n": (5,)}, {"s": ("g", (5,)), "t": ("h", (5,))}, {("n", "s"): 0.9, ("n", "t"): 0.4})
    (part,) = solver.parts_of(problem, 1)
    nodes = network._nodes(part)
    frame = network._frame(part, nodes, np.zeros(1, int), np.zeros(2, int), 1)
    every = network._between(part, nodes, *network._months_of_pairs(part))
    assert network._bound([frame, every], np.zeros(nodes.sink + 1, int), nodes.sink, 5) > 5 * 9000


def test_everybody_is_lifted_to_the_floor_where_that_is_possible() -> None:
    problem = made(
        {"big": (100,), "small": (20,)}, {"best": ("a", (50,)), "good": ("b", (50,))},
        {("big", "best"): 0.9, ("big", "good"): 0.8, ("small", "best"): 0.5, ("small", "good"): 0.4},
    )  # fmt: skip
    greedy, fair = solver.solve(problem, NO_FLOORS), solver.solve(problem, Fairness(need_percent=50, supplier_kg=10))
    assert greedy.worth.least_need_percent < 50
    assert fair.worth.needs_short_of_floor == fair.worth.suppliers_short_of_floor == 0
    assert fair.worth.fit_points <= greedy.worth.fit_points
    by_need, by_group = totals(problem, fair.plan)
    assert by_need["small"] >= 10
    assert min(by_group.values()) >= 10


def test_what_is_too_little_for_all_floors_is_shared_by_steps() -> None:
    problem = made({"a": (16,), "b": (16,)}, {"s": ("g", (16,))}, {("a", "s"): 0.9, ("b", "s"): 0.1})
    by_need, _groups = totals(problem, solver.solve(problem, Fairness(need_percent=100, supplier_kg=0)).plan)
    assert by_need == {"a": 8, "b": 8}
    many = made({"n": (16,)}, {f"s{n}": (f"g{n}", (16,)) for n in range(8)}, {("n", f"s{n}"): 0.1 * (n + 1) for n in range(8)})
    _needs, by_group = totals(many, solver.solve(many, Fairness(need_percent=0, supplier_kg=16)).plan)
    assert min(by_group.values()) == 2
    assert len(by_group) == 8


def test_a_supplier_s_floor_counts_for_all_its_products_of_a_commodity() -> None:
    problem = made({"n": (10,)}, {"s": ("g", (10,)), "t": ("g", (10,)), "u": ("h", (10,))},
                   {("n", "s"): 0.9, ("n", "t"): 0.8, ("n", "u"): 0.2})  # fmt: skip
    _needs, by_group = totals(problem, solver.solve(problem, Fairness(need_percent=0, supplier_kg=4)).plan)
    assert by_group == {"g": 6, "h": 4}


def test_an_empty_round_and_one_without_any_fit_are_cleared_to_nothing() -> None:
    for problem in (Problem(0, (), (), Pairs()), made({"n": (5,)}, {"s": ("g", (5,))}, {})):
        solution, tradeoffs = solver.solve_all(problem)
        assert solution.proven
        assert solution.plan.kg == {}
        assert solution.worth.kg == solution.worth.needs_with_fit == 0
        assert set(tradeoffs) == set(FAIRNESS)


def test_a_supplier_without_a_fit_has_no_floor_and_gets_nothing() -> None:
    problem = made({"n": (5,)}, {"s": ("g", (5,)), "t": ("h", (5,))}, {("n", "s"): 0.5})
    solution = solver.solve(problem, Fairness(100, 1000))
    assert floors(problem, Fairness(100, 1000)) == ({"n": 5}, {"g": 5})
    assert solution.worth.suppliers_with_fit == 1
    assert solution.worth.suppliers_without == 0


def test_equals_are_drawn_by_the_seed_and_the_worth_is_the_same() -> None:
    names = [f"s{place}" for place in range(8)]
    problem = made({"n": (10,)}, {name: (name, (10,)) for name in names}, {("n", name): 0.5 for name in names})
    plans = {frozenset(solver.solve(problem, NO_FLOORS, seed=seed).plan.kg) for seed in range(12)}
    assert len(plans) > 1
    assert {solver.solve(problem, NO_FLOORS, seed=seed).worth.levels for seed in range(12)} == {(0, 50_000)}
    assert solver.solve(problem, NO_FLOORS, seed=5).plan == solver.solve(problem, NO_FLOORS, seed=5).plan


def test_work_that_is_called_off_stops_between_two_parts() -> None:
    problem = made({"n": (5,), "m": (5,)}, {"s": ("g", (5,)), "t": ("h", (5,))}, {("n", "s"): 0.5, ("m", "t"): 0.5})
    said: list[tuple[int, int]] = []
    solution = solver.solve(problem, progress=lambda done, total: said.append((done, total)), cancelled=lambda: bool(said))
    assert solution.status == "stopped"
    assert said == [(1, 2)]
    assert solver.solve_all(problem, cancelled=lambda: True)[1] == {}


def test_more_fairness_never_costs_less_fit() -> None:
    draw = random.Random(11)
    needs = {f"n{place}": tuple(draw.randint(0, 400) for _month in range(3)) for place in range(12)}
    supplies = {f"s{place}": (f"g{place}", tuple(draw.randint(0, 300) for _month in range(3))) for place in range(9)}
    fits = {(need, supply): draw.uniform(0.2, 1) for need in needs for supply in supplies if draw.random() < 0.5}
    problem = made(needs, supplies, fits)
    _solution, tradeoffs = solver.solve_all(problem)
    best = tradeoffs["free"].worth.fit_points
    assert all(each.worth.fit_points <= best and each.proven for each in tradeoffs.values())
    assert tradeoffs["free"].worth.least_need_percent <= tradeoffs["even"].worth.least_need_percent + 1e-9


PROBLEM = made({"n": (5, 5)}, {"s": ("g", (4, 4)), "t": ("h", (9, 9))}, {("n", "s"): 0.5})


@pytest.mark.parametrize(
    ("kg", "rule"),
    [
        ({("n", "s"): (5, 0)}, Rule.OVER_CAPACITY),
        ({("n", "t"): (1, 0)}, Rule.NOT_ADMISSIBLE),
        ({("n", "t"): (6, 0)}, Rule.OVER_ASKED),
        ({("n", "s"): (-1, 0)}, Rule.NOT_WHOLE),
        ({("n", "s"): (1,)}, Rule.NOT_WHOLE),
        ({("n", "x"): (1, 0)}, Rule.UNKNOWN),
        ({("y", "s"): (1, 0)}, Rule.UNKNOWN),
    ],
)
def test_every_broken_rule_is_seen(kg: dict[tuple[str, str], tuple[int, ...]], rule: Rule) -> None:
    assert rule in {each.rule for each in violations(PROBLEM, Plan(kg))}


def test_a_plan_within_all_rules_has_no_violation() -> None:
    assert violations(PROBLEM, Plan({("n", "s"): (4, 4)})) == ()


@given(st.integers(0, 200), st.integers(0, 200))
def test_floor_points_grow_with_each_kilogram_up_to_the_floor_and_less_and_less(kg: int, floor: int) -> None:
    first, second = (floor_points(kg + more, floor) - floor_points(kg + more - 1, floor) for more in (1, 2))
    assert first >= second >= 0
    assert (first > 0) == (kg < floor)
    assert sum(width for width, _points in steps(floor)) == floor


def test_the_difference_of_two_plans_names_every_pair_that_moved() -> None:
    one, other = (
        Plan({("n", "s"): (4, 0), ("n", "t"): (1, 1)}),
        Plan({("n", "s"): (2, 0), ("n", "u"): (0, 3), ("n", "t"): (1, 1)}),
    )
    moves = difference(one, other)
    assert [(move.key, move.kg) for move in moves] == [(("n", "s"), 2), (("n", "u"), 3)]
    assert difference(one, one) == ()


def test_figures_of_a_plan_are_those_that_people_count() -> None:
    problem = made(
        {"n": (10,), "m": (10,)}, {"s": ("g", (8,)), "t": ("h", (8,))}, {("n", "s"): 0.5, ("m", "s"): 1, ("m", "t"): 1}
    )
    found = worth(problem, Plan({("m", "s"): (8,)}), Fairness(50, 4))
    assert (found.kg, found.asked_kg, found.fit_points) == (8, 20, 80_000)
    assert (found.needs_with_fit, found.needs_short_of_floor, found.least_need_percent) == (2, 1, 0)
    assert (found.suppliers_with_fit, found.suppliers_without, found.least_supplier_kg) == (2, 1, 0)
