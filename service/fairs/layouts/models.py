"""Tables of the floor: halls in metres, zones and pavilions, classes of booths, booths, and what stands between them.

Places are metres from the left upper corner of the hall, of a thing's left upper corner.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word

METRES = Numeric(7, 2)


class BoothKind(StrEnum):
    """Kinds of space (F3): a standard booth of 3 × 3 m, one with two open sides, raw space, space under the sky."""

    STANDARD = "standard"
    CORNER = "corner"
    RAW = "raw"
    OUTDOOR = "outdoor"


class Power(StrEnum):
    """What a booth can be fed with: nothing, one phase, three phases."""

    NONE = "none"
    SINGLE = "single"
    THREE = "three"


class PriceBy(StrEnum):
    """What a price is for."""

    BOOTH = "booth"
    M2 = "m2"


class ZoneKind(StrEnum):
    """A zone by the kind of goods, or the pavilion of a province or a theme (F8)."""

    ZONE = "zone"
    PAVILION = "pavilion"


class ZoneGoods(StrEnum):
    """What may be sold in a zone."""

    ANY = "any"
    FOOD = "food"
    OTHER = "other"


class ShapeKind(StrEnum):
    """What else stands or stays free on the floor."""

    AISLE = "aisle"
    ENTRANCE = "entrance"
    PILLAR = "pillar"
    WALL = "wall"
    STAGE = "stage"


class BoothClass(Row):
    """A class of booths: kind, size, and the list price in whole đồng for a booth or a square metre, for the whole fair."""

    __tablename__ = "fairs_booth_class"
    __table_args__ = (
        # Codes may change places in one statement or in one step, so the constraint can wait until the step is whole.
        UniqueConstraint("fair_id", "code", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint("kind in ('standard', 'corner', 'raw', 'outdoor')", name="kind"),
        CheckConstraint("price_by in ('booth', 'm2')", name="price_by"),
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        CheckConstraint("width_m > 0 and depth_m > 0", name="size"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[BoothKind] = mapped_column(word(BoothKind))
    width_m: Mapped[Decimal] = mapped_column(METRES)
    depth_m: Mapped[Decimal] = mapped_column(METRES)
    price_vnd: Mapped[int]
    price_by: Mapped[PriceBy] = mapped_column(word(PriceBy), default=PriceBy.BOOTH)


class Zone(Row):
    """A zone or a pavilion: which goods may stand there, whose it is, and whether strong smells are let in."""

    __tablename__ = "fairs_zone"
    __table_args__ = (
        # Codes may change places in one statement or in one step, so the constraint can wait until the step is whole.
        UniqueConstraint("fair_id", "code", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint("kind in ('zone', 'pavilion')", name="kind"),
        CheckConstraint("goods in ('any', 'food', 'other')", name="goods"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[ZoneKind] = mapped_column(word(ZoneKind), default=ZoneKind.ZONE)
    province_code: Mapped[str | None]
    goods: Mapped[ZoneGoods] = mapped_column(word(ZoneGoods), default=ZoneGoods.ANY)
    smell: Mapped[bool] = mapped_column(default=True)
    about: Mapped[str | None]


class Booth(Row):
    """One booth. A combined booth is a booth of its own, of which the parts say `part_of`; parts are not given out."""

    __tablename__ = "fairs_booth"
    __table_args__ = (
        # Codes may change places in one statement or in one step, so the constraint can wait until the step is whole.
        UniqueConstraint("fair_id", "code", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint("width_m > 0 and depth_m > 0 and x_m >= 0 and y_m >= 0", name="place"),
        CheckConstraint("power in ('none', 'single', 'three')", name="power"),
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        Index("ix_fairs_booth_hall_id", "hall_id"),
        Index("ix_fairs_booth_part_of", "part_of"),
        Index("ix_fairs_booth_class_id", "class_id"),
        Index("ix_fairs_booth_zone_id", "zone_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    hall_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_hall.id", ondelete="CASCADE"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_booth_class.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_zone.id", ondelete="SET NULL"))
    part_of: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_booth.id", ondelete="SET NULL"))
    code: Mapped[str]
    x_m: Mapped[Decimal] = mapped_column(METRES)
    y_m: Mapped[Decimal] = mapped_column(METRES)
    width_m: Mapped[Decimal] = mapped_column(METRES)
    depth_m: Mapped[Decimal] = mapped_column(METRES)
    power: Mapped[Power] = mapped_column(word(Power), default=Power.SINGLE)
    water: Mapped[bool] = mapped_column(default=False)
    cold: Mapped[bool] = mapped_column(default=False)
    price_vnd: Mapped[int | None]  # Where it differs from its class.
    first_come: Mapped[bool] = mapped_column(default=False)  # Booked on the plan instead of being allocated.
    closed: Mapped[str | None]  # Why it can be given to nobody: blocked, broken, lost.


class Shape(Row):
    """Aisles, entrances, pillars, walls, the stage."""

    __tablename__ = "fairs_shape"
    __table_args__ = (
        CheckConstraint("kind in ('aisle', 'entrance', 'pillar', 'wall', 'stage')", name="kind"),
        CheckConstraint("width_m > 0 and depth_m > 0 and x_m >= 0 and y_m >= 0", name="place"),
        Index("ix_fairs_shape_hall_id", "hall_id"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_hall.id", ondelete="CASCADE"))
    kind: Mapped[ShapeKind] = mapped_column(word(ShapeKind))
    label: Mapped[str | None]
    x_m: Mapped[Decimal] = mapped_column(METRES)
    y_m: Mapped[Decimal] = mapped_column(METRES)
    width_m: Mapped[Decimal] = mapped_column(METRES)
    depth_m: Mapped[Decimal] = mapped_column(METRES)


class FloorState(Base):
    """How often the floor of a fair has changed, and which step of its history is in force.

    A sheet that was looked at and waits for the word to go ahead stands here as the floor that it would make.
    """

    __tablename__ = "fairs_floor"
    __table_args__ = (
        CheckConstraint("version >= 0 and step >= 0", name="version"),
        CheckConstraint("(waiting is null) = (waiting_id is null)", name="waiting"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    waiting_id: Mapped[UUID | None]
    waiting_by: Mapped[UUID | None]
    waiting_at: Mapped[datetime | None]


class FloorStep(Row):
    """One step of drawing: what it did in words, and the old and new values of the rows it touched, by which it is undone."""

    __tablename__ = "fairs_floor_step"
    __table_args__ = (UniqueConstraint("fair_id", "number"),)

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    number: Mapped[int]
    what: Mapped[str]
    change: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
