"""What the solver found, as it is kept beside the lot and read again; and the plan that somebody has set by hand. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.matching.pooling.frozen import Frozen
from service.matching.pooling.problem import (
    Binding,
    KeptOut,
    Level,
    Plan,
    Problem,
    Reached,
    Remedy,
    Rule,
    Solution,
    StandIn,
    Violation,
)
from service.matching.pooling.violations import binding, kept_out

BY_HAND = "by_hand"
# A lead is one that can sign for others: unions before cooperatives before the rest, then whoever delivers most.
LEADS = {"union": 0, "cooperative": 1}


def document(solution: Solution, *, by_hand: bool = False, reused: bool = False) -> dict[str, Any]:
    """The answer as JSON."""
    told = asdict(solution)
    told["plan"] = {name: list(share) for name, share in sorted(solution.plan.kg.items()) if any(share)}
    return told | {BY_HAND: by_hand, "reused": reused}


def read(told: Mapping[str, Any]) -> Solution:
    """The answer again, from its JSON."""
    return Solution(
        status=told["status"],
        plan=Plan({name: tuple(share) for name, share in told["plan"].items()}),
        levels=tuple(Reached(Level(each["level"]), each["value"], each["bound"], each["proven"]) for each in told["levels"]),
        seed=told["seed"],
        effort=told["effort"],
        seconds=told["seconds"],
        kept_out=tuple(KeptOut(each["supplier"], Rule(each["rule"])) for each in told["kept_out"]),
        binding=tuple(Binding(Rule(each["rule"]), each["supplier"], each["month"]) for each in told["binding"]),
        reasons=tuple(_violation(each) for each in told["reasons"]),
        stand_ins={
            name: tuple(StandIn(each["supplier"], tuple(each["kg"]), each["extra_cost"]) for each in those)
            for name, those in told["stand_ins"].items()
        },
        remedies=tuple(
            Remedy(**{**each, "short_kg": tuple(each["short_kg"]), "joining": tuple(each["joining"])})
            for each in told["remedies"]
        ),
    )


def _violation(told: Mapping[str, Any]) -> Violation:
    return Violation(Rule(told["kind"]), told["supplier"], told["month"], told["kg"])


def set_by_hand(problem: Problem, plan: Plan) -> Solution:
    """A plan that a person has set and the judge has let stand: nothing is claimed of how good it is."""
    return Solution("feasible", plan, kept_out=kept_out(problem), binding=binding(problem, plan))


def lead_of(frozen: Frozen, shares: Mapping[str, Sequence[int]]) -> str | None:
    """Whose product leads the lot: see `LEADS`; the same lot has the same lead."""
    known = frozen.by_id
    there = {name: sum(share) for name, share in shares.items() if name in known and any(share)}
    totals: dict[str, int] = {}
    for name, kg in there.items():
        supplier = known[name].supplier_id
        totals[supplier] = totals.get(supplier, 0) + kg
    return min(
        there,
        key=lambda name: (LEADS.get(known[name].legal_form, 2), -totals[known[name].supplier_id], -there[name], name),
        default=None,
    )
