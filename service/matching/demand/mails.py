"""What the people of members are told by mail: that they must answer, that they dropped out, what became of the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import i18n, mail
from service.matching.demand import sharing, stored
from service.matching.demand.models import JointOrder, MemberState, OrderMember
from service.matching.demand.views import reason_name
from service.matching.models import Buyer, SourcingRequest


async def ask_to_confirm(session: AsyncSession, order_id: UUID, asked_round: int) -> None:
    """Ask every member that has not answered in this round. An older round is nothing to ask about any more."""
    order = await session.get(JointOrder, order_id)
    if order is None or order.round != asked_round or order.state != "confirming":
        return
    for each in stored.joined(await stored.members_of(session, order_id)):
        if each.member.answered_round < asked_round:
            kg = sorted(each.share.items())
            await _tell(session, order, [each.member.buyer_id], "joint_confirm", kg=kg, again=asked_round > 1,
                        answer_by=order.answer_by)  # fmt: skip


async def tell_silent(session: AsyncSession, order_id: UUID, buyer_id: UUID) -> None:
    """Tell a member that its silence has cost it its place."""
    order = await session.get(JointOrder, order_id)
    if order is not None:
        await _tell(session, order, [buyer_id], "joint_silent")


async def tell_confirmed(session: AsyncSession, order_id: UUID) -> None:
    """Tell the lead that it is its turn to post the request."""
    order = await session.get(JointOrder, order_id)
    if order is not None and order.state == "confirmed":
        await _tell(session, order, [order.lead_id], "joint_confirmed", post_by=order.answer_by)


async def tell_posted(session: AsyncSession, order_id: UUID, request_id: UUID) -> None:
    """Tell every member that the request is on the market."""
    order, request = await session.get(JointOrder, order_id), await session.get(SourcingRequest, request_id)
    if order is not None and request is not None:
        await _tell(session, order, await _members(session, order_id, {MemberState.JOINED}), "joint_posted",
                    request=request.code)  # fmt: skip


async def tell_awarded(session: AsyncSession, request_id: UUID) -> None:
    """Tell every member of the joint order behind a request what it gets of all that is awarded so far."""
    order = await session.scalar(select(JointOrder).where(JointOrder.request_id == request_id))
    if order is None:
        return
    everybody = await stored.members_of(session, order.id)
    shared = await sharing.awarded(session, order, everybody)
    if shared is not None:
        for each in stored.joined(everybody):
            await _tell(session, order, [each.member.buyer_id], "joint_awarded", kg=shared.total(each.member.id))


async def tell_ended(session: AsyncSession, order_id: UUID) -> None:
    """Tell every member that nothing comes of it, and why."""
    order = await session.get(JointOrder, order_id)
    if order is not None and order.reason is not None:
        everybody = await _members(session, order_id, {MemberState.JOINED, MemberState.DECLINED})
        await _tell(session, order, everybody, "joint_ended", why=order.reason)


async def _members(session: AsyncSession, order_id: UUID, states: set[MemberState]) -> list[UUID]:
    found = await session.scalars(
        select(OrderMember.buyer_id).where(OrderMember.demand_id == order_id, OrderMember.state.in_(states))
    )
    return list(found)


async def _tell(
    session: AsyncSession, order: JointOrder, buyers: Iterable[UUID], template: str, *, why: str | None = None, **values: Any
) -> None:
    organisations = list(await session.scalars(select(Buyer.organisation_id).where(Buyer.id.in_(list(buyers)))))
    for people in (await accounts.people_of(session, organisations)).values():
        for person in people:
            if why is not None:
                with i18n.speaking(person.language):
                    values["reason"] = reason_name(why)
            await mail.send(
                session, person.email, template, person.language, title=order.title, code=order.code, **values,
            )  # fmt: skip
