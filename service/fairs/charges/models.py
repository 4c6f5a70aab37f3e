"""Tables of what a booth costs: terms of payment, rates, services, orders, and payments that came in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word

PERCENT = Numeric(5, 2)


class RateKind(StrEnum):
    """Kinds of rates (F3): for those who apply early, the usual one, and one of which somebody else pays a part."""

    EARLY = "early"
    STANDARD = "standard"
    SUBSIDISED = "subsidised"


class QuotaPer(StrEnum):
    """Whom a quota of supported booths is counted for."""

    FAIR = "fair"
    OLD_DISTRICT = "old_district"
    PROVINCE = "province"
    EXHIBITOR = "exhibitor"


class ServiceKind(StrEnum):
    """Kinds of services (F12)."""

    POWER = "power"
    FURNITURE = "furniture"
    WATER = "water"
    COLD = "cold"
    VEHICLE = "vehicle"
    CLEANING = "cleaning"
    OTHER = "other"


class Phase(StrEnum):
    """How power is fed."""

    SINGLE = "single"
    THREE = "three"


class Terms(Base):
    """How a fair is paid for: VAT, what is due with the form and when the rest is, and where to pay."""

    __tablename__ = "fairs_terms"
    __table_args__ = (
        CheckConstraint("vat_percent between 0 and 100", name="vat_percent"),
        CheckConstraint("deposit_percent between 0 and 100", name="deposit_percent"),
        CheckConstraint("rest_days between 0 and 365", name="rest_days"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    vat_percent: Mapped[Decimal | None] = mapped_column(PERCENT)  # Empty: no line for VAT.
    deposit_percent: Mapped[int] = mapped_column(SmallInteger, default=0)  # Due with the form.
    rest_days: Mapped[int] = mapped_column(SmallInteger, default=0)  # The rest is due so many days before the fair opens.
    pay_to: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Rate(Row):
    """One rate of a fair, for one class of booths or for all: a price of its own, or so much off.

    Supported rates apply in their order: the first one whose quota has room for the booth pays for it.
    """

    __tablename__ = "fairs_rate"
    __table_args__ = (
        UniqueConstraint("fair_id", "key"),
        CheckConstraint("kind in ('early', 'standard', 'subsidised')", name="kind"),
        CheckConstraint("(price_vnd is null) <> (percent_off is null)", name="price"),
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        CheckConstraint("percent_off between 0 and 100", name="percent_off"),
        CheckConstraint("(kind = 'early') = (until_day is not null)", name="until_day"),
        CheckConstraint("kind <> 'subsidised' or (percent_off is not null and source is not null)", name="support"),
        CheckConstraint("quota_per in ('fair', 'old_district', 'province', 'exhibitor')", name="quota_per"),
        CheckConstraint("quota between 1 and 10000", name="quota"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[RateKind] = mapped_column(word(RateKind))
    class_code: Mapped[str | None]  # Empty: every class.
    price_vnd: Mapped[int | None] = mapped_column(BigInteger)  # For a booth, for the whole fair.
    percent_off: Mapped[Decimal | None] = mapped_column(PERCENT)
    until_day: Mapped[date | None]  # Early: for those who have applied by then.
    quota: Mapped[int | None]  # Supported booths; empty: as many as come.
    quota_per: Mapped[QuotaPer] = mapped_column(word(QuotaPer), default=QuotaPer.FAIR)
    quota_places: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)  # Another number for some places, by their code.
    legal_forms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # Whom it is for; none: everybody.
    province_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    source: Mapped[str | None]  # Who pays the support.


class Service(Row):
    """Something that exhibitors can order for their booth."""

    __tablename__ = "fairs_service"
    __table_args__ = (
        UniqueConstraint("fair_id", "name"),
        CheckConstraint("kind in ('power', 'furniture', 'water', 'cold', 'vehicle', 'cleaning', 'other')", name="kind"),
        CheckConstraint("phase in ('single', 'three')", name="phase"),
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        CheckConstraint("kw > 0", name="kw"),
        # The schema's own word that nothing is ordered twice, whatever the program forgets.
        CheckConstraint("taken >= 0 and taken <= stock", name="stock"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    kind: Mapped[ServiceKind] = mapped_column(word(ServiceKind))
    name: Mapped[str]
    name_en: Mapped[str | None]
    about: Mapped[str | None]
    unit: Mapped[str]
    price_vnd: Mapped[int] = mapped_column(BigInteger)
    stock: Mapped[int | None]  # Empty: as many as are ordered.
    taken: Mapped[int] = mapped_column(default=0)
    order_by: Mapped[date | None]  # The last day for orders; empty: until the fair opens.
    kw: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))  # Load of one unit.
    phase: Mapped[Phase | None] = mapped_column(word(Phase))
    offered: Mapped[bool] = mapped_column(default=True)


class Order(Row):
    """How much of a service an exhibitor has ordered, at the price of that day; nothing is an order taken back."""

    __tablename__ = "fairs_order"
    __table_args__ = (
        UniqueConstraint("application_id", "service_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("price_vnd >= 0", name="price_vnd"),
        Index("ix_fairs_order_service_id", "service_id"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_application.id", ondelete="CASCADE"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_service.id"))
    quantity: Mapped[int]
    price_vnd: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str | None]
    ordered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Payment(Row):
    """Money that the organiser has noted. What was noted wrongly is struck out with a reason and stays."""

    __tablename__ = "fairs_payment"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("amount_vnd <> 0", name="amount_vnd"),
        CheckConstraint("(struck_at is null) = (struck_why is null)", name="struck"),
        Index("ix_fairs_payment_application_id", "application_id"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_application.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    amount_vnd: Mapped[int] = mapped_column(BigInteger)  # Below nothing: paid back.
    paid_on: Mapped[date]
    reference: Mapped[str | None]
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    struck_at: Mapped[datetime | None]
    struck_why: Mapped[str | None]
