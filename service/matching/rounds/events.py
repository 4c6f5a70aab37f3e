"""What happens to matching rounds. The subject is the round; that of a clearing is the clearing, of a wish the proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_READ = "Both sides read it on the page of the round."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _READ


@dataclass(frozen=True)
class RoundDrafted(_Told):
    """An organiser prepares a round."""


@dataclass(frozen=True)
class RoundRevised(_Told):
    """What a round says of itself, or asks besides, has changed; the old and new values stand beside this fact."""


@dataclass(frozen=True)
class RoundMoved(_Told):
    """A round has gone on: it collects, was taken back to collecting, or is over."""


@dataclass(frozen=True)
class RequestBrought(_Told):
    """A buyer has brought a request to the round, or changed what it answers there."""

    request_id: UUID


@dataclass(frozen=True)
class RequestTakenBack(_Told):
    """A buyer has taken a request out of the round."""

    request_id: UUID


@dataclass(frozen=True)
class SupplierJoined(_Told):
    """A supplier takes part, or brings other products than before."""

    supplier_id: UUID


@dataclass(frozen=True)
class SupplierLeft(_Told):
    """A supplier takes part no more."""

    supplier_id: UUID


@dataclass(frozen=True)
class ParticipantsTakenOver(_Told):
    """The suppliers of an earlier round take part in this one as well."""

    earlier_id: UUID


@dataclass(frozen=True)
class RoundClearingAsked(Event):
    """The organiser wants the round cleared; the worker does it."""

    round_id: UUID


@dataclass(frozen=True)
class RoundCleared(_Told):
    """A clearing has come to its end: done, stopped, or given up."""

    round_id: UUID


@dataclass(frozen=True)
class RoundPublished(Event):
    """Both sides may read what is proposed to them, and are written to."""

    clearing_id: UUID


@dataclass(frozen=True)
class WishSaid(_Told):
    """One side has said whether it wants to meet the other."""

    clearing_id: UUID


@dataclass(frozen=True)
class ProposalsInvited(_Told):
    """The organiser has had the suppliers of a published round invited to the requests proposed to them."""

    clearing_id: UUID
