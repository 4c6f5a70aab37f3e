"""What a quote says as it is stored: open, or sealed so that nobody but its supplier reads it before the last day is over (M5).

The seal is AES-256-GCM with the market's own secret and names the quote and the revision, so that one moved to another row
opens nowhere. The day until which it was promised to stay closed is inside it: whoever moves the deadline, or writes another
one into the database, opens nothing before that day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM
from service.core import clock
from service.core.encryption import open_sealed, seal
from service.core.events import announce
from service.core.settings import Settings
from service.matching.models import RequestState, SourcingRequest
from service.matching.quotes import rules
from service.matching.quotes.events import QuotesOpened
from service.matching.quotes.inputs import QuoteDraft, QuoteLine, Tier
from service.matching.quotes.models import Quote, QuotedMonth, QuoteRevision, QuoteState, Tender


def content_of(draft: QuoteDraft) -> dict[str, Any]:
    """A quote in the words of JSON."""
    return draft.model_dump(mode="json")


def draft_of(content: Mapping[str, Any]) -> QuoteDraft:
    """The quote again. Numbers are made here, because a stored 1.250 is no 1.250 that somebody has typed on a page."""
    known = {name: content[name] for name in QuoteDraft.model_fields if name in content}
    known["lines"] = tuple(
        QuoteLine(
            product_id=UUID(each["product_id"]), month=date.fromisoformat(each["month"]), kg=Decimal(each["kg"]),
            price_vnd_per_kg=each["price_vnd_per_kg"],
        )
        for each in content["lines"]
    )  # fmt: skip
    known["tiers"] = tuple(
        Tier(from_kg=Decimal(each["from_kg"]), less_vnd_per_kg=each["less_vnd_per_kg"]) for each in content.get("tiers", ())
    )
    for name in ("deposit_percent", "discount_percent"):
        known[name] = Decimal(content[name])
    known["valid_until"] = date.fromisoformat(content["valid_until"])
    return QuoteDraft(**known)


def sealed(quote_id: UUID, number: int, draft: QuoteDraft, until: date) -> bytes:
    """What a revision says, for nobody to read until that day is over."""
    return seal(_secret(), _purpose(quote_id, number), json.dumps({"until": until.isoformat(), "quote": content_of(draft)}))


def unsealed(quote_id: UUID, number: int, closed: bytes) -> tuple[QuoteDraft, date]:
    """What it says, and until when it had to stay closed. Raises ValueError where the seal is not ours or was touched."""
    told = json.loads(open_sealed(_secret(), _purpose(quote_id, number), closed))
    return draft_of(told["quote"]), date.fromisoformat(told["until"])


def kept_away(quote_id: UUID, typed: Mapping[str, str]) -> bytes:
    """What a supplier has typed and not sent, for its own eyes."""
    return seal(_secret(), f"quote-draft:{quote_id}", json.dumps(dict(typed)))


def kept_words(quote: Quote) -> dict[str, str]:
    """What was typed, again; nothing where it cannot be read any more."""
    if quote.kept is None:
        return {}
    try:
        found: dict[str, str] = json.loads(open_sealed(_secret(), f"quote-draft:{quote.id}", quote.kept))
    except ValueError:
        return {}
    return found


def own_words(quote: Quote, revision: QuoteRevision) -> QuoteDraft | None:
    """What a revision says, for its own supplier or for whoever may read it by now; None where its seal does not open."""
    if revision.content is not None:
        return draft_of(revision.content)
    try:
        return unsealed(quote.id, revision.number, revision.sealed or b"")[0]
    except ValueError:
        return None


async def write_lines(session: AsyncSession, quote_id: UUID, draft: QuoteDraft) -> None:
    """Store the lines of the revision that holds, in place of what was there."""
    await session.execute(delete(QuotedMonth).where(QuotedMonth.quote_id == quote_id))
    session.add_all(
        QuotedMonth(
            quote_id=quote_id, product_id=each.product_id, year=each.month.year, month=each.month.month, kg=each.kg,
            price_vnd_per_kg=each.price_vnd_per_kg,
        )
        for each in draft.lines
    )  # fmt: skip
    await session.flush()


async def open_if_due(session: AsyncSession, request_id: UUID) -> int:
    """Open the sealed quotes of a request whose last day is over: all at once, or none; gives how many.

    Whoever reads the quotes asks for it first, so that nothing waits for a job. Of each quote the revision that holds is
    opened; what was replaced or withdrawn before the day stays closed for good.
    """
    request = await session.scalar(select(SourcingRequest).where(SourcingRequest.id == request_id))
    today = clock.today()
    if request is None or not request.sealed or request.state == RequestState.DRAFT or rules.sealed_now(request, today):
        return 0
    if await session.scalar(_closed(request_id).limit(1)) is None:
        return 0
    # Locked only now: most readers find nothing to open. Of two who do, the second finds everything open.
    await session.execute(select(SourcingRequest.id).where(SourcingRequest.id == request_id).with_for_update())
    found = (await session.execute(_closed(request_id).execution_options(populate_existing=True))).all()
    opened = []
    for quote, revision in found:
        try:
            opened.append((quote, revision, *unsealed(quote.id, revision.number, revision.sealed or b"")))
        except ValueError:  # Sealed with a secret that is gone: the others are not to suffer for it.
            continue
    if not opened or not rules.may_open(request.deadline, [until for *_rest, until in opened], today):
        return 0
    for quote, revision, draft, _until in opened:
        revision.content, revision.sealed = content_of(draft), None
        quote.valid_until, quote.sealed_until = draft.valid_until, None
        await write_lines(session, quote.id, draft)
    tender = await session.get(Tender, request_id)
    if tender is not None:
        tender.opened_at, tender.opened_quotes = clock.now(), (tender.opened_quotes or 0) + len(opened)
    await session.flush()
    await announce(session, QuotesOpened(request_id, len(opened)), actor=SYSTEM)
    return len(opened)


def _closed(request_id: UUID) -> Any:
    """The quotes that hold and are sealed still, with the revision that holds."""
    return (
        select(Quote, QuoteRevision)
        .join(QuoteRevision, (QuoteRevision.quote_id == Quote.id) & (QuoteRevision.number == Quote.revision))
        .where(Quote.request_id == request_id, Quote.state == QuoteState.SENT, QuoteRevision.sealed.is_not(None))
        .order_by(Quote.id)
    )


def _purpose(quote_id: UUID, number: int) -> str:
    return f"quote:{quote_id}:{number}"


@cache
def _secret() -> SecretStr:
    # Read where a quote is sealed or opened, below all pages and jobs; the same variable as everywhere else.
    return Settings().secret
