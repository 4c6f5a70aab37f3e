"""Having a lot put together: the question, calling it off, and a plan set by hand. The worker answers (jobs.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.models import Buyer, SourcingRequest
from service.matching.pooling import plans, rules
from service.matching.pooling.events import PoolAsked, PoolCancelled, PoolFound
from service.matching.pooling.freezing import freeze
from service.matching.pooling.frozen import Frozen
from service.matching.pooling.inputs import PoolWish
from service.matching.pooling.models import WAITING, Pool, PoolState
from service.matching.pooling.problem import Plan, Violation
from service.matching.pooling.violations import violations
from service.matching.queries import stored

MOST_POOLS = 100  # Questions that one request may have asked; older plans stay listed.
MOST_WAITING = 3  # Questions of one request that may wait at once.


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan set by hand, with every rule that it breaks; none: it may stand."""

    frozen: Frozen
    plan: Plan
    broken: tuple[Violation, ...]


async def ask_pool(session: AsyncSession, actor: Actor, code: str, wish: PoolWish, *, key: UUID | None = None) -> Pool:
    """Have the best lot for a request looked for. The same `key` again is the same question.

    The request's row is locked, so that its people do not start more than a few at once.
    """
    request, buyer = await _request(session, actor, code)
    key = key or new_id()
    there = await _asked(session, request.id, key)
    if there is not None:
        return there
    if not rules.may_pool(actor, request, buyer.organisation_id):
        raise NotAllowed(_("Yêu cầu đã đóng thì không ghép lô được nữa."))
    waiting, total = (
        await session.execute(
            select(func.count().filter(Pool.state.in_(WAITING)), func.count()).where(Pool.request_id == request.id)
        )
    ).one()
    if waiting >= MOST_WAITING:
        raise Conflict(_("Đang có %(n)s lần tìm chưa xong. Hãy chờ, hoặc dừng bớt rồi thử lại.", n=waiting))
    if total >= MOST_POOLS:
        raise Conflict(_("Yêu cầu này đã có %(n)s phương án. Hãy chọn một trong số đó.", n=total))
    pool = await _kept(session, _pool(actor, request, wish, key))
    if pool.state == PoolState.ASKED:
        told = {"code": request.code, "settings": pool.settings}
        await announce(session, PoolAsked(pool.id, request.id), actor=actor, new=told)
    return pool


async def cancel_pool(session: AsyncSession, actor: Actor, pool_id: UUID) -> Pool:
    """Stop looking. What is found already stays found; stopping twice changes nothing."""
    pool, _request_of, buyer = await locked(session, actor, pool_id)
    if not rules.may_pool(actor, _request_of, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người đăng yêu cầu mới ghép lô được."))
    if pool.state in WAITING:
        pool.state = PoolState.CANCELLED
        await session.flush()
        await announce(session, PoolCancelled(pool.id), actor=actor)
    return pool


async def judge_by_hand(
    session: AsyncSession, actor: Actor, pool_id: UUID, shares: Mapping[UUID, Sequence[int | None]]
) -> Judged:
    """Hold a plan set by hand against the rules of its lot, on the market of this moment."""
    pool, request, buyer = await readable(session, actor, pool_id)
    if not rules.may_pool(actor, request, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người đăng yêu cầu mới ghép lô được."))
    wish = PoolWish.model_validate(pool.settings)
    named = tuple(sorted({*wish.required, *shares} - set(wish.excluded), key=str))
    looked_at = wish.model_copy(update={"pinned": {}, "required": named[:200]})
    frozen = await freeze(session, await stored(session, request.code), request, looked_at, reader=actor)
    length = len(frozen.months)
    plan = Plan({str(name): tuple((kg or 0) for kg in share[:length]) + (0,) * (length - len(share))
                 for name, share in shares.items() if any(share)})  # fmt: skip
    problem = frozen.problem()
    # Whoever is written with nothing has been set to nothing on purpose, so nobody is required beyond what was wished.
    broken = tuple(
        each for each in violations(problem, plan)
        if not (each.kind == "required" and each.supplier not in {str(one) for one in wish.required})
    )  # fmt: skip
    return Judged(frozen, plan, broken)


async def keep_by_hand(
    session: AsyncSession, actor: Actor, pool_id: UUID, shares: Mapping[UUID, Sequence[int | None]], *, key: UUID | None = None
) -> Pool:
    """Keep a plan set by hand as a lot of its own, if it breaks no rule. Raises `Invalid` where it does."""
    judged = await judge_by_hand(session, actor, pool_id, shares)
    if judged.broken:
        raise Invalid(_("Phương án tự chia còn phá %(n)s quy tắc; xem từng chỗ bên dưới.", n=len(judged.broken)))
    if not judged.plan.chosen:
        raise Invalid(_("Phương án tự chia chưa có ki-lô-gam nào."))
    before = await session.get(Pool, pool_id)
    if before is None:
        raise NotFound(_("Không có phương án này."))
    code = await session.scalar(select(SourcingRequest.code).where(SourcingRequest.id == before.request_id))
    request, _buyer = await _request(session, actor, code or "")
    key = key or new_id()
    there = await _asked(session, request.id, key)
    if there is not None:
        return there
    pool = _pool(actor, request, PoolWish.model_validate(before.settings), key)
    problem = judged.frozen.problem()
    pool.state, pool.found_at = PoolState.FOUND, clock.now()
    pool.frozen, pool.digest = judged.frozen.document(), judged.frozen.digest()
    pool.result = plans.document(plans.set_by_hand(problem, judged.plan), by_hand=True)
    kept = await _kept(session, pool)
    if kept is pool:
        await announce(session, PoolFound(pool.id), actor=actor, new={"by_hand": True, "plan": pool.result["plan"]})
    return kept


async def readable(session: AsyncSession, actor: Actor, pool_id: UUID) -> tuple[Pool, SourcingRequest, Buyer]:
    """A lot with its request and buyer, for those who may see it; it is not there for anybody else."""
    found = (
        await session.execute(
            select(Pool, SourcingRequest, Buyer)
            .join(SourcingRequest, SourcingRequest.id == Pool.request_id)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(Pool.id == pool_id)
        )
    ).one_or_none()
    if found is None or not rules.may_see_pools(actor, found[2].organisation_id):
        raise NotFound(_("Không có phương án này."))
    return found[0], found[1], found[2]


async def locked(session: AsyncSession, actor: Actor, pool_id: UUID) -> tuple[Pool, SourcingRequest, Buyer]:
    """The same with the lot's row locked: whatever changes a lot or its shares goes through here, one after the other."""
    await readable(session, actor, pool_id)
    await lock(session, pool_id)
    return await readable(session, actor, pool_id)


async def lock(session: AsyncSession, pool_id: UUID) -> Pool:
    """The lot's row, locked and read anew."""
    pool: Pool | None = await session.scalar(
        select(Pool).where(Pool.id == pool_id).with_for_update().execution_options(populate_existing=True)
    )
    if pool is None:
        raise NotFound(_("Không có phương án này."))
    return pool


def _pool(actor: Actor, request: SourcingRequest, wish: PoolWish, key: UUID) -> Pool:
    return Pool(
        request_id=request.id, request_version=request.version, key=key, asked_by=actor.person_id,
        asked_for=actor.organisation_id, state=PoolState.ASKED, settings=wish.model_dump(mode="json"), frozen={}, progress={},
        result={}, created_at=clock.now(),
    )  # fmt: skip


async def _kept(session: AsyncSession, pool: Pool) -> Pool:
    try:
        async with session.begin_nested():
            session.add(pool)
    except IntegrityError:  # The other press of the same button was faster.
        there = await _asked(session, pool.request_id, pool.key)
        if there is None:
            raise
        return there
    return pool


async def _asked(session: AsyncSession, request_id: UUID, key: UUID) -> Pool | None:
    found: Pool | None = await session.scalar(select(Pool).where(Pool.request_id == request_id, Pool.key == key))
    return found


async def _request(session: AsyncSession, actor: Actor, code: str) -> tuple[SourcingRequest, Buyer]:
    """The buyer's own request, its row locked against another of its people. It is not there for anybody else."""
    found = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.code == code.replace("\0", "").strip().upper()[:20])
            .with_for_update(of=SourcingRequest, key_share=True)
        )
    ).one_or_none()
    if found is None or not rules.may_see_pools(actor, found[1].organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return found[0], found[1]
