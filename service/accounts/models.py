"""People, the organisations they act for, and the sessions they have opened."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false, func, text
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
    """A person who can sign in, by e-mail (in small letters) or phone (E.164).

    An address belongs to whoever has shown that it is hers: only one person can have it confirmed. Until then several may claim
    it, so that registering never tells whether somebody is here already, and nobody can keep another's address from her.
    """

    __tablename__ = "accounts_person"
    __table_args__ = (
        Index("uq_accounts_person_email", "email", unique=True, postgresql_where=text("email_confirmed_at IS NOT NULL")),
        Index("uq_accounts_person_phone", "phone", unique=True, postgresql_where=text("phone_confirmed_at IS NOT NULL")),
        Index("ix_accounts_person_email", "email"),
        Index("ix_accounts_person_phone", "phone"),
        Index("ix_accounts_person_waiting", "id", postgresql_where=text("phone IS NOT NULL AND phone_confirmed_at IS NULL")),
    )

    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(String(8), server_default="vi")  # That of her mails.
    email_confirmed_at: Mapped[datetime | None]
    phone_confirmed_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]  # Since when an administrator keeps her out, and every token of hers.
    erased_at: Mapped[datetime | None]  # Since when only a pseudonym stands here, for the figures that name her id.
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
    """An open session. The cookie holds the secret; the table holds only its SHA-256, so a leaked table opens nothing.

    `id` names it in lists, where its owner may end it; it opens nothing.
    """

    __tablename__ = "accounts_session"
    __table_args__ = (Index("ix_accounts_session_person_id", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    user_agent: Mapped[str | None]
    id: Mapped[UUID] = mapped_column(unique=True, server_default=func.gen_random_uuid())
    kept: Mapped[bool] = mapped_column(server_default=false())  # She asked to stay signed in on this machine.
    second_factor_at: Mapped[datetime | None]  # When the second step was passed in this session.
