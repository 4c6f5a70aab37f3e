"""Tables of lots: what was made or harvested on one day, from whose plots, what was checked, and where it went (V7)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class LotState(StrEnum):
    """Where a lot stands. Once it has been open, its page never goes away: its code is printed on packs."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    RECALLED = "recalled"


class SourceKind(StrEnum):
    """Where a part of a lot comes from."""

    MEMBER = "member"
    PLOT = "plot"


class Lot(Row):
    """A lot of one product.

    The code has only characters that every GS1 barcode and every address holds as they are. `names_agreed_at` says when the
    supplier ticked that the members agree to be named; empty means that they are only counted.
    """

    __tablename__ = "catalogue_lot"
    __table_args__ = (
        UniqueConstraint("supplier_id", "code"),
        CheckConstraint("state in ('draft', 'open', 'closed', 'recalled')", name="state"),
        CheckConstraint("code ~ '^[0-9A-Z]([0-9A-Z._-]*[0-9A-Z])?$'", name="code"),
        CheckConstraint("quantity_kg > 0", name="quantity_kg"),
        CheckConstraint("coalesce(harvested_on, made_on) is not null", name="born"),
        CheckConstraint("best_before >= coalesce(made_on, harvested_on)", name="best_before"),
        CheckConstraint("(state = 'recalled') = (recall_reason is not null)", name="recalled"),
        Index("ix_catalogue_lot_supplier_id_id", "supplier_id", "id"),
        Index("ix_catalogue_lot_product_id", "product_id"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id"))
    code: Mapped[str] = mapped_column(String(20))
    harvested_on: Mapped[date | None]
    made_on: Mapped[date | None]
    best_before: Mapped[date | None]
    quantity_kg: Mapped[Decimal]
    note: Mapped[str | None]
    names_agreed_at: Mapped[datetime | None]
    state: Mapped[LotState] = mapped_column(word(LotState), default=LotState.DRAFT)
    recall_reason: Mapped[str | None]
    recalled_at: Mapped[datetime | None]
    illustrative: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class LotSource(Row):
    """A plot, or a member of the cooperative, that a part of a lot comes from. The name is never written to the change log."""

    __tablename__ = "catalogue_lot_source"
    __table_args__ = (
        UniqueConstraint("lot_id", "position"),
        CheckConstraint("kind in ('member', 'plot')", name="kind"),
        CheckConstraint("area_ha > 0", name="area_ha"),
        CheckConstraint("kg > 0", name="kg"),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_lot.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    kind: Mapped[SourceKind] = mapped_column(word(SourceKind))
    commune_code: Mapped[str | None]
    area_ha: Mapped[Decimal | None]
    kg: Mapped[Decimal | None]


class LotCheck(Row):
    """Something that was checked of a lot: what, when, by whom."""

    __tablename__ = "catalogue_lot_check"
    __table_args__ = (UniqueConstraint("lot_id", "position"),)

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_lot.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str]
    checked_on: Mapped[date]
    checked_by: Mapped[str | None]


class LotDelivery(Row):
    """Where a part of a lot went."""

    __tablename__ = "catalogue_lot_delivery"
    __table_args__ = (UniqueConstraint("lot_id", "position"), CheckConstraint("kg > 0", name="kg"))

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_lot.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[str]
    delivered_on: Mapped[date]
    kg: Mapped[Decimal | None]
