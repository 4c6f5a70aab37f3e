"""Quotes, awards and what became of them for programs: a supplier's own quotes, a buyer's comparison and choice.

What is sealed is in no answer but its own supplier's before the last day is over, exactly as on the pages.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, ValidationError

from service import catalogue, matching
from service.core.db import new_id
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed
from service.web.pages.forms import words_for_all

router = APIRouter(tags=["quotes"])
SCOPE = "requests"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
InputT = TypeVar("InputT", bound=BaseModel)
Kg = Annotated[Decimal, Field(max_digits=40, description="Kilograms, down to the gram.")]
MOST_KINDS = 50  # So many products in one quote.


class LineOut(Out):
    """One line of a quote: `delivered_vnd_per_kg` is what a kilogram costs the buyer, delivered and paid."""

    product: str = Field(description="The slug of the product.")
    year: int
    month: int
    kg: float
    price_vnd_per_kg: int
    discount_vnd_per_kg: int
    freight_vnd_per_kg: int
    credit_vnd_per_kg: int
    deposit_vnd_per_kg: int
    delivered_vnd_per_kg: int
    awarded_kg: float
    best: bool = Field(description="No other open quote offers this month for less.")
    wished_kg: float = Field(description="What the split that fills most for least would take of it.")


class TierOut(Out):
    """Whoever takes so much in all pays so much less for each kilogram."""

    from_kg: float
    less_vnd_per_kg: int


class TermsOut(Out):
    """The terms of a quote."""

    pack_net_g: int | None
    lead_days: int | None
    delivered: bool
    freight_vnd_per_kg: int | None
    credit_days: int | None
    deposit_percent: float
    discount_percent: float
    valid_until: date
    sample: bool
    note: str | None
    tiers: list[TierOut]


class QuoteOut(Out):
    """One quote."""

    id: UUID
    request: str
    supplier: str | None = Field(description="The slug of the supplier; null in the supplier's own list.")
    pooled: bool
    state: str = Field(description="draft, sent, withdrawn, awarded, lost or expired.")
    revision: int
    sent_at: datetime | None
    sealed: bool
    ended_why: str | None
    terms: TermsOut | None = Field(description="Null for a draft.")
    lines: list[LineOut]
    lacks: list[str]


class QuotesOut(Out):
    """A page of the caller's own quotes, the most urgent first."""

    items: list[QuoteOut]
    next: str | None


class ComparisonOut(Out):
    """The quotes on a request side by side; while they are sealed only their number."""

    request: str
    version: int
    quotes: int
    sealed: bool
    opens_at: datetime | None
    opened_at: datetime | None
    decide_by: date | None
    silent: bool
    rate: float = Field(description="The cost of money in per cent a year with which credit and deposits are reckoned.")
    assumptions: list[str]
    items: list[QuoteOut]
    next: int | None


class AwardLineOut(Out):
    """One line of an award."""

    product: str
    year: int
    month: int
    kg: float
    price_vnd_per_kg: int


class AwardOut(Out):
    """What was taken of a quote, with the terms as they were then."""

    id: UUID
    request: str
    quote_id: UUID
    supplier: str
    buyer: str
    state: str = Field(description="standing or undone.")
    revision: int
    awarded_at: datetime
    undone_at: datetime | None
    undo_reason: str | None
    terms: TermsOut
    lines: list[AwardLineOut]


class AwardsOut(Out):
    """The awards of one act of choosing."""

    items: list[AwardOut]


class Page(Parameters):
    """Where to go on, and how many at once."""

    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=20, ge=1, le=100)


class Comparing(Parameters):
    """How the quotes are compared, and where to go on."""

    rate: float = Field(default=float(matching.quotes.RATE), ge=0, le=float(matching.quotes.HIGHEST_RATE))
    order: str = Field(default="cost", pattern="^(cost|covers|sent|name)$")
    start: int = Field(default=0, ge=0, le=10_000)


class LineIn(Parameters):
    """One line that is offered."""

    product: str = Field(max_length=300, description="The slug of one of the supplier's own products.")
    year: int = Field(ge=2000, le=2100)
    month: int = Field(ge=1, le=12)
    kg: Kg
    price_vnd_per_kg: int = Field(ge=1, le=100_000_000)


class TierIn(Parameters):
    """A reduction by quantity."""

    from_kg: Kg
    less_vnd_per_kg: int = Field(ge=1, le=100_000_000)


class QuoteIn(Parameters):
    """A whole quote. The same `key` again changes nothing."""

    lines: list[LineIn] = Field(min_length=1, max_length=600)
    tiers: list[TierIn] = Field(default=[], max_length=5)
    pack_net_g: int | None = Field(default=None, ge=1, le=1_000_000)
    lead_days: int | None = Field(default=None, ge=0, le=365)
    delivered: bool = True
    freight_vnd_per_kg: int | None = Field(default=None, ge=0, le=100_000_000)
    credit_days: int | None = Field(default=None, ge=0, le=365)
    deposit_percent: Decimal = Field(default=Decimal(0), ge=0, le=100)
    discount_percent: Decimal = Field(default=Decimal(0), ge=0, le=100)
    valid_until: date
    sample: bool = False
    note: str | None = Field(default=None, max_length=1000)
    key: UUID | None = None
    request_version: int | None = Field(default=None, ge=1, le=2**31 - 1, description="The version that was read.")


class DayIn(Parameters):
    """The day by which the buyer decides."""

    decide_by: date


class PartIn(Parameters):
    """What is taken of one line."""

    quote_id: UUID
    product: str = Field(max_length=300)
    year: int = Field(ge=2000, le=2100)
    month: int = Field(ge=1, le=12)
    kg: Kg
    revision: int | None = Field(default=None, ge=1, le=2**31 - 1, description="The revision of the quote that was read.")


class AwardIn(Parameters):
    """What is taken of the quotes on a request. The same `key` again awards once."""

    parts: list[PartIn] = Field(default=[], max_length=600)
    version: int = Field(ge=1, le=2**31 - 1, description="The version of the request that was read.")
    key: UUID
    close: bool = False
    reason_for_losers: str = Field(default="", max_length=500)


class UndoIn(Parameters):
    """Why an award is taken back."""

    reason: str = Field(max_length=500)


@router.get("/quotes", responses=READS)
async def own_quotes(me: Signed, session: Session, asked: Annotated[Page, Query()]) -> QuotesOut:
    """The quotes of the caller's organisation, the most urgent first."""
    found = await matching.quotes.own_quotes(session, me, asked.cursor, asked.limit)
    return QuotesOut(items=[_quote(each, own=True) for each in found.items], next=found.next)


@router.get("/quotes/{quote_id}", responses=READS)
async def own_quote(quote_id: UUID, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> QuoteOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One of them."""
    return _quote(await matching.quotes.own_quote(session, me, quote_id), own=True)


@router.put("/requests/{code}/quote", responses=WRITES | problems.described(429))
async def send(code: str, me: Acting, session: Session, body: QuoteIn) -> QuoteOut:
    """Answer a request, or revise the answer."""
    products = await _products(session, {each.product for each in body.lines})
    lines = [
        {"product_id": products[each.product], "month": date(each.year, each.month, 1), "kg": each.kg,
         "price_vnd_per_kg": each.price_vnd_per_kg}
        for each in body.lines
    ]  # fmt: skip
    said = body.model_dump(exclude={"lines", "key", "request_version"})
    draft = _checked(matching.quotes.QuoteDraft, {**said, "lines": lines})
    sent = await matching.quotes.send(
        session, me, code, draft, key=body.key or new_id(), read_version=body.request_version
    )  # fmt: skip
    return _quote(await matching.quotes.own_quote(session, me, sent.id), own=True)


@router.delete("/requests/{code}/quote", responses=WRITES)
async def withdraw(code: str, me: Acting, session: Session) -> QuoteOut:
    """Take the quote back while answers are taken."""
    gone = await matching.quotes.withdraw(session, me, code)
    return _quote(await matching.quotes.own_quote(session, me, gone.id), own=True)


@router.get("/requests/{code}/quotes", responses=READS)
async def compare(code: str, me: Signed, session: Session, asked: Annotated[Comparing, Query()]) -> ComparisonOut:
    """The quotes on a request of the caller's own organisation, side by side."""
    rate = Decimal(str(asked.rate))
    found = await matching.quotes.compare(session, me, code, rate=rate, order=asked.order, offset=asked.start)
    return ComparisonOut(
        request=found.request.code, version=found.version, quotes=found.count, sealed=found.sealed, opens_at=found.opens_at,
        opened_at=found.opened_at, decide_by=found.decide_by, silent=found.silent, rate=float(found.rate),
        assumptions=found.assumptions, items=[_quote(each) for each in found.quotes], next=found.next,
    )  # fmt: skip


@router.put("/requests/{code}/decision", responses=WRITES)
async def move_decision(code: str, me: Acting, session: Session, body: DayIn) -> ComparisonOut:
    """Name the day by which the buyer decides."""
    await matching.quotes.move_decision(session, me, code, body.decide_by)
    return await compare(code, me, session, Comparing())


@router.post("/requests/{code}/awards", status_code=201, responses=WRITES)
async def choose(code: str, me: Acting, session: Session, body: AwardIn) -> AwardsOut:
    """Take kilograms of quotes: all of it, or nothing with the reason."""
    products = await _products(session, {each.product for each in body.parts})
    parts = [
        _checked(
            matching.quotes.Part,
            {"quote_id": each.quote_id, "product_id": products[each.product], "month": date(each.year, each.month, 1),
             "kg": each.kg, "revision": each.revision},
        )
        for each in body.parts
    ]  # fmt: skip
    made = await matching.quotes.award(
        session, me, code, parts, version=body.version, key=body.key, close=body.close,
        reason_for_losers=body.reason_for_losers,
    )  # fmt: skip
    return AwardsOut(items=[_award(await matching.quotes.award_page(session, me, each.id)) for each in made])


@router.get("/awards/{award_id}", responses=READS)
async def award(award_id: UUID, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> AwardOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One award, for both of its sides."""
    return _award(await matching.quotes.award_page(session, me, award_id))


@router.post("/awards/{award_id}/undo", responses=WRITES)
async def undo(award_id: UUID, me: Acting, session: Session, body: UndoIn) -> AwardOut:
    """Take an award back before anything was delivered."""
    await matching.quotes.undo_award(session, me, award_id, _checked(matching.quotes.Undoing, body.model_dump()))
    return _award(await matching.quotes.award_page(session, me, award_id))


async def _products(session: Session, slugs: set[str]) -> dict[str, UUID]:
    """The products by their slugs; an unknown one is said by its field."""
    if len(slugs) > MOST_KINDS:
        message = _("Nhiều nhất %(n)s sản phẩm trong một báo giá.", n=MOST_KINDS)
        raise Invalid(message, {"lines": message})
    found: dict[str, UUID] = {}
    for slug in sorted(slugs):
        product_id = await catalogue.shown_product(session, slug)
        if product_id is None:
            message = _("Không có sản phẩm này, hoặc sản phẩm chưa được đăng.")
            raise Invalid(message, {"product": message})
        found[slug] = product_id
    return found


def _terms(draft: matching.quotes.QuoteDraft) -> TermsOut:
    said = {name: getattr(draft, name) for name in TermsOut.model_fields if name != "tiers"}
    tiers = [TierOut(from_kg=float(each.from_kg), less_vnd_per_kg=each.less_vnd_per_kg) for each in draft.tiers]
    return TermsOut(**said, tiers=tiers)


def _quote(view: matching.quotes.QuoteView, *, own: bool = False) -> QuoteOut:
    return QuoteOut(
        id=view.id, request=view.code, supplier=None if own else view.supplier_slug, pooled=view.pool_id is not None,
        state=view.state, revision=view.revision, sent_at=view.sent_at, sealed=view.sealed, ended_why=view.ended_why,
        terms=_terms(view.terms) if view.terms else None, lacks=list(view.lacks),
        lines=[
            LineOut(
                product=each.product_slug, year=each.month.year, month=each.month.month, kg=float(each.kg),
                price_vnd_per_kg=each.price, discount_vnd_per_kg=each.landed.discount, freight_vnd_per_kg=each.landed.freight,
                credit_vnd_per_kg=each.landed.credit, deposit_vnd_per_kg=each.landed.deposit,
                delivered_vnd_per_kg=each.landed.total, awarded_kg=float(each.taken), best=each.best,
                wished_kg=float(each.wished),
            )
            for each in view.lines
        ],
    )  # fmt: skip


def _award(view: matching.quotes.AwardView) -> AwardOut:
    return AwardOut(
        id=view.id, request=view.code, quote_id=view.quote_id, supplier=view.supplier_slug, buyer=view.buyer_name,
        state=view.state, revision=view.revision, awarded_at=view.awarded_at, undone_at=view.undone_at,
        undo_reason=view.undo_reason, terms=_terms(view.terms),
        lines=[
            AwardLineOut(
                product=each.product_slug, year=each.month.year, month=each.month.month, kg=float(each.kg),
                price_vnd_per_kg=each.price,
            )
            for each in view.lines
        ],
    )  # fmt: skip


def _checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error
