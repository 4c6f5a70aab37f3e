"""What happens around a fair. The subject is the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from service.core.events import Event

_KEPT = "The calendar, and which products suit a fair, are computed when they are read."


@dataclass(frozen=True)
class _Told(Event):
    unanswered: ClassVar[str | None] = _KEPT


@dataclass(frozen=True)
class FairDrafted(_Told):
    """An organiser prepares a fair; nobody else sees it yet."""


@dataclass(frozen=True)
class FairAnnounced(_Told):
    """A fair with its place and dates can be seen by everyone."""


@dataclass(frozen=True)
class FairRevised(_Told):
    """Place, dates or halls of a fair have changed."""


@dataclass(frozen=True)
class HoursSaid(_Told):
    """When a fair opens and closes on its days has been said anew."""


@dataclass(frozen=True)
class FairCancelled(_Told):
    """A fair will not be held."""


@dataclass(frozen=True)
class BuyerExpected(_Told):
    """A buyer has said that it will be at a fair."""

    buyer_id: UUID
