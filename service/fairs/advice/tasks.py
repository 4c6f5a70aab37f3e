"""What the worker does for invitations to exhibit: it writes to whoever is asked."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.events import on
from service.fairs.advice import events, mails


@on(events.ExhibitorInvited)
async def tell_invited(session: AsyncSession, fact: events.ExhibitorInvited) -> None:
    """The supplier is told that it is asked."""
    await mails.tell_invited(session, fact.subject)
