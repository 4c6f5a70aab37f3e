"""A joint order and its members as they are stored, locked or not: what every write and every read begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching.demand import rules, sums
from service.matching.demand.models import JointOrder, MemberState, OrderMember, OrderShare
from service.matching.models import Buyer


@dataclass(frozen=True, slots=True)
class Taking:
    """One member with its kilograms by month."""

    member: OrderMember
    share: Mapping[date, Decimal]


def plain_code(code: str) -> str:
    """A code as it is stored: read without regard to case."""
    return code.replace("\x00", "").strip().upper()[:20]


def not_there() -> NotFound:
    """The answer for an order that is not there, or not for this reader."""
    return NotFound(_("Không tìm thấy đơn gom này. Đơn không công khai chỉ mở được bằng liên kết mời."))


async def locked(session: AsyncSession, code: str) -> JointOrder:
    """The order, locked: everything that happens to it and to its members happens one after the other."""
    found = await session.scalar(
        select(JointOrder)
        .where(JointOrder.code == plain_code(code))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise not_there()
    return found


async def buyer_acting(session: AsyncSession, actor: Actor, buyer_id: UUID, *, anew: bool) -> Buyer:
    """The buyer that the actor speaks for; `anew`: it comes to an order, which only a verified one may."""
    buyer = await session.get(Buyer, buyer_id, with_for_update={"key_share": True})
    if buyer is None or not rules.may_act_for(actor, buyer.organisation_id):
        raise NotAllowed(_("Chỉ người của nhà phân phối mới gom đơn được cho tổ chức mình."))
    if anew and not rules.may_open(actor):
        raise NotAllowed(_("Nhà phân phối chưa được xác minh thì chưa gom đơn được. Hãy hoàn tất hồ sơ để được xác minh."))
    return buyer


async def members_of(session: AsyncSession, order_id: UUID) -> list[Taking]:
    """Everybody who takes or took part, in the order of joining, with kilograms."""
    members = (
        await session.scalars(
            select(OrderMember)
            .where(OrderMember.demand_id == order_id)
            .order_by(OrderMember.joined_at, OrderMember.id)
            .execution_options(populate_existing=True)
        )
    ).all()
    shares: dict[UUID, dict[date, Decimal]] = {each.id: {} for each in members}
    found = await session.execute(
        select(OrderShare.member_id, OrderShare.year, OrderShare.month, OrderShare.kg)
        .join(OrderMember, OrderMember.id == OrderShare.member_id)
        .where(OrderMember.demand_id == order_id)
        .order_by(OrderShare.year, OrderShare.month)
    )
    for member_id, year, month, kg in found:
        shares[member_id][date(year, month, 1)] = kg
    return [Taking(each, shares[each.id]) for each in members]


def joined(takings: list[Taking]) -> list[Taking]:
    """Those who count."""
    return [each for each in takings if each.member.state == MemberState.JOINED]


def months(order: JointOrder) -> tuple[date, ...]:
    """The months of the order."""
    return sums.months_of(order.first_month, order.last_month)


def is_full(order: JointOrder, takings: list[Taking]) -> bool:
    """Whether enough members have come and every month has come to the target."""
    counted = joined(takings)
    total = sums.together(each.share for each in counted)
    return len(counted) >= sums.FEWEST and sums.reached(total, months(order), order.target_kg)
