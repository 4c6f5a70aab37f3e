"""Pooled lots for programs: a buyer's lots with their plans, and a supplier's shares."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, ValidationError

from service import matching
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed
from service.web.pages.forms import words_for_all

SCOPE = "requests"
InputT = TypeVar("InputT", bound=BaseModel)
router = APIRouter(tags=["pooling"])
READS = problems.described(401, 403)
WRITES = problems.described(401, 403, 409)
KG = Annotated[int | None, Field(ge=0, le=10_000_000)]


class MonthOut(Out):
    """One month of a lot."""

    month: date
    asked: int
    covered: int
    missing: int


class StandInOut(Out):
    """Who could take over."""

    name: str
    kg: int
    all_of_it: bool
    extra_cost: int


class PartOut(Out):
    """One supplier's part of a plan."""

    product_id: UUID
    product: str
    product_slug: str
    supplier: str
    supplier_slug: str
    place: str
    stars: int
    illustrative: bool
    kg: list[int] = Field(description="By month, in the order of the plan's months.")
    free_kg: list[int]
    price: int = Field(description="đ/kg at the supplier's.")
    freight: int = Field(description="đ/kg to the delivery point, an estimate.")
    landed: int
    least_share_kg: int
    multiple_kg: int
    lead: bool
    pinned: bool
    required: bool
    unknowns: list[str]
    stand_ins: list[StandInOut]


class RemedyOut(Out):
    """A change that fills what is missing, shown by solving the changed lot."""

    words: str
    gained_kg: int
    short_kg: int
    extra_cost: int
    joining: list[str]
    proven: bool
    fields: dict[str, str] = Field(description="What to change in the settings of the lot.")
    request_fields: dict[str, str] = Field(description="What to change in the request itself.")


class OutOut(Out):
    """Who is kept out, and by which rule."""

    product: str
    product_slug: str
    supplier: str
    rule: str


class PlanOut(Out):
    """A plan with all that explains it."""

    status: str = Field(description="optimal, feasible or stopped.")
    proof: str
    by_hand: bool
    reused: bool
    seconds: float
    cost: int = Field(description="đ: kilograms by price and freight.")
    bound: int | None = Field(description="What every plan that fills as much costs at least.")
    gap: float
    asked_kg: int
    covered_kg: int
    missing_kg: int
    landed: int | None
    goods: int | None
    road: int | None
    ceiling: int | None
    most_suppliers: int | None
    mark: str | None
    months: list[MonthOut]
    parts: list[PartOut]
    limits: list[str]
    remedies: list[RemedyOut]
    out: list[OutOut]
    others: int
    freight: list[str]


class ShareOut(Out):
    """One supplier's share of a lot that was sent."""

    id: UUID
    product_id: UUID
    product: str
    supplier: str
    supplier_slug: str
    lead: bool
    state: matching.pooling.ShareState
    kg: dict[date, int]
    price: int
    answer_by: date
    answered_at: datetime | None
    reason: str | None
    stands_in_for: str | None


class PoolLineOut(Out):
    """A lot in the list of a request's lots."""

    id: UUID
    state: matching.pooling.PoolState
    created_at: datetime
    by_hand: bool
    suppliers: int
    covered_kg: int
    asked_kg: int
    version: int


class PoolsOut(Out):
    """Every lot of a request, the newest first."""

    items: list[PoolLineOut]


class PoolOut(Out):
    """A lot as its buyer reads it."""

    id: UUID
    request: str
    state: matching.pooling.PoolState
    version: int
    created_at: datetime
    settings: dict[str, Any]
    progress: dict[str, Any]
    stale: bool = Field(description="The request or the market has moved on since: ask again.")
    answer_by: date | None
    note: str | None
    reason: str | None
    quoted_at: datetime | None
    plan: PlanOut | None
    shares: list[ShareOut]
    broken: list[str]


class OwnShareOut(Out):
    """A supplier's own share; prices of others are no part of it."""

    id: UUID
    code: str
    title: str
    buyer: str | None
    product: str
    lead: bool
    state: matching.pooling.ShareState
    answer_by: date
    answered_at: datetime | None
    pool_state: matching.pooling.PoolState
    kg: dict[date, int]


class OwnSharesOut(Out):
    """A page of a supplier's shares, the newest first."""

    items: list[OwnShareOut]
    next: str | None


class AskIn(Parameters):
    """How a lot may be put together; what is left out is not limited."""

    key: UUID | None = Field(default=None, description="Your own name for this question; the same again asks once.")
    most_suppliers: int | None = Field(default=10, ge=1, le=50)
    least_share_kg: KG = None
    gather_at: str | None = Field(default=None, max_length=20, description="Code of the commune where goods are gathered.")
    ceiling_vnd_per_kg: int | None = Field(
        default=None, ge=1, le=100_000_000, description="At the delivery point, freight too."
    )
    min_stars: int | None = Field(default=None, ge=0, le=5, description="Fewer stars than the request asks; 0: none.")
    without: list[Annotated[str, Field(max_length=20)]] = Field(default=[], max_length=30)
    unverified_too: bool = False
    required: list[UUID] = Field(default=[], max_length=200, description="Ids of products.")
    excluded: list[UUID] = Field(default=[], max_length=200)
    pinned: dict[UUID, Annotated[list[KG], Field(max_length=12)]] = Field(default={}, max_length=200)


class HandShareIn(Parameters):
    """What one product is to deliver, by month in the order of the plan's months."""

    product_id: UUID
    kg: list[KG] = Field(max_length=12)


class HandIn(Parameters):
    """A plan set by hand."""

    key: UUID | None = None
    shares: list[HandShareIn] = Field(min_length=1, max_length=60)


class SendIn(Parameters):
    """Until when suppliers are asked to answer."""

    answer_by: date
    note: str | None = Field(default=None, max_length=2000)
    version: int = Field(ge=1, le=2**31 - 1)


class EndIn(Parameters):
    """Why a lot is let go."""

    reason: str = Field(min_length=1, max_length=500)
    version: int = Field(ge=1, le=2**31 - 1)


class VersionIn(Parameters):
    """The version that was read."""

    version: int = Field(ge=1, le=2**31 - 1)


class AnswerIn(Parameters):
    """A supplier's word on its share."""

    answer: Literal["accept", "decline"]
    reason: str | None = Field(default=None, max_length=500)


class QuoteIn(Parameters):
    """The common price of a kilogram of the lot, and the terms."""

    key: UUID = Field(description="Your own name for this sending; the same again is one quote.")
    price_vnd_per_kg: int = Field(ge=1, le=100_000_000)
    valid_until: date
    delivered: bool = True
    freight_vnd_per_kg: int | None = Field(default=None, ge=0, le=100_000_000)
    lead_days: int | None = Field(default=None, ge=0, le=365)
    credit_days: int | None = Field(default=None, ge=0, le=365)
    deposit_percent: float = Field(default=0, ge=0, le=100)
    note: str | None = Field(default=None, max_length=1000)


class QuoteRef(Out):
    """A quote that was sent."""

    id: UUID
    revision: int


class Cursor(Parameters):
    """Where to go on."""

    cursor: str | None = Field(default=None, max_length=200)


@router.get("/requests/{code}/pools", responses=READS)
async def pools(code: str, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> PoolsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """Every lot that was asked for, the newest first; for the request's own buyer."""
    _request, found = await matching.pooling.pools_of(session, me, code)
    return PoolsOut(items=[PoolLineOut.model_validate(each) for each in found])


@router.post("/requests/{code}/pools", status_code=202, responses=WRITES)
async def ask_pool(code: str, me: Acting, session: Session, body: AskIn) -> PoolOut:
    """Have the best lot looked for; read it again until its state is found or failed."""
    wish = _checked(matching.pooling.PoolWish, body.model_dump(mode="json", exclude={"key"}))
    asked = await matching.pooling.ask_pool(session, me, code, wish, key=body.key)
    return _pool(await matching.pooling.pool_page(session, me, asked.id))


@router.get("/pools/{pool_id}", responses=READS)
async def pool(pool_id: UUID, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> PoolOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One lot with its plan and the answers of its suppliers."""
    return _pool(await matching.pooling.pool_page(session, me, pool_id))


@router.post("/pools/{pool_id}/by-hand", status_code=201, responses=WRITES)
async def keep_by_hand(pool_id: UUID, me: Acting, session: Session, body: HandIn) -> PoolOut:
    """Keep a plan set by hand as a lot of its own; every rule that it breaks is told by product and month."""
    shares = {each.product_id: tuple(each.kg) for each in body.shares}
    judged = await matching.pooling.judge_by_hand(session, me, pool_id, shares)
    if judged.broken:
        wrong = {
            ".".join(str(part) for part in (each.supplier or "plan", each.month) if part is not None): words
            for each in judged.broken
            for words in [matching.pooling.broken_words(judged.frozen, each)]
        }
        raise Invalid(_("Phương án tự chia còn phá quy tắc; xem từng mục trong “errors”."), wrong)
    kept = await matching.pooling.keep_by_hand(session, me, pool_id, shares, key=body.key)
    return _pool(await matching.pooling.pool_page(session, me, kept.id))


@router.post("/pools/{pool_id}/cancel", responses=WRITES)
async def cancel_pool(pool_id: UUID, me: Acting, session: Session) -> PoolOut:
    """Stop looking."""
    await matching.pooling.cancel_pool(session, me, pool_id)
    return _pool(await matching.pooling.pool_page(session, me, pool_id))


@router.post("/pools/{pool_id}/send", responses=WRITES)
async def send_pool(pool_id: UUID, me: Acting, session: Session, body: SendIn) -> PoolOut:
    """Ask every supplier of the lot for its share."""
    sending = _checked(matching.pooling.PoolSending, body.model_dump())
    await matching.pooling.send_pool(session, me, pool_id, sending)
    return _pool(await matching.pooling.pool_page(session, me, pool_id))


@router.post("/pools/{pool_id}/settle", responses=WRITES)
async def settle_pool(pool_id: UUID, me: Acting, session: Session, body: VersionIn) -> PoolOut:
    """Go on with those who have accepted."""
    await matching.pooling.settle_pool(session, me, pool_id, body.version)
    return _pool(await matching.pooling.pool_page(session, me, pool_id))


@router.post("/pools/{pool_id}/dissolve", responses=WRITES)
async def dissolve_pool(pool_id: UUID, me: Acting, session: Session, body: EndIn) -> PoolOut:
    """Let the lot go, and with it what its suppliers hold."""
    end = _checked(matching.pooling.PoolEnd, body.model_dump())
    await matching.pooling.dissolve_pool(session, me, pool_id, end)
    return _pool(await matching.pooling.pool_page(session, me, pool_id))


@router.get("/pool-shares", responses=READS)
async def shares(me: Signed, session: Session, asked: Annotated[Cursor, Query()]) -> OwnSharesOut:
    """The shares that the caller's own organisation was asked for, the newest first."""
    return OwnSharesOut.model_validate(await matching.pooling.shares_for_supplier(session, me, asked.cursor))


@router.post("/pool-shares/{share_id}/answer", responses=WRITES)
async def answer_share(share_id: UUID, me: Acting, session: Session, body: AnswerIn) -> OwnShareOut:
    """Accept a share, which holds its kilograms, or decline it and say why."""
    word = _checked(matching.pooling.ShareAnswer, {"accept": body.answer == "accept", "reason": body.reason})
    await matching.pooling.answer_share(session, me, share_id, word)
    return OwnShareOut.model_validate((await matching.pooling.share_page(session, me, share_id)).share)


@router.post("/pool-shares/{share_id}/quote", responses=WRITES)
async def quote_pool(share_id: UUID, me: Acting, session: Session, body: QuoteIn) -> QuoteRef:
    """Send, or revise, one quote for the whole lot; for the lead, when everyone has accepted."""
    said = _checked(matching.pooling.PoolQuote, body.model_dump(exclude={"key"}))
    quote = await matching.pooling.quote_pool(session, me, share_id, said, key=body.key)
    return QuoteRef.model_validate(quote)


def _pool(found: matching.pooling.PoolPage) -> PoolOut:
    return PoolOut(
        id=found.id, request=found.request.code, state=matching.pooling.PoolState(found.state), version=found.version,
        created_at=found.created_at, settings=dict(found.settings), progress=dict(found.progress), stale=found.stale,
        answer_by=found.answer_by, note=found.note, reason=found.why or None, quoted_at=found.quoted_at,
        plan=PlanOut.model_validate(found.plan) if found.plan else None,
        shares=[ShareOut.model_validate(each) for each in found.shares], broken=list(found.broken),
    )  # fmt: skip


def _checked(model: type[InputT], values: dict[str, Any]) -> InputT:
    """The values as the input that a form gives as well; what is wrong is told by field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error
