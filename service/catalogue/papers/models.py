"""Tables of photos, scans of papers, the reminders of what runs out, and how far its renewal has come."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core import files
from service.core.db import Base, Row, word


class Holder(StrEnum):
    """What may have photos."""

    PRODUCT = "product"
    SUPPLIER = "supplier"
    LOT = "lot"
    CHECK = "check"


class Photo(Row):
    """A picture of a product, a supplier, a lot, or of what an officer saw; `width` is empty until its sizes have been made.

    What it shows is said in `caption`, for those who do not see it. The holder's table is not a key: each kind has its own.
    """

    __tablename__ = "catalogue_photo"
    __table_args__ = (
        CheckConstraint("holder in ('product', 'supplier', 'lot', 'check')", name="holder"),
        CheckConstraint("(width is null) = (height is null)", name="made"),
        UniqueConstraint("holder_id", "holder", "sha256"),
        Index("ix_catalogue_photo_file_id", "file_id"),
    )

    holder: Mapped[Holder] = mapped_column(word(Holder))
    holder_id: Mapped[UUID]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("core_file.id"))
    key: Mapped[str] = mapped_column(unique=True)  # That of its file.
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    position: Mapped[int] = mapped_column(SmallInteger)
    caption: Mapped[str | None]
    width: Mapped[int | None]  # Of the largest size.
    height: Mapped[int | None]
    trouble: Mapped[str | None]  # Why no sizes could be made of it.
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Scan(Row):
    """A page of a paper as it was handed in: a PDF as it is, a picture made anew."""

    __tablename__ = "catalogue_scan"
    __table_args__ = (
        UniqueConstraint("certificate_id", "sha256"),
        Index("ix_catalogue_scan_file_id", "file_id"),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_certificate.id", ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("core_file.id"))
    key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    is_picture: Mapped[bool]
    ready: Mapped[bool] = mapped_column(default=True)
    trouble: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Reminder(Base):
    """That somebody has been told that a paper runs out on that day, so many days before it (V3)."""

    __tablename__ = "catalogue_reminder"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_certificate.id", ondelete="CASCADE"), primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sent_at: Mapped[datetime]


class RenewalState(StrEnum):
    """How far the renewal of a paper has come."""

    NOT_BEGUN = "not_begun"
    SENT = "sent"
    ASSESSED = "assessed"


class Renewal(Base):
    """How far the renewal of a paper that runs out has come; no row means that nobody has said anything."""

    __tablename__ = "catalogue_renewal"
    __table_args__ = (CheckConstraint("state in ('not_begun', 'sent', 'assessed')", name="state"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_certificate.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[RenewalState] = mapped_column(word(RenewalState))
    day: Mapped[date | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


files.holders.extend(("SELECT file_id FROM catalogue_photo", "SELECT file_id FROM catalogue_scan"))
