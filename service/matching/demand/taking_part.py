"""Joining a joint order, taking more or less, leaving it, and answering whether the figures stand.

Every one of these locks the order first. So of two who join when one place is left, the second sees what the first took, and
whoever leaves while the last one joins has either left before the order closed or is told that it has.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.matching.demand import orders, rules, settling, stored, sums
from service.matching.demand.events import MemberConfirmed, MemberDeclined, MemberJoined, MemberLeft, MemberPartChanged
from service.matching.demand.inputs import Answer, PartDraft
from service.matching.demand.models import JointOrder, MemberState, OrderMember, OrderShare, OrderState
from service.matching.demand.stored import Taking


async def take_part(session: AsyncSession, actor: Actor, code: str, buyer_id: UUID, draft: PartDraft) -> OrderMember:
    """Join an order, or take other quantities than before; the same part again changes nothing.

    Raises `Invalid` with what is left of each month that would be too full. Who fills the order closes it: from then on
    every member is asked to confirm.
    """
    order = await stored.locked(session, code)
    everybody = await stored.members_of(session, order.id)
    there = _own(everybody, buyer_id)
    if not rules.may_see(actor, order, takes_part=there is not None, invite=draft.invite):
        raise stored.not_there()
    joins = there is None or there.member.state != MemberState.JOINED
    buyer = await stored.buyer_acting(session, actor, buyer_id, anew=joins)
    before = there.share if there is not None and not joins else {}
    values = _values(order, draft)
    if there is not None and not joins and _same(there, values, draft):
        return there.member
    if not rules.is_joinable(order, clock.today()):
        raise Conflict(_("Đơn này đã chốt số hoặc đã hết hạn tham gia, nên không nhận thêm và không đổi số kg được nữa."))
    if there is not None and draft.version is not None and draft.version != there.member.version:
        raise Conflict(_("Người cùng tổ chức vừa đổi số kg của bạn. Hãy xem lại rồi sửa tiếp."))
    _fits(order, stored.joined(everybody), draft, before)
    if joins and len(stored.joined(everybody)) >= rules.MOST_MEMBERS:
        raise Conflict(_("Đơn này đã đủ số bên tham gia."))
    if there is None:
        member = OrderMember(demand_id=order.id, buyer_id=buyer.id, consent_at=clock.now(), answered_round=0, **values)
        member.joined_at = clock.now()
        session.add(member)
    else:
        member = there.member
        for name, value in values.items():
            setattr(member, name, value)
        if joins:
            member.state, member.consent_at = MemberState.JOINED, clock.now()
    member.updated_at = clock.now()
    flag_modified(member, "updated_at")  # The kilograms are rows of their own: the version must rise with them as well.
    await session.flush()
    await session.execute(delete(OrderShare).where(OrderShare.member_id == member.id))
    session.add_all(orders.shares(member.id, draft.months))
    await session.flush()
    fact = MemberJoined(order.id, buyer.id) if joins else MemberPartChanged(order.id, buyer.id)
    await announce(
        session, fact, actor=actor, old={"months": orders.told(before.items())} if before else None,
        new={"months": orders.told(draft.months), "name_shown": draft.name_shown},
    )  # fmt: skip
    if stored.is_full(order, await stored.members_of(session, order.id)):
        await orders.begin_confirming(session, actor, order)
    return member


async def leave(session: AsyncSession, actor: Actor, code: str, buyer_id: UUID) -> None:
    """Leave an order that is still open; who has left already stays out. The lead calls it off instead."""
    order = await stored.locked(session, code)
    there = _own(await stored.members_of(session, order.id), buyer_id)
    if there is None:
        raise stored.not_there()
    buyer = await stored.buyer_acting(session, actor, buyer_id, anew=False)
    if there.member.state == MemberState.LEFT:
        return
    if not rules.may_leave(order) or there.member.state != MemberState.JOINED:
        raise Conflict(_("Đơn này đã chốt số. Nếu không lấy nữa, hãy trả lời “không” ở phần xác nhận."))
    if order.lead_id == buyer.id:
        raise Conflict(_("Bạn đứng đầu đơn này. Hãy bỏ cả đơn gom, hoặc chờ đến lúc xác nhận."))
    there.member.state = MemberState.LEFT
    await session.execute(delete(OrderShare).where(OrderShare.member_id == there.member.id))
    await session.flush()
    old = {"months": orders.told(there.share.items())}
    await announce(session, MemberLeft(order.id, buyer.id), actor=actor, old=old)


async def answer(session: AsyncSession, actor: Actor, code: str, buyer_id: UUID, said: Answer) -> OrderMember:
    """Say whether one's figures stand; a member may change its mind until all have answered or the day is over."""
    order = await stored.locked(session, code)
    everybody = await stored.members_of(session, order.id)
    there = _own(everybody, buyer_id)
    if there is None:
        raise stored.not_there()
    buyer = await stored.buyer_acting(session, actor, buyer_id, anew=False)
    member = there.member
    if order.state != OrderState.CONFIRMING or said.round != order.round:
        if said.agree and member.state == MemberState.JOINED and member.answered_round == said.round:
            return member  # The same answer once more, after it has been counted.
        raise Conflict(_("Lần xác nhận này đã khép lại. Hãy xem lại số liệu mới của đơn."))
    if order.answer_by is not None and clock.today() > order.answer_by:
        raise Conflict(_("Đã quá hạn xác nhận."))
    in_this_round = member.state == MemberState.JOINED or (
        member.state == MemberState.DECLINED and member.answered_round == order.round
    )
    if not in_this_round:
        raise NotAllowed(_("Bạn không còn trong đơn này."))
    state = MemberState.JOINED if said.agree else MemberState.DECLINED
    if member.state == state and member.answered_round == order.round:
        return member
    member.state, member.answered_round, member.answered_at = state, order.round, clock.now()
    await session.flush()
    fact = MemberConfirmed(order.id, buyer.id) if said.agree else MemberDeclined(order.id, buyer.id)
    await announce(session, fact, actor=actor, new={"round": order.round})
    if settling.all_have_answered(order, everybody):
        await settling.settle(session, actor, order, everybody)
    return member


def _own(everybody: list[Taking], buyer_id: UUID) -> Taking | None:
    return next((each for each in everybody if each.member.buyer_id == buyer_id), None)


def _values(order: JointOrder, draft: PartDraft) -> dict[str, Any]:
    """The columns of a member, or `Invalid` with every field to look at again."""
    asked = set(stored.months(order))
    outside = [day for day, _kg in draft.months if day not in asked]
    if outside:
        message = _("Đơn này không giao trong %(month)s.", month=formats.month(outside[0]))
        raise Invalid(message, {f"kg_{day.month:02}": message for day in outside})
    commune = orders.commune_in(draft.commune, order.delivery_province_code, order.communes)
    return {"name_shown": draft.name_shown, "commune_code": commune, "place": draft.place}


def _same(there: Taking, values: dict[str, Any], draft: PartDraft) -> bool:
    return dict(draft.months) == dict(there.share) and all(
        getattr(there.member, name) == value for name, value in values.items()
    )


def _fits(order: JointOrder, counted: list[Taking], draft: PartDraft, before: Any) -> None:
    total = sums.together(each.share for each in counted)
    left = sums.beyond(total, dict(draft.months), before, rules.most_kg(order))
    if left:
        raise Invalid(
            _("Chuyến xe không còn đủ chỗ cho số kg này."),
            {f"kg_{day.month:02}": _left(day, kg) for day, kg in left.items()},
        )


def _left(day: date, kg: Decimal) -> str:
    if kg <= 0:
        return _("%(month)s đã đầy.", month=formats.month(day))
    return _("%(month)s chỉ còn chỗ cho %(kg)s.", month=formats.month(day), kg=formats.kg(kg))
