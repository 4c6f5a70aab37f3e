"""The table of what officers have typed for somebody who has yet to agree to it (C3).

People are named by their id alone: who is erased leaves no name here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class EntrySource(StrEnum):
    """Where an officer had the words from."""

    PAPER = "paper"
    CALL = "call"
    VISIT = "visit"


class AssistedEntry(Row):
    """A supplier typed by an officer, from the first key to the agreement. Both names stay, whatever becomes of the record.

    The first letters of the code find the entry, the rest is kept as an argon2 hash only.
    """

    __tablename__ = "catalogue_assisted_entry"
    __table_args__ = (
        CheckConstraint("source in ('paper', 'call', 'visit')", name="source"),
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_catalogue_assisted_entry_agreed_at", "agreed_at", "id"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"), unique=True)
    source: Mapped[EntrySource] = mapped_column(word(EntrySource))
    note: Mapped[str | None]
    typed_by: Mapped[UUID | None]
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id"))
    typed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    locator: Mapped[str | None] = mapped_column(unique=True)  # The first letters of the code that is out; None: no code.
    code_hash: Mapped[str | None]
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)  # Wrong ones since the code was given out.
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]
    digest: Mapped[str | None]  # SHA-256 of exactly what was agreed to.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
