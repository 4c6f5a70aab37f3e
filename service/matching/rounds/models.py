"""Tables of matching rounds: the round and what it asks besides, who takes part, clearings, and what they propose."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class RoundState(StrEnum):
    """Where a round stands: being prepared, collecting both sides, being cleared, cleared, told to both sides, over."""

    DRAFT = "draft"
    COLLECTING = "collecting"
    CLEARING = "clearing"
    CLEARED = "cleared"
    PUBLISHED = "published"
    CLOSED = "closed"


class FieldKind(StrEnum):
    """What a question of a round is answered with."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"


class ClearingState(StrEnum):
    """Where a clearing stands: waits for the worker, is being worked at, done, stopped by its organiser, or given up."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Wish(StrEnum):
    """What one side says to a proposal."""

    MEET = "meet"
    NO = "no"


class Round(Row):
    """A matching round: all requests of a supply–demand conference against all that its suppliers have free (M16).

    `fair_id` is the event at which both sides meet, where there is one. `published_id` is the clearing that was told to them.
    """

    __tablename__ = "matching_round"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        CheckConstraint("state in ('draft', 'collecting', 'clearing', 'cleared', 'published', 'closed')", name="state"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("requests_until <= ends_on and suppliers_until <= ends_on", name="until"),
        CheckConstraint("state <> 'published' or published_id is not null", name="published_id"),
        Index("ix_matching_round_starts_on", "starts_on", "id"),
        Index("ix_matching_round_fair_id", "fair_id"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    key: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    about: Mapped[str | None]
    place: Mapped[str | None]
    province_code: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    requests_until: Mapped[date]
    suppliers_until: Mapped[date]
    fair_id: Mapped[UUID | None]
    state: Mapped[RoundState] = mapped_column(word(RoundState), default=RoundState.DRAFT)
    published_id: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    illustrative: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class RoundField(Row):
    """A question that a round asks of every request besides the usual ones (M2); `name` is what its answer is kept under."""

    __tablename__ = "matching_round_field"
    __table_args__ = (
        UniqueConstraint("round_id", "name"),
        CheckConstraint("kind in ('text', 'number', 'choice', 'yes_no', 'date')", name="kind"),
        CheckConstraint("(kind = 'choice') = (cardinality(choices) > 1)", name="choices"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("matching_round.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(40))
    label_vi: Mapped[str]
    label_en: Mapped[str | None]
    kind: Mapped[FieldKind] = mapped_column(word(FieldKind))
    required: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    help: Mapped[str | None]


class RoundSupplier(Base):
    """A supplier that takes part; `taken_from` is the earlier round whose participants were taken over (A4)."""

    __tablename__ = "matching_round_supplier"
    __table_args__ = (Index("ix_matching_round_supplier_supplier_id", "supplier_id"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("matching_round.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    joined_by: Mapped[UUID | None]
    taken_from: Mapped[UUID | None]


class RoundProduct(Base):
    """A product that its supplier brings to the round."""

    __tablename__ = "matching_round_product"
    __table_args__ = (
        Index("ix_matching_round_product_product_id", "product_id"),
        Index("ix_matching_round_product_supplier_id", "supplier_id", "round_id"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("matching_round.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))


class Clearing(Row):
    """One clearing of a round. `digest` names what was cleared, how and on which day: the same again is not worked out again.

    `inputs` names the state of the requests and products alone; when it differs from today's, the clearing is out of date.
    `done` of `total` and `stage` say how far the work has come; they are written by transactions of their own.
    """

    __tablename__ = "matching_clearing"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("state in ('waiting', 'working', 'done', 'stopped', 'failed')", name="state"),
        CheckConstraint("fairness in ('free', 'light', 'balanced', 'even', 'most_even')", name="fairness"),
        CheckConstraint("done between 0 and total", name="done"),
        CheckConstraint("(state = 'done') = (report is not null)", name="report"),
        Index("uq_matching_clearing_digest", "round_id", "digest", unique=True,
              postgresql_where=text("state in ('waiting', 'working', 'done')")),
        # One at a time: the worker has two cores, and a round one future.
        Index("uq_matching_clearing_running", "round_id", unique=True,
              postgresql_where=text("state in ('waiting', 'working')")),
    )  # fmt: skip

    round_id: Mapped[UUID] = mapped_column(ForeignKey("matching_round.id", ondelete="CASCADE"))
    number: Mapped[int]
    fairness: Mapped[str] = mapped_column(String(20))
    seed: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[str] = mapped_column(String(64))
    state: Mapped[ClearingState] = mapped_column(word(ClearingState), default=ClearingState.WAITING)
    stage: Mapped[str | None] = mapped_column(String(20))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class ClearingNeed(Base):
    """What one request got in one clearing, and why not all; `report` holds its months and who was kept out by which rule."""

    __tablename__ = "matching_clearing_need"
    __table_args__ = (Index("ix_matching_clearing_need_request_id", "request_id"),)

    clearing_id: Mapped[UUID] = mapped_column(ForeignKey("matching_clearing.id", ondelete="CASCADE"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"), primary_key=True)
    asked_kg: Mapped[int] = mapped_column(BigInteger)
    given_kg: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ClearingSupplier(Base):
    """What one supplier got in one clearing, and why nothing where it got nothing."""

    __tablename__ = "matching_clearing_supplier"
    __table_args__ = (Index("ix_matching_clearing_supplier_supplier_id", "supplier_id"),)

    clearing_id: Mapped[UUID] = mapped_column(ForeignKey("matching_clearing.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"), primary_key=True)
    free_kg: Mapped[int] = mapped_column(BigInteger)
    given_kg: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Proposal(Row):
    """So many kilograms by month of one product for one request, as a clearing proposes it; both sides say what they wish.

    The kilograms are promised to nobody: that is done by quotes and awards, after the two have met.
    """

    __tablename__ = "matching_proposal"
    __table_args__ = (
        UniqueConstraint("clearing_id", "request_id", "product_id"),
        CheckConstraint("cardinality(months) = cardinality(kg) and total_kg > 0", name="kg"),
        CheckConstraint("buyer_wish in ('meet', 'no') and supplier_wish in ('meet', 'no')", name="wish"),
        Index("ix_matching_proposal_clearing_id_supplier_id", "clearing_id", "supplier_id", "id"),
        Index("ix_matching_proposal_request_id", "request_id"),
        Index("ix_matching_proposal_product_id", "product_id"),
        Index("ix_matching_proposal_supplier_id", "supplier_id"),
    )

    clearing_id: Mapped[UUID] = mapped_column(ForeignKey("matching_clearing.id", ondelete="CASCADE"))
    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    months: Mapped[list[date]] = mapped_column(ARRAY(Date))
    kg: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric))
    total_kg: Mapped[int] = mapped_column(BigInteger)
    fit: Mapped[float] = mapped_column(Float)
    price_vnd_per_kg: Mapped[int | None]
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    buyer_wish: Mapped[Wish | None] = mapped_column(word(Wish))
    buyer_wish_at: Mapped[datetime | None]
    supplier_wish: Mapped[Wish | None] = mapped_column(word(Wish))
    supplier_wish_at: Mapped[datetime | None]
