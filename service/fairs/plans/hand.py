"""A version changed by hand: judged on the fair as it is now, kept as a version of its own if it breaks no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.models import Fair
from service.fairs.plans import moves
from service.fairs.plans.asking import asked, keep_placings, next_number, own, placings, version
from service.fairs.plans.events import PlanSetByHand
from service.fairs.plans.freezing import freeze
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.inputs import HandKeep, PlanWish
from service.fairs.plans.models import KEPT, FairPlan, PlanState
from service.fairs.plans.problem import Plan, Violation
from service.fairs.plans.violations import violations
from service.fairs.plans.working import document, valued


@dataclass(frozen=True)
class Judged:
    """A version with changes that nobody has kept, on the fair of now, with every rule that it breaks."""

    number: int
    newest: int
    frozen: Frozen
    before: dict[str, tuple[str, ...]]
    board: moves.Board
    broken: tuple[Violation, ...]
    gone: tuple[str, ...]  # Parties of the version who take part no more, by name.

    @property
    def plan(self) -> Plan:
        """The booths after the changes."""
        return Plan(dict(self.board.booths))


async def judge_by_hand(session: AsyncSession, actor: Actor, slug: str, number: int, steps: Sequence[str]) -> Judged:
    """Hold a changed version against the rules. Nothing is kept."""
    fair = await own(session, slug, actor)
    return await _judged(session, fair, await _kept(session, fair, number), steps)


async def keep_by_hand(
    session: AsyncSession, actor: Actor, slug: str, number: int, kept: HandKeep, *, key: UUID | None = None
) -> FairPlan:
    """Keep the changes as a new version. Raises Invalid where a rule is broken, Conflict where somebody was faster.

    The fair's row is locked; whoever comes second has not seen what the first one has kept, and is told so.
    """
    fair = await own(session, slug, actor, lock=True)
    key = key or new_id()
    there = await asked(session, fair.id, key)
    if there is not None:
        return there
    before = await _kept(session, fair, number)
    judged = await _judged(session, fair, before, kept.steps)
    if judged.newest > kept.newest:
        raise Conflict(
            _("Trong lúc bạn sửa, người khác đã có phương án %(n)s. Hãy xem phương án ấy rồi sửa tiếp.", n=judged.newest)
        )
    if judged.broken:
        raise Invalid(_("Phương án còn phá %(n)s quy tắc; xem từng chỗ bên dưới.", n=len(judged.broken)))
    if judged.board.booths == judged.before and not judged.gone and not kept.steps:
        raise Invalid(_("Chưa có thay đổi nào để giữ."))
    answer = valued(judged.frozen.problem, judged.plan)
    plan = FairPlan(
        fair_id=fair.id, number=await next_number(session, fair.id), key=key, asked_by=actor.person_id, based_on=before.id,
        settings={**before.settings, "waiting_too": True}, state=PlanState.HAND, seed=before.seed, seconds=before.seconds,
        frozen=judged.frozen.document(), facts=judged.frozen.facts(), progress={}, result=document(answer),
        changes=[{"step": step} for step in kept.steps], created_at=clock.now(), found_at=clock.now(),
    )  # fmt: skip
    session.add(plan)
    await session.flush()
    await keep_placings(session, plan, judged.frozen, judged.board.booths, frozenset(judged.board.locked))
    told = {"number": plan.number, "from": before.number, "steps": list(kept.steps)}
    await announce(session, PlanSetByHand(plan.id), actor=actor, new=told)
    return plan


async def _kept(session: AsyncSession, fair: Fair, number: int) -> FairPlan:
    found = await version(session, fair.id, number)
    if found is None or found.state not in KEPT:
        raise NotFound(_("Không có phương án này."))
    return found


async def _judged(session: AsyncSession, fair: Fair, plan: FairPlan, steps: Sequence[str]) -> Judged:
    before, fixed = await placings(session, plan.id)
    wish = PlanWish.model_validate(plan.settings)
    # Somebody on the waiting list may be put in by hand, whether or not the computation was to look at her.
    frozen = await freeze(session, fair, wish.model_copy(update={"waiting_too": True}))
    board = moves.applied(frozen, before, fixed, steps)
    newest = await session.scalar(select(func.max(FairPlan.number)).where(FairPlan.fair_id == fair.id)) or plan.number
    gone = tuple(sorted(name for name in before if name not in frozen.parties))
    names = _names(plan, gone)
    return Judged(plan.number, newest, frozen, before, board, violations(frozen.problem, Plan(dict(board.booths))), names)


def _names(plan: FairPlan, parties: Sequence[str]) -> tuple[str, ...]:
    known = plan.frozen.get("parties", {})
    return tuple(known[party]["name"] if party in known else "–" for party in parties)
