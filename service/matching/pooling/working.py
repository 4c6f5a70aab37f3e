"""What the worker keeps of a lot: the question is frozen, the answer recorded. No solver here; jobs.py calls one in between.

    frozen = await take_up(session, pool_id)      a short transaction
    …                                             seconds of solving, with no transaction
    await record(session, pool_id, frozen, solution)

Both may run twice: whoever comes second finds the lot answered, and does nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import Actor
from service.core import clock
from service.core.errors import NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.models import RequestState, SourcingRequest
from service.matching.pooling import plans, words
from service.matching.pooling.asking import lock
from service.matching.pooling.events import PoolFailed, PoolFound
from service.matching.pooling.freezing import freeze
from service.matching.pooling.frozen import Frozen
from service.matching.pooling.inputs import PoolWish
from service.matching.pooling.models import WAITING, Pool, PoolState
from service.matching.pooling.problem import Solution
from service.matching.pooling.violations import violations
from service.matching.queries import stored

GIVEN_UP_AFTER = timedelta(minutes=10)
# Progress is no decision of anybody's: it leaves the version alone, so that it never makes somebody come second.
_TELL = text("UPDATE matching_pool SET progress = CAST(:progress AS jsonb) WHERE id = :id AND state = 'solving' RETURNING id")


async def take_up(session: AsyncSession, pool_id: UUID) -> Frozen | None:
    """Freeze the question and say that it is being worked at; None where there is nothing to do (any more)."""
    pool = await lock(session, pool_id)
    if pool.state not in WAITING:
        return None
    request = await session.get(SourcingRequest, pool.request_id)
    reader = await reader_of(session, pool)
    if request is None or reader is None or request.state == RequestState.CLOSED:
        await _fail(session, pool, words.CLOSED)
        return None
    wish = PoolWish.model_validate(pool.settings)
    frozen = await freeze(session, await stored(session, request.code), request, wish, reader=reader)
    pool.frozen, pool.digest, pool.request_version = frozen.document(), frozen.digest(), request.version
    pool.state, pool.progress = PoolState.SOLVING, {"at": clock.now().isoformat()}
    known = await _answered_before(session, pool)
    if known is not None:
        pool.result = known | {"reused": True}
        await _found(session, pool)
        return None
    await session.flush()
    return frozen


async def frozen_for(session: AsyncSession, code: str) -> Frozen:
    """The question as it was asked last, or with the request's own ceiling, on the market of now: for the command line."""
    found = await stored(session, code)
    request = await session.get(SourcingRequest, found.row["id"])
    if request is None:
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    newest = select(Pool.settings).where(Pool.request_id == request.id).order_by(Pool.id.desc()).limit(1)
    asked = await session.scalar(newest)
    wish = PoolWish.model_validate(asked) if asked else PoolWish(ceiling_vnd_per_kg=request.ceiling_vnd_per_kg)
    return await freeze(session, found, request, wish, reader=accounts.SYSTEM)


async def tell(session: AsyncSession, pool_id: UUID, progress: dict[str, Any]) -> bool:
    """Write how far the work has come; tells whether it is still wanted."""
    kept = progress | {"at": clock.now().isoformat()}
    return (await session.execute(_TELL, {"id": pool_id, "progress": json.dumps(kept)})).one_or_none() is not None


async def record(session: AsyncSession, pool_id: UUID, frozen: Frozen, solution: Solution) -> None:
    """Keep the answer, after the judge of plans has had his look at it: a plan that breaks a rule is never shown."""
    pool = await lock(session, pool_id)
    if pool.state != PoolState.SOLVING or pool.digest != frozen.digest():
        return
    pool.result = plans.document(solution)
    broken = violations(frozen.problem(), solution.plan) if solution.status != "infeasible" else solution.reasons
    if solution.status == "infeasible":
        await _fail(session, pool, words.IMPOSSIBLE)
    elif broken:
        pool.result = {}
        await _fail(session, pool, words.BROKEN)
    else:
        await _found(session, pool)


async def give_up(session: AsyncSession) -> None:
    """Say of lots at which no worker has worked for minutes that nothing was found."""
    hanging = await session.scalars(
        select(Pool)
        .where(Pool.state.in_(WAITING), Pool.created_at < clock.now() - GIVEN_UP_AFTER)
        .order_by(Pool.id)
        .with_for_update(skip_locked=True)
    )
    for pool in hanging:
        at = pool.progress.get("at")
        if at is None or at < (clock.now() - GIVEN_UP_AFTER).isoformat():
            await _fail(session, pool, words.LATE)


async def reader_of(session: AsyncSession, pool: Pool) -> Actor | None:
    """Whose eyes the prices are read with: those of whoever has asked; None where she has left the organisation."""
    if pool.asked_by is None or pool.asked_for is None:
        return accounts.SYSTEM
    return await accounts.actor_for(session, pool.asked_by, pool.asked_for)


async def _answered_before(session: AsyncSession, pool: Pool) -> dict[str, Any] | None:
    """The answer to the very same question, if there is one that nobody cut short and the time did not end."""
    found: dict[str, Any] | None = await session.scalar(
        select(Pool.result)
        .where(Pool.digest == pool.digest, Pool.id != pool.id, Pool.found_at.is_not(None))
        .where(Pool.result["status"].astext == "optimal", ~Pool.result[plans.BY_HAND].as_boolean())
        .order_by(Pool.id.desc())
        .limit(1)
    )
    return found


async def _found(session: AsyncSession, pool: Pool) -> None:
    pool.state, pool.found_at, pool.progress = PoolState.FOUND, clock.now(), {}
    await session.flush()
    told = {"status": pool.result["status"], "plan": pool.result["plan"]}
    await announce(session, PoolFound(pool.id), actor=accounts.SYSTEM, new=told)


async def _fail(session: AsyncSession, pool: Pool, reason: str) -> None:
    pool.state, pool.reason, pool.progress = PoolState.FAILED, reason, {}
    await session.flush()
    await announce(session, PoolFailed(pool.id), actor=accounts.SYSTEM, new={"reason": reason})
