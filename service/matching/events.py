"""What happens between a need and its answer. The subject is the buyer or the request that it happened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_KEPT = "Who fits is computed when it is read; who is asked is told by the invitation."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _KEPT


@dataclass(frozen=True)
class BuyerFounded(_Told):
    """A distributor has entered its profile."""


@dataclass(frozen=True)
class BuyerRevised(_Told):
    """A distributor's profile has changed."""


@dataclass(frozen=True)
class BuyerSubmitted(_Told):
    """A distributor's profile waits to be verified."""


@dataclass(frozen=True)
class BuyerVerified(_Told):
    """A distributor is who it says it is: it sees wholesale prices and asks in public from now on."""


@dataclass(frozen=True)
class BuyerReturned(_Told):
    """A distributor's profile has been given back with the reasons."""


@dataclass(frozen=True)
class RequestDrafted(_Told):
    """A buyer has written down a need, for itself only."""

    buyer_id: UUID


@dataclass(frozen=True)
class RequestOpened(_Told):
    """A request can be answered."""

    buyer_id: UUID


@dataclass(frozen=True)
class RequestRevised(_Told):
    """What a request asks for has changed; the old and the new values stand beside this fact."""

    buyer_id: UUID

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class RequestReopened(_Told):
    """A request that was filled takes answers again, because something of it was taken back."""

    buyer_id: UUID


@dataclass(frozen=True)
class RequestClosed(Event):
    """A request takes no more answers; who has quoted is answered with its reason."""

    buyer_id: UUID
