"""What happens to joint orders. The subject is the order; the buyer is the one that it happened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_SEEN = "Whoever takes part reads it on the order's own page; mails are written when an answer is due."


@dataclass(frozen=True)
class _Seen(Event):
    unanswered: ClassVar[str | None] = _SEEN


@dataclass(frozen=True)
class JointOrderOpened(_Seen):
    """A buyer wants to put its need together with others'."""

    buyer_id: UUID


@dataclass(frozen=True)
class JointOrderExtended(_Seen):
    """One may join longer than before."""


@dataclass(frozen=True)
class MemberJoined(_Seen):
    """A buyer takes part, or takes part again."""

    buyer_id: UUID


@dataclass(frozen=True)
class MemberPartChanged(_Seen):
    """A member takes other quantities, or says something else of itself."""

    buyer_id: UUID


@dataclass(frozen=True)
class MemberLeft(_Seen):
    """A member has left while the order was open."""

    buyer_id: UUID


@dataclass(frozen=True)
class MemberConfirmed(_Seen):
    """A member stands by its figures."""

    buyer_id: UUID


@dataclass(frozen=True)
class MemberDeclined(_Seen):
    """A member does not stand by its figures, and drops out."""

    buyer_id: UUID


@dataclass(frozen=True)
class MemberSilent(Event):
    """A member has let the last day of confirmation pass, and drops out; its silence is kept."""

    buyer_id: UUID


@dataclass(frozen=True)
class ConfirmationAsked(Event):
    """Every member is asked whether its figures stand; `round` counts how often."""

    round: int


@dataclass(frozen=True)
class JointOrderConfirmed(Event):
    """Those who remain have agreed to the figures; the lead may post the request."""


@dataclass(frozen=True)
class JointRequestPosted(Event):
    """The order has become one request."""

    request_id: UUID


@dataclass(frozen=True)
class JointOrderEnded(Event):
    """The order has come to nothing."""
