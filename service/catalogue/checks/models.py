"""Tables of the field checks: rounds with their published lists, the visits that follow, and complaints.

People are named by their id without a key, for a person may be erased.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class Finding(StrEnum):
    """What an officer found on the spot."""

    PASSED = "passed"
    TO_MEND = "to_mend"
    FAILED = "failed"


class CheckRound(Row):
    """One drawing of lots: everything that anybody needs to draw it again. Never changed afterwards."""

    __tablename__ = "catalogue_check_round"
    __table_args__ = (CheckConstraint("wanted > 0", name="wanted"),)

    code: Mapped[str] = mapped_column(unique=True)
    recipe: Mapped[str]
    seed: Mapped[str]
    wanted: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str]  # SHA-256 of the published list.
    area: Mapped[list[str]] = mapped_column(ARRAY(Text))  # Codes of provinces and communes; empty: everywhere.
    drawn_by: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id"))
    drawn_at: Mapped[datetime]


class CheckCandidate(Base):
    """A supplier that could be drawn in a round, with its weight; `place` is when it was drawn, the first first."""

    __tablename__ = "catalogue_check_candidate"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("place > 0", name="place"),
        Index("ix_catalogue_check_candidate_supplier_id", "supplier_id"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_check_round.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"), primary_key=True)
    weight: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))  # For officers: the public sees the weight alone.
    place: Mapped[int | None] = mapped_column(SmallInteger)


class Check(Row):
    """A visit: waiting until `visited_on` is written down. Drawn in a round, or added by an officer for a reason."""

    __tablename__ = "catalogue_check"
    __table_args__ = (
        UniqueConstraint("round_id", "supplier_id"),
        CheckConstraint("finding in ('passed', 'to_mend', 'failed')", name="finding"),
        CheckConstraint("(visited_on is null) = (finding is null)", name="done"),
        CheckConstraint("follow_up_on > visited_on", name="follow_up_on"),
        Index("ix_catalogue_check_supplier_id", "supplier_id", "visited_on"),
    )

    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_check_round.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    visited_on: Mapped[date | None]
    place: Mapped[str | None]
    finding: Mapped[Finding | None] = mapped_column(word(Finding))
    note: Mapped[str | None]  # For the supplier's own people and officers.
    follow_up_on: Mapped[date | None]
    visited_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Complaint(Row):
    """What a buyer or an officer has heard or seen of a supplier. It weighs until somebody has been there."""

    __tablename__ = "catalogue_complaint"
    __table_args__ = (
        Index("ix_catalogue_complaint_supplier_id", "supplier_id"),
        Index("ix_catalogue_complaint_product_id", "product_id"),
        Index("ix_catalogue_complaint_check_id", "check_id"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="SET NULL"))
    text: Mapped[str]
    noted_by: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id"))
    noted_at: Mapped[datetime]
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_check.id", ondelete="SET NULL"))
