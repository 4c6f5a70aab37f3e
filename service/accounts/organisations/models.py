"""What an organisation's people hand out and agree to: invitations, API tokens, grants to offices, consents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.accounts.models import MemberRole
from service.core.db import Row, word

# What an API token may be good for: to read or to change one part of the market's API.
AREAS = ("accounts", "catalogue", "checks", "fairs", "import", "lists", "lots", "marks", "requests", "review")
SCOPES = tuple(f"{area}:{verb}" for area in AREAS for verb in ("read", "write"))


class Invitation(Row):
    """A word to somebody to come and act for the organisation. The table holds only the SHA-256 of what opens it."""

    __tablename__ = "accounts_invitation"
    __table_args__ = (CheckConstraint("role in ('owner', 'member', 'viewer')", name="role"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[MemberRole] = mapped_column(word(MemberRole))
    email: Mapped[str | None]
    phone: Mapped[str | None]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True)
    withdrawn_at: Mapped[datetime | None]


class Token(Row):
    """A key for a program that works for the organisation: shown once, kept as its SHA-256, dead when its issuer leaves."""

    __tablename__ = "accounts_token"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), index=True)
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]  # Its first letters, by which people recognise it in a list.
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    valid_to: Mapped[date | None]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class Grant(Row):
    """The organisation lets an office act for it until a day, or until it takes that back."""

    __tablename__ = "accounts_grant"
    __table_args__ = (
        CheckConstraint("organisation_id <> office_id", name="office"),
        Index(
            "uq_accounts_grant_standing", "organisation_id", "office_id", unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), index=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), index=True)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    valid_to: Mapped[date]
    revoked_at: Mapped[datetime | None]


class Consent(Row):
    """A person has agreed to one version of one text, and may take it back."""

    __tablename__ = "accounts_consent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
