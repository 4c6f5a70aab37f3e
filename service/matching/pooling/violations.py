"""The judge of plans: which rules a plan breaks, what it is worth on each level, what it leaves short, and why others are out.

Written before any solver and without one. A plan of the solver and one set by hand come before the same judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.matching.pooling.problem import (
    MORE_IS_BETTER,
    Binding,
    KeptOut,
    Level,
    Plan,
    Problem,
    Rule,
    Supplier,
    Violation,
)


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; none: the plan may stand, however little it fills."""
    known = problem.by_id
    broken: list[Violation] = []
    for name, share in plan.kg.items():
        if name not in known:
            broken.append(Violation(Rule.UNKNOWN, name))
        elif len(share) != problem.months or min(share) < 0:
            broken.append(Violation(Rule.SHAPE, name))
        elif any(share):
            broken += _broken_by(problem, known[name], share)
    sound = {each.supplier for each in broken if each.kind in {Rule.UNKNOWN, Rule.SHAPE}}
    shares = [share for name, share in plan.kg.items() if name not in sound]
    for month, demand in enumerate(problem.demand_kg):
        over = sum(share[month] for share in shares) - demand
        if over > 0:
            broken.append(Violation(Rule.DEMAND, None, month, over))
    broken += _broken_promises(problem, plan)
    if problem.max_suppliers is not None:
        many = len(groups(problem, plan)) - problem.max_suppliers
        if many > 0:
            broken.append(Violation(Rule.MAX_SUPPLIERS, None, None, many))
    return tuple(broken)


def _broken_by(problem: Problem, supplier: Supplier, share: tuple[int, ...]) -> Iterator[Violation]:
    rule = barred(problem, supplier)
    if rule is not None:
        yield Violation(rule, supplier.id, None, sum(share))
    for month, kg in enumerate(share):
        if not kg:
            continue
        above = supplier.landed(month) - problem.ceiling if problem.ceiling is not None else 0
        if above > 0:
            yield Violation(Rule.CEILING, supplier.id, month, above)
        if kg > supplier.free_kg[month]:
            yield Violation(Rule.CAPACITY, supplier.id, month, kg - supplier.free_kg[month])
        if kg < supplier.least_share_kg:
            yield Violation(Rule.LEAST_SHARE, supplier.id, month, supplier.least_share_kg - kg)
        if kg % supplier.multiple_kg:
            yield Violation(Rule.MULTIPLE, supplier.id, month, kg % supplier.multiple_kg)
    total = sum(share)
    if total < supplier.least_total_kg:
        yield Violation(Rule.LEAST_TOTAL, supplier.id, None, supplier.least_total_kg - total)
    if supplier.most_total_kg is not None and total > supplier.most_total_kg:
        yield Violation(Rule.MOST_TOTAL, supplier.id, None, total - supplier.most_total_kg)


def _broken_promises(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for name, pins in problem.pinned.items():
        share = plan.of(name, problem.months)
        for month, (pin, kg) in enumerate(zip(pins, share, strict=False)):
            if pin is not None and pin != kg:
                yield Violation(Rule.PINNED, name, month, abs(pin - kg))
    for name in sorted(problem.required - plan.chosen):
        yield Violation(Rule.REQUIRED, name)


def barred(problem: Problem, supplier: Supplier) -> Rule | None:
    """The rule that keeps this supplier out whatever it would deliver."""
    if supplier.id in problem.excluded:
        return Rule.EXCLUDED
    if problem.mark_required and not supplier.may_use_mark:
        return Rule.MARK
    if problem.specification is not None and supplier.specification != problem.specification:
        return Rule.SPECIFICATION
    return None


def room(problem: Problem, supplier: Supplier) -> tuple[int, ...]:
    """The most that this supplier could deliver in each month if nobody else did: 0 where its own terms leave nothing."""
    if barred(problem, supplier) is not None:
        return (0,) * problem.months
    months = [_room_in(problem, supplier, month) for month in range(problem.months)]
    if sum(months) < supplier.least_total_kg or (
        supplier.most_total_kg is not None and supplier.most_total_kg < max(supplier.least_total_kg, least_share(supplier))
    ):
        return (0,) * problem.months
    return tuple(months)


def _room_in(problem: Problem, supplier: Supplier, month: int) -> int:
    if problem.ceiling is not None and supplier.landed(month) > problem.ceiling:
        return 0
    most = min(supplier.free_kg[month], problem.demand_kg[month])
    if supplier.most_total_kg is not None:
        most = min(most, supplier.most_total_kg)
    most -= most % supplier.multiple_kg
    return most if most >= least_share(supplier) else 0


def least_share(supplier: Supplier) -> int:
    """The smallest share above nothing: the least share in whole packs."""
    packs = max(1, -(-supplier.least_share_kg // supplier.multiple_kg))
    return packs * supplier.multiple_kg


def kept_out(problem: Problem) -> tuple[KeptOut, ...]:
    """Who can be in no plan at all, each with the one rule that says so; the rule that comes first if there are several."""
    return tuple(
        KeptOut(supplier.id, _why_out(problem, supplier)) for supplier in problem.suppliers if not any(room(problem, supplier))
    )


def _why_out(problem: Problem, supplier: Supplier) -> Rule:
    rule = barred(problem, supplier)
    if rule is not None:
        return rule
    asked = [month for month in range(problem.months) if problem.demand_kg[month] > 0]
    free = [month for month in asked if supplier.free_kg[month] > 0]
    if not free:
        return Rule.CAPACITY
    affordable = [month for month in free if problem.ceiling is None or supplier.landed(month) <= problem.ceiling]
    if not affordable:
        return Rule.CEILING
    most = [min(supplier.free_kg[month], problem.demand_kg[month]) for month in affordable]
    if max(most) < supplier.multiple_kg:
        return Rule.MULTIPLE
    if max(most) < least_share(supplier):
        return Rule.LEAST_SHARE
    return Rule.LEAST_TOTAL if any(_room_in(problem, supplier, month) for month in affordable) else Rule.MOST_TOTAL


def groups(problem: Problem, plan: Plan) -> frozenset[str]:
    """The suppliers of a plan as the limit counts them: products of one group are one supplier."""
    known = problem.by_id
    return frozenset(group_of(known[name]) if name in known else name for name in plan.chosen)


def group_of(supplier: Supplier) -> str:
    """The name under which a supplier is counted; a group's name is never taken for a supplier's id."""
    return f"group:{supplier.group}" if supplier.group else f"id:{supplier.id}"


def filled(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Kilograms by month."""
    return tuple(sum(share[month] for share in plan.kg.values()) for month in range(problem.months))


def short(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """What is missing by month."""
    return tuple(max(0, demand - kg) for demand, kg in zip(problem.demand_kg, filled(problem, plan), strict=True))


def cost(problem: Problem, plan: Plan) -> int:
    """Kilograms × (price + freight), and the engagement costs."""
    known = problem.by_id
    return sum(cost_of(known[name], share) for name, share in plan.kg.items())


def cost_of(supplier: Supplier, share: tuple[int, ...]) -> int:
    """What one supplier's share costs."""
    if not any(share):
        return 0
    return supplier.engagement_cost + sum(kg * supplier.landed(month) for month, kg in enumerate(share) if kg)


def quality_points(supplier: Supplier) -> int:
    """Quality as whole thousandths, so that sums of it can be compared exactly."""
    return round(supplier.quality * 1000)


def usable(problem: Problem, supplier: Supplier) -> int:
    """The kilograms over all months that the lot could take from this supplier at most."""
    total = sum(room(problem, supplier))
    return total if supplier.most_total_kg is None else min(total, supplier.most_total_kg)


def worth(problem: Problem, plan: Plan) -> dict[Level, int]:
    """The plan's figure on each level, in the order of the levels."""
    known = problem.by_id
    before = problem.previous or Plan()
    moved = [
        name
        for name in known
        if problem.previous is not None and plan.of(name, problem.months) != before.of(name, problem.months)
    ]
    ratios = [1000 * sum(plan.kg[name]) // max(1, usable(problem, known[name])) for name in plan.chosen]
    return {
        Level.COVERAGE: sum(min(kg, demand) for kg, demand in zip(filled(problem, plan), problem.demand_kg, strict=True)),
        Level.MOVED: len(moved),
        Level.COST: cost(problem, plan),
        Level.QUALITY: sum(quality_points(known[name]) * sum(share) for name, share in plan.kg.items()),
        Level.FEWEST: len(groups(problem, plan)),
        Level.FAIR: min(ratios, default=0),
    }


def better(problem: Problem, one: Plan, other: Plan) -> bool:
    """Whether one plan beats the other on the first of the problem's levels on which they differ."""
    first, second = worth(problem, one), worth(problem, other)
    for level in problem.levels:
        if first[level] != second[level]:
            return (first[level] > second[level]) == (level in MORE_IS_BETTER)
    return False


def binding(problem: Problem, plan: Plan) -> tuple[Binding, ...]:
    """The limits that leave no room in this plan: the number of suppliers, and who delivers all it can in which month.

    Capacity in a month whose demand is met holds nothing back, so only months with something missing, or with somebody dearer
    in the lot, are told.
    """
    known = problem.by_id
    missing = short(problem, plan)
    found: list[Binding] = []
    if problem.max_suppliers is not None and len(groups(problem, plan)) == problem.max_suppliers:
        found.append(Binding(Rule.MAX_SUPPLIERS))
    dearest = [
        max((known[name].landed(month) for name, share in plan.kg.items() if share[month]), default=0)
        for month in range(problem.months)
    ]
    for name in sorted(plan.chosen):
        supplier, share, most = known[name], plan.kg[name], room(problem, known[name])
        if supplier.most_total_kg is not None and sum(share) + supplier.multiple_kg > supplier.most_total_kg:
            found.append(Binding(Rule.MOST_TOTAL, name))
        found += [
            Binding(Rule.CAPACITY, name, month)
            for month, kg in enumerate(share)
            if 0 < kg == most[month] < problem.demand_kg[month] and (missing[month] or supplier.landed(month) < dearest[month])
        ]
    return tuple(found)
