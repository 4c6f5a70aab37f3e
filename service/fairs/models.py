"""Tables of fairs: what is held where and when, by whom, in which halls, and which buyers will be there."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class FairKind(StrEnum):
    """Kinds of events (F1): hội chợ, tuần hàng, hội nghị kết nối cung cầu."""

    FAIR = "fair"
    PRODUCT_WEEK = "product_week"
    CONFERENCE = "conference"


class DatePrecision(StrEnum):
    """How exactly the dates are known. With `month` or `year` the two dates are the first and the last day of it."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class FairState(StrEnum):
    """Where a fair stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class Fair(Row):
    """An event where suppliers meet buyers.

    `source` names the article that speaks of a real one; `illustrative` marks an invented one. Never both.
    """

    __tablename__ = "fairs_fair"
    __table_args__ = (
        CheckConstraint("kind in ('fair', 'product_week', 'conference')", name="kind"),
        CheckConstraint("date_precision in ('day', 'month', 'year')", name="date_precision"),
        CheckConstraint("state in ('draft', 'announced', 'cancelled')", name="state"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("not (illustrative and source is not null)", name="source"),
        CheckConstraint("call_opens_on <= call_closes_on", name="call"),
        UniqueConstraint("key"),
        Index("ix_fairs_fair_ends_on", "ends_on", "id"),
        Index("ix_fairs_fair_organisation_id", "organisation_id", "ends_on", "id"),
        Index("ix_fairs_fair_copied_from", "copied_from"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[FairKind] = mapped_column(word(FairKind))
    place: Mapped[str | None]
    address: Mapped[str | None]
    province_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    date_precision: Mapped[DatePrecision] = mapped_column(word(DatePrecision), default=DatePrecision.DAY)
    opening_hours: Mapped[str | None]
    hosts: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    description: Mapped[str | None]
    state: Mapped[FairState] = mapped_column(word(FairState), default=FairState.DRAFT)
    key: Mapped[UUID | None]  # Of the form it was drafted with: the same form again is the same fair.
    co_hosts: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'::text[]"))
    call_opens_on: Mapped[date | None]
    call_closes_on: Mapped[date | None]  # The last day on which exhibitors may apply.
    call_words: Mapped[str | None]
    call_needs: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'::text[]"))
    copied_from: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_fair.id", ondelete="SET NULL"))  # The earlier fair (A4).
    illustrative: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class FairDay(Base):
    """When a fair opens and closes on one of its days. A day without a row opens as the fair's own words say."""

    __tablename__ = "fairs_day"
    __table_args__ = (CheckConstraint("opens < closes", name="hours"),)

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[time]
    closes: Mapped[time]
    note: Mapped[str | None]


class Hall(Row):
    """A part of the place: a hall, a yard, a street. Its booths come with the plan."""

    __tablename__ = "fairs_hall"
    __table_args__ = (
        UniqueConstraint("fair_id", "name"),
        CheckConstraint("area_m2 > 0", name="area_m2"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    name: Mapped[str]
    about: Mapped[str | None]
    area_m2: Mapped[Decimal | None]
    width_m: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))  # Empty until the floor is drawn.
    depth_m: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    outdoor: Mapped[bool] = mapped_column(default=False)


class FairBuyer(Base):
    """A buyer that has said it will be there, and for what."""

    __tablename__ = "fairs_buyer"
    __table_args__ = (Index("ix_fairs_buyer_buyer_id", "buyer_id"),)

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id"), primary_key=True)
    looking_for: Mapped[str | None]
    commodity_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
