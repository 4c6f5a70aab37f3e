"""All requests of a round against all capacity, as plain data: the problem, a plan, and the judge of plans. PURE.

A request (`Need`) wants whole kilograms by month; a product (`Supply`) has so many free by month; a `pair` of the two is
admissible when no hard condition of the ranking says no, and is worth its fit in ten-thousandths a kilogram. A plan gives
kilograms by month to pairs.

What is best has two levels, the second only among plans that are equal in the first:

1. **floors**: every request is to get a share of what it asks for, and everybody who supplies a commodity and fits anything
   is to sell so many kilograms of it. A floor has five steps, each as high as all below it: a kilogram of the lowest
   sixteenth counts five points, one of the upper half counts one. So nobody is brought to the next step while somebody
   else could be brought to a lower one; a kilogram that lifts both sides counts on both;
2. **fit**: kilograms times the fit of their pair.

Both levels are linear in flows that run from suppliers through months to requests, so a best plan in whole kilograms exists
and is found exactly (`solver`): nothing is rounded.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from operator import add

POINTS = 10_000  # The points of a kilogram that fits perfectly.
STEPS = ((16, 5), (8, 4), (4, 3), (2, 2), (1, 1))  # Up to which part of a floor (one sixteenth …) so many points are counted.
LARGEST_KG = 10_000_000  # In one month of one request or product, as the forms allow.


@dataclass(frozen=True, slots=True)
class Fairness:
    """How far everybody is lifted before the fit decides: a percentage of each request, kilograms for each supplier."""

    need_percent: int = 25
    supplier_kg: int = 200


# What an organiser chooses among, from no floors at all to floors that most of what is free goes into.
FAIRNESS: Mapping[str, Fairness] = {
    "free": Fairness(0, 0),
    "light": Fairness(10, 100),
    "balanced": Fairness(25, 200),
    "even": Fairness(50, 500),
    "most_even": Fairness(75, 1000),
}
USUAL = "balanced"


@dataclass(frozen=True, slots=True)
class Need:
    """One request: whole kilograms by month."""

    id: str
    kg: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """One product: whole kilograms free by month. Products of one `group` (a supplier in one commodity) share a floor."""

    id: str
    group: str
    kg: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The admissible pairs, column by column, because there may be millions: positions of both sides, and points."""

    need: array[int] = field(default_factory=lambda: array("i"))
    supply: array[int] = field(default_factory=lambda: array("i"))
    points: array[int] = field(default_factory=lambda: array("i"))

    def add(self, need: int, supply: int, fit: float) -> None:
        """One more pair; whatever is admissible is worth something, so that no free kilogram is left lying."""
        self.need.append(need)
        self.supply.append(supply)
        self.points.append(min(POINTS, max(1, round(fit * POINTS))))

    def __len__(self) -> int:
        return len(self.need)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self.need, self.supply, self.points, strict=True)


Key = tuple[str, str]  # A request and a product.


@dataclass(frozen=True)
class Problem:
    """What is cleared together, however fairly."""

    months: int
    needs: tuple[Need, ...]
    supplies: tuple[Supply, ...]
    pairs: Pairs

    def points(self, keys: Collection[Key]) -> dict[Key, int]:
        """The points of those of the keys that are admissible pairs."""
        needs = {each.id: place for place, each in enumerate(self.needs)}
        supplies = {each.id: place for place, each in enumerate(self.supplies)}
        places = {(needs.get(need, -1), supplies.get(supply, -1)): (need, supply) for need, supply in keys}
        return {places[n, s]: points for n, s, points in self.pairs if (n, s) in places}

    @cached_property
    def reach(self) -> tuple[dict[str, int], dict[str, int]]:
        """The kilograms that each request that anything fits, and each group, could get if it were alone."""
        nothing = [0] * self.months
        open_to_need, open_to_supply = [nothing] * len(self.needs), [nothing] * len(self.supplies)
        for need, supply, _points in self.pairs:
            open_to_need[need] = list(map(add, open_to_need[need], self.supplies[supply].kg))
            open_to_supply[supply] = list(map(add, open_to_supply[supply], self.needs[need].kg))
        needs = {
            self.needs[place].id: _within(self.needs[place].kg, open_to_need[place]) for place in sorted(set(self.pairs.need))
        }
        groups: dict[str, int] = {}
        for place in sorted(set(self.pairs.supply)):
            supplier = self.supplies[place]
            groups[supplier.group] = groups.get(supplier.group, 0) + _within(supplier.kg, open_to_supply[place])
        return needs, groups


@dataclass(frozen=True, slots=True)
class Plan:
    """Kilograms by month for pairs of a request and a product; a pair that gets nothing is not in it."""

    kg: Mapping[Key, tuple[int, ...]]


class Rule(StrEnum):
    """What a plan may not do."""

    UNKNOWN = "unknown"  # A request or product that is not part of the round.
    NOT_ADMISSIBLE = "not_admissible"
    NOT_WHOLE = "not_whole"  # Fewer than no kilograms, or another number of months.
    OVER_CAPACITY = "over_capacity"
    OVER_ASKED = "over_asked"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks: for whom, in which month, by how many kilograms."""

    rule: Rule
    subject: str
    month: int = -1
    kg: int = 0


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; none means that it can be carried out as it stands."""
    needs = {each.id: each for each in problem.needs}
    supplies = {each.id: each for each in problem.supplies}
    admissible = problem.points(plan.kg)
    found: list[Violation] = []
    given: dict[str, list[int]] = {}
    taken: dict[str, list[int]] = {}
    for (need, supply), months in plan.kg.items():
        strangers = [name for name, known in ((need, needs), (supply, supplies)) if name not in known]
        if strangers:
            found.extend(Violation(Rule.UNKNOWN, name) for name in strangers)
            continue
        if len(months) != problem.months or any(kg < 0 for kg in months):
            found.append(Violation(Rule.NOT_WHOLE, need))
            continue
        if (need, supply) not in admissible:
            found.append(Violation(Rule.NOT_ADMISSIBLE, need, kg=sum(months)))
        _sum_into(given.setdefault(need, [0] * problem.months), months)
        _sum_into(taken.setdefault(supply, [0] * problem.months), months)
    found.extend(_beyond(Rule.OVER_ASKED, given, {name: each.kg for name, each in needs.items()}))
    found.extend(_beyond(Rule.OVER_CAPACITY, taken, {name: each.kg for name, each in supplies.items()}))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a plan is worth: its two levels, and the figures by which people compare plans."""

    floor_points: int
    fit_points: int
    kg: int
    asked_kg: int
    needs_with_fit: int
    needs_short_of_floor: int
    least_need_percent: float  # Of the requests that anything fits, the one that is filled least.
    suppliers_with_fit: int
    suppliers_without: int  # That get nothing although something of theirs fits.
    suppliers_short_of_floor: int
    least_supplier_kg: int

    @property
    def levels(self) -> tuple[int, int]:
        """The worth in the order in which plans are compared."""
        return self.floor_points, self.fit_points


def worth(problem: Problem, plan: Plan, fairness: Fairness) -> Worth:
    """The levels of a plan and how it treats the least of both sides."""
    points = problem.points(plan.kg)
    by_need, by_group = totals(problem, plan)
    need_floors, group_floors = floors(problem, fairness)
    kg = {key: sum(months) for key, months in plan.kg.items()}
    asked = {each.id: sum(each.kg) for each in problem.needs}
    return Worth(
        floor_points=sum(floor_points(by_need.get(name, 0), floor) for name, floor in need_floors.items())
        + sum(floor_points(by_group.get(name, 0), floor) for name, floor in group_floors.items()),
        fit_points=sum(points.get(key, 0) * each for key, each in kg.items()),
        kg=sum(kg.values()),
        asked_kg=sum(asked.values()),
        needs_with_fit=len(need_floors),
        needs_short_of_floor=sum(by_need.get(name, 0) < floor for name, floor in need_floors.items()),
        least_need_percent=min((100 * by_need.get(name, 0) / asked[name] for name in need_floors if asked[name]), default=0.0),
        suppliers_with_fit=len(group_floors),
        suppliers_without=sum(not by_group.get(name) for name in group_floors),
        suppliers_short_of_floor=sum(by_group.get(name, 0) < floor for name, floor in group_floors.items()),
        least_supplier_kg=min((by_group.get(name, 0) for name in group_floors), default=0),
    )


def floor_points(kg: int, floor: int) -> int:
    """What so many kilograms count towards a floor, step by step."""
    counted = 0
    for width, points in steps(floor):
        counted += points * min(kg, width)
        kg = max(0, kg - width)
    return counted


def steps(floor: int) -> list[tuple[int, int]]:
    """The steps of a floor from below: kilograms and points; a part of a kilogram belongs to the lower step."""
    ends = [-(-floor // part) for part, _points in STEPS]
    return [(end - start, points) for start, end, (_part, points) in zip([0, *ends], ends, STEPS, strict=False)]


def floors(problem: Problem, fairness: Fairness) -> tuple[dict[str, int], dict[str, int]]:
    """The floor of each request that anything fits, and of each group; nobody's is higher than it could reach alone."""
    asked = {each.id: sum(each.kg) for each in problem.needs}
    needs, groups = problem.reach
    return (
        {name: min(asked[name] * fairness.need_percent // 100, within) for name, within in needs.items()},
        {name: min(fairness.supplier_kg, within) for name, within in groups.items()},
    )


def totals(problem: Problem, plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
    """Kilograms of the whole plan by request and by group."""
    group_of = {each.id: each.group for each in problem.supplies}
    by_need: dict[str, int] = {}
    by_group: dict[str, int] = {}
    for (need, supply), months in plan.kg.items():
        by_need[need] = by_need.get(need, 0) + sum(months)
        group = group_of.get(supply, "")
        by_group[group] = by_group.get(group, 0) + sum(months)
    return by_need, by_group


def by_month(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Kilograms of the whole plan in each month."""
    months = [0] * problem.months
    for each in plan.kg.values():
        _sum_into(months, each)
    return tuple(months)


@dataclass(frozen=True, slots=True)
class Move:
    """A pair that two plans give differently."""

    key: Key
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def kg(self) -> int:
        """Kilograms that have moved."""
        return sum(abs(one - other) for one, other in zip(self.before, self.after, strict=True))


def difference(before: Plan, after: Plan) -> tuple[Move, ...]:
    """What another plan gives differently, pair by pair, in the order of their names."""
    moves = []
    for key in sorted(before.kg.keys() | after.kg.keys()):
        length = len(before.kg.get(key) or after.kg[key])
        one, other = before.kg.get(key, (0,) * length), after.kg.get(key, (0,) * length)
        if one != other:
            moves.append(Move(key, one, other))
    return tuple(moves)


def _sum_into(into: list[int], months: Sequence[int]) -> None:
    for place, kg in enumerate(months):
        into[place] += kg


def _within(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(map(min, one, other))


def _beyond(rule: Rule, used: Mapping[str, list[int]], limits: Mapping[str, tuple[int, ...]]) -> Iterable[Violation]:
    for name, months in used.items():
        for month, (kg, limit) in enumerate(zip(months, limits[name], strict=True)):
            if kg > limit:
                yield Violation(rule, name, month, kg - limit)
