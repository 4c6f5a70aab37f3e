"""One quote for a whole lot, sent by its lead when everyone has accepted: every member's lines at one common price."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.inputs import Dong
from service.matching.pooling import rules
from service.matching.pooling.asking import lock
from service.matching.pooling.events import PoolQuoted
from service.matching.pooling.models import PoolShare, PoolState, ShareState
from service.matching.pooling.standing import months_of, organisation_of, request_of, shares_of
from service.matching.quotes.inputs import QuoteDraft, QuoteLine, Terms
from service.matching.quotes.models import Quote
from service.matching.quotes.sending import send

MOST_VND_PER_KG = 100_000_000


def _price(value: int) -> int:
    if not 0 < value <= MOST_VND_PER_KG:
        raise ValueError(_("Giá phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
    return value


class PoolQuote(Terms):
    """The common price of a kilogram of the lot, and the terms of the quote."""

    price_vnd_per_kg: Annotated[Dong, AfterValidator(_price)]


async def quote_pool(session: AsyncSession, actor: Actor, share_id: UUID, said: PoolQuote, *, key: UUID) -> Quote:
    """Send, or revise, the lot's quote; the same `key` again is the same quote.

    The lot's row is locked first: its members and their months cannot change while the quote is written.
    """
    share = await session.get(PoolShare, share_id)
    organisation_id = await organisation_of(session, share.supplier_id) if share is not None else None
    if share is None or organisation_id is None or not rules.may_see_share(actor, organisation_id):
        raise NotFound(_("Không có phần góp này."))
    pool = await lock(session, share.pool_id)
    await session.refresh(share)
    if not rules.may_answer(actor, organisation_id) or not share.lead or share.state != ShareState.ACCEPTED:
        raise NotAllowed(_("Chỉ đơn vị đứng đầu lô mới gửi được báo giá cho cả lô."))
    if pool.state != PoolState.COMPLETE:
        raise Conflict(_("Báo giá gửi được khi mọi nguồn đã nhận phần và lô chưa giải tán."))
    request = await request_of(session, pool)
    lines = [
        QuoteLine(product_id=each.product_id, month=month.first_day, kg=month.kg, price_vnd_per_kg=said.price_vnd_per_kg)
        for each in await shares_of(session, pool.id)
        if each.state == ShareState.ACCEPTED
        for month in await months_of(session, each.id)
    ]
    draft = QuoteDraft(lines=tuple(lines), **said.model_dump(exclude={"price_vnd_per_kg"}))
    quote = await send(session, actor, request.code, draft, key=key, pool_id=pool.id)
    if pool.quoted_at is None:
        pool.quoted_at = clock.now()
        await session.flush()
    await announce(session, PoolQuoted(pool.id), actor=actor, new={"quote": quote.id, "revision": quote.revision})
    return quote
