"""What happens to pooled lots. The subject is the lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_SEEN = "The page that waits for it reads the lot itself."


@dataclass(frozen=True)
class PoolAsked(Event):
    """A buyer wants a lot put together."""

    request_id: UUID


@dataclass(frozen=True)
class PoolShareReminded(Event):
    """A supplier was told that the day to answer by is tomorrow. The subject is the share."""

    pool_id: UUID

    unanswered: ClassVar[str | None] = "It is the mail itself, written in the same transaction."


@dataclass(frozen=True)
class PoolCancelled(Event):
    """A buyer does not want to wait any longer."""

    unanswered: ClassVar[str | None] = "Whoever solves asks for the state once a second."


@dataclass(frozen=True)
class PoolFound(Event):
    """The best lot is known, or a lot was set by hand."""

    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class PoolFailed(Event):
    """No lot could be found by the rules that were set."""

    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class PoolSent(Event):
    """The suppliers of a lot are asked for their shares."""

    unanswered: ClassVar[str | None] = "Each supplier's mail is written in the same transaction."


@dataclass(frozen=True)
class PoolShareAsked(Event):
    """A supplier is asked for its share."""

    share_id: UUID
    supplier_id: UUID

    unanswered: ClassVar[str | None] = "Its mail is written in the same transaction."


@dataclass(frozen=True)
class PoolShareAccepted(Event):
    """A supplier has accepted its share, and the kilograms are held for it."""

    share_id: UUID
    supplier_id: UUID

    unanswered: ClassVar[str | None] = "The hold stands in the ledger already; the buyer hears when the lot is complete."


@dataclass(frozen=True)
class PoolShareRefused(Event):
    """A supplier has declined its share, or has not answered in time; a stand-in may have been asked at once."""

    share_id: UUID
    supplier_id: UUID
    silent: bool


@dataclass(frozen=True)
class PoolCompleted(Event):
    """Every supplier of the lot has accepted: the lead can send the quote."""

    unanswered: ClassVar[str | None] = "The mails to buyer and lead are written in the same transaction."


@dataclass(frozen=True)
class PoolQuoted(Event):
    """The lead has sent one quote for the whole lot."""

    unanswered: ClassVar[str | None] = "The quote tells the buyer itself."


@dataclass(frozen=True)
class PoolDissolved(Event):
    """The lot is let go, and with it what its suppliers held."""

    unanswered: ClassVar[str | None] = "The holds are released and the mails written in the same transaction."
