"""People, the organisations they act for, and the sessions they have opened."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class OrganisationKind(StrEnum):
    """What an organisation does on the market; the role of everybody who acts for it follows from this."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    ORGANISER = "organiser"
    OFFICE = "office"
    OPERATOR = "operator"


class MemberRole(StrEnum):
    """What a member may do inside the organisation."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"


class Organisation(Row):
    """Who acts: a supplier, a distributor, a fair organiser, an office that verifies and reports, or who runs the market."""

    __tablename__ = "accounts_organisation"
    __table_args__ = (CheckConstraint("kind in ('supplier', 'buyer', 'organiser', 'office', 'operator')", name="kind"),)

    kind: Mapped[OrganisationKind] = mapped_column(word(OrganisationKind))
    name: Mapped[str]
    verified_on: Mapped[date | None]  # The day on which an officer found that it is who it says it is.
    duty_codes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'")
    )  # An office's area; none: everywhere.
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Person(Row):
    """A person who can sign in. The e-mail address is stored in small letters."""

    __tablename__ = "accounts_person"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Member(Base):
    """One person in one organisation."""

    __tablename__ = "accounts_member"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'member', 'viewer')", name="role"),
        Index("ix_accounts_member_organisation_id", "organisation_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[MemberRole] = mapped_column(word(MemberRole))


class Session(Base):
    """An open session. The cookie holds the secret; the table holds only its SHA-256, so a leaked table opens nothing."""

    __tablename__ = "accounts_session"
    __table_args__ = (Index("ix_accounts_session_person_id", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    user_agent: Mapped[str | None]
