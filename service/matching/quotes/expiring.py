"""The other side has a day by which it answers (M11): what becomes of quotes when it has passed, and how a buyer answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import SYSTEM, Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid
from service.core.events import announce
from service.core.i18n import _
from service.matching.models import SourcingRequest
from service.matching.quotes import rules
from service.matching.quotes.answering import POOL, locked_request, waiting_quotes
from service.matching.quotes.events import DecisionMoved, QuotesExpired
from service.matching.quotes.models import QuoteState, Tender
from service.matching.quotes.sealing import open_if_due

AT_ONCE = 200  # So many requests in one go; the next minute takes the next ones.
LONGEST_WAIT = timedelta(days=90)

# The day by which a buyer decides, as rules.decide_by says it.
DECIDE_BY = (
    f"coalesce(t.decide_by, r.deadline + {rules.DAYS_TO_DECIDE},"
    f" (t.last_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + {rules.DAYS_TO_DECIDE})"
)
_OVER = text(
    f"SELECT r.id FROM matching_request r JOIN matching_tender t ON t.request_id = r.id"  # noqa: S608 - our own constants.
    f" WHERE EXISTS (SELECT 1 FROM matching_quote q WHERE q.request_id = r.id AND q.state = 'sent'"
    f"                  AND ({DECIDE_BY} < :today OR q.valid_until < :today))"
    " ORDER BY r.id LIMIT :most"
)
_SEALED = text(
    "SELECT r.id FROM matching_request r WHERE r.sealed AND r.deadline < :today AND EXISTS (SELECT 1 FROM matching_quote q"
    " WHERE q.request_id = r.id AND q.state = 'sent' AND q.sealed_until IS NOT NULL) ORDER BY r.id LIMIT :most"
)
_ANSWERS = text(
    f"""
SELECT r.buyer_id, count(*), count(*) FILTER (WHERE t.decided_at IS NOT NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, (t.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
         - coalesce(r.deadline, (t.last_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))) FILTER (WHERE t.decided_at IS NOT NULL)
  FROM matching_tender t JOIN matching_request r ON r.id = t.request_id
 WHERE (t.decided_at IS NOT NULL OR t.silent_since IS NOT NULL OR {DECIDE_BY} < :today) AND r.buyer_id = ANY(:buyers)
   AND EXISTS (SELECT 1 FROM matching_quote q WHERE q.request_id = r.id AND q.state NOT IN ('draft', 'withdrawn'))
 GROUP BY r.buyer_id
"""  # noqa: S608 - our own constants.
).bindparams(bindparam("buyers", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class BuyerAnswers:
    """How a buyer answers those who quote: of so many requests whose day has come so many, usually within these days."""

    asked: int
    answered: int
    median_days: int | None

    @property
    def line(self) -> str:
        """The same in words."""
        if self.median_days is None:
            return _("trả lời %(answered)s/%(asked)s lần", answered=self.answered, asked=self.asked)
        if self.median_days == 0:
            return _("trả lời %(answered)s/%(asked)s lần, thường trong ngày", answered=self.answered, asked=self.asked)
        return _(
            "trả lời %(answered)s/%(asked)s lần, thường trong %(days)s ngày",
            answered=self.answered, asked=self.asked, days=self.median_days,
        )  # fmt: skip


async def buyer_answers(session: AsyncSession, buyer_ids: Iterable[UUID]) -> dict[UUID, BuyerAnswers]:
    """How these buyers answer; who has not had to answer yet is missing. A day that has passed counts without any job."""
    found = await session.execute(_ANSWERS, {"buyers": list(buyer_ids), "today": clock.today()})
    return {row[0]: BuyerAnswers(row[1], row[2], None if row[3] is None else round(row[3])) for row in found}


async def move_decision(session: AsyncSession, actor: Actor, code: str, day: date) -> Tender:
    """Let the buyer name the day by which it decides; the same day again changes nothing. One that has passed stays so."""
    request, _buyer = await locked_request(session, actor, code)
    tender = await session.get(Tender, request.id, populate_existing=True)
    if tender is None:
        raise Conflict(_("Chưa có báo giá nào để trả lời."))
    today, before = clock.today(), rules.decide_by(tender.decide_by, request.deadline, tender.last_at)
    if tender.silent_since is not None or (before is not None and before < today):
        raise Conflict(_("Ngày trả lời đã qua nên không dời được nữa."))
    least = max(today, request.deadline or today)
    if not least <= day <= least + LONGEST_WAIT:
        sentence = _(
            "Chọn một ngày từ %(first)s đến %(last)s.", first=formats.day(least), last=formats.day(least + LONGEST_WAIT)
        )
        raise Invalid(sentence, {"decide_by": sentence})
    if day != before:
        tender.decide_by = day
        await session.flush()
        await announce(session, DecisionMoved(request.id), actor=actor, old={"decide_by": before}, new={"decide_by": day})
    return tender


async def expire_due(session: AsyncSession) -> int:
    """End the quotes whose buyer has let its day pass, and those that hold no longer; gives their number."""
    ended = 0
    for request_id in (await session.scalars(_OVER, {"today": clock.today(), "most": AT_ONCE})).all():
        ended += await _expire(session, request_id)
    return ended


async def open_due(session: AsyncSession) -> int:
    """Open what may be opened, so that the buyer is told of it even where nobody looks."""
    opened = 0
    for request_id in (await session.scalars(_SEALED, {"today": clock.today(), "most": AT_ONCE})).all():
        opened += await open_if_due(session, request_id)
    return opened


async def _expire(session: AsyncSession, request_id: UUID) -> int:
    await open_if_due(session, request_id)
    request = await session.scalar(
        select(SourcingRequest)
        .where(SourcingRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    tender = await session.get(Tender, request_id, populate_existing=True)
    if request is None or tender is None:
        return 0
    today, by = clock.today(), rules.decide_by(tender.decide_by, request.deadline, tender.last_at)
    silent = by is not None and by < today
    ended = 0
    for quote in await waiting_quotes(session, request_id):
        if silent and by is not None:
            why = _("Người mua không trả lời đến hết ngày %(day)s.", day=formats.day(by))
        elif quote.valid_until is not None and quote.valid_until < today:
            why = _("Báo giá hết hiệu lực ngày %(day)s.", day=formats.day(quote.valid_until))
        else:
            continue
        quote.state, quote.ended_at, quote.ended_why, quote.updated_at = QuoteState.EXPIRED, clock.now(), why, clock.now()
        if quote.pool_id is not None:
            await catalogue.ledger.release(session, SYSTEM, POOL, quote.pool_id, reason=why)
        ended += 1
    if silent and tender.decided_at is None:
        tender.silent_since = by
    await session.flush()
    if ended:
        await announce(session, QuotesExpired(request_id, ended, silent), actor=SYSTEM)
    return ended
