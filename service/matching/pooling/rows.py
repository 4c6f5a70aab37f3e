"""The pooled lot as rows of whole numbers: what may be decided, and what must hold. Pure, and the same for every engine.

Each supplier has a switch "is in the lot". Each month in which it could deliver has a number of packs, and, where there is a
least share, a switch "delivers in this month". Presolve by hand: what `room` leaves is the tightest bound that one supplier's
own terms allow (never more than the demand, whole packs, nothing where the least share does not fit), months without room have
no variable at all, and of twins (suppliers who differ only by name) the second comes in only after the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import gcd

from service.matching.pooling.problem import Level, Plan, Problem, Supplier
from service.matching.pooling.violations import group_of, least_share, quality_points, room, usable, worth

Terms = dict[int, int]


@dataclass(slots=True)
class Rows:
    """Whole-number variables with bounds, and rows `low <= sum of coefficient × variable <= high`."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    # Of these only the bounds matter: with all others fixed they form a transport problem, whose corners are whole anyway.
    loose: set[int] = field(default_factory=set)
    rows: list[tuple[int | None, Terms, int | None]] = field(default_factory=list)
    # What follows from the rows anyway, and yet shortens the search of an engine that reasons with switches.
    implied: list[tuple[int | None, Terms, int | None]] = field(default_factory=list)

    def variable(self, low: int, high: int, *, loose: bool = False) -> int:
        """A new variable."""
        self.low.append(low)
        self.high.append(high)
        if loose:
            self.loose.add(len(self.low) - 1)
        return len(self.low) - 1

    def switch(self) -> int:
        """A new variable that is 0 or 1."""
        return self.variable(0, 1)

    def row(self, low: int | None, terms: Terms, high: int | None) -> None:
        """Something that must hold."""
        self.rows.append((low, terms, high))

    def copy(self) -> Rows:
        """The same again, to be narrowed without touching this one."""
        return Rows(list(self.low), list(self.high), set(self.loose), list(self.rows), list(self.implied))

    def hold(self, values: Sequence[int]) -> bool:
        """Whether these values keep every bound and every row, in exact arithmetic."""
        if any(not low <= value <= high for low, value, high in zip(self.low, values, self.high, strict=True)):
            return False
        for low, terms, high in self.rows:
            total = sum(by * values[at] for at, by in terms.items())
            if (low is not None and total < low) or (high is not None and total > high):
                return False
        return True


@dataclass(slots=True)
class Lane:
    """One supplier in one month: packs, and the switch of a least share."""

    month: int
    packs: int
    switch: int | None


@dataclass(slots=True)
class Source:
    """A supplier with room, its switch and its lanes."""

    supplier: Supplier
    switch: int
    lanes: list[Lane]
    moved: int | None = None


@dataclass(slots=True)
class Model:
    """The rows of a problem, and what their variables mean."""

    problem: Problem
    rows: Rows
    sources: list[Source]
    # Whom the limit counts: a switch, and whose switches turn it on.
    counted: list[tuple[int, list[Source]]] = field(default_factory=list)
    fair: int | None = None
    # The lanes of each month, with whose they are.
    months: list[list[tuple[Source, Lane]]] = field(init=False)

    def __post_init__(self) -> None:
        self.months = [[] for _month in range(self.problem.months)]
        for source in self.sources:
            for lane in source.lanes:
                self.months[lane.month].append((source, lane))

    def objective(self, level: Level) -> Terms:
        """The level as something to make small."""
        if level is Level.MOVED:
            return {source.moved: 1 for source in self.sources if source.moved is not None}
        if level is Level.FEWEST:
            return {switch: 1 for switch, _members in self.counted}
        if level is Level.FAIR:
            return {} if self.fair is None else {self.fair: -1}
        terms: Terms = {}
        for source in self.sources:
            supplier = source.supplier
            if level is Level.COST and supplier.engagement_cost:
                terms[source.switch] = supplier.engagement_cost
            for lane in source.lanes:
                by = -1
                if level is Level.COST:
                    by = supplier.landed(lane.month)
                elif level is Level.QUALITY:
                    by = -quality_points(supplier)
                if by:
                    terms[lane.packs] = by * supplier.multiple_kg
        return terms

    def delivered(self, month: int) -> Terms:
        """The kilograms of one month."""
        return {lane.packs: source.supplier.multiple_kg for source, lane in self.months[month]}

    def could_deliver(self, month: int) -> Terms:
        """The kilograms of one month by the switches alone: all of what each one who is in could deliver."""
        return {
            source.switch if lane.switch is None else lane.switch: self.rows.high[lane.packs] * source.supplier.multiple_kg
            for source, lane in self.months[month]
        }

    def reachable(self, month: int) -> int:
        """No plan delivers more in that month: what is asked, what there is, in steps that all packs share."""
        terms = self.delivered(month)
        most = min(self.problem.demand_kg[month], sum(by * self.rows.high[at] for at, by in terms.items()))
        step = gcd(*terms.values()) if terms else 1
        return most - most % step

    def plan(self, values: Sequence[int]) -> Plan:
        """The plan that these values stand for."""
        kg: dict[str, tuple[int, ...]] = {}
        for source in self.sources:
            by_month = {lane.month: values[lane.packs] * source.supplier.multiple_kg for lane in source.lanes}
            if any(by_month.values()):
                kg[source.supplier.id] = tuple(by_month.get(month, 0) for month in range(self.problem.months))
        return Plan(kg)

    def values(self, plan: Plan) -> list[int]:
        """The values that stand for this plan: where an engine may start."""
        problem = self.problem
        values = list(self.rows.low)
        before = problem.previous or Plan()
        for source in self.sources:
            share = plan.of(source.supplier.id, problem.months)
            values[source.switch] = int(any(share))
            for lane in source.lanes:
                values[lane.packs] = share[lane.month] // source.supplier.multiple_kg
                if lane.switch is not None:
                    values[lane.switch] = int(share[lane.month] > 0)
            if source.moved is not None:
                values[source.moved] = int(share != before.of(source.supplier.id, problem.months))
        for switch, members in self.counted:
            values[switch] = int(any(values[member.switch] for member in members))
        if self.fair is not None:
            values[self.fair] = worth(problem, plan)[Level.FAIR]
        return values

    def ask_fairness(self) -> None:
        """Add the smallest share, in thousandths of what each chosen supplier could deliver, that all of them get."""
        self.fair = fair = self.rows.variable(0, 1000)
        for source in self.sources:
            most = usable(self.problem, source.supplier)
            terms = {lane.packs: 1000 * source.supplier.multiple_kg for lane in source.lanes}
            # Who is not in the lot asks for nothing: its row holds whatever the smallest share is.
            self.rows.row(-1000 * most, {**terms, fair: -most, source.switch: -1000 * most}, None)


def build(problem: Problem) -> Model:
    """The rows of a problem whose pins have been found sound."""
    rows = Rows()
    sources: list[Source] = []
    before = problem.previous or Plan()
    for supplier in problem.suppliers:
        pins = problem.pinned.get(supplier.id, (None,) * problem.months)
        most = tuple(0 if pin == 0 else kg for kg, pin in zip(room(problem, supplier), pins, strict=True))
        if not any(most):
            continue
        source = _source(rows, supplier, most, pins)
        if supplier.id in problem.required:
            rows.low[source.switch] = 1
            rows.row(1, dict.fromkeys((lane.packs for lane in source.lanes), 1), None)
        if problem.previous is not None:
            _note_moves(rows, source, before.of(supplier.id, problem.months))
        sources.append(source)
    model = Model(problem, rows, sources)
    for members in _by_group(sources):
        switch = members[0].switch if len(members) == 1 else rows.switch()
        model.counted.append((switch, members))
        for member in members if len(members) > 1 else ():
            rows.row(None, {member.switch: 1, switch: -1}, 0)
    if problem.max_suppliers is not None and problem.max_suppliers < len(model.counted):
        rows.row(None, {switch: 1 for switch, _members in model.counted}, problem.max_suppliers)
    for month in range(problem.months):
        terms = model.delivered(month)
        if sum(by * rows.high[at] for at, by in terms.items()) > problem.demand_kg[month]:
            rows.row(None, terms, problem.demand_kg[month])
    _order_twins(problem, rows, sources)
    return model


def _source(rows: Rows, supplier: Supplier, most: tuple[int, ...], pins: tuple[int | None, ...]) -> Source:
    pack, least = supplier.multiple_kg, least_share(supplier)
    source = Source(supplier, rows.switch(), [])
    open_months = [month for month, kg in enumerate(most) if kg]
    for month in open_months:
        pin = pins[month]
        packs = rows.variable(0, most[month] // pack, loose=pack == 1 and pin is None)
        if pin is not None:
            rows.low[packs] = rows.high[packs] = pin // pack
            rows.low[source.switch] = 1
            source.lanes.append(Lane(month, packs, None))
            continue
        switch = source.switch
        if least > pack and len(open_months) > 1:
            switch = rows.switch()
            rows.row(None, {switch: 1, source.switch: -1}, 0)
        rows.row(None, {packs: 1, switch: -(most[month] // pack)}, 0)
        if least > pack:
            rows.row(0, {packs: 1, switch: -(least // pack)}, None)
        source.lanes.append(Lane(month, packs, None if switch == source.switch else switch))
    total = {lane.packs: pack for lane in source.lanes}
    if supplier.least_total_kg > least:
        rows.row(0, {**total, source.switch: -supplier.least_total_kg}, None)
    if supplier.most_total_kg is not None and supplier.most_total_kg < sum(most):
        rows.row(None, {**total, source.switch: -supplier.most_total_kg}, 0)
    return source


def _note_moves(rows: Rows, source: Source, share: tuple[int, ...]) -> None:
    """A switch that is on when any month of the share differs from before."""
    source.moved = moved = rows.switch()
    by_month = {lane.month: lane for lane in source.lanes}
    pack = source.supplier.multiple_kg
    for month, kg in enumerate(share):
        lane = by_month.get(month)
        if lane is None or kg % pack or kg // pack > rows.high[lane.packs]:
            if kg:
                rows.low[moved] = 1
            continue
        rows.row(None, {lane.packs: 1, moved: kg // pack - rows.high[lane.packs]}, kg // pack)
        if kg:
            rows.row(kg // pack, {lane.packs: 1, moved: kg // pack}, None)


def _by_group(sources: Iterable[Source]) -> list[list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(group_of(source.supplier), []).append(source)
    return list(found.values())


def _order_twins(problem: Problem, rows: Rows, sources: list[Source]) -> None:
    """Suppliers who differ only by name are taken in their order, so that no engine proves the same thing once for each."""
    before = problem.previous or Plan()
    named = problem.required | {name for name, pins in problem.pinned.items() if any(pin is not None for pin in pins)}
    twins: dict[tuple[Supplier, tuple[int, ...]], list[Source]] = {}
    for source in sources:
        supplier = source.supplier
        if supplier.id not in named and not supplier.group:
            key = replace(supplier, id=""), before.of(supplier.id, problem.months)
            twins.setdefault(key, []).append(source)
    for same in twins.values():
        for first, second in pairwise(same):
            rows.row(None, {second.switch: 1, first.switch: -1}, 0)


def fix(model: Model, level: Level, objective: Terms, value: int) -> None:
    """Keep this level at the value that was reached, whatever the levels below would like."""
    if level is not Level.COVERAGE:
        model.rows.row(None, objective, value)
        return
    most = [model.reachable(month) for month in range(model.problem.months)]
    spare = sum(most) + value
    if spare:
        model.rows.row(None, objective, value)
    for month, kg in enumerate(most):
        if not spare and kg:
            # Every month is as full as it can be: a row for each is tighter than one for all.
            model.rows.row(kg, model.delivered(month), kg)
        if kg > spare:
            model.rows.implied.append((kg - spare, model.could_deliver(month), None))
