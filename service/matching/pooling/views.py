"""What readers are shown of lots: plain values, each for one kind of reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.matching.pooling import plans, words
from service.matching.pooling.frozen import Candidate, Frozen, said
from service.matching.pooling.models import JOINED, WAITING
from service.matching.pooling.problem import Solution
from service.matching.pooling.violations import cost, filled, short
from service.matching.views import Cell, RequestView, twelve


@dataclass(frozen=True, slots=True)
class MonthSum:
    """One month of a lot: kilograms asked, covered and missing."""

    month: date
    asked: int
    covered: int

    @property
    def missing(self) -> int:
        """What is still to be found."""
        return max(0, self.asked - self.covered)


@dataclass(frozen=True, slots=True)
class StandInView:
    """Who could take over, how much of it, and what that would cost more."""

    name: str
    kg: int
    all_of_it: bool
    extra_cost: int


@dataclass(frozen=True, slots=True)
class Part:
    """One supplier's part of a plan, with its price and how that comes about."""

    product_id: str
    product: str
    product_slug: str
    supplier_id: str
    supplier: str
    supplier_slug: str
    place: str
    stars: int
    illustrative: bool
    kg: tuple[int, ...]
    free_kg: tuple[int, ...]
    price: int
    from_kg: int | None
    freight: int
    least_share_kg: int
    multiple_kg: int
    lead: bool
    pinned: bool
    required: bool
    unknowns: tuple[str, ...]
    stand_ins: tuple[StandInView, ...]

    @property
    def total(self) -> int:
        """All its kilograms."""
        return sum(self.kg)

    @property
    def landed(self) -> int:
        """What a kilogram of it costs at the delivery point."""
        return self.price + self.freight


@dataclass(frozen=True, slots=True)
class RemedyView:
    """A change that fills what is missing; `fields` change the lot, `request_fields` the request itself."""

    words: str
    gained_kg: int
    short_kg: int
    extra_cost: int
    joining: tuple[str, ...]
    proven: bool
    fields: Mapping[str, str]
    request_fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutView:
    """Who is not in the plan because it may not or cannot be."""

    product: str
    product_slug: str
    supplier: str
    rule: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with all that explains it."""

    months: tuple[MonthSum, ...]
    cells: tuple[Cell, ...]
    parts: tuple[Part, ...]
    cost: int
    goods_cost: int
    status: str
    proof: str
    by_hand: bool
    reused: bool
    seconds: float
    bound: int | None
    gap: float
    ceiling: int | None
    most_suppliers: int | None
    mark: str | None
    limits: tuple[str, ...]
    remedies: tuple[RemedyView, ...]
    out: tuple[OutView, ...]
    others: int
    could: tuple[tuple[str, str], ...]  # Who could take part and is not in the plan: product id and name.
    excluded: tuple[tuple[str, str], ...]
    freight: tuple[str, ...]

    @property
    def asked_kg(self) -> int:
        """All kilograms asked for."""
        return sum(each.asked for each in self.months)

    @property
    def covered_kg(self) -> int:
        """All kilograms that the plan delivers."""
        return sum(each.covered for each in self.months)

    @property
    def missing_kg(self) -> int:
        """All kilograms that are still to be found."""
        return sum(each.missing for each in self.months)

    @property
    def out_by_rule(self) -> list[tuple[str, list[OutView]]]:
        """Who is kept out, those with the same rule together."""
        groups: dict[str, list[OutView]] = {}
        for each in self.out:
            groups.setdefault(each.rule, []).append(each)
        return sorted(groups.items(), key=lambda group: -len(group[1]))

    @property
    def landed(self) -> int | None:
        """The average price of a kilogram at the delivery point."""
        return round(self.cost / self.covered_kg) if self.covered_kg else None

    @property
    def goods(self) -> int | None:
        """What of it is the goods' own price."""
        return round(self.goods_cost / self.covered_kg) if self.covered_kg else None

    @property
    def road(self) -> int | None:
        """What of it is the road."""
        return self.landed - self.goods if self.landed is not None and self.goods is not None else None

    @property
    def suppliers(self) -> int:
        """How many suppliers are in it."""
        return len({part.supplier_id for part in self.parts})

    @property
    def share(self) -> float:
        """How much of what is asked is covered, from 0 to 1."""
        return self.covered_kg / self.asked_kg if self.asked_kg else 0.0


@dataclass(frozen=True, slots=True)
class ShareView:
    """One supplier's share of a lot that was sent, as the buyer reads it."""

    id: UUID
    product_id: UUID
    product: str
    supplier: str
    supplier_slug: str
    lead: bool
    state: str
    kg: Mapping[date, int]
    price: int
    answer_by: date
    answered_at: datetime | None
    reason: str | None
    stands_in_for: str | None

    @property
    def state_name(self) -> str:
        """What became of it, in words."""
        return words.share_state_name(self.state)

    @property
    def total(self) -> int:
        """All its kilograms."""
        return sum(self.kg.values())


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A lot in the list of a request's lots."""

    id: UUID
    state: str
    created_at: datetime
    by_hand: bool
    suppliers: int
    covered_kg: int
    asked_kg: int
    version: int

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return words.state_name(self.state)


@dataclass(frozen=True, slots=True)
class PoolPage:
    """A lot as its buyer reads it."""

    request: RequestView
    id: UUID
    state: str
    version: int
    request_version: int
    created_at: datetime
    settings: Mapping[str, Any]
    progress: Mapping[str, Any]
    plan: PlanView | None
    stale: bool
    answer_by: date | None
    note: str | None
    reason: str | None
    quoted_at: datetime | None
    shares: tuple[ShareView, ...]
    broken: tuple[str, ...]  # Where no plan stands: which wishes exclude each other.

    @property
    def href(self) -> str:
        """Its page."""
        return f"{self.request.href}/lo-ghep/{self.id}"

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return words.state_name(self.state)

    @property
    def why(self) -> str:
        """Why it failed or was let go, in words."""
        return words.reason_words(self.reason)

    @property
    def waiting(self) -> bool:
        """Whether the worker is still at it."""
        return self.state in WAITING

    @property
    def joined(self) -> bool:
        """Whether its suppliers have been asked."""
        return self.state in JOINED

    @property
    def open_shares(self) -> int:
        """How many have not answered yet."""
        return sum(share.state == "asked" for share in self.shares)

    @property
    def accepted_shares(self) -> int:
        """How many have accepted."""
        return sum(share.state == "accepted" for share in self.shares)

    @property
    def standing_kg(self) -> int:
        """The kilograms of those who have accepted."""
        return sum(share.total for share in self.shares if share.state == "accepted")


def plan_view(frozen: Frozen, solution: Solution, *, by_hand: bool = False, reused: bool = False) -> PlanView:
    """A plan in words and figures; the page, the API and the terminal all show this."""
    problem, plan = frozen.problem(), solution.plan
    covered, missing = filled(problem, plan), short(problem, plan)
    months = tuple(MonthSum(day, asked, kg) for day, asked, kg in zip(frozen.months, frozen.demand_kg, covered, strict=True))
    asked = {each.month: float(each.asked) for each in months if each.asked}
    given = {each.month: float(each.covered) for each in months}
    known = frozen.by_id
    chosen = {name: share for name, share in plan.kg.items() if any(share) and name in known}
    lead = plans.lead_of(frozen, chosen)
    parts = [_part(frozen, solution, known[name], share, lead) for name, share in chosen.items()]
    return PlanView(
        months=months,
        cells=month_cells(asked, given),
        parts=tuple(sorted(parts, key=lambda part: (not part.lead, -part.total, part.supplier, part.product_id))),
        cost=cost(problem, plan),
        goods_cost=sum(known[name].price * sum(share) for name, share in chosen.items()),
        status=solution.status,
        proof=words.proof(solution, by_hand=by_hand),
        by_hand=by_hand,
        reused=reused,
        seconds=solution.seconds,
        bound=solution.bound,
        gap=solution.gap,
        ceiling=frozen.ceiling,
        most_suppliers=frozen.most_suppliers,
        mark=frozen.mark,
        limits=tuple(words.binding_words(frozen, solution.binding)),
        remedies=tuple(
            RemedyView(
                words.remedy_words(frozen, each), each.gained_kg, sum(each.short_kg), each.extra_cost,
                tuple(words.who(frozen, name) for name in each.joining), each.proven,
                *words.remedy_fields(frozen, each, missing),
            )
            for each in solution.remedies
        ),
        out=tuple(_out(frozen, solution)),
        others=frozen.others,
        could=tuple(
            (each.id, f"{each.supplier} · {each.title}")
            for each in sorted(frozen.candidates, key=lambda one: (one.supplier, one.title))
            if each.id not in chosen
        ),
        excluded=tuple((name, words.who(frozen, name)) for name in frozen.excluded),
        freight=tuple(words.freight_words(frozen)),
    )  # fmt: skip


def month_cells(asked: Mapping[date, float], given: Mapping[date, float]) -> tuple[Cell, ...]:
    """The twelve-month strip of what is asked and what is covered of it."""
    if not asked:
        return ()
    return tuple(
        Cell(day.month, day.year, asked.get(day), given.get(day, 0.0) if day in asked else None) for day in twelve(asked)
    )


def _part(frozen: Frozen, solution: Solution, one: Candidate, share: Sequence[int], lead: str | None) -> Part:
    stand_ins = [
        StandInView(words.supplier_name(frozen, each.supplier), sum(each.kg), list(each.kg) == list(share), each.extra_cost)
        for each in solution.stand_ins.get(one.id, ())
    ]
    return Part(
        product_id=one.id, product=one.title, product_slug=one.slug, supplier_id=one.supplier_id, supplier=one.supplier,
        supplier_slug=one.supplier_slug, place=one.place, stars=one.stars, illustrative=one.illustrative, kg=tuple(share),
        free_kg=one.free_kg, price=one.price, from_kg=one.from_kg, freight=one.freight, least_share_kg=one.least_share_kg,
        multiple_kg=one.multiple_kg, lead=one.id == lead, pinned=any(kg is not None for kg in frozen.pinned.get(one.id, ())),
        required=one.id in frozen.required, unknowns=tuple(said(each) for each in one.unknowns), stand_ins=tuple(stand_ins),
    )  # fmt: skip


def _out(frozen: Frozen, solution: Solution) -> list[OutView]:
    known = frozen.by_id
    by_rule = [
        OutView(one.title, one.slug, one.supplier, words.out_words(frozen, each.rule, one))
        for each in solution.kept_out
        if (one := known.get(each.supplier)) is not None
    ]
    return by_rule + [OutView(each.name, each.slug, each.supplier, said(each.rule)) for each in frozen.out]


def line_kg(result: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[int, int, int]:
    """Suppliers, kilograms covered and asked of a lot, from what is kept of it."""
    plan = result.get("plan") or {}
    suppliers = {each["id"]: each["supplier_id"] for each in told.get("candidates", ())}
    count = len({suppliers.get(name, name) for name in plan})
    return count, sum(sum(share) for share in plan.values()), sum(told.get("demand_kg", ()))
