"""Who is to be placed, as plain values: an exhibitor alone, or several who share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sharer:
    """One exhibitor of a party."""

    application_id: UUID
    supplier_id: UUID | None
    name: str  # As it stands on the fascia.
    province_code: str | None
    old_district: str | None  # The former district of its commune, for quotas.


@dataclass(frozen=True, slots=True)
class Party:
    """What is placed as one: the accepted applications of one booth, the first one asking for it, others sharing it.

    `id` is the id of the first application. `place` is that in the order of choice, from 1.
    `near` and `apart` are ids of parties.
    """

    id: UUID
    code: str
    name: str
    sharers: tuple[Sharer, ...]
    state: str  # accepted or waiting
    place: int | None
    points: int
    booths: int
    class_codes: tuple[str, ...]
    least_m2: float
    first_day: date
    last_day: date
    power: str
    water: bool
    cold: bool
    goods: str
    smell: bool
    commodity: str | None
    takes_smell: bool
    pavilion: str | None
    zones: tuple[str, ...]
    near: tuple[UUID, ...]
    apart: tuple[UUID, ...]
    luck: int
    by_days: tuple[tuple[UUID, date, date], ...] = ()  # Who has it when, where they take turns: application, first, last day.
