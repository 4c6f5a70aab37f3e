"""Whom an organiser has asked to exhibit at a fair."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base


class Asked(Base):
    """A supplier that the organiser has asked to apply: once, however often the button is pressed."""

    __tablename__ = "fairs_asked"
    __table_args__ = (Index("ix_fairs_asked_supplier_id", "supplier_id"),)

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    told_at: Mapped[datetime | None]  # When the mail went out; empty until the call is open.
