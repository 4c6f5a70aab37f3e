"""Reads about organisations and their people: for the pages of the organisation, and for those who send mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import Actor
from service.accounts.models import Member, MemberRole, Organisation, OrganisationKind, Person
from service.accounts.organisations.models import Grant, Invitation, Token
from service.core import clock
from service.core.cursors import opened, sealed
from service.core.errors import Invalid, NotFound
from service.core.i18n import _


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told by mail, in her language."""

    person_id: UUID
    name: str
    email: str
    language: str


async def people_of(session: AsyncSession, organisation_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Who is told by mail for each of these organisations: its owners and members with an e-mail address that is theirs."""
    told: dict[UUID, list[Recipient]] = {organisation_id: [] for organisation_id in organisation_ids}
    if not told:
        return told
    found = await session.execute(
        select(Member.organisation_id, Person.id, Person.name, Person.email, Person.language)
        .join(Person, Person.id == Member.person_id)
        .where(
            Member.organisation_id.in_(told),
            Member.role != MemberRole.VIEWER,
            Person.email_confirmed_at.is_not(None),
            Person.locked_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    for organisation_id, person_id, name, email, language in found:
        if email is not None:
            told[organisation_id].append(Recipient(person_id, name, email, language))
    return told


async def office_acting_for(session: AsyncSession, person_id: UUID, organisation_id: UUID) -> UUID | None:
    """The office of the person's that may act for the organisation today; None where none may. Viewers never act."""
    found: UUID | None = await session.scalar(
        select(Grant.office_id)
        .join(Member, Member.organisation_id == Grant.office_id)
        .where(
            Member.person_id == person_id, Member.role != MemberRole.VIEWER, Grant.organisation_id == organisation_id,
            Grant.revoked_at.is_(None), Grant.valid_to >= clock.today(),
        )
        .order_by(Grant.id)
        .limit(1)
    )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One of the organisation's people, as its people see her."""

    person_id: UUID
    name: str
    email: str | None
    phone: str | None
    role: MemberRole


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of an organisation's people, where the next begins, and how many owners there are in all."""

    lines: list[MemberLine]
    next: str | None
    owners: int
    total: int


MEMBERS_A_PAGE = 50


async def members_of(session: AsyncSession, actor: Actor, organisation_id: UUID, cursor: str | None = None) -> MemberPage:
    """The organisation's people in the order of their names. Raises NotFound for anybody but them."""
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    ours = Member.organisation_id == organisation_id
    statement = select(Person.id, Person.name, Person.email, Person.phone, Member.role).join(Member).where(ours)
    if cursor:
        name, person_id = _opened(cursor)
        statement = statement.where(tuple_(Person.name, Person.id) > (name, person_id))
    found = (await session.execute(statement.order_by(Person.name, Person.id).limit(MEMBERS_A_PAGE + 1))).all()
    counts = await session.execute(
        select(func.count(), func.count().filter(Member.role == MemberRole.OWNER)).select_from(Member).where(ours)
    )
    total, owners = counts.one()
    lines = [MemberLine(*row) for row in found[:MEMBERS_A_PAGE]]
    more = sealed((lines[-1].name, str(lines[-1].person_id))) if len(found) > MEMBERS_A_PAGE else None
    return MemberPage(lines, more, owners, total)


def _opened(cursor: str) -> tuple[str, UUID]:
    try:
        name, person_id = opened(cursor)
        return str(name), UUID(person_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(_("Trang tiếp theo không đọc được. Hãy mở lại danh sách từ đầu."), {"cursor": str(error)[:80]}) from error


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An open invitation, as the organisation's owners see it."""

    id: UUID
    role: MemberRole
    email: str | None
    phone: str | None
    invited_by: str | None
    expires_at: datetime


async def open_invitations(session: AsyncSession, actor: Actor, organisation_id: UUID) -> list[InvitationLine]:
    """The newest hundred invitations that can still be accepted; nothing for anybody but the organisation's owners."""
    if not rules.may_manage_members(actor, organisation_id):
        return []
    found = await session.execute(
        select(Invitation.id, Invitation.role, Invitation.email, Invitation.phone, Person.name, Invitation.expires_at)
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(
            Invitation.organisation_id == organisation_id, Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None), Invitation.expires_at > clock.now(),
        )
        .order_by(Invitation.id.desc())
        .limit(100)
    )  # fmt: skip
    return [InvitationLine(*row) for row in found]


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token, as the organisation's owners see it: never its secret."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    issued_by: str
    created_at: datetime
    valid_to: date | None
    last_used_on: date | None
    revoked_at: datetime | None
    works: bool


async def tokens_of(session: AsyncSession, actor: Actor, organisation_id: UUID) -> list[TokenLine]:
    """The organisation's newest hundred tokens, those that are over included. Raises NotFound for anybody but its owners."""
    if not rules.may_issue_token(actor, organisation_id):
        raise NotFound(_("Chỉ chủ tổ chức mới xem được khóa API của tổ chức."))
    found = await session.execute(
        select(Token, Person.name, Member.person_id)
        .join(Person, Person.id == Token.issued_by)
        .outerjoin(Member, and_(Member.person_id == Token.issued_by, Member.organisation_id == Token.organisation_id))
        .where(Token.organisation_id == organisation_id)
        .order_by(Token.revoked_at.is_not(None), Token.id.desc())
        .limit(100)
    )
    today = clock.today()
    return [
        TokenLine(
            token.id, token.name, token.prefix, tuple(token.scopes), issuer, token.created_at, token.valid_to,
            token.last_used_on, token.revoked_at,
            member is not None and rules.token_works(today, token.valid_to, token.revoked_at),
        )
        for token, issuer, member in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GrantLine:
    """An office that may act for the organisation, until when, and who lets it."""

    office_id: UUID
    name: str
    valid_to: date
    granted_by: str | None


async def grants_of(session: AsyncSession, actor: Actor, organisation_id: UUID) -> list[GrantLine]:
    """The offices that may act for the organisation today. Raises NotFound for anybody but its own people."""
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    found = await session.execute(
        select(Grant.office_id, Organisation.name, Grant.valid_to, Person.name)
        .join(Organisation, Organisation.id == Grant.office_id)
        .outerjoin(Person, Person.id == Grant.granted_by)
        .where(Grant.organisation_id == organisation_id, Grant.revoked_at.is_(None), Grant.valid_to >= clock.today())
        .order_by(Organisation.name, Grant.office_id)
        .limit(100)
    )
    return [GrantLine(*row) for row in found]


async def offices(session: AsyncSession) -> list[tuple[UUID, str]]:
    """Every office that may be asked to act for somebody, by name."""
    found = await session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == OrganisationKind.OFFICE)
        .order_by(Organisation.name, Organisation.id)
        .limit(200)
    )
    return [(row.id, row.name) for row in found]


async def recipients(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """Those of these people who can be told by mail: with an address that is theirs, and neither locked out nor erased."""
    found = await session.execute(
        select(Person.id, Person.name, Person.email, Person.language).where(
            Person.id.in_(list(person_ids)), Person.email_confirmed_at.is_not(None), Person.locked_at.is_(None),
            Person.erased_at.is_(None),
        )
    )  # fmt: skip
    return {
        person_id: Recipient(person_id, name, email, language)
        for person_id, name, email, language in found
        if email is not None
    }
