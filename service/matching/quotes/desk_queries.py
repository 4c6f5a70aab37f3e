"""What a supplier reads: the page on which it quotes, and all of its quotes, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor
from service.catalogue import OfferRow
from service.core import clock, cursors
from service.core.errors import NotAllowed, NotFound, Refused
from service.core.i18n import _
from service.matching import rules as requests
from service.matching.models import SourcingRequest
from service.matching.queries import Stored, stored
from service.matching.quotes import rules
from service.matching.quotes.comparing import landed
from service.matching.quotes.expiring import DECIDE_BY, buyer_answers
from service.matching.quotes.models import Quote, QuoteRevision, QuoteState, Tender
from service.matching.quotes.queries import awards_of_quote, names_of, revisions_of
from service.matching.quotes.sealing import kept_words, open_if_due, own_words
from service.matching.quotes.sending import quoter_of
from service.matching.quotes.views import Bench, GoodsView, LineView, QuoteView
from service.matching.quotes.words import conditions_of

PAGE = 20

# What waits for its own supplier comes first, then what waits for a buyer, then what has been answered, newest first.
_OWN = text(
    f"""
WITH own AS (
  SELECT q.id, q.request_id, q.state,
         CASE q.state WHEN 'draft' THEN CASE WHEN r.state = 'open' AND coalesce(r.deadline >= :today, true) THEN 0 ELSE 3 END
                      WHEN 'sent' THEN 1 WHEN 'awarded' THEN 2 ELSE 3 END AS place,
         CASE WHEN q.state = 'draft' THEN coalesce(r.deadline, DATE '9999-01-01') - DATE '2000-01-01'
              WHEN q.state = 'sent' THEN {DECIDE_BY} - DATE '2000-01-01'
              ELSE DATE '2000-01-01' - coalesce(q.ended_at, q.updated_at)::date END AS days
    FROM matching_quote q
    JOIN matching_request r ON r.id = q.request_id
    LEFT JOIN matching_tender t ON t.request_id = q.request_id
   WHERE q.organisation_id = :own)
SELECT o.id, o.place, o.days FROM own o
 WHERE CAST(:place AS int) IS NULL OR (o.place, o.days, o.id) > (:place, :days, :after)
 ORDER BY o.place, o.days, o.id LIMIT :limit
"""  # noqa: S608 - only our own constants are put in.
).bindparams(bindparam("own", type_=Uuid), bindparam("after", type_=Uuid))


@dataclass(frozen=True, slots=True)
class QuoteList:
    """A page of a supplier's own quotes."""

    items: list[QuoteView]
    next: str | None


async def bench(session: AsyncSession, actor: Actor, code: str) -> Bench:
    """The page on which the reader's organisation quotes on a request: its goods with what is free, its quote, its draft.

    Raises `NotAllowed` with the reason where it may not quote at all.
    """
    asked = await stored(session, code, actor)
    quoter = await quoter_of(session, actor, asked)
    today = clock.today()
    await open_if_due(session, asked.row["id"])
    request = (await session.execute(select(SourcingRequest).where(SourcingRequest.id == asked.row["id"]))).scalar_one()
    months = dict(zip(asked.row["months"], asked.row["kg"], strict=True))
    rows = (await catalogue.offers_named(session, quoter.products, reader=actor)).values()
    free = await catalogue.ledger.free(session, quoter.products, months)
    goods = [_goods(row, free.get(row.id, {}), months) for row in rows]
    # Whatever gives most of what is asked comes first: it stands in the form.
    goods.sort(key=lambda each: (-_gives(each, months), each.name))
    quote = await session.scalar(select(Quote).where(Quote.request_id == request.id, Quote.supplier_id == quoter.supplier_id))
    terms = {each.id: each for each in await catalogue.commodity_terms(session)}
    tender = await session.get(Tender, request.id)
    answers = await buyer_answers(session, [request.buyer_id])
    own = 1 if quote is not None and quote.state in rules.HOLDS else 0
    full = rules.why_not_taken(request, today, asked.row["quotes"] - own)
    why = full or ("" if quote is None or rules.may_revise(quote) else _("Báo giá này đã có trả lời nên không sửa được nữa."))
    return Bench(
        request=asked.view(actor, terms, today), goods=goods,
        quote=await _view(session, actor, quote) if quote is not None and quote.state != QuoteState.DRAFT else None,
        kept=kept_words(quote) if quote is not None else {}, why_not=why,
        decide_by=rules.decide_by(tender.decide_by if tender else None, request.deadline, clock.now()),
        buyer_answers=answers[request.buyer_id].line if request.buyer_id in answers and _named(asked, actor) else "",
        may_withdraw=quote is not None and rules.may_withdraw(actor, quote, request, today),
    )  # fmt: skip


async def own_quote(session: AsyncSession, actor: Actor, quote_id: UUID) -> QuoteView:
    """One quote of the reader's own organisation, with every revision and what was taken of it."""
    quote = await session.get(Quote, quote_id)
    if quote is None or not rules.owns(actor, quote):
        raise NotFound(_("Không có báo giá này."))
    await open_if_due(session, quote.request_id)
    return await _view(session, actor, quote)


async def own_quotes(session: AsyncSession, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> QuoteList:
    """Every quote of the reader's own organisation, the most urgent first."""
    if not rules.may_keep_quotes(actor):
        raise NotAllowed(_("Bàn báo giá dành cho nhà cung cấp."))
    at: tuple[int, int] | None = None
    after: UUID | None = None
    if cursor:
        at, after = cursors.place(cursor, _place)
    limit = min(max(limit, 1), 100)
    place, days = at or (None, None)
    where = {"place": place, "days": days, "after": after, "limit": limit + 1}
    rows = (await session.execute(_OWN, {"own": actor.organisation_id, "today": clock.today(), **where})).all()
    shown = rows[:limit]
    items = await _views(session, actor, [row[0] for row in shown])
    last = shown[-1] if len(rows) > limit else None
    return QuoteList(items, cursors.sealed([[last[1], last[2]], last[0].hex]) if last else None)


async def may_quote_on(session: AsyncSession, actor: Actor | None, asked: Stored) -> bool:
    """Whether the page of a request should lead this reader to where she quotes."""
    if actor is None or not rules.may_quote(actor, asked.organisation_id):
        return False
    try:
        await quoter_of(session, actor, asked)
    except Refused:
        return False
    return requests.answerable(asked, clock.today(), asked.row["quotes"])


async def _view(session: AsyncSession, actor: Actor, quote: Quote) -> QuoteView:
    (view,) = await _views(session, actor, [quote.id], with_all=True)
    return view


_ROWS = (
    select(Quote, SourcingRequest, QuoteRevision, Tender)
    .join(SourcingRequest, SourcingRequest.id == Quote.request_id)
    .outerjoin(QuoteRevision, (QuoteRevision.quote_id == Quote.id) & (QuoteRevision.number == Quote.revision))
    .outerjoin(Tender, Tender.request_id == Quote.request_id)
)
_ASKED = text(
    "SELECT m.request_id, m.year, m.month, m.kg FROM matching_request_month m WHERE m.request_id = ANY(:ids)"
    " ORDER BY m.year, m.month"
)


async def _views(session: AsyncSession, actor: Actor, ids: list[UUID], *, with_all: bool = False) -> list[QuoteView]:
    if not ids:
        return []
    found = {row[0].id: row for row in (await session.execute(_ROWS.where(Quote.id.in_(ids)))).all()}
    drafts = {
        quote.id: own_words(quote, revision) for quote, _request, revision, _tender in found.values() if revision is not None
    }
    names = await names_of(session, [line.product_id for draft in drafts.values() if draft for line in draft.lines])
    asked: dict[UUID, dict[date, Decimal]] = {}
    for request_id, year, month, kg in await session.execute(_ASKED, {"ids": [row[1].id for row in found.values()]}):
        asked.setdefault(request_id, {})[date(year, month, 1)] = kg
    today = clock.today()
    views = []
    for quote, request, _revision, tender in (found[each] for each in ids):
        draft = drafts.get(quote.id)
        terms = conditions_of(draft) if draft else None
        views.append(
            QuoteView(
                id=quote.id, code=request.code, request_title=request.title, supplier_id=quote.supplier_id, supplier_slug="",
                supplier_name=actor.organisation_name, pool_id=quote.pool_id, state=quote.state, revision=quote.revision,
                sent_at=quote.sent_at, ended_why=quote.ended_why, sealed=quote.sealed_until is not None, terms=draft,
                lines=[
                    LineView(
                        line.product_id, *names.get(line.product_id, ("", "")), line.month, line.kg, line.price_vnd_per_kg,
                        landed(line.price_vnd_per_kg, terms),
                    )
                    for line in draft.lines
                ] if draft and terms else [],
                asked=asked.get(request.id, {}),
                awards=await awards_of_quote(session, actor, quote.id) if with_all else [],
                revisions=await revisions_of(session, quote, own=True) if with_all else [],
                due=_due(quote, request, tender), takes_answers=requests.answerable(request, today),
                over=bool(draft and quote.state == QuoteState.SENT and draft.valid_until < today),
            )
        )  # fmt: skip
    return views


def _named(asked: Stored, actor: Actor) -> bool:
    """Whether the buyer has a name for this reader: how it answers would say who it is."""
    return requests.may_see_buyer(actor, asked, asked.organisation_id)


def _due(quote: Quote, request: SourcingRequest, tender: Tender | None) -> date | None:
    """The day that matters next: until when its supplier may still send it, or by when the buyer answers."""
    if quote.state in (QuoteState.DRAFT, QuoteState.WITHDRAWN):
        return request.deadline
    if quote.state == QuoteState.SENT:
        return rules.decide_by(tender.decide_by if tender else None, request.deadline, tender.last_at if tender else None)
    return None


def _goods(row: OfferRow, free: Mapping[date, Decimal | None], months: Mapping[date, Decimal]) -> GoodsView:
    total = float(sum((min(kg, free.get(day) or Decimal(0)) for day, kg in months.items()), Decimal(0)))
    tiers = [price for least, price in zip(row.tier_from, row.tier_price, strict=True) if least <= max(total, 1)]
    price = min(tiers, default=None) or (row.tier_price[0] if row.tier_price else row.retail_per_kg)
    return GoodsView(row.id, row.slug, row.name, free, price, row.packs_g, row.lead_days)


def _gives(goods: GoodsView, months: Mapping[date, Decimal]) -> Decimal:
    return sum((min(kg, goods.free.get(day) or Decimal(0)) for day, kg in months.items()), Decimal(0))


def _place(told: Any) -> tuple[int, int]:
    place, days = told
    if not (isinstance(place, int) and isinstance(days, int) and abs(place) < 10 and abs(days) < 10**7):
        raise ValueError(told)
    return place, days
