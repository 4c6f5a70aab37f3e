"""What the two sides are told by mail of quotes and awards. Of a sealed quote nothing but that it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import accounts
from service.core import mail
from service.matching.models import Buyer, SourcingRequest
from service.matching.quotes import rules
from service.matching.quotes.models import Award, AwardedMonth, Quote, QuotedMonth, QuoteState, Tender

DESK = "/ban-hang/bao-gia"
_SUPPLIER = text("SELECT s.name FROM catalogue_supplier s WHERE s.id = :id")
_NAMES = text("SELECT p.id, p.name FROM catalogue_product p WHERE p.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter."""

    month: date
    product: str
    kg: Decimal
    price: int


async def tell_received(session: AsyncSession, quote_id: UUID, revision: int) -> None:
    """Tell the buyer that a quote came or was revised; of a sealed one only how many there are."""
    quote = await session.get(Quote, quote_id)
    if quote is None or quote.revision != revision or quote.state != QuoteState.SENT:
        return  # Revised or withdrawn since: that is told by itself.
    request, buyer = await _request(session, quote.request_id)
    sealed = quote.sealed_until is not None
    if sealed and revision > 1:
        return
    held = select(func.count()).where(Quote.request_id == request.id, Quote.state.in_(rules.HOLDS))
    count = int(await session.scalar(held) or 0)
    told: dict[str, Any] = {"sealed": sealed, "revised": revision > 1, "count": count, "code": request.code}
    told |= {"title": request.title, "full": request.closes_at_quotes is not None and count >= request.closes_at_quotes}
    if sealed and request.deadline is not None:
        told["opens_at"] = rules.opens_at(request.deadline)
    else:
        lines = (await session.scalars(select(QuotedMonth).where(QuotedMonth.quote_id == quote.id))).all()
        told |= {
            "supplier": await _supplier(session, quote.supplier_id), "total": sum(each.kg for each in lines),
            "least": min(each.price_vnd_per_kg for each in lines), "valid_until": quote.valid_until,
        }  # fmt: skip
    await _tell(session, buyer.organisation_id, "quote_received", address=f"/tim-hang/{request.code}/bao-gia", **told)


async def tell_withdrawn(session: AsyncSession, quote_id: UUID) -> None:
    """Tell the buyer that a quote is gone; whose it was only where it was never sealed."""
    quote = await session.get(Quote, quote_id)
    if quote is None or quote.state != QuoteState.WITHDRAWN:
        return
    request, buyer = await _request(session, quote.request_id)
    told: dict[str, Any] = {"sealed": request.sealed, "code": request.code, "title": request.title}
    if not request.sealed:
        told["supplier"] = await _supplier(session, quote.supplier_id)
    await _tell(session, buyer.organisation_id, "quote_withdrawn", address=f"/tim-hang/{request.code}/bao-gia", **told)


async def tell_opened(session: AsyncSession, request_id: UUID, count: int) -> None:
    """Tell the buyer that its sealed quotes are open, and by when it is to decide."""
    request, buyer = await _request(session, request_id)
    tender = await session.get(Tender, request_id)
    by = rules.decide_by(tender.decide_by if tender else None, request.deadline, None)
    address = f"/tim-hang/{request.code}/bao-gia"
    told = {"code": request.code, "title": request.title, "count": count, "decide_by": by, "address": address}
    await _tell(session, buyer.organisation_id, "quotes_opened", **told)


async def tell_awarded(session: AsyncSession, award_id: UUID) -> None:
    """Tell the supplier what was taken of its quote, and by whom."""
    award = await session.get(Award, award_id)
    if award is None:
        return
    request, buyer = await _request(session, award.request_id)
    rows = await session.scalars(
        select(AwardedMonth).where(AwardedMonth.award_id == award_id).order_by(AwardedMonth.year, AwardedMonth.month)
    )
    taken = rows.all()
    names = {row[0]: row[1] for row in await session.execute(_NAMES, {"ids": [each.product_id for each in taken]})}
    lines = [Line(each.first_day, names[each.product_id], each.kg, each.price_vnd_per_kg) for each in taken]
    told = {"buyer": buyer.name, "code": request.code, "title": request.title, "total": sum(each.kg for each in taken)}
    address = f"/ban-hang/bao-gia/{award.quote_id}"
    await _tell(session, await _organisation(session, award.quote_id), "quote_awarded", lines=lines, address=address, **told)


async def tell_lost(session: AsyncSession, quote_id: UUID) -> None:
    """Tell the supplier that its quote was not chosen, and why."""
    quote = await session.get(Quote, quote_id)
    if quote is None or quote.state != QuoteState.LOST:
        return
    request, _buyer = await _request(session, quote.request_id)
    told = {"code": request.code, "title": request.title, "reason": quote.ended_why or "", "address": DESK}
    await _tell(session, quote.organisation_id, "quote_lost", **told)


async def tell_undone(session: AsyncSession, award_id: UUID) -> None:
    """Tell both sides that an award was taken back, and why."""
    award = await session.get(Award, award_id)
    if award is None:
        return
    request, buyer = await _request(session, award.request_id)
    supplier = await _supplier(session, award.supplier_id)
    told = {"code": request.code, "title": request.title, "reason": award.undo_reason or "", "supplier": supplier}
    seller = await _organisation(session, award.quote_id)
    await _tell(session, seller, "award_undone", to_buyer=False, address=DESK, **told)
    page = f"/tim-hang/{request.code}/bao-gia"
    await _tell(session, buyer.organisation_id, "award_undone", to_buyer=True, address=page, **told)


async def tell_expired(session: AsyncSession, request_id: UUID, count: int) -> None:
    """Tell both sides that the buyer's day has passed in silence."""
    request, buyer = await _request(session, request_id)
    told = {"code": request.code, "title": request.title, "count": count}
    page = f"/tim-hang/{request.code}/bao-gia"
    await _tell(session, buyer.organisation_id, "quotes_expired", to_buyer=True, address=page, **told)
    sellers = select(Quote.organisation_id).where(Quote.request_id == request_id, Quote.state == QuoteState.EXPIRED)
    for seller in (await session.scalars(sellers.order_by(Quote.id))).all():
        await _tell(session, seller, "quotes_expired", to_buyer=False, address=DESK, **told)


async def _tell(session: AsyncSession, organisation_id: UUID, template: str, **values: Any) -> None:
    for person in (await accounts.people_of(session, [organisation_id]))[organisation_id]:
        await mail.send(session, person.email, template, person.language, **values)


async def _request(session: AsyncSession, request_id: UUID) -> tuple[SourcingRequest, Buyer]:
    request, buyer = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.id == request_id)
        )
    ).one()
    return request, buyer


async def _supplier(session: AsyncSession, supplier_id: UUID) -> str:
    return str(await session.scalar(_SUPPLIER, {"id": supplier_id}))


async def _organisation(session: AsyncSession, quote_id: UUID) -> UUID:
    found: UUID = (await session.scalars(select(Quote.organisation_id).where(Quote.id == quote_id))).one()
    return found
