"""What becomes of a lot when its request ends, or when its quote is not chosen."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.core.i18n import _
from service.matching.pooling.asking import lock
from service.matching.pooling.models import JOINED, Pool, PoolState
from service.matching.pooling.shares import SOURCE, dissolve
from service.matching.pooling.standing import request_of
from service.matching.quotes.models import Quote, QuoteState


async def end_for_request(session: AsyncSession, request_id: UUID) -> None:
    """Let go what the suppliers of a closed request's lot still hold; a lot that was awarded holds nothing and stays."""
    pool_id = await session.scalar(select(Pool.id).where(Pool.request_id == request_id, Pool.state.in_(JOINED)))
    if pool_id is None:
        return
    pool = await lock(session, pool_id)
    if pool.state not in JOINED:
        return
    reason = _("Người mua đã đóng yêu cầu.")
    held = await catalogue.ledger.release(session, SYSTEM, SOURCE, pool.id, reason=reason)
    if held or pool.state == PoolState.SENT:
        await dissolve(session, SYSTEM, pool, await request_of(session, pool), reason)


async def end_for_quote(session: AsyncSession, quote_id: UUID) -> None:
    """A lot whose quote was answered with no is over; its members are told why."""
    quote = await session.get(Quote, quote_id)
    if quote is None or quote.pool_id is None or quote.state != QuoteState.LOST:
        return
    pool = await lock(session, quote.pool_id)
    if pool.state in JOINED:
        await dissolve(session, SYSTEM, pool, await request_of(session, pool), quote.ended_why or _("Báo giá không được chọn."))
