"""What the worker does for applications: it writes to exhibitors."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.events import on
from service.fairs.applications import mails
from service.fairs.applications.events import (
    ApplicationAnswered,
    OrderDrawn,
    ShareAgreed,
    ShareAsked,
    ShareDissolved,
    ShareLeft,
)


@on(ApplicationAnswered)
async def tell_exhibitor(session: AsyncSession, fact: ApplicationAnswered) -> None:
    """Tell the exhibitor what the organiser said."""
    await mails.tell_answer(session, fact.subject, fact.state)


@on(ShareAsked)
async def tell_asked(session: AsyncSession, fact: ShareAsked) -> None:
    """Tell the one who has to agree."""
    await mails.tell_share_asked(session, fact.subject, fact.share_id, by_lead=fact.by_lead)


@on(ShareAgreed)
async def tell_agreed(session: AsyncSession, fact: ShareAgreed) -> None:
    """Tell the one who asked."""
    await mails.tell_share_agreed(session, fact.subject, fact.share_id, by_lead=fact.by_lead)


@on(ShareLeft)
async def tell_left(session: AsyncSession, fact: ShareLeft) -> None:
    """Tell the first one of the group that somebody has left, and whoever was refused that it was."""
    lead, other = fact.lead_application_id, fact.subject
    await mails.tell_share_ended(session, [other if fact.by_lead else lead], lead if fact.by_lead else other)


@on(ShareDissolved)
async def tell_dissolved(session: AsyncSession, fact: ShareDissolved) -> None:
    """Tell those who stay behind that the group is no more."""
    await mails.tell_share_ended(session, fact.members, fact.subject)


@on(OrderDrawn)
async def tell_places(session: AsyncSession, fact: OrderDrawn) -> None:
    """Tell every exhibitor its place in the order of choice."""
    await mails.tell_places(session, fact.draw_id)
