"""Quotes on a request, and what a buyer takes of them.

A supplier whose product fits, or nearly does, or who was invited, *quotes*: kilograms and đ/kg by product and month, with its
terms. It has one quote for each request, which it may *revise* and *withdraw* while answers are taken, and which is *sealed*
until the last day is over where the buyer asked for that. The buyer compares what a kilogram costs *delivered* and *awards* in
parts: each award promises the capacity in the ledger in the same transaction. Who is not chosen is told why; a buyer that does
not decide by its day has been *silent*, and that is recorded.

    send(session, actor, code, QuoteDraft(...), key=UUID, pool_id=None) -> Quote       sent again: a revision
    keep_draft(session, actor, code, typed), withdraw(session, actor, code)
    award(session, actor, code, [Part(...)], version=n, key=UUID, close=False, reason_for_losers="") -> list[Award]
    undo_award(session, actor, award_id, Undoing(reason=...)) -> Award                  before the first delivery
    move_decision(session, actor, code, day), buyer_answers(session, buyer_ids), expire_due(session)
"""

from service.matching.quotes.answering import SOURCE, undo_award
from service.matching.quotes.awards import award
from service.matching.quotes.events import (
    AwardUndone,
    QuoteAwarded,
    QuoteLost,
    QuoteSent,
    QuotesExpired,
    QuotesOpened,
    QuoteWithdrawn,
)
from service.matching.quotes.expiring import BuyerAnswers, buyer_answers, expire_due, move_decision
from service.matching.quotes.inputs import Part, QuoteDraft, QuoteLine, Tier, Undoing
from service.matching.quotes.models import (
    Award,
    AwardedMonth,
    AwardState,
    Quote,
    QuotedMonth,
    QuoteRevision,
    QuoteState,
    Tender,
)
from service.matching.quotes.sealing import kept_words
from service.matching.quotes.sending import keep_draft, send, withdraw

__all__ = [
    "SOURCE",
    "Award",
    "AwardState",
    "AwardUndone",
    "AwardedMonth",
    "BuyerAnswers",
    "Part",
    "Quote",
    "QuoteAwarded",
    "QuoteDraft",
    "QuoteLine",
    "QuoteLost",
    "QuoteRevision",
    "QuoteSent",
    "QuoteState",
    "QuoteWithdrawn",
    "QuotedMonth",
    "QuotesExpired",
    "QuotesOpened",
    "Tender",
    "Tier",
    "Undoing",
    "award",
    "buyer_answers",
    "expire_due",
    "keep_draft",
    "kept_words",
    "move_decision",
    "send",
    "undo_award",
    "withdraw",
]
