"""What the worker keeps of an allocation: the question is frozen, the answer recorded. No solver here; jobs.py calls one.

    frozen = await take_up(session, plan_id)      a short transaction
    …                                             seconds of solving, with no transaction
    await record(session, plan_id, frozen, solution)

Both may run twice: whoever comes second finds the version answered, and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock
from service.core.errors import Conflict, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.models import Fair
from service.fairs.plans.asking import keep_placings, placings, published_version
from service.fairs.plans.events import PlanFailed, PlanFound
from service.fairs.plans.freezing import freeze
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.inputs import PlanWish
from service.fairs.plans.models import WAITING, FairPlan, PlanState
from service.fairs.plans.problem import Level, Plan, Problem, Reached, Refusal, Rule, Solution, Violation, Why
from service.fairs.plans.refusals import refusals
from service.fairs.plans.violations import violations, worth

BY_HAND = "hand"  # The status of a version that somebody has set: nothing is claimed of how good it is.
GIVEN_UP_AFTER = timedelta(minutes=10)
# Why there is nothing, as one word that the reader is told in her own language (`views.reason_words`).
IMPOSSIBLE, BROKEN, LATE, NO_DAYS, EMPTY = "impossible", "broken", "late", "no_days", "empty"
# Progress is no decision of anybody's: it leaves the version alone, so that it never makes somebody come second.
_TELL = text(
    "UPDATE fairs_plan SET progress = CAST(:progress AS jsonb) WHERE id = :id AND state = 'solving' RETURNING NOT stop_asked"
)


async def take_up(session: AsyncSession, plan_id: UUID) -> Frozen | None:
    """Freeze the question and say that it is being worked at; None where there is nothing to do (any more)."""
    plan = await _locked(session, plan_id)
    if plan.state not in WAITING:
        return None
    fair = await session.get(Fair, plan.fair_id)
    if fair is None:
        raise NotFound(_("Không tìm thấy hội chợ này."))
    try:
        frozen = await frozen_of(session, fair, plan)
    except Conflict:
        await _fail(session, plan, NO_DAYS)
        return None
    plan.frozen, plan.facts = frozen.document(), frozen.facts()
    if not frozen.problem.booths or not frozen.problem.parties:
        await _fail(session, plan, EMPTY)
        return None
    plan.state, plan.progress = PlanState.SOLVING, {"at": clock.now().isoformat()}
    await session.flush()
    return frozen


async def frozen_of(session: AsyncSession, fair: Fair, plan: FairPlan) -> Frozen:
    """The fair as it is now, as this version asks for it: its settings, the locks that it keeps, what was published."""
    locks: dict[str, tuple[str, ...]] = {}
    if plan.based_on is not None:
        booths, fixed = await placings(session, plan.based_on)
        locks = {party: those for party, those in booths.items() if party in fixed}
    before = await published_version(session, fair.id)
    published = (await placings(session, before.id))[0] if before is not None and before.id != plan.id else {}
    return await freeze(session, fair, PlanWish.model_validate(plan.settings), locked=locks, published=published)


async def limits(session: AsyncSession, plan_id: UUID) -> tuple[int, float]:
    """The seed of a version, and how many seconds it may take."""
    seed, seconds = (await session.execute(select(FairPlan.seed, FairPlan.seconds).where(FairPlan.id == plan_id))).one()
    return seed, float(seconds)


async def tell(session: AsyncSession, plan_id: UUID, progress: dict[str, Any]) -> bool:
    """Write how far the work has come; tells whether it is still wanted."""
    kept = progress | {"at": clock.now().isoformat()}
    wanted = (await session.execute(_TELL, {"id": plan_id, "progress": json.dumps(kept)})).scalar_one_or_none()
    return bool(wanted)


async def record(session: AsyncSession, plan_id: UUID, frozen: Frozen, solution: Solution) -> None:
    """Keep the answer, after the judge of plans has had his look at it: a plan that breaks a rule is never shown."""
    plan = await _locked(session, plan_id)
    if plan.state != PlanState.SOLVING or plan.facts != frozen.facts():
        return
    plan.result = document(solution)
    if solution.status == "infeasible":
        await _fail(session, plan, IMPOSSIBLE)
    elif violations(frozen.problem, solution.plan):
        plan.result = {}
        await _fail(session, plan, BROKEN)
    elif not solution.plan.booths and plan.stop_asked:
        plan.state, plan.progress = PlanState.CANCELLED, {}
        await session.flush()
    else:
        plan.state, plan.found_at, plan.progress = PlanState.FOUND, clock.now(), {}
        await keep_placings(session, plan, frozen, solution.plan.booths, frozenset(frozen.problem.locked))
        await session.flush()
        told = {"number": plan.number, "status": solution.status, "placed": len(solution.plan.booths)}
        await announce(session, PlanFound(plan.id), actor=accounts.SYSTEM, new=told)


async def give_up(session: AsyncSession) -> None:
    """Say of versions at which no worker has worked for minutes that nothing was found."""
    hanging = await session.scalars(
        select(FairPlan)
        .where(FairPlan.state.in_(WAITING), FairPlan.created_at < clock.now() - GIVEN_UP_AFTER)
        .order_by(FairPlan.id)
        .with_for_update(skip_locked=True)
    )
    for plan in hanging:
        at = plan.progress.get("at")
        if at is None or at < (clock.now() - GIVEN_UP_AFTER).isoformat():
            await _fail(session, plan, LATE)


def valued(problem: Problem, plan: Plan) -> Solution:
    """A plan that somebody has set by hand, with what it is worth and why some have no booth; nothing is claimed of it."""
    reached = worth(problem, plan)
    levels = tuple(Reached(level, reached[level], reached[level], proven=False) for level in problem.asked)
    return Solution(BY_HAND, plan, levels, refusals(problem, plan))


def document(solution: Solution) -> dict[str, Any]:
    """All of an answer but the plan itself, as JSON: that stands in its own rows."""
    told = asdict(solution)
    del told["plan"]
    return told


def solution_of(result: Mapping[str, Any], plan: Plan) -> Solution:
    """The answer again."""
    return Solution(
        status=result["status"],
        plan=plan,
        levels=tuple(Reached(**{**each, "level": Level(each["level"])}) for each in result["levels"]),
        refusals=tuple(_refusal(each) for each in result["refusals"]),
        violations=tuple(Violation(**{**each, "rule": Rule(each["rule"])}) for each in result["violations"]),
        seed=result["seed"],
        effort=result["effort"],
        seconds=result["seconds"],
    )


def _refusal(told: Mapping[str, Any]) -> Refusal:
    read: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    read["reasons"] = tuple((name, value) for name, value in told["reasons"])
    read["why"] = Why(told["why"])
    read["rule"] = Rule(told["rule"]) if told["rule"] else None
    read["level"] = Level(told["level"]) if told["level"] else None
    return Refusal(**read)


async def _locked(session: AsyncSession, plan_id: UUID) -> FairPlan:
    plan: FairPlan | None = await session.scalar(
        select(FairPlan).where(FairPlan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    )
    if plan is None:
        raise NotFound(_("Không có phương án này."))
    return plan


async def _fail(session: AsyncSession, plan: FairPlan, reason: str) -> None:
    plan.state, plan.reason, plan.progress = PlanState.FAILED, reason, {}
    await session.flush()
    await announce(session, PlanFailed(plan.id), actor=accounts.SYSTEM, new={"number": plan.number, "reason": reason})
