"""Several small suppliers' free months combined into one lot that fills an order (M8), and their joint answer (M11)."""

from __future__ import annotations

from service.matching.pooling import answer, sheet
from service.matching.pooling.problem import (
    Binding,
    KeptOut,
    Level,
    Plan,
    Problem,
    Reached,
    Relaxation,
    Remedy,
    Rule,
    Solution,
    StandIn,
    Supplier,
    Violation,
)
from service.matching.pooling.violations import better, binding, cost, filled, kept_out, room, short, violations, worth

__all__ = [
    "Binding",
    "KeptOut",
    "Level",
    "Plan",
    "Problem",
    "Reached",
    "Relaxation",
    "Remedy",
    "Rule",
    "Solution",
    "StandIn",
    "Supplier",
    "Violation",
    "answer",
    "better",
    "binding",
    "cost",
    "filled",
    "kept_out",
    "room",
    "sheet",
    "short",
    "violations",
    "worth",
]
