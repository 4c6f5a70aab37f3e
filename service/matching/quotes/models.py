"""Tables of quoting: what suppliers answer, what a buyer takes of it, and when sealed answers were opened.

What a quote says is kept once for each of its revisions, either open (`content`) or sealed (`sealed`), never both. The lines
of the revision that holds are rows of their own as soon as they may be read, for whoever adds up or compares.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class QuoteState(StrEnum):
    """Where a quote stands. A draft has never been sent; one that is awarded, lost or expired has its answer."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    AWARDED = "awarded"
    LOST = "lost"
    EXPIRED = "expired"


class AwardState(StrEnum):
    """Whether an award holds."""

    STANDING = "standing"
    UNDONE = "undone"


class Quote(Row):
    """A supplier's answer to a request: one for each supplier, which it may revise while answers are taken.

    `revision` is the number of the one that holds, 0 before the first was sent. `sealed_until`: the last day on which nobody
    else may read it. `kept` is what its supplier has typed and not sent yet, sealed as well.
    """

    __tablename__ = "matching_quote"
    __table_args__ = (
        UniqueConstraint("request_id", "supplier_id"),
        CheckConstraint("state in ('draft', 'sent', 'withdrawn', 'awarded', 'lost', 'expired')", name="state"),
        CheckConstraint("(state = 'draft') = (revision = 0)", name="revision"),
        CheckConstraint("state = 'draft' or sent_at is not null", name="sent_at"),
        Index("ix_matching_quote_supplier_id", "supplier_id", "id"),
        Index("ix_matching_quote_open", "request_id", postgresql_where=text("state = 'sent'")),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"))
    pool_id: Mapped[UUID | None]  # The pooled lot that it speaks for: its lines are of several suppliers' products then.
    state: Mapped[QuoteState] = mapped_column(word(QuoteState), default=QuoteState.DRAFT)
    revision: Mapped[int] = mapped_column(default=0)
    sealed_until: Mapped[date | None]
    kept: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_until: Mapped[date | None]  # Of the revision that holds, once it may be read.
    sent_at: Mapped[datetime | None]  # When the revision that holds was sent.
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]  # What the supplier was told when its quote was lost or had expired.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class QuoteRevision(Row):
    """One revision as it was sent. `key` names the act of sending: the same form sent twice is one revision."""

    __tablename__ = "matching_quote_revision"
    __table_args__ = (
        UniqueConstraint("quote_id", "number"),
        UniqueConstraint("quote_id", "key"),
        CheckConstraint("num_nonnulls(content, sealed) = 1", name="one_content"),
    )

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("matching_quote.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    person_id: Mapped[UUID | None]
    request_version: Mapped[int]  # The version of the request that it answers.
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class QuotedMonth(Base):
    """So many kilograms of one product in one month at one price, of the revision that holds."""

    __tablename__ = "matching_quote_line"
    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("kg > 0", name="kg"),
        CheckConstraint("price_vnd_per_kg > 0", name="price"),
        Index("ix_matching_quote_line_product_id", "product_id"),
    )

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("matching_quote.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kg: Mapped[Decimal]
    price_vnd_per_kg: Mapped[int]


class Award(Row):
    """What a buyer takes of one quote, with the terms as they were then: what the deal starts from, never changed again."""

    __tablename__ = "matching_award"
    __table_args__ = (
        UniqueConstraint("request_id", "key", "quote_id"),
        CheckConstraint("state in ('standing', 'undone')", name="state"),
        CheckConstraint("(state = 'undone') = (undone_at is not null)", name="undone_at"),
        CheckConstraint("state <> 'undone' or undo_reason is not null", name="undo_reason"),
        Index("ix_matching_award_quote_id", "quote_id"),
        Index("ix_matching_award_supplier_id", "supplier_id"),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("matching_quote.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    key: Mapped[UUID]
    state: Mapped[AwardState] = mapped_column(word(AwardState), default=AwardState.STANDING)
    revision: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    awarded_at: Mapped[datetime]
    awarded_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str | None]


class AwardedMonth(Base):
    """So many kilograms of one product in one month of an award, at the price that its quantity earns."""

    __tablename__ = "matching_award_line"
    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("kg > 0", name="kg"),
        Index("ix_matching_award_line_product_id", "product_id"),
    )

    award_id: Mapped[UUID] = mapped_column(ForeignKey("matching_award.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kg: Mapped[Decimal]
    price_vnd_per_kg: Mapped[int]

    @property
    def first_day(self) -> date:
        """The month as its first day."""
        return date(self.year, self.month, 1)


class Tender(Base):
    """What the quotes of one request have gone through together: opened when, and to be decided by which day."""

    __tablename__ = "matching_tender"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"), primary_key=True)
    first_at: Mapped[datetime]  # When the first quote came.
    last_at: Mapped[datetime]  # When the newest one came or was revised.
    decide_by: Mapped[date | None]  # The buyer's own day; without one it follows from the deadline (rules.decide_by).
    opened_at: Mapped[datetime | None]
    opened_quotes: Mapped[int | None]  # How many were unsealed then.
    decided_at: Mapped[datetime | None]  # The first award, or the word that nobody was chosen.
    silent_since: Mapped[date | None]  # The day by which nothing had been decided.
