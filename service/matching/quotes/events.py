"""What happens to quotes and awards. The subject is the quote or the award, or the request that it happened to.

None of these facts carries what a quote says: the journal is read by others, and a quote may be sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class QuoteKept(Event):
    """A supplier has begun a quote and keeps it for itself."""

    unanswered: ClassVar[str | None] = "A draft is nobody else's matter."

    request_id: UUID


@dataclass(frozen=True)
class QuoteSent(Event):
    """A supplier has answered a request, or revised its answer: `revision` counts from 1."""

    request_id: UUID
    revision: int


@dataclass(frozen=True)
class QuoteWithdrawn(Event):
    """A supplier has taken its answer back before answers were closed."""

    request_id: UUID


@dataclass(frozen=True)
class QuotesOpened(Event):
    """The last day for sealed answers is over, and all of them have been opened together."""

    quotes: int


@dataclass(frozen=True)
class QuoteAwarded(Event):
    """A buyer has taken a quote, whole or in part; the capacity is promised. The subject is the award."""

    request_id: UUID
    quote_id: UUID


@dataclass(frozen=True)
class QuoteLost(Event):
    """A buyer has answered a quote with no, with the reason that its supplier is told."""

    request_id: UUID


@dataclass(frozen=True)
class AwardUndone(Event):
    """A buyer has taken an award back before anything was delivered; the capacity is free again."""

    request_id: UUID
    quote_id: UUID


@dataclass(frozen=True)
class QuotesExpired(Event):
    """Quotes hold no longer. `silent`: because their buyer has let the day pass by which it was to decide, which is recorded
    as its own silence; else because they have run out. The subject is the request.
    """

    quotes: int
    silent: bool


@dataclass(frozen=True)
class DecisionMoved(Event):
    """A buyer has named another day by which it decides."""

    unanswered: ClassVar[str | None] = "The day stands on the page of each quote."
