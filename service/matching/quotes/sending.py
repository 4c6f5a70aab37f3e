"""Quotes: sending, revising, keeping as a draft, withdrawing.

Locks are always taken in the same order: the supplier (so that what it has open is counted), the request (so that the number of
its quotes is), the quote. Whoever awards takes the request, its quotes and then the ledger, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften
from service.core.events import announce
from service.core.i18n import _
from service.matching import rules as requests
from service.matching.candidates import judged
from service.matching.invitations.invitations import note_answer, take_back_answer
from service.matching.models import RequestMonth, SourcingRequest
from service.matching.queries import Stored, stored
from service.matching.quotes import rules
from service.matching.quotes.events import QuoteKept, QuoteSent, QuoteWithdrawn
from service.matching.quotes.inputs import QuoteDraft
from service.matching.quotes.models import Quote, QuotedMonth, QuoteRevision, QuoteState, Tender
from service.matching.quotes.sealing import content_of, kept_away, own_words, sealed, write_lines
from service.matching.ranking import Weights


@dataclass(frozen=True, slots=True)
class Quoter:
    """The supplier that quotes, and which of its products may answer the request."""

    supplier_id: UUID
    organisation_id: UUID
    name: str
    products: frozenset[UUID]


async def send(
    session: AsyncSession,
    actor: Actor,
    code: str,
    draft: QuoteDraft,
    *,
    key: UUID,
    pool_id: UUID | None = None,
    read_version: int | None = None,
) -> Quote:
    """Answer a request, or revise the answer. `key` names the act of sending: the same form sent twice is one revision.

    `pool_id` says that the quote speaks for a pooled lot: whoever sends it leads the lot, and the lines are of its members'
    products. `read_version` is the version of the request that the supplier has read, where it says so. Raises `Invalid` with
    the fields to correct, `Conflict` where the request is full, over or changed, `TooOften` where somebody floods it.
    """
    asked = await stored(session, code, actor)
    quoter = await quoter_of(session, actor, asked, leads_lot=pool_id is not None)
    request = await _locked(session, asked, quoter)
    quote = await _own(session, request.id, quoter.supplier_id)
    if quote is not None and await _revision(session, quote.id, key=key) is not None:
        return quote
    await _may_be_taken(session, request, quoter, quote, read_version)
    if quote is not None and quote.pool_id is not None and pool_id is None and quote.state != QuoteState.LOST:
        raise Conflict(_("Báo giá này đứng tên lô ghép. Hãy sửa ở trang lô ghép."))
    await _checked(session, request, draft, None if pool_id else quoter)
    now = clock.now()
    if quote is None:
        quote = Quote(request_id=request.id, supplier_id=quoter.supplier_id, organisation_id=quoter.organisation_id, revision=0)
        quote.state, quote.created_at = QuoteState.DRAFT, now
        session.add(quote)
    elif quote.state == QuoteState.SENT and quote.pool_id == pool_id and await _says_the_same(session, quote, draft):
        return quote
    _write(session, actor, request, quote, draft, key)
    quote.pool_id, quote.state, quote.sent_at, quote.updated_at = pool_id, QuoteState.SENT, now, now
    quote.kept = quote.ended_at = quote.ended_why = None
    await session.flush()
    if not request.sealed:
        await write_lines(session, quote.id, draft)
    await _note_tender(session, request.id)
    await note_answer(session, actor, request.id, quoter.supplier_id)
    await announce(session, QuoteSent(quote.id, request.id, quote.revision), actor=actor)
    return quote


async def keep_draft(session: AsyncSession, actor: Actor, code: str, typed: Mapping[str, str]) -> Quote:
    """Keep what a supplier has typed so far, whatever it is worth, for its own people; nothing else changes."""
    asked = await stored(session, code, actor)
    quoter = await quoter_of(session, actor, asked)
    request = await _locked(session, asked, quoter)
    quote = await _own(session, request.id, quoter.supplier_id)
    if quote is None:
        quote = Quote(request_id=request.id, supplier_id=quoter.supplier_id, organisation_id=quoter.organisation_id, revision=0)
        quote.state, quote.created_at = QuoteState.DRAFT, clock.now()
        session.add(quote)
        await session.flush()
        await announce(session, QuoteKept(quote.id, request.id), actor=actor)
    quote.kept, quote.updated_at = kept_away(quote.id, typed), clock.now()
    await session.flush()
    return quote


async def withdraw(session: AsyncSession, actor: Actor, code: str) -> Quote:
    """Take a quote back while answers are taken; one that is withdrawn already stays so."""
    asked = await stored(session, code, actor)
    quoter = await quoter_of(session, actor, asked)
    request = await _locked(session, asked, quoter)
    quote = await _own(session, request.id, quoter.supplier_id)
    if quote is None or quote.state == QuoteState.DRAFT:
        raise NotFound(_("Bạn chưa báo giá cho yêu cầu này."))
    if quote.state == QuoteState.WITHDRAWN:
        return quote
    if not rules.may_withdraw(actor, quote, request, clock.today()):
        raise Conflict(_("Chỉ rút được báo giá khi yêu cầu còn nhận báo giá và chưa có trả lời."))
    quote.state, quote.ended_at, quote.updated_at = QuoteState.WITHDRAWN, clock.now(), clock.now()
    await session.execute(delete(QuotedMonth).where(QuotedMonth.quote_id == quote.id))
    await session.flush()
    await take_back_answer(session, actor, request.id, quoter.supplier_id)
    await announce(session, QuoteWithdrawn(quote.id, request.id), actor=actor)
    return quote


async def quoter_of(session: AsyncSession, actor: Actor, asked: Stored, *, leads_lot: bool = False) -> Quoter:
    """The reader as a supplier that may quote, with those of her products that fit the request or nearly do. Raises NotAllowed
    with the reason, or NotFound where she may not even see the request. Whoever leads a lot has been chosen for it already, and
    what the lot holds of her capacity must not count against her.
    """
    if actor.organisation_id is None:
        raise NotAllowed(rules.why_not_quote(actor, asked.organisation_id))
    rows = await catalogue.offers_of(session, actor.organisation_id, reader=actor)
    terms = await catalogue.commodity_terms(session)
    matches = judged(asked.in_terms(clock.today()), rows, Weights(), terms)
    fitting = frozenset(match.offer.id for match in matches if match.fits or match.change is not None)
    suits, asked_for = leads_lot or bool(fitting), leads_lot or asked.invited
    if not requests.may_see(actor, asked, asked.organisation_id, fits=suits, invited=asked_for):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    why = rules.why_not_quote(actor, asked.organisation_id)
    if why:
        raise NotAllowed(why)
    if not rows:
        raise NotAllowed(_("Hồ sơ của bạn chưa có sản phẩm nào được đăng, nên chưa báo giá được."))
    if not suits and not asked_for:
        raise NotAllowed(_("Sản phẩm của bạn chưa hợp yêu cầu này. Trang “Yêu cầu cho tôi” nói rõ còn thiếu gì."))
    # Whoever was asked, or has answered already, may offer whatever she has published: the buyer has asked her, not her goods.
    products = frozenset(row.id for row in rows) if asked.invited else fitting
    return Quoter(rows[0].supplier_id, actor.organisation_id, rows[0].supplier_name, products)


async def _locked(session: AsyncSession, asked: Stored, quoter: Quoter) -> SourcingRequest:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 16))"), {"name": f"quotes of {quoter.supplier_id}"}
    )
    request: SourcingRequest = (
        await session.execute(
            select(SourcingRequest)
            .where(SourcingRequest.id == asked.row["id"])
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).scalar_one()
    return request


async def _own(session: AsyncSession, request_id: UUID, supplier_id: UUID) -> Quote | None:
    found: Quote | None = await session.scalar(
        select(Quote)
        .where(Quote.request_id == request_id, Quote.supplier_id == supplier_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def _revision(
    session: AsyncSession, quote_id: UUID, *, key: UUID | None = None, number: int | None = None
) -> QuoteRevision | None:
    which = QuoteRevision.key == key if key is not None else QuoteRevision.number == number
    found: QuoteRevision | None = await session.scalar(select(QuoteRevision).where(QuoteRevision.quote_id == quote_id, which))
    return found


async def _may_be_taken(
    session: AsyncSession, request: SourcingRequest, quoter: Quoter, quote: Quote | None, read_version: int | None
) -> None:
    others = await session.scalar(
        select(func.count()).where(
            Quote.request_id == request.id, Quote.supplier_id != quoter.supplier_id, Quote.state.in_(rules.HOLDS)
        )
    )
    why = rules.why_not_taken(request, clock.today(), others or 0)
    if why:
        raise Conflict(why)
    if read_version is not None and read_version != request.version:
        raise Conflict(_("Người mua vừa sửa yêu cầu này. Hãy xem lại yêu cầu rồi gửi lại; những gì bạn gõ vẫn còn nguyên."))
    if quote is not None and not rules.may_revise(quote):
        raise Conflict(_("Báo giá này đã có trả lời nên không sửa được nữa."))
    if quote is None or quote.state != QuoteState.SENT:
        await _not_too_many(session, quoter)
    if quote is not None:
        await _not_too_often(session, quote)


async def _not_too_many(session: AsyncSession, quoter: Quoter) -> None:
    """Refuse one more open quote than a supplier may have (M4); the lock on the supplier makes the count hold."""
    waiting = await session.scalar(
        select(func.count()).where(
            Quote.supplier_id == quoter.supplier_id, Quote.state == QuoteState.SENT,
            or_(Quote.valid_until.is_(None), Quote.valid_until >= clock.today()),
        )
    )  # fmt: skip
    if (waiting or 0) >= rules.MOST_OPEN:
        most = rules.MOST_OPEN
        raise Conflict(_("Bạn đã có %(n)s báo giá chờ trả lời, không gửi thêm được. Hãy rút bớt hoặc đợi trả lời.", n=most))


async def _not_too_often(session: AsyncSession, quote: Quote) -> None:
    since = clock.now() - rules.REVISIONS_WITHIN
    sent = select(QuoteRevision.at).where(QuoteRevision.quote_id == quote.id, QuoteRevision.at > since)
    times = (await session.scalars(sent.order_by(QuoteRevision.at))).all()
    if len(times) >= rules.MOST_REVISIONS:
        wait = int((times[0] - since).total_seconds()) + 1
        raise TooOften(
            _("Một báo giá chỉ sửa được %(n)s lần trong một giờ. Hãy sửa lại sau.", n=rules.MOST_REVISIONS), max(wait, 1)
        )


async def _checked(session: AsyncSession, request: SourcingRequest, draft: QuoteDraft, quoter: Quoter | None) -> None:
    """Raise `Invalid` for whatever in the quote does not answer this request. Without a quoter its products are a lot's."""
    today = clock.today()
    wrong: dict[str, str] = {}
    months = await session.scalars(select(RequestMonth).where(RequestMonth.request_id == request.id))
    asked = {each.first_day for each in months}
    for line in draft.lines:
        if line.month not in asked:
            wrong["lines"] = _("%(month)s không nằm trong các tháng người mua cần.", month=formats.month(line.month))
        elif line.month < today.replace(day=1):
            wrong["lines"] = _("%(month)s đã qua.", month=formats.month(line.month))
    offered = {line.product_id for line in draft.lines}
    if quoter is not None and not offered <= quoter.products:
        wrong["product_id"] = _("Chọn sản phẩm đã đăng của bạn, hợp hoặc gần hợp với yêu cầu này.")
    elif quoter is None and len(await catalogue.offers_named(session, offered, reader=None)) != len(offered):
        wrong["product_id"] = _("Có sản phẩm trong lô không còn được đăng.")
    least = max(today, request.deadline or date.min)
    if draft.valid_until < least:
        wrong["valid_until"] = _("Báo giá phải còn hiệu lực ít nhất đến %(day)s.", day=formats.day(least))
    if wrong:
        raise Invalid(_("Báo giá còn chỗ cần sửa."), wrong)


async def _says_the_same(session: AsyncSession, quote: Quote, draft: QuoteDraft) -> bool:
    there = await _revision(session, quote.id, number=quote.revision)
    return there is not None and own_words(quote, there) == draft


def _write(
    session: AsyncSession, actor: Actor, request: SourcingRequest, quote: Quote, draft: QuoteDraft, key: UUID
) -> None:  # fmt: skip
    number = (quote.revision or 0) + 1
    until = request.deadline if request.sealed else None
    quote.revision = number
    quote.sealed_until, quote.valid_until = until, draft.valid_until if until is None else None
    session.add(
        QuoteRevision(
            quote_id=quote.id, number=number, key=key, at=clock.now(), person_id=actor.person_id,
            request_version=request.version,
            content=content_of(draft) if until is None else None,
            sealed=sealed(quote.id, number, draft, until) if until is not None else None,
        )
    )  # fmt: skip


async def _note_tender(session: AsyncSession, request_id: UUID) -> None:
    now = clock.now()
    tender = await session.get(Tender, request_id)
    if tender is None:
        session.add(Tender(request_id=request_id, first_at=now, last_at=now))
    else:
        tender.last_at = now
    await session.flush()
