"""What the worker does for joint orders: it ends rounds of asking whose day is over, and writes to the members."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.events import every, on
from service.matching.demand import mails, settling
from service.matching.demand.events import (
    ConfirmationAsked,
    JointOrderConfirmed,
    JointOrderEnded,
    JointRequestPosted,
    MemberSilent,
)
from service.matching.quotes.events import QuoteAwarded


@every("*/15 * * * *")
async def settle_due_orders(session: AsyncSession) -> None:
    """End what the clock ends: rounds of asking, and orders that nobody has decided about."""
    await settling.settle_due(session)


@on(ConfirmationAsked)
async def ask_members(session: AsyncSession, fact: ConfirmationAsked) -> None:
    """Ask the members by mail whether their figures stand."""
    await mails.ask_to_confirm(session, fact.subject, fact.round)


@on(MemberSilent)
async def tell_silent_member(session: AsyncSession, fact: MemberSilent) -> None:
    """Tell a member that it has dropped out."""
    await mails.tell_silent(session, fact.subject, fact.buyer_id)


@on(JointOrderConfirmed)
async def tell_lead(session: AsyncSession, fact: JointOrderConfirmed) -> None:
    """Tell the lead that it may post the request."""
    await mails.tell_confirmed(session, fact.subject)


@on(JointRequestPosted)
async def tell_members_of_request(session: AsyncSession, fact: JointRequestPosted) -> None:
    """Tell the members where the request is."""
    await mails.tell_posted(session, fact.subject, fact.request_id)


@on(QuoteAwarded)
async def tell_members_of_award(session: AsyncSession, fact: QuoteAwarded) -> None:
    """Tell the members what they get when something is awarded on their joint request; other requests are nothing to us."""
    await mails.tell_awarded(session, fact.request_id)


@on(JointOrderEnded)
async def tell_members_of_end(session: AsyncSession, fact: JointOrderEnded) -> None:
    """Tell the members that nothing comes of the order."""
    await mails.tell_ended(session, fact.subject)
