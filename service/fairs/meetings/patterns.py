"""How few gaps there could be if nobody had to meet anybody in particular: a bound for short days.

On a day of few slots everybody's row of busy and idle slots is one of some hundred patterns. Who meets whom is forgotten;
what is kept is that an even number of people are busy in every slot, no more than the tables allow, and everybody as often as
it has meetings. Where meetings fill the tables this is nearly all that matters, and it is found in seconds.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from service.fairs.meetings.narrowing import Shape, bits
from service.fairs.meetings.race import Limits
from service.fairs.meetings.timetable import gaps_in

MOST_SLOTS = 12
MOST_PATTERNS = 40_000


def none_below(shape: Shape, limits: Limits, most: int | None) -> int:
    """A number of gaps below which no timetable is; 0 where that cannot be told. All meetings must be held at tables."""
    if shape.slots > MOST_SLOTS or not all(shape.required) or not all(shape.at_tables):
        return 0
    groups = Counter(_room(shape, who) for who, meetings in enumerate(shape.of) if meetings)
    cp: Any = cp_model.CpModel()
    busy: dict[int, list[Any]] = {slot: [] for slot in range(1, shape.slots + 1)}
    costs, total = [], 0
    for (may, must, many), people in groups.items():
        chosen = []
        for pattern in combinations(bits(may & ~must), many - must.bit_count()) if must.bit_count() <= many else ():
            slots = {*pattern, *bits(must)}
            gaps = gaps_in(slots, shape.problem.breaks)
            if most is not None and gaps > most:
                continue
            total += 1
            if total > MOST_PATTERNS:
                return 0
            taken = cp.new_int_var(0, people, "")
            chosen.append(taken)
            if gaps:
                costs.append(gaps * taken)
            for slot in slots:
                busy[slot].append(taken)
        cp.add(sum(chosen) == people)
    for slot, row in busy.items():
        tables = shape.problem.tables_of(slot)
        cp.add(sum(row) == 2 * cp.new_int_var(0, len(shape.sides) if tables is None else tables, ""))
    cp.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = max(1, limits.workers)
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.01, limits.left)
    status = solver.solve(cp)
    # Where not even patterns fit together, the search says so by itself, and why.
    return 0 if status == cp_model.INFEASIBLE else max(0, round(solver.best_objective_bound))


def _room(shape: Shape, who: int) -> tuple[int, int, int]:
    """When somebody can be busy, when it must be, and in how many slots."""
    may = must = 0
    for meeting in shape.of[who]:
        domain = shape.domains[meeting]
        may |= domain
        if not domain & (domain - 1):
            must |= domain
    return may, must, len(shape.of[who])
