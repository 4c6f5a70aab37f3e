"""Who may ask whom, who may answer, and who reads what the two sides write. Pure: asks no database.

A thread belongs to two organisations, the buyer's and the supplier's. Nobody else reads it: no officer, no organiser, nobody
who runs the market.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from service.accounts import Actor, Role
from service.matching import rules
from service.matching.invitations.models import CLOSED, InvitationState, Side

ANSWER_DAYS = 7
LONGEST_WAIT = 90
MOST_INVITED = 300
MOST_FILES = 5


def may_invite(actor: Actor | None, request: rules.Asked, organisation_id: UUID, today: date, quotes: int = 0) -> bool:
    """Whether the actor may ask suppliers to answer: the owner of an open request whose organisation has been verified."""
    return (
        rules.may_act_for(actor, organisation_id) and rules.may_ask_publicly(actor) and rules.answerable(request, today, quotes)
    )


def answer_by(today: date, deadline: date | None, wished: date | None = None) -> date:
    """Until when an answer is waited for: as the buyer wishes, else a week; never after the request's own last day."""
    wanted = wished or today + timedelta(days=ANSWER_DAYS)
    return min(wanted, deadline) if deadline is not None else wanted


def side_of(actor: Actor | None, buyer_id: UUID, supplier_id: UUID) -> Side | None:
    """On which side of a thread the actor stands, by the organisations of both; None for everybody else, officers too."""
    if actor is None or actor.organisation_id is None:
        return None
    if actor.role is Role.BUYER and actor.organisation_id == buyer_id:
        return Side.BUYER
    if actor.role is Role.SUPPLIER and actor.organisation_id == supplier_id:
        return Side.SUPPLIER
    return None


def may_read(side: Side | None, state: str) -> bool:
    """Whether a side may open the thread: the supplier not any more once the buyer has withdrawn the invitation."""
    return side is Side.BUYER or (side is Side.SUPPLIER and state != InvitationState.WITHDRAWN)


def may_write(actor: Actor | None, side: Side | None, state: str) -> bool:
    """Whether the actor may write to the other side: both may, viewers excepted, until the invitation is withdrawn."""
    return actor is not None and side is not None and actor.may_write and state != InvitationState.WITHDRAWN


def may_answer(actor: Actor | None, side: Side | None, state: str, *, answerable: bool) -> bool:
    """Whether the actor may accept or decline: the supplier, as long as the request takes answers and it has not quoted."""
    return (
        actor is not None
        and side is Side.SUPPLIER
        and actor.may_write
        and answerable
        and state not in (InvitationState.ANSWERED, InvitationState.WITHDRAWN)
    )


def may_withdraw(actor: Actor | None, organisation_id: UUID, state: str) -> bool:
    """Whether the actor may take an invitation back: the buyer, until the supplier has quoted or declined."""
    return rules.may_act_for(actor, organisation_id) and state != InvitationState.ANSWERED and state not in CLOSED
