"""What the worker does for quotes: it writes to both sides, opens what may be opened, and ends what nobody has answered."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.events import every, on
from service.matching.events import RequestClosed
from service.matching.quotes import answering, events, expiring, mails


@on(events.QuoteSent)
async def tell_received(session: AsyncSession, fact: events.QuoteSent) -> None:
    """The buyer is told of a quote and of its revisions."""
    await mails.tell_received(session, fact.subject, fact.revision)


@on(events.QuoteWithdrawn)
async def tell_withdrawn(session: AsyncSession, fact: events.QuoteWithdrawn) -> None:
    """The buyer is told that a quote is gone."""
    await mails.tell_withdrawn(session, fact.subject)


@on(events.QuotesOpened)
async def tell_opened(session: AsyncSession, fact: events.QuotesOpened) -> None:
    """The buyer is told that it may read its quotes."""
    await mails.tell_opened(session, fact.subject, fact.quotes)


@on(events.QuoteAwarded)
async def tell_awarded(session: AsyncSession, fact: events.QuoteAwarded) -> None:
    """The supplier is told what was taken."""
    await mails.tell_awarded(session, fact.subject)


@on(events.QuoteLost)
async def tell_lost(session: AsyncSession, fact: events.QuoteLost) -> None:
    """The supplier is told why not."""
    await mails.tell_lost(session, fact.subject)


@on(events.AwardUndone)
async def tell_undone(session: AsyncSession, fact: events.AwardUndone) -> None:
    """Both sides are told."""
    await mails.tell_undone(session, fact.subject)


@on(events.QuotesExpired)
async def tell_expired(session: AsyncSession, fact: events.QuotesExpired) -> None:
    """Both sides are told where the buyer was silent."""
    if fact.silent:
        await mails.tell_expired(session, fact.subject, fact.quotes)


@on(RequestClosed)
async def answer_with_no(session: AsyncSession, fact: RequestClosed) -> None:
    """A request that is closed while quotes wait answers them with its own reason."""
    await answering.answer_closed(session, fact.subject)


@every("*/10 * * * *")
async def open_due(session: AsyncSession) -> None:
    """Open sealed quotes whose day has come, so that the buyer hears of it; whoever reads them earlier has opened them."""
    await expiring.open_due(session)


@every("*/10 * * * *")
async def expire_due(session: AsyncSession) -> None:
    """End the quotes that nobody has answered in time."""
    await expiring.expire_due(session)
