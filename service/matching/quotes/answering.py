"""Answering quotes with no, and taking a yes back: what was promised in the ledger for it is let go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.matching import rules as requests
from service.matching.models import Buyer, RequestState, SourcingRequest
from service.matching.quotes import rules
from service.matching.quotes.events import AwardUndone, QuoteLost
from service.matching.quotes.inputs import Undoing
from service.matching.quotes.models import Award, AwardState, Quote, QuoteState, Tender
from service.matching.requests import reopen_filled
from service.matching.views import close_reason_name

SOURCE = "award"  # What the ledger calls a promise that an award has made.
POOL = "pool"
_PROMISED = text(
    "SELECT consumed_kg > 0 FROM catalogue_promise WHERE source_kind = :kind AND source_id = :award"
    " ORDER BY product_id, year, month FOR UPDATE"
).bindparams(bindparam("award", type_=Uuid))


async def undo_award(session: AsyncSession, actor: Actor, award_id: UUID, undoing: Undoing) -> Award:
    """Take an award back before anything of it was delivered: the capacity is free again, and the quote waits for an answer as
    before. A request that was filled by it is open again, so that others, and those who had lost, can quote. One that is undone
    already stays so.
    """
    request_id = await session.scalar(select(Award.request_id).where(Award.id == award_id))
    code = await session.scalar(select(SourcingRequest.code).where(SourcingRequest.id == request_id)) if request_id else None
    if code is None:
        raise NotFound(_("Không tìm thấy lần chọn này."))
    request, _buyer = await locked_request(session, actor, code)
    found = await session.get(Award, award_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(_("Không tìm thấy lần chọn này."))
    if found.state == AwardState.UNDONE:
        return found
    if await _delivered(session, found.id):
        raise Conflict(_("Đã giao một phần hàng của lần chọn này nên không hủy được nữa."))
    quote = await session.get(Quote, found.quote_id, with_for_update=True, populate_existing=True)
    await catalogue.ledger.release(session, actor, SOURCE, found.id, reason=undoing.reason)
    found.state, found.undone_at, found.undone_by, found.undo_reason = (
        AwardState.UNDONE, clock.now(), actor.person_id, undoing.reason,
    )  # fmt: skip
    await session.flush()
    if quote is not None and not await _standing(session, quote.id):
        quote.state, quote.ended_at = QuoteState.SENT, None
        await _decide_anew(session, request)
    request.updated_at = clock.now()
    await session.flush()
    await reopen_filled(session, actor, request)
    fact = AwardUndone(found.id, request.id, found.quote_id)
    await announce(session, fact, actor=actor, old={"state": "standing"}, new={"state": "undone", "reason": undoing.reason})
    return found


async def lose(session: AsyncSession, actor: Actor, quotes: Iterable[Quote], reason: str) -> int:
    """Answer quotes with no, for one reason; a lot's capacity is free again. The quotes are locked by whoever asks."""
    lost = 0
    for quote in quotes:
        quote.state, quote.ended_at, quote.ended_why, quote.updated_at = QuoteState.LOST, clock.now(), reason, clock.now()
        if quote.pool_id is not None:
            await catalogue.ledger.release(session, actor, POOL, quote.pool_id, reason=reason)
        await session.flush()
        await announce(session, QuoteLost(quote.id, quote.request_id), actor=actor, new={"reason": reason})
        lost += 1
    return lost


async def answer_closed(session: AsyncSession, request_id: UUID) -> int:
    """Answer the quotes that wait on a request that its buyer has closed: each is told the buyer's own reason."""
    request = await session.scalar(
        select(SourcingRequest)
        .where(SourcingRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if request is None or request.state != RequestState.CLOSED or request.close_reason is None:
        return 0
    waiting = await waiting_quotes(session, request_id)
    if waiting:
        await note_decision(session, request_id)
    reason = _("Người mua đã đóng yêu cầu: %(why)s.", why=close_reason_name(request.close_reason))
    return await lose(session, SYSTEM, waiting, reason)


async def note_decision(session: AsyncSession, request_id: UUID) -> None:
    """Write down that the buyer has answered; the first time counts."""
    tender = await session.get(Tender, request_id, populate_existing=True)
    if tender is not None and tender.decided_at is None:
        tender.decided_at = clock.now()


async def waiting_quotes(session: AsyncSession, request_id: UUID) -> Sequence[Quote]:
    """The quotes on a request that wait for an answer, locked in one fixed order."""
    return (
        await session.scalars(
            select(Quote)
            .where(Quote.request_id == request_id, Quote.state == QuoteState.SENT)
            .order_by(Quote.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()


async def locked_request(session: AsyncSession, actor: Actor, code: str) -> tuple[SourcingRequest, Buyer]:
    """A request of the actor's own, locked. Whoever may not see it does not learn that it is there."""
    found = (
        await session.execute(
            select(SourcingRequest, Buyer)
            .join(Buyer, Buyer.id == SourcingRequest.buyer_id)
            .where(SourcingRequest.code == code.replace("\0", "").strip().upper()[:20])
            .with_for_update(of=SourcingRequest)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not requests.may_see(actor, found[0], found[1].organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    request, buyer = found
    if not rules.may_award(actor, request, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người mua đăng yêu cầu này mới chọn được báo giá."))
    return request, buyer


async def _decide_anew(session: AsyncSession, request: SourcingRequest) -> None:
    """Whoever has taken a choice back has its usual days to make another: the day of the first may be over already."""
    tender = await session.get(Tender, request.id, populate_existing=True)
    if tender is None:
        return
    by, fresh = (
        rules.decide_by(tender.decide_by, request.deadline, tender.last_at),
        clock.today() + timedelta(days=rules.DAYS_TO_DECIDE),
    )
    if by is None or by < fresh:
        tender.decide_by = fresh


async def _standing(session: AsyncSession, quote_id: UUID) -> bool:
    return (
        await session.scalar(select(Award.id).where(Award.quote_id == quote_id, Award.state == AwardState.STANDING).limit(1))
        is not None
    )


async def _delivered(session: AsyncSession, award_id: UUID) -> bool:
    """Whether anything of an award has left its supplier. Its promises are locked, so that nothing leaves meanwhile."""
    found = await session.scalars(_PROMISED, {"kind": SOURCE, "award": award_id})
    return any(found.all())
