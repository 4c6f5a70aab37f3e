"""A lot that has lost a share and has no stand-in for all of it: the fewest changes around those who have accepted.

    mending = await look(session, pool_id, share_id)         what is fixed, what is left to deal out
    …                                                        seconds of solving, with no transaction
    await mend(session, pool_id, mending, solution)          ask anew whoever gets another share

Whoever has accepted keeps exactly her share; whoever was asked keeps hers where the plan allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.core import clock
from service.matching.models import RequestState
from service.matching.pooling import frozen as frozen_lots
from service.matching.pooling import mails, plans
from service.matching.pooling.asking import lock
from service.matching.pooling.freezing import freeze
from service.matching.pooling.frozen import Candidate, Frozen
from service.matching.pooling.inputs import PoolWish
from service.matching.pooling.models import LIVE, REFUSED, Pool, PoolShare, PoolState, ShareState
from service.matching.pooling.problem import Solution
from service.matching.pooling.shares import LEAST_DAYS, ask, complete_if_all_have_accepted, name_lead, refuse
from service.matching.pooling.standing import kg_of, request_of, shares_of
from service.matching.pooling.violations import violations
from service.matching.pooling.working import reader_of
from service.matching.queries import stored

Standing = Mapping[str, tuple[str, tuple[int, ...]]]  # What is live: product → (state, kilograms by month).


@dataclass(frozen=True, slots=True)
class Mending:
    """A question around what stands; `standing` says what it was asked for, so that a change meanwhile is noticed."""

    share_id: UUID
    frozen: Frozen
    standing: Standing


async def look(session: AsyncSession, pool_id: UUID, share_id: UUID) -> Mending | None:
    """The question that a refused share leaves; None where nothing is left to do."""
    pool = await session.get(Pool, pool_id)
    share = await session.get(PoolShare, share_id)
    if pool is None or share is None or pool.state != PoolState.SENT or share.state not in REFUSED:
        return None
    shares = await shares_of(session, pool_id)
    if any(each.stand_in_for == share_id for each in shares):
        return None
    request = await request_of(session, pool)
    reader = await reader_of(session, pool)
    if request.state == RequestState.CLOSED or reader is None:
        return None
    before = frozen_lots.read(pool.frozen)
    wish = PoolWish.model_validate(pool.settings)
    live = [each for each in shares if each.state in LIVE]
    wish = wish.model_copy(update={"pinned": {}, "required": tuple(each.product_id for each in live)})
    now = await freeze(session, await stored(session, request.code), request, wish, reader=reader)
    kilograms = await kg_of(session, [each.id for each in live])
    standing = _standing(live, kilograms, now.months)
    return Mending(share_id, around(now, before, standing, _refusers(shares)), standing)


def around(now: Frozen, before: Frozen, standing: Standing, refusers: frozenset[str]) -> Frozen:
    """The market of now with what stands fixed in it. PURE.

    What the lot itself holds is free for the lot; whoever has left the market since keeps the terms on which she was asked.
    """
    terms = {name: kg for name, (_state, kg) in standing.items()}
    held = {name: kg for name, (state, kg) in standing.items() if state == ShareState.ACCEPTED}
    there = {each.id for each in now.candidates}
    once = {name: one for name, one in before.by_id.items() if name in terms and name not in there}
    candidates = [
        _with_room(each, held.get(each.id)) for each in now.candidates if each.supplier_id not in refusers or each.id in terms
    ]
    candidates += [replace(one, free_kg=terms[name], least_share_kg=0, multiple_kg=1)
                   for name, one in sorted(once.items()) if len(terms[name]) == len(now.months)]  # fmt: skip
    return replace(
        now, candidates=tuple(candidates), pinned={name: tuple(kg) for name, kg in held.items()}, required=(), excluded=(),
        previous=terms, milder=(),
    )  # fmt: skip


async def mend(session: AsyncSession, pool_id: UUID, mending: Mending, solution: Solution) -> bool:
    """Ask anew whoever gets another share; tells whether it was done, or what stands had changed meanwhile."""
    pool = await lock(session, pool_id)
    shares = await shares_of(session, pool_id)
    live = {str(each.product_id): each for each in shares if each.state in LIVE}
    kilograms = await kg_of(session, [each.id for each in live.values()])
    if pool.state != PoolState.SENT or _standing(list(live.values()), kilograms, mending.frozen.months) != mending.standing:
        return False
    if solution.status == "infeasible" or violations(mending.frozen.problem(), solution.plan):
        await mails.tell_gap(session, pool, await request_of(session, pool))
        return True
    asked = await _ask_anew(session, pool, live, mending, solution)
    pool.frozen, pool.digest = mending.frozen.document(), mending.frozen.digest()
    pool.result = plans.document(solution)
    await name_lead(session, pool)
    if asked:
        await mails.ask_for_shares(session, pool, await request_of(session, pool), asked)
    else:
        await mails.tell_gap(session, pool, await request_of(session, pool))
    await complete_if_all_have_accepted(session, SYSTEM, pool)
    return True


async def note_silence(session: AsyncSession) -> None:
    """Whoever has not answered in time is written down as silent, and another is asked."""
    late = (
        await session.execute(
            select(PoolShare.pool_id, PoolShare.id)
            .where(PoolShare.state == ShareState.ASKED, PoolShare.answer_by < clock.today())
            .order_by(PoolShare.pool_id, PoolShare.id)
        )
    ).all()
    for pool_id, share_id in late:
        pool = await lock(session, pool_id)
        share = await session.get(PoolShare, share_id, populate_existing=True)
        if share is not None and share.state == ShareState.ASKED:
            await refuse(session, SYSTEM, pool, share, ShareState.SILENT, "")


async def _ask_anew(
    session: AsyncSession, pool: Pool, live: Mapping[str, PoolShare], mending: Mending, solution: Solution
) -> list[PoolShare]:
    plan = {name: share for name, share in solution.plan.kg.items() if any(share)}
    until = max(pool.answer_by or clock.today(), clock.today() + timedelta(days=LEAST_DAYS))
    for name, share in live.items():
        if share.state == ShareState.ASKED and plan.get(name) != mending.standing[name][1]:
            share.state, share.answered_at = ShareState.REPLACED, clock.now()
    await session.flush()
    asked = []
    for name, kg in sorted(plan.items()):
        if name not in live or live[name].state == ShareState.REPLACED:
            one = mending.frozen.by_id[name]
            new = await ask(session, SYSTEM, pool, mending.frozen, one, kg, answer_by=until, stand_in_for=mending.share_id)
            asked.append(new)
    return asked


def _standing(
    live: Sequence[PoolShare], kilograms: Mapping[UUID, Mapping[date, int]], months: Sequence[date]
) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {str(each.product_id): (str(each.state), tuple(kilograms[each.id].get(day, 0) for day in months)) for each in live}


def _refusers(shares: Sequence[PoolShare]) -> frozenset[str]:
    return frozenset(str(each.supplier_id) for each in shares if each.state in REFUSED)


def _with_room(one: Candidate, held: Sequence[int] | None) -> Candidate:
    if held is None or len(held) != len(one.free_kg):
        return one
    free = tuple(left + kg for left, kg in zip(one.free_kg, held, strict=True))
    return replace(one, free_kg=free)
