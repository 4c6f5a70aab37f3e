"""The floor of a fair as plain values: what is drawn, allocated, booked and walked. Places and sizes are metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Spot:
    """A booth that can be given out; of combined ones the whole, never the parts."""

    id: UUID
    code: str
    hall_id: UUID
    hall: str
    class_code: str
    kind: str  # A BoothKind.
    x: float
    y: float
    width: float
    depth: float
    zone: str | None  # The code of its zone or pavilion.
    power: str  # A Power.
    water: bool
    cold: bool
    price_vnd: int  # The list price of the whole booth for the whole fair.
    first_come: bool
    closed: str | None
    parts: tuple[str, ...] = ()  # The codes of the booths it is combined of.

    @property
    def area(self) -> float:
        """Square metres."""
        return self.width * self.depth


@dataclass(frozen=True, slots=True)
class ZoneMark:
    """A zone or a pavilion."""

    id: UUID
    code: str
    name: str
    kind: str  # A ZoneKind.
    province_code: str | None
    goods: str  # A ZoneGoods.
    smell: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """An aisle, an entrance, a pillar, a wall, a stage."""

    kind: str
    label: str | None
    x: float
    y: float
    width: float
    depth: float


@dataclass(frozen=True, slots=True)
class HallFloor:
    """One hall with what stands in it."""

    id: UUID
    name: str
    width: float
    depth: float
    outdoor: bool
    booths: tuple[Spot, ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Floor:
    """All halls of a fair."""

    fair_id: UUID
    halls: tuple[HallFloor, ...]
    zones: tuple[ZoneMark, ...]

    @cached_property
    def booths(self) -> tuple[Spot, ...]:
        """Every booth of every hall, by hall and code."""
        return tuple(booth for hall in self.halls for booth in hall.booths)

    @cached_property
    def by_id(self) -> dict[UUID, Spot]:
        """The booths by id."""
        return {booth.id: booth for booth in self.booths}

    @cached_property
    def by_code(self) -> dict[str, Spot]:
        """The booths by code."""
        return {booth.code: booth for booth in self.booths}
