"""Having the booths of a fair given out: the question, and calling it off. The worker answers (jobs.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.models import Fair
from service.fairs.plans import rules
from service.fairs.plans.events import PlanAsked, PlanStopped
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.inputs import PlanWish
from service.fairs.plans.models import KEPT, WAITING, FairPlan, FairPlanPlacing, PlanState

MOST_VERSIONS = 300
MOST_WAITING = 2  # Of one fair at once: each keeps a processor busy for a minute.
USUAL_SEED = 1


async def ask_plan(session: AsyncSession, actor: Actor, slug: str, wish: PlanWish, *, key: UUID | None = None) -> FairPlan:
    """Have the best allocation looked for. The same `key` again is the same question; the fair's row is locked meanwhile."""
    fair = await own(session, slug, actor, lock=True)
    key = key or new_id()
    there = await asked(session, fair.id, key)
    if there is not None:
        return there
    if not standing.days(fair):
        message = _("Hội chợ chưa có ngày chính xác. Ghi ngày mở và ngày đóng rồi xếp gian.")
        raise Invalid(message, {"form": message})
    waiting = select(func.count()).where(FairPlan.fair_id == fair.id, FairPlan.state.in_(WAITING))
    if (await session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict(_("Đang có %(n)s lần xếp chưa xong. Hãy chờ, hoặc dừng bớt rồi thử lại.", n=MOST_WAITING))
    based_on = None
    if wish.locks_of is not None:
        based_on = await version(session, fair.id, wish.locks_of)
        if based_on is None or based_on.state not in KEPT:
            raise Invalid(_("Không có phương án để giữ khóa."), {"locks_of": _("Chọn một phương án đã có kết quả.")})
    plan = FairPlan(
        fair_id=fair.id, number=await next_number(session, fair.id), key=key, asked_by=actor.person_id,
        based_on=based_on.id if based_on else None, settings=wish.model_dump(mode="json"), state=PlanState.ASKED,
        seed=USUAL_SEED if wish.seed is None else wish.seed, seconds=wish.seconds, frozen={}, progress={}, result={},
        changes=[], created_at=clock.now(),
    )  # fmt: skip
    session.add(plan)
    await session.flush()
    told = {"fair": fair.slug, "number": plan.number, "settings": plan.settings}
    await announce(session, PlanAsked(plan.id, fair.id), actor=actor, new=told)
    return plan


async def stop_plan(session: AsyncSession, actor: Actor, slug: str, number: int) -> FairPlan:
    """Stop looking; the best plan so far is kept. Where nothing is found yet, or nobody works at it, there is none."""
    fair = await own(session, slug, actor)
    plan = await locked(session, fair.id, number)
    if plan.state == PlanState.ASKED:
        plan.state = PlanState.CANCELLED
    elif plan.state == PlanState.SOLVING and not plan.stop_asked:
        plan.stop_asked = True
    else:
        return plan
    await session.flush()
    await announce(session, PlanStopped(plan.id), actor=actor)
    return plan


async def own(session: AsyncSession, slug: str, actor: Actor | None, *, lock: bool = False) -> Fair:
    """The fair for the one who may give out its booths. It must not be over, and not called off."""
    fair = await standing.own(session, slug, actor, lock=lock)
    if not rules.may_plan(actor, fair.organisation_id, fair.state, fair.ends_on, clock.today()):
        raise NotAllowed(_("Hội chợ đã kết thúc hoặc đã hủy thì không xếp gian được nữa."))
    return fair


async def asked(session: AsyncSession, fair_id: UUID, key: UUID) -> FairPlan | None:
    """The version that this key has made."""
    found: FairPlan | None = await session.scalar(select(FairPlan).where(FairPlan.fair_id == fair_id, FairPlan.key == key))
    return found


async def version(session: AsyncSession, fair_id: UUID, number: int) -> FairPlan | None:
    """The version with this number."""
    found: FairPlan | None = await session.scalar(
        select(FairPlan).where(FairPlan.fair_id == fair_id, FairPlan.number == number)
    )
    return found


async def locked(session: AsyncSession, fair_id: UUID, number: int) -> FairPlan:
    """The same with its row locked and read anew. Raises NotFound."""
    found: FairPlan | None = await session.scalar(
        select(FairPlan)
        .where(FairPlan.fair_id == fair_id, FairPlan.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("Không có phương án này."))
    return found


async def next_number(session: AsyncSession, fair_id: UUID) -> int:
    """The number of the next version; the fair's row is locked, so nobody else takes it."""
    newest = await session.scalar(select(func.max(FairPlan.number)).where(FairPlan.fair_id == fair_id)) or 0
    if newest >= MOST_VERSIONS:
        raise Conflict(_("Hội chợ này đã có %(n)s phương án. Hãy dùng một trong số đó.", n=newest))
    return int(newest) + 1


async def published_version(session: AsyncSession, fair_id: UUID) -> FairPlan | None:
    """The version that everybody can see."""
    found: FairPlan | None = await session.scalar(
        select(FairPlan).where(FairPlan.fair_id == fair_id, FairPlan.state == PlanState.PUBLISHED)
    )
    return found


async def compared_with(session: AsyncSession, plan: FairPlan) -> FairPlan | None:
    """What a version is compared with: the published one; the published one itself with the one that it has replaced."""
    if plan.state != PlanState.PUBLISHED:
        return await published_version(session, plan.fair_id)
    found: FairPlan | None = await session.scalar(
        select(FairPlan)
        .where(FairPlan.fair_id == plan.fair_id, FairPlan.state == PlanState.SUPERSEDED)
        .order_by(FairPlan.published_at.desc(), FairPlan.number.desc())
        .limit(1)
    )
    return found


async def placings(session: AsyncSession, plan_id: UUID) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """The booths of each party in a version, in the order of the booths' ids, and who is locked in them."""
    found = await session.execute(
        select(FairPlanPlacing.party_id, FairPlanPlacing.booth_id, FairPlanPlacing.locked)
        .where(FairPlanPlacing.plan_id == plan_id)
        .order_by(FairPlanPlacing.party_id, FairPlanPlacing.booth_id)
    )
    booths: dict[str, list[str]] = {}
    fixed = set()
    for party, booth, lock in found:
        booths.setdefault(str(party), []).append(str(booth))
        if lock:
            fixed.add(str(party))
    return {party: tuple(those) for party, those in booths.items()}, frozenset(fixed)


async def keep_placings(
    session: AsyncSession, plan: FairPlan, frozen: Frozen, booths: Mapping[str, Iterable[str]], fixed: frozenset[str]
) -> None:
    """Write down who stands where in a version."""
    stays = {party.id: (frozen.day(party.first_day), frozen.day(party.last_day)) for party in frozen.problem.parties}
    rows = [
        {"plan_id": plan.id, "party_id": UUID(party), "booth_id": UUID(booth), "first_day": stays[party][0],
         "last_day": stays[party][1], "locked": party in fixed}
        for party, those in sorted(booths.items()) for booth in sorted(those)
    ]  # fmt: skip
    if rows:
        await session.execute(insert(FairPlanPlacing), rows)
