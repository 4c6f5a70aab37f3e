"""What happens to booths. The subject is the occupancy; that of a plan that was settled, and of the desk, is the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_READ = "Whoever it concerns reads it on the fair's pages the moment it is so."


@dataclass(frozen=True)
class _Told(Event):
    fair_id: UUID

    unanswered: ClassVar[str | None] = _READ


@dataclass(frozen=True)
class BoothBooked(_Told):
    """An exhibitor holds a booth until she confirms it. The database function `fairs_book` tells it."""


@dataclass(frozen=True)
class BoothTaken(_Told):
    """A booth that was held is hers for good; she gets her pass."""

    unanswered: ClassVar[str | None] = None


@dataclass(frozen=True)
class BoothKept(_Told):
    """The organiser keeps a booth for somebody until a day."""


@dataclass(frozen=True)
class HoldChanged(_Told):
    """A booth is kept longer or shorter, or under another name."""


@dataclass(frozen=True)
class BoothReleased(_Told):
    """A booth is free again: it was let go, or its hold has run out."""


@dataclass(frozen=True)
class PlanSettled(Event):
    """The booths of a fair are occupied as its published plan says."""

    plan_id: UUID


@dataclass(frozen=True)
class BookingDeskSet(Event):
    """When and how booths are booked has changed."""

    unanswered: ClassVar[str | None] = _READ
