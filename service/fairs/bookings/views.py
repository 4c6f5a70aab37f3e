"""Who has which booth, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Occupied:
    """A booth for some days. A hold that has run out is never among them."""

    id: UUID
    booth_id: UUID
    booth: str  # Its code.
    hall: str
    first_day: date
    last_day: date
    origin: str  # plan, booking, hold
    state: str  # held, taken
    held_until: datetime | None
    name: str  # As it stands on the fascia.
    supplier_id: UUID | None
    supplier_slug: str | None  # Of one that everybody may read about.
    application_id: UUID | None
    share_id: UUID | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the published plan puts an exhibitor."""

    booth_id: UUID
    first_day: date
    last_day: date
    application_id: UUID
    supplier_id: UUID | None
    name: str
    share_id: UUID | None = None  # The same for all who share the booth on the same days.
