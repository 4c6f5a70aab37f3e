"""Clearing a round: everything that hangs together is one network of flows (`network`), and each is solved to a proof.

This is the only door to OR-Tools and numpy from here. The worker and the command line import it; the web process never does.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.matching.rounds import network
from service.matching.rounds.clearing import (
    FAIRNESS,
    USUAL,
    Fairness,
    Plan,
    Problem,
    Worth,
    floors,
    worth,
)
from service.matching.rounds.network import Part, Whole

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan with its worth and the proof: `optimal`, `feasible` with a gap, or `stopped` before every part was solved.

    `bound` is what the fit points of no plan can exceed while each floor counts at its price; `gap` is how far, in parts of
    the plan's own fit points, the plan may be from it: 0 is proven optimal.
    """

    status: str
    plan: Plan
    worth: Worth
    bound: int
    gap: float
    seed: int
    effort: int  # Arcs of all networks together.
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether no better plan exists."""
        return self.status == "optimal"


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """What another degree of fairness would give."""

    fairness: Fairness
    worth: Worth
    proven: bool


def solve(
    problem: Problem,
    fairness: Fairness = FAIRNESS[USUAL],
    *,
    seed: int = 1,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    most_arcs: int = network.MOST_ARCS,
) -> Solution:
    """The best plan under that fairness. Among equals the seed draws who comes first; the order of the rows never does."""
    return _solve(problem, parts_of(problem, seed), fairness, seed, progress, cancelled, most_arcs)


def solve_all(
    problem: Problem,
    chosen: str = USUAL,
    *,
    seed: int = 1,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Solution, dict[str, Tradeoff]]:
    """The best plan under the chosen degree of fairness, and what every other degree would give; the parts are cut once."""
    parts = parts_of(problem, seed)
    order = [chosen, *(name for name in FAIRNESS if name != chosen)]
    found: dict[str, Solution] = {}
    for place, name in enumerate(order):
        told = _shifted(progress, place, len(order)) if progress else None
        solution = _solve(problem, parts, FAIRNESS[name], seed, told, cancelled, network.MOST_ARCS)
        if solution.status == "stopped":
            return solution, {}
        found[name] = solution
    tradeoffs = {name: Tradeoff(FAIRNESS[name], found[name].worth, found[name].proven) for name in FAIRNESS}
    return found[chosen], tradeoffs


def _shifted(progress: Progress, place: int, many: int) -> Progress:
    return lambda done, total: progress(place * total + done, many * total)


def _solve(
    problem: Problem,
    parts: Sequence[Part],
    fairness: Fairness,
    seed: int,
    progress: Progress | None,
    cancelled: Cancelled | None,
    most_arcs: int,
) -> Solution:
    began = time.monotonic()
    need_floors, group_floors = floors(problem, fairness)
    kg: dict[tuple[str, str], list[int]] = {}
    value = bound = effort = done = 0
    total = sum(len(part.need) for part in parts)
    stopped = False
    for part in parts:
        if cancelled is not None and cancelled():
            stopped = True
            break
        flow = network.flow(
            part, _need_floors(problem, part, need_floors), _group_floors(problem, part, group_floors), most_arcs=most_arcs
        )
        value, bound, effort = value + flow.value, bound + flow.bound, effort + flow.arcs
        _write(problem, flow, kg)
        done += len(part.need)
        if progress is not None:
            progress(done, total)
    plan = Plan({key: tuple(months) for key, months in kg.items()})
    judged = worth(problem, plan, fairness)
    proven = not stopped and bound == value
    return Solution(
        status="stopped" if stopped else "optimal" if proven else "feasible",
        plan=plan,
        worth=judged,
        bound=judged.fit_points + bound - value,
        gap=(bound - value) / max(1, judged.fit_points),
        seed=seed,
        effort=effort,
        seconds=time.monotonic() - began,
    )


def parts_of(problem: Problem, seed: int) -> list[Part]:
    """The problem cut into what does not touch: no request, product or group stands in two parts. The largest come first."""
    pairs = problem.pairs
    if not len(pairs):
        return []
    need, supply = np.frombuffer(pairs.need, np.int32).astype(np.int64), np.frombuffer(pairs.supply, np.int32).astype(np.int64)
    points = np.frombuffer(pairs.points, np.int32).astype(np.int64)
    groups = {name: place for place, name in enumerate(sorted({each.group for each in problem.supplies}))}
    group = np.array([groups[each.group] for each in problem.supplies], np.int64)
    asked = np.array([each.kg for each in problem.needs], np.int64)
    free = np.array([each.kg for each in problem.supplies], np.int64)
    need_order = _drawn_order([each.id for each in problem.needs], seed)
    supply_order = _drawn_order([each.id for each in problem.supplies], seed)
    label = _labels(need, supply, group, len(problem.needs))[need]
    order = np.lexsort((supply_order[supply], need_order[need], label))
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) != 0])
    parts = [
        _part(order[first:last], need, supply, points, group, asked, free, need_order, supply_order)
        for first, last in zip(starts, [*starts[1:], len(order)], strict=True)
    ]
    return sorted(parts, key=lambda part: (-len(part.need), int(part.needs[0])))


def _part(
    rows: Whole, need: Whole, supply: Whole, points: Whole, group: Whole, asked: Whole, free: Whole, need_order: Whole,
    supply_order: Whole,
) -> Part:  # fmt: skip
    needs, supplies = np.unique(need[rows]), np.unique(supply[rows])
    needs, supplies = needs[np.argsort(need_order[needs])], supplies[np.argsort(supply_order[supplies])]
    local_need, local_supply = np.empty(len(asked), np.int64), np.empty(len(free), np.int64)
    local_need[needs], local_supply[supplies] = np.arange(len(needs)), np.arange(len(supplies))
    return Part(
        needs, supplies, asked[needs], free[supplies], np.unique(group[supplies], return_inverse=True)[1],
        local_need[need[rows]], local_supply[supply[rows]], points[rows],
    )  # fmt: skip


def _drawn_order(names: Sequence[str], seed: int) -> Whole:
    """The place of each name in an order that is drawn from the seed and from nothing else."""
    places = sorted(range(len(names)), key=names.__getitem__)
    random.Random(seed).shuffle(places)  # noqa: S311 - a lot among equals that everybody can draw again, no secret.
    order = np.empty(len(names), np.int64)
    order[places] = np.arange(len(names))
    return order


def _labels(need: Whole, supply: Whole, group: Whole, needs: int) -> Whole:
    """For each request the lowest number of a group that it hangs together with, through whatever pairs and groups."""
    of_group = np.arange(int(group.max(initial=-1)) + 1)
    of_need = np.full(needs, len(of_group), np.int64)
    while True:
        before = of_need.copy()
        np.minimum.at(of_need, need, of_group[group[supply]])
        np.minimum.at(of_group, group[supply], of_need[need])
        if np.array_equal(before, of_need):
            return of_need


def _need_floors(problem: Problem, part: Part, found: Mapping[str, int]) -> Whole:
    return np.array([found[problem.needs[place].id] for place in part.needs], np.int64)


def _group_floors(problem: Problem, part: Part, found: Mapping[str, int]) -> Whole:
    every = np.zeros(int(part.group.max(initial=-1)) + 1, np.int64)
    for place, group in zip(part.supplies, part.group, strict=True):
        every[group] = found[problem.supplies[place].group]
    return every


def _write(problem: Problem, flow: network.Flow, kg: dict[tuple[str, str], list[int]]) -> None:
    for need, supply, month, each in _rows(flow):
        key = (problem.needs[need].id, problem.supplies[supply].id)
        kg.setdefault(key, [0] * problem.months)[month] += each


def _rows(flow: network.Flow) -> Iterator[tuple[int, int, int, int]]:
    return zip(flow.need.tolist(), flow.supply.tolist(), flow.month.tolist(), flow.kg.tolist(), strict=True)
