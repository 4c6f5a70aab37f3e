"""How the shares of a lot stand: the rows that its writes and its reads both need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.core.i18n import _
from service.matching.models import Buyer, SourcingRequest, Visibility
from service.matching.pooling.models import Pool, PoolShare, PoolShareMonth


async def shares_of(session: AsyncSession, pool_id: UUID) -> list[PoolShare]:
    """Every share of a lot, those that were asked first before the others."""
    return list(await session.scalars(select(PoolShare).where(PoolShare.pool_id == pool_id).order_by(PoolShare.id)))


async def months_of(session: AsyncSession, share_id: UUID) -> list[PoolShareMonth]:
    """The months of a share."""
    found = select(PoolShareMonth).where(PoolShareMonth.share_id == share_id)
    return list(await session.scalars(found.order_by(PoolShareMonth.year, PoolShareMonth.month)))


async def kg_of(session: AsyncSession, share_ids: Sequence[UUID]) -> dict[UUID, dict[date, int]]:
    """The kilograms of shares by month."""
    found = await session.scalars(select(PoolShareMonth).where(PoolShareMonth.share_id.in_(share_ids)))
    by_share: dict[UUID, dict[date, int]] = {share_id: {} for share_id in share_ids}
    for each in found:
        by_share[each.share_id][each.first_day] = int(each.kg)
    return by_share


async def label_of(session: AsyncSession, pool: Pool) -> str:
    """What a supplier reads in its ledger: the request's code, and whose it is where it may know."""
    request = await request_of(session, pool)
    buyer = await session.get(Buyer, request.buyer_id)
    if buyer is None or request.visibility == Visibility.ANONYMOUS:
        return request.code
    return f"{request.code} · {buyer.name}"


async def organisation_of(session: AsyncSession, supplier_id: UUID) -> UUID | None:
    """Whose people answer for a supplier."""
    statement = text("SELECT organisation_id FROM catalogue_supplier WHERE id = :id")
    found: UUID | None = await session.scalar(statement, {"id": supplier_id})
    return found


async def request_of(session: AsyncSession, pool: Pool) -> SourcingRequest:
    """The request of a lot."""
    request = await session.get(SourcingRequest, pool.request_id)
    if request is None:
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return request
