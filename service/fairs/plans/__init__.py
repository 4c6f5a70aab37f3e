"""Which exhibitor gets which booths: computed, changed by hand, published (F10 F11 F13).

What is asked and what a plan is are plain values (`Problem`, `Plan`). `violations` is the judge of every plan, computed or made
by hand; `worth` says how good one is at each level; `refusals` say why somebody has no booth, or not what was wished;
`first_fit` makes a plan without a solver. The solver itself has no place in this face: the worker and the command line alone
load it.
"""

from __future__ import annotations

from service.fairs.plans import words
from service.fairs.plans.allocation import first_fit
from service.fairs.plans.comparing import difference, successors, waiting
from service.fairs.plans.problem import (
    LEVELS,
    Booth,
    Change,
    Level,
    Party,
    Plan,
    Problem,
    Reached,
    Refusal,
    Rule,
    Solution,
    Successor,
    Violation,
    Why,
    Wish,
    Zone,
)
from service.fairs.plans.refusals import refusals
from service.fairs.plans.violations import better, violations, worth

__all__ = [
    "LEVELS",
    "Booth",
    "Change",
    "Level",
    "Party",
    "Plan",
    "Problem",
    "Reached",
    "Refusal",
    "Rule",
    "Solution",
    "Successor",
    "Violation",
    "Why",
    "Wish",
    "Zone",
    "better",
    "difference",
    "first_fit",
    "refusals",
    "successors",
    "violations",
    "waiting",
    "words",
    "worth",
]
