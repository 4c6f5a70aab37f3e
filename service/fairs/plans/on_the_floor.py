"""Whether what was settled without smells can be had on the floor, and what can be had instead.

The levels that count places are tried on rows that know smells and every booth, but no wishes for neighbours. Mostly the floor
allows what was settled. Where smells forbid it, the levels that they spoil are settled anew on these rows, which no plan can
beat either, and smells are looked at from there on.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from service.fairs.plans import engines
from service.fairs.plans.engines import Answer
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.problem import Plan

if TYPE_CHECKING:
    from service.fairs.plans.relaxed import Ladder

SHARE = 0.4  # Of the time that is left, what one question may take.


def settle_on_the_floor(ladder: Ladder, counted: int) -> None:
    """Try the first levels together, and settle anew what the floor does not allow."""
    if not counted or ladder.stopped:
        return
    level = ladder.levels[counted - 1]
    relaxed, proven = ladder.sums[level]
    model, answer = _ask(ladder, counted, ladder.keep_at(counted), known=relaxed if proven else None)
    if answer.values is None:
        if answer.impossible:
            ladder.smells = True
            _anew(ladder, counted)
        return
    had = model.sum(level, answer.values)
    if answer.proven and had > relaxed:
        # Only the last of them is spoilt. What can be had leaves few choices for anything better.
        ladder.smells = True
        ladder.narrow(counted - 1, had)
        again, answer = _ask(ladder, counted, ladder.keep_at(counted), start=model.plan(answer.values))
        _settled(ladder, counted, again, answer)


def _anew(ladder: Ladder, counted: int) -> None:
    """Settle one level after the other on the floor."""
    for at in range(1, counted + 1):
        model, answer = _ask(ladder, at, ladder.keep_at(at - 1))
        if not _settled(ladder, at, model, answer):
            return


def _settled(ladder: Ladder, counted: int, model: Model, answer: Answer) -> bool:
    level = ladder.levels[counted - 1]
    if answer.values is None or not answer.proven:
        return False
    ladder.settled(model, level, answer)
    ladder.narrow(counted - 1, ladder.sums[level][0])
    return True


def _ask(
    ladder: Ladder, counted: int, keep: Keep | None, *, known: int | None = None, start: Plan | None = None
) -> tuple[Model, Answer]:
    """The last of so many levels on the floor, those before it kept."""
    began = time.monotonic()
    level = ladder.levels[counted - 1]
    model = Model(ladder.places, ladder.levels[:counted], exact=True, keep=keep, tied=frozenset())
    ladder.fix(model, counted - 1)
    limits = replace(ladder.limits, until=began + SHARE * max(0.0, ladder.limits.until - began))
    values = None if start is None else model.values(start)
    answer = engines.by_branching(model.rows, model.goal(level), limits, start=values, known=known)
    ladder.count(level, answer, began)
    if answer.values is not None:
        ladder.take(model.plan(answer.values))
        ladder.chosen = model.chosen(answer.values)
    return model, answer
