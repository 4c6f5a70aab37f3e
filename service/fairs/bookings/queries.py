"""Every read of who has which booth. A hold that has run out is nobody's, whether or not it was written down as released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import NotFound
from service.core.i18n import _
from service.fairs.bookings.models import BookingDesk
from service.fairs.bookings.views import Occupied

_OCCUPIED = """
SELECT o.id, o.booth_id, b.code, h.name AS hall, lower(o.days) AS first_day, upper(o.days) - 1 AS last_day, o.origin, o.state,
       CASE WHEN o.state = 'held' THEN o.held_until END AS held_until, o.name, o.supplier_id,
       CASE WHEN s.state = 'published' THEN s.slug END AS supplier_slug, o.application_id, o.share_id, o.note
  FROM fairs_occupancy o
  JOIN fairs_booth b ON b.id = o.booth_id
  JOIN fairs_hall h ON h.id = b.hall_id
  LEFT JOIN catalogue_supplier s ON s.id = o.supplier_id
"""
_VALID = "(o.state = 'taken' OR (o.state = 'held' AND o.held_until > :now))"
_OF_FAIR = text(
    f"{_OCCUPIED} WHERE o.fair_id = :fair AND {_VALID} ORDER BY h.position, h.name, b.code, first_day, o.name, o.id"
)
_OF_SUPPLIER = text(
    _OCCUPIED.replace("o.note\n", "o.note, f.slug AS fair_slug, f.name AS fair_name, f.starts_on, f.ends_on\n", 1)
    + f" JOIN fairs_fair f ON f.id = o.fair_id WHERE o.supplier_id = :supplier AND {_VALID}"
    " ORDER BY f.starts_on DESC, f.id, b.code, first_day LIMIT 200"
)
_MINE = text(
    f"{_OCCUPIED} WHERE o.fair_id = :fair AND s.organisation_id = :own AND {_VALID}"
    " AND (o.origin <> 'hold' OR o.state = 'taken') ORDER BY b.code, first_day"
).bindparams(bindparam("own", type_=Uuid))
_ASKING = text(
    "SELECT a.state, a.booths FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id"
    " WHERE a.fair_id = :fair AND s.organisation_id = :own AND a.state <> 'withdrawn'"
).bindparams(bindparam("own", type_=Uuid))


@dataclass(frozen=True, slots=True)
class OwnBooth:
    """A booth of a supplier with its fair."""

    occupied: Occupied
    fair_slug: str
    fair_name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Desk:
    """When booths of a fair are booked; `opens_at` None: never."""

    opens_at: datetime | None
    closes_at: datetime | None
    needs_accepted: bool
    hold_minutes: int
    version: int

    @property
    def is_open(self) -> bool:
        """Whether booths are booked now."""
        now = clock.now()
        return self.opens_at is not None and self.opens_at <= now and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the reader's organisation has applied for at a fair."""

    state: str
    booths: int


async def occupied(session: AsyncSession, fair_id: UUID) -> list[Occupied]:
    """Everybody who has a booth of a fair now, taken or held, by hall, booth and day: one statement."""
    found = await session.execute(_OF_FAIR, {"fair": fair_id, "now": clock.now()})
    return [_view(row) for row in found.all()]


async def booths_of(session: AsyncSession, supplier_id: UUID) -> list[OwnBooth]:
    """The booths of a supplier over all fairs, those of the latest fair first."""
    found = await session.execute(_OF_SUPPLIER, {"supplier": supplier_id, "now": clock.now()})
    return [OwnBooth(_view(row), row.fair_slug, row.fair_name, row.starts_on, row.ends_on) for row in found.all()]


async def own_booths(session: AsyncSession, actor: Actor, fair_id: UUID) -> list[Occupied]:
    """The booths of the actor's organisation at one fair."""
    found = await session.execute(_MINE, {"fair": fair_id, "own": actor.organisation_id, "now": clock.now()})
    return [_view(row) for row in found.all()]


async def own_booking(session: AsyncSession, actor: Actor, fair_id: UUID, occupancy_id: UUID) -> Occupied:
    """One booth of the actor's organisation. Raises NotFound where it is not hers, or not any more."""
    for each in await own_booths(session, actor, fair_id):
        if each.id == occupancy_id:
            return each
    raise NotFound(_("Không tìm thấy lượt đặt gian này."))


async def desk_of(session: AsyncSession, fair_id: UUID) -> Desk:
    """When booths of the fair are booked."""
    row = await session.scalar(select(BookingDesk).where(BookingDesk.fair_id == fair_id))
    if row is None:
        return Desk(None, None, needs_accepted=False, hold_minutes=15, version=0)
    return Desk(row.opens_at, row.closes_at, row.needs_accepted, row.hold_minutes, row.version)


async def asking(session: AsyncSession, actor: Actor, fair_id: UUID) -> Asking | None:
    """The application of the actor's organisation for the fair."""
    row = (await session.execute(_ASKING, {"fair": fair_id, "own": actor.organisation_id})).one_or_none()
    return Asking(row.state, row.booths) if row is not None else None


def _view(row: Row[Any]) -> Occupied:
    return Occupied(*tuple(row)[:15])
