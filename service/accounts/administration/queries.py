"""Reads for administrators: people and organisations by words, page by page, and one of them whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import Actor
from service.accounts.administration import rules
from service.accounts.identity.people import plain_phone
from service.accounts.models import Member, MemberRole, Organisation, OrganisationKind, Person
from service.core import clock, cursors
from service.core.errors import NotFound
from service.core.events import JournalEntry
from service.core.i18n import _

PAGE = 30
LINES_SHOWN = 20
PEOPLE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A person in the list, with the organisations she belongs to."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    confirmed: bool
    locked: bool
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation in the list, with how many people act for it."""

    id: UUID
    name: str
    kind: OrganisationKind
    verified_on: date | None
    duty_codes: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody is in an organisation: the other of the two is named by the page."""

    id: UUID
    name: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of the journal about a person or an organisation."""

    at: datetime
    fact: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as an administrator sees her: how she is reached, where she acts, what happened last; no secret."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    email_confirmed: bool
    phone_confirmed: bool
    locked_at: datetime | None
    created_at: datetime
    second_factor: bool
    sessions: int
    seats: tuple[Seat, ...]
    lines: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class OrganisationAccount:
    """An organisation as an administrator sees it."""

    id: UUID
    name: str
    kind: OrganisationKind
    verified_on: date | None
    duty_codes: tuple[str, ...]
    has_duty: bool
    invites: bool
    people: tuple[Seat, ...]
    lines: tuple[FactLine, ...]


_PEOPLE = text(
    """
    SELECT p.id, p.name, p.email, p.phone, p.locked_at IS NOT NULL AS locked,
           p.email_confirmed_at IS NOT NULL OR p.phone_confirmed_at IS NOT NULL AS confirmed,
           coalesce((SELECT array_agg(o.name ORDER BY o.name) FROM accounts_member m
                       JOIN accounts_organisation o ON o.id = m.organisation_id
                      WHERE m.person_id = p.id), '{}') AS organisations
      FROM accounts_person p
     WHERE (CAST(:after AS uuid) IS NULL OR p.id < :after)
       AND (:words = '' OR core_fold(p.name || ' ' || coalesce(p.email, '')) LIKE '%' || :words || '%' OR p.phone = :phone)
     ORDER BY p.id DESC
     LIMIT :most
    """
)
_ORGANISATIONS = text(
    """
    SELECT o.id, o.name, o.kind, o.verified_on, o.duty_codes,
           (SELECT count(*) FROM accounts_member m WHERE m.organisation_id = o.id) AS people
      FROM accounts_organisation o
     WHERE (CAST(:after AS uuid) IS NULL OR o.id < :after)
       AND (:kind = '' OR o.kind = :kind)
       AND (:words = '' OR core_fold(o.name) LIKE '%' || :words || '%')
     ORDER BY o.id DESC
     LIMIT :most
    """
)
_OPEN = text(
    """
    SELECT (SELECT count(*) FROM accounts_session WHERE person_id = :id AND expires_at > :now) AS sessions,
           EXISTS (SELECT FROM accounts_second_factor WHERE person_id = :id AND confirmed_at IS NOT NULL) AS second_factor
    """
)


async def accounts_found(
    session: AsyncSession, actor: Actor, words: str = "", cursor: str | None = None
) -> tuple[list[AccountLine], str | None]:
    """The people whose name or address holds these words, or whose number it is, newest first; and the next page's cursor."""
    _only_lookers(actor)
    asked = {"phone": plain_phone(words) or "", "after": cursors.after(cursor), "words": await _folded(session, words)}
    rows = (await session.execute(_PEOPLE, {**asked, "most": PAGE + 1})).all()
    lines = [
        AccountLine(row.id, row.name, row.email, row.phone, row.confirmed, row.locked, tuple(row.organisations))
        for row in rows[:PAGE]
    ]
    return lines, _next(rows)


async def organisations_found(
    session: AsyncSession, actor: Actor, words: str = "", kind: OrganisationKind | None = None, cursor: str | None = None
) -> tuple[list[OrganisationLine], str | None]:
    """The organisations whose name holds these words, newest first; and the next page's cursor."""
    _only_lookers(actor)
    asked = {"kind": kind.value if kind else "", "after": cursors.after(cursor), "words": await _folded(session, words)}
    rows = (await session.execute(_ORGANISATIONS, {**asked, "most": PAGE + 1})).all()
    lines = [
        OrganisationLine(row.id, row.name, OrganisationKind(row.kind), row.verified_on, tuple(row.duty_codes), row.people)
        for row in rows[:PAGE]
    ]
    return lines, _next(rows)


async def account(session: AsyncSession, actor: Actor, person_id: UUID) -> Account:
    """One person. Raises NotFound."""
    _only_lookers(actor)
    person = await session.get(Person, person_id)
    if person is None:
        raise NotFound(_("Không tìm thấy người này."))
    seats = await session.execute(
        select(Organisation.id, Organisation.name, Member.role)
        .join(Member, Member.organisation_id == Organisation.id)
        .where(Member.person_id == person_id)
        .order_by(Organisation.name, Organisation.id)
        .limit(PEOPLE_SHOWN)
    )
    opened = (await session.execute(_OPEN, {"id": person_id, "now": clock.now()})).one()
    return Account(
        person.id, person.name, person.email, person.phone, person.email_confirmed_at is not None,
        person.phone_confirmed_at is not None, person.locked_at, person.created_at, opened.second_factor, opened.sessions,
        tuple(Seat(*row) for row in seats), await _lines(session, person_id),
    )  # fmt: skip


async def organisation_account(session: AsyncSession, actor: Actor, organisation_id: UUID) -> OrganisationAccount:
    """One organisation with its people. Raises NotFound."""
    _only_lookers(actor)
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(_("Không tìm thấy tổ chức này."))
    people = await session.execute(
        select(Person.id, Person.name, Member.role)
        .join(Member, Member.person_id == Person.id)
        .where(Member.organisation_id == organisation_id)
        .order_by(Person.name, Person.id)
        .limit(PEOPLE_SHOWN)
    )
    kind = OrganisationKind(organisation.kind)
    return OrganisationAccount(
        organisation.id, organisation.name, kind, organisation.verified_on, tuple(organisation.duty_codes),
        rules.has_duty(kind), kind in rules.INVITED and rules.may_administer(actor), tuple(Seat(*row) for row in people),
        await _lines(session, organisation_id),
    )  # fmt: skip


async def _lines(session: AsyncSession, subject: UUID) -> tuple[FactLine, ...]:
    found = await session.execute(
        select(JournalEntry.at, JournalEntry.fact, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.person_id)
        .where(JournalEntry.subject == subject)
        .order_by(JournalEntry.id.desc())
        .limit(LINES_SHOWN)
    )
    return tuple(FactLine(*row) for row in found)


async def _folded(session: AsyncSession, words: str) -> str:
    folded: str | None = await session.scalar(select(func.core_fold(words.strip()[:200])))
    return folded or ""  # Letters, digits and blanks only: nothing in it means anything to LIKE.


def _next(rows: Any) -> str | None:
    return cursors.sealed([str(rows[PAGE - 1].id)]) if len(rows) > PAGE else None


def _only_lookers(actor: Actor) -> None:
    if not rules.may_look(actor):
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
