"""Opening a joint order, giving more time, asking its members to confirm, and calling it off."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.core.text import fold
from service.matching.demand import costs, rules, stored, sums
from service.matching.demand.events import (
    ConfirmationAsked,
    JointOrderEnded,
    JointOrderExtended,
    JointOrderOpened,
)
from service.matching.demand.inputs import ORIGIN, Extension, Move, OrderDraft
from service.matching.demand.models import EndReason, JointOrder, OrderMember, OrderShare, OrderState, TargetKind
from service.matching.models import Buyer
from service.matching.requests import code_for

PREFIX = "GD-"
USUAL_LORRY = Decimal(5000)
LONGEST_WAIT = timedelta(days=366)


async def open_order(
    session: AsyncSession, actor: Actor, buyer_id: UUID, draft: OrderDraft, *, key: UUID | None = None
) -> JointOrder:
    """Put a need on the market for others to join; its opener takes part with its own kilograms, and leads.

    `key` names the act of opening: the same key of the same buyer again gives the order that is already there. Raises
    `Invalid` with the fields to correct.
    """
    buyer = await stored.buyer_acting(session, actor, buyer_id, anew=True)
    key = key or new_id()
    there = await _opened(session, buyer.id, key)
    if there is not None:
        return there
    await _not_too_many(session, buyer)
    values = await _checked(session, draft, clock.today())
    communes: list[str] = values["communes"]
    order = JointOrder(
        key=key, opener_id=buyer.id, lead_id=buyer.id, code=await _free_code(session, key), illustrative=draft.illustrative,
        invite_token=secrets.token_urlsafe(24), state=OrderState.OPEN, round=0, created_at=clock.now(), **values,
    )  # fmt: skip
    member = OrderMember(
        demand_id=order.id, buyer_id=buyer.id, consent_at=clock.now(), name_shown=draft.name_shown,
        commune_code=commune_in(draft.commune, draft.delivery_province_code, communes), place=draft.place,
        joined_at=clock.now(), answered_round=0,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(order)
            await session.flush()
            session.add(member)
            await session.flush()
            session.add_all(shares(member.id, draft.months))
    except IntegrityError:
        # The other press of the same button was faster: its order is the one.
        there = await _opened(session, buyer.id, key)
        if there is None:
            raise
        return there
    new = {"code": order.code, "title": order.title, "target_kg": order.target_kg, "months": told(draft.months)}
    await announce(session, JointOrderOpened(order.id, buyer.id), actor=actor, new=new)
    return order


async def extend(session: AsyncSession, actor: Actor, code: str, extension: Extension) -> JointOrder:
    """Give more time for joining; the same day again changes nothing."""
    order = await _led(session, actor, code)
    if order.join_by == extension.join_by and order.state == OrderState.OPEN:
        return order
    same_version(order, extension.version)
    if not rules.may_extend(order, clock.today()):
        raise Conflict(_("Đơn này không còn nhận thêm bên tham gia nên không gia hạn được."))
    wrong = _wrong_day(extension.join_by, order.last_month, clock.today())
    if wrong is None and extension.join_by <= order.join_by:
        wrong = _("Ngày mới phải sau ngày cũ.")
    if wrong is not None:
        raise Invalid(wrong, {"join_by": wrong})
    old, order.join_by = order.join_by, extension.join_by
    await session.flush()
    fact = JointOrderExtended(order.id)
    await announce(session, fact, actor=actor, old={"join_by": old}, new={"join_by": order.join_by})
    return order


async def ask_to_confirm(session: AsyncSession, actor: Actor, code: str, move: Move) -> JointOrder:
    """Go on with what there is, once the day for joining is over: every member is asked to confirm. Asked twice, once."""
    order = await _led(session, actor, code)
    if order.state == OrderState.CONFIRMING:
        return order
    same_version(order, move.version)
    if not rules.may_ask_to_confirm(order, clock.today()):
        raise Conflict(_("Hạn tham gia chưa qua: hãy chờ các bên khác, hoặc chờ đơn đầy."))
    if len(stored.joined(await stored.members_of(session, order.id))) < sums.FEWEST:
        raise Conflict(_("Mới có một bên. Hãy gia hạn, hoặc bỏ đơn gom và tự đăng yêu cầu tìm hàng."))
    await begin_confirming(session, actor, order)
    return order


async def call_off(session: AsyncSession, actor: Actor, code: str, move: Move) -> JointOrder:
    """End the order before it has become a request; ended already, it stays so."""
    order = await _led(session, actor, code)
    if order.state == OrderState.CANCELLED:
        return order
    same_version(order, move.version)
    if not rules.may_call_off(order):
        raise Conflict(_("Đơn này đã xong nên không bỏ được nữa."))
    await end(session, actor, order, OrderState.CANCELLED, EndReason.CALLED_OFF)
    return order


async def begin_confirming(session: AsyncSession, actor: Actor, order: JointOrder) -> None:
    """Ask every member, for the first time or again. The order is locked."""
    order.state, order.round = OrderState.CONFIRMING, order.round + 1
    order.answer_by = clock.today() + timedelta(days=order.confirm_days)
    await session.flush()
    new = {"state": order.state, "round": order.round, "answer_by": order.answer_by}
    await announce(session, ConfirmationAsked(order.id, order.round), actor=actor, new=new)


async def end(session: AsyncSession, actor: Actor, order: JointOrder, state: OrderState, reason: EndReason) -> None:
    """Let the order come to nothing. The order is locked."""
    old, order.state, order.reason = order.state, state, reason
    await session.flush()
    await announce(session, JointOrderEnded(order.id), actor=actor, old={"state": old}, new={"state": state, "reason": reason})


def same_version(order: JointOrder, version: int) -> None:
    """Refuse a step that was taken from another state of the order."""
    if order.version != version:
        raise Conflict(_("Đơn gom này vừa đổi. Hãy xem lại trang rồi làm tiếp."))


def commune_in(typed: str | None, province_code: str, communes: list[str]) -> str | None:
    """The code of the commune where a member takes its goods. Raises Invalid where it is outside the order's area."""
    code = None
    if typed:
        code = _commune_code(typed, province_code)
        if code is None:
            message = _("Chưa rõ “%(name)s” là xã, phường nào ở nơi nhận hàng của đơn.", name=typed[:60])
            raise Invalid(message, {"commune": message})
    if communes and code not in communes:
        names = ", ".join(where.full_name for each in communes if (where := places.commune(each)))
        message = _("Đơn này chỉ giao ở: %(names)s.", names=names)
        raise Invalid(message, {"commune": message})
    return code


def shares(member_id: UUID, months: Iterable[tuple[date, Decimal]]) -> list[OrderShare]:
    """The rows of a member's kilograms."""
    return [OrderShare(member_id=member_id, year=day.year, month=day.month, kg=kg) for day, kg in months]


def told(months: Iterable[tuple[date, Decimal]]) -> dict[str, Decimal]:
    """Kilograms by month as the journal keeps them."""
    return {f"{day:%Y-%m}": kg for day, kg in months}


async def _led(session: AsyncSession, actor: Actor, code: str) -> JointOrder:
    """The order, locked, for whoever leads it; for others it is there only as far as they may see it."""
    order = await stored.locked(session, code)
    lead = await session.get_one(Buyer, order.lead_id)
    if rules.may_act_for(actor, lead.organisation_id):
        return order
    own = await session.scalar(
        select(OrderMember.id)
        .join(Buyer, Buyer.id == OrderMember.buyer_id)
        .where(OrderMember.demand_id == order.id, Buyer.organisation_id == actor.organisation_id)
    )
    if not rules.may_see(actor, order, takes_part=own is not None, invite=None):
        raise stored.not_there()
    raise NotAllowed(_("Chỉ bên đứng đầu đơn gom làm được việc này."))


async def _opened(session: AsyncSession, buyer_id: UUID, key: UUID) -> JointOrder | None:
    found: JointOrder | None = await session.scalar(
        select(JointOrder).where(JointOrder.opener_id == buyer_id, JointOrder.key == key)
    )
    return found


async def _not_too_many(session: AsyncSession, buyer: Buyer) -> None:
    count = await session.scalar(
        select(func.count()).where(JointOrder.opener_id == buyer.id, JointOrder.state == OrderState.OPEN)
    )
    if (count or 0) >= rules.MOST_OPEN:
        raise Conflict(_("Bạn đang mở %(n)s đơn gom. Hãy chờ đơn cũ xong rồi mở thêm.", n=rules.MOST_OPEN))


async def _free_code(session: AsyncSession, key: UUID) -> str:
    codes = [PREFIX + code_for(key, attempt).partition("-")[2] for attempt in range(8)]
    taken = set(await session.scalars(select(JointOrder.code).where(JointOrder.code.in_(codes))))
    return next(code for code in codes if code not in taken)


def _commune_code(typed: str, province_code: str) -> str | None:
    """The commune of that province which is meant by a code, by its name of today, or by an old name that means one only."""
    known, large = places.commune(typed), places.province(province_code)
    if known is None and large is not None:
        named = typed[:100].partition(",")[0]
        found = [each for each in places.find(f"{typed[:100]}, {large.full_name}", "commune") if each.parent == province_code]
        same = [each for each in found if fold(each.name) == fold(named)]
        known = same[0] if len(same) == 1 else found[0] if len(found) == 1 else None
    return known.code if known is not None and known.parent == province_code else None


def _wrong_day(join_by: date, last_month: date, today: date) -> str | None:
    if join_by <= today:
        return _("Hạn tham gia phải sau hôm nay.")
    if join_by >= clock.add_months(last_month, 1) or join_by > today + LONGEST_WAIT:
        return _("Hạn tham gia phải trước khi hết tháng giao cuối.")
    return None


async def _checked(session: AsyncSession, draft: OrderDraft, today: date) -> dict[str, Any]:
    """The columns of an order, or `Invalid` with every field to look at again."""
    wrong: dict[str, str] = {}
    commodity = await catalogue.commodity_called(session, draft.commodity)
    if commodity is None:
        wrong["commodity"] = _("Chợ chưa có mặt hàng “%(name)s”. Hãy chọn trong danh sách.", name=draft.commodity[:60])
    unknown = [kind for kind in draft.certificates if kind not in catalogue.KINDS]
    if unknown:
        wrong["certificates"] = _("Không có loại giấy “%(kind)s”.", kind=unknown[0][:40])
    communes = _area(draft, wrong)
    first, last = draft.months[0][0], draft.months[-1][0]
    if first < today.replace(day=1):
        wrong["kg_01"] = _("Các tháng cần hàng đã qua.")
    day = _wrong_day(draft.join_by, last, today)
    if day is not None:
        wrong["join_by"] = day
    own = dict(draft.months)
    most = draft.target_kg if draft.target_kind is TargetKind.LORRY else None
    if any(sums.beyond({}, own, {}, most)) or sums.reached(own, sums.months_of(first, last), draft.target_kg):
        wrong["target_kg"] = _("Một mình bạn đã đủ mục tiêu. Hãy nâng mục tiêu, hoặc tự đăng yêu cầu tìm hàng.")
    if wrong or commodity is None:
        raise Invalid(_("Đơn gom còn chỗ cần sửa."), wrong)
    lorry = draft.target_kg if draft.target_kind is TargetKind.LORRY else draft.lorry_kg or USUAL_LORRY
    return {
        "title": draft.title or commodity.name,
        "commodity_id": commodity.id,
        "min_stars": draft.min_stars or (3 if catalogue.OCOP in draft.certificates else None),
        "certificates": sorted(set(draft.certificates) - {catalogue.OCOP}),
        "pack_net_g": draft.pack_net_g,
        "note": draft.note,
        "delivery_province_code": draft.delivery_province_code,
        "communes": communes,
        "first_month": first,
        "last_month": last,
        "target_kind": draft.target_kind,
        "target_kg": draft.target_kg,
        "lorry_kg": lorry,
        "vnd_per_km": draft.vnd_per_km or costs.assumed_vnd_per_km(lorry),
        "from_code": draft.from_code or ORIGIN,
        "join_by": draft.join_by,
        "confirm_days": draft.confirm_days,
        "listed": draft.listed,
    }


def _area(draft: OrderDraft, wrong: dict[str, str]) -> list[str]:
    """The codes of the communes of the lorry's round; what is not understood is noted in `wrong`."""
    if places.province(draft.delivery_province_code) is None:
        wrong["delivery_province_code"] = _("Chọn tỉnh hoặc thành phố nhận hàng.")
        return []
    communes: list[str] = []
    for typed in draft.communes:
        code = _commune_code(typed, draft.delivery_province_code)
        if code is None:
            wrong["communes"] = _("Chưa rõ “%(name)s” là xã, phường nào ở nơi nhận hàng của đơn.", name=typed[:60])
        elif code not in communes:
            communes.append(code)
    return communes
