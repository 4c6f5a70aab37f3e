"""The table of invitations to exhibit: whom an organiser has asked to come, and what came back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class InvitationState(StrEnum):
    """Whether an invitation waits for its answer. Who comes applies; who does not come may say so."""

    SENT = "sent"
    DECLINED = "declined"


class Invitation(Row):
    """A supplier whom a fair's organiser has asked to exhibit: once for each fair."""

    __tablename__ = "fairs_invitation"
    __table_args__ = (
        UniqueConstraint("fair_id", "supplier_id"),
        CheckConstraint("state in ('sent', 'declined')", name="state"),
        CheckConstraint("(state = 'declined') = (answered_at is not null)", name="answered_at"),
        Index("ix_fairs_invitation_supplier_id", "supplier_id", "id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    key: Mapped[UUID]  # Of the press that sent it, with all the others of that press.
    state: Mapped[InvitationState] = mapped_column(word(InvitationState), default=InvitationState.SENT)
    words: Mapped[str | None]
    reason: Mapped[str | None]
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime] = mapped_column(server_default=func.now())
    told_at: Mapped[datetime | None]  # When its mails were written.
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
