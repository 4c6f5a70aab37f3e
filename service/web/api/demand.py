"""Buyers who put their needs together, for programs. No answer names a member that has not agreed to be named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, ValidationError

from service import matching
from service.accounts import Actor, Role
from service.core import places
from service.core.errors import Invalid, NotAllowed
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Session
from service.web.pages.forms import words_for

demand = matching.demand
router = APIRouter(tags=["demand"])
SCOPE = "requests"
WRITES = problems.described(401, 403, 404, 409)
MOST = 100


class MonthIn(Parameters):
    """So many kilograms in one month."""

    year: int = Field(ge=2000, le=2200)
    month: int = Field(ge=1, le=12)
    kg: Decimal = Field(gt=0, le=10_000_000)


class JointMonthOut(Out):
    """One month of an order: what has come together, what is missing, what a kilogram costs and the next step."""

    year: int
    month: int
    joined_kg: float
    missing_kg: float
    freight_vnd_per_kg: int | None
    price_vnd_per_kg: int | None = Field(description="The lowest bulk price reached that the caller may see.")
    next_step_more_kg: float | None = Field(description="So much more, and a kilogram gets cheaper; null where it does not.")
    next_step_saves_vnd_per_kg: int | None
    next_step_price_vnd_per_kg: int | None


class JointOrderOut(Out):
    """A joint order as everybody may see it."""

    code: str
    title: str
    commodity: str
    state: str = Field(description="open, confirming, confirmed, asked, failed or cancelled.")
    reason: str | None
    joinable: bool
    members: int
    joined_kg: float
    target_kg: float = Field(description="All months together.")
    target_kg_per_month: float
    target_kind: str = Field(description="lorry or bulk.")
    filled: float = Field(description="0 to 1.")
    min_stars: int | None
    certificates: list[str]
    pack_net_g: int | None
    delivery_province_code: str
    communes: list[str]
    join_by: date
    answer_by: date | None
    round: int = Field(description="How often the members have been asked to confirm.")
    illustrative: bool
    version: int


class JointOrdersOut(Out):
    """A page of listed joint orders, newest first."""

    items: list[JointOrderOut]
    total: int
    next: str | None


class LorryOut(Out):
    """What the share in freight is reckoned with: assumptions that the caller may replace."""

    load_kg: float
    km: int = Field(description="By road, one way; an estimate.")
    vnd_per_km: int


class ReachedOut(Out):
    """A bulk price that the caller may see."""

    product: str
    supplier: str
    from_kg: float
    price_vnd_per_kg: int
    reached: bool = Field(description="By what has come together so far.")
    at_target: bool
    suppliable: bool = Field(description="The supplier has so much left in every month.")
    free_kg: float | None


class MemberOut(Out):
    """A member, for other members. `name` is null where it has not agreed to be named."""

    number: int
    name: str | None
    mine: bool
    leads: bool
    state: str = Field(description="joined, left, declined or silent.")
    answered: bool
    months: list[dict[str, float]]
    awarded_kg: float | None


class OneJointOrderOut(JointOrderOut):
    """One joint order with all that the caller may know of it."""

    months: list[JointMonthOut]
    lorry: LorryOut
    prices: list[ReachedOut]
    prices_hidden: int = Field(description="So many suppliers show their bulk prices to verified buyers only.")
    parts: list[MemberOut] = Field(description="For members only; else empty.")
    own_version: int | None
    request: str | None


class OrderParameters(Parameters):
    """What the list of joint orders may be asked."""

    commodity: str | None = Field(default=None, max_length=100)
    city: str | None = Field(default=None, max_length=100)
    ended: bool = False
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=20, ge=1, le=MOST)


class OneParameters(Parameters):
    """How one order is looked at: by which invitation, and with which assumptions about the lorry."""

    invite: str | None = Field(default=None, max_length=80)
    lorry_kg: float | None = Field(default=None, ge=500, le=40_000)
    vnd_per_km: int | None = Field(default=None, ge=1_000, le=1_000_000)
    start: str | None = Field(default=None, max_length=100, description="Where the lorry starts: a code or a name.")


class PartIn(Parameters):
    """A buyer's own part. `consent`: that the other members see its kilograms."""

    months: list[MonthIn] = Field(min_length=1, max_length=12)
    consent: bool
    name_shown: bool = False
    commune: str | None = Field(default=None, max_length=200)
    place: str | None = Field(default=None, max_length=200)
    invite: str | None = Field(default=None, max_length=80)
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class OrderIn(Parameters):
    """A joint order to be opened, with the opener's own part."""

    commodity: str = Field(max_length=100)
    title: str | None = Field(default=None, max_length=120)
    target_kind: demand.TargetKind = demand.TargetKind.LORRY
    target_kg: Decimal = Field(ge=50, le=1_000_000, description="For one month.")
    min_stars: int | None = Field(default=None, ge=3, le=5)
    certificates: list[str] = Field(default_factory=list, max_length=20)
    pack_net_g: int | None = Field(default=None, ge=1, le=1_000_000)
    delivery_province_code: str = Field(max_length=10)
    communes: list[str] = Field(default_factory=list, max_length=20)
    lorry_kg: Decimal | None = Field(default=None, ge=500, le=40_000)
    vnd_per_km: int | None = Field(default=None, ge=1_000, le=1_000_000)
    start: str | None = Field(default=None, max_length=100)
    join_by: date
    confirm_days: int = Field(default=3, ge=1, le=14)
    listed: bool = True
    note: str | None = Field(default=None, max_length=2000)
    months: list[MonthIn] = Field(min_length=1, max_length=12)
    consent: bool
    name_shown: bool = False
    commune: str | None = Field(default=None, max_length=200)
    place: str | None = Field(default=None, max_length=200)
    key: UUID | None = None


class AnswerIn(Parameters):
    """Whether the caller's buyer stands by its figures, in that round of asking."""

    agree: bool
    round: int = Field(ge=1, le=32_000)


class MoveIn(Parameters):
    """A step of the lead's; `join_by` is for an extension."""

    version: int = Field(ge=1, le=2**31 - 1)
    join_by: date | None = None


class PostingIn(Parameters):
    """What the one request says besides what the members have confirmed."""

    version: int = Field(ge=1, le=2**31 - 1)
    ceiling_vnd_per_kg: int | None = Field(default=None, gt=0, le=100_000_000)
    deadline: date | None = None
    visibility: matching.Visibility = matching.Visibility.PUBLIC
    note: str | None = Field(default=None, max_length=1000)


class PostedOut(Out):
    """The request that a joint order has become."""

    request: str


@router.get("/joint-orders")
async def joint_orders(asked: Annotated[OrderParameters, Query()], me: Me, session: Session) -> JointOrdersOut:
    """The listed joint orders, newest first."""
    province = (places.code_meant(asked.city, "province") or "00") if asked.city else None
    search = demand.OrderSearch(asked.commodity, province, asked.ended, asked.cursor, asked.limit)
    found = await demand.joint_orders(session, search, me)
    return JointOrdersOut(items=[JointOrderOut(**_line(each)) for each in found.items], total=found.total, next=found.next)


@router.post("/joint-orders", status_code=201, responses=WRITES)
async def open_order(me: Acting, session: Session, body: OrderIn) -> OneJointOrderOut:
    """Open a joint order; the same key again gives the order that is there."""
    buyer_id = await _buyer(session, me)
    values = body.model_dump(exclude={"key", "months", "start"})
    draft = _draft(demand.OrderDraft, {**values, "from_code": body.start, "months": _months(body.months)})
    made = await demand.open_order(session, me, buyer_id, draft, key=body.key)
    return _one(await demand.joint_order(session, made.code, me))


@router.get("/joint-orders/{code}", responses=problems.described(404))
async def joint_order(code: str, asked: Annotated[OneParameters, Query()], me: Me, session: Session) -> OneJointOrderOut:
    """One joint order."""
    freight = None
    if asked.lorry_kg or asked.vnd_per_km or asked.start:
        said = {"lorry_kg": asked.lorry_kg, "vnd_per_km": asked.vnd_per_km, "from_code": asked.start}
        freight = _draft(demand.Freight, said)
    return _one(await demand.joint_order(session, code, me, invite=asked.invite, freight=freight))


@router.put("/joint-orders/{code}/part", responses=WRITES)
async def take_part(code: str, me: Acting, session: Session, body: PartIn) -> OneJointOrderOut:
    """Join, or take other quantities than before."""
    buyer_id = await _buyer(session, me)
    await demand.joint_order(session, code, me, invite=body.invite)  # What she may not see is not there, whatever she sends.
    draft = _draft(demand.PartDraft, {**body.model_dump(exclude={"months"}), "months": _months(body.months)})
    await demand.take_part(session, me, code, buyer_id, draft)
    return _one(await demand.joint_order(session, code, me))


@router.delete("/joint-orders/{code}/part", responses=WRITES)
async def leave(
    code: str, me: Acting, session: Session, invite: Annotated[str | None, Query(max_length=80)] = None
) -> JointOrderOut:
    """Leave an order that is still open."""
    await demand.leave(session, me, code, await _buyer(session, me))
    return JointOrderOut(**_line((await demand.joint_order(session, code, me, invite=invite)).line))


@router.put("/joint-orders/{code}/answer", responses=WRITES)
async def answer(code: str, me: Acting, session: Session, body: AnswerIn) -> OneJointOrderOut:
    """Stand by one's figures, or not."""
    said = demand.Answer(agree=body.agree, round=body.round)
    await demand.answer(session, me, code, await _buyer(session, me), said)
    return _one(await demand.joint_order(session, code, me))


@router.post("/joint-orders/{code}/{step}", responses=WRITES)
async def move(code: str, step: demand.Step, me: Acting, session: Session, body: MoveIn) -> OneJointOrderOut:
    """A step of the lead's: `extension`, `confirmation` (ask every member to confirm) or `end` (call it off)."""
    if step is demand.Step.EXTENSION:
        if body.join_by is None:
            raise Invalid(_("Cần điền mục này."), {"join_by": _("Cần điền mục này.")})
        await demand.extend(session, me, code, demand.Extension(join_by=body.join_by, version=body.version))
    else:
        act = demand.ask_to_confirm if step is demand.Step.CONFIRMATION else demand.call_off
        await act(session, me, code, demand.Move(version=body.version))
    return _one(await demand.joint_order(session, code, me))


@router.put("/joint-orders/{code}/request", responses=WRITES)
async def post_request(code: str, me: Acting, session: Session, body: PostingIn) -> PostedOut:
    """Put the one request on the market; posted already, it gives the request that is there."""
    posting = _draft(demand.Posting, body.model_dump())
    request = await demand.post_request(session, me, code, await _buyer(session, me), posting)
    return PostedOut(request=request.code)


def _months(given: list[MonthIn]) -> tuple[tuple[date, Decimal], ...]:
    return tuple((date(each.year, each.month, 1), each.kg) for each in given)


def _draft(model: Any, values: dict[str, Any]) -> Any:
    """The module's own input; what it refuses is said field by field."""
    try:
        return model.model_validate(values)
    except ValidationError as wrong:
        raise Invalid(_("Đơn gom còn chỗ cần sửa."), words_for(wrong)) from wrong


async def _buyer(session: Session, me: Actor) -> UUID:
    buyer = await matching.buyer_of(session, me.organisation_id) if me.role is Role.BUYER else None
    if buyer is None:
        raise NotAllowed(_("Gom đơn dành cho nhà phân phối. Nhà cung cấp thấy yêu cầu chung khi đơn đã đủ."))
    return buyer.id


def _line(line: demand.OrderLine) -> dict[str, Any]:
    return {
        "code": line.code, "title": line.title, "commodity": line.commodity.slug, "state": line.state, "reason": line.reason,
        "joinable": line.joinable, "members": line.members, "joined_kg": float(line.joined_kg),
        "target_kg": float(line.target_kg), "target_kg_per_month": float(line.target), "target_kind": line.target_kind,
        "filled": round(float(line.filled), 6), "min_stars": line.min_stars, "certificates": list(line.certificates),
        "pack_net_g": line.pack_g, "delivery_province_code": line.province_code, "communes": list(line.communes),
        "join_by": line.join_by, "answer_by": line.answer_by, "round": line.round, "illustrative": line.illustrative,
        "version": line.version,
    }  # fmt: skip


def _one(shown: demand.OrderPage) -> OneJointOrderOut:
    return OneJointOrderOut(
        **_line(shown.line),
        months=[
            JointMonthOut(
                year=each.month.year, month=each.month.month, joined_kg=float(each.kg), missing_kg=float(each.missing),
                freight_vnd_per_kg=each.now.freight if each.now else None,
                price_vnd_per_kg=each.now.price if each.now else None,
                next_step_more_kg=float(each.step.more_kg) if each.step else None,
                next_step_saves_vnd_per_kg=each.step.saves if each.step else None,
                next_step_price_vnd_per_kg=each.step.tier.price if each.step and each.step.tier else None,
            )
            for each in shown.costs
        ],
        lorry=LorryOut(load_kg=float(shown.lorry.load_kg), km=shown.lorry.km, vnd_per_km=shown.lorry.vnd_per_km),
        prices=[
            ReachedOut(
                product=each.product_slug, supplier=each.supplier_name, from_kg=float(each.from_kg),
                price_vnd_per_kg=each.price, reached=each.reached, at_target=each.at_target,
                suppliable=each.suppliable, free_kg=each.free_kg,
            )
            for each in shown.tiers
        ],
        prices_hidden=shown.tiers_hidden,
        parts=[
            MemberOut(
                number=each.number, name=each.name, mine=each.mine, leads=each.leads, state=each.state,
                answered=each.answered,
                months=[{"year": day.year, "month": day.month, "kg": float(kg)} for day, kg in each.share.items()],
                awarded_kg=float(shown.awarded.total(each.id)) if shown.awarded else None,
            )
            for each in shown.members
        ],
        own_version=shown.own_version,
        request=shown.request_code,
    )  # fmt: skip
