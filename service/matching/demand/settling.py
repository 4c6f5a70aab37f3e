"""What follows when members have answered or their day is over, and what the clock asks for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.events import announce
from service.matching.demand import orders, rules, stored, sums
from service.matching.demand.events import JointOrderConfirmed, MemberSilent
from service.matching.demand.models import EndReason, JointOrder, MemberState, OrderState
from service.matching.demand.stored import Taking

AT_ONCE = 100


def all_have_answered(order: JointOrder, everybody: list[Taking]) -> bool:
    """Whether nobody is waited for any more in this round."""
    return all(each.member.answered_round == order.round for each in stored.joined(everybody))


async def settle(session: AsyncSession, actor: Actor, order: JointOrder, everybody: list[Taking]) -> None:
    """End a round of asking: who has not agreed drops out, and the order is confirmed, asks again, or has failed.

    The order is locked, and every member's answer of this round is known or late.
    """
    in_round = [
        each
        for each in everybody
        if each.member.state == MemberState.JOINED
        or (each.member.state == MemberState.DECLINED and each.member.answered_round == order.round)
    ]
    agreed = [each for each in in_round if _agreed(order, each)]
    follows = sums.verdict(
        [sums.Standing(_agreed(order, each), each.share) for each in in_round], stored.months(order), order.target_kg
    )
    for each in in_round:
        if each.member.state == MemberState.JOINED and each not in agreed:
            each.member.state = MemberState.SILENT
            await session.flush()
            fact = MemberSilent(order.id, each.member.buyer_id)
            await announce(session, fact, actor=SYSTEM, new={"round": order.round, "answer_by": order.answer_by})
    if follows is sums.Verdict.TOO_FEW:
        await orders.end(session, actor, order, OrderState.FAILED, EndReason.TOO_FEW)
        return
    if all(each.member.buyer_id != order.lead_id for each in agreed):
        # The lead has dropped out itself: whoever takes most leads on, the earliest of equals.
        order.lead_id = max(agreed, key=lambda each: sum(each.share.values())).member.buyer_id
    if follows is sums.Verdict.AGAIN:
        await orders.begin_confirming(session, actor, order)
        return
    order.state, order.answer_by = OrderState.CONFIRMED, clock.today() + timedelta(days=order.confirm_days)
    await session.flush()
    new = {"state": order.state, "members": len(agreed), "post_by": order.answer_by}
    await announce(session, JointOrderConfirmed(order.id), actor=actor, new=new)


async def settle_due(session: AsyncSession) -> int:
    """What the clock asks for: rounds whose last day is over, and orders that nobody has decided about. Gives their number.

    It may run as often as one likes and beside itself: an order that another run holds is left to it.
    """
    today = clock.today()
    due = (
        await session.scalars(
            select(JointOrder)
            .where(
                or_(
                    and_(JointOrder.state == OrderState.CONFIRMING, JointOrder.answer_by < today),
                    and_(JointOrder.state == OrderState.OPEN, JointOrder.join_by < today - rules.DECIDE_WITHIN),
                )
            )
            .order_by(JointOrder.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    ).all()
    for order in due:
        if order.state == OrderState.OPEN:
            await orders.end(session, SYSTEM, order, OrderState.FAILED, EndReason.NOT_FILLED)
        else:
            await settle(session, SYSTEM, order, await stored.members_of(session, order.id))
    return len(due)


def _agreed(order: JointOrder, each: Taking) -> bool:
    return each.member.state == MemberState.JOINED and each.member.answered_round == order.round
