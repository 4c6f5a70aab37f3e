"""Tables of applications: who wants to exhibit what, with which wishes, and how it was answered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word
from service.fairs.layouts.models import Power


class ApplicationState(StrEnum):
    """Where an application stands (F2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAITING = "waiting"  # On the waiting list.
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Goods(StrEnum):
    """What is sold, as far as zones care."""

    FOOD = "food"
    OTHER = "other"


class Application(Row):
    """One exhibitor's application for one fair.

    `supplier_id` is empty where the organiser has typed in somebody who is not on the market; then `exhibitor`, `contact` and
    `province_code` say who it is. `starts_on` and `ends_on` empty: the whole fair. Zones are codes in the order of the wish.
    """

    __tablename__ = "fairs_application"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'accepted', 'waiting', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("goods in ('food', 'other')", name="goods"),
        CheckConstraint("power in ('none', 'single', 'three')", name="power"),
        CheckConstraint("booths between 1 and 50", name="booths"),
        CheckConstraint("(starts_on is null) = (ends_on is null) and starts_on <= ends_on", name="days"),
        Index("uq_fairs_application_supplier", "fair_id", "supplier_id", unique=True,
              postgresql_where=text("supplier_id is not null and state <> 'withdrawn'")),
        Index("ix_fairs_application_fair_id", "fair_id", "state", "id"),
        Index("ix_fairs_application_supplier_id", "supplier_id"),
        Index("ix_fairs_application_with_id", "with_id"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id"))
    key: Mapped[UUID]
    code: Mapped[str] = mapped_column(unique=True)  # As it is read out: "GH-7K2M9".
    exhibitor: Mapped[str]  # The name as it stands on the fascia.
    province_code: Mapped[str | None]
    contact: Mapped[str | None]  # Personal; never public.
    state: Mapped[ApplicationState] = mapped_column(word(ApplicationState), default=ApplicationState.DRAFT)
    reason: Mapped[str | None]  # Why it was returned, rejected, or put on the waiting list.
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    goods_words: Mapped[str | None]
    commodity: Mapped[str | None]  # The slug of the main commodity: like goods are spread or kept together by it.
    goods: Mapped[Goods] = mapped_column(word(Goods), default=Goods.FOOD)
    smell: Mapped[bool] = mapped_column(default=False)  # Dried fish, grilling: what neighbours smell.
    booths: Mapped[int] = mapped_column(SmallInteger, default=1)
    class_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # Acceptable ones; none: any.
    least_m2: Mapped[Decimal | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    power: Mapped[Power] = mapped_column(word(Power), default=Power.SINGLE)
    water: Mapped[bool] = mapped_column(default=False)
    cold: Mapped[bool] = mapped_column(default=False)
    zone_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    pavilion_code: Mapped[str | None]  # Must stand in this pavilion.
    near: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # Applications it wishes beside it.
    apart: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # Those it wishes not beside it.
    with_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_application.id"))  # Shares its booth (F6).
    people: Mapped[int | None] = mapped_column(SmallInteger)
    vehicle: Mapped[str | None]
    equipment: Mapped[str | None]
    note: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # What the order of choice counts (F9).
    points: Mapped[int | None]
    place: Mapped[int | None]  # In the order of choice, from 1; ties are settled by the lot.
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    typed_in: Mapped[bool] = mapped_column(default=False)  # The organiser has typed it in from paper or a sheet.
    illustrative: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
