"""A reminder for suppliers whose day to answer for their share of a lot is tomorrow: one mail, once, in the morning."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.core import clock
from service.core.events import announce_all
from service.matching.models import SourcingRequest
from service.matching.pooling import mails
from service.matching.pooling.events import PoolShareReminded
from service.matching.pooling.models import PoolShare

MORNING = 7  # Of the clock on the wall: nobody is woken.
AT_ONCE = 500

# Whoever was asked today knows it from the mail of today.
_LAST_DAYS = text(
    """
SELECT h.id, l.request_id FROM matching_pool_share h JOIN matching_pool l ON l.id = h.pool_id
 WHERE h.state = 'asked' AND h.answer_by = :tomorrow AND h.asked_at < :today AND l.state = 'sent'
   AND NOT EXISTS (SELECT FROM core_journal j WHERE j.subject = h.id AND j.fact = 'PoolShareReminded')
 ORDER BY h.pool_id, h.id LIMIT :most FOR UPDATE OF h SKIP LOCKED
"""
)


async def remind(session: AsyncSession) -> int:
    """Write to everyone who has not answered and whose last day is tomorrow; gives the number of shares."""
    today = clock.today()
    if clock.now().astimezone(clock.ZONE).hour < MORNING:
        return 0
    midnight = datetime.combine(today, time(), clock.ZONE)
    rows = (
        await session.execute(_LAST_DAYS, {"tomorrow": today + timedelta(days=1), "today": midnight, "most": AT_ONCE})
    ).all()
    due: dict[UUID, list[UUID]] = {}
    for row in rows:
        due.setdefault(row.request_id, []).append(row.id)
    facts: list[tuple[PoolShareReminded, None, None]] = []
    for request_id, ids in due.items():
        request = await session.get_one(SourcingRequest, request_id)
        shares = (await session.scalars(select(PoolShare).where(PoolShare.id.in_(ids)).order_by(PoolShare.id))).all()
        await mails.remind_of_shares(session, request, shares)
        facts.extend((PoolShareReminded(share.id, share.pool_id), None, None) for share in shares)
    if facts:
        await announce_all(session, facts, actor=SYSTEM)
    return len(facts)
