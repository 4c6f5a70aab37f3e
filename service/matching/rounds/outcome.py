"""What is kept of a clearing: its figures, what each side got and why not more, and the proposals. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import UUID

from service.core.db import new_id
from service.matching.ranking import FACTORS
from service.matching.rounds.clearing import Fairness, Plan, Worth, by_month, floors, totals, violations
from service.matching.rounds.material import Material
from service.matching.rounds.scoring import KeptOut, Scored, matched
from service.matching.terms import first_day


class Solved(Protocol):
    """What the solver gives back, as far as it is kept."""

    @property
    def status(self) -> str:
        """optimal, feasible or stopped."""

    @property
    def plan(self) -> Plan:
        """The plan."""

    @property
    def worth(self) -> Worth:
        """Its worth."""

    @property
    def bound(self) -> int:
        """What no plan can exceed."""

    @property
    def gap(self) -> float:
        """How far the plan may be from it."""

    @property
    def seed(self) -> int:
        """What the lot among equals was drawn from."""

    @property
    def effort(self) -> int:
        """Arcs of all networks together."""

    @property
    def seconds(self) -> float:
        """How long it took."""


class Traded(Protocol):
    """What another degree of fairness would give."""

    @property
    def fairness(self) -> Fairness:
        """The floors."""

    @property
    def worth(self) -> Worth:
        """What the plan is worth."""

    @property
    def proven(self) -> bool:
        """Whether no better plan exists."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows ready to be stored, without the id of the clearing."""

    report: dict[str, Any]
    needs: list[dict[str, Any]]
    suppliers: list[dict[str, Any]]
    proposals: list[dict[str, Any]]


def outcome(
    material: Material, scored: Scored, solved: Solved, tradeoffs: Mapping[str, Traded], fairness: Fairness, seconds: float
) -> Outcome:
    """Everything that people read of a clearing. A plan that breaks a rule is never kept."""
    broken = violations(scored.problem, solved.plan)
    if broken:
        raise ArithmeticError(f"The plan breaks {len(broken)} rules, the first: {broken[0]}")
    return Outcome(
        _report(scored, solved, tradeoffs, seconds),
        _needs(material, scored, solved.plan, fairness),
        _suppliers(material, scored, solved.plan),
        _proposals(material, scored, solved.plan),
    )


def _report(scored: Scored, solved: Solved, tradeoffs: Mapping[str, Traded], seconds: float) -> dict[str, Any]:
    problem = scored.problem
    return {
        "status": solved.status,
        "worth": asdict(solved.worth),
        "bound": solved.bound,
        "gap": solved.gap,
        "seed": solved.seed,
        "effort": solved.effort,
        "seconds": round(seconds, 2),
        "pairs": len(problem.pairs),
        "requests": len(problem.needs),
        "products": len(problem.supplies),
        "months": [
            {"month": first_day(month).isoformat(), "asked": asked, "free": free, "given": given}
            for month, asked, free, given in zip(
                scored.calendar,
                [sum(each) for each in zip(*(need.kg for need in problem.needs), strict=True)],
                [sum(each) for each in zip(*(supply.kg for supply in problem.supplies), strict=True)] or [0] * problem.months,
                by_month(problem, solved.plan),
                strict=True,
            )
        ],
        "tradeoffs": {
            name: {"fairness": asdict(each.fairness), "worth": asdict(each.worth), "proven": each.proven}
            for name, each in tradeoffs.items()
        },
    }


def _needs(material: Material, scored: Scored, plan: Plan, fairness: Fairness) -> list[dict[str, Any]]:
    """For each request and month: asked, given, and what those that fit have free; what of it was not given went to others."""
    problem = scored.problem
    months = range(problem.months)
    given: dict[str, list[int]] = {}
    for (name, _supply), kg in plan.kg.items():
        for month in months:
            given.setdefault(name, [0] * problem.months)[month] += kg[month]
    open_to = [[0] * problem.months for _each in problem.needs]
    for place, supply_at, _points in problem.pairs:
        if sum(problem.needs[place].kg) > sum(given.get(problem.needs[place].id, ())):
            supply = problem.supplies[supply_at]
            for month in months:
                open_to[place][month] += supply.kg[month]
    floor, _groups = floors(problem, fairness)
    rows = []
    for place, need in enumerate(problem.needs):
        got = given.get(need.id, [0] * problem.months)
        rows.append(
            {
                "request_id": material.asked[place].id,
                "asked_kg": sum(need.kg),
                "given_kg": sum(got),
                "report": {
                    "months": [
                        {"month": first_day(scored.calendar[month]).isoformat(), "asked": need.kg[month], "given": got[month],
                         "fitting": open_to[place][month]}
                        for month in months if need.kg[month]
                    ],
                    "floor": floor.get(need.id, 0),
                    **scored.needs[place].plain(),
                },
            }
        )  # fmt: skip
    return rows


def _suppliers(material: Material, scored: Scored, plan: Plan) -> list[dict[str, Any]]:
    """For each supplier: what it had free in the asked months, what it got, and what stood in its way."""
    _by_need, by_group = totals(scored.problem, plan)
    got: dict[str, int] = {}
    for group, kg in by_group.items():
        supplier = group.split("/")[0]
        got[supplier] = got.get(supplier, 0) + kg
    free: dict[UUID, int] = {}
    kept: dict[UUID, KeptOut] = {}
    for place, row in enumerate(material.offered):
        free[row.supplier_id] = free.get(row.supplier_id, 0) + sum(scored.problem.supplies[place].kg)
        kept.setdefault(row.supplier_id, KeptOut()).add(scored.supplies[place])
    return [
        {"supplier_id": supplier, "free_kg": free[supplier], "given_kg": got.get(str(supplier), 0), "report": why.plain()}
        for supplier, why in kept.items()
    ]


def _proposals(material: Material, scored: Scored, plan: Plan) -> list[dict[str, Any]]:
    asked = {str(each.id): place for place, each in enumerate(material.asked)}
    offered = {str(row.id): row for row in material.offered}
    points = scored.problem.points(plan.kg)
    rows = []
    for (need, supply), kg in sorted(plan.kg.items()):
        place, row = asked[need], offered[supply]
        match = matched(material.asked[place], row, material.terms, scored.reference[place], material.records)
        some = [(first_day(scored.calendar[month]), each) for month, each in enumerate(kg) if each]
        least = row.least_order_kg
        rows.append(
            {
                "id": new_id(),
                "request_id": material.asked[place].id,
                "product_id": row.id,
                "supplier_id": row.supplier_id,
                "months": [day for day, _kg in some],
                "kg": [each for _day, each in some],
                "total_kg": sum(kg),
                "fit": points[need, supply] / 10_000,
                "price_vnd_per_kg": match.price.per_kg if match.price else None,
                "report": {
                    "factors": dict(zip(FACTORS, (round(each, 4) for each in match.values), strict=True)),
                    "unknown": sorted({str(each.condition) for each in match.unknowns}),
                    "below_least": bool(least and any(each < least for _day, each in some)),
                },
            }
        )
    return rows
