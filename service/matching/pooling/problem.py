"""A pooled lot as plain data: who could deliver how much in which month at what price, what is asked, and what a plan is.

Months are positions from 0, kilograms and đồng are whole numbers. Nothing here knows a database, a page or a solver, so the
same values serve the page, the worker, the command line, the judge of a plan made by hand (`violations`) and the tests.

What counts, each level settled before the next one is looked at:

1. `coverage`: all kilograms of the demand that can be filled; a kilogram of one month counts as much as one of another;
2. `moved`, only where there is a plan before: how few suppliers have to be asked again because their share changes;
3. `cost`: kilograms × (price + freight), and the engagement cost of everyone who delivers anything;
4. `quality`: kilograms × quality;
5. `fewest`: the number of suppliers, those of one group counted once;
6. `fair`: the share of its free kilograms that the least used of the chosen may deliver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Level(StrEnum):
    """What one plan can be better at than another."""

    COVERAGE = "coverage"
    MOVED = "moved"
    COST = "cost"
    QUALITY = "quality"
    FEWEST = "fewest"
    FAIR = "fair"


LEVELS = tuple(Level)
# Of these, more is better; of the others, less.
MORE_IS_BETTER = frozenset({Level.COVERAGE, Level.QUALITY, Level.FAIR})


class Rule(StrEnum):
    """A rule that a plan can break, or that keeps a supplier out of every plan."""

    SHAPE = "shape"  # A share with too few months, too many, or less than nothing in one.
    UNKNOWN = "unknown"  # A share of somebody whom the problem does not name.
    EXCLUDED = "excluded"
    MARK = "mark"  # The lot is sold under a mark that this supplier may not use.
    SPECIFICATION = "specification"  # The lot has one specification, and this supplier's goods have another.
    CEILING = "ceiling"  # Price and freight of a month above what the buyer pays at most.
    CAPACITY = "capacity"
    LEAST_SHARE = "least_share"
    LEAST_TOTAL = "least_total"
    MOST_TOTAL = "most_total"
    MULTIPLE = "multiple"
    DEMAND = "demand"  # More than was asked for: a lot never delivers that.
    MAX_SUPPLIERS = "max_suppliers"
    PINNED = "pinned"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Supplier:
    """One source of goods: a product of a cooperative with what is free of it by month, and its terms."""

    id: str
    free_kg: tuple[int, ...]
    price: int | tuple[int, ...]  # đ/kg, by month where it is not the same in all.
    quality: float = 0
    engagement_cost: int = 0  # Once, if it delivers anything.
    least_share_kg: int = 0  # In each month in which it delivers.
    least_total_kg: int = 0  # Over all months, if it delivers anything.
    multiple_kg: int = 1  # Each month's share is a multiple of this (cartons, sacks).
    most_total_kg: int | None = None  # Over all months.
    group: str = ""  # The supplier behind several products: counted once among the suppliers of a lot.
    may_use_mark: bool = True
    specification: str = ""
    freight: int = 0  # đ/kg to the delivery point, over the consolidation place.

    def landed(self, month: int) -> int:
        """What a kilogram costs in that month at the delivery point."""
        return (self.price if isinstance(self.price, int) else self.price[month]) + self.freight


@dataclass(frozen=True, slots=True)
class Plan:
    """Who delivers how many kilograms by month; who delivers nothing may be left out."""

    kg: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def of(self, supplier: str, months: int) -> tuple[int, ...]:
        """That supplier's share, month by month."""
        return self.kg.get(supplier) or (0,) * months

    @property
    def chosen(self) -> frozenset[str]:
        """Who delivers anything at all."""
        return frozenset(supplier for supplier, share in self.kg.items() if any(share))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked, who could answer it, and by which rules a lot may be put together.

    The ceiling is for each kilogram (price and freight of its month), not for the average of the lot: parts of a lot can be
    awarded one by one, and an average would be an invitation to pad a cheap lot with dear goods until it is reached.
    """

    months: int
    demand_kg: tuple[int, ...]
    suppliers: tuple[Supplier, ...]
    max_suppliers: int | None = None
    ceiling: int | None = None
    mark_required: bool = False
    specification: str | None = None
    pinned: Mapping[str, tuple[int | None, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    previous: Plan | None = None
    levels: tuple[Level, ...] = LEVELS

    def __post_init__(self) -> None:
        if self.months < 1 or len(self.demand_kg) != self.months:
            raise ValueError("the demand has one figure for each month")
        names = {each.id for each in self.suppliers}
        if len(names) != len(self.suppliers):
            raise ValueError("two suppliers have the same id")
        for each in self.suppliers:
            if len(each.free_kg) != self.months or (not isinstance(each.price, int) and len(each.price) != self.months):
                raise ValueError(f"{each.id}: free kilograms and prices have one figure for each month")
            if each.multiple_kg < 1:
                raise ValueError(f"{each.id}: a multiple is at least one kilogram")
        if any(len(share) != self.months for share in self.pinned.values()):
            raise ValueError("pinned shares have one figure (or none) for each month")
        if self.levels[:1] != (Level.COVERAGE,):
            raise ValueError("coverage is the first level")

    @property
    def by_id(self) -> dict[str, Supplier]:
        """The suppliers by their ids."""
        return {each.id: each for each in self.suppliers}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition that could be given up, as the caller sees it: who would come in, or come in with other terms.

    A supplier whose id the problem knows takes the place of the old one, so "a month later" is the same suppliers with their
    months moved, and "three stars will do" is those who were left out for their stars.
    """

    name: str
    suppliers: tuple[Supplier, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one level was brought, and how far anybody could bring it."""

    level: Level
    value: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it."""
        return 0.0 if self.proven else abs(self.value - self.bound) / max(1, abs(self.value))


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A supplier who can be in no plan, and the rule that says so."""

    supplier: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit without room: one kilogram, or one supplier, more would break it."""

    rule: Rule
    supplier: str | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who could take over how much of a chosen supplier's share, month by month, and what it would cost more in all."""

    supplier: str
    kg: tuple[int, ...]
    extra_cost: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of the request that fills what is missing, shown by solving the changed problem.

    `kind` is `ceiling` (by how many đ/kg it rises), `suppliers` (how many more than the limit), `later` (the missing kilograms
    of a month are taken a month later) or the name of a relaxation that the caller gave. `proven`: no smaller step of its kind
    fills as much, and no plan of the changed problem fills as much for less.
    """

    kind: str
    amount: int
    gained_kg: int
    short_kg: tuple[int, ...]
    extra_cost: int
    joining: tuple[str, ...]
    proven: bool


Status = Literal["optimal", "feasible", "infeasible", "stopped"]


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan with what is known of it.

    `optimal`: every level is proven. `feasible`: the time was up first. `stopped`: somebody stopped it, and this is the best so
    far. `infeasible`: the pinned shares and required suppliers cannot stand together; `reasons` says why, the plan is empty.
    """

    status: Status
    plan: Plan
    levels: tuple[Reached, ...] = ()
    seed: int = 0
    effort: float = 0.0
    seconds: float = 0.0
    kept_out: tuple[KeptOut, ...] = ()
    binding: tuple[Binding, ...] = ()
    reasons: tuple[Violation, ...] = ()
    stand_ins: Mapping[str, tuple[StandIn, ...]] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()

    def reached(self, level: Level) -> Reached | None:
        """How far that level was brought."""
        return next((each for each in self.levels if each.level is level), None)

    @property
    def objective(self) -> int | None:
        """What the plan costs."""
        cost = self.reached(Level.COST)
        return cost.value if cost else None

    @property
    def bound(self) -> int | None:
        """What every plan that fills as much costs at least."""
        cost = self.reached(Level.COST)
        return cost.bound if cost else None

    @property
    def gap(self) -> float:
        """How far the first level that is not proven may be from its best; 0 when all are proven."""
        return next((each.gap for each in self.levels if not each.proven), 0.0)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken by a plan: by whom, in which month, and by how many kilograms (or suppliers, or đ/kg)."""

    kind: Rule
    supplier: str | None = None
    month: int | None = None
    kg: int = 0
