"""What was found for a file, as JSON: in the units of the file, months counted from 1 as people do."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from service.matching.pooling.problem import Level, Reached, Remedy, Rule, Solution, Violation
from service.matching.pooling.sheet import Sheet, plain
from service.matching.pooling.violations import filled, short


def document(sheet: Sheet, solution: Solution) -> dict[str, Any]:
    """The answer as JSON, in the units of the file."""
    problem, plan = sheet.problem, solution.plan
    money, kg = sheet.money, sheet.kg
    cost, bound = solution.objective, solution.bound
    answered = solution.status != "infeasible"
    return {
        "status": solution.status,
        "cost": money(cost) if cost is not None else None,
        "bound": money(bound) if bound is not None else None,
        "gap": solution.gap,
        "kg": {name: [kg(each) for each in plan.kg[name]] for name in sorted(plan.chosen)},
        "filled_kg": [kg(each) for each in filled(problem, plan)],
        "short_kg": [kg(each) for each in short(problem, plan)],
        "suppliers": len(plan.chosen) if answered else None,
        "seconds": round(solution.seconds, 3),
        "seed": solution.seed,
        "levels": [_level(sheet, each) for each in solution.levels],
        "reasons": [_violation(sheet, each) for each in solution.reasons],
        "kept_out": {each.supplier: each.rule for each in solution.kept_out},
        "binding": [{"rule": each.rule, "supplier": each.supplier, "month": _month(each.month)} for each in solution.binding],
        "stand_ins": {
            name: [
                {"supplier": each.supplier, "kg": [kg(part) for part in each.kg], "extra_cost": money(each.extra_cost)}
                for each in found
            ]
            for name, found in solution.stand_ins.items() if found
        },
        "remedies": [
            {
                "kind": each.kind, "amount": _amount(sheet, each), "gained_kg": kg(each.gained_kg),
                "short_kg": [kg(part) for part in each.short_kg], "extra_cost": money(each.extra_cost),
                "joining": list(each.joining), "proven": each.proven,
            }
            for each in solution.remedies
        ],
        "ignored": list(sheet.ignored),
    }  # fmt: skip


def _level(sheet: Sheet, reached: Reached) -> dict[str, Any]:
    read_as: Callable[[int], int | float] = {
        Level.COVERAGE: sheet.kg,
        Level.COST: sheet.money,
        Level.QUALITY: lambda value: plain(Fraction(value, 1000 * sheet.kg_units)),
    }.get(reached.level, int)
    return {
        "level": reached.level, "value": read_as(reached.value), "bound": read_as(reached.bound), "proven": reached.proven,
    }  # fmt: skip


def _violation(sheet: Sheet, each: Violation) -> dict[str, Any]:
    return {
        "rule": each.kind,
        "supplier": each.supplier,
        "month": _month(each.month),
        "amount": amount(sheet, each),
    }


def amount(sheet: Sheet, each: Violation) -> int | float:
    """By how much a rule is broken: đ/kg above the ceiling, suppliers above the limit, kilograms in every other case."""
    if each.kind is Rule.CEILING:
        return plain(Fraction(each.kg, sheet.money_units))
    return each.kg if each.kind is Rule.MAX_SUPPLIERS else sheet.kg(each.kg)


def _amount(sheet: Sheet, remedy: Remedy) -> int | float:
    return plain(Fraction(remedy.amount, sheet.money_units)) if remedy.kind == "ceiling" else remedy.amount


def _month(month: int | None) -> int | None:
    """Months are counted from 1 where people read them."""
    return None if month is None else month + 1
