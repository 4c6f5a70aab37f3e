"""Awarding quotes in parts: the buyer takes kilograms of lines, and the capacity is promised in the same transaction (M7).

All of it is so or nothing is. The request is locked first, then its quotes, then the ledger (sending.py says why so).
What a quote said when it was taken is frozen with the award: that is what a deal starts from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching.inputs import Closing
from service.matching.models import Buyer, CloseReason, RequestMonth, RequestState, SourcingRequest
from service.matching.quotes import rules
from service.matching.quotes.answering import POOL, SOURCE, locked_request, lose, note_decision, waiting_quotes
from service.matching.quotes.events import QuoteAwarded
from service.matching.quotes.inputs import Part, QuoteDraft
from service.matching.quotes.models import Award, AwardedMonth, AwardState, Quote, QuoteRevision, QuoteState
from service.matching.quotes.sealing import content_of, draft_of, open_if_due
from service.matching.requests import close_request

MOST_PARTS = 600

Line = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class _Taken:
    """One quote with what is taken of it now."""

    quote: Quote
    draft: QuoteDraft
    kg: Mapping[Line, Decimal]
    price: Mapping[Line, int]


async def award(
    session: AsyncSession,
    actor: Actor,
    code: str,
    parts: Sequence[Part],
    *,
    version: int,
    key: UUID,
    close: bool = False,
    reason_for_losers: str = "",
) -> list[Award]:
    """Take kilograms of quotes. `version` is the version of the request that the buyer has read, `key` the act of choosing: the
    same click twice awards once.

    The request is closed when all of it is filled, or when the buyer says that it has chosen; who was not chosen is told why.
    Raises `Conflict` with the product, the month and what is free where a promise cannot be made; then nothing has happened.
    """
    request, buyer = await locked_request(session, actor, code)
    await open_if_due(session, request.id)
    there = await _awarded_with(session, request.id, key)
    if there:
        return there
    why = rules.why_no_award(request, request.close_reason, clock.today())
    if why:
        raise Conflict(why)
    if request.version != version:
        raise Conflict(_("Người khác vừa sửa yêu cầu hoặc vừa chọn báo giá. Hãy xem lại rồi chọn tiếp."))
    if not parts and not close:
        raise Invalid(_("Chưa chọn gì."), {"kg": _("Ghi số kg muốn mua ở ít nhất một báo giá.")})
    if len(parts) > MOST_PARTS:
        raise Invalid(_("Mỗi lần chọn nhiều nhất %(n)s ô.", n=MOST_PARTS), {"kg": _("Hãy chọn làm nhiều lần.")})
    taken = await _taken(session, request.id, parts)
    awards = [await _award(session, actor, request, buyer, each, key) for each in taken]
    closing = close or await filled(session, request.id)
    losers = await waiting_quotes(session, request.id) if closing else ()
    why = reason_for_losers.replace("\0", "").strip()[:500] or _("Người mua đã chọn đủ hàng từ báo giá khác.")
    await _promise(session, actor, request, buyer, list(zip(awards, taken, strict=True)), losers, why)
    request.updated_at = clock.now()  # Awards are rows of their own: the version must rise with them as well.
    await note_decision(session, request.id)
    await session.flush()
    if closing:
        await lose(session, actor, losers, why)
        if request.state == RequestState.OPEN:
            await close_request(session, actor, code, Closing(reason=CloseReason.FILLED, version=request.version))
    return awards


async def filled(session: AsyncSession, request_id: UUID) -> bool:
    """Whether every month that a request asks for has been awarded in full."""
    asked = await session.scalars(select(RequestMonth).where(RequestMonth.request_id == request_id))
    given = await awarded_by_month(session, request_id)
    return all(given.get(each.first_day, Decimal(0)) >= each.kg for each in asked)


async def awarded_by_month(session: AsyncSession, request_id: UUID) -> dict[date, Decimal]:
    """What has been awarded of a request and stands, by month."""
    found = await session.execute(
        select(AwardedMonth.year, AwardedMonth.month, func.sum(AwardedMonth.kg))
        .join(Award, Award.id == AwardedMonth.award_id)
        .where(Award.request_id == request_id, Award.state == AwardState.STANDING)
        .group_by(AwardedMonth.year, AwardedMonth.month)
    )
    return {date(year, month, 1): kg for year, month, kg in found}


def price_at(draft: QuoteDraft, price: int, total: Decimal) -> int:
    """What a kilogram costs when so much of the quote is taken in all."""
    less = max((each.less_vnd_per_kg for each in draft.tiers if total >= each.from_kg), default=0)
    return max(price - less, 1)


async def _awarded_with(session: AsyncSession, request_id: UUID, key: UUID) -> list[Award]:
    found = await session.scalars(select(Award).where(Award.request_id == request_id, Award.key == key).order_by(Award.id))
    return list(found)


async def _taken(session: AsyncSession, request_id: UUID, parts: Sequence[Part]) -> list[_Taken]:
    """What is taken, by quote; every quote locked, and every line looked at before anything is written."""
    wished: dict[UUID, dict[Line, Decimal]] = {}
    for part in parts:
        lines = wished.setdefault(part.quote_id, {})
        lines[part.product_id, part.month] = lines.get((part.product_id, part.month), Decimal(0)) + part.kg
    if not wished:
        return []
    found = (
        await session.scalars(
            select(Quote)
            .where(Quote.id.in_(wished), Quote.request_id == request_id)
            .order_by(Quote.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()
    quotes = {each.id: each for each in found}
    if wished.keys() - quotes.keys():
        raise NotFound(_("Không có báo giá này."))
    for part in parts:
        if part.revision is not None and part.revision != quotes[part.quote_id].revision:
            raise Conflict(_("Nhà cung cấp vừa sửa một báo giá bạn đang chọn. Hãy xem lại bản mới rồi chọn tiếp."))
    drafts = await _contents(session, found)
    before = await _taken_before(session, wished)
    return [_checked(quote, drafts.get(quote.id), wished[quote.id], before.get(quote.id, {})) for quote in found]


def _checked(quote: Quote, draft: QuoteDraft | None, kg: Mapping[Line, Decimal], before: Mapping[Line, Decimal]) -> _Taken:
    why = rules.why_not_awarded(quote, clock.today())
    if why or draft is None:
        raise Conflict(why or _("Báo giá này không đọc được nữa."))
    offered = {(each.product_id, each.month): each for each in draft.lines}
    for line, wish in kg.items():
        if line not in offered:
            raise Invalid(_("Báo giá này không có tháng đó."), {"kg": _("Báo giá này không có tháng đó.")})
        left = offered[line].kg - before.get(line, Decimal(0))
        if wish > left:
            words = _("%(month)s chỉ còn %(kg)s trong báo giá này.", month=formats.month(line[1]), kg=formats.kg(left))
            raise Invalid(words, {"kg": words, f"kg_{quote.id}_{line[0]}_{line[1]:%Y-%m}": words})
    total = sum(kg.values(), sum(before.values(), Decimal(0)))
    return _Taken(quote, draft, kg, {line: price_at(draft, offered[line].price_vnd_per_kg, total) for line in kg})


async def _contents(session: AsyncSession, quotes: Iterable[Quote]) -> dict[UUID, QuoteDraft]:
    found = await session.scalars(
        select(QuoteRevision)
        .join(Quote, (Quote.id == QuoteRevision.quote_id) & (Quote.revision == QuoteRevision.number))
        .where(Quote.id.in_([each.id for each in quotes]))
    )
    return {each.quote_id: draft_of(each.content) for each in found if each.content is not None}


async def _taken_before(session: AsyncSession, quote_ids: Iterable[UUID]) -> dict[UUID, dict[Line, Decimal]]:
    found = await session.execute(
        select(Award.quote_id, AwardedMonth.product_id, AwardedMonth.year, AwardedMonth.month, func.sum(AwardedMonth.kg))
        .join(Award, Award.id == AwardedMonth.award_id)
        .where(Award.quote_id.in_(list(quote_ids)), Award.state == AwardState.STANDING)
        .group_by(Award.quote_id, AwardedMonth.product_id, AwardedMonth.year, AwardedMonth.month)
    )
    taken: dict[UUID, dict[Line, Decimal]] = {}
    for quote_id, product_id, year, month, kg in found:
        taken.setdefault(quote_id, {})[product_id, date(year, month, 1)] = kg
    return taken


async def _award(
    session: AsyncSession, actor: Actor, request: SourcingRequest, buyer: Buyer, taken: _Taken, key: UUID
) -> Award:  # fmt: skip
    quote = taken.quote
    made = Award(
        request_id=request.id, quote_id=quote.id, supplier_id=quote.supplier_id, key=key, revision=quote.revision,
        terms=_frozen(request, buyer, taken), awarded_at=clock.now(), awarded_by=actor.person_id,
    )  # fmt: skip
    made.state = AwardState.STANDING
    session.add(made)
    await session.flush()
    session.add_all(
        AwardedMonth(
            award_id=made.id, product_id=product_id, year=month.year, month=month.month, kg=kg,
            price_vnd_per_kg=taken.price[product_id, month],
        )
        for (product_id, month), kg in taken.kg.items()
    )  # fmt: skip
    quote.state, quote.ended_at, quote.updated_at = QuoteState.AWARDED, clock.now(), clock.now()
    await session.flush()
    await announce(session, QuoteAwarded(made.id, request.id, quote.id), actor=actor, new={"kg": sum(taken.kg.values())})
    return made


async def _promise(
    session: AsyncSession,
    actor: Actor,
    request: SourcingRequest,
    buyer: Buyer,
    made: Sequence[tuple[Award, _Taken]],
    losers: Iterable[Quote],
    why_lost: str,
) -> None:
    """Promise what has been awarded: all of it, or `Conflict` with what is free.

    What a lot held for its quote becomes the award's in the same move, so that nobody else takes it in between; what the lots
    among the losers held is let go in it as well. It is one call, for two in one transaction could be waited for in a circle.
    """
    if not made:
        return
    deals = [
        catalogue.ledger.Deal(
            catalogue.ledger.Source(SOURCE, each.id, f"{request.code} · {buyer.name}"),
            [catalogue.ledger.Wish(*line, kg) for line, kg in taken.kg.items()],
            instead_of=(POOL, taken.quote.pool_id) if taken.quote.pool_id is not None else None,
        )
        for each, taken in made
    ]
    let_go = {(POOL, quote.pool_id): why_lost for quote in losers if quote.pool_id is not None}
    reason = _("Được chọn ở yêu cầu %(code)s", code=request.code)
    await catalogue.ledger.promise_all(session, actor, deals, reason=reason, let_go=let_go)


def _frozen(request: SourcingRequest, buyer: Buyer, taken: _Taken) -> dict[str, Any]:
    """The quote's terms and what of the request they answered, as they were on the day."""
    return {
        "quote": content_of(taken.draft),
        "request": {
            "code": request.code, "title": request.title, "version": request.version, "buyer": buyer.name,
            "delivery_province_code": request.delivery_province_code, "place": request.place,
            "certificates": request.certificates, "min_stars": request.min_stars, "pack_net_g": request.pack_net_g,
        },
    }  # fmt: skip
