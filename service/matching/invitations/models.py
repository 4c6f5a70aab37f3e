"""Tables of asking: whom a request has been brought to, what the two sides write to each other, and the files with it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class Origin(StrEnum):
    """Who brought the two together: the buyer asked, the supplier came by itself, a pooled lot or a matching round did."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    POOL = "pool"
    ROUND = "round"


class InvitationState(StrEnum):
    """Where an invitation stands. `silent` is one whose last day went by without a word; an answer may still follow."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ANSWERED = "answered"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Who speaks in a thread; the market itself tells what has changed in the request."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    MARKET = "market"


WAITING = (InvitationState.SENT, InvitationState.SEEN)
CLOSED = (InvitationState.DECLINED, InvitationState.WITHDRAWN)


class Invitation(Row):
    """One supplier and one request: asked or come by itself, once, with the thread of both.

    `answered_at` is the first word of the supplier, whichever it was; `silent_at` stays when an answer comes too late.
    """

    __tablename__ = "matching_invitation"
    __table_args__ = (
        UniqueConstraint("request_id", "supplier_id"),
        CheckConstraint("origin in ('buyer', 'supplier', 'pool', 'round')", name="origin"),
        CheckConstraint("state in ('sent', 'seen', 'accepted', 'declined', 'answered', 'silent', 'withdrawn')", name="state"),
        CheckConstraint("state not in ('accepted', 'declined', 'answered') or answered_at is not null", name="answered_at"),
        CheckConstraint("state <> 'silent' or silent_at is not null", name="silent_at"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_at"),
        Index("ix_matching_invitation_supplier_id_id", "supplier_id", "id"),
        Index("ix_matching_invitation_due", "answer_by", postgresql_where=text("state in ('sent', 'seen')")),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    origin: Mapped[Origin] = mapped_column(word(Origin))
    state: Mapped[InvitationState] = mapped_column(word(InvitationState))
    note: Mapped[str | None]
    answer_by: Mapped[date | None]
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    silent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str | None]  # Why the supplier declined.
    told_at: Mapped[datetime | None]  # When the mail about it was written.
    version: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Message(Row):
    """Something that one side wrote, or that the market told of a new version of the request (`request_version`).

    `read_at` is when somebody of the other side first opened the thread with it; `told_at` when a mail was written about it.
    """

    __tablename__ = "matching_message"
    __table_args__ = (
        UniqueConstraint("invitation_id", "key"),
        UniqueConstraint("invitation_id", "request_version"),
        CheckConstraint("side in ('buyer', 'supplier', 'market')", name="side"),
        CheckConstraint("(side = 'market') = (request_version is not null)", name="request_version"),
        CheckConstraint("side = 'market' or key is not null", name="key"),
        Index("ix_matching_message_invitation_id_id", "invitation_id", "id"),
        Index(
            "ix_matching_message_untold", "sent_at",
            postgresql_where=text("read_at is null and told_at is null and side <> 'market'"),
        ),
    )  # fmt: skip

    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("matching_invitation.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(word(Side))
    person_id: Mapped[UUID | None]
    text: Mapped[str]
    key: Mapped[UUID | None]
    request_version: Mapped[int | None]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class Attachment(Row):
    """A file with a message: a PDF, a picture made anew without anything but its pixels, or a sheet."""

    __tablename__ = "matching_attachment"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("message_id", "sha256"),
        Index("ix_matching_attachment_file_id", "file_id"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("matching_message.id", ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("core_file.id"))
    key: Mapped[str] = mapped_column(String(26))
    sha256: Mapped[bytes] = mapped_column(LargeBinary)  # Of what was handed in: the same file twice in one message is one.
