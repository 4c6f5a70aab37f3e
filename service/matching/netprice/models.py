"""The table of net-price sheets: what a supplier assumes of one way to sell, kept under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row


class NetPriceSheet(Row):
    """What one supplier assumes. It holds costs and margins, so nobody but its own people ever reads it.

    Earlier versions stand in the journal, whole, and can be calculated again.
    """

    __tablename__ = "matching_net_price_sheet"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        UniqueConstraint("organisation_id", "key"),
        Index("ix_matching_net_price_sheet_product_id", "product_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"))
    key: Mapped[UUID]  # Names the act of saving: the same form twice is one sheet.
    name: Mapped[str]
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="SET NULL"))
    assumptions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
