"""Tables of the capacity ledger: the balance of a month, the promises that make it up, and what of them was delivered (M15)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word

MONTH = "year between 2000 and 2100 and month between 1 and 12"


class SourceKind(StrEnum):
    """What a promise comes from."""

    AWARD = "award"  # A buyer has chosen a quote.
    POOL = "pool"  # A share of a pooled lot, held until the lot is awarded or falls apart.
    ORDER = "order"


class LedgerMonth(Base):
    """The balance of one product in one month, from the first promise on.

    `limit_kg` is what may be promised at all: the capacity less what the supplier keeps back. Triggers let it follow what is
    declared (0014_ledger.sql); what is delivered stays counted, because a kilogram that has gone cannot be promised again.
    """

    __tablename__ = "catalogue_ledger_month"
    __table_args__ = (
        CheckConstraint(MONTH, name="month"),
        CheckConstraint("promised_kg >= 0 and delivered_kg >= 0", name="balance"),
        CheckConstraint("promised_kg + delivered_kg <= limit_kg", name="kept"),
        Index("ix_catalogue_ledger_month_year_month", "year", "month"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    limit_kg: Mapped[Decimal]
    promised_kg: Mapped[Decimal] = mapped_column(server_default="0")
    delivered_kg: Mapped[Decimal] = mapped_column(server_default="0")


class PromiseRow(Row):
    """Kilograms of one month promised to somebody: why, to whom (`label`), and what has become of them.

    It stands until it is let go; what is neither delivered nor let go is still owed. One delivered in full stands for good.
    """

    __tablename__ = "catalogue_promise"
    __table_args__ = (
        CheckConstraint(MONTH, name="month"),
        CheckConstraint("source_kind in ('award', 'pool', 'order')", name="source_kind"),
        CheckConstraint("kg > 0 and consumed_kg >= 0 and released_kg >= 0 and consumed_kg + released_kg <= kg", name="kg"),
        CheckConstraint("(released_at is null) = (release_reason is null)", name="released"),
        CheckConstraint("released_at is null or consumed_kg + released_kg = kg", name="settled"),
        Index(
            "uq_catalogue_promise_standing", "source_kind", "source_id", "product_id", "year", "month",
            unique=True, postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_catalogue_promise_product_id_year_month", "product_id", "year", "month", "id"),
    )  # fmt: skip

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    kg: Mapped[Decimal]
    consumed_kg: Mapped[Decimal] = mapped_column(server_default="0")
    released_kg: Mapped[Decimal] = mapped_column(server_default="0")
    source_kind: Mapped[SourceKind] = mapped_column(word(SourceKind))
    source_id: Mapped[UUID]
    label: Mapped[str]
    reason: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[UUID | None]  # No key, for a person may be erased.
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None]
    release_reason: Mapped[str | None]


class DeliveryRow(Row):
    """A part of a promise that has been delivered, and on which day: in the promised month is on time."""

    __tablename__ = "catalogue_promise_delivery"
    __table_args__ = (
        CheckConstraint("kg > 0", name="kg"),
        Index("ix_catalogue_promise_delivery_promise_id", "promise_id"),
    )

    promise_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_promise.id", ondelete="CASCADE"))
    delivered_on: Mapped[date]
    kg: Mapped[Decimal]
    noted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    noted_by: Mapped[UUID | None]
