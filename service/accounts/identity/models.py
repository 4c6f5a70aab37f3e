"""How people show who they are: links and codes sent to them, and the second factor."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, word


class LinkPurpose(StrEnum):
    """What a link or a code lets its holder do, once."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password.
    RESET_CODE = "reset_code"


class Link(Base):
    """A link that was mailed, or a code that was read out; the table holds only its SHA-256."""

    __tablename__ = "accounts_link"
    __table_args__ = (
        CheckConstraint("purpose in ('confirm_email', 'reset_password', 'reset_code')", name="purpose"),
        Index("ix_accounts_link_person_id", "person_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose] = mapped_column(word(LinkPurpose))
    address: Mapped[str | None]  # The e-mail address it went to: using it shows that its owner reads that address.
    issued_by: Mapped[UUID | None]  # Who read out a code; nobody for what was mailed.
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """A person's authenticator. Its secret is sealed; `last_step` is the newest code that was used: it never counts again."""

    __tablename__ = "accounts_second_factor"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]  # Not asked for until its owner has typed one right code.


class RecoveryCode(Base):
    """A code for whoever has lost her authenticator; it opens the door once."""

    __tablename__ = "accounts_recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]
