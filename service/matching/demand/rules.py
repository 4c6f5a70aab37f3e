"""Who may do what with joint orders. Pure: asks no database.

A listed order is seen by everybody without names; one that is not listed by its members and by whoever has its link. Only
verified buyers open and join, since they put something on the market. Members read one another's kilograms, and names where
the named have agreed. The lead (its opener, as long as it stays in) moves the order on.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from secrets import compare_digest
from uuid import UUID

from service.accounts import Actor, Role
from service.matching.demand.models import JointOrder, OrderState, TargetKind

DECIDE_WITHIN = timedelta(days=7)  # After the last day for joining; then an order that is not full has failed.
MOST_MEMBERS = 100
MOST_OPEN = 20  # Orders that one buyer may have open at once.


def may_open(actor: Actor | None) -> bool:
    """Whether the actor may open a joint order or take part in one: verified buyers' people who may write, and the system."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (actor.role is Role.BUYER and actor.may_write and actor.verified)


def may_act_for(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor may speak for that buyer in an order it takes part in already, verified or not."""
    if actor is None:
        return False
    return actor.role is Role.SYSTEM or (
        actor.role is Role.BUYER and actor.may_write and actor.organisation_id == organisation_id
    )


def may_see(actor: Actor | None, order: JointOrder, *, takes_part: bool, invite: str | None) -> bool:
    """Whether the actor may know of the order; `takes_part` says that her buyer is or was a member."""
    if order.listed or takes_part or (actor is not None and actor.role is Role.SYSTEM):
        return True
    return invite is not None and compare_digest(invite.encode(), order.invite_token.encode())


def is_joinable(order: JointOrder, today: date) -> bool:
    """Whether one may still join, change and leave."""
    return order.state == OrderState.OPEN and today <= order.join_by


def may_leave(order: JointOrder) -> bool:
    """Whether a member may still leave; afterwards it says no when it is asked to confirm."""
    return order.state == OrderState.OPEN


def may_extend(order: JointOrder, today: date) -> bool:
    """Whether the lead may still give more time for joining."""
    return order.state == OrderState.OPEN and today <= order.join_by + DECIDE_WITHIN


def may_ask_to_confirm(order: JointOrder, today: date) -> bool:
    """Whether the lead may go on with what there is: when the day for joining is over."""
    return order.state == OrderState.OPEN and today > order.join_by


def may_call_off(order: JointOrder) -> bool:
    """Whether the opener may end the order: until it has become a request."""
    return order.state in (OrderState.OPEN, OrderState.CONFIRMING, OrderState.CONFIRMED)


def may_post(order: JointOrder, *, leads: bool, takes_part: bool, today: date) -> bool:
    """Whether a member may post the request: the lead, and every member once the lead has let its day pass."""
    if order.state != OrderState.CONFIRMED or order.answer_by is None:
        return False
    return leads or (takes_part and today > order.answer_by)


def most_kg(order: JointOrder) -> Decimal | None:
    """What fits in one month: a lorry carries no more than its load, a bulk price has no end."""
    return order.target_kg if order.target_kind == TargetKind.LORRY else None
