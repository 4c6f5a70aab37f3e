"""Reads of quotes and awards, each for one reader: what is not hers to know is left out before anything is read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor, Role
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching import rules as requests
from service.matching.candidates import judged
from service.matching.models import SourcingRequest
from service.matching.queries import Stored, stored
from service.matching.quotes import rules
from service.matching.quotes.awards import awarded_by_month
from service.matching.quotes.comparing import RATE, Choice, best_split, cheapest, landed
from service.matching.quotes.lacking import lacks
from service.matching.quotes.models import AwardState, Quote, QuoteRevision, QuoteState, Tender
from service.matching.quotes.sealing import draft_of, open_if_due, own_words
from service.matching.quotes.views import AwardLineView, AwardView, Comparison, LineView, QuoteView, RevisionView
from service.matching.quotes.words import changes, conditions_of
from service.matching.ranking import Match, Weights

ORDERS: dict[str, Callable[[QuoteView], Any]] = {
    "cost": lambda each: each.mean or 0,
    "covers": lambda each: (-each.covers, each.mean or 0),
    "sent": lambda each: each.sent_at,
    "name": lambda each: each.supplier_name,
}
LINES_SHOWN = 120  # So many lines of quotes on one page of the comparison; a lot of many suppliers may fill one alone.

_QUOTES = text(
    """
SELECT q.id, q.supplier_id, q.organisation_id, q.pool_id, q.state, q.revision, q.sent_at, q.ended_why, q.valid_until,
       q.sealed_until, q.request_id, s.slug AS supplier_slug, s.name AS supplier_name, v.content, v.request_version,
       EXISTS (SELECT 1 FROM matching_request_version w WHERE w.request_id = q.request_id AND w.number > v.request_version)
         AS changed_since
  FROM matching_quote q
  JOIN catalogue_supplier s ON s.id = q.supplier_id
  LEFT JOIN matching_quote_revision v ON v.quote_id = q.id AND v.number = q.revision
 WHERE q.request_id = :request AND q.state IN ('sent', 'awarded', 'lost', 'expired')
 ORDER BY q.sent_at, q.id
"""
)
_GOODS = text("SELECT p.id, p.slug, p.name FROM catalogue_product p WHERE p.id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_AWARDS = """
SELECT a.id, a.quote_id, a.state, a.revision, a.terms, a.awarded_at, a.undone_at, a.undo_reason, r.code, r.title,
       s.name AS supplier_name, s.slug AS supplier_slug, s.organisation_id AS seller, b.name AS buyer_name,
       b.organisation_id AS buyer, l.lines
  FROM matching_award a
  JOIN matching_request r ON r.id = a.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = a.supplier_id
 CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_array(p.slug, p.name, make_date(l.year, l.month, 1), l.kg::text, l.price_vnd_per_kg)
                        ORDER BY l.year, l.month, p.name) AS lines
         FROM matching_award_line l JOIN catalogue_product p ON p.id = l.product_id WHERE l.award_id = a.id) l
"""
_AWARDS_OF_REQUEST = text(f"{_AWARDS} WHERE a.request_id = :request ORDER BY a.awarded_at DESC, a.id DESC")
_AWARDS_OF_QUOTE = text(f"{_AWARDS} WHERE a.quote_id = :quote ORDER BY a.awarded_at DESC, a.id DESC")
_AWARD = text(f"{_AWARDS} WHERE a.id = :award")


async def compare(
    session: AsyncSession, actor: Actor, code: str, *, rate: Decimal = RATE, order: str = "cost", offset: int = 0,
    most_lines: int = LINES_SHOWN,
) -> Comparison:  # fmt: skip
    """The quotes on a request side by side, the cheapest delivered first or in another order of `ORDERS`; only its buyer's
    people read this.

    Sealed quotes whose day is over are opened first, here and now. The statements are the same for one quote as for many.
    """
    asked = await buyers_request(session, actor, code)
    today, request_id = clock.today(), asked.row["id"]
    await open_if_due(session, request_id)
    request = (await session.execute(select(SourcingRequest).where(SourcingRequest.id == request_id))).scalar_one()
    tender = await session.get(Tender, request_id, populate_existing=True)
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    view, months = asked.view(actor, goods, today), list(zip(asked.row["months"], asked.row["kg"], strict=True))
    closed = rules.sealed_now(request, today)
    rows = [] if closed else list((await session.execute(_QUOTES, {"request": request_id})).mappings())
    readable = [row for row in rows if row["content"] is not None]
    sent = (*rules.HOLDS, QuoteState.LOST, QuoteState.EXPIRED)
    held = select(func.count()).where(Quote.request_id == request_id, Quote.state.in_(sent))
    awards = await _awards(session, actor, _AWARDS_OF_REQUEST, request=request_id)
    quotes = await _quotes(session, actor, asked, readable, awards, rate, dict(months))
    # What can be taken no more stands last, in every order.
    quotes.sort(key=lambda each: (not each.open, ORDERS.get(order, ORDERS["cost"])(each), str(each.id)))
    shown, after = _page(quotes, offset, most_lines)
    by = rules.decide_by(tender.decide_by if tender else None, request.deadline, tender.last_at if tender else None)
    return Comparison(
        request=view, version=request.version, count=int(await session.scalar(held) or 0), sealed=closed,
        opens_at=rules.opens_at(request.deadline) if request.sealed and request.deadline else None,
        opened_at=tender.opened_at if tender else None, unreadable=len(rows) - len(readable),
        decide_by=by, decided=bool(tender and tender.decided_at),
        silent=bool(tender and not tender.decided_at and by is not None and by < today), rate=rate, quotes=shown, months=months,
        awarded=await awarded_by_month(session, request_id), awards=awards,
        may_award=rules.may_award(actor, request, asked.organisation_id),
        why_no_award=rules.why_no_award(request, request.close_reason, today), next=after,
    )  # fmt: skip


async def buyers_request(session: AsyncSession, actor: Actor, code: str) -> Stored:
    """A request of the reader's own organisation; for others it is not there, or not theirs."""
    asked = await stored(session, code, actor)
    if not requests.may_see(actor, asked, asked.organisation_id, invited=asked.invited):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    if not rules.may_compare(actor, asked.organisation_id):
        raise NotAllowed(_("Chỉ người mua đăng yêu cầu này mới xem được các báo giá."))
    return asked


async def award_page(session: AsyncSession, actor: Actor, award_id: UUID) -> AwardView:
    """One award with its frozen terms, for the two sides of it and for nobody else."""
    found = await _awards(session, actor, _AWARD, award=award_id)
    if not found:
        raise NotFound(_("Không tìm thấy lần chọn này."))
    return found[0]


async def awards_of_quote(session: AsyncSession, actor: Actor, quote_id: UUID) -> list[AwardView]:
    """What was taken of one quote."""
    return await _awards(session, actor, _AWARDS_OF_QUOTE, quote=quote_id)


async def revisions_of(session: AsyncSession, quote: Quote, *, own: bool) -> list[RevisionView]:
    """Every revision of a quote with what it changed, newest first; what was replaced behind a seal is its supplier's only."""
    found = (
        await session.scalars(select(QuoteRevision).where(QuoteRevision.quote_id == quote.id).order_by(QuoteRevision.number))
    ).all()
    told: list[RevisionView] = []
    before = None
    for each in found:
        says = own_words(quote, each) if own else (draft_of(each.content) if each.content is not None else None)
        told.append(RevisionView(each.number, each.at, changes(before, says) if says else [], readable=says is not None))
        before = says
    return told[::-1]


async def names_of(session: AsyncSession, product_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """The slug and the name of these products, published or not any more."""
    return {row[0]: (row[1], row[2]) for row in await session.execute(_GOODS, {"ids": list(set(product_ids))})}


async def _quotes(
    session: AsyncSession, actor: Actor, asked: Stored, rows: Sequence[RowMapping], awards: Sequence[AwardView], rate: Decimal,
    months: Mapping[date, Decimal],
) -> list[QuoteView]:  # fmt: skip
    today = clock.today()
    drafts = {row["id"]: draft_of(row["content"]) for row in rows}
    products = {line.product_id for draft in drafts.values() for line in draft.lines}
    names = await names_of(session, products)
    free = await catalogue.ledger.free(session, products, months) if products else {}
    matches = await _matches(session, actor, asked, products)
    taken: dict[tuple[UUID, str, date], Decimal] = {}
    for award in awards:
        for line in award.lines if award.stands else ():
            key = (award.quote_id, line.product_slug, line.month)
            taken[key] = taken.get(key, Decimal(0)) + line.kg
    quotes = []
    for row in rows:
        draft, terms = drafts[row["id"]], conditions_of(drafts[row["id"]])
        lines = [
            LineView(
                line.product_id, *names[line.product_id], line.month, line.kg, line.price_vnd_per_kg,
                landed(line.price_vnd_per_kg, terms, rate),
                taken=taken.get((row["id"], names[line.product_id][0], line.month), Decimal(0)),
            )
            for line in draft.lines
        ]  # fmt: skip
        over = row["state"] == QuoteState.SENT and draft.valid_until < today
        quotes.append(
            QuoteView(
                id=row["id"], code=asked.row["code"], request_title=asked.row["title"], supplier_id=row["supplier_id"],
                supplier_slug=row["supplier_slug"], supplier_name=row["supplier_name"], pool_id=row["pool_id"],
                state=row["state"], revision=row["revision"], sent_at=row["sent_at"], ended_why=row["ended_why"], sealed=False,
                terms=draft, lines=lines, asked=months, over=over, changed_since=row["changed_since"],
                lacks=lacks(asked, draft, [matches[each] for each in {one.product_id for one in lines} if each in matches]),
                awards=[each for each in awards if each.quote_id == row["id"]],
            )
        )  # fmt: skip
    return _marked(quotes, months, free)


def _marked(
    quotes: Sequence[QuoteView], months: Mapping[date, Decimal], free: Mapping[UUID, Mapping[date, Decimal | None]]
) -> list[QuoteView]:
    """The quotes with the cheapest of each month marked, and with what the best split would take of each line."""
    choices = [
        Choice(quote.id, line.product_id, line.month, line.left, line.landed.total)
        for quote in quotes if quote.open for line in quote.lines if line.left > 0
    ]  # fmt: skip
    best = cheapest(choices)
    left = dict(months)
    for quote in quotes:
        for line in quote.lines:
            left[line.month] = max(left.get(line.month, Decimal(0)) - line.taken, Decimal(0))
    lots = {quote.id for quote in quotes if quote.pool_id is not None}  # What a lot holds is its own, though it is not free.
    split = best_split(left, [each if each.quote_id in lots else _capped(each, free) for each in choices])
    return [
        replace(
            quote,
            lines=[
                replace(
                    line,
                    best=quote.open and line.left > 0 and best.get(line.month) == line.landed.total,
                    wished=split.get((quote.id, line.product_id, line.month), Decimal(0)),
                )
                for line in quote.lines
            ],
        )
        for quote in quotes
    ]


def _capped(choice: Choice, free: Mapping[UUID, Mapping[date, Decimal | None]]) -> Choice:
    kg = free.get(choice.product_id, {}).get(choice.month)
    return replace(choice, kg=min(choice.kg, max(kg, Decimal(0)))) if kg is not None else choice


async def _matches(session: AsyncSession, actor: Actor, asked: Stored, products: Iterable[UUID]) -> dict[UUID, Match]:
    rows = await catalogue.offers_named(session, products, reader=actor)
    terms = await catalogue.commodity_terms(session)
    found = judged(asked.in_terms(clock.today()), rows.values(), Weights(), terms)
    return {match.offer.id: match for match in found}


def _page(quotes: Sequence[QuoteView], offset: int, most: int) -> tuple[list[QuoteView], int | None]:
    """As many quotes from there as their lines fit on one page, at least one; and where the next page begins."""
    shown: list[QuoteView] = []
    lines = 0
    for quote in quotes[offset:]:
        if shown and lines + len(quote.lines) > most:
            return shown, offset + len(shown)
        shown.append(quote)
        lines += len(quote.lines)
    return shown, None


async def _awards(session: AsyncSession, actor: Actor, statement: Any, **what: UUID) -> list[AwardView]:
    found = (await session.execute(statement, what)).mappings().all()
    everybody = actor.role is Role.SYSTEM
    return [
        AwardView(
            id=row["id"], code=row["code"], title=row["title"], quote_id=row["quote_id"], supplier_name=row["supplier_name"],
            supplier_slug=row["supplier_slug"], buyer_name=row["buyer_name"], state=row["state"], revision=row["revision"],
            terms=draft_of(row["terms"]["quote"]), request_terms=row["terms"]["request"],
            lines=[
                AwardLineView(slug, name, date.fromisoformat(month), Decimal(kg), price)
                for slug, name, month, kg, price in row["lines"] or ()
            ],
            awarded_at=row["awarded_at"], undone_at=row["undone_at"], undo_reason=row["undo_reason"],
            mine=actor.organisation_id == row["buyer"],
        )
        for row in found
        if everybody
        or (actor.role is Role.BUYER and actor.organisation_id == row["buyer"])
        or (actor.role is Role.SUPPLIER and actor.organisation_id == row["seller"])
    ]  # fmt: skip


def standing(awards: Iterable[AwardView]) -> list[AwardView]:
    """Those that hold."""
    return [each for each in awards if each.state == AwardState.STANDING]
