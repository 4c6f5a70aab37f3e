"""What happens between asking and answering. The subject is the invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event


@dataclass(frozen=True)
class _OfRequest(Event):
    request_id: UUID
    supplier_id: UUID

    unanswered: ClassVar[str | None] = "Only the facts below happen."


@dataclass(frozen=True)
class InvitationSent(_OfRequest):
    """A buyer, a pooled lot or a round has asked a supplier."""

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class InvitationAccepted(_OfRequest):
    """The supplier will answer the request."""

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class InvitationDeclined(_OfRequest):
    """The supplier will not, and has said why."""

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class InvitationAnswered(_OfRequest):
    """The supplier has quoted."""

    unanswered: ClassVar[str | None] = "The quote itself is told, by whoever takes it."


@dataclass(frozen=True)
class AnswerTakenBack(_OfRequest):
    """The supplier has taken its quote back."""

    unanswered: ClassVar[str | None] = "The quote itself is told, by whoever takes it back."


@dataclass(frozen=True)
class InvitationReminded(_OfRequest):
    """The supplier was told that the day to answer by is tomorrow."""

    unanswered: ClassVar[str | None] = "It is the mail itself, written in the same transaction."


@dataclass(frozen=True)
class InvitationSilent(_OfRequest):
    """The last day for an answer went by without a word."""

    unanswered: ClassVar[str | None] = "It stands on the buyer's page; the mail of the morning tells all of a request at once."


@dataclass(frozen=True)
class InvitationWithdrawn(_OfRequest):
    """The buyer asks this supplier no more."""

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class MessageSent(Event):
    """One side has written to the other."""

    message_id: UUID

    unanswered: ClassVar[str | None] = "Mail comes by the clock, and only when nobody has read it for ten minutes."
