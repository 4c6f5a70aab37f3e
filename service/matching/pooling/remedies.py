"""What to do about a lot: who could stand in for whom, and the cheapest ways to get what is missing. Pure.

Stand-ins are read off the plan: who has kilograms to spare in the months of the one who drops out. Remedies are shown by
solving the changed problem, so what they promise is what one gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from service.matching.pooling.problem import Level, Plan, Problem, Relaxation, Remedy, Solution, StandIn, Supplier
from service.matching.pooling.violations import barred, cost, group_of, groups, least_share, room, short

SHOWN = 3
Again = Callable[[Problem], Solution]


def stand_ins(problem: Problem, plan: Plan, shown: int = SHOWN) -> dict[str, tuple[StandIn, ...]]:
    """For each chosen supplier those who could take over its share: most kilograms first, then the least extra cost.

    The plan with the one out and the other in breaks no rule. The extra cost is that of the kilograms taken over, with the
    engagement cost of the one instead of the other's.
    """
    return {name: _stand_ins(problem, plan, name)[:shown] for name in sorted(plan.chosen)}


def _stand_ins(problem: Problem, plan: Plan, leaving: str) -> tuple[StandIn, ...]:
    known = problem.by_id
    gone = known[leaving]
    rest = Plan({name: share for name, share in plan.kg.items() if name != leaving})
    taken_groups = groups(problem, rest)
    full = problem.max_suppliers is not None and len(taken_groups) >= problem.max_suppliers
    found = []
    for supplier in problem.suppliers:
        if supplier.id == leaving or (full and group_of(supplier) not in taken_groups):
            continue
        pins = problem.pinned.get(supplier.id, (None,) * problem.months)
        has = rest.of(supplier.id, problem.months)
        kg = _taken_over(problem, supplier, has, plan.kg[leaving], pins)
        if not any(kg):
            continue
        joins = 0 if any(has) else supplier.engagement_cost
        dearer = sum(each * (supplier.landed(month) - gone.landed(month)) for month, each in enumerate(kg) if each)
        found.append(StandIn(supplier.id, kg, dearer + joins - gone.engagement_cost))
    return tuple(sorted(found, key=lambda each: (-sum(each.kg), each.extra_cost, each.supplier)))


def _taken_over(
    problem: Problem, supplier: Supplier, has: tuple[int, ...], wanted: tuple[int, ...], pins: tuple[int | None, ...]
) -> tuple[int, ...]:
    """What a supplier can deliver more, of what is wanted, on its own terms."""
    most = room(problem, supplier)
    left = None if supplier.most_total_kg is None else supplier.most_total_kg - sum(has)
    kg = [0] * problem.months
    for month, want in enumerate(wanted):
        more = min(want, most[month] - has[month])
        if left is not None:
            more = min(more, left)
        more -= more % supplier.multiple_kg
        if pins[month] is not None or more <= 0 or has[month] + more < least_share(supplier):
            continue
        kg[month] = more
        left = None if left is None else left - more
    return tuple(kg) if sum(has) + sum(kg) >= supplier.least_total_kg else (0,) * problem.months


def remedies(
    problem: Problem, solution: Solution, relaxations: tuple[Relaxation, ...], again: Again, in_time: Callable[[], bool]
) -> tuple[Remedy, ...]:
    """The ways to get what is missing, each the smallest step of its kind; those that bring nothing are left out."""
    plain = replace(problem, previous=None, levels=(Level.COVERAGE, Level.COST))
    missing = short(problem, solution.plan)
    found: list[Remedy | None] = []
    if in_time():
        found.append(_higher_ceiling(plain, solution, again, in_time))
    if in_time():
        found.append(_more_suppliers(plain, solution, again, in_time))
    if in_time() and any(missing[:-1]):
        found.append(_told("later", 1, plain, _later(plain, missing), solution, again))
    found += [_told(each.name, 0, plain, _relaxed(plain, each), solution, again) for each in relaxations if in_time()]
    return tuple(each for each in found if each is not None)


def _higher_ceiling(problem: Problem, solution: Solution, again: Again, in_time: Callable[[], bool]) -> Remedy | None:
    ceiling = problem.ceiling
    if ceiling is None:
        return None
    steps = sorted({
        supplier.landed(month)
        for supplier in problem.suppliers if barred(problem, supplier) is None
        for month, kg in enumerate(supplier.free_kg)
        if kg and problem.demand_kg[month] and supplier.landed(month) > ceiling
    })  # fmt: skip
    return _smallest(
        "ceiling", ceiling, steps, problem, lambda step: replace(problem, ceiling=step), solution, again, in_time
    )  # fmt: skip


def _more_suppliers(problem: Problem, solution: Solution, again: Again, in_time: Callable[[], bool]) -> Remedy | None:
    limit = problem.max_suppliers
    if limit is None:
        return None
    able = {group_of(supplier) for supplier in problem.suppliers if any(room(problem, supplier))}
    return _smallest(
        "suppliers", limit, list(range(limit + 1, len(able) + 1)), problem,
        lambda step: replace(problem, max_suppliers=step), solution, again, in_time,
    )  # fmt: skip


def _smallest(
    kind: str,
    now: int,
    steps: list[int],
    problem: Problem,
    changed: Callable[[int], Problem],
    solution: Solution,
    again: Again,
    in_time: Callable[[], bool],
) -> Remedy | None:
    """The smallest step that fills as much as the largest does; each further step only ever fills more."""
    if not steps:
        return None

    def covered(step: int) -> tuple[int, bool]:
        found = again(replace(changed(step), levels=(Level.COVERAGE,)))
        return sum(problem.demand_kg) - sum(short(problem, found.plan)), found.status == "optimal"

    most, proven = covered(steps[-1])
    if most <= sum(problem.demand_kg) - sum(short(problem, solution.plan)):
        return None
    low, high = 0, len(steps) - 1
    while low < high and in_time():
        middle = (low + high) // 2
        reached, sure = covered(steps[middle])
        proven = proven and sure
        low, high = (low, middle) if reached >= most else (middle + 1, high)
    told = _told(kind, steps[high] - now, problem, changed(steps[high]), solution, again)
    return replace(told, proven=told.proven and proven and low == high) if told else None


def _later(problem: Problem, missing: tuple[int, ...]) -> Problem:
    """The same request with what a month lacks asked for a month later; what the last month lacks stays where it is."""
    moved = (*missing[:-1], 0)
    demand = tuple(
        kg - out + (moved[month - 1] if month else 0)
        for month, (kg, out) in enumerate(zip(problem.demand_kg, moved, strict=True))
    )  # fmt: skip
    return replace(problem, demand_kg=demand)


def _relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    new = {each.id: each for each in relaxation.suppliers}
    kept = tuple(new.pop(each.id, each) for each in problem.suppliers)
    return replace(problem, suppliers=(*kept, *new.values()))


def _told(kind: str, amount: int, problem: Problem, changed: Problem, solution: Solution, again: Again) -> Remedy | None:
    found = again(changed)
    missing = short(changed, found.plan)
    gained = sum(short(problem, solution.plan)) - sum(missing)
    if found.status == "infeasible" or gained <= 0:
        return None
    return Remedy(
        kind=kind,
        amount=amount,
        gained_kg=gained,
        short_kg=missing,
        extra_cost=cost(changed, found.plan) - cost(problem, solution.plan),
        joining=tuple(sorted(found.plan.chosen - solution.plan.chosen)),
        proven=found.status == "optimal",
    )
