"""What the worker does for invitations: it writes to both sides, and writes down who was silent."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.events import every, on
from service.matching.events import RequestRevised
from service.matching.invitations import events, invitations, mails, reminding, threads


@on(events.InvitationSent)
async def tell_invited(session: AsyncSession, fact: events.InvitationSent) -> None:
    """The supplier is told that it is asked."""
    await mails.tell_invited(session, fact.subject)


@on(events.InvitationWithdrawn)
async def tell_withdrawn(session: AsyncSession, fact: events.InvitationWithdrawn) -> None:
    """The supplier is told that it is not asked any more."""
    await mails.tell_withdrawn(session, fact.subject)


@on(events.InvitationAccepted)
async def tell_accepted(session: AsyncSession, fact: events.InvitationAccepted) -> None:
    """The buyer is told that an answer will come."""
    await mails.tell_answered(session, fact.subject)


@on(events.InvitationDeclined)
async def tell_declined(session: AsyncSession, fact: events.InvitationDeclined) -> None:
    """The buyer is told that none will come, and why."""
    await mails.tell_answered(session, fact.subject)


@on(RequestRevised)
async def tell_changed(session: AsyncSession, fact: RequestRevised) -> None:
    """Everyone who was asked or has quoted is told what is asked now."""
    await mails.tell_changed(session, fact.subject)


@every("*/10 * * * *")
async def note_silence(session: AsyncSession) -> None:
    """Write down who has let the last day go by."""
    await invitations.note_silence(session)


@every("*/10 * * * *")
async def remind(session: AsyncSession) -> None:
    """In the morning, remind those whose last day to answer is tomorrow."""
    await reminding.remind(session)


@every("5-59/10 * * * *")
async def tell_silences(session: AsyncSession) -> None:
    """In the morning, tell buyers who has not answered: after the silences of the night have been written down."""
    await reminding.tell_silences(session)


@every("* * * * *")
async def tell_unread(session: AsyncSession) -> None:
    """Write to whoever has left something unread for ten minutes."""
    await threads.tell_unread(session)
