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
Reading:
    compare(session, actor, code, rate=…) -> Comparison        for the buyer: side by side, the cheapest delivered first
    bench(session, actor, code) -> Bench                       for the supplier: what it needs to quote
    own_quotes(session, actor, cursor), own_quote(session, actor, id), award_page(session, actor, id)
    awarded(session, pairs, since, until) -> [Awarded]         what buyers took of suppliers they had met, for who traces it
    move_decision(session, actor, code, day), buyer_answers(session, buyer_ids), expire_due(session)
"""

from service.matching.quotes.answering import SOURCE, undo_award
from service.matching.quotes.awarded import Awarded, awarded
from service.matching.quotes.awards import award, price_at
from service.matching.quotes.comparing import HIGHEST_RATE, RATE, landed
from service.matching.quotes.desk_queries import QuoteList, bench, may_quote_on, own_quote, own_quotes
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
from service.matching.quotes.queries import award_page, buyers_request, compare, revisions_of
from service.matching.quotes.sealing import kept_words
from service.matching.quotes.sending import keep_draft, send, withdraw
from service.matching.quotes.typed import QuoteForm, as_typed, others_of, with_others
from service.matching.quotes.views import AwardView, Bench, Comparison, GoodsView, LineView, QuoteView
from service.matching.quotes.words import assumptions, conditions_of, state_name, terms_lines

__all__ = [
    "HIGHEST_RATE",
    "RATE",
    "SOURCE",
    "Award",
    "AwardState",
    "AwardUndone",
    "AwardView",
    "Awarded",
    "AwardedMonth",
    "Bench",
    "BuyerAnswers",
    "Comparison",
    "GoodsView",
    "LineView",
    "Part",
    "Quote",
    "QuoteAwarded",
    "QuoteDraft",
    "QuoteForm",
    "QuoteLine",
    "QuoteList",
    "QuoteLost",
    "QuoteRevision",
    "QuoteSent",
    "QuoteState",
    "QuoteView",
    "QuoteWithdrawn",
    "QuotedMonth",
    "QuotesExpired",
    "QuotesOpened",
    "Tender",
    "Tier",
    "Undoing",
    "as_typed",
    "assumptions",
    "award",
    "award_page",
    "awarded",
    "bench",
    "buyer_answers",
    "buyers_request",
    "compare",
    "conditions_of",
    "expire_due",
    "keep_draft",
    "kept_words",
    "landed",
    "may_quote_on",
    "move_decision",
    "others_of",
    "own_quote",
    "own_quotes",
    "price_at",
    "revisions_of",
    "send",
    "state_name",
    "terms_lines",
    "undo_award",
    "with_others",
    "withdraw",
]
