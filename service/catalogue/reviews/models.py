"""What has been handed in to be checked, and what became of it (C18, V4, V5)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class ReviewKind(StrEnum):
    """What can be checked."""

    SUPPLIER = "supplier"
    PRODUCT = "product"
    CERTIFICATE = "certificate"


class ReviewState(StrEnum):
    """What became of a submission."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


WAITING = text("state = 'waiting'")
EMPTY = text("'{}'::jsonb")


class Review(Row):
    """One submission of one record: a whole supplier, product or certificate, or a change of its certified fields.

    A change (`is_revision`) keeps what is wished in `proposed` and what stood there when it was wished in `based_on`; what is
    published stays until the change is approved. A record has at most one submission that waits.
    """

    __tablename__ = "catalogue_review"
    __table_args__ = (
        CheckConstraint("kind in ('supplier', 'product', 'certificate')", name="kind"),
        CheckConstraint("state in ('waiting', 'approved', 'returned', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at is null)", name="decided_at"),
        CheckConstraint("is_revision = (proposed <> '{}')", name="proposed"),
        Index("ix_catalogue_review_waiting", "subject", unique=True, postgresql_where=WAITING),
        Index("ix_catalogue_review_queue", "kind", "submitted_at", "id", postgresql_where=WAITING),
        Index("ix_catalogue_review_subject", "subject", "id"),
        Index("ix_catalogue_review_supplier_id", "supplier_id"),
    )

    kind: Mapped[ReviewKind] = mapped_column(word(ReviewKind))
    subject: Mapped[UUID]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    is_revision: Mapped[bool] = mapped_column(default=False)
    proposed: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=EMPTY)
    based_on: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=EMPTY)
    submitted_by: Mapped[UUID | None]
    submitted_for: Mapped[UUID | None]
    submitted_at: Mapped[datetime]
    state: Mapped[ReviewState] = mapped_column(word(ReviewState), default=ReviewState.WAITING)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reasons: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=EMPTY)
    note: Mapped[str | None]
