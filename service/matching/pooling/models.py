"""Tables of pooled lots: what the solver was asked and what it found, and the share that each supplier was asked for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class PoolState(StrEnum):
    """Where a lot stands: computed by the worker, then shares are asked of its suppliers, until all have accepted."""

    ASKED = "asked"
    SOLVING = "solving"
    FOUND = "found"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SENT = "sent"
    COMPLETE = "complete"
    DISSOLVED = "dissolved"


class ShareState(StrEnum):
    """What became of one supplier's share. `replaced`: it was dealt out anew before an answer; `dropped`: the lot ended."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    REPLACED = "replaced"
    DROPPED = "dropped"


WAITING = (PoolState.ASKED, PoolState.SOLVING)
JOINED = (PoolState.SENT, PoolState.COMPLETE)
LIVE = (ShareState.ASKED, ShareState.ACCEPTED)
REFUSED = (ShareState.DECLINED, ShareState.SILENT)
_NOTHING = text("'{}'::jsonb")
_JOINED = text("state in ('sent', 'complete')")
_LIVE = text("state in ('asked', 'accepted')")


class Pool(Row):
    """One lot for one request: what the buyer wished, the market as it was when the worker looked, and the answer.

    `digest` is the name of exactly that question. A request has at most one lot that suppliers were asked for.
    """

    __tablename__ = "matching_pool"
    __table_args__ = (
        UniqueConstraint("request_id", "key"),
        CheckConstraint(
            "state in ('asked', 'solving', 'found', 'failed', 'cancelled', 'sent', 'complete', 'dissolved')", name="state"
        ),
        CheckConstraint("state not in ('sent', 'complete') or answer_by is not null", name="answer_by"),
        Index("ix_matching_pool_request_id", "request_id", "id"),
        Index("ix_matching_pool_digest", "digest"),
        Index("ix_matching_pool_joined", "request_id", unique=True, postgresql_where=_JOINED),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    request_version: Mapped[int]  # The version of the request that the question was taken from.
    key: Mapped[UUID]
    asked_by: Mapped[UUID | None]
    asked_for: Mapped[UUID | None]  # The organisation, so that the worker sees the prices that she may see.
    state: Mapped[PoolState] = mapped_column(word(PoolState), default=PoolState.ASKED)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frozen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    digest: Mapped[str | None]
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    answer_by: Mapped[date | None]
    note: Mapped[str | None]  # What the buyer has written to those whom she asked.
    reason: Mapped[str | None]  # Why it failed or was dissolved.
    quoted_at: Mapped[datetime | None]  # When the lead sent the lot's quote first.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    found_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class PoolShare(Row):
    """What one supplier is asked to deliver of one product. `stand_in_for` is the refused share that it takes over."""

    __tablename__ = "matching_pool_share"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'accepted', 'declined', 'silent', 'replaced', 'dropped')", name="state"),
        CheckConstraint("(state = 'asked') = (answered_at is null)", name="answered_at"),
        CheckConstraint("state <> 'declined' or reason is not null", name="reason"),
        CheckConstraint("price_vnd_per_kg > 0", name="price_vnd_per_kg"),
        Index("ix_matching_pool_share_live", "pool_id", "product_id", unique=True, postgresql_where=_LIVE),
        Index("ix_matching_pool_share_pool_id", "pool_id", "id"),
        Index("ix_matching_pool_share_supplier_id", "supplier_id", "id"),
        Index("ix_matching_pool_share_product_id", "product_id"),
        Index("ix_matching_pool_share_stand_in_for", "stand_in_for"),
        Index("ix_matching_pool_share_asked", "answer_by", postgresql_where=text("state = 'asked'")),
    )

    pool_id: Mapped[UUID] = mapped_column(ForeignKey("matching_pool.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    lead: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ShareState] = mapped_column(word(ShareState), default=ShareState.ASKED)
    price_vnd_per_kg: Mapped[int]  # The supplier's own price at which it was reckoned; nobody else in the lot sees it.
    answer_by: Mapped[date]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    reason: Mapped[str | None]
    stand_in_for: Mapped[UUID | None] = mapped_column(ForeignKey("matching_pool_share.id", ondelete="SET NULL"))


class PoolShareMonth(Base):
    """The kilograms of a share in one month."""

    __tablename__ = "matching_pool_share_month"
    __table_args__ = (CheckConstraint("month between 1 and 12", name="month"), CheckConstraint("kg > 0", name="kg"))

    share_id: Mapped[UUID] = mapped_column(ForeignKey("matching_pool_share.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kg: Mapped[Decimal]

    @property
    def first_day(self) -> date:
        """The month as its first day."""
        return date(self.year, self.month, 1)
